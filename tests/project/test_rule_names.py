from __future__ import annotations

import pytest

from pinwise.project.rule_names import RuleNames, no_such

NAMES = RuleNames.of([("PW204", "outdated-version"), ("PW203", "yanked-version")])


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("outdated-version", "outdated-version"),
        ("Outdated-Version", "outdated-version"),
        ("PW204", "outdated-version"),
        ("pw203", "yanked-version"),
        ("PW205", None),
        ("outdated", None),
        ("", None),
    ],
)
def test_a_rule_has_a_name_and_a_code(written: str, found: str | None) -> None:
    assert NAMES.find(written) == found


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("outdatd-version", "outdated-version"),
        ("YANKED-VERSIONS", "yanked-version"),
        ("xyzzy", None),
        # Any other code is as near.
        ("PW205", None),
        ("pw20", None),
    ],
)
def test_what_was_meant(written: str, meant: str | None) -> None:
    assert NAMES.nearest(written) == meant


def test_the_words_for_it() -> None:
    assert no_such("rule", "x", None) == "There is no rule `x`."
    assert no_such("rule", "x", "y") == "There is no rule `x`. Did you mean `y`?"
