"""What conda and pixi make is made anew by them, and the user is told how."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.creation import CreationError, CreationFailure
from pinwise.environments.repair import plan_repair

if TYPE_CHECKING:
    from pathlib import Path


def test_conda_keeps_its_own(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "conda-meta").mkdir(parents=True)

    with pytest.raises(CreationError) as caught:
        plan_repair(tmp_path / ".venv")

    assert caught.value.failure is CreationFailure.CANNOT
    assert str(caught.value) == (
        "`.venv` belongs to conda, and no environment.yml says what was in it."
    )
    assert caught.value.command == ""


def test_conda_is_told_how_to_make_its_own_anew(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "conda-meta").mkdir(parents=True)
    file = tmp_path / "environment.yml"
    file.touch()

    with pytest.raises(CreationError, match=r"from environment\.yml") as caught:
        plan_repair(tmp_path / ".venv")

    prefix = shlex.quote(str(tmp_path / ".venv"))
    assert caught.value.command == (
        f"conda env remove --prefix {prefix} && conda env create --prefix {prefix}"
        f" --file {shlex.quote(str(file))}"
    )


def test_pixi_keeps_its_own(tmp_path: Path) -> None:
    prefix = tmp_path / ".pixi" / "envs" / "default"
    (prefix / "conda-meta").mkdir(parents=True)

    with pytest.raises(CreationError, match="belongs to pixi") as caught:
        plan_repair(prefix)

    assert caught.value.command == "pixi clean && pixi install"
