from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from pinwise.resolver.diagnosis import MOST_CONFLICTS, find_conflicts
from pinwise.resolver.explanation import Explainer
from pinwise.resolver.outcome import Solution
from pinwise.resolver.proof import straight_proof
from pinwise.resolver.solver import solve
from tests.resolver.brute import possible, random_file, random_packages
from tests.resolver.fake import FakeProvider, problem

if TYPE_CHECKING:
    from pinwise.base.cancellation import CancelToken
    from pinwise.resolver.outcome import Limits, Outcome
    from pinwise.resolver.problem import Problem
    from pinwise.resolver.provider import Provider
    from tests.resolver.brute import Packages


@pytest.mark.parametrize("batch", range(5))
def test_every_conflict_is_real_and_smallest(batch: int) -> None:
    found = straight = 0
    for seed in range(batch * 100, batch * 100 + 100):
        chance = random.Random(seed)  # noqa: S311
        packages = random_packages(chance)
        asked = problem("\n".join(random_file(chance) for _ in range(2)))
        diagnosis = find_conflicts(asked, FakeProvider(packages))
        assert diagnosis.holds == possible(asked.requirements, packages)
        for conflict in diagnosis.conflicts:
            found += 1
            assert not possible(conflict.lines, packages)
            for line in conflict.lines:
                rest = [other for other in conflict.lines if other is not line]
                assert possible(rest, packages), f"seed {seed}: {line.shown} is not needed"
            assert conflict.suspect in conflict.lines
            proof = straight_proof(conflict.proof)
            if proof is not None:
                straight += 1
                assert set(proof.lines()) == set(conflict.lines), f"seed {seed}"
            explainer = Explainer(conflict.proof, here=conflict.suspect)
            text = explainer.sentences()
            assert text.endswith(".")
            assert text.count(". ") <= 1
            assert explainer.derivation()
        # Without the suspects, the rest holds.
        assert isinstance(diagnosis.rest, Solution)
        assert possible(asked.without(diagnosis.suspects).requirements, packages)
    assert found > 50
    assert straight > found * 0.8


def test_a_line_that_is_left_out_hides_none_of_its_other_conflicts() -> None:
    packages: Packages = {
        "app": {"1": ["lib>=2"]},
        "tool": {"1": ["lib>=2"]},
        "old": {"1": ["lib>=3"]},
        "lib": {"1": [], "2": [], "3": []},
    }
    diagnosis = find_conflicts(problem("app==1\ntool==1\nold==1\nlib==1"), FakeProvider(packages))
    assert [[line.origin for line in each.lines] for each in diagnosis.conflicts] == [
        [1, 4],
        [2, 4],
        [3, 4],
    ]
    assert {each.suspect.origin for each in diagnosis.conflicts} == {4}


def test_lines_that_were_left_out_for_two_conflicts_are_seen_to_conflict_with_each_other() -> None:
    packages: Packages = {
        "app": {"1": ["lib>=2"]},
        "lib": {"1": ["http>=2"], "2": []},
        "tool": {"1": ["http>=3"]},
        "http": {"1": [], "2": [], "3": []},
    }
    diagnosis = find_conflicts(problem("app==1\nlib==1\ntool==1\nhttp==1"), FakeProvider(packages))
    assert [[line.origin for line in each.lines] for each in diagnosis.conflicts] == [
        [1, 2],
        [2, 4],
        [3, 4],
    ]


def test_each_two_lines_that_were_left_out_are_tried_together() -> None:
    packages: Packages = {
        "a": {"1": ["core==1"]},
        "b": {"1": ["core==2"]},
        "c": {"1": ["core==3"]},
        "core": {"1": [], "2": [], "3": [], "4": []},
    }
    diagnosis = find_conflicts(problem("a==1\nb==1\nc==1\ncore==4"), FakeProvider(packages))
    assert [[line.origin for line in each.lines] for each in diagnosis.conflicts] == [
        [1, 2],
        [1, 3],
        [1, 4],
        [2, 3],
        [2, 4],
        [3, 4],
    ]
    assert len(diagnosis.suspects) == 3


