"""What the lines of a requirements file lead to: files, folders and web addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pinwise.base.records import record
from pinwise.features.addresses import browsable
from pinwise.features.written import Written
from pinwise.manifests.declarations import Role
from pinwise.project.files import PathKind
from pinwise.project.graph import Include, target_of
from pinwise.project.local_paths import PROJECT_FILES
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.base.text import Span
    from pinwise.project.files import Document, Documents
    from pinwise.syntax.nodes import Line

_PLACES = ("--find-links", "--index-url", "--extra-index-url")


@record(frozen=True, slots=True)
class Target:
    """What a part of a line leads to: a path that exists, or a web address.

    Attributes:
        span: the part.
        shown: how to name it to a person; never the value of a variable, never a password.
        path: a file or a folder, absolute.
        is_file: whether it is a file.
        url: an address, without its user part.
    """

    span: Span
    shown: str
    path: Path | None = None
    is_file: bool = False
    url: str | None = None


class TargetFinder:
    """Finds the targets of one file's lines.

    Args:
        document: the file.
        documents: what there is; a text that is open and was never saved is there too.
        folder: the workspace folder. pip takes the path of a project from the folder that it is
            started in. That is the file's own, the workspace folder or one between: the nearest
            in which there is something decides.
    """

    def __init__(self, document: Document, documents: Documents, folder: Path) -> None:
        self._document = document
        self._documents = documents
        here = document.path.parent
        between = (above for above in here.parents if above.is_relative_to(folder))
        self._folders = tuple(dict.fromkeys((here, *between, folder)))
        self._written = Written(document.file)

    def targets(self, line: Line) -> Iterator[Target]:
        """Yield what a line leads to, in the order of the text. Looks at the disk."""
        if line.requirement is not None:
            requirement = line.requirement
            if requirement.url_span is not None:
                if requirement.url is not None:
                    yield from self._address(requirement.url_span, requirement.url)
                elif requirement.path is not None:
                    yield from self._project(requirement.url_span, requirement.path)
            return
        if line.target is not None and line.target_span is not None:
            yield from self._include(line, line.target, line.target_span)
            return
        for option in line.options:
            if option.name in _PLACES and option.value and option.value_span is not None:
                yield from self._place(option.name, option.value, option.value_span)

    def _include(self, line: Line, target: str, span: Span) -> Iterator[Target]:
        """Yield the file of `-r` or `-c`, or its address."""
        role = Role.CONSTRAINT if line.kind is Kind.CONSTRAINT else Role.REQUIREMENT
        path = target_of(self._document.path, target)
        if path is None:
            yield from self._address(span, target)
            return
        if self._documents.kind_of(path) is PathKind.FILE:
            shown = Include(self._document, line, role, path).shown
            yield Target(span, shown, path, is_file=True)

    def _place(self, name: str, value: str, span: Span) -> Iterator[Target]:
        """Yield the folder, the page or the address of an option about places."""
        if "://" in value and not value.lower().startswith("file:"):
            yield from self._address(span, value)
        elif name == "--find-links":
            yield from self._local(span, value)

    def _address(self, span: Span, url: str) -> Iterator[Target]:
        """Yield the web address of a URL, or the path of a local one."""
        if url.lower().startswith("file:"):
            yield from self._project(span, url)
            return
        # A variable in the user part goes with it; any other would be told to the browser.
        source = self._written.joined(span) if self._document.file.takes_variable(span) else url
        address = browsable(source)
        if address is not None and "${" not in address:
            yield Target(span, address, url=address)

    def _project(self, span: Span, written: str) -> Iterator[Target]:
        """Yield the file that describes a local project, else the folder or the archive."""
        existing = list(self._existing(written))
        for path, kind in existing:
            for name in PROJECT_FILES if kind is PathKind.FOLDER else ():
                if self._documents.kind_of(path / name) is PathKind.FILE:
                    yield self._found(span, path / name, PathKind.FILE)
                    return
        if existing:
            yield self._found(span, *existing[0])

    def _local(self, span: Span, written: str) -> Iterator[Target]:
        """Yield the path of a find-links option: from the file's folder first, as in pip."""
        for path, kind in self._existing(written):
            yield self._found(span, path, kind)
            return

    def _existing(self, written: str) -> Iterator[tuple[Path, PathKind]]:
        """Yield the files and folders that a text can mean, the nearest first."""
        for path in self._candidates(written):
            kind = self._documents.kind_of(path)
            if kind in (PathKind.FILE, PathKind.FOLDER):
                yield path, kind

    def _candidates(self, written: str) -> Iterator[Path]:
        """Yield the paths that a path or a `file:` URL can mean."""
        if written.lower().startswith("file:"):
            try:
                parts = urlsplit(written)
            except ValueError:
                return
            if parts.netloc not in {"", "localhost"}:
                return
            if not parts.path.startswith("/"):
                written = unquote(parts.path)
        for folder in self._folders:
            # `target_of` joins as pip does, and needs a file to join to.
            path = target_of(folder / "requirements.txt", written)
            if path is not None:
                yield path

    def _found(self, span: Span, path: Path, kind: PathKind) -> Target:
        """Return the target of a path that exists."""
        variable = self._document.file.takes_variable(span)
        shown = self._written.joined(span) if variable else str(path)
        return Target(span, shown, path, is_file=kind is PathKind.FILE)
