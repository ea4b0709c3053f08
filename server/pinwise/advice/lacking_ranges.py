"""Lines without a pin of which the selected interpreter can install no version at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.installable import Obstacle
from pinwise.advice.memo import IdentityMemo
from pinwise.advice.required import installed_lines
from pinwise.advice.versions import pin_of
from pinwise.base.facts import Known
from pinwise.base.tuples import NamedTuple
from pinwise.resolver.clash import specifier_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context, Located
    from pinwise.advice.installable import Admission
    from pinwise.index.types import Listing

_PARTS = 3
_LAST = ".999"
"""Stands for the newest patch release of a Python whose own is not known."""

_MOST_REMEMBERED = 64
"""Answers about one project that are in use at a time."""


class LackingRange(NamedTuple):
    """A line of which no allowed version has a file for the interpreter.

    Attributes:
        source: whether one of them has a source archive, which an option forbids.
    """

    located: Located
    source: bool


class _Asked(NamedTuple):
    specifier: str
    admission: Admission


_answers: IdentityMemo[Listing, dict[_Asked, frozenset[Obstacle]]] = IdentityMemo(
    lambda _listing: {}
)


def lacking_ranges(ctx: Context) -> Iterator[LackingRange]:
    """Yield the lines without a pin that leave pip no file, though some have one for others.

    What pip's options or Requires-Python leave nothing of on any platform is not among them.
    Nothing is known without an interpreter, nor where a place did not answer or may answer anew.
    Reads releases from the newest on until one can be installed, mostly the first allowed one;
    remembered while the listing lives.
    """
    if ctx.target is None or not ctx.target.tags:
        return
    for located in installed_lines(ctx):
        requirement = located.declaration.requirement
        if pin_of(requirement) is not None:
            continue
        fact = ctx.listing(located.declaration.name)
        if not isinstance(fact, Known) or not fact.value.complete:
            continue
        asked = _Asked(requirement.specifier, ctx.admission(located.declaration.name))
        known = _answers(fact.value)
        if asked not in known:
            if len(known) >= _MOST_REMEMBERED:
                known.clear()
            known[asked] = _obstacles(fact.value, asked)
        if Obstacle.PLATFORM in known[asked]:
            yield LackingRange(located, Obstacle.SOURCE in known[asked])


def _obstacles(listing: Listing, asked: _Asked) -> frozenset[Obstacle]:
    """Return what stands in the way of versions that another platform could install.

    Empty where pip finds a version here, or on no platform. Pre-releases count, since pip takes
    them where nothing else fits; yanked ones do not, since it takes them for a pin only.
    """
    specifiers = specifier_set(asked.specifier)
    if specifiers is None:
        return frozenset()
    here = asked.admission
    if here.python_version and here.python_version.count(".") < _PARTS - 1:
        # Where only `3.12` of it is known, any 3.12 counts.
        here = here._replace(python_version=here.python_version + _LAST)
    anywhere = here._replace(tags=frozenset())
    found: frozenset[Obstacle] = frozenset()
    for release in listing.releases:
        if not specifiers.contains(release.version, prereleases=True):
            continue
        if here.admits(release) or asked.admission.admits(release):
            return frozenset()
        if anywhere.admits(release):
            found |= here.obstacles(release)
    return found
