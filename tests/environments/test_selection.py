from __future__ import annotations

import dataclasses
import shutil
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.inspection import inspect
from pinwise.environments.python_settings import PythonSettings
from pinwise.environments.selection import Wishes, select
from pinwise.environments.types import EnvironmentKind
from tests.environments.beds import fake_base, fake_venv
from tests.environments.selecting import SelectionBed

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.environments.types import Environment


@pytest.fixture
def bed(tmp_path: Path) -> SelectionBed:
    return SelectionBed(tmp_path)


def test_nothing_at_all(bed: SelectionBed) -> None:
    selection = bed.select(discovered=False)

    assert selection.environment is None
    assert not selection.explicit


def test_the_base_interpreter_where_there_is_no_environment(bed: SelectionBed) -> None:
    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.is_base
    assert not selection.explicit
    assert "no environment" in selection.reason


@pytest.mark.scenario(1)
def test_dot_venv_before_discovery(bed: SelectionBed) -> None:
    prefix = bed.venv(".venv")
    bed.venv("aaa")

    assert bed.prefix(discovered=False) == prefix
    assert bed.prefix() == prefix


@pytest.mark.parametrize("discovered", [True, False])
def test_usual_names_before_others(bed: SelectionBed, *, discovered: bool) -> None:
    bed.venv("aaa")
    bed.venv("env")
    prefix = bed.venv("venv")

    assert bed.prefix(discovered=discovered) == prefix


def test_whole_ones_before_broken_ones(bed: SelectionBed) -> None:
    broken = bed.venv("venv")
    (broken / "bin" / "python").unlink()
    prefix = bed.venv("zzz")

    assert bed.prefix() == prefix


def test_a_broken_one_before_that_of_another_project(bed: SelectionBed) -> None:
    broken = bed.venv(".venv")
    (broken / "bin" / "python").unlink()
    bed.venv("svc/.venv")

    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.prefix == broken
    assert selection.environment.broken


def test_those_of_nested_projects_are_not_the_folders(bed: SelectionBed) -> None:
    bed.venv("svc-a/.venv")
    bed.venv(".tox/py312")

    environment = bed.select().environment

    assert environment is not None
    assert environment.is_base


@pytest.mark.scenario(2)
def test_the_nearest_environment_to_a_file(bed: SelectionBed) -> None:
    root = bed.venv(".venv")
    a = bed.venv("svc-a/.venv")
    b = bed.venv("group/svc-b/.venv")

    assert bed.prefix(bed.folder / "requirements.txt") == root
    assert bed.prefix(bed.folder / "svc-a" / "requirements.txt") == a
    assert bed.prefix(bed.folder / "group" / "svc-b" / "src" / "requirements.txt") == b
    assert bed.prefix(bed.folder / "group" / "requirements.txt") == root
    assert bed.prefix(bed.root / "elsewhere" / "requirements.txt") == root


def test_the_users_choice(bed: SelectionBed) -> None:
    bed.venv(".venv")
    chosen = bed.venv("other")
    bed.choices.set_choice(bed.folder, chosen)

    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.prefix == chosen
    assert (selection.explicit, selection.reason) == (True, "chosen by you")
    bed.choices.set_choice(bed.folder, None)
    assert bed.prefix() == bed.folder / ".venv"


def test_the_choice_holds_for_nested_files_without_own_choice(bed: SelectionBed) -> None:
    chosen = bed.venv("other")
    nested = bed.venv("svc/.venv")
    bed.choices.set_choice(bed.folder, chosen)
    assert bed.prefix(bed.folder / "svc" / "requirements.txt") == chosen

    bed.choices.set_choice(bed.folder / "svc", nested)
    assert bed.prefix(bed.folder / "svc" / "requirements.txt") == nested


def test_a_chosen_base_interpreter_is_recorded_by_its_executable(bed: SelectionBed) -> None:
    fake_base(bed.root / "opt" / "python", "3.13.1")
    bed.venv(".venv")
    bed.choices.set_choice(bed.folder, bed.base)

    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.executable == bed.base
    assert selection.explicit


