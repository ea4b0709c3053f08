"""Which lines of a tree cannot hold together because of what packages need, and what to change.

The solver works on what is known and is asked again when more is: what it misses is noted as the
questions of rules are, fetched, and the tree is analysed once more. A conflict that was found
with some of the facts stays one with all of them.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import field, replace
from typing import TYPE_CHECKING

from pinwise.advice.dependency_problem import (
    lines_about,
    lines_asked,
    meaning_of,
    names_elsewhere,
    requirement_of,
)
from pinwise.advice.likely_change import line_to_change
from pinwise.advice.memo import IdentityMemo
from pinwise.advice.other_targets import python_called
from pinwise.advice.places import place_in_sentence
from pinwise.advice.solver_facts import IndexProvider, environment_of
from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.base.records import record
from pinwise.resolver.diagnosis import Diagnosis, find_conflicts
from pinwise.resolver.outcome import GaveUp, Limits, Solution

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context, Located
    from pinwise.advice.dependency_problem import LinesAsked
    from pinwise.advice.solver_facts import Pair
    from pinwise.base.cancellation import CancelToken
    from pinwise.base.facts import Fact
    from pinwise.environments.types import Target
    from pinwise.index.types import Listing, Metadata
    from pinwise.resolver.diagnosis import FoundConflict
    from pinwise.resolver.explanation import Explainer
    from pinwise.resolver.fixes import Fix, Fixes
    from pinwise.resolver.problem import Problem, Requirement
    from pinwise.resolver.provider import Gap

RULE = "dependency-conflict"
"""The name of the rule that tells them."""

LIMITS = Limits(steps=20_000, looks=400_000)
"""What one solve may cost between two keystrokes: 0.1 to 0.2 s at the very worst."""

PATIENCE = 64
"""Versions of a package that are tried newest first; then, whether there is one that fits counts
for more than which."""

FIX_LIMITS = Limits(steps=4_000, looks=100_000, tries=40, patience=8)
"""What one trial of a fix may cost; there are dozens. The last two count where not all is known: a
version that fits with others in a row is found by halving, or is not worth hundreds of requests."""

MOST_OF_ONE = 256
"""Versions of one package whose metadata is asked for on behalf of one set of lines."""

MOST_OTHERS = 600
"""Versions that are asked for beside the first of each package, in all."""

_REMEMBERED = 32
"""Sets of lines whose results are kept: those of the trees that are open, each for its targets."""


@record(frozen=True)
class Resolution:
    """What the solver found about a tree.

    Attributes:
        lines: by the origin of a requirement; those that ask for the same are together.
        diagnosis: None where nothing was solved.
        given_up: why nothing is known of conflicts, as the end of a sentence; "" where the
            search came to its end with what is known.
        target: what it was solved for.
        fixer: works out `fixes_of`; None where nobody is to ask.
        asked: the lines as the solver was asked about them; None where it was not.
        outdated: the packages whose old listings, offline, do not tell that the lines hold
            together: versions that were published since may, or may not, change that.
    """

    lines: tuple[tuple[Located, ...], ...]
    diagnosis: Diagnosis | None
    given_up: str = ""
    target: Target | None = None
    fixer: _Fixer | None = None
    asked: LinesAsked | None = field(default=None, compare=False, repr=False)
    outdated: tuple[Gap, ...] = ()

    @property
    def conflicts(self) -> tuple[FoundConflict, ...]:
        """The conflicts that were found, each real."""
        return self.diagnosis.conflicts if self.diagnosis is not None else ()

    @property
    def unbuilt(self) -> tuple[NormalizedName, ...]:
        """The packages of which only a build would tell what the version needs that counts."""
        if self.diagnosis is None:
            return ()
        rest = self.diagnosis.rest
        counting: set[tuple[NormalizedName, Version | None]] = {
            (line.name, line.pin) for conflict in self.conflicts for line in conflict.lines
        }
        counting.update(rest.versions.items() if isinstance(rest, Solution) else ())
        found = (
            gap.name
            for gap in self.diagnosis.gaps
            if gap.obstacle.reason is Reason.NOT_STATIC
            and gap.version is not None
            and (gap.name, gap.version) in counting
        )
        return tuple(dict.fromkeys(found))

    def fixes_of(
        self, ctx: Context, conflict: FoundConflict, token: CancelToken | None = None
    ) -> tuple[Fix, ...]:
        """Return verified changes of lines; none while facts of the conflict are under way.

        Some ten solves where they were not asked for before. What would tell of more is asked of
        the context, so that it is fetched.
        """
        return self.fixer(ctx, conflict, token).fixes if self.fixer is not None else ()

    def tried(self, conflict: FoundConflict) -> Fixes | None:
        """Return what came of looking for the fixes of a conflict; None where nobody did yet."""
        return self.fixer.tried(conflict) if self.fixer is not None else None

    def located(self, line: Requirement) -> Located:
        """Return the first line that a requirement stands for."""
        return self.alike(line)[0]

    def alike(self, line: Requirement) -> tuple[Located, ...]:
        """Return all lines that a requirement stands for; at least one."""
        return self.lines[_place(line)]

    def conflicts_of(self, located: Located) -> Iterator[FoundConflict]:
        """Yield the conflicts that a line is part of."""
        for conflict in self.conflicts:
            if any(located in self.alike(line) for line in conflict.lines):
                yield conflict

    def explainer(self, conflict: FoundConflict, here: Requirement | None, file: Path) -> Explainer:
        """Return what explains a conflict to a reader of a file, at one of its lines."""
        from pinwise.resolver.explanation import Explainer  # noqa: PLC0415 - most files have none

        def place(line: Requirement) -> str:
            return place_in_sentence(self.located(line), file)

        return Explainer(conflict.proof, place, here, python_called(self.target))


@record(frozen=False)
class _Entry:
    """What was found for one set of lines, and from what.

    Attributes:
        fixes: of the conflicts whose fixes were asked for, by their place in the diagnosis.
        wanted: whose metadata would tell more.
        asked: all that were wanted so far, by name.
    """

    problem: Problem
    diagnosis: Diagnosis
    given_up: str
    listings: dict[NormalizedName, Fact[Listing]]
    metadata: dict[Pair, Fact[Metadata]]
    wanted: list[Pair]
    asked: dict[NormalizedName, set[Version]]
    outdated: tuple[Gap, ...] = ()
    fixes: dict[int, Fixes] = field(default_factory=dict)


_entries: OrderedDict[tuple[object, ...], _Entry] = OrderedDict()
_resolutions: IdentityMemo[Context, list[Resolution]] = IdentityMemo(lambda _context: [])


def forget() -> None:
    """Drop what was found before: for tests that measure."""
    _entries.clear()
    _resolutions.clear()


def is_looked_for(ctx: Context) -> bool:
    """Return whether the settings leave the rule on."""
    return ctx.settings.rules.get(RULE) != "off" and RULE not in ctx.settings.ignore


def resolve(ctx: Context) -> Resolution:
    """Return the conflicts of a tree, from what is known when a context first asks.

    Solved again only where the lines or the facts changed since: else it costs a look-up for
    each fact, some 10 µs, once a context. A solve of 100 pinned lines takes some milliseconds.
    What would tell more is asked of the context, so that it is fetched.

    Raises:
        CancelledError: the context's token was cancelled; nothing of the solve is kept.
    """
    known = _resolutions(ctx)
    if not known:
        known.append(_resolve(ctx))
    return known[0]


def seen_to_hold(ctx: Context) -> tuple[LinesAsked, Solution] | None:
    """Return the lines and a solution of them, if `resolve` was asked and had every fact."""
    for known in _resolutions(ctx):
        diagnosis = known.diagnosis
        if known.asked is None or diagnosis is None or not diagnosis.holds:
            continue
        if isinstance(diagnosis.rest, Solution):
            return known.asked, diagnosis.rest
    return None


def still_standing(ctx: Context, before: Resolution) -> Resolution:
    """Return the conflicts of an earlier text all of whose lines stand in this one, wherever.

    Lines that cannot hold together cannot do so beside others either, so that nothing has to be
    solved for this; whether the facts are still the same, only `resolve` looks. No fixes. Linear
    in the lines about the packages concerned.
    """
    if before.target != ctx.target:
        return Resolution((), None)
    lines: list[tuple[Located, ...]] = [()] * len(before.lines)
    for line in {line for conflict in before.conflicts for line in conflict.lines}:
        meaning = meaning_of(line)
        lines[_place(line)] = tuple(
            located
            for located in lines_about(ctx, line.name)
            if ctx.applies(located.declaration) is True
            and meaning_of(requirement_of(ctx, located, 0)) == meaning
        )
    conflicts = tuple(
        conflict
        for conflict in before.conflicts
        if all(lines[_place(line)] for line in conflict.lines)
    )
    if before.diagnosis is None or not conflicts:
        return Resolution((), None)
    diagnosis = before.diagnosis._replace(conflicts=conflicts)
    return Resolution(tuple(lines), diagnosis, target=ctx.target)


def _place(line: Requirement) -> int:
    """Return a requirement's place in `Resolution.lines`."""
    assert isinstance(line.origin, int)  # noqa: S101 - `lines_asked` made it so
    return line.origin


