"""Projects that are not judged anew: what is told is the same, and less is looked at."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name

from pinwise.advice.context import Context
from pinwise.advice.findings import Finding, Severity
from pinwise.analysis.engine import Pass
from pinwise.base.facts import NotChecked, Reason
from pinwise.base.text import Span
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.rules.registry import Facts, rule
from tests.harness.facts import (
    NOW,
    Aged,
    Needs,
    Partly,
    Sdist,
    Stale,
    Status,
    Wheel,
    Yanked,
    listing_function,
    target_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from packaging.utils import NormalizedName

    from pinwise.base.facts import Fact
    from pinwise.environments.types import Target
    from pinwise.index.types import Listing
    from tests.harness.facts import IndexFacts

ROOT = Path("/project/requirements.txt")
BELOW = Path("/project/constraints.txt")

INDEX: IndexFacts = {
    "calm": ["1.0"],
    "old": ["1.0", "1.1", "2.0"],
    "withdrawn": {"1.0": Yanked("broken"), "1.1": None},
    "archived": Status(["1.0"], "archived"),
    "picky": {"1.0": Needs("<3.8"), "0.9": None},
    "foreign": {"1.0": Wheel("py3-none-win_amd64")},
    "source": {"1.0": Sdist()},
    "partly": Partly(["1.0"]),
    "stale": Stale(["1.0", "1.1"]),
    "young": {"1.0": Aged(400), "1.1": Aged(2)},
    "sklearn": ["0.0"],
    "missing": None,
    "down": NotChecked(Reason.TIMED_OUT, "it did not answer"),
}
SPECIFIERS = ("==1.0", "==1.1", "==9.9", ">=1.0", "<2,>1", "", "==1.0 ; python_version < '3.9'")


def lines_about(name: str) -> list[str]:
    """Return what may be written of a project."""
    own = [f"{name}{specifier}" for specifier in SPECIFIERS]
    return [*own, f"{name} @ https://example.org/{name}-1.0-py3-none-any.whl", f"{name}=1", "# -"]


class Session:
    """A file that is typed in, and constraints that it includes, while facts arrive."""

    def __init__(self) -> None:
        self.documents = Documents(environment={})
        self.documents.open(BELOW, "old<2\ncalm==1.0\n", 1)
        self.listing = listing_function(INDEX)
        self.arrived: set[NormalizedName] = set()
        self.asked: set[NormalizedName] = set()
        self.settings = Settings()
        self.target: Target | None = target_of("3.12")

    def look_up(self, name: NormalizedName) -> Fact[Listing]:
        """Answer as an index that knows what has arrived."""
        self.asked.add(name)
        return self.listing(name) if name in self.arrived else PENDING

    def write(self, *lines: str) -> Context:
        """Return the tree of a file of these lines."""
        self.documents.open(ROOT, "".join(f"{line}\n" for line in lines), 1)
        return Context(
            read_tree(ROOT, self.documents),
            self.settings,
            self.look_up,
            self.target,
            now=NOW,
        )


PENDING = NotChecked(Reason.PENDING)


def told(run: Pass) -> object:
    """Return everything that a pass says."""
    report = run.report
    found = {
        path: [
            (
                item.rule.name,
                item.severity,
                item.finding.span,
                item.finding.message,
                [(fix.title, fix.edits) for fix in item.finding.fixes],
            )
            for item in items
        ]
        for path, items in report.diagnostics.items()
    }
    return found, report.unchecked, report.gaps, report.version_gaps, report.asked


@pytest.mark.parametrize("seed", range(12))
def test_what_is_told_is_what_a_pass_from_scratch_tells(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - to write files with
    session = Session()
    names = [*INDEX, "unheard-of"]
    lines = ["-c constraints.txt", *(f"{name}==1.0" for name in names)]
    settled = None
    kept = 0
    for _ in range(40):
        match chance.randrange(13):
            case 0:
                session.settings = Settings(prerelease=chance.choice(("allow", "if-necessary")))
            case 1:
                session.target = chance.choice([target_of("3.12"), target_of("3.7"), None])
            case 2:
                session.settings = Settings(cooldown=chance.choice((0, 7)))
            case 3 | 4:
                session.arrived |= set(map(canonicalize_name, chance.sample(names, 4)))
            case 5:
                lines.insert(chance.randint(0, len(lines)), chance.choice(("# x", "--pre", "")))
            case 6:
                lines.pop(chance.randrange(len(lines)))
            case 7:
                lines.insert(0, f"{chance.choice(names)} # pinwise: ignore")
            case 8:
                session.settings = Settings(python_versions=("3.7", "3.12"))
            case _:
                about = lines_about(chance.choice(names))
                lines.insert(chance.randint(0, len(lines)), chance.choice(about))
        context = session.write(*lines)
        run = Pass(context, settled=settled)
        scratch = Pass(context)
        assert told(run) == told(scratch), lines
        kept += settled is not None and run.settled.surroundings == settled.surroundings
        settled = run.settled
    assert kept > 20


def watching(seen: list[set[str]], *, find: str = "") -> Callable[[Context], Iterator[Finding]]:
    """Return a check that notes which projects it is given, and speaks of one of them."""

    def check(ctx: Context) -> Iterator[Finding]:
        """A rule that looks at projects."""
        seen.append(set(ctx.unsettled))
        for name, lines in ctx.unsettled.items():
            ctx.listing(name)
            if name == find:
                yield Finding(lines[0].path, lines[0].name_span, "found")

    return check


def test_only_what_changed_is_judged_anew() -> None:
    seen: list[set[str]] = []
    watch = rule("PW990", "watch", severity=Severity.HINT, needs=Facts.INDEX, by_project=True)
    rules = [watch(watching(seen, find="old"))]
    session = Session()
    session.arrived = {canonicalize_name(name) for name in INDEX}
    first = Pass(session.write("calm==1.0", "source==1.0", "old==1.0"), rules)
    second = Pass(
        session.write("# moved", "calm==1.0", "source==1.1", "old==1.0"),
        rules,
        settled=first.settled,
    )
    assert seen == [{"calm", "source", "old"}, {"source", "old"}]
    assert second.report.asked == {"calm", "source", "old"}


def test_what_facts_arrive_for_is_judged_anew() -> None:
    seen: list[set[str]] = []
    watch = rule("PW990", "watch", severity=Severity.HINT, needs=Facts.INDEX, by_project=True)
    rules = [watch(watching(seen))]
    session = Session()
    first = Pass(session.write("calm==1.0", "source==1.0"), rules)
    assert first.report.gaps == {"calm", "source"}
    session.arrived = {canonicalize_name("calm")}
    second = Pass(session.write("calm==1.0", "source==1.0"), rules, settled=first.settled)
    assert seen[1] == {"calm"}
    assert second.report.gaps == {"source"}


def test_where_a_rule_fails_nothing_is_settled() -> None:
    watch = rule("PW990", "watch", severity=Severity.HINT, needs=Facts.INDEX, by_project=True)

    @watch
    def failing(ctx: Context) -> Iterator[Finding]:
        """A rule that fails."""
        yield Finding(ctx.documents[-2].path, Span(0, 1), "there is but one document")

    assert not Pass(Session().write("calm==1.0"), [failing]).settled.projects


def test_a_project_that_is_given_by_address_is_asked_about_no_more_than_before() -> None:
    session = Session()
    lines = ("calm @ https://example.org/calm-1.0-py3-none-any.whl", "old==1.0")
    first = Pass(session.write(*lines))
    assert session.asked == {"old"}
    Pass(session.write("# moved", *lines), settled=first.settled)
    assert session.asked == {"old"}
