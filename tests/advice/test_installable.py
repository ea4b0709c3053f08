"""Which wheels an interpreter can install, by the tags that their names stand for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from packaging.tags import parse_tag

from pinwise.advice.installable import tags_fit
from pinwise.index.types import DistributionFile

_PART = st.lists(st.integers(0, 30).map("t{}".format), min_size=1, max_size=14, unique=True)


@given(_PART, _PART, _PART, st.frozensets(st.tuples(*[st.integers(0, 30)] * 3), min_size=1))
def test_a_wheel_fits_where_packaging_has_a_tag_in_common(
    pythons: list[str], abis: list[str], platforms: list[str], ours: frozenset[tuple[int, ...]]
) -> None:
    compressed = "-".join(map(".".join, (pythons, abis, platforms)))
    tags = frozenset("-".join(f"t{number}" for number in tag) for tag in ours)
    file = DistributionFile("", compressed)
    assert tags_fit(file, tags) is not tags.isdisjoint(map(str, parse_tag(compressed)))


def test_a_name_that_stands_for_more_tags_than_anybody_can_write_out() -> None:
    many = ".".join(f"t{number}" for number in range(1000))
    file = DistributionFile("", f"{many}-{many}-{many}")
    assert tags_fit(file, frozenset({"t1-t2-t999"}))
    assert not tags_fit(file, frozenset({"t1-t2-t1000", "t1-t2", "py3-none-any"}))
