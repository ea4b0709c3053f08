"""What the solver asks about packages, and how it is answered: at once, or "not known".

The solver never waits. What is not known constrains nothing and is recorded as a gap; whoever
drives it fetches the gaps and solves again. Fewer facts can only make more sets of versions
possible, so a conflict found with some of the facts stays one with all of them.
"""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from pinwise.base.facts import NotChecked, Reason
from pinwise.base.records import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.base.facts import Fact
    from pinwise.resolver.versions import Versions


@record(frozen=True)
class Dependency:
    """One requirement of a distribution, its marker already evaluated for the target.

    Attributes:
        specifier: PEP 440 text; "" allows everything.
        text: the requirement in the words of its metadata (`Requires-Dist`), without the marker
            and the lower bounds first; "" where the specifier serves.
        extras: normalized.
        direct: whether it names an address (`name @ https://...`) and not an index.
    """

    name: NormalizedName
    specifier: str = ""
    extras: tuple[str, ...] = ()
    text: str = ""
    direct: bool = False

    @cached_property
    def shown(self) -> str:
        """The requirement as a person would write it: `uvicorn[standard]>=0.12`."""
        if self.text:
            return self.text
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        return f"{self.name}{extras}{self.specifier}"


class Provider(Protocol):
    """Facts for one target (interpreter and platform), from memory or the cache.

    Every method answers at once: no network, no build. During one call of this package's
    functions the answers must not change (`Snapshot` sees to that), and where a fact is merely
    refreshed, the same `Versions` object should come back, because it remembers its masks.
    """

    def versions(self, name: NormalizedName) -> Fact[Versions]:
        """Return every version of a package, newest first.

        `Absent` says that no index has such a package, `NotChecked` that this is not known: a
        listing with missing parts is not known. Cost: reads a listing, O(n) where it was not
        read before; asked once a package and solve, and only where no line pins it.
        """

    def pinned(self, name: NormalizedName, version: Version) -> Fact[Versions]:
        """Return the versions that `==version` admits: mostly one, and its local variants.

        `Absent` says that there is none. Cost: a look-up; asked for every pinned line, so it
        must not read a whole listing.
        """

    def dependencies(
        self, name: NormalizedName, version: Version, extra: str
    ) -> Fact[tuple[Dependency, ...]]:
        """Return what a version needs on the target; with an extra, what that extra adds.

        Whoever implements this evaluates the markers. For an extra those requirements count
        whose marker holds with that `extra`; repeating what is needed without it does no harm.
        `NotChecked(NOT_STATIC)` is the answer for a version that has only source archives
        without static metadata. Cost: a look-up; asked once for each version that the solver
        tries and for its neighbours. Return the same tuple for equal answers if you can: it is
        compared.
        """


class Snapshot:
    """A provider asked once about each thing, so that several solves see the same facts."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._versions: dict[NormalizedName, Fact[Versions]] = {}
        self._pinned: dict[tuple[NormalizedName, Version], Fact[Versions]] = {}
        self._dependencies: dict[
            tuple[NormalizedName, Version, str], Fact[tuple[Dependency, ...]]
        ] = {}

    def versions(self, name: NormalizedName) -> Fact[Versions]:
        """As the provider."""
        found = self._versions.get(name)
        if found is None:
            found = self._versions[name] = self._provider.versions(name)
        return found

    def pinned(self, name: NormalizedName, version: Version) -> Fact[Versions]:
        """As the provider."""
        key = (name, version)
        found = self._pinned.get(key)
        if found is None:
            found = self._pinned[key] = self._provider.pinned(name, version)
        return found

    def dependencies(
        self, name: NormalizedName, version: Version, extra: str
    ) -> Fact[tuple[Dependency, ...]]:
        """As the provider."""
        key = (name, version, extra)
        found = self._dependencies.get(key)
        if found is None:
            found = self._provider.dependencies(name, version, extra)
            self._dependencies[key] = found
        return found


@record(frozen=True)
class Gap:
    """Something that the solver wanted to know and was not told.

    Attributes:
        version: None where the listing of the package is missing, else the version whose
            metadata is.
        extra: the extra that was asked for; "" for none.
        obstacle: why it is not known. `NOT_STATIC` can be filled by no request.
        others: computes `older`.
    """

    name: NormalizedName
    version: Version | None
    obstacle: NotChecked
    extra: str = ""
    others: Callable[[], tuple[Version, ...]] | None = field(default=None, repr=False)

    @property
    def fillable(self) -> bool:
        """Whether asking an index may help."""
        return self.obstacle.reason is not Reason.NOT_STATIC

    @property
    def older(self) -> tuple[Version, ...]:
        """The versions that would be tried next, best first, at most 64.

        A package that comes back wave after wave is worth asking for 1, 2, 4, ... of them at
        once, and for none any more after some budget.
        """
        return self.others() if self.others is not None else ()

    def same_as(self) -> tuple[NormalizedName, Version | None, str]:
        """Return what makes two gaps the same."""
        return (self.name, self.version, self.extra)
