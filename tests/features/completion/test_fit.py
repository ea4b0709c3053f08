"""Whether a version fits with the other lines, over fixtures with facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.features.completion.fit import Fit, fit_of
from pinwise.index.types import Metadata
from pinwise.project.settings import Settings
from tests.harness.features import open_context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.harness.facts import IndexFacts

INDEX: IndexFacts = {"flask": ["2.0", "3.0"], "click": ["7.0", "8.0"], "django": ["4.0", "5.0"]}
NEEDS = {
    "flask 2.0": Metadata(("click<8",)),
    "flask 3.0": Metadata(("click>=8",)),
    "click 7.0": Metadata(),
    "click 8.0": Metadata(),
    "django 4.0": Metadata(),
    "django 5.0": Metadata(("click>=8",)),
}


def fit(  # noqa: PLR0913 - what tests vary
    text: str,
    line: int,
    package: str,
    version: str,
    *,
    needs: Mapping[str, Metadata] = NEEDS,
    settings: Settings | None = None,
    index: IndexFacts = INDEX,
) -> Fit:
    context = open_context(text, index, dict(needs), settings)
    return fit_of(context, context.tree.root, line, package, version)


@pytest.mark.parametrize(
    ("text", "version", "expected"),
    [
        ("flask==2.0\nclick==\n", "7.0", "Fits with the other lines."),
        (
            "flask==2.0\nclick==\n",
            "8.0",
            (
                "Conflicts with line 1. `flask==2.0` (line 1) needs `click<8`, but this line pins "
                "`click==8.0`."
            ),
        ),
        # What the line says now does not count.
        ("flask==2.0\nclick==8.0\n", "7.0", "Fits with the other lines."),
        ("flask==2.0\nclick>=7\n", "7.0", "Fits with the other lines."),
        # Nor does one of those that conflict with each other anyhow, and it is named.
        (
            "flask==2.0\nclick==\ndjango==5.0\n",
            "7.0",
            "Fits with the other lines but line 3, which is in a conflict already.",
        ),
        (
            "flask>=2\nclick==\n-c limits.txt\n=== limits.txt\nclick<8\n",
            "8.0",
            (
                "Conflicts with line 1 of limits.txt. Line 1 of limits.txt allows only `click<8`,"
                " but this line pins `click==8.0`."
            ),
        ),
        # Alone, everything fits.
        ("# one\nclick==\n", "8.0", ""),
        ("flask==2.0\nclick==\n", "junk", ""),
    ],
)
def test_whether_a_version_fits(text: str, version: str, expected: str) -> None:
    assert fit(text, 1, "Click", version).sentence == expected


@pytest.mark.parametrize(
    ("needs", "told"),
    [
        ("click>9", "`django==5.0` needs `click>9`, but there is no such version of `click`."),
        ("nowhere>=1", "`django==5.0` needs `nowhere>=1`, but no index has `nowhere`."),
    ],
)
def test_what_a_version_lacks_by_itself_is_said(needs: str, told: str) -> None:
    changed = {**NEEDS, "django 5.0": Metadata((needs,))}
    index = {**INDEX, "nowhere": None}
    found = fit("flask==2.0\ndjango==\n", 1, "django", "5.0", needs=changed, index=index)
    assert found.sentence == f"Cannot be installed. {told}"


def test_what_is_missing_is_named_and_nothing_is_said() -> None:
    found = fit("flask==2.0\nclick==\n", 1, "click", "8.0", needs={})
    assert found.sentence == ""
    assert {(gap.name, str(gap.version)) for gap in found.missing} == {
        ("flask", "2.0"),
        ("click", "8.0"),
    }


def test_nothing_is_said_where_conflicts_are_not_looked_for() -> None:
    off = Settings(rules={"dependency-conflict": "off"})
    assert fit("flask==2.0\nclick==\n", 1, "click", "8.0", settings=off) == Fit()
