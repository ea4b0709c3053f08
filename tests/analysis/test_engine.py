from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name

from pinwise.advice.context import Context
from pinwise.advice.findings import Applicability, Finding, Fix, Severity
from pinwise.analysis.engine import analyse, needs_index, severity_of
from pinwise.analysis.report import Diagnostic, Report, each_once, merge
from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.base.text import Span
from pinwise.index.types import Listing
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.rules import RULES
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from packaging.utils import NormalizedName

    from pinwise.base.facts import Fact
    from pinwise.rules.registry import Rule

ROOT = Path("/project/requirements.txt")
BY_NAME = {item.name: item for item in RULES}


def context(
    text: str, facts: Mapping[str, Fact[Listing]] | None = None, settings: Settings | None = None
) -> Context:
    documents = Documents(environment={})
    documents.open(ROOT, text, 1)
    known = {canonicalize_name(name): fact for name, fact in (facts or {}).items()}

    def listing(name: NormalizedName) -> Fact[Listing]:
        return known.get(name, Absent())

    return Context(read_tree(ROOT, documents), settings or Settings(), listing)


@rule("PW998", "test-failing", severity=Severity.WARNING)
def failing(ctx: Context) -> Iterator[Finding]:
    """A rule that fails."""
    yield Finding(ctx.documents[-2].path, Span(0, 1), "there is but one document")


@rule("PW999", "test-first-character", severity=Severity.HINT)
def first_character(ctx: Context) -> Iterator[Finding]:
    """A rule that speaks of every file."""
    for document in ctx.documents:
        yield Finding(document.path, Span(0, 1), "here")


@rule("PW997", "test-asking", severity=Severity.HINT, needs=Facts.INDEX)
def asking(ctx: Context) -> Iterator[Finding]:
    """A rule that asks for every project, and finds nothing."""
    for name in ctx.by_name:
        ctx.listing(name)
    yield from ()


def test_a_failing_rule_fails_alone(caplog: pytest.LogCaptureFixture) -> None:
    report = analyse(context("flask\n"), (failing, first_character))
    assert [item.rule.name for item in report.diagnostics[ROOT]] == ["test-first-character"]
    assert "PW998 (test-failing)" in caplog.text


@pytest.mark.parametrize(
    ("settings", "severity"),
    [
        (Settings(), Severity.HINT),
        (Settings(rules={"test-first-character": "error"}), Severity.ERROR),
    ],
)
def test_settings_decide_the_severity(settings: Settings, severity: Severity) -> None:
    report = analyse(context("flask\n", settings=settings), (first_character,))
    assert [item.severity for item in report.diagnostics[ROOT]] == [severity]


@pytest.mark.parametrize(
    "settings",
    [Settings(rules={"test-first-character": "off"}), Settings(ignore=("test-first-character",))],
)
def test_a_rule_that_is_off_does_not_speak(settings: Settings) -> None:
    assert analyse(context("flask\n", settings=settings), (first_character,)).diagnostics == {
        ROOT: ()
    }


def test_gaps_are_what_asking_would_help() -> None:
    name = canonicalize_name("stale")
    facts: dict[str, Fact[Listing]] = {
        "pending": NotChecked(Reason.PENDING),
        "stale": Known(Listing(name, (), stale=True)),
        "down": NotChecked(Reason.TIMED_OUT),
    }
    report = analyse(context("pending\nstale\ndown\nabsent\n", facts), (asking,))
    assert report.gaps == {"pending", "stale"}
    assert report.asked == {"pending", "stale", "down", "absent"}
    assert [(item.what, item.reason.reason) for item in report.unchecked] == [
        ("down", Reason.TIMED_OUT)
    ]


def test_an_incomplete_listing_is_not_checked() -> None:
    name = canonicalize_name("flask")
    down = NotChecked(Reason.SERVER_ERROR, "the second index is down")
    listing = Listing(name, (), incomplete=down.detail, obstacles=(down,))
    (item,) = analyse(context("flask\n", {"flask": Known(listing)}), (asking,)).unchecked
    assert item.span == Span(0, 5)
    assert item.reason == down


def test_includes_that_cannot_be_read_are_not_checked() -> None:
    text = "-r nowhere.txt\n-r https://files.example/base.txt\n-r requirements.txt\n"
    found = analyse(context(text), ()).unchecked
    assert [(item.what, item.span) for item in found] == [
        ("nowhere.txt", Span(3, 14)),
        ("https://files.example/base.txt", Span(18, 48)),
    ]
    assert "does not exist" in found[0].reason.detail