def _resolve(ctx: Context) -> Resolution:
    elsewhere = names_elsewhere(ctx)
    provider = IndexProvider(ctx, elsewhere)
    asked = lines_asked(ctx, provider)
    if asked.too_many:
        return Resolution((), None, given_up="the file has too many lines")
    if not asked.lines:
        return Resolution((), None)
    key = (asked.key, environment_of(ctx), provider.judgement, elsewhere)
    entry = _entries.get(key)
    if entry is None or not _same_facts(ctx, entry):
        before = entry.asked if entry is not None else {}
        entry = _entries[key] = _solved(asked, provider, before, ctx.token)
        entry.outdated = _outdated(ctx, entry, elsewhere)
    _entries.move_to_end(key)
    while len(_entries) > _REMEMBERED:
        _entries.popitem(last=False)
    for name, version in entry.wanted:
        ctx.metadata(name, version)
    # It must not keep the context, which is remembered with the result for as long as it lives.
    fixer = _Fixer(entry, elsewhere)
    return Resolution(
        asked.lines, entry.diagnosis, entry.given_up, ctx.target, fixer, asked, entry.outdated
    )


def _outdated(ctx: Context, entry: _Entry, elsewhere: frozenset[str]) -> tuple[Gap, ...]:
    """Return the gaps that are old listings, offline, unless a solution is seen in these."""
    old = tuple(
        gap
        for gap in entry.diagnosis.gaps
        if gap.version is None
        and isinstance(fact := entry.listings.get(gap.name), Known)
        and fact.value.kept
    )
    if not old or entry.diagnosis.conflicts:
        return ()
    provider = IndexProvider(ctx, elsewhere, partly=True)
    limits = LIMITS._replace(patience=PATIENCE)
    found = find_conflicts(entry.problem, provider, limits=limits, token=ctx.token)
    # From now on the entry depends on these facts, too.
    entry.listings |= provider.listings
    entry.metadata |= provider.metadata
    if isinstance(found.rest, Solution) and not found.conflicts:
        # What else is missing is told of apart from this.
        return ()
    concerned = {line.name for conflict in found.conflicts for line in conflict.lines}
    return tuple(gap for gap in old if gap.name in concerned) or old


