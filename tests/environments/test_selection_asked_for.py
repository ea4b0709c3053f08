from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.environments.python_settings import NO_SETTINGS, PythonSettings, python_settings
from pinwise.environments.selection import Followed
from tests.environments.beds import fake_venv
from tests.environments.selecting import SelectionBed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bed(tmp_path: Path) -> SelectionBed:
    return SelectionBed(tmp_path)


@pytest.mark.scenario(17)
@pytest.mark.parametrize(
    "written",
    [
        "{root}/outside",
        "{root}/outside/bin/python",
        "../outside",
        "${{workspaceFolder}}/../outside",
        "${{workspaceFolder:work}}/../outside/bin/python",
        "~/outside",
        "${{userHome}}/outside",
        "${{env:PLACE}}/outside",
    ],
)
@pytest.mark.parametrize("scope", ["workspace", "user"])
def test_the_interpreter_of_the_settings(bed: SelectionBed, written: str, scope: str) -> None:
    outside = fake_venv(bed.root / "outside", bed.base, "3.12.1")
    bed.environ["PLACE"] = str(bed.root)
    value = written.format(root=bed.root)
    bed.settings = python_settings({"defaultInterpreterPath": {scope: value}})

    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.prefix == outside
    assert selection.asked_for
    assert not selection.explicit
    assert selection.reason == "named by python.defaultInterpreterPath"


@pytest.mark.scenario(17)
@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("nowhere/bin/python", "which does not exist"),
        ("notes", "neither an interpreter nor an environment"),
        ("${env:PLACE}/python", "the variable PLACE is not set"),
        ("${command:pick}", "${command:pick} has no meaning there"),
        ("python3.11", "a command and not a path"),
    ],
)
def test_a_setting_that_names_no_interpreter_says_why(
    bed: SelectionBed, written: str, why: str
) -> None:
    (bed.folder / "notes").mkdir()
    own = bed.venv(".venv")
    bed.settings = PythonSettings(of_workspace=written)

    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.prefix == own
    assert f"python.defaultInterpreterPath names {written}" in selection.reason
    assert why in selection.reason


@pytest.mark.scenario(17)
@pytest.mark.parametrize("written", ["", "python", " python3 "])
def test_the_default_of_the_setting_names_nothing(bed: SelectionBed, written: str) -> None:
    bed.venv(".venv")
    bed.settings = PythonSettings(of_workspace=written, of_user=written)

    assert bed.select().reason == ".venv in the folder"


@pytest.mark.scenario(17)
def test_what_a_variable_holds_is_not_told(bed: SelectionBed) -> None:
    bed.environ["DIARY"] = "sesame"
    bed.settings = PythonSettings(of_user="${env:DIARY}/python")

    assert "sesame" not in bed.select().reason


@pytest.mark.scenario(17)
def test_the_settings_of_a_workspace_wait_for_trust(bed: SelectionBed) -> None:
    own = bed.venv(".venv")
    other = bed.venv("other")
    bed.settings = PythonSettings(of_workspace="other")
    bed.trusted = False

    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.prefix == own
    assert "once you trust it" in selection.reason
    bed.trusted = True
    assert bed.prefix() == other


def test_the_users_settings_are_for_folders_without_an_environment(bed: SelectionBed) -> None:
    outside = fake_venv(bed.root / "outside", bed.base, "3.12.1")
    bed.settings = PythonSettings(of_user=str(outside))
    assert bed.prefix() == outside

    assert bed.venv(".venv") == bed.prefix()


def test_the_settings_of_the_workspace_leave_nested_projects_their_own(bed: SelectionBed) -> None:
    other = bed.venv("other")
    nested = bed.venv("svc/.venv")
    bed.settings = PythonSettings(of_workspace="other")

    assert bed.prefix(bed.folder / "requirements.txt") == other
    assert bed.prefix(bed.folder / "svc" / "requirements.txt") == nested


def test_folders_of_environments_that_the_settings_name(bed: SelectionBed) -> None:
    settings = python_settings({"venvPath": "~/kept", "venvFolders": ["more", 3, ""]})

    assert settings.folders_of_environments({}, bed.root) == (bed.root / "kept", bed.root / "more")
    assert python_settings("x") == python_settings({"venvFolders": "x"}) == NO_SETTINGS


@pytest.mark.scenario(18)
def test_what_another_extension_uses(bed: SelectionBed) -> None:
    bed.venv(".venv")
    other = bed.venv("other")
    bed.followed = Followed(other / "bin" / "python", "Python")

    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.prefix == other
    assert (selection.explicit, selection.asked_for) == (False, True)
    assert selection.reason == "used by Python"
    bed.choices.set_choice(bed.folder, bed.folder / ".venv")
    assert bed.prefix() == bed.folder / ".venv"


@pytest.mark.scenario(19)
def test_what_another_extension_names_may_be_no_python(bed: SelectionBed) -> None:
    own = bed.venv(".venv")
    bed.followed = Followed(bed.folder / "gone", "Python")

    assert bed.prefix() == own
