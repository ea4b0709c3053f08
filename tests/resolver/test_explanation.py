from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.resolver.diagnosis import find_conflicts
from pinwise.resolver.explanation import Explainer
from pinwise.resolver.problem import Opaque, Problem, Requirement
from tests.resolver.brute import random_file, random_packages
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
    "choice": {"1": ["core>=2 ; extra == 'x'"], "2": []},
    "chain": {"1": ["choice==1"]},
    "links": {"1": ["chain"]},
    "chains": {"1": ["links"]},
    "nested": {"1": ["choice[x] ; extra == 'y'"], "2": []},
    "turns": {"1": ["outside[y]"]},
    "outside": {"1": ["held ; extra == 'y'"], "2": []},
    "held": {"1": ["core>9"], "2": []},
    "mixed": {"1": ["core==1.0 ; extra == 'x'"], "2": ["free==1 ; extra == 'y'"]},
    "outer": {"1": ["inner>=1", "inner[x] ; extra == 'x'"]},
    "inner": {"1": ["core<2 ; extra == 'x'"]},
    "pair": {"1": ["core>=2", "free>=2"]},
    "gaps": {"1": ["core==1.0"], "2": ["wide==1"], "3": ["wide==3"]},
    "wide": {"1": [], "2": [], "3": [], "4": []},
    "maze": {"1": ["hall==1"], "2": ["hall==2"]},
    "hall": {"1": ["core==1.0"], "2": ["room==2"]},
    "room": {"1": [], "2": ["core==1.0"]},
    "wider": {"1": ["wide==3"], "2": ["wide>3"]},
    "torn": {"1": ["core==1.0"], "2": ["wide>3"]},
    "big": {"1": ["lib>=2"], "2": ["lib>=2"], "3": ["lib>=2"]},
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
            (
                "Line 1 asks for `core!=1.0`, but this line asks for `core!=2.0`."
                " No version of `core` fits both."
            ),
        ),
        (
            "app==1.0\nlib!=2.0,!=3.0",
            (
                "`app==1.0` (line 1) needs `lib>=2`, but this line asks for `lib!=2.0,!=3.0`."
                " No version of `lib` fits both."
            ),
        ),
        (
            "wider\nwide!=3,!=4",
            (
                "Every `wider` (line 1) needs `wide>=3`, but this line asks for `wide!=3,!=4`."
                " No version of `wide` fits both."
            ),
        ),
        (
            "torn\ncore==2.0\nwide!=4",
            (
                "Every `torn` (line 1) needs `wide>3` or `core==1.0`, but line 3 asks for"
                " `wide!=4` and this line pins `core==2.0`. No version of `wide` fits what is"
                " asked of it."
            ),
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
                "Every `left` (line 1) needs `free==1` or `core==1.0`,"
                " but line 2 asks for `free>=2` and this line asks for `core>=2`."
            ),
        ),
        (
            "pair==1\nleft",
            (
                "Every `left` (line 2) needs `free==1` or `core==1.0`,"
                " but `pair==1` needs `free>=2` and `core>=2`."
            ),
        ),
        (
            "gaps\ncore==2.0\nwide>=4",
            (
                "Every `gaps` (line 1) needs `wide<=3` or `core==1.0`,"
                " but line 3 asks for `wide>=4` and this line pins `core==2.0`."
            ),
        ),
        (
            "maze\ncore==2.0",
            (
                "This line and line 1 cannot both be met, whichever version of `maze`,"
                " `hall` or `room` is taken. For example, `maze==2` needs `hall==2`,"
                " which needs `room==2`, which needs `core==1.0`, but this line pins `core==2.0`."
            ),
        ),
        (
            "outer[x]==1\ncore==2.0",
            (
                "`outer[x]==1` (line 1) needs `inner[x]`, and the only such version,"
                " `inner[x]==1`, needs `core<2`, but this line pins `core==2.0`."
            ),
        ),
        (
            "choice[x]\nchoice==1\ncore==1.0",
            (
                "`choice==1` (line 2) with the extra `x` (line 1 asks for it) needs `core>=2`,"
                " but this line pins `core==1.0`."
            ),
        ),
        (
            "chain\nchoice[x]\ncore==1.0",
            (
                "Every `chain` (line 1) needs `choice==1`, which with the extra `x` (line 2 asks"
                " for it) needs `core>=2`, but this line pins `core==1.0`."
            ),
        ),
        (
            "chains\nchoice[x]\ncore==1.0",
            (
                "Every `chains` (line 1) needs `core>=2` through `links`, `chain` and `choice`"
                " with the extra `x` (line 2 asks for it), but this line pins `core==1.0`."
            ),
        ),
        (
            "nested[y]\nnested==1\nchoice==1\ncore==1.0",
            (
                "`choice==1` (line 3) with the extra `x` (because of line 2 and line 1) needs"
                " `core>=2`, but this line pins `core==1.0`."
            ),
        ),
        (
            "turns\n-c held==1\noutside==1",
            (
                "`held==1`, the only version that line 2, this line and line 1 allow, needs"
                " `core>9`, but there is no such version of `core`."
            ),
        ),
        (
            "mixed[x]\nmixed[y]\ncore>=2\nfree>=2",
            (
                "This line, line 1, line 2 and line 3 cannot all be met, whichever version of"
                " `mixed` is taken. For example, `mixed==2` with the extra `y` (line 2 asks for"
                " it) needs `free==1`, but this line asks for `free>=2`."
            ),
        ),
        (
            "app>=1\nlib<3\ncore==2.0",
            (
                "Every `app>=1` (line 1) needs `lib>=2`, and every such `lib` needs `core<2`,"
                " but this line pins `core==2.0`."
            ),
        ),
    ],
)
def test_sentences(text: str, told: str) -> None:
    assert _sentences(text) == told


def test_what_is_left_for_a_python() -> None:
    obstacles = {f"lib {each}.0": "needs Python >=3.13" for each in (3,)}
    packages = {**PACKAGES, "lib": {**PACKAGES["lib"], "2.5": ["core<2"], "3.0": []}}
    provider = FakeProvider(packages, obstacles=obstacles)
    (conflict,) = find_conflicts(problem("big\ncore==2.0"), provider).conflicts
    explainer = Explainer(conflict.proof, here=conflict.suspect, python="Python 3.12")
    assert explainer.sentences() == (
        "Every `big` (line 1) needs `lib>=2`, and every such `lib` for Python 3.12 needs"
        " `core<2`, but this line pins `core==2.0`."
    )


@pytest.mark.parametrize("batch", range(4))
def test_any_conflict_is_told_in_two_sentences_that_name_its_lines(batch: int) -> None:
    for seed in range(batch * 100, batch * 100 + 100):
        chance = random.Random(seed)  # noqa: S311
        packages = random_packages(chance)
        asked = problem(random_file(chance))
        for found in find_conflicts(asked, FakeProvider(packages)).conflicts:
            told = Explainer(found.proof, here=found.suspect).sentences()
            assert told.endswith("."), seed
            assert told.count(". ") <= 1, seed
            for each in found.lines:
                place = f"line {each.origin}"
                assert each is found.suspect or re.search(rf"{place}\b", told.lower()), seed


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
