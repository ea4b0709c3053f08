"""Environments whose making ended half way, and those that only look like it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.installed import installed
from pinwise.environments.types import ProblemKind
from tests.environments.beds import fake_base, fake_venv
from tests.environments.inspected import found, kinds

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return fake_base(tmp_path / "opt", "3.12.1")


def test_half_made_by_venv_without_ensurepip(tmp_path: Path, base: Path) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1", pip=False, activate=False)

    assert kinds(found(prefix)) == [ProblemKind.INCOMPLETE]


@pytest.mark.parametrize("pip", [True, False])
@pytest.mark.parametrize("kind", ["virtualenv", "uv"])
def test_half_made_by_a_creator_that_was_killed(
    tmp_path: Path, base: Path, kind: str, *, pip: bool
) -> None:
    prefix = fake_venv(
        tmp_path / ".venv", base, "3.12.1", extra=f"{kind} = 21.0\n", pip=pip, activate=False
    )

    assert kinds(found(prefix)) == [ProblemKind.INCOMPLETE]
    command = prefix / "bin" / "pip3"
    command.touch()
    assert ProblemKind.INCOMPLETE not in kinds(found(prefix))
    command.unlink()
    # Without scripts on purpose, as `virtualenv --activators "" --no-pip` makes it, and in use.
    (prefix / "lib/python3.12/site-packages/flask-3.0.0.dist-info").mkdir()
    assert ProblemKind.INCOMPLETE not in kinds(found(prefix))


@pytest.mark.parametrize("gone", ["lib", "lib/python3.12", "lib/python3.12/site-packages"])
def test_the_folder_for_packages_went_with_the_last_of_them(
    tmp_path: Path, base: Path, gone: str
) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    shutil.rmtree(prefix / gone)

    environment = found(prefix)

    assert kinds(environment) == [ProblemKind.NO_PIP]
    assert not environment.broken
    assert environment.site_packages == (prefix / "lib/python3.12/site-packages",)
    assert not installed(environment)
    (prefix / "bin" / "activate").unlink()
    assert kinds(found(prefix)) == [ProblemKind.INCOMPLETE]
