"""pip's hash-checking mode: what switches it on, and which lines pip then rejects.

As pip 26.3 does it (`get_requirements` in `cli/req_command.py`, `_get_linked_req_hashes` in
`operations/prepare.py`, `_iter_found_candidates` in `resolution/resolvelib/factory.py`):

* one `--hash` beside any requirement or constraint, whatever its marker, or `--require-hashes`
  on a line of its own switches it on for all; `--no-require-hashes` (26.2) keeps it off;
* of several lines about a package, the first that counts decides whether there is a hash;
* a line without one is content with those of a constraint (26.1), and with a URL's `#sha256=`;
* up to 26.0, a hash counts only beside one `==` or `===`;
* what is no single file can have none: a repository, a folder, an editable.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum, auto
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.advice.marker_sets import never_holds, supported_by
from pinwise.base.patterns import late
from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple
from pinwise.manifests.declarations import Role
from pinwise.project.graph import target_of
from pinwise.syntax.entry import VCS_SCHEMES, is_archive
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.advice.context import Context
    from pinwise.base.text import Span
    from pinwise.project.files import Document
    from pinwise.project.graph import Member
    from pinwise.syntax.nodes import Line, Marker, Requirement

MOST_ALIKE = 50
"""Lines about one package that are compared; a file with more is no real one."""

_URL_HASH = late(r"[#&](?:sha(?:1|224|384|256|512)|md5)=(?P<digest>[^&]*)")


class Lack(Enum):
    """Why pip rejects a line where it checks hashes."""

    HASH = auto()
    PIN = auto()
    """It has a hash and is not pinned, which pip takes from 26.1 on."""
    EDITABLE = auto()
    REPOSITORY = auto()
    FOLDER = auto()


class Cause(NamedTuple):
    """What switched the mode on.

    Attributes:
        span: a `--hash` with its digest, or the option `--require-hashes`.
        option: whether it is that option.
    """

    document: Document
    span: Span
    option: bool


class Rejected(NamedTuple):
    """A line that pip rejects."""

    document: Document
    line: Line
    lack: Lack


class HashMode(NamedTuple):
    """What the mode means for a tree.

    Attributes:
        cause: the first thing that switched it on.
        rejected: the lines that pip rejects, in its order.
        hashed: how many lines have a hash.
    """

    cause: Cause
    rejected: tuple[Rejected, ...]
    hashed: int


class _Entry(NamedTuple):
    """A line that asks for something or bounds it."""

    document: Document
    line: Line
    requirement: Requirement
    role: Role

    @property
    def hashed(self) -> bool:
        """Whether pip knows a hash from this line; an editable's `--hash` is dropped."""
        if self.requirement.editable:
            return False
        found = _URL_HASH.search(self.requirement.url or "")
        return bool(self.line.hashes or (found and found["digest"]))

    @property
    def direct(self) -> str:
        """The URL or the path; "" where an index has to be asked."""
        return self.requirement.url or self.requirement.path or ""

    @property
    def pinned(self) -> bool:
        """Whether pip takes it for pinned (`is_pinned` in `req/req_install.py`)."""
        clauses = self.requirement.clauses
        return len(clauses) == 1 and clauses[0].operator in ("==", "===")


def hash_mode(ctx: Context) -> HashMode | None:
    """Return what pip's hash-checking mode means for a tree; None where it is off.

    None, too, where a part of the tree cannot be read: it may hold hashes for the other lines, or
    switch the mode off. Cost: linear in the lines.
    """
    if ctx.tree.remote or ctx.tree.problems or not _may_be_on(ctx.tree.members):
        return None
    reader = _Reader(ctx)
    reader.read()
    if reader.cause is None:
        return None
    return HashMode(reader.cause, tuple(reader.rejected()), reader.hashed)


def _may_be_on(members: Sequence[Member]) -> bool:
    """Look for what switches the mode on; most files have nothing of it."""
    return any(
        line.hashes or any(option.name == "--require-hashes" for option in line.options)
        for member in members
        for line in member.document.file.lines
    )


