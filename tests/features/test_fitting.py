"""Whether a line as it stands fits with the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.features.hover import hover
from pinwise.index.types import Metadata
from pinwise.project.settings import Settings
from tests.harness.features import open_context

if TYPE_CHECKING:
    from collections.abc import Mapping

INDEX = {"flask": ["2.0", "3.0"], "click": ["7.0", "8.0", "9.0a1"], "django": ["4.0", "5.0"]}
NEEDS = {
    "flask 2.0": Metadata(("click<8",)),
    "flask 3.0": Metadata(("click>=8",)),
    "click 7.0": Metadata(),
    "click 8.0": Metadata(),
    "click 9.0a1": Metadata(),
    "django 4.0": Metadata(("click>8",)),
    "django 5.0": Metadata(("click>=8",)),
}


def told(
    text: str, needs: Mapping[str, Metadata] = NEEDS, settings: Settings | None = None
) -> list[str]:
    """Return what a hover over the comparison of the first `click` says of fitting."""
    context = open_context(text, INDEX, dict(needs), settings)
    root = context.tree.root
    found = hover(context, root, text.index("click") + len("click=="))
    lines = found.lines if found is not None else ()
    return [line for line in lines if "fits" in line.lower() or "Conflicts" in line]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("flask==2.0\nclick==7.0\n", ["Fits with the other lines."]),
        ("flask==2.0\nclick==8.0\n", ["Conflicts with line 1."]),
        ("flask==2.0\nclick>=7.0\n", ["7.0 fits with the other lines."]),
        ("click>=7.0\ndjango\n", ["8.0 fits with the other lines."]),
        (
            "click==8.0\n-r base.txt\n=== base.txt\n\nflask==2.0\n",
            ["Conflicts with line 2 of base.txt."],
        ),
        # Of others that conflict, one says nothing about it, and is named.
        (
            "click>=7.0\nflask==2.0\ndjango==5.0\n",
            ["7.0 fits with the other lines but line 3, which is in a conflict already."],
        ),
        (
            "click>=7.0\nflask==2.0\n-r base.txt\n=== base.txt\ndjango==5.0\n",
            [
                (
                    "7.0 fits with the other lines but line 1 of base.txt, "
                    "which is in a conflict already."
                )
            ],
        ),
        ("click>=7.0\ndjango==4.0\n", ["9.0a1 fits with the other lines."]),
        # Alone, everything fits; what is not published fits with nothing.
        ("click==7.0\n", []),
        ("flask==2.0\nclick==77\n", []),
        ("flask==2.0\nclick==7.0 ; python_version < '3'\n", []),
    ],
)
def test_whether_the_version_of_a_line_fits(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_nothing_is_said_while_something_is_missing() -> None:
    known = {key: needs for key, needs in NEEDS.items() if key != "flask 2.0"}
    assert told("flask==2.0\nclick==7.0\n", known) == []


def test_nothing_is_said_where_conflicts_are_not_looked_for() -> None:
    off = Settings(rules={"dependency-conflict": "off"})
    assert told("flask==2.0\nclick==8.0\n", settings=off) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "click==8.0\nflask==2.0 ; python_version >= '3.14'\n",
            "Conflicts with line 2 on Python 3.14.",
        ),
        (
            "click==8.0\nflask==3.0 ; python_version >= '3.14'\ndjango\n",
            "Fits with the other lines.",
        ),
        # What holds on no other target is told of this one.
        ("click==8.0\nflask==2.0\n", "Conflicts with line 2."),
    ],
)
def test_a_line_that_conflicts_on_a_further_target_does_not_fit(text: str, expected: str) -> None:
    further = Settings(python_versions=("3.14",))
    assert told(text, settings=further) == [expected]
