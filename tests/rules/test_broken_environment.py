from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.advice.findings import Action
from pinwise.environments.types import (
    Environment,
    EnvironmentKind,
    EnvironmentProblem,
    ProblemKind,
)
from pinwise.rules.broken_environment import broken_environment
from tests import harness
from tests.harness import FOLDER, base, environments, virtual

if TYPE_CHECKING:
    from pinwise.advice.context import EnvironmentState

check = partial(harness.check, rules=[broken_environment])

GONE = virtual(broken="The Python that it was made from is gone: /opt/python.")
WITHOUT_PIP = dataclasses.replace(
    virtual(), problems=(EnvironmentProblem(ProblemKind.NO_PIP, "No pip.", broken=False),)
)
KEPT = virtual(".venv.pinwise-old-0123abcd", broken="It was made at another place.")


def fixes(environment: Environment) -> list[tuple[str, Action | None]]:
    state = environments([environment], environment)
    found = harness.fixes_at("$0flask\n", rules=[broken_environment], environment=state)
    return [(fix.title, fix.action) for fix in found]


def test_at_the_first_requirement() -> None:
    check(
        """
# the site
Flask == 2.0
^^^^^ broken-environment: `.venv` cannot be used. The Python that it was made from is gone: /opt/python.
requests
""",  # noqa: E501 - a message stands on one line
        environment=environments([GONE], GONE),
        newline="\r\n",
    )


@pytest.mark.parametrize(
    "state",
    [
        environments([GONE], GONE, explicit=True),
        environments([], virtual("../elsewhere", broken=True), explicit=True),
        environments([GONE], base()),
        environments([GONE], None),
        environments([virtual("env", broken="Other."), GONE], base()),
    ],
)
def test_what_the_folder_uses_or_would_use(state: EnvironmentState) -> None:
    check("flask\n^^^^^ broken-environment\n", environment=state)


@pytest.mark.parametrize(
    "state",
    [
        None,
        environments(),
        environments([virtual()], virtual()),
        environments([WITHOUT_PIP], WITHOUT_PIP),
        environments([virtual("old", broken=True), virtual()], virtual()),
        environments([virtual("old", broken=True), virtual()], base()),
        environments([GONE], base(), explicit=True),
    ],
)
def test_silent(state: EnvironmentState | None) -> None:
    check("flask\n", environment=state)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "=== constraints.txt\nflask<3\n"])
def test_nothing_to_install(text: str) -> None:
    check(text, environment=environments([GONE], GONE))


def test_what_an_interrupted_repair_left() -> None:
    check(
        """
flask
^^^^^ broken-environment: Recreating `.venv` was interrupted. The old one is kept as `.venv.pinwise-old-0123abcd`.
""",  # noqa: E501 - a message stands on one line
        environment=environments([KEPT], KEPT),
    )
    assert fixes(KEPT)[0] == (
        "Recreate .venv with the same Python and reinstall",
        Action("recreate-environment", {"folder": str(FOLDER), "prefix": str(KEPT.prefix)}),
    )


def test_fixes() -> None:
    assert fixes(GONE) == [
        (
            "Recreate .venv with the same Python and reinstall",
            Action("recreate-environment", {"folder": str(FOLDER), "prefix": str(GONE.prefix)}),
        ),
        ("Choose another interpreter", Action("choose-environment", {"folder": str(FOLDER)})),
    ]


def test_what_was_made_half_can_be_made_anew() -> None:
    half = dataclasses.replace(GONE, kind=EnvironmentKind.UNKNOWN)

    assert fixes(half)[0][0].startswith("Recreate .venv")


@pytest.mark.parametrize("kind", [EnvironmentKind.CONDA, EnvironmentKind.PIXI])
def test_what_pinwise_cannot_make_anew(kind: EnvironmentKind) -> None:
    titles = [title for title, _ in fixes(dataclasses.replace(GONE, kind=kind))]
    assert titles == ["Choose another interpreter"]
