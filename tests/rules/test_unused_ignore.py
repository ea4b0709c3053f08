from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.base.facts import NotChecked, Reason
from pinwise.base.text import apply_edits
from pinwise.project.settings import Settings
from pinwise.rules import RULES
from pinwise.rules.registry import Facts
from pinwise.rules.unused_ignore import unused_ignore
from tests import harness
from tests.harness import Partly, Stale

if TYPE_CHECKING:
    from tests.harness.facts import IndexFacts

INDEX = {"flask": ["2.0.0", "3.0.0"], "click": ["8.0"]}

check = partial(harness.check, rules=[unused_ignore], index=INDEX)
check_fix = partial(harness.check_fix, rules=[unused_ignore], index=INDEX)


def test_what_silences_something_is_in_use() -> None:
    check(
        """
# pinwise: ignore-file[PW301]
flask==2.0.0  # pinwise: ignore[outdated-version]
flask==2.0.0 \\
  # pinwise: ignore[PW204]
click
"""
    )


def test_what_silences_nothing_is_not() -> None:
    check(
        """
# pinwise: ignore-file[conflicting-pins, PW204]
                       ^^^^^^^^^^^^^^^^ unused-ignore
flask==2.0.0  # pinwise: ignore[outdated-version, PW202, PW302]
                                                  ^^^^^ unused-ignore: `PW202` finds nothing here that could be ignored.
                                                         ^^^^^ unused-ignore: `PW302` finds nothing here that could be ignored.
-r base.txt  # pinwise: ignore[PW201]
                               ^^^^^ unused-ignore
=== base.txt
click
"""  # noqa: E501 - a message is one line
    )


def test_names_that_there_are_not() -> None:
    check(
        """
flask==2.0.0  # pinwise: ignore[outdatd-version, xyzzy, all]
                                ^^^^^^^^^^^^^^^ unused-ignore: There is no rule `outdatd-version`. Did you mean `outdated-version`?
                                                 ^^^^^ unused-ignore: There is no rule `xyzzy`.
                                                        ^^^ unused-ignore: There is no rule `all`.
"""  # noqa: E501 - likewise
    )


def test_directives_that_do_not_count() -> None:
    check(
        """
flask  # pinwise: ignore-file[PW204]
       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unused-ignore: `ignore-file` counts only on a line of its own. Here, write `ignore`.
# pinwise: ignore
^^^^^^^^^^^^^^^^^ unused-ignore: `ignore` counts only at the end of the line that it is about.
click  # pinwise: ignore[ ]
       ^^^^^^^^^^^^^^^^^^^^ unused-ignore: This comment ignores nothing: its brackets name no rule.
"""  # noqa: E501 - likewise
    )


ONE = "flask==3.0.0  # pinwise: ignore[outdated-version]\n"


@pytest.mark.parametrize(
    "facts",
    [
        None,
        {"flask": NotChecked(Reason.OFFLINE)},
        {"flask": NotChecked(Reason.UNAUTHORISED)},
        {"flask": Partly(["3.0.0"])},
        {"flask": Stale(["3.0.0"])},
    ],
)
def test_nothing_is_said_before_the_index_has_answered(facts: IndexFacts | None) -> None:
    harness.check(ONE, rules=[unused_ignore], index=facts)


def test_without_an_interpreter_nothing_is_said_of_rules_that_ask_the_index() -> None:
    check(ONE, python=None)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(rules={"outdated-version": "off"}),
        Settings(ignore=("outdated-version",)),
        Settings(rules={"unused-ignore": "off"}),
    ],
)
def test_nothing_is_said_of_rules_that_are_off(settings: Settings) -> None:
    check(ONE, settings=settings)


def test_what_the_settings_ignore_too_is_in_use() -> None:
    settings = Settings(per_package_ignores={"flask": ("all",)})
    check("flask==2.0.0  # pinwise: ignore[outdated-version]\n", settings=settings)


