"""The paths of packages, projects and `--find-links` that lead nowhere.

pip looks for `./package` and `-e ./project` from the folder that it is started in
(`parse_req_from_line` and `parse_editable` in pip's `pip/_internal/req/constructors.py`), and for
`--find-links` from the file's folder first (`handle_option_line` in `req_file.py`). Nobody can
know where pip will be started, so that a path counts as lost only if it leads nowhere from any
folder that is likely.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pinwise.base.paths import absolute
from pinwise.base.tuples import NamedTuple
from pinwise.project.files import PathKind
from pinwise.project.neighbours import Neighbours
from pinwise.syntax.entry import is_archive, looks_like_path
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path, PurePath

    from pinwise.base.text import Span
    from pinwise.project.files import Document, Documents
    from pinwise.syntax.nodes import Line, Option

PROJECT_FILES = ("pyproject.toml", "setup.py")
"""The files of which one makes a folder something that pip can install."""

_DEEPEST_REPOSITORY = 12
"""How many folders above the project the repository is looked for."""


class Use(Enum):
    """What pip wants at a path."""

    ARCHIVE = "archive"
    """A wheel or an archive of sources; where the path has a slash, a folder does as well."""
    FOLDER = "folder"
    """A folder to install."""
    EDITABLE = "editable"
    """A folder to install in place."""
    FIND_LINKS = "find-links"
    """A folder of archives, or a page of links. pip ignores what is neither."""


class Lack(Enum):
    """What is wrong with a path."""

    MISSING = "missing"
    IS_A_FILE = "is-a-file"
    NOT_INSTALLABLE = "not-installable"
    """A folder with neither `pyproject.toml` nor `setup.py`."""


class LostPath(NamedTuple):
    """A path that leads nowhere, from whatever folder pip is started in.

    Attributes:
        document: the file that names it.
        line: the line that does.
        span: where it stands.
        written: the path, for a message: never with a value of the environment.
        use: what pip wants there.
        lack: what is wrong.
        beside: whether a file of this name lies where `-r` would look for it.
        similar: what may be meant instead, as it would be written in its place; best first.
    """

    document: Document
    line: Line
    span: Span
    written: str
    use: Use
    lack: Lack
    beside: bool = False
    similar: tuple[str, ...] = ()


class FoundPath(NamedTuple):
    """A path of a package or project that leads somewhere.

    Attributes:
        document: the file that names it.
        line: the line that does.
        targets: what it leads to from the folders that pip may be started in, each once.
    """

    document: Document
    line: Line
    targets: tuple[Path, ...]


class LocalPaths:
    """Looks after the paths of one tree.

    Args:
        documents: what there is.
        root: the file that pip is given.
        folder: the project's folder.
    """

    def __init__(self, documents: Documents, root: Path, folder: Path) -> None:
        self._documents = documents
        self._root = root
        self._folder = folder
        self._neighbours = Neighbours(documents, self.bounds)
        self._bases: dict[Path, tuple[Path, ...]] = {}
        self._repository: tuple[Path, ...] | None = None
        self.named: set[str] = set()
        """The names of the files and folders that the lines so far name, wherever they lie."""

    def bounds(self) -> Path:
        """Return the folder that the project ends at: its repository's, else its own."""
        if not self._root.is_relative_to(self._folder):
            return self._root.parent
        above = self._folders_above()
        return above[-1] if above else self._folder

    def similar_files(self, written: str, way: Sequence[Path]) -> tuple[str, ...]:
        """Return what may be meant by `-r written`, best first.

        Args:
            written: the path that leads nowhere.
            way: the files that led there, the one with the line last: none of them is meant.
        """
        base = way[-1].parent
        return self._neighbours.similar(written, base, PathKind.FILE, without=frozenset(way))

    def lost(self, documents: Iterable[Document]) -> Iterator[LostPath]:
        """Yield the paths of some files that lead nowhere, in order.

        Cost: one look at the disk for a path that leads somewhere, some ten for one that does not.
        """
        for document in documents:
            for line in document.file.lines:
                found = _path_of(line)
                if found is not None:
                    self._note(document, *found)
                    yield from self._check(document, line, *found)

    def found(self, documents: Iterable[Document]) -> Iterator[FoundPath]:
        """Yield what the paths of packages and projects in some files lead to, in order.

        One that a value of the environment is part of is left out: nobody knows pip's.

        Cost: a look at the disk for each path and each folder that pip may be started in.
        """
        for document in documents:
            for line in document.file.lines:
                use, path, span = _path_of(line) or (Use.FIND_LINKS, "", line.span)
                if use is Use.FIND_LINKS or document.file.takes_variable(span):
                    continue
                targets = [_target(base, path) for base in self._likely(document)]
                leading = [
                    target
                    for target in dict.fromkeys(targets)
                    if target is not None and self._lack(target, path, use) is None
                ]
                if leading:
                    yield FoundPath(document, line, tuple(leading))

    def _note(self, document: Document, use: Use, path: str, span: Span) -> None:
        """Remember what to watch for; `pyproject.toml` always is."""
        if not document.file.takes_variable(span):
            self.named.add(_last(path))
        if use in (Use.EDITABLE, Use.FOLDER):
            self.named.add("setup.py")

    def _check(
        self, document: Document, line: Line, use: Use, path: str, span: Span
    ) -> Iterator[LostPath]:
        """Yield a path if it leads nowhere."""
        lack = Lack.MISSING
        for base in self._likely(document):
            target = _target(base, path)
            if target is None:
                return
            found = self._lack(target, path, use)
            if found is None:
                return
            # What comes nearest to a project says most.
            lack = max(lack, found, key=list(Lack).index)
        own = document.file.takes_variable(span)
        similar: tuple[str, ...] = ()
        beside = False
        if lack is Lack.MISSING and not own and not path.lower().startswith("file:"):
            kind = PathKind.FILE if use is Use.ARCHIVE else PathKind.FOLDER
            similar = self._similar(document, path, kind)
        elif lack is Lack.IS_A_FILE:
            beside = self._documents.kind_of(document.path.parent / path) is PathKind.FILE
        written = span.of(document.text) if own else path
        yield LostPath(document, line, span, written, use, lack, beside, similar)

    def _similar(self, document: Document, path: str, kind: PathKind) -> tuple[str, ...]:
        """Return what may be meant, from the first folder that has it."""
        for base in dict.fromkeys((self._root.parent, document.path.parent, self._folder)):
            if found := self._neighbours.similar(path, base, kind):
                return found
        return ()

    def _lack(self, target: Path, path: str, use: Use) -> Lack | None:
        """Return what is wrong with a file or folder; None if nothing is, or nobody can tell."""
        kind = self._documents.kind_of(target)
        if kind in (PathKind.OTHER, PathKind.UNKNOWN):
            return None
        if kind is PathKind.MISSING:
            return Lack.MISSING
        if use is Use.FIND_LINKS:
            return None
        if kind is PathKind.FILE:
            return None if use is Use.ARCHIVE else Lack.IS_A_FILE
        if use is Use.ARCHIVE and not looks_like_path(path):
            return Lack.MISSING
        return None if self._installable(target) else Lack.NOT_INSTALLABLE

    def _installable(self, folder: Path) -> bool:
        """Return whether pip can install a folder, or nobody can tell."""
        kinds = {self._documents.kind_of(folder / name) for name in PROJECT_FILES}
        return PathKind.FILE in kinds or PathKind.UNKNOWN in kinds

    def _likely(self, document: Document) -> Iterator[Path]:
        """Yield the folders that pip may be started in, the likeliest first.

        Those are the project's folder, those of the root and of the file, all between, and where
        the project lies in a repository, the folders up to the repository's.
        """
        here = document.path.parent
        if here not in self._bases:
            above = (*_up_to(self._root.parent, self._folder), *_up_to(here, self._folder))
            self._bases[here] = tuple(dict.fromkeys((*above, self._folder)))
        yield from self._bases[here]
        yield from self._folders_above()

    def _folders_above(self) -> tuple[Path, ...]:
        """Return what `_above` does, looked for once."""
        if self._repository is None:
            self._repository = self._above()
        return self._repository

    def _above(self) -> tuple[Path, ...]:
        """Return the folders above the project up to the repository that it lies in, if any."""
        above: list[Path] = []
        for folder in (self._folder, *self._folder.parents[:_DEEPEST_REPOSITORY]):
            if folder != self._folder:
                above.append(folder)
            if self._documents.kind_of(folder / ".git") is not PathKind.MISSING:
                return tuple(above)
        return ()