def test_a_choice_that_is_gone_is_not_replaced_silently(bed: SelectionBed) -> None:
    bed.venv("envs/old one")
    chosen = bed.venv(".venv")
    bed.choices.set_choice(bed.folder, chosen)
    shutil.rmtree(chosen)

    selection = bed.select()

    assert selection.environment is None
    assert (selection.explicit, selection.unusable) == (True, True)
    assert selection.reason == "the environment that you chose, .venv, is gone"
    assert bed.select(bed.folder / "requirements.txt", discovered=False).unusable

    # It is used again as soon as it is there again.
    bed.venv(".venv")
    assert bed.prefix() == chosen


def test_without_any_environment_a_choice_that_is_gone_leaves_the_base_to_judge_for(
    bed: SelectionBed,
) -> None:
    bed.choices.set_choice(bed.folder, bed.root / "gone")

    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.is_base
    assert not selection.asked_for
    gone = f"the environment that you chose, {bed.root / 'gone'}, is gone"
    assert selection.reason.startswith("the folder has no environment; ")
    assert selection.reason.endswith(gone)


def test_a_choice_that_is_gone_is_not_replaced_by_a_python_that_requirements_would_go_into(
    bed: SelectionBed,
) -> None:
    bed.choices.set_choice(bed.folder, bed.folder / ".venv")
    bed.settings = PythonSettings(of_user=str(bed.base))

    selection = bed.select()

    assert selection.environment is None
    assert selection.unusable


def test_what_was_deleted_since_discovery_is_not_selected(bed: SelectionBed) -> None:
    gone = bed.venv("venv")
    environment = inspect(gone)
    assert environment is not None
    stale = [dataclasses.replace(environment, project=bed.folder)]
    shutil.rmtree(gone)

    assert bed.of(stale).environment is None
    bed.choices.set_choice(bed.folder, gone)
    assert "is gone" in bed.of(stale).reason


def test_an_activated_environment_of_the_folder(bed: SelectionBed) -> None:
    bed.venv(".venv")
    active = bed.venv("other")
    bed.environ["VIRTUAL_ENV"] = str(active)

    assert bed.prefix() == active


def test_an_activated_environment_of_another_folder(bed: SelectionBed, tmp_path: Path) -> None:
    elsewhere = fake_venv(tmp_path / "elsewhere" / ".venv", bed.base, "3.12.1")
    bed.environ["VIRTUAL_ENV"] = str(elsewhere)

    environment = bed.select().environment

    assert environment is not None
    assert environment.is_base


@pytest.mark.scenario(30)
def test_the_last_line_of_python_envs(bed: SelectionBed) -> None:
    bed.venv("one")
    two = bed.venv("two")
    (bed.folder / ".python-envs").write_text("one\r\n# a comment\r\ntwo\r\n")

    assert bed.prefix() == two
    # PEP 832: a `.venv` beside the file is its implicit last line.
    assert bed.venv(".venv") == bed.prefix()


@pytest.mark.scenario(30)
def test_a_default_that_cannot_be_used_is_not_replaced_silently(bed: SelectionBed) -> None:
    bed.venv("one")
    (bed.folder / ".python-envs").write_text("one\nmissing\n")

    selection = bed.select()

    assert selection.environment is None
    assert selection.unusable
    assert "missing" in selection.reason


@pytest.mark.parametrize("name", [".venv", ".pdm-python"])
def test_a_file_that_names_nothing_is_told(bed: SelectionBed, tmp_path: Path, name: str) -> None:
    gone = tmp_path / "gone" / "bin" / "python"
    (bed.folder / name).write_text(f"{gone}\n")

    assert bed.select().reason.endswith(f"the file {name} names {gone}, which does not exist")


@pytest.mark.scenario(30)
def test_a_default_outside_the_folder_is_not_selected(bed: SelectionBed, tmp_path: Path) -> None:
    outside = fake_venv(tmp_path / "outside", bed.base, "3.12.1")
    (bed.folder / ".python-envs").write_text(f"{outside}\n")

    selection = bed.select()

    assert selection.environment is None
    assert "outside the folder" in selection.reason