@pytest.mark.parametrize(
    ("line", "settings", "unchecked"),
    [
        ("-r none.txt", Settings(), False),
        ("-r none.txt", Settings(rules={"missing-file": "hint"}), False),
        ("-r none.txt", Settings(rules={"missing-file": "off"}), True),
        ("-r none.txt", Settings(ignore=("missing-file",)), True),
        ("-r none.txt  # pinwise: ignore[missing-file]", Settings(), True),
        ("-r none.txt  # pinwise: ignore[unknown-package]", Settings(), False),
        ("-r ${NONE}.txt", Settings(), False),
        ("-r ${NONE}.txt", Settings(rules={"undefined-variable": "off"}), False),
        (
            "-r ${NONE}.txt",
            Settings(ignore=("undefined-variable", "missing-file")),
            True,
        ),
        ("-r ${NONE}.txt  # pinwise: ignore[undefined-variable]", Settings(), True),
        ("-r /dev/zero", Settings(), True),
    ],
)
def test_what_a_rule_reports_is_no_longer_not_checked(
    line: str,
    settings: Settings,
    unchecked: bool,  # noqa: FBT001 - a column of the table
) -> None:
    report = analyse(context(f"{line}\n", settings=settings))
    assert bool(report.unchecked) is unchecked
    named = {item.rule.name for item in report.diagnostics[ROOT]}
    assert bool(named & {"missing-file", "undefined-variable"}) is not unchecked


def test_a_root_that_is_no_text_is_not_checked_where_no_rule_says_so() -> None:
    text = "# Encoding: this file\n"
    assert analyse(context(text)).unchecked == ()
    (item,) = analyse(context(text, settings=Settings(ignore=("undecodable-file",)))).unchecked
    assert (item.path, item.what, item.span) == (ROOT, ROOT.name, Span(12, 16))


def test_a_project_is_asked_for_once_a_pass() -> None:
    asked: list[NormalizedName] = []
    made = context("flask==1\nflask==2\n")

    def listing(name: NormalizedName) -> Fact[Listing]:
        asked.append(name)
        return NotChecked(Reason.OFFLINE)

    analyse(Context(made.tree, made.settings, listing))
    assert asked == ["flask"]


def test_without_rules_that_need_it_the_index_is_not_asked() -> None:
    everything_off = {item.name: "off" for item in RULES if Facts.INDEX in item.needs}
    assert needs_index(Settings())
    assert not needs_index(Settings(rules=everything_off))


@pytest.mark.parametrize("found", RULES, ids=lambda found: found.name)
def test_severities_are_the_defaults_without_settings(found: Rule) -> None:
    assert severity_of(found, Settings()) is found.severity


def diagnostic(name: str, message: str, fixes: int) -> Diagnostic:
    fix = Fix("Do", Applicability.SAFE)
    finding = Finding(ROOT, Span(0, 1), message, fixes=(fix,) * fixes)
    return Diagnostic(BY_NAME[name], Severity.ERROR, finding)


def test_of_two_trees_the_one_that_allows_less_speaks() -> None:
    free = diagnostic("outdated-version", "newer", 2)
    held = diagnostic("outdated-version", "newer, but held back", 1)
    assert each_once([free, held]) == each_once([held, free]) == [held]


def test_two_conflicts_of_one_line_are_two() -> None:
    first = diagnostic("conflicting-pins", "with a", 1)
    second = diagnostic("conflicting-pins", "with b", 1)
    assert each_once([second, first, first]) == [first, second]


def test_of_two_trees_the_one_where_it_does_more_harm_counts() -> None:
    error = diagnostic("no-matching-version", "none", 1)
    hint = error._replace(severity=Severity.HINT)
    assert each_once([hint, error]) == each_once([error, hint]) == [error]


DIRECTIVE = "flask  # pinwise: ignore[test-failing, test-first-character]\n"


@rule("PW996", "test-late", severity=Severity.HINT, needs=Facts.FINDINGS)
def late(ctx: Context) -> Iterator[Finding]:
    """A rule that tells what it is told of the others."""
    use = ctx.ignores
    assert use is not None
    yield Finding(ROOT, Span(1, 2), ",".join(sorted(use.judged & {item.name for item in MINE})))
    for path, span in sorted(use.used):
        yield Finding(path, span, "used")


MINE = (failing, first_character, asking, late)


def test_rules_that_judge_are_told_what_the_others_found() -> None:
    found = analyse(context(DIRECTIVE), MINE).diagnostics[ROOT]
    assert [(item.finding.span.of(DIRECTIVE), item.finding.message) for item in found] == [
        # Neither the rule that failed, nor, without an interpreter, the one that asks the index.
        ("l", "test-first-character"),
        ("test-first-character", "used"),
    ]


def test_a_judging_rule_runs_only_where_there_is_something_to_judge() -> None:
    assert analyse(context("flask\n"), (late,)).diagnostics[ROOT] == ()


def test_what_was_run_for_a_judge_alone_is_not_reported() -> None:
    text = "flask>2,<1\nclick  # pinwise: ignore[PW303]\n"
    unused = BY_NAME["unused-ignore"]
    (found,) = analyse(context(text), (unused,)).diagnostics[ROOT]
    assert found.rule is unused


def test_what_must_be_unanimous_is_said_by_all_trees_or_not_at_all() -> None:
    unused = diagnostic("unused-ignore", "nothing", 0)
    other = diagnostic("conflicting-pins", "with a", 1)
    says = Report({ROOT: (unused, other)})
    silent = Report({ROOT: ()})
    assert merge(ROOT, [says]) == [unused, other]
    assert merge(ROOT, [says, says]) == [unused, other]
    assert merge(ROOT, [says, silent]) == merge(ROOT, [silent, says]) == [other]
