from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from pinwise.advice.context import EnvironmentState
from pinwise.analysis.not_selected import why_not_selected
from pinwise.environments.types import (
    Environment,
    EnvironmentKind,
    EnvironmentProblem,
    ProblemKind,
    Selection,
)

FOLDER = Path("/work")
OWN = Environment(
    FOLDER / ".venv",
    FOLDER / ".venv/bin/python",
    EnvironmentKind.VENV,
    "3.12.1",
    project=FOLDER,
)
BASE = Environment(
    Path("/usr"), Path("/usr/bin/python3.12"), EnvironmentKind.SYSTEM, "3.12.1", is_base=True
)
BROKEN = (EnvironmentProblem(ProblemKind.MOVED, "It was moved."),)


def state(environment: Environment | None, **values: Any) -> EnvironmentState:  # noqa: ANN401 - of a selection
    selection = Selection(environment, **{"explicit": False, "reason": "because", **values})
    return EnvironmentState(FOLDER, selection)


def other(environment: Environment, **values: Any) -> Environment:  # noqa: ANN401 - of an environment
    return dataclasses.replace(environment, executable=Path("/other/python"), **values)


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        (OWN, ""),
        (other(OWN), ".venv comes before it"),
        (other(OWN, problems=BROKEN), "it is broken"),
        (other(OWN, kind=EnvironmentKind.TOX), "tox made it for its own runs"),
        (other(OWN, kind=EnvironmentKind.PIPX), "it was made for one command"),
        (other(OWN, project=None), "no project that it was made for is known"),
        (other(OWN, project=FOLDER / "svc"), "it belongs to svc"),
        (other(OWN, project=Path("/")), "it belongs to a folder above"),
        (other(OWN, project=Path("/else")), "it belongs to /else"),
        (BASE, "an environment comes before it"),
    ],
)
def test_beside_an_environment(environment: Environment, reason: str) -> None:
    assert why_not_selected(environment, state(OWN)) == reason


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "another one of its version comes first"),
        ({"version": "3.11.9"}, "3.12.1 is newer"),
        ({"version": "3.14.0a1"}, "it is a pre-release"),
        ({"version": "3.14.0", "free_threaded": True}, "it is a build without the GIL"),
        ({"implementation": "pypy"}, "it is pypy"),
        ({"problems": BROKEN}, "it is broken"),
        ({"version": "3.13.1"}, "because"),
    ],
)
def test_beside_a_base_interpreter(values: dict[str, Any], reason: str) -> None:
    assert why_not_selected(other(BASE, **values), state(BASE)) == reason


def test_what_somebody_asked_for_is_told_first() -> None:
    assert why_not_selected(other(OWN), state(OWN, explicit=True)) == "you chose another one"
    assert why_not_selected(other(BASE), state(BASE, named=True)) == "another one was asked for"
    reason = "used by Python Environments"
    named = why_not_selected(other(OWN), state(OWN, named=True, reason=reason))
    assert named == f"another one is {reason}"


def test_nothing_is_selected() -> None:
    assert why_not_selected(OWN, state(None)) == "because"