def test_a_file_called_venv(bed: SelectionBed, tmp_path: Path) -> None:
    outside = fake_venv(tmp_path / "outside", bed.base, "3.12.1")
    (bed.folder / ".venv").write_text(f"{outside}\n")

    assert bed.prefix(discovered=False) == outside


def test_a_folder_called_venv_that_is_none_is_no_last_line(bed: SelectionBed) -> None:
    one = bed.venv("one")
    (bed.folder / ".venv").mkdir()
    (bed.folder / ".python-envs").write_text("one\n")

    assert bed.prefix() == one


def test_a_conda_environment_that_is_active(bed: SelectionBed) -> None:
    bed.venv(".venv")
    conda = bed.folder / "conda-env"
    (conda / "conda-meta").mkdir(parents=True)
    (conda / "conda-meta" / "python-3.12.1-h0.json").write_text("{}")
    bed.environ["CONDA_PREFIX"] = str(conda)
    assert bed.prefix(discovered=False) == conda

    # The one of `conda activate base`, which is active everywhere, is for no folder.
    bed.environ["CONDA_PREFIX"] = str(bed.root / "opt" / "conda")
    assert bed.prefix(discovered=False) == bed.folder / ".venv"


def made_for(bed: SelectionBed, prefix: Path, kind: EnvironmentKind) -> Environment:
    """Return an environment as discovery links it to the project that a tool made it for."""
    environment = inspect(fake_venv(prefix, bed.base, "3.12.1"))
    assert environment is not None
    return dataclasses.replace(environment, kind=kind, project=bed.folder)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("poetry.lock", EnvironmentKind.POETRY),
        ("Pipfile", EnvironmentKind.PIPENV),
        ("pdm.lock", EnvironmentKind.PDM),
    ],
)
def test_the_tool_of_the_lock_file_before_other_environments(
    bed: SelectionBed, file: str, kind: EnvironmentKind
) -> None:
    bed.venv("venv")
    kept = made_for(bed, bed.root / "kept" / "project", kind)
    usual = inspect(bed.folder / "venv")
    assert usual is not None
    found = [dataclasses.replace(usual, project=bed.folder), kept]
    assert bed.of(found).environment == found[0]

    (bed.folder / file).touch()
    assert bed.of(found).environment == kept
    assert "uses" in bed.of(found).reason
    # The order of the selection is the same for every tool: `.venv` comes first.
    assert bed.venv(".venv") == bed.prefix()


def test_the_environment_that_a_variable_gives_to_uv(bed: SelectionBed) -> None:
    bed.venv("venv")
    named = bed.venv("kept/by-uv")
    (bed.folder / "uv.lock").touch()
    bed.environ["UV_PROJECT_ENVIRONMENT"] = "kept/by-uv"

    selection = bed.select(discovered=False)

    assert selection.environment is not None
    assert selection.environment.prefix == named
    assert selection.reason == "the environment that uv uses"


def test_the_interpreter_that_pdm_recorded(bed: SelectionBed) -> None:
    named = bed.venv("kept/by-pdm")
    bed.venv("venv")
    (bed.folder / ".pdm-python").write_text(str(named / "bin" / "python"))

    assert bed.prefix(discovered=False) == named


def test_pixi_before_the_usual_names(bed: SelectionBed) -> None:
    bed.venv("venv")
    meta = bed.folder / ".pixi" / "envs" / "default" / "conda-meta"
    meta.mkdir(parents=True)
    (meta / "python-3.12.1-h0.json").write_text("{}")
    (bed.folder / "pixi.lock").touch()

    assert bed.prefix(discovered=False) == meta.parent


@pytest.mark.scenario(33)
def test_two_folders_have_two_environments(bed: SelectionBed) -> None:
    first = bed.venv("one/.venv")
    second = bed.venv("two/.venv")
    wishes = Wishes(choice=bed.choices.choice, environ={}, home=bed.root)

    selected = [select(bed.folder / name, (), wishes).environment for name in ("one", "two")]

    assert [one.prefix for one in selected if one] == [first, second]