@record(frozen=False)
class _Reader:
    """Reads the lines of a tree in pip's order, and then judges them."""

    ctx: Context
    required: Cause | None = None
    first: Cause | None = None
    off: bool = False
    entries: list[_Entry] = field(default_factory=list)

    @property
    def cause(self) -> Cause | None:
        """What switched the mode on; `--require-hashes` is meant so, and is named first."""
        return self.required or (None if self.off else self.first)

    @property
    def hashed(self) -> int:
        """How many requirements have a hash."""
        return sum(entry.hashed for entry in self.entries if entry.role is Role.REQUIREMENT)

    def read(self) -> None:
        """Take every line where pip reads it: an included file's in the place of its `-r`."""
        for member, line in _in_order(self.ctx.tree.members):
            requirement = line.requirement
            if line.kind is Kind.OPTION:
                self._options(member.document, line)
            elif requirement is not None and line.kind is not Kind.ERROR:
                entry = _Entry(member.document, line, requirement, member.role)
                self.entries.append(entry)
                if self.first is None and line.hashes and not requirement.editable:
                    self.first = Cause(member.document, line.hashes[0].span, option=False)

    def _options(self, document: Document, line: Line) -> None:
        """Take the two options of the mode."""
        for option in line.options:
            if option.name == "--require-hashes" and self.required is None:
                self.required = Cause(document, option.span, option=True)
            elif option.name == "--no-require-hashes" and self.ctx.pip_at_least("26.2"):
                self.off = True

    def rejected(self) -> Iterator[Rejected]:
        """Judge each line that is the first about its package, file or address."""
        supported = supported_by(self.ctx)
        bounds: dict[str, list[_Entry]] = {}
        given: dict[str, list[_Entry]] = {}
        for entry in self.entries:
            group = bounds if entry.role is Role.CONSTRAINT else given
            if entry.role is Role.CONSTRAINT or entry.direct:
                group.setdefault(canonicalize_name(entry.requirement.name), []).append(entry)
        before: dict[str, list[_Entry]] = {}
        pin_needed = not self.ctx.pip_at_least("26.1")
        for entry in self.entries:
            marker = entry.requirement.marker
            if entry.role is Role.CONSTRAINT or (marker and never_holds(marker.text, supported)):
                continue
            name = canonicalize_name(entry.requirement.name)
            known = before.setdefault(entry.direct or name, [])
            if entry.line.hashes and not (pin_needed or entry.direct or entry.requirement.editable):
                # By far the most lines of a file with hashes.
                known.append(entry)
                continue
            decided = (
                len(known) >= MOST_ALIKE
                or self._beside(known, marker)
                or (not entry.direct and self._beside(given.get(name, ()), marker))
            )
            if len(known) < MOST_ALIKE:
                known.append(entry)
            lack = None if decided else self._lack(entry, bounds.get(name, ()))
            if lack is not None:
                yield Rejected(entry.document, entry.line, lack)

    def _lack(self, entry: _Entry, constraints: Sequence[_Entry]) -> Lack | None:
        """Return what a line lacks that decides for its package; None if nothing."""
        requirement = entry.requirement
        if requirement.editable:
            return Lack.EDITABLE
        if entry.direct.partition(":")[0].lower() in VCS_SCHEMES:
            return Lack.REPOSITORY
        if _is_folder(requirement):
            return Lack.FOLDER
        if entry.hashed:
            unpinned = not entry.direct and not entry.pinned
            return Lack.PIN if unpinned and not self.ctx.pip_at_least("26.1") else None
        beside = self._beside(constraints, requirement.marker)
        if entry.direct or not self._bounded(beside):
            return Lack.HASH
        return None

    def _bounded(self, constraints: Sequence[_Entry]) -> bool:
        """Return whether a line that asks an index gets its hashes from constraints."""
        direct = [entry for entry in constraints if entry.direct]
        if direct:
            # pip takes the file that the constraint names, but not the constraint's `--hash`.
            return any(_URL_HASH.search(entry.direct) for entry in direct)
        return self.ctx.pip_at_least("26.1") and any(entry.hashed for entry in constraints)

    def _beside(self, others: Sequence[_Entry], marker: Marker | None) -> list[_Entry]:
        """Return the lines that count where a line with this marker does, as far as one can tell.

        For the selected interpreter its own answer counts; for a line that is meant for another
        one, all that is not certain to be apart from it.
        """
        here = self.ctx.holds(marker) is True
        others = others[:MOST_ALIKE]
        return [other for other in others if self._meet(other.requirement.marker, marker, here)]

    def _meet(self, other: Marker | None, marker: Marker | None, here: bool) -> bool:  # noqa: FBT001 - an answer, not a switch
        """Return whether two lines may count in one environment."""
        if other is None or here:
            return self.ctx.holds(other) is not False
        return marker is None or not never_holds(f"({other.text}) and ({marker.text})")


def _is_folder(requirement: Requirement) -> bool:
    """Return whether a line names a folder: what does not end like an archive."""
    if requirement.path is not None:
        return not is_archive(requirement.path)
    url = requirement.url or ""
    return url.startswith("file:") and not is_archive(url.partition("#")[0])


def _in_order(members: Sequence[Member]) -> Iterator[tuple[Member, Line]]:
    """Yield the lines of all files as pip reads them; a file that is read again is left out."""
    waiting = {(member.document.path, member.role): member for member in members}
    if not members:
        return
    opened = [_open(waiting.pop((members[0].document.path, members[0].role)))]
    while opened:
        member, lines = opened[-1]
        for line in lines:
            yield member, line
            if line.kind not in (Kind.INCLUDE, Kind.CONSTRAINT) or line.target is None:
                continue
            role = Role.CONSTRAINT if line.kind is Kind.CONSTRAINT else Role.REQUIREMENT
            target = target_of(member.document.path, line.target)
            included = waiting.pop((target, role), None) if target is not None else None
            if included is not None:
                opened.append(_open(included))
                break
        else:
            opened.pop()


def _open(member: Member) -> tuple[Member, Iterator[Line]]:
    """Return a file with what is left of its lines."""
    return member, iter(() if member.document.prose else member.document.file.lines)
