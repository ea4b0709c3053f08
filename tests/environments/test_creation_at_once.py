"""Several creations of the same environment at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.alone import alone
from pinwise.environments.creation import CreateRequest, CreationError, CreationFailure, create
from pinwise.environments.inspection import inspect
from pinwise.environments.locks import HeldError
from pinwise.environments.removal import RemovalError, RemovalFailure, remove
from tests.environments.beds import fake_base, fake_venv
from tests.environments.creating import BASE, Steps, failing_base, failure_of

VERSION = ".".join(map(str, sys.version_info[:3]))

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.environments.types import Environment


def bed_for_two(folder: Path, there: str) -> None:
    """Make what two calls find: nothing, an empty folder, or an environment to be replaced."""
    if there == "empty":
        (folder / ".venv").mkdir()
    elif there == "old":
        fake_venv(folder / ".venv", fake_base(folder.parent / "opt", "3.12.1"), "3.12.1")


@pytest.mark.parametrize("there", ["nothing", "empty", "old"])
@pytest.mark.parametrize("step", ["Choosing", "Asking", "Making the folders", "Adding pip"])
def test_a_second_call_at_any_step_of_the_first_is_refused(
    tmp_path: Path, there: str, step: str
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    bed_for_two(work, there)
    refusals: list[CreationError] = []

    def second() -> None:
        # It would fail, and then clear what it took for its own.
        request = CreateRequest(work, base=failing_base(tmp_path), replace=there == "old")
        refusals.append(failure_of(request))

    def in_another_thread() -> None:
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    environment = create(
        CreateRequest(work, base=BASE, replace=there == "old"),
        progress=Steps(at=step, do=in_another_thread),
    )

    assert refusals
    assert {str(error) for error in refusals} == {
        "`.venv` is being made, changed or deleted already."
    }
    assert {error.failure for error in refusals} == {CreationFailure.OCCUPIED}
    assert not environment.problems
    assert [path.name for path in work.iterdir()] == [".venv"]


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from pinwise.environments.creation import CreateRequest, CreationError, create\n"
        "try:\n"
        f"    create(CreateRequest(Path({str(tmp_path)!r}), base=Path({str(BASE)!r})))\n"
        "except CreationError as error:\n"
        "    print(error)\n"
    )
    answers: list[str] = []

    def second() -> None:
        completed = subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        )
        answers.append(completed.stdout.strip())

    environment = create(CreateRequest(tmp_path, base=BASE), progress=Steps(at="Asking", do=second))

    assert answers == ["`.venv` is being made, changed or deleted already."]
    assert not environment.problems


def test_of_two_at_once_exactly_one_makes_it(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    start = threading.Barrier(2)
    made: list[Environment] = []
    refused: list[str] = []

    def one() -> None:
        start.wait()
        try:
            made.append(create(CreateRequest(tmp_path, base=BASE)))
        except CreationError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 1
    # The second is late on a machine that is busy, and then finds the first's environment.
    assert refused in (
        ["`.venv` is being made, changed or deleted already."],
        [f"`.venv` is an environment with Python {VERSION} already."],
    )
    assert inspect(tmp_path / ".venv") == made[0]


def test_nobody_deletes_what_another_call_is_making(tmp_path: Path) -> None:
    refused: list[RemovalError] = []

    def delete() -> None:
        with pytest.raises(RemovalError) as caught:
            remove(tmp_path / ".venv")
        refused.append(caught.value)

    # By then it has its `pyvenv.cfg`, so that it may be deleted by what it is.
    environment = create(
        CreateRequest(tmp_path, base=BASE), progress=Steps(at="Adding pip", do=delete)
    )

    assert {str(error) for error in refused} == {
        "`.venv` is being made, changed or deleted already."
    }
    assert {error.failure for error in refused} == {RemovalFailure.IN_USE}
    assert not environment.problems


def test_nobody_deletes_what_another_call_has_set_aside(tmp_path: Path) -> None:
    fake_venv(tmp_path / ".venv", fake_base(tmp_path / "opt", "3.12.1"), "3.12.1")
    refused: list[str] = []

    def delete() -> None:
        (kept,) = tmp_path.glob(".venv.pinwise-old-*")
        with pytest.raises(RemovalError) as caught:
            remove(kept)
        refused.append(str(caught.value))

    create(
        CreateRequest(tmp_path, base=BASE, replace=True),
        progress=Steps(at="Adding pip", do=delete),
    )

    assert set(refused) == {"`.venv` is being made, changed or deleted already."}


def test_nobody_makes_what_another_call_is_deleting(tmp_path: Path) -> None:
    fake_venv(tmp_path / ".venv", fake_base(tmp_path / "opt", "3.12.1"), "3.12.1")
    errors: list[CreationError] = []

    def make() -> None:
        errors.append(failure_of(CreateRequest(tmp_path, base=BASE, replace=True)))

    remove(tmp_path / ".venv", progress=Steps(at="Deleting", do=make))

    assert [str(error) for error in errors] == [
        "`.venv` is being made, changed or deleted already."
    ]
    assert not (tmp_path / ".venv").exists()


def test_two_of_different_names_do_not_wait_for_each_other(tmp_path: Path) -> None:
    made: list[Environment] = []

    def second() -> None:
        made.append(create(CreateRequest(tmp_path, name="other", base=BASE)))

    create(CreateRequest(tmp_path, base=BASE), progress=Steps(at="Asking", do=second))

    assert [environment.name for environment in made] == ["other"]


def test_a_link_to_the_folder_leads_to_the_same_claim(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "link").symlink_to("work")
    errors: list[CreationError] = []

    def second() -> None:
        errors.append(failure_of(CreateRequest(tmp_path / "link", base=BASE)))

    create(CreateRequest(tmp_path / "work", base=BASE), progress=Steps(at="Asking", do=second))

    assert [str(error) for error in errors] == [
        "`.venv` is being made, changed or deleted already."
    ]


def test_a_link_to_the_environment_leads_to_the_same_claim(tmp_path: Path) -> None:
    fake_venv(tmp_path / "kept", fake_base(tmp_path / "opt", "3.12.1"), "3.12.1")
    (tmp_path / ".venv").symlink_to("kept")
    (tmp_path / "circle").symlink_to("circle")

    with alone(tmp_path / ".venv"):
        # What is reached by another name can be claimed beside.
        with pytest.raises(HeldError), alone(tmp_path / "kept"):
            pass
        with alone(tmp_path / "circle"):
            pass
    with alone(tmp_path / "kept"), pytest.raises(HeldError), alone(tmp_path / ".venv"):
        pass


def test_what_another_program_put_there_meanwhile_is_not_deleted(tmp_path: Path) -> None:
    destination = tmp_path / ".venv"
    destination.mkdir()
    foreign = destination / "foreign"

    with pytest.raises(CreationError, match="holds other things"):
        create(
            CreateRequest(tmp_path, base=failing_base(tmp_path)),
            progress=Steps(at="Making .venv", do=foreign.touch),
        )

    assert foreign.exists()


def test_it_is_made_where_nothing_can_be_claimed(tmp_path: Path, state_home: Path) -> None:
    # A home that cannot be written to, as containers have.
    (state_home / "pinwise").touch()

    assert not create(CreateRequest(tmp_path, base=BASE)).broken


def test_nothing_of_the_claim_stays(tmp_path: Path, state_home: Path) -> None:
    create(CreateRequest(tmp_path, base=BASE))
    failure_of(CreateRequest(tmp_path, base=BASE))

    assert [path for path in state_home.rglob("*") if path.is_file()] == []
