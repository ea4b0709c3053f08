from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from pinwise.resolver.clash import Clash, find_clash, mask_of, specifier_set, unsatisfiable

VERSIONS = tuple(map(Version, ["2.1", "2.0", "2.0rc1", "1.5+local", "1.5", "1.0", "1!0.1"]))


@pytest.mark.parametrize(
    ("specifiers", "members"),
    [
        ([], None),
        (["", ""], None),
        (["==1.0"], None),
        (["==1.0", "==1"], None),
        (["==1.0", "==2.0"], (0, 1)),
        (["==1.0", "", "==2.0"], (0, 2)),
        (["==1.0", "==2.0", "==3.0"], (0, 1)),
        ([">=1", "<3", "==4"], (1, 2)),
        ([">=2", "!=2", "<=2"], (0, 1, 2)),
        ([">2,<1"], (0,)),
        (["==1.0", ">2,<1"], (1,)),
        (["~=1.4", "==1.3"], (0, 1)),
        (["==1.*", "==1.5"], None),
        (["==1.5+local", "==1.5"], None),
        (["==1.5+a", "==1.5+b"], (0, 1)),
        (["==1!1.0", "==1.0"], (0, 1)),
        (["===Legacy", "===legacy"], None),
        (["not a specifier", "==1.0"], None),
    ],
)
def test_by_pep_440_alone(specifiers: list[str], members: tuple[int, ...] | None) -> None:
    expected = Clash(members, published=False) if members else None
    assert find_clash(specifiers, None) == expected


def test_by_what_is_published() -> None:
    published = tuple(map(Version, ["2.0", "1.0"]))
    assert find_clash([">1", "<2"], None) is None
    assert find_clash([">1", "<2"], published) == Clash((0, 1), published=True)
    assert find_clash([">1", "", "<2"], published) == Clash((0, 2), published=True)
    assert find_clash([">1", "<2"], (*published, Version("1.5"))) is None


def test_pre_releases_count_as_published() -> None:
    assert find_clash([">1", "<2"], tuple(map(Version, ["2.0", "1.5rc1", "1.0"]))) is None


def test_a_line_that_no_version_satisfies_is_left_out() -> None:
    published = tuple(map(Version, ["2.0", "1.0"]))
    assert find_clash(["==1.0", ">=9"], published) == Clash((0, 1), published=False)
    assert find_clash([">=1", "==1.7"], published) is None
    assert find_clash([">1", "==1.7", "<2"], published) == Clash((0, 2), published=True)


def test_without_any_version_nothing_is_proven_by_them() -> None:
    assert find_clash([">1", "<2"], ()) is None


@pytest.mark.parametrize(
    "specifier",
    ["", "==1.5", "==1.*", ">=1.5", "<2", "!=2.0", "~=1.0", "===1.5", "==1!0.1", ">2.0"],
)
def test_a_mask_is_what_packaging_says(specifier: str) -> None:
    fitting = SpecifierSet(specifier)
    mask = mask_of(specifier, VERSIONS)
    for place, version in enumerate(VERSIONS):
        assert bool(mask >> place & 1) == fitting.contains(version, prereleases=True)


def test_what_packaging_cannot_read_excludes_nothing() -> None:
    assert specifier_set("junk") is None
    assert mask_of("junk", VERSIONS) == (1 << len(VERSIONS)) - 1
    assert not unsatisfiable("junk")
    # `packaging` takes this letter for an `s`, and stumbles over it when it compares.
    assert specifier_set("~=1.0po\N{LATIN SMALL LETTER LONG S}t1") is None
    assert not unsatisfiable("~=1.0po\N{LATIN SMALL LETTER LONG S}t1")


_clauses = st.builds(
    "{}{}".format,
    st.sampled_from(["==", "!=", ">=", "<=", ">", "<"]),
    st.sampled_from(["1.0", "1.5", "2.0", "2.1", "3"]),
)


@given(st.lists(st.lists(_clauses, max_size=2).map(",".join), max_size=5))
def test_a_clash_is_real_and_smallest(specifiers: list[str]) -> None:
    clash = find_clash(specifiers, VERSIONS)
    if clash is None:
        return
    chosen = [specifiers[place] for place in clash.members]
    everything = SpecifierSet(",".join(filter(None, chosen)))
    assert not any(everything.contains(version, prereleases=True) for version in VERSIONS)
    for fewer in combinations(chosen, len(chosen) - 1):
        assert find_clash(list(fewer), VERSIONS if clash.published else None) is None


RELEASES = [
    *("0", "0.0.1", "0.1", "0.9", "0.9.0.1", "0.9.1", "0.10", "1.0", "1.0.0.1", "1.0.1", "1.0.1.1"),
    *("1.0.2", "1.1", "1.1.1", "1.2", "2", "2.0.0.1", "2.0.1", "2.0.1.1", "2.0.2", "2.1", "3", "4"),
]
SUFFIXES = [
    *(".dev0", ".dev1", ".dev2", "a0.dev0", "a0", "a1.dev0", "a1", "a1.post0.dev0", "a1.post0"),
    *("a1.post1", "a2.dev0", "a2", "b1", "rc1.dev1", "rc1", "rc1+l", "rc2", "", "+a", "+local"),
    *("+zz", ".post0.dev0", ".post0", ".post1.dev0", ".post1", ".post1+l", ".post2.dev0", ".post2"),
]
UNIVERSE = [
    Version(f"{epoch}{release}{suffix}")
    for epoch in ("", "1!")
    for release in RELEASES
    for suffix in SUFFIXES
]
"""Versions on and between all that the generated clauses can name."""

_epochs = st.sampled_from(["", "", "", "1!"])
_releases = st.sampled_from(["0", "0.9", "1", "1.0", "1.0.1", "1.1", "2", "2.0.1"])
_suffixes = st.sampled_from(
    ["", "", "", "", "a1", "a1.dev0", "rc1", ".post0", ".post1", ".post1.dev0", ".dev0", ".dev1"]
)
_locals = st.sampled_from(["", "", "", "+local", "+a"])
_any_clause = st.one_of(
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["<", "<=", ">", ">=", "<", ">"]),
        _epochs,
        _releases,
        _suffixes,
    ),
    st.builds(
        "{}{}{}{}{}".format,
        st.sampled_from(["==", "!=", "==="]),
        _epochs,
        _releases,
        _suffixes,
        _locals,
    ),
    st.builds("{}{}{}.*".format, st.sampled_from(["==", "!="]), _epochs, _releases),
    st.builds(
        "~={}{}{}".format, _epochs, st.sampled_from(["0.9", "1.0", "1.0.1", "2.0"]), _suffixes
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_any_clause, min_size=1, max_size=4))
def test_a_contradiction_is_one_and_none_is_missed(clauses: list[str]) -> None:
    text = ",".join(clauses)
    everything = SpecifierSet(text)
    written = [Version(each.version) for each in everything if not each.version.endswith("*")]
    fits = any(everything.contains(version, prereleases=True) for version in written) or any(
        everything.contains(version, prereleases=True) for version in UNIVERSE
    )
    assert unsatisfiable(text) is not fits
    clash = find_clash(clauses, None)
    assert (clash is None) is fits
    if clash is not None:
        chosen = [clauses[place] for place in clash.members]
        assert unsatisfiable(",".join(chosen))
        for fewer in combinations(chosen, len(chosen) - 1):
            assert not fewer or not unsatisfiable(",".join(fewer))
