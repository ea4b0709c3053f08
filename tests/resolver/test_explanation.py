from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.resolver.diagnosis import find_conflicts
from pinwise.resolver.explanation import Explainer
from pinwise.resolver.problem import Opaque, Problem, Requirement
from tests.resolver.fake import FakeProvider, line, problem

if TYPE_CHECKING:
    from tests.resolver.brute import Packages

PACKAGES: Packages = {
    "app": {"1.0": ["lib>=2"], "2.0": ["lib>=2"]},
    "lib": {"1.0": [], "2.0": ["core<2"], "3.0": ["core<2"]},
    "core": {"1.0": [], "2.0": []},
    "long": {"1": ["long-b"]},
    "long-b": {"1": ["long-c"]},
    "long-c": {"1": ["long-d"]},
    "long-d": {"1": ["core<2"]},
    "left": {"1": ["core==1.0"], "2": ["free==1"]},
    "free": {"1": [], "2": []},
    "both": {"1": ["lib==3.0", "asks"]},
    "asks": {"1": ["core>=2"]},
    "absent": {"1": ["nowhere>=1"]},
    "none-such": {"1": ["core>9"]},
    "extra": {"1": ["core>=2 ; extra == 'x'"]},
}


def _sentences(text: str, *, obstacles: dict[str, str] | None = None) -> str:
    provider = FakeProvider(PACKAGES, obstacles=obstacles)
    (conflict,) = find_conflicts(problem(text), provider).conflicts
    return Explainer(conflict.proof, here=conflict.suspect).sentences()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "core==1.0\ncore==2.0",
            "Line 1 pins `core==1.0`, but this line pins `core==2.0`.",
        ),
        (
            "app==1.0\nlib<2",
            "`app==1.0` (line 1) needs `lib>=2`, but this line asks for `lib<2`.",
        ),
        (
            "app>=1\ncore==2.0",
            (
                "Every `app>=1` (line 1) needs `lib>=2`, and every such `lib` needs `core<2`,"
                " but this line pins `core==2.0`."
            ),
        ),
        (
            "long\ncore==2.0",
            (
                "Every `long` (line 1) needs `core<2` through `long-b`, `long-c` and `long-d`,"
                " but this line pins `core==2.0`."
            ),
        ),
        (
            "extra[x]\ncore<2",
            "Every `extra[x]` (line 1) needs `core>=2`, but this line asks for `core<2`.",
        ),
        (
            "absent==1",
            "`absent==1` needs `nowhere>=1`, but no index has `nowhere`.",
        ),
        (
            "none-such==1",
            "`none-such==1` needs `core>9`, but there is no such version of `core`.",
        ),
        (
            "core!=1.0\ncore!=2.0",
            "Line 1 asks for `core!=1.0`, but this line asks for `core!=2.0`.",
        ),
        (
            "lib!=1.0\nlib!=2.0\nlib!=3.0",
            (
                "Line 1 asks for `lib!=1.0`, line 2 asks for `lib!=2.0` and this line asks for"
                " `lib!=3.0`. No version of `lib` fits all three."
            ),
        ),
        (
            "left\nfree>=2\ncore>=2",
            (
                "This line, line 1 and line 2 cannot hold together,"
                " whichever version of `left` is taken: each needs `core==1.0` or `free==1`."
            ),
        ),
    ],
)
def test_sentences(text: str, told: str) -> None:
    assert _sentences(text) == told


def test_what_an_interpreter_cannot_have() -> None:
    obstacles = {"core 2.0": "needs Python >=3.13"}
    assert _sentences("core>=2", obstacles=obstacles) == (
        "This line asks for `core>=2`, but `core==2.0` needs Python >=3.13."
    )


def test_a_common_cause_is_said_once() -> None:
    told = _sentences("both==1")
    assert told.count("`both==1`") <= 2
    assert "core<2" in told
    assert "core>=2" in told


def test_lines_are_called_what_the_caller_says() -> None:
    (conflict,) = find_conflicts(problem("app==1.0\nlib==1.0"), FakeProvider(PACKAGES)).conflicts
    explainer = Explainer(conflict.proof, lambda each: f"line {each.origin} of base.txt")
    assert explainer.sentences() == (
        "`app==1.0` (line 1 of base.txt) needs `lib>=2`, but line 2 of base.txt pins `lib==1.0`."
    )


def test_an_address_is_told_as_such() -> None:
    given = Requirement(line("lib").name, origin=2, opaque=Opaque(Version("1.0")))
    asked = Problem((line("app==1.0", 1), given))
    (conflict,) = find_conflicts(asked, FakeProvider(PACKAGES)).conflicts
    assert Explainer(conflict.proof).sentences() == (
        "`app==1.0` (line 1) needs `lib>=2`, but line 2 installs `lib 1.0` directly."
    )


def test_a_straight_derivation_in_full() -> None:
    (conflict,) = find_conflicts(problem("app\ncore==2.0"), FakeProvider(PACKAGES)).conflicts
    assert Explainer(conflict.proof).derivation() == [
        "Line 2 pins `core==2.0`",
        "Line 1 asks for any `app`",
        "Every `app` needs `lib>=2`",
        "Every `lib>=2.0` needs `core<2`",
        "So no version of `core` is left",
    ]


def test_a_derivation_by_cases_in_full() -> None:
    (conflict,) = find_conflicts(
        problem("left\nfree>=2\ncore>=2"), FakeProvider(PACKAGES)
    ).conflicts
    steps = Explainer(conflict.proof).derivation()
    assert [step.partition(". ")[0] for step in steps] == [
        str(number) for number in range(1, len(steps) + 1)
    ]
    assert steps[-1].partition(". ")[2].startswith("so the lines cannot hold together (from ")
    assert any("`left==2` needs `free==1`" in step for step in steps)
