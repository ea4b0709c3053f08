"""What is refused again and again is chosen before what refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name

from pinwise.resolver.outcome import Limits, Solution
from pinwise.resolver.priorities import REFUSALS, REFUSALS_BEFORE_FIRST, Priorities
from pinwise.resolver.solver import solve
from tests.resolver.fake import FakeProvider, problem

if TYPE_CHECKING:
    from tests.resolver.brute import Packages


def _chosen(outcome: object, *names: str) -> list[str]:
    assert isinstance(outcome, Solution)
    return [str(outcome.versions[canonicalize_name(name)]) for name in names]


def test_a_small_package_does_not_push_a_big_one_back_by_years() -> None:
    packages: Packages = {
        "small": {"1.0": [], "2.0": [], "3.0": []},
        # The newest have a bound that the oldest knew nothing of.
        "big": {f"1.{each}": ["small<3"] if each >= 50 else [] for each in range(300)},
    }
    # Nobody has looked at the old ones, and nobody needs to.
    unknown = [f"big 1.{each}" for each in range(250)]
    outcome = solve(problem("small\nbig"), FakeProvider(packages, unknown=unknown))
    assert _chosen(outcome, "small", "big") == ["2.0", "1.299"]
    assert not outcome.gaps
    assert outcome.work.steps < 10


def test_what_does_not_refuse_it_is_not_chosen_again() -> None:
    packages: Packages = {
        "small": {"1.0": [], "2.0": []},
        "big": {f"1.{each}": ["small<2", f"other-{each % 100}"] for each in range(300)},
        **{f"other-{each}": {"1.0": [], "2.0": []} for each in range(100)},
    }
    lines = [*(f"other-{each}" for each in range(100)), "small", "big"]
    outcome = solve(problem("\n".join(lines)), FakeProvider(packages))
    assert _chosen(outcome, "small", "big", "other-7") == ["1.0", "1.299", "2.0"]
    assert outcome.work.decisions <= 100 + 2


@pytest.mark.parametrize("text", ["client\nwrapper", "wrapper\nclient", "core\nclient\nwrapper"])
@pytest.mark.parametrize("patience", [None, 64])
def test_two_that_refuse_each_other_come_to_an_end(text: str, patience: int | None) -> None:
    packages: Packages = {
        "core": {f"1.{each}": [] for each in range(600)},
        "client": {f"1.{each}": [f"core==1.{each}"] for each in range(600)},
        "wrapper": {f"2.{each}": [f"core>=1.{each * 5},<1.{each * 5 + 4}"] for each in range(100)},
    }
    outcome = solve(problem(text), FakeProvider(packages), limits=Limits(patience=patience))
    assert _chosen(outcome, "client", "wrapper", "core") == ["1.498", "2.99", "1.498"]
    assert outcome.work.steps < 500


def test_the_order_of_those_put_forward() -> None:
    priorities = Priorities()
    before = [priorities.rank(number, candidates) for number, candidates in ((1, 3), (2, 50))]
    assert before == [3, 50]
    refusals = [priorities.refused(2, 1) for _ in range(REFUSALS)]
    assert refusals == [False] * (REFUSALS - 1) + [True]
    assert priorities.put_forward(2, 1)
    assert priorities.rank(2, 50) < priorities.rank(1, 3)
    # The other one comes behind it, and only after many more before it.
    rest = [priorities.refused(1, 1) for _ in range(REFUSALS)]
    assert rest[-1]
    assert not priorities.put_forward(1, 2)
    assert priorities.rank(2, 50) < priorities.rank(1, 3) < priorities.rank(3, 2)
    rest = [priorities.refused(1, 1) for _ in range(REFUSALS, REFUSALS_BEFORE_FIRST)]
    assert rest == [False] * (len(rest) - 1) + [True]
    assert priorities.put_forward(1, 2)
    assert priorities.rank(1, 3) < priorities.rank(2, 50)


def test_what_keeps_ending_dead_comes_before_what_has_fewer_candidates() -> None:
    priorities = Priorities()
    for _ in range(5):
        priorities.met_dead_end({1: 0})
    assert priorities.rank(1, 9) == 9
    priorities.met_dead_end({1: 0, 2: 0})
    assert priorities.rank(1, 9) < priorities.rank(2, 1)