@pytest.mark.parametrize(
    "text",
    [
        "flask==3.0.0 ; sys_platform == 'win32'  # pinwise: ignore[PW204]\n",
        "flask ; sys_platform == 'linux'  # pinwise: ignore[marker-never-true]\n",
        "flask=3.0.0  # pinwise: ignore[PW204]\n",
        "flask=3.0.0\n# pinwise: ignore-file[PW204]\n",
        "flask  # pinwise: ignore[missing-environment]\n",
        "flask  # pinwise: ignore\n",
        "-r missing.txt\nflask  # pinwise: ignore[PW302]\n",
        "-r https://files.example.org/x.txt\nflask  # pinwise: ignore[PW302]\n",
        "flask==3.0.0  # pinwise: ignore[PW204, unused-ignore]\n",
        "# pinwise: ignore-file[unused-ignore]\nflask==3.0.0  # pinwise: ignore[PW204]\n",
    ],
)
def test_nothing_is_said_where_that_is_not_known_or_not_wanted(text: str) -> None:
    check(text)


def test_a_comment_without_names_is_judged_where_every_rule_is() -> None:
    looking = {
        rule.name: "off" for rule in RULES if rule.needs & (Facts.ENVIRONMENT | Facts.MACHINE)
    }
    check(
        """
click==8.0  # pinwise: ignore
            ^^^^^^^^^^^^^^^^^ unused-ignore: This comment ignores nothing: no rule speaks here.
flask==2.0.0  # pinwise: ignore
""",
        settings=Settings(rules=looking),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("flask==3.0.0  # pinwise: ignore[$0PW204]\n", "flask==3.0.0\n"),
        ("flask==3.0.0  # pinwise: ignore[$0PW204]", "flask==3.0.0"),
        ("flask==3.0.0  # pinwise: ignore[$0PW204] because\n", "flask==3.0.0  # because\n"),
        ("flask==3.0.0  # pinwise: ignore[$0PW204] # why\n", "flask==3.0.0  # why\n"),
        ("flask==3.0.0  # via x # pinwise: ignore[$0PW204]\n", "flask==3.0.0  # via x\n"),
        ("flask==3.0.0  # a # pinwise: ignore[$0PW204] b\n", "flask==3.0.0  # a b\n"),
        (
            "flask==2.0  # pinwise: ignore[PW204, $0PW302]\n",
            "flask==2.0  # pinwise: ignore[PW204]\n",
        ),
        (
            "flask==2.0  # pinwise: ignore[$0PW302, PW204]\n",
            "flask==2.0  # pinwise: ignore[PW204]\n",
        ),
        ("click\n  # pinwise: ignore-file[$0PW302]\nflask\n", "click\nflask\n"),
        ("# pinwise: ignore-file[$0PW302] old\nflask\n", "# old\nflask\n"),
        ("click\n# pinwise: ignore-file[$0PW302]", "click\n"),
        (
            "flask==2.0  # pinwise: ignore[$0outdatd-version]\n",
            "flask==2.0  # pinwise: ignore[outdated-version]\n",
        ),
        (
            "flask==2.0  # pinwise: ignore[$0xyzzy, PW204]\n",
            "flask==2.0  # pinwise: ignore[PW204]\n",
        ),
        ("click  # pinwise: ignore[]$0\n", "click\n"),
    ],
)
def test_fixes_take_out_what_is_not_needed_and_no_more(before: str, after: str) -> None:
    check_fix(before, after)
    check_fix(before, after, newline="\r\n")


def test_a_directive_can_be_turned_into_what_counts() -> None:
    check_fix(
        "flask  # pinwise: $0ignore-file[PW204]\n",
        "flask  # pinwise: ignore[PW204]\n",
        title="Change to ignore",
    )
    check_fix(
        "# pinwise: $0ignore[PW204]\nflask\n",
        "# pinwise: ignore-file[PW204]\nflask\n",
        title="Change to ignore-file",
    )


def test_fixes_of_one_directive_do_not_overlap() -> None:
    text = "flask==2.0.0  # pinwise: ignore[PW301, PW302, PW204, PW202, PW303]\n"
    edits = []
    for word in ("PW301", "PW302", "PW202", "PW303"):
        before = text.replace(word, f"$0{word}")
        (fix,) = harness.fixes_at(before, rules=[unused_ignore], index=INDEX)
        edits += [item.edit for item in fix.edits]
    assert apply_edits(text, edits) == "flask==2.0.0  # pinwise: ignore[PW204]\n"
