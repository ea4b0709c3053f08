"""Starting an interpreter once."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from pinwise.environments.inspection import inspect
from pinwise.environments.types import Environment, ProblemKind
from pinwise.environments.verification import verify
from tests.environments.beds import fake_venv, place_program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fakes are those of POSIX")

BASE = Path(sys.executable).resolve()
VERSION = ".".join(map(str, sys.version_info[:3]))


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    found = inspect(fake_venv(tmp_path / ".venv", BASE, VERSION))
    assert found is not None
    return found


def message_of(environment: Environment, timeout: float = 30.0) -> str:
    problem = verify(environment, timeout)
    assert problem is not None
    assert problem.kind is ProblemKind.DOES_NOT_START
    assert problem.broken
    return problem.message


def test_a_working_one(environment: Environment) -> None:
    assert verify(environment, 30.0) is None


def test_nothing_of_its_packages_runs(environment: Environment, tmp_path: Path) -> None:
    site_packages = environment.site_packages[0]
    line = f"import sys; open({str(tmp_path / 'trace')!r}, 'w')\n"
    for name in ("trap.pth", "sitecustomize.py", "json.py"):
        (site_packages / name).write_text(line)

    assert verify(environment, 30.0) is None
    assert not (tmp_path / "trace").exists()


def test_one_of_another_version(environment: Environment) -> None:
    told = message_of(dataclasses.replace(environment, version="3.1.4"))

    assert told.endswith(
        f"is Python {sys.version_info[0]}.{sys.version_info[1]}, but its files say 3.1.4."
    )


def test_one_that_belongs_elsewhere(environment: Environment, tmp_path: Path) -> None:
    moved = dataclasses.replace(environment, prefix=tmp_path / "a", base_prefix=tmp_path / "b")

    assert "not to this environment" in message_of(moved)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("#!/bin/sh\necho hello\n", "no working Python"),
        ("#!/bin/sh\necho '[1, 2]'\n", "no working Python"),
        ("#!/bin/sh\necho '[[3, 12], 5]'\n", "no working Python"),
        ("#!/bin/sh\nexit 3\n", "no working Python"),
        ("#!/nowhere/sh\n", "cannot be started"),
    ],
)
def test_a_program_that_is_no_python(environment: Environment, script: str, why: str) -> None:
    place_program(environment.executable, script)

    assert why in message_of(environment)


def test_one_that_does_not_answer_is_killed(environment: Environment) -> None:
    place_program(environment.executable, "#!/bin/sh\nexec cat /dev/zero > /dev/null\n")

    assert "did not answer within 0.2 seconds" in message_of(environment, 0.2)