def _up_to(folder: Path, top: Path) -> tuple[Path, ...]:
    """Return a folder and those above it up to `top`, if it lies in there; else it alone."""
    if not folder.is_relative_to(top):
        return (folder,)
    return (folder, *(parent for parent in folder.parents if parent.is_relative_to(top)))


def _path_of(line: Line) -> tuple[Use, str, Span] | None:
    """Return the path that a line names, what for, and where it stands; None if it names none."""
    requirement = line.requirement
    if line.kind is Kind.OPTION:
        option = next((found for found in line.options if found.name == "--find-links"), None)
        return _links_of(option) if option is not None else None
    if requirement is None or requirement.url_span is None or line.kind is Kind.ERROR:
        return None
    if requirement.path is not None:
        if requirement.editable:
            use = Use.EDITABLE
        else:
            use = Use.ARCHIVE if is_archive(requirement.path) else Use.FOLDER
        return use, requirement.path, requirement.url_span
    if requirement.url is not None and requirement.url.startswith("file:"):
        use = Use.EDITABLE if requirement.editable else Use.ARCHIVE
        return use, requirement.url, requirement.url_span
    return None


def _links_of(option: Option) -> tuple[Use, str, Span] | None:
    """Return the folder or file of a `--find-links` that is no address."""
    if not option.value or option.value_span is None:
        return None
    if "://" in option.value and not option.value.startswith("file:"):
        return None
    return Use.FIND_LINKS, option.value, option.value_span


def _last(path: str) -> str:
    """Return the last part of a path or of a `file:` URL; "" for `.` and its like."""
    name = path.partition("#")[0] if path.startswith("file:") else path
    name = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "" if name in {".", ".."} else name


def _target(base: Path, path: str) -> Path | None:
    """Return what a path means from a folder; None where only pip can tell."""
    if path.startswith("file:"):
        try:
            parts = urlsplit(path)
        except ValueError:
            return None
        here = parts.netloc in ("", "localhost") and not parts.path.startswith("//")
        if not here or not parts.path.startswith("/"):
            return None
        # Only a URL needs this module, and importing it takes longer than reading most files.
        from urllib.request import url2pathname  # noqa: PLC0415

        try:
            target = base / url2pathname(parts.path)
        except OSError:
            # On Windows, of a path that means nothing there.
            return None
    elif path.startswith(("\\\\", "//", "~")):
        # pip replaces `~` in `--find-links` alone, and only where that leads somewhere.
        return None
    else:
        target = absolute(base / path)
    return None if on_another_host(target, base) else target


def on_another_host(path: PurePath, seen_from: PurePath) -> bool:
    """Return whether a path leads to a network share that `seen_from` does not lie on.

    Windows would sign on to whatever host a file names, only to look. Elsewhere no path does that.
    """
    share = path.drive.lower()
    return share.startswith("\\\\") and share != seen_from.drive.lower()
