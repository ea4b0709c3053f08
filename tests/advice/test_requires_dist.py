"""What a `Requires-Dist` means is what `packaging` says, however it is read."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pinwise.advice.requires_dist import Reader, read_requirement

_OPERATORS = ("==", ">=", "<", "~=", "!=", "===", ">", "<=", "=", "~")
_VERSIONS = ("1", "1.*", "1.0rc1", "1!2.0", "1+l", "1.0.DEV", "v1", "x", "", "*", "1.0-1", "1_0")
_BOUNDS = [f"{a}{space}{b}" for a, b in product(_OPERATORS, _VERSIONS) for space in ("", " ")]
_WHOLE = [
    "",
    "foo",
    " foo\t>=1 ",
    "foo()",
    "foo(>=1,<2)",
    "foo ( >=1 , <2 ) ; python_version > '3'",
    "foo (>=1",
    "foo >=1)",
    "foo>=1,",
    "foo>=1,,<2",
    "foo>=1 <2",
    "foo bar",
    "foo\n>=1",
    "-foo",
    "foo-",
    "foo_>=1",
    "foo.>=1",
    "F_o.o--x>=1",
    "föö>=1",
    "foo>=٣",
    "foo[a, B_c]>=1",
    "foo[a",
    "foo @ https://index.example/foo;x ; python_version < '3'",
    "foo;",
    "foo; python_version",
    "foo ;extra == 'x'",
    "foo; python_version > '3' # no comment",
    "foo====1",
    "foo=== ==",
    "foo(===!)",
]


def _same(text: str) -> None:
    found = read_requirement(text)
    try:
        expected = Requirement(text)
    except InvalidRequirement:
        assert found is None
        return
    assert found is not None
    needed, marker = found
    assert needed.name == canonicalize_name(expected.name)
    assert needed.extras == tuple(sorted(map(canonicalize_name, expected.extras)))
    assert needed.direct is (expected.url is not None)
    assert needed.specifier == ("" if expected.url else str(expected.specifier))
    assert (Marker(marker) if marker else None) == expected.marker


@pytest.mark.parametrize("text", _WHOLE)
def test_each_text_means_what_packaging_says(text: str) -> None:
    _same(text)


@given(
    st.sampled_from(("foo", "foo ", "Foo_bar", "foo.")),
    st.lists(st.sampled_from(_BOUNDS), max_size=3).map(",".join),
    st.sampled_from(("{}", "({})", " ( {} ) ", "({}", "{})")),
    st.sampled_from(("", ";", " ; os_name == 'nt'", "; extra == 'x' or os_name == 'nt'")),
)
def test_so_do_all_combinations(name: str, bounds: str, around: str, marker: str) -> None:
    _same(f"{name}{around.format(bounds)}{marker}")


@pytest.mark.parametrize(
    "text",
    ["foo{}!", "foo({}!", "foo>=1{}!", "foo(>=1{}!", "foo;{}extra", "foo; x and{}extra"],
)
def test_a_long_run_of_blanks_is_read_in_one_go(text: str) -> None:
    _same(text.format(" " * 50_000))
    # A time that grew with any power of its length would let nobody see the end of this.
    assert Reader(None).read((text.format("\t " * 50_000),), "x").value == ()


def test_bounds_are_shown_as_people_write_them() -> None:
    found = read_requirement("Foo (<2,!=1.5,>=1) ; python_version > '3'")
    assert found is not None
    assert found[0].text == "Foo>=1,<2,!=1.5"
    assert found[0].specifier == "!=1.5,<2,>=1"


def test_without_an_environment_only_what_has_no_marker_counts() -> None:
    needs = ("a", "b; python_version > '3'", "c; extra == 'x'")
    assert [each.name for each in Reader(None).read(needs, "").value] == ["a"]
    known = Reader((("python_version", "3.12"),))
    assert [each.name for each in known.read(needs, "").value] == ["a", "b"]
    assert [each.name for each in known.read(needs, "x").value] == ["c"]