def _same_facts(ctx: Context, entry: _Entry) -> bool:
    """Return whether every fact is as it was; asks all of them, so that they stay noted."""
    same = True
    for name, before in entry.listings.items():
        if ctx.token is not None:
            ctx.token.check()
        now = ctx.listing(name)
        if isinstance(now, Known) and isinstance(before, Known):
            # Two listings would be compared release by release.
            same = same and now.value is before.value
        else:
            same = same and now == before
    return same and all(
        ctx.peek(name, version) == before for (name, version), before in entry.metadata.items()
    )


def _solved(
    asked: LinesAsked,
    provider: IndexProvider,
    before: dict[NormalizedName, set[Version]],
    token: CancelToken | None,
) -> _Entry:
    """Solve, and note what would tell more."""
    limits = LIMITS._replace(patience=PATIENCE)
    diagnosis = find_conflicts(asked.problem, provider, limits=limits, token=token)
    wanting = _Wanting(before, provider)
    wanting.add(diagnosis.gaps)
    given_up = ""
    if isinstance(diagnosis.rest, GaveUp):
        most = f", most of them of `{diagnosis.rest.package}`" if diagnosis.rest.package else ""
        given_up = f"there are too many combinations of versions{most}"
    elif wanting.refused:
        given_up = f"too many versions of `{wanting.refused}` would have to be looked up"
    return _Entry(
        asked.problem,
        diagnosis,
        given_up,
        provider.listings,
        provider.metadata,
        wanting.wanted,
        wanting.asked,
    )


