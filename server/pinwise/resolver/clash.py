"""Which specifiers cannot hold together: the direct conflicts, without dependencies.

Two proofs, the first needing no index:

* by PEP 440 alone: no version at all satisfies all of them (`==1.0` and `>=2`);
* by what is published: some version satisfies each of them, none satisfies all.

The second is only sound for a complete list of versions; the caller sees to that.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from operator import and_
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from packaging.version import Version


LONGEST_SPECIFIER = 4000
"""Characters."""


class Clash(NamedTuple):
    """The smallest set of specifiers that cannot hold together.

    Attributes:
        members: the places of those specifiers in the sequence given, ascending; one alone
            contradicts itself.
        published: whether the proof needs the list of published versions.
    """

    members: tuple[int, ...]
    published: bool


@lru_cache(maxsize=4096)
def specifier_set(text: str) -> SpecifierSet | None:
    """Read a specifier once; None where `packaging` does not know it.

    Nor is one read that is longer than any real one: Python refuses numbers of more than 4,300
    digits, which `packaging` learns only when it compares. So it does with letters that are one
    with ASCII's but for their case (`1.0po\N{LATIN SMALL LETTER LONG S}t1`).
    """
    if len(text) > LONGEST_SPECIFIER or not text.isascii():
        return None
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


@lru_cache(maxsize=4096)
def unsatisfiable(text: str) -> bool:
    """Return whether no version of PEP 440 satisfies the specifier.

    Memoised, because it is asked for every line at every keystroke (10 to 20 µs each).
    """
    specifiers = specifier_set(text)
    return specifiers is not None and specifiers.is_unsatisfiable()


def mask_of(specifier: str, versions: Sequence[Version]) -> int:
    """Return the versions that satisfy `specifier`, as bits: bit `i` is `versions[i]`.

    Pre-releases count, since pip takes them where nothing else fits; a specifier that
    `packaging` cannot read excludes nothing.
    """
    specifiers = specifier_set(specifier)
    if specifiers is None:
        return (1 << len(versions)) - 1
    # One call of `filter` is four times faster than asking `contains` for each version.
    fitting = specifiers.filter(range(len(versions)), prereleases=True, key=versions.__getitem__)
    return sum(1 << place for place in fitting)


def find_clash(specifiers: Sequence[str], versions: Sequence[Version] | None) -> Clash | None:
    """Return a smallest set of `specifiers` that cannot hold together, or None.

    Args:
        specifiers: PEP 440 specifiers; "" allows everything.
        versions: every published version, or None where the list is not known.

    The set is minimal: without any one of its members the others can hold together. Takes
    O(n) checks once a clash is known.
    """
    if members := _shrink(range(len(specifiers)), lambda chosen: _contradict(specifiers, chosen)):
        return Clash(members, published=False)
    if not versions:
        return None
    masks = [mask_of(specifier, versions) for specifier in specifiers]
    # A line that no version satisfies is a finding of its own; relaxed, it hides nothing here.
    usable = [place for place, mask in enumerate(masks) if mask]
    if members := _shrink(usable, lambda chosen: _no_version(masks, chosen)):
        return Clash(members, published=True)
    return None


def _shrink(
    members: Sequence[int], clashing: Callable[[Sequence[int]], bool]
) -> tuple[int, ...] | None:
    """Drop members one at a time as long as the rest clashes; None if they do not clash."""
    if not members or not clashing(members):
        return None
    kept = list(members)
    # From the end, so that of several smallest sets the one with the earliest lines is taken.
    for member in reversed(members):
        rest = [other for other in kept if other != member]
        if rest and clashing(rest):
            kept = rest
    return tuple(kept)


def _contradict(specifiers: Sequence[str], chosen: Sequence[int]) -> bool:
    """Return whether the chosen specifiers contradict each other by PEP 440 alone."""
    parts = sorted({specifiers[place] for place in chosen if specifiers[place]})
    return bool(parts) and unsatisfiable(",".join(parts))


def _no_version(masks: Sequence[int], chosen: Sequence[int]) -> bool:
    """Return whether no published version satisfies all the chosen."""
    return reduce(and_, (masks[place] for place in chosen)) == 0
