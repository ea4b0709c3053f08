from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinwise.advice.findings import Applicability
from pinwise.base.facts import NotChecked, Reason
from pinwise.base.text import apply_edits
from pinwise.project.settings import Settings
from pinwise.rules import RULES
from pinwise.rules.registry import Facts
from pinwise.rules.unused_ignore import unused_ignore
from tests import harness
from tests.harness import Partly, Stale

if TYPE_CHECKING:
    from pinwise.analysis.report import Diagnostic
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
                                                        ^^^ unused-ignore: Brackets name rules, and no rule is called `all`. Without them, the comment ignores every rule.
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
    "chosen",
    [
        Settings(rules={"outdated-version": "off"}),
        Settings(ignore=("outdated-version",)),
        Settings(rules={"unused-ignore": "off"}),
    ],
)
def test_nothing_is_said_of_rules_that_are_off(chosen: Settings) -> None:
    check(ONE, settings=chosen)


def test_what_the_settings_ignore_too_is_in_use() -> None:
    chosen = Settings(per_package_ignores={"flask": ("all",)})
    check("flask==2.0.0  # pinwise: ignore[outdated-version]\n", settings=chosen)


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
        extras={"click 8.0": [], "flask 2.0.0": []},
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
        ("click  # pinwise: ignore[$0all] why\n", "click  # pinwise: ignore why\n"),
        ("# pinwise: ignore-file[$0ALL]\nclick\n", "# pinwise: ignore-file\nclick\n"),
        ("click  # pinwise: ignore[PW204, $0*]\n", "click  # pinwise: ignore\n"),
    ],
)
def test_fixes_take_out_what_is_not_needed_and_no_more(before: str, after: str) -> None:
    check_fix(before, after)
    check_fix(before, after, newline="\r\n")


def test_a_directive_can_be_turned_into_what_counts() -> None:
    check_fix(
        "flask  # pinwise: $0ignore-file[PW204]\n",
        "flask  # pinwise: ignore[PW204]\n",
        title="Change to `ignore`",
    )
    check_fix(
        "# pinwise: $0ignore[PW204]\nflask\n",
        "# pinwise: ignore-file[PW204]\nflask\n",
        title="Change to `ignore-file`",
    )


def test_fixes_of_one_directive_do_not_overlap() -> None:
    text = "flask==2.0.0  # pinwise: ignore[PW301, PW302, PW204, PW202, PW303]\n"
    edits = []
    for word in ("PW301", "PW302", "PW202", "PW303"):
        before = text.replace(word, f"$0{word}")
        (fix,) = harness.fixes_at(before, rules=[unused_ignore], index=INDEX)
        edits += [item.edit for item in fix.edits]
    assert apply_edits(text, edits) == "flask==2.0.0  # pinwise: ignore[PW204]\n"


_names = st.sampled_from(["PW204", "outdated-version", "PW301", "PW303", "PW302", "nonsense", ""])
_directives = st.builds(
    "# pinwise: {}[{}]{}".format,
    st.sampled_from(["ignore", "ignore-file"]),
    st.lists(_names, max_size=4).map(", ".join),
    st.sampled_from(["", " because", " # why", " "]),
)
_comments = st.one_of(st.just(""), _directives, st.builds("# via x {}".format, _directives))
_lines = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        ["", "flask==2.0.0", "flask==3.0.0", "click>2,<1", "-r base.txt", "flask \\\n"]
    ),
    st.sampled_from(["  ", "\t", " "]),
    _comments,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_lines, max_size=6).map("\n".join))
def test_a_safe_fix_changes_nothing_but_the_finding(text: str) -> None:
    world = harness.World(index=INDEX)
    files = {"requirements.txt": text, "base.txt": "click\n"}
    before = world.diagnostics(files)
    for diagnostic in before:
        for fix in diagnostic.finding.fixes:
            if diagnostic.rule is not unused_ignore or fix.applicability is not Applicability.SAFE:
                continue
            changed = apply_edits(text, [item.edit for item in fix.edits])
            after = world.diagnostics({**files, "requirements.txt": changed})
            assert _others(after) == _others(before)
            assert len(after) == len(before) - 1 or _of_one_directive(before, diagnostic)


def _others(diagnostics: list[Diagnostic]) -> list[str]:
    """Return which other rules speak; their messages may name lines, which move."""
    return [item.rule.name for item in diagnostics if item.rule is not unused_ignore]


def _of_one_directive(diagnostics: list[Diagnostic], one: Diagnostic) -> bool:
    """Return whether a fix of one finding mends others too: it takes the directive out."""
    edits = [fix.edits for item in diagnostics for fix in item.finding.fixes]
    return edits.count(one.finding.fixes[0].edits) > 1


def test_names_without_brackets_silence_nothing() -> None:
    check_fix(
        "flask==9.0  # pinwise: ig$0nore PW101\n",
        "flask==9.0  # pinwise: ignore[PW101]\n",
        title="Change to `# pinwise: ignore[PW101]`",
    )