def test_conflicts_that_have_nothing_to_do_with_each_other_cost_no_solve_for_each_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solves: list[int] = []

    def counted(
        asked: Problem, facts: Provider, *, limits: Limits | None, token: CancelToken | None
    ) -> Outcome:
        solves.append(len(asked.requirements))
        return solve(asked, facts, limits=limits, token=token)

    count = 7
    packages: Packages = {f"old{each}": {"1": [f"new{each}>1"]} for each in range(count)}
    packages |= {f"new{each}": {"1": [], "2": []} for each in range(count)}
    asked = problem("\n".join(f"{name}==1" for name in packages))
    monkeypatch.setattr("pinwise.resolver.diagnosis.solve", counted)
    assert len(find_conflicts(asked, FakeProvider(packages)).conflicts) == count
    # Without the suspects, with each of them, and with all; one more to find each conflict.
    assert sum(lines > 2 for lines in solves) <= 1 + count + 1 + count


def test_a_line_that_nothing_satisfies_is_told_once() -> None:
    packages: Packages = {"a": {"1": ["b"]}, "b": {"1": []}, "c": {"1": ["b>1"]}}
    diagnosis = find_conflicts(problem("a==1\nb==2\nc==1"), FakeProvider(packages))
    assert [[line.origin for line in each.lines] for each in diagnosis.conflicts] == [[2], [3]]


def test_what_conflicts_only_without_a_pin_that_is_there_is_not_told() -> None:
    packages: Packages = {
        "app": {"1.0": ["lib>=2"], "2.0": []},
        "lib": {"1": [], "2": []},
        "tool": {"1": ["app<2"]},
    }
    # Line 1 admits the yanked version that line 3 needs; line 2 is put back without line 1.
    asked = problem("app==1.0\nlib==1\ntool==1")
    diagnosis = find_conflicts(asked, FakeProvider(packages, yanked=["app 1.0"]))
    assert [[line.origin for line in each.lines] for each in diagnosis.conflicts] == [[1, 2]]


def test_independent_conflicts_are_bounded() -> None:
    packages: Packages = {f"p{number}": {"1": [], "2": []} for number in range(MOST_CONFLICTS + 2)}
    text = "\n".join(f"{name}==1\n{name}==2" for name in packages)
    diagnosis = find_conflicts(problem(text), FakeProvider(packages))
    assert len(diagnosis.conflicts) == MOST_CONFLICTS
    assert diagnosis.more
    assert diagnosis.rest is None
    assert not diagnosis.holds


def test_a_conflict_is_shown_with_gaps_and_no_conflict_is_not_claimed() -> None:
    packages: Packages = {"a": {"1": ["b>=2"]}, "b": {"1": [], "2": []}, "c": {"1": []}}
    provider = FakeProvider(packages, unknown=["c"])
    diagnosis = find_conflicts(problem("a==1\nb==1\nc"), provider)
    assert [line.origin for line in diagnosis.conflicts[0].lines] == [1, 2]
    assert [gap.name for gap in diagnosis.gaps] == ["c"]
    assert not find_conflicts(problem("a==1\nb==2\nc"), provider).holds
    provider.unknown.clear()
    assert find_conflicts(problem("a==1\nb==2\nc"), provider).holds


@pytest.mark.parametrize(
    ("text", "suspect"),
    [
        ("a==1\nb==1", 2),
        ("b==1\na==1", 1),
        ("a==1\nb<2", 2),
        ("a==1\n-c b==1", 1),
        ("b==1\nb>=2", 1),
        ("a\nneeds-old-b", 2),
    ],
)
def test_the_suspect_is_the_line_most_likely_to_change(text: str, suspect: int) -> None:
    packages: Packages = {
        "a": {"1": ["b>=2"]},
        "b": {"1": [], "2": []},
        "needs-old-b": {"1": ["b<2"]},
    }
    (conflict,) = find_conflicts(problem(text), FakeProvider(packages)).conflicts
    assert conflict.suspect.origin == suspect
