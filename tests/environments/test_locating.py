from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.environments import locating
from pinwise.environments.discovery import complete_list
from pinwise.environments.locating import Locator, run_locators
from pinwise.environments.locators.places import Candidate, Places
from pinwise.environments.types import Environment, EnvironmentKind, SkippedPlace

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator


class Stage:
    """Locators over names instead of folders; a slow one waits until the test lets it go."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.places = Places((), {}, Path("home"))
        self.skipped: list[SkippedPlace] = []

    def quick(self, name: str, *found: str) -> Locator:
        return Locator(name, f"places of {name}", lambda _places: map(Candidate, found))

    def hanging(self, name: str, *before: str, seconds: float) -> Locator:
        def locate(_places: Places) -> Iterator[Candidate]:
            yield from map(Candidate, before)
            # As a call of the system on a dead network drive: no token ends it.
            self.gate.wait(30)
            yield Candidate("late")

        return Locator(name, f"places of {name}", locate, seconds)

    def names(self, *locators: Locator) -> Generator[str, None, None]:
        found = run_locators(locators, self.places, identify, self.skipped.append)
        for item in found:
            yield str(item.environment.prefix)


def identify(candidate: Candidate, _places: Places) -> tuple[Environment, str]:
    path = Path(candidate.path)
    return Environment(path, path / "python", EnvironmentKind.VENV), candidate.path


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.gate.set()


def test_quick_ones_come_in_their_order(stage: Stage) -> None:
    names = stage.names(stage.quick("a", "1", "2"), stage.quick("b"), stage.quick("c", "3"))

    assert list(names) == ["1", "2", "3"]
    assert stage.skipped == []


@pytest.mark.scenario(12)
def test_a_hanging_one_holds_nobody_up(stage: Stage) -> None:
    names = stage.names(
        stage.quick("a", "1"),
        stage.hanging("slow", "2", seconds=30),
        stage.quick("b", "3"),
        stage.hanging("slow too", seconds=30),
        stage.quick("c", "4"),
    )

    # All are told while two still hang, and long before these are given up.
    assert sorted(next(names) for _ in range(4)) == ["1", "2", "3", "4"]
    stage.gate.set()
    assert list(names) == ["late", "late"]
    assert stage.skipped == []


@pytest.mark.scenario(20)
def test_one_that_exceeds_its_deadline_is_left_behind_and_told(stage: Stage) -> None:
    names = stage.names(stage.hanging("slow", "1", seconds=0.1), stage.quick("b", "2"))

    assert sorted(names) == ["1", "2"]
    assert [place.locator for place in stage.skipped] == ["slow"]
    assert "places of slow" in stage.skipped[0].message

    # While its thread still hangs it is not tried again: no second thread, no second wait.
    threads = threading.active_count()
    assert list(stage.names(stage.hanging("slow", "1", seconds=30), stage.quick("b"))) == []
    assert threading.active_count() <= threads
    assert len(stage.skipped) == 2

    stage.gate.set()
    deadline = time.monotonic() + 10
    while any(thread.is_alive() for thread in locating._HANGING.values()):  # noqa: SLF001 - to see it end
        assert time.monotonic() < deadline
    assert list(stage.names(stage.quick("slow", "1"))) == ["1"]


def test_one_that_fails_is_told(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    def failing(_places: Places) -> Iterator[Candidate]:
        yield Candidate("1")
        message = "the disk is gone"
        raise OSError(message)

    names = stage.names(Locator("broken", "places of broken", failing), stage.quick("b", "2"))

    assert list(names) == ["1", "2"]
    assert [place.locator for place in stage.skipped] == ["broken"]
    assert "the disk is gone" in caplog.text


def test_notes_are_told(stage: Stage) -> None:
    def noting(places: Places) -> Iterator[Candidate]:
        places.notes.append("Only a part.")
        yield Candidate("1")

    assert list(stage.names(Locator("a", "places", noting))) == ["1"]
    assert stage.skipped == [SkippedPlace("a", "Only a part.")]


def test_cancelled_while_one_hangs(stage: Stage) -> None:
    cancel = CancelToken()
    stage.places = Places((), {}, Path("home"), cancel)
    names = stage.names(stage.quick("a", "1"), stage.hanging("slow", seconds=30))
    assert next(names) == "1"
    timer = threading.Timer(0.05, cancel.cancel)
    timer.start()

    with pytest.raises(CancelledError):
        list(names)
    timer.join()


def test_whoever_stops_listening_stops_the_locators(stage: Stage) -> None:
    asked: list[str] = []

    def endless(places: Places) -> Iterator[Candidate]:
        while True:
            places.cancel.check()
            asked.append("again")
            yield Candidate("1")

    names = stage.names(Locator("endless", "places", endless, seconds=30))
    assert next(names) == "1"
    names.close()

    deadline = time.monotonic() + 10
    while any(thread.name == "pinwise-locator" for thread in threading.enumerate()):
        assert time.monotonic() < deadline


def environment(name: str, found_by: str, *, base: bool = False, version: str = "") -> Environment:
    path = Path("/none") / name
    return Environment(
        path, path / "python", EnvironmentKind.VENV, version, is_base=base, found_by=found_by
    )


@pytest.mark.scenario(20)
def test_the_last_good_list_is_kept() -> None:
    project = environment("project", "project")
    conda = environment("conda", "conda")
    older = environment("older", "managers", base=True, version="3.11.1")
    newer = environment("newer", "system", base=True, version="3.13.1")
    gone = environment("gone", "poetry")
    skipped = [SkippedPlace("conda", "."), SkippedPlace("managers", ".")]

    listed = complete_list([newer, project], [project, conda, older, newer, gone], skipped)

    assert listed == [project, conda, newer, older]
    assert complete_list([newer, project], [conda, older]) == [project, newer]
