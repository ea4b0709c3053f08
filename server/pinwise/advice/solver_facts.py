"""What the solver asks about packages, answered from what a context knows of the indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from packaging.version import Version

from pinwise.advice.installable import Obstacle
from pinwise.advice.memo import IdentityMemo
from pinwise.advice.other_targets import MOST_TARGETS
from pinwise.advice.requires_dist import reader_for
from pinwise.advice.text_shown import shown_in_code
from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.base.tuples import NamedTuple
from pinwise.index.types import LazyReleases, Release
from pinwise.resolver.listed_versions import ListedVersions
from pinwise.resolver.versions import Candidate, Versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context
    from pinwise.advice.cooldown import Cooldown
    from pinwise.advice.installable import Admission
    from pinwise.advice.requires_dist import Environment
    from pinwise.base.facts import Fact
    from pinwise.index.types import Listing, Metadata
    from pinwise.resolver.provider import Dependency

    Pair: TypeAlias = tuple[NormalizedName, Version]

_PARTS = 3
_LAST = ".999"
"""Stands for the newest patch release of a Python whose own is not known."""

NOT_TOLD = NotChecked(Reason.NOT_STATIC)
"""No request would tell more."""


_ANY = Version("0")
"""Stands for a version that plays no part."""

_MOST_MADE = MOST_TARGETS + 4
"""For how many judgements `Versions` of a listing are kept: those of every target, after each
edit."""

_MOST_ALIKE = 4
"""Of these, how many that differ in moments alone: each hour makes new ones."""

_OBSTACLES = {
    Obstacle.PRERELEASE: "is a pre-release, which an option of pip forbids",
    Obstacle.WHEEL: "has only wheels, which an option of pip forbids",
    Obstacle.LATE: "was uploaded too late for an option of pip",
    Obstacle.SOURCE: "has only source archives, which an option of pip forbids",
}
"""What options hold against a version, as the end of a sentence."""


class _Judgement(NamedTuple):
    """What decides which versions pip would take, and which come last."""

    admission: Admission
    cooldown: Cooldown | None


class _Made:
    """What was made of one listing, for some judgements; each object remembers its masks."""

    __slots__ = ("all", "local", "pinned")

    def __init__(self) -> None:
        self.all: dict[_Judgement, Known[Versions]] = {}
        self.pinned: dict[_Judgement, dict[Version, Versions]] = {}
        self.local: tuple[Version, ...] | None = None


_made: IdentityMemo[Listing, _Made] = IdentityMemo(lambda _listing: _Made())


def needs_of(ctx: Context, requires_dist: tuple[str, ...], extra: str) -> tuple[Dependency, ...]:
    """Return what counts of some `Requires-Dist` on the target; with an extra, what that adds."""
    return reader_for(environment_of(ctx)).read(requires_dist, extra).value


class IndexProvider:
    """Implements `pinwise.resolver.provider.Provider` over a context.

    Listings that are asked for are noted by the context as any rule's questions are. Metadata is
    looked up without being noted: the solver looks at neighbours too, and only what it names as
    gaps in the end is worth fetching.

    Args:
        ctx: whose facts count, and whose target.
        elsewhere: names that may come from a line that tells no name (`-e .`): what an index
            lists of them says nothing, and neither does that no index has a package.
        partly: whether versions count that are known of a listing with missing parts. Then what
            was seen to hold does hold, but a conflict proves nothing.

    Attributes:
        listings: every answer about a project so far.
        metadata: every answer about a version so far.
        judgement: equal for providers that hold the same against every version.
    """

    def __init__(
        self, ctx: Context, elsewhere: frozenset[str] = frozenset(), *, partly: bool = False
    ) -> None:
        self.listings: dict[NormalizedName, Fact[Listing]] = {}
        self.metadata: dict[Pair, Fact[Metadata]] = {}
        self._ctx = ctx
        self._elsewhere = elsewhere
        self._partly = partly
        self._peek = ctx.known_metadata or ctx.metadata
        self._usual: _Judgement | None = None
        self._reader = reader_for(environment_of(ctx))
        tags = ctx.target.tags if ctx.target is not None else None
        self.judgement: object = (ctx.python_version, tags, ctx.policy.key, ctx.cooldown)

    def versions(self, name: NormalizedName) -> Fact[Versions]:
        """Return every version of a package, newest first; builds few of its releases."""
        listing = self._complete(name)
        if not isinstance(listing, Known):
            return listing
        made, judgement = _made(listing.value), self._judgement(name)
        found = made.all.get(judgement)
        if found is None:
            _make_room(made.all, judgement)
            found = made.all[judgement] = Known(_listed(listing.value.releases, judgement))
        return found

    def pinned(self, name: NormalizedName, version: Version) -> Fact[Versions]:
        """Return the versions that `==version` admits; builds the releases of these alone."""
        listing = self._complete(name)
        if not isinstance(listing, Known):
            return listing
        made, judgement = _made(listing.value), self._judgement(name)
        if judgement not in made.pinned:
            _make_room(made.pinned, judgement)
        pinned = made.pinned.setdefault(judgement, {})
        found = pinned.get(version)
        if found is None:
            admitted = [version]
            if version.local is None:
                local = _local_versions(listing.value, made)
                admitted += [other for other in local if Version(other.public) == version]
            releases = [
                release
                for each in sorted(admitted, reverse=True)
                if (release := listing.value.by_version.get(each)) is not None
            ]
            found = pinned[version] = _versions(releases, judgement)
        return Known(found) if found.all else Absent()

    def dependencies(
        self, name: NormalizedName, version: Version, extra: str
    ) -> Fact[tuple[Dependency, ...]]:
        """Return what a version needs on the target; with an extra, what that extra adds."""
        pair = (name, version)
        fact = self.metadata.get(pair)
        if fact is None:
            fact = self.metadata[pair] = self._peek(name, version)
        if isinstance(fact, Known):
            return self._reader.read(fact.value.requires_dist, extra)
        # That there is no such version is what the listing says, or nobody.
        return fact if isinstance(fact, NotChecked) else NOT_TOLD

    def _complete(self, name: NormalizedName) -> Fact[Listing]:
        """Return a listing that tells by what it lacks, too."""
        fact = self.listings.get(name)
        if fact is None:
            fact = self.listings[name] = self._ctx.listing(name)
        if self._elsewhere and (name in self._elsewhere or _has_nothing(fact)):
            return NOT_TOLD
        if not isinstance(fact, Known) or fact.value.complete:
            return fact
        if fact.value.stale:
            return NotChecked(Reason.PENDING)
        if self._partly and fact.value.releases:
            return fact
        obstacles = fact.value.obstacles
        return obstacles[0] if obstacles else NotChecked(Reason.UNREACHABLE, fact.value.incomplete)

    def _judgement(self, name: NormalizedName) -> _Judgement:
        if self._usual is not None and name not in self._ctx.policy.singled_out:
            return self._usual
        found = _Judgement(self._ctx.admission(name), self._ctx.cooldown)
        if name not in self._ctx.policy.singled_out:
            self._usual = found
        return found


def _make_room(made: dict[_Judgement, Any], judgement: _Judgement) -> None:
    alike = [other for other in made if _timeless(other) == _timeless(judgement)]
    if len(alike) >= _MOST_ALIKE:
        for other in alike:
            del made[other]
    if len(made) >= _MOST_MADE:
        made.clear()


def _timeless(judgement: _Judgement) -> Admission:
    return judgement.admission._replace(uploaded_before=None)


def _listed(releases: Sequence[Release], judgement: _Judgement) -> Versions:
    """Return the versions of a listing; sets of files repeat the same kinds, judged once each."""
    admission, cooldown = judgement
    timed = cooldown is not None or admission.uploaded_before is not None
    shapes = releases.shapes if isinstance(releases, LazyReleases) else None
    if shapes is None or timed or admission.prereleases is False:
        return _versions(releases, judgement)
    usable = admission.usable(shapes)
    wheels = shapes.where([bool(shapes.tags[tags]) for tags, _, _ in shapes.kinds])
    kept = shapes.where([shapes.reasons[reason] is None for _, _, reason in shapes.kinds])
    judged = []
    for files in shapes.sets:
        taken = files & usable
        if taken:
            # pip takes a yanked file only where there is no other.
            good = taken & kept
            last = admission.prefer_binary and not (good or taken) & wheels
            judged.append(Candidate(_ANY, not good, "", last))
        else:
            judged.append(_candidate(Release(_ANY, shapes.files(files)), judgement))
    assert isinstance(releases, LazyReleases)  # noqa: S101 - only these have shapes
    wanted = admission.prereleases is True
    return ListedVersions(releases.texts, shapes.runs, judged, prereleases=wanted)


def _versions(releases: Iterable[Release], judgement: _Judgement) -> Versions:
    candidates = [_candidate(release, judgement) for release in releases]
    wanted = judgement.admission.prereleases is True
    return Versions(candidates, prereleases=wanted)


def _candidate(release: Release, judgement: _Judgement) -> Candidate:
    admission, cooldown = judgement
    files = list(admission.candidates(release, yanked=True))
    obstacle = "" if files else _obstacle(release, admission)
    # pip takes a yanked file only where there is no other.
    good = [file for file in files or release.files if file.yanked is None]
    source = admission.prefer_binary and not any(file.is_wheel for file in good or files)
    last = source or (cooldown is not None and cooldown.holds(release))
    return Candidate(release.version, not good, obstacle, last)


def environment_of(ctx: Context) -> Environment | None:
    """Return the variables of markers on the target, as a key; None where there is no target."""
    if ctx.target is None:
        return None
    return tuple(sorted(ctx.target.marker_environment.items()))


def _has_nothing(fact: Fact[Listing]) -> bool:
    return isinstance(fact, Absent) or (isinstance(fact, Known) and not fact.value.releases)


def _local_versions(listing: Listing, made: _Made) -> tuple[Version, ...]:
    """Return the versions with a local part, `1.0+cpu`; hardly any index has some."""
    if made.local is None:
        releases = listing.releases
        if isinstance(releases, LazyReleases):
            places = (at for at, text in enumerate(releases.texts) if "+" in text)
            made.local = tuple(releases[at].version for at in places)
        else:
            versions = (release.version for release in releases)
            made.local = tuple(version for version in versions if version.local is not None)
    return made.local


def _obstacle(release: Release, admission: Admission) -> str:
    """Return why no file of a release can be installed, as the end of a sentence; else ""."""
    obstacles = admission.obstacles(release, yanked=True)
    if not obstacles:
        return ""
    if Obstacle.PYTHON in obstacles and admission.python_version.count(".") < _PARTS - 1:
        # Where only `3.12` of it is known, any 3.12 counts.
        latest = admission._replace(python_version=admission.python_version + _LAST)
        obstacles = latest.obstacles(release, yanked=True)
        if not obstacles:
            return ""
    for obstacle, words in _OBSTACLES.items():
        if obstacle in obstacles:
            return words
    if Obstacle.PLATFORM in obstacles:
        # Most often it is the Python that no file is for.
        python = ".".join(admission.python_version.split(".")[:2])
        return f"has no file for {f'Python {python} on ' if python else ''}this platform"
    needed = next((file.requires_python for file in reversed(release.files)), "")
    return f"needs Python {needed}" if shown_in_code(needed) else "needs another Python"
