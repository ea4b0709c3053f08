"""What pixi makes: conda's records, in a place of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.environments.inspection import inspect
from pinwise.environments.types import Environment, EnvironmentKind

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = "python-3.11.5-h955ad1f_0.json"


def made_by_pixi(project: Path, *records: str) -> Environment:
    prefix = project / ".pixi" / "envs" / "default"
    for folder in ("conda-meta", "bin"):
        (prefix / folder).mkdir(parents=True)
    for record in records:
        (prefix / "conda-meta" / record).touch()
    (prefix / "bin" / "python3").touch()
    environment = inspect(prefix)
    assert environment is not None
    return environment


def test_its_place_tells_it(tmp_path: Path) -> None:
    assert made_by_pixi(tmp_path, PYTHON).kind is EnvironmentKind.PIXI


@pytest.mark.parametrize(
    ("records", "command"), [((), "`pixi add python`"), ((PYTHON,), "`pixi add pip`")]
)
def test_what_it_lacks_is_added_with_pixi(
    tmp_path: Path, records: tuple[str, ...], command: str
) -> None:
    (problem,) = made_by_pixi(tmp_path, *records).problems

    assert command in problem.message
    assert "conda" not in problem.message
