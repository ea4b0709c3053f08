"""No odd spelling of a package that is there is called unknown, and what is not there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from bench.unknown_names import SEED, Line, misspellings, odd_lines, odd_projects, wrong_reports
from pinwise.advice.names import similar_names
from pinwise.analysis.engine import analyse
from pinwise.rules.unknown_package import unknown_package
from tests.harness.checks import World

if TYPE_CHECKING:
    from tests.harness.facts import IndexFacts


def reported_on(lines: list[Line], projects: list[str]) -> dict[int, str]:
    # The index answers for every normalized name, and for no other spelling.
    index: IndexFacts = {line.name: None for line in lines if line.name is not None}
    index = {**index, **{name: ["1.0"] for name in projects}}
    world = World(rules=(unknown_package,), index=index)
    context = world.context({"requirements.txt": "\n".join(line.text for line in lines)})
    (document,) = context.documents
    found = {}
    for each in analyse(context, (unknown_package,)).diagnostics[document.path]:
        line, _ = document.source.position(each.finding.span.start)
        found[line] = each.finding.message
    return found


def test_odd_spellings() -> None:
    projects = list(map(str, odd_projects()))
    lines = odd_lines(500, projects)
    assert wrong_reports(lines, reported_on(lines, projects), projects) == []
    # The lines are of all kinds, so that nothing is true of an empty set.
    known = sum(line.name in projects for line in lines)
    rejected = sum(line.name is None for line in lines)
    assert min(known, rejected, len(lines) - known - rejected) > 30


def test_what_is_wrong_is_found() -> None:
    lines = [Line("Flask", canonicalize_name("flask")), Line("nope", canonicalize_name("nope"))]
    assert len(wrong_reports(lines, {0: "No package index in use has `Flask`."}, ["flask"])) == 2


def test_most_slips_are_understood() -> None:
    pairs = list(misspellings(60))
    meant = [similar_names(misspelt)[:1] for _, misspelt in pairs]
    right = sum(
        bool(found) and found[0].name == name for found, (name, _) in zip(meant, pairs, strict=True)
    )
    assert right >= 54, f"with seed {SEED}"
