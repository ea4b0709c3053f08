from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.resolver.specifiers import adjusted
from pinwise.resolver.universe import Universe
from pinwise.resolver.versions import Candidate, UnknownVersion, Versions
from pinwise.resolver.wording import common_bounds, joined, specifier_for


@pytest.mark.parametrize(
    ("specifier", "version", "expected"),
    [
        (">=1,<2", "2.4.1", ">=1,<3"),
        (">=2.5", "2.4.1", ">=2.4.1"),
        (">2.4.1", "2.4.1", ">=2.4.1"),
        ("<2.1", "2.4.1", "<2.5"),
        ("<=2.1", "2.4.1", "<=2.4.1"),
        ("~=1.4", "2.4.1", "~=2.4"),
        ("~=1.4.2", "2.4.1", "~=2.4.1"),
        ("==1.*", "2.4.1", "==2.*"),
        ("==1.4.*", "2.4.1", "==2.4.*"),
        (">=1,!=2.4.1", "2.4.1", ">=1"),
        ("==1.0", "2.4.1", "==2.4.1"),
        (">=1", "2.4.1", ">=1"),
        ("<1!2", "1!2.4", "<1!3"),
        ("nonsense", "1", None),
    ],
)
def test_adjusted(specifier: str, version: str, expected: str | None) -> None:
    assert adjusted(specifier, Version(version)) == expected


NUMBERS = st.lists(st.integers(0, 9), min_size=1, max_size=3).map(lambda n: ".".join(map(str, n)))
PARTS = st.tuples(st.sampled_from([">=", ">", "<", "<=", "==", "!="]), NUMBERS).map("".join)


@given(st.lists(PARTS, min_size=1, max_size=3).map(",".join), NUMBERS)
def test_adjusted_admits_the_version(specifier: str, version: str) -> None:
    found = adjusted(specifier, Version(version))
    assert found is not None
    assert Version(version) in SpecifierSet(found)


def _universe(*versions: str, closed: bool = True) -> Universe:
    listed = Versions(Candidate(Version(each)) for each in versions)
    return Universe(canonicalize_name("a"), listed, closed=closed)


@pytest.mark.parametrize(
    ("specifier", "among", "told"),
    [
        ("", "", ""),
        (">=2", "", ">=2"),
        ("<=2", "", "<=2"),
        ("==2", "", "==2"),
        (">=2,<4", "", ">=2,<=3"),
        ("!=2", "", ">=3 or ==1"),
        ("==2", ">=2", "==2"),
        (">=2,<4", ">=2", "<=3"),
        (">=2,<4", ">=2,<4", ""),
    ],
)
def test_versions_in_words(specifier: str, among: str, told: str) -> None:
    universe = _universe("4", "3", "2", "1")
    found = specifier_for(universe, universe.mask(specifier), universe.mask(among))
    assert found == told


@given(st.integers(0, 2**8 - 1), st.integers(0, 2**8 - 1))
def test_the_words_are_true(states: int, among: int) -> None:
    universe = _universe(*map(str, range(8, 0, -1)))
    states, among = states << 1, among << 1
    told = specifier_for(universe, states & among, among)
    if "..." in told or not states & among:
        return
    meant = 0
    for part in told.split(" or "):
        meant |= universe.mask(part)
    assert meant & among == states & among


@pytest.mark.parametrize(
    ("specifiers", "told"),
    [
        ([">=2", ">=3,<9"], ">=2"),
        (["==2.0", "==3.0"], ">=2.0"),
        (["~=2.0", ">2.5"], ">=2.0"),
        ([">=2", "!=3"], ""),
    ],
)
def test_what_specifiers_have_in_common(specifiers: list[str], told: str) -> None:
    assert common_bounds(_universe("1.0", closed=False), specifiers, 0) == told


def test_enumerations() -> None:
    assert joined(["a"]) == "a"
    assert joined(["a", "b"]) == "a and b"
    assert joined(["a", "b", "c"], "or") == "a, b or c"


def test_masks() -> None:
    versions = Versions(map(Candidate, map(Version, ["2.0", "2.0rc1", "1.0"])))
    assert versions.all == 0b1110
    assert versions.mask(">=2.0rc1") == 0b0110
    assert versions.mask("not a specifier") == 0b1110
    assert versions.prereleases == 0b0100
    assert list(versions.at(0b1010)) == [Version("2.0"), Version("1.0")]
    assert versions.bit(Version("1")) == 0b1000
    assert versions.bit(Version("3")) == 0
    assert versions.mask("<2") is versions.mask("<2")


def test_what_nobody_has_looked_up_may_have_another_local_part() -> None:
    assumed = Versions([Candidate(Version("1.0"))], assumed=True)
    assert assumed.mask("==1.0+cpu") == 0b10
    assert assumed.mask("===1.0.0") == 0b10
    assert assumed.mask(">=2") == 0
    assert UnknownVersion().mask("==1") == UnknownVersion().all == 0b10
