from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.advice.versions import (
    Availability,
    availability,
    clash_of,
    first_difference,
    nearest,
    parse_version,
    pin_of,
    repairs,
    versions_of,
)
from pinwise.base.facts import Known
from pinwise.syntax.requirements import parse
from tests.harness.facts import Yanked, listing_function

if TYPE_CHECKING:
    from pinwise.index.types import Listing
    from pinwise.syntax.nodes import Requirement
    from tests.harness.facts import Package


def _listing(package: Package) -> Listing:
    fact = listing_function({"p": package})("p")  # type: ignore[arg-type] # "p" is normal
    assert isinstance(fact, Known)
    return fact.value


def _requirement(specifier: str) -> Requirement:
    requirement = parse(f"p{specifier}\n").lines[0].requirement
    assert requirement is not None
    return requirement


@pytest.mark.parametrize(
    ("specifier", "pinned"),
    [
        ("==1.0", "1.0"),
        ("===1.0", "1.0"),
        (">=1,==1.5", "1.5"),
        ("==1.0+local", "1.0+local"),
        ("==1.*", None),
        (">=1", None),
        ("===not-a-version", None),
        ("", None),
    ],
)
def test_pin(specifier: str, pinned: str | None) -> None:
    pin = pin_of(_requirement(specifier))
    assert (str(pin.version) if pin else None) == pinned


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("", Availability.AVAILABLE),
        ("==1.0", Availability.AVAILABLE),
        ("==2.0", Availability.AVAILABLE),
        (">=2", Availability.AVAILABLE),
        (">=2,<3", Availability.YANKED),
        ("==2.*", Availability.YANKED),
        ("==3.0a1", Availability.AVAILABLE),
        (">3", Availability.NONE),
        ("==1.5", Availability.AVAILABLE),
        ("==9", Availability.NONE),
        ("==1.0,!=1.0", Availability.NONE),
    ],
)
def test_availability(specifier: str, expected: Availability) -> None:
    listing = _listing({"1.0": None, "1.5+local": None, "2.0": Yanked(), "3.0a1": None})
    for _ in range(2):  # the second answer comes from memory
        assert availability(listing, _requirement(specifier)) is expected


def test_nearest() -> None:
    listing = _listing({"1.0": None, "1.5rc1": None, "2.0": None, "2.1": Yanked(), "3.0": None})
    assert nearest(listing, Version("1.5"), "==") == (Version("1.0"), Version("2.0"))
    assert nearest(listing, Version("1.5rc2"), "==") == (Version("1.5rc1"), Version("2.0"))
    assert nearest(listing, Version("2.5"), "==") == (Version("2.0"), Version("3.0"))
    assert nearest(listing, Version("9"), "==") == (Version("3.0"), None)
    assert nearest(listing, Version("0"), "==") == (None, Version("1.0"))
    assert nearest(_listing([]), Version("1"), "==") == (None, None)


def test_a_published_bound_is_the_neighbour_that_its_operator_excludes() -> None:
    listing = _listing(["1.0", "2.0", "3.0"])
    assert nearest(listing, Version("3.0"), ">") == (Version("3.0"), None)
    assert nearest(listing, Version("2.0"), ">") == (Version("2.0"), Version("3.0"))
    assert nearest(listing, Version("1.0"), "<") == (None, Version("1.0"))


def test_a_version_of_absurd_length_is_none() -> None:
    assert parse_version("1" * 5000) is None


@pytest.mark.parametrize(
    ("specifier", "texts"),
    [
        ("==2.1.9", ["2.1.0", "2.2.0"]),
        ("==2.2.1", ["2.2.0", "3.0.0"]),
        ("==9", ["3.0.0"]),
        ("==0.1", ["1.0.0"]),
        ("==9.*", ["3.*"]),
        ("==2.7.*", ["2.2.*", "3.0.*"]),
        ("~=9.1", ["3.0"]),
        ("<1.0.0", ["2.1.0"]),
        (">3.0.0", ["2.2.0"]),
        (">=4,<5", ["3.0.0"]),
        ("!=1.0.0", []),
    ],
)
def test_repairs(specifier: str, texts: list[str]) -> None:
    listing = _listing(["1.0.0", "2.1.0", "2.2.0", "3.0.0"])
    found = [repair.text for repair in repairs(listing, _requirement(specifier))]
    assert found == texts


def test_repairs_keep_an_epoch() -> None:
    listing = _listing(["1!1.0", "1!2.0", "2024.1"])
    found = [repair.text for repair in repairs(listing, _requirement("==1!3.*"))]
    assert found == ["1!2.*"]


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        ("1.2.3", "2.2.3", 0),
        ("1.2.3", "1.3.3", 1),
        ("1.2.3", "1.2.4", 2),
        ("1.2", "1.2.1", 2),
        ("1.2", "1.2.0", 3),
        ("1.0", "1.0.post1", 2),
        ("1!1.0", "1.0", -1),
    ],
)
def test_first_difference(first: str, second: str, place: int) -> None:
    assert first_difference(Version(first), Version(second)) == place


def test_clashes_are_remembered_with_and_without_a_listing() -> None:
    listing = _listing(["1.0", "2.0"])
    assert versions_of(listing) == (Version("2.0"), Version("1.0"))
    for _ in range(2):
        assert clash_of(None, (">1", "<2")) is None
        clash = clash_of(listing, (">1", "<2"))
        assert clash is not None
        assert clash.published
