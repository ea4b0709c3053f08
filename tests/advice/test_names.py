from __future__ import annotations

from pathlib import Path

import pytest
from packaging.utils import NormalizedName, canonicalize_name

from pinwise.advice.import_names import (
    REMOVED,
    distributions_of,
    import_table,
    in_standard_library,
    proper_names,
    removed_for,
    removed_module,
)
from pinwise.advice.names import clear_favourite, edit_distance, popular_names, similar_names


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("abc", "abd", 1),
        ("abc", "ab", 1),
        ("abc", "abcd", 1),
        ("abc", "acb", 1),
        ("abcd", "badc", 2),
        ("ca", "abc", 3),
        ("kitten", "sitting", 3),
    ],
)
def test_edit_distance(first: str, second: str, distance: int) -> None:
    assert edit_distance(first, second, 5) == distance
    assert edit_distance(second, first, 5) == distance


def test_a_distance_beyond_the_limit_is_not_measured() -> None:
    assert edit_distance("abcdef", "uvwxyz", 2) == 3
    assert edit_distance("a", "abcdef", 2) == 3


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("reqeusts", "requests"),
        ("requsts", "requests"),
        ("nunpy", "numpy"),
        ("panads", "pandas"),
        ("djnago", "django"),
        ("scikitlearn", "scikit-learn"),
        ("tensorfow", "tensorflow"),
        ("beautifulsoup", "beautifulsoup4"),
        ("sqlalchmey", "sqlalchemy"),
        ("matplotib", "matplotlib"),
        ("pyyml", "pyyaml"),
        ("dotenv-python", "python-dotenv"),
        ("python-requests", "requests"),
    ],
)
def test_misspellings(misspelt: str, meant: str) -> None:
    candidates = similar_names(canonicalize_name(misspelt))
    assert candidates[0].name == meant
    favourite = clear_favourite(candidates)
    assert favourite is not None
    assert favourite.name == meant


def test_what_is_near_nothing() -> None:
    assert similar_names(canonicalize_name("an-internal-name-of-ours")) == ()
    assert similar_names(canonicalize_name("x")) == ()
    assert clear_favourite(()) is None


def test_of_two_good_candidates_none_is_the_favourite() -> None:
    candidates = similar_names(canonicalize_name("fask"))
    assert {candidate.name for candidate in candidates[:2]} == {"flask", "dask"}
    assert clear_favourite(candidates) is None


def test_what_is_much_less_likely_is_left_out() -> None:
    assert [found.name for found in similar_names(canonicalize_name("reqeusts"))] == ["requests"]


def test_a_short_name_has_no_favourite() -> None:
    assert clear_favourite(similar_names(canonicalize_name("pyp"))[:1]) is None


def test_popular_names_are_names_in_order() -> None:
    names = popular_names()
    assert len(names) > 10_000
    assert len(set(names)) == len(names)
    assert all(name == canonicalize_name(name) for name in names)
    assert names.index(NormalizedName("requests")) < names.index(NormalizedName("flask"))


def test_every_distribution_that_is_suggested_is_a_popular_one() -> None:
    known = set(popular_names())
    suggested: set[str] = {found for value in import_table().values() for found in value}
    suggested |= {module.successor for module in REMOVED.values() if module.successor}
    assert suggested <= known
    assert all(name == canonicalize_name(name) for name in import_table())
    # A name that stands for itself would send the reader round in a circle.
    assert not [name for name, value in import_table().items() if name in value]


def test_what_wheels_were_seen_to_have_is_in_the_table() -> None:
    text = (Path(__file__).parent / "checked_imports.txt").read_text(encoding="utf-8")
    pairs = [line.split() for line in text.splitlines() if not line.startswith("#")]
    assert len(pairs) > 100
    table = import_table()
    assert [
        pair for pair in pairs if pair[1] not in table.get(canonicalize_name(pair[0]), ())
    ] == []


def test_the_table_is_several_hundred_entries_in_order() -> None:
    names = list(import_table())
    assert len(names) > 300
    assert names == sorted(names)


def test_import_names() -> None:
    assert distributions_of(canonicalize_name("cv2")) == (
        "opencv-python",
        "opencv-python-headless",
    )
    assert distributions_of(canonicalize_name("google.oauth2")) == ("google-auth",)
    assert proper_names(canonicalize_name("opencv")) == ("opencv-python",)
    assert distributions_of(canonicalize_name("PIL")) == ("pillow",)
    assert distributions_of(canonicalize_name("requests")) == ()


@pytest.mark.parametrize("name", ["json", "os.path", "concurrent.futures", "tomllib", "_thread"])
def test_standard_library(name: str) -> None:
    assert in_standard_library(name)


@pytest.mark.parametrize("name", ["requests", "distutils", "jsons", "backports.json"])
def test_not_in_the_standard_library(name: str) -> None:
    assert not in_standard_library(name)


def test_removed_modules() -> None:
    module = removed_module("distutils.core")
    assert module is not None
    assert module.successor == "setuptools"
    assert removed_for(module, "3.12.0")
    assert removed_for(module, "3.13.1")
    assert not removed_for(module, "3.11.9")
    assert removed_module("json") is None
