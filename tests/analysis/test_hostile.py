"""All rules on input that nobody writes by hand: no crash, and no more than linear effort."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from pinwise.advice import dependency_conflicts
from pinwise.advice.findings import LONGEST_MESSAGE
from pinwise.project.files import Documents
from pinwise.project.graph import TreeProblemKind, read_tree
from pinwise.project.include_graph import IncludeGraph
from pinwise.syntax.markers import read_marker
from tests.harness.checks import World
from tests.harness.counting import counted
from tests.harness.facts import FOLDER
from tests.syntax.hostile import SHAPES

if TYPE_CHECKING:
    from pinwise.analysis.report import Diagnostic


def findings(text: str) -> list[Diagnostic]:
    return World().diagnostics({"requirements.txt": text})


@pytest.mark.parametrize("name", SHAPES)
def test_no_rule_fails(name: str, caplog: pytest.LogCaptureFixture) -> None:
    text = SHAPES[name](20_000)
    with caplog.at_level(logging.WARNING):
        found = findings(text)
    assert not caplog.records
    for item in found:
        assert item.finding.span.end <= len(text)
        assert len(item.finding.message) <= LONGEST_MESSAGE
        assert all(len(fix.title) <= LONGEST_MESSAGE for fix in item.finding.fixes)


@pytest.mark.parametrize("name", SHAPES)
def test_twice_the_text_takes_twice_the_steps(name: str) -> None:
    small, large = SHAPES[name](6_000), SHAPES[name](12_000)
    findings(small)
    read_marker.cache_clear()
    dependency_conflicts.forget()
    _, once = counted(lambda: findings(small))
    read_marker.cache_clear()
    # The lines that one finding is compared with are bounded, and the bound lies between the two.
    _, twice = counted(lambda: findings(large))
    assert twice < 3 * once + 5_000


CHAIN = 1_000


def documents(files: dict[str, str]) -> Documents:
    found = Documents(environment={})
    for name, text in files.items():
        found.open(FOLDER / name, text, 1)
    return found


def test_a_thousand_nested_files() -> None:
    files = {f"r{n}.txt": f"-r r{n + 1}.txt\nflask=={n}\n" for n in range(CHAIN)}
    files[f"r{CHAIN}.txt"] = "flask=1\n"
    tree = read_tree(FOLDER / "r0.txt", documents(files))
    assert len(tree.members) == CHAIN + 1
    assert not tree.problems
    found = World().diagnostics(files)
    assert found[-1].finding.path == FOLDER / f"r{CHAIN}.txt"
    assert found[-1].rule.name == "invalid-requirement"


def test_a_circle_of_a_thousand_files() -> None:
    files = {f"r{n}.txt": f"-r r{(n + 1) % CHAIN}.txt\n" for n in range(CHAIN)}
    texts = documents(files)
    tree = read_tree(FOLDER / "r0.txt", texts)
    assert [problem.kind for problem in tree.problems] == [TreeProblemKind.CYCLE]
    paths = [FOLDER / name for name in files]
    assert IncludeGraph(paths, texts).roots_of(paths[7]) == tuple(paths)
    (finding,) = (item for item in World().diagnostics(files) if item.rule.name == "include-cycle")
    assert finding.finding.path == paths[-1]
    assert len(finding.finding.message) <= LONGEST_MESSAGE


def test_one_file_included_ten_thousand_times() -> None:
    tree = read_tree(
        FOLDER / "r.txt", documents({"r.txt": "-r a.txt\n" * 10_000, "a.txt": "flask\n"})
    )
    assert len(tree.members) == 2
