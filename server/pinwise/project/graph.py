"""Which files belong together: the include graph over `-r` and `-c`.

pip reads an included file where its line stands, relative to the including file, refuses
cycles, and reads a file again that two others include (`RequirementsFileParser` in pip's
`pip/_internal/req/req_file.py`). Here every file is read once for each role.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pinwise.base.paths import absolute
from pinwise.base.tuples import NamedTuple
from pinwise.manifests.declarations import Role
from pinwise.manifests.recognise import role_of
from pinwise.project.discovery import workspace_files
from pinwise.project.files import Obstacle, Unreadable
from pinwise.project.index_options import IndexOptions, IndexOptionsBuilder
from pinwise.project.local_paths import FoundPath, LocalPaths, LostPath, on_another_host
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.base.text import Span
    from pinwise.project.files import Document, Documents
    from pinwise.syntax.nodes import Line

__all__ = [
    "Include",
    "Member",
    "Tree",
    "TreeProblem",
    "TreeProblemKind",
    "includes_of",
    "read_tree",
    "target_of",
    "workspace_files",
]


class Include(NamedTuple):
    """One `-r` or `-c` line.

    Attributes:
        document: the including file.
        line: the line.
        role: what the included file's lines ask for. `-r` gives requirements, also within a
            constraints file.
        target: the included file, absolute; None for one on another host, which is not fetched.
    """

    document: Document
    line: Line
    role: Role
    target: Path | None

    @property
    def span(self) -> Span:
        """Where the target stands in the including file."""
        return self.line.target_span or self.line.span

    @property
    def shown(self) -> str:
        """The target for a message: its path, unless a value of the environment is part of it."""
        if self.target is None or self.document.file.takes_variable(self.span):
            return self.span.of(self.document.text)
        return str(self.target)


class Member(NamedTuple):
    """One file of a tree in one role.

    Attributes:
        via: the lines that led pip there, the root's first; empty for the root.
    """

    document: Document
    role: Role
    via: tuple[Include, ...] = ()


class TreeProblemKind(Enum):
    """What is wrong with an include."""

    MISSING = "missing"
    CYCLE = "cycle"
    UNDECODABLE = "undecodable"
    UNREADABLE = "unreadable"


class TreeProblem(NamedTuple):
    """An include that pip cannot follow.

    Attributes:
        kind: what is wrong.
        path: the file that cannot be read, or that includes itself.
        detail: a sentence for a person.
        include: the line that asks for it; None if it is the root itself.
        via: the lines that led to that line; with `include` at its end, a cycle's way round.
        obstacle: why it cannot be read.
        similar: what may be meant instead, as it would be written on that line; best first.
    """

    kind: TreeProblemKind
    path: Path
    detail: str
    include: Include | None = None
    via: tuple[Include, ...] = ()
    obstacle: Obstacle | None = None
    similar: tuple[str, ...] = ()

    @property
    def document(self) -> Document | None:
        """The file that the problem stands in; None if it is the root that cannot be read."""
        return self.include.document if self.include is not None else None

    @property
    def span(self) -> Span | None:
        """Where it stands in that file."""
        return self.include.span if self.include is not None else None


class Tree(NamedTuple):
    """A root file and everything that it includes.

    Attributes:
        root: the path that reading began at.
        members: the files in the order that pip reads them, each once for each role; empty if
            the root cannot be read. One that cannot be decoded is a member without lines.
        problems: what cannot be followed.
        remote: the includes by URL or from a network share, which are not fetched.
        index_options: the options of all members that say where packages come from.
        lost: the paths of packages, projects and `--find-links` that lead nowhere.
        named: the names, without folders, of what all such paths lead to, be it there or not.
        bounds: where there are problems, the folder that the project ends at.
        local: the paths of packages and projects that lead somewhere.
    """

    root: Path
    members: tuple[Member, ...]
    problems: tuple[TreeProblem, ...]
    remote: tuple[Include, ...]
    index_options: IndexOptions
    lost: tuple[LostPath, ...] = ()
    named: frozenset[str] = frozenset()
    bounds: Path | None = None
    local: tuple[FoundPath, ...] = ()


def read_tree(
    root: Path, documents: Documents, *, role: Role | None = None, folder: Path | None = None
) -> Tree:
    """Read a file and everything that it includes.

    Never raises. Cost: each file is read once for each role, so that shared includes do not
    multiply; no recursion, so that depth does not matter. A look at the disk for each path.

    Args:
        root: the file to start from.
        documents: where texts come from.
        role: what the root's lines ask for; by its name where it is not given.
        folder: the folder of the project, which pip may be started in; the root's by default.
    """
    root = absolute(root)
    local = LocalPaths(documents, root, folder or root.parent)
    reader = _TreeReader(documents, local)
    reader.read(root, role or role_of(root) or Role.REQUIREMENT)
    files = [document for document in reader.documents if not document.prose]
    lost = tuple(local.lost(files))
    return Tree(
        root,
        tuple(reader.members),
        tuple(reader.problems),
        tuple(reader.remote),
        reader.index_options.build(),
        lost,
        frozenset(local.named),
        local.bounds() if reader.problems else None,
        tuple(local.found(files)),
    )


def includes_of(document: Document) -> Iterator[Include]:
    """Yield the includes of one file, in order."""
    for line in document.file.lines:
        if line.kind not in (Kind.INCLUDE, Kind.CONSTRAINT) or line.target is None:
            continue
        role = Role.CONSTRAINT if line.kind is Kind.CONSTRAINT else Role.REQUIREMENT
        yield Include(document, line, role, target_of(document.path, line.target))


def target_of(including: Path, written: str) -> Path | None:
    """Return the file that `-r written` means in a file; None for one on another host.

    pip joins the two and makes the result absolute, without following links (`abspath`); a
    `file:` URL is read too.
    """
    try:
        parts = urlsplit(written)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in ("http", "https"):
        return None
    if parts.scheme == "file":
        # Without a slash pip starts from the folder that it is started in: nobody knows which.
        if not parts.path.startswith("/"):
            return None
        # Only a URL needs this module, and importing it takes longer than reading most files.
        from urllib.request import url2pathname  # noqa: PLC0415

        try:
            written = url2pathname(parts.path)
        except OSError:
            # On Windows, of a path that means nothing there.
            return None
    target = absolute(including.parent / written)
    return None if on_another_host(target, including) else target


def _shown(via: tuple[Include, ...]) -> str:
    """Return the last include's target for a message, as written if any value on the way to it
    comes from the environment.
    """  # noqa: D205 - one sentence
    include = via[-1]
    if any(step.document.file.takes_variable(step.span) for step in via):
        return include.span.of(include.document.text)
    return include.shown


class _TreeReader:
    """Walks the graph depth first, as pip does, with a list in place of the stack."""

    def __init__(self, documents: Documents, local: LocalPaths) -> None:
        self._documents = documents
        self._local = local
        self._seen: set[tuple[Path, Role]] = set()
        self.members: list[Member] = []
        self.problems: list[TreeProblem] = []
        self.remote: list[Include] = []
        self.index_options = IndexOptionsBuilder()

    @property
    def documents(self) -> tuple[Document, ...]:
        """The files, each once."""
        return tuple({member.document.path: member.document for member in self.members}.values())

    def read(self, root: Path, role: Role) -> None:
        """Read the tree of `root`."""
        first = self._enter(root, role, ())
        if first is None:
            return
        walks = [first]
        # The files between the root and the current line: what a cycle comes back to.
        open_paths = {root}
        while walks:
            member, lines = walks[-1]
            include = self._next_include(member, lines)
            if include is None:
                walks.pop()
                open_paths.discard(member.document.path)
                continue
            if include.target is None:
                self.remote.append(include)
                continue
            via = (*member.via, include)
            if include.target in open_paths:
                detail = f"{include.shown} includes itself"
                problem = TreeProblem(TreeProblemKind.CYCLE, include.target, detail, include, via)
                self.problems.append(problem)
                continue
            walk = self._enter(include.target, include.role, via)
            if walk is not None:
                walks.append(walk)
                open_paths.add(include.target)

    def _enter(
        self, path: Path, role: Role, via: tuple[Include, ...]
    ) -> tuple[Member, Iterator[Line]] | None:
        """Begin to read a file; None if it was read before or cannot be."""
        if (path, role) in self._seen:
            return None
        document = self._documents.read(path)
        if isinstance(document, Unreadable):
            self._unreadable(document, via)
            return None
        self._seen.add((path, role))
        member = Member(document, role, via)
        if document.undecodable is not None and all(path != m.document.path for m in self.members):
            detail, include = document.undecodable.message, via[-1] if via else None
            kind = TreeProblemKind.UNDECODABLE
            self.problems.append(TreeProblem(kind, path, detail, include, via))
        self.members.append(member)
        return member, iter(() if document.prose else document.file.lines)

    def _unreadable(self, found: Unreadable, via: tuple[Include, ...]) -> None:
        """Note a file that is not there, or cannot be read."""
        missing = found.obstacle is Obstacle.MISSING
        kind = TreeProblemKind.MISSING if missing else TreeProblemKind.UNREADABLE
        include = via[-1] if via else None
        detail = found.detail
        similar: tuple[str, ...] = ()
        if include is not None:
            detail = detail.replace(str(found.path), _shown(via))
            written = include.line.target
            if missing and written and not include.document.file.takes_variable(include.span):
                similar = self._local.similar_files(written, [step.document.path for step in via])
        problem = TreeProblem(kind, found.path, detail, include, via, found.obstacle, similar)
        self.problems.append(problem)

    def _next_include(self, member: Member, lines: Iterator[Line]) -> Include | None:
        """Read on to the next include of a file; None at its end."""
        for line in lines:
            if line.kind is Kind.OPTION:
                self.index_options.add(member.document, line)
            elif line.kind in (Kind.INCLUDE, Kind.CONSTRAINT) and line.target is not None:
                role = Role.CONSTRAINT if line.kind is Kind.CONSTRAINT else Role.REQUIREMENT
                target = target_of(member.document.path, line.target)
                return Include(member.document, line, role, target)
        return None