class _Fixer:
    """Looks for the fixes of the conflicts of an entry."""

    def __init__(self, entry: _Entry, elsewhere: frozenset[str]) -> None:
        self._entry = entry
        self._elsewhere = elsewhere

    def __call__(self, ctx: Context, conflict: FoundConflict, token: CancelToken | None) -> Fixes:
        at = self._place(conflict)
        if at not in self._entry.fixes:
            self._entry.fixes[at] = self._found(ctx, conflict, token)
        return self._entry.fixes[at]

    def tried(self, conflict: FoundConflict) -> Fixes | None:
        """Return what was found before."""
        return self._entry.fixes.get(self._place(conflict))

    def _place(self, conflict: FoundConflict) -> int:
        conflicts = self._entry.diagnosis.conflicts
        return next(at for at, each in enumerate(conflicts) if each is conflict)

    def _found(self, ctx: Context, conflict: FoundConflict, token: CancelToken | None) -> Fixes:
        from pinwise.resolver import fixes  # noqa: PLC0415 - most files have no conflict

        entry = self._entry
        wanted = set(entry.wanted)
        gaps = [_final(gap, wanted) for gap in entry.diagnosis.gaps]
        if awaited := [gap for gap in gaps if gap.obstacle.reason is Reason.PENDING]:
            # Whatever comes brings another solve, and other fixes with it.
            return fixes.Fixes((), (), tuple(awaited))
        diagnosis = entry.diagnosis._replace(gaps=tuple(gaps))
        # That something holds needs no complete listings, as the proof that nothing does.
        provider = IndexProvider(ctx, self._elsewhere, partly=True)
        found = fixes.find_fixes(
            entry.problem,
            diagnosis,
            conflict,
            provider,
            here=line_to_change(ctx, conflict),
            limits=FIX_LIMITS,
            token=token,
        )
        wanting = _Wanting(entry.asked, provider)
        wanting.add(found.gaps)
        # From now on the entry depends on these facts, too.
        entry.listings |= provider.listings
        entry.metadata |= provider.metadata
        entry.asked = wanting.asked
        entry.wanted += wanting.wanted
        for name, version in wanting.wanted:
            ctx.metadata(name, version)
        wanted = set(entry.wanted)
        return found._replace(doubts=tuple(_final(gap, wanted) for gap in found.doubts))


def _final(gap: Gap, awaited: set[Pair]) -> Gap:
    """Return a gap that nobody fills any more as one that is given up."""
    waiting = gap.obstacle.reason is Reason.PENDING
    if waiting and gap.version is not None and (gap.name, gap.version) not in awaited:
        return replace(gap, obstacle=NotChecked(Reason.GAVE_UP))
    return gap


class _Wanting:
    """Chooses whose metadata to ask for, within the limits.

    Attributes:
        refused: a package of which no more are asked for; "" where there is none.
    """

    def __init__(
        self,
        asked: Mapping[NormalizedName, set[Version]],
        provider: IndexProvider,
    ) -> None:
        self.asked = {name: set(versions) for name, versions in asked.items()}
        self.wanted: list[Pair] = []
        self.refused = ""
        self._provider = provider
        self._others = sum(len(versions) - 1 for versions in self.asked.values())

    def add(self, gaps: Iterable[Gap]) -> None:
        """Take what a solve missed: of a package that comes back again, twice as many."""
        for gap in gaps:
            if gap.version is None or not gap.fillable:
                continue
            if not _may_exist(self._provider.listings.get(gap.name)):
                continue
            versions = self.asked.setdefault(gap.name, set())
            for version in (gap.version, *gap.older[: self._further(gap, versions)]):
                if version not in versions:
                    if not self._may_add(versions):
                        self.refused = gap.name
                        break
                    versions.add(version)
                self.wanted.append((gap.name, version))

    def _further(self, gap: Gap, versions: set[Version]) -> int:
        """Return how many older versions to ask for at once: as many as came and did not do.

        None while the version itself is under way.
        """
        if gap.version in versions or gap.obstacle.reason is not Reason.PENDING:
            return 0
        return sum(
            isinstance(self._provider.metadata.get((gap.name, version)), Known)
            for version in versions
        )

    def _may_add(self, versions: set[Version]) -> bool:
        if not versions:
            return True
        if len(versions) >= MOST_OF_ONE or self._others >= MOST_OTHERS:
            return False
        self._others += 1
        return True


def _may_exist(listing: Fact[Listing] | None) -> bool:
    """Return whether a version of a project may be there.

    While nobody knows, what a line pins is asked for together with the project's versions, so
    that one wait is enough for both; it is requested only where they have it.
    """
    if isinstance(listing, NotChecked):
        return listing.reason is Reason.PENDING
    return isinstance(listing, Known)
