from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from pinwise.resolver.clash import mask_of
from pinwise.resolver.sorted_masks import sorted_mask_of

_RELEASES = ("0.9", "1", "1.0.1", "1.1", "1.4.2", "1.10", "2", "2.0.1", "1!0.5")
_SUFFIXES = (
    "",
    ".dev1",
    "a1",
    "b2",
    "rc1",
    "rc1.dev1",
    ".post1",
    ".post1.dev1",
    "+cpu",
    ".post1+x",
)
VERSIONS = sorted((Version(a + b) for a in _RELEASES for b in _SUFFIXES), reverse=True)
_PARTS = [
    f"{operator}{release}{suffix}"
    for operator in (">", ">=", "<", "<=", "==", "!=")
    for release in _RELEASES
    for suffix in _SUFFIXES
    if "+" not in suffix or operator in {"==", "!="}
]
_PARTS += [f"{operator}{release}.*" for operator in ("==", "!=") for release in _RELEASES]
_PARTS += [
    f"~={release}{suffix}" for release in _RELEASES if "." in release for suffix in ("", "a1")
]


@pytest.mark.parametrize("part", [*_PARTS, "===1.0.1", "===whatever", "", "no specifier"])
def test_each_part_admits_what_packaging_says(part: str) -> None:
    assert sorted_mask_of(part, VERSIONS) == mask_of(part, VERSIONS)


@given(
    st.lists(st.sampled_from(_PARTS), max_size=3).map(",".join),
    st.lists(st.sampled_from(VERSIONS), unique=True),
)
def test_so_do_several_over_any_listing(specifier: str, versions: list[Version]) -> None:
    newest_first = sorted(versions, reverse=True)
    assert sorted_mask_of(specifier, newest_first) == mask_of(specifier, newest_first)


def test_few_versions_are_read() -> None:
    class Counted(list[Version]):
        read = 0

        def __getitem__(self, at: int) -> Version:  # type: ignore[override]
            self.read += 1
            return super().__getitem__(at)

    versions = Counted(Version(f"1.{number}") for number in range(4000, 0, -1))
    assert sorted_mask_of(">=1.200,<1.300", versions).bit_count() == 100
    assert versions.read < 60
