from __future__ import annotations

import dataclasses
import json
import multiprocessing
import shutil
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.discovery import discover
from pinwise.environments.inspection import inspect
from pinwise.environments.locks import locked
from pinwise.environments.selection import Selections
from tests.environments.beds import fake_base, fake_venv

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.environments.types import Environment, Selection


class Bed:
    """A workspace folder and the record of choices."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "work"
        self.folder.mkdir()
        self.base = fake_base(root / "opt" / "python", "3.12.1")
        self.selections = Selections(root / "state")
        self.environ: dict[str, str] = {}

    def venv(self, path: str) -> Path:
        return fake_venv(self.folder / path, self.base, "3.12.1")

    def select(self, file: Path | None = None, *, discovered: bool = True) -> Selection:
        found: list[Environment] = []
        if discovered:
            all_of_them = discover([self.folder], environ={"PATH": ""}, home=self.root)
            found = [one for one in all_of_them if one.executable.is_relative_to(self.root)]
            base = inspect(self.base)
            assert base is not None
            found.append(base)
        return self.selections.select(self.folder, found, file=file, environ=self.environ)

    def prefix(self, file: Path | None = None, *, discovered: bool = True) -> Path | None:
        environment = self.select(file, discovered=discovered).environment
        return environment.prefix if environment else None


@pytest.fixture
def bed(tmp_path: Path) -> Bed:
    return Bed(tmp_path)


def test_nothing_at_all(bed: Bed) -> None:
    selection = bed.select(discovered=False)

    assert selection.environment is None
    assert not selection.explicit


def test_the_base_interpreter_where_there_is_no_environment(bed: Bed) -> None:
    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.is_base
    assert not selection.explicit
    assert "no environment" in selection.reason


def test_dot_venv_before_discovery(bed: Bed) -> None:
    prefix = bed.venv(".venv")
    bed.venv("aaa")

    assert bed.prefix(discovered=False) == prefix
    assert bed.prefix() == prefix


@pytest.mark.parametrize("discovered", [True, False])
def test_usual_names_before_others(bed: Bed, *, discovered: bool) -> None:
    bed.venv("aaa")
    bed.venv("env")
    prefix = bed.venv("venv")

    assert bed.prefix(discovered=discovered) == prefix


def test_whole_ones_before_broken_ones(bed: Bed) -> None:
    broken = bed.venv("venv")
    (broken / "bin" / "python").unlink()
    prefix = bed.venv("zzz")

    assert bed.prefix() == prefix


def test_a_broken_one_before_that_of_another_project(bed: Bed) -> None:
    broken = bed.venv(".venv")
    (broken / "bin" / "python").unlink()
    bed.venv("svc/.venv")

    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.prefix == broken
    assert selection.environment.broken


def test_those_of_nested_projects_are_not_the_folders(bed: Bed) -> None:
    bed.venv("svc-a/.venv")
    bed.venv(".tox/py312")

    environment = bed.select().environment

    assert environment is not None
    assert environment.is_base


def test_the_nearest_environment_to_a_file(bed: Bed) -> None:
    root = bed.venv(".venv")
    a = bed.venv("svc-a/.venv")
    b = bed.venv("group/svc-b/.venv")

    assert bed.prefix(bed.folder / "requirements.txt") == root
    assert bed.prefix(bed.folder / "svc-a" / "requirements.txt") == a
    assert bed.prefix(bed.folder / "group" / "svc-b" / "src" / "requirements.txt") == b
    assert bed.prefix(bed.folder / "group" / "requirements.txt") == root
    assert bed.prefix(bed.root / "elsewhere" / "requirements.txt") == root


def test_the_users_choice(bed: Bed) -> None:
    bed.venv(".venv")
    chosen = bed.venv("other")
    bed.selections.set_choice(bed.folder, chosen)

    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.prefix == chosen
    assert (selection.explicit, selection.reason) == (True, "chosen by you")
    bed.selections.set_choice(bed.folder, None)
    assert bed.prefix() == bed.folder / ".venv"


def test_the_choice_holds_for_nested_files_without_own_choice(bed: Bed) -> None:
    chosen = bed.venv("other")
    nested = bed.venv("svc/.venv")
    bed.selections.set_choice(bed.folder, chosen)
    assert bed.prefix(bed.folder / "svc" / "requirements.txt") == chosen

    bed.selections.set_choice(bed.folder / "svc", nested)
    assert bed.prefix(bed.folder / "svc" / "requirements.txt") == nested


def test_a_chosen_base_interpreter_is_recorded_by_its_executable(bed: Bed) -> None:
    fake_base(bed.root / "opt" / "python", "3.13.1")
    bed.venv(".venv")
    bed.selections.set_choice(bed.folder, bed.base)

    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.executable == bed.base
    assert selection.explicit


def test_a_choice_that_is_gone_falls_back_and_says_so(bed: Bed) -> None:
    bed.venv(".venv")
    bed.selections.set_choice(bed.folder, bed.folder / "gone")

    selection = bed.select()

    assert selection.environment is not None
    assert selection.environment.prefix == bed.folder / ".venv"
    assert not selection.explicit
    assert "gone" in selection.reason


def test_what_was_deleted_since_discovery_is_not_selected(bed: Bed) -> None:
    gone = bed.venv("venv")
    environment = inspect(gone)
    assert environment is not None
    stale = [dataclasses.replace(environment, project=bed.folder)]
    shutil.rmtree(gone)

    assert bed.selections.select(bed.folder, stale, environ={}).environment is None
    bed.selections.set_choice(bed.folder, gone)
    assert "is gone" in bed.selections.select(bed.folder, stale, environ={}).reason


def test_an_activated_environment_of_the_folder(bed: Bed) -> None:
    bed.venv(".venv")
    active = bed.venv("other")
    bed.environ["VIRTUAL_ENV"] = str(active)

    assert bed.prefix() == active


def test_an_activated_environment_of_another_folder(bed: Bed, tmp_path: Path) -> None:
    elsewhere = fake_venv(tmp_path / "elsewhere" / ".venv", bed.base, "3.12.1")
    bed.environ["VIRTUAL_ENV"] = str(elsewhere)

    environment = bed.select().environment

    assert environment is not None
    assert environment.is_base


def test_the_last_line_of_python_envs(bed: Bed) -> None:
    bed.venv("one")
    two = bed.venv("two")
    (bed.folder / ".python-envs").write_text("one\r\n# a comment\r\ntwo\r\n")

    assert bed.prefix() == two
    # PEP 832: a `.venv` beside the file is its implicit last line.
    assert bed.venv(".venv") == bed.prefix()


def test_a_default_that_cannot_be_used_is_not_replaced_silently(bed: Bed) -> None:
    bed.venv("one")
    (bed.folder / ".python-envs").write_text("one\nmissing\n")

    selection = bed.select()

    assert selection.environment is None
    assert "missing" in selection.reason


def test_a_default_outside_the_folder_is_not_selected(bed: Bed, tmp_path: Path) -> None:
    outside = fake_venv(tmp_path / "outside", bed.base, "3.12.1")
    (bed.folder / ".python-envs").write_text(f"{outside}\n")

    selection = bed.select()

    assert selection.environment is None
    assert "outside the folder" in selection.reason


def test_a_file_called_venv(bed: Bed, tmp_path: Path) -> None:
    outside = fake_venv(tmp_path / "outside", bed.base, "3.12.1")
    (bed.folder / ".venv").write_text(f"{outside}\n")

    assert bed.prefix(discovered=False) == outside


def test_silenced_notices(bed: Bed) -> None:
    assert bed.selections.silenced(bed.folder) == frozenset()
    bed.selections.silence(bed.folder, "missing-environment")
    bed.selections.silence(bed.folder, "missing-environment")
    bed.selections.silence(bed.folder, "other")

    again = Selections(bed.root / "state")
    assert again.silenced(bed.folder) == {"missing-environment", "other"}
    assert again.silenced(bed.root) == frozenset()


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"folders": []}', '{"folders": {"KEY": 3}}', '{"folders": {"KEY": {}}}'],
)
def test_a_damaged_record_counts_as_empty(bed: Bed, content: str) -> None:
    path = bed.root / "state" / "selections.json"
    path.parent.mkdir()
    path.write_text(content.replace("KEY", str(bed.folder)))
    chosen = bed.venv("other")

    assert bed.selections.choice(bed.folder) is None
    bed.selections.set_choice(bed.folder, chosen)
    assert bed.selections.choice(bed.folder) == chosen


def test_an_entry_that_holds_nothing_is_removed(bed: Bed) -> None:
    bed.selections.set_choice(bed.folder, bed.folder / "x")
    bed.selections.set_choice(bed.folder, None)

    record = json.loads((bed.root / "state" / "selections.json").read_text())
    assert record == {"version": 1, "folders": {}}


def write_many(state: Path, folder: Path) -> None:
    selections = Selections(state)
    for number in range(10):
        selections.silence(folder, f"{folder.name}-{number}")


def test_two_processes_lose_nothing(bed: Bed) -> None:
    spawn = multiprocessing.get_context("spawn")
    folders = [bed.root / "a", bed.root / "b"]
    writers = [spawn.Process(target=write_many, args=(bed.root / "state", one)) for one in folders]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [writer.exitcode for writer in writers] == [0, 0]
    for folder in folders:
        assert len(bed.selections.silenced(folder)) == 10


def test_a_lock_that_is_held_times_out(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "x.lock"),
        pytest.raises(TimeoutError),
        locked(tmp_path / "x.lock", timeout=0.05),
    ):
        pass
    with locked(tmp_path / "x.lock", timeout=0.05):
        pass
