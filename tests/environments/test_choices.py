from __future__ import annotations

import json
import multiprocessing
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.choices import Choices
from pinwise.environments.locks import locked
from tests.environments.selecting import SelectionBed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bed(tmp_path: Path) -> SelectionBed:
    return SelectionBed(tmp_path)


def test_the_folders_below_for_which_the_user_chose(bed: SelectionBed) -> None:
    for name in ("svc-a", "group/svc-b"):
        bed.choices.set_choice(bed.folder / name, bed.base)
    bed.choices.silence(bed.folder / "svc-c", "x")
    bed.choices.set_choice(bed.folder, bed.base)
    bed.choices.set_choice(bed.root / "workspace-beside", bed.base)

    below = bed.choices.folders_below(bed.folder)

    assert {*below} == {bed.folder / "svc-a", bed.folder / "group" / "svc-b"}


def test_silenced_notices(bed: SelectionBed) -> None:
    assert bed.choices.silenced(bed.folder) == frozenset()
    bed.choices.silence(bed.folder, "missing-environment")
    bed.choices.silence(bed.folder, "missing-environment")
    bed.choices.silence(bed.folder, "other")

    again = Choices(bed.root / "state")
    assert again.silenced(bed.folder) == {"missing-environment", "other"}
    assert again.silenced(bed.root) == frozenset()


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"folders": []}', '{"folders": {"KEY": 3}}', '{"folders": {"KEY": {}}}'],
)
def test_a_damaged_record_counts_as_empty(bed: SelectionBed, content: str) -> None:
    path = bed.root / "state" / "selections.json"
    path.parent.mkdir()
    path.write_text(content.replace("KEY", str(bed.folder)))
    chosen = bed.venv("other")

    assert bed.choices.choice(bed.folder) is None
    bed.choices.set_choice(bed.folder, chosen)
    assert bed.choices.choice(bed.folder) == chosen


def test_an_entry_that_holds_nothing_is_removed(bed: SelectionBed) -> None:
    bed.choices.set_choice(bed.folder, bed.folder / "x")
    bed.choices.set_choice(bed.folder, None)

    record = json.loads((bed.root / "state" / "selections.json").read_text())
    assert record == {"version": 1, "folders": {}}


def write_many(state: Path, folder: Path) -> None:
    choices = Choices(state)
    for number in range(10):
        choices.silence(folder, f"{folder.name}-{number}")


def test_two_processes_lose_nothing(bed: SelectionBed) -> None:
    spawn = multiprocessing.get_context("spawn")
    folders = [bed.root / "a", bed.root / "b"]
    writers = [spawn.Process(target=write_many, args=(bed.root / "state", one)) for one in folders]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [writer.exitcode for writer in writers] == [0, 0]
    for folder in folders:
        assert len(bed.choices.silenced(folder)) == 10


def test_a_lock_that_is_held_times_out(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "x.lock"),
        pytest.raises(TimeoutError),
        locked(tmp_path / "x.lock", timeout=0.05),
    ):
        pass
    with locked(tmp_path / "x.lock", timeout=0.05):
        pass
