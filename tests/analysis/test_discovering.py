"""What is known of environments while several look for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import platformdirs

from pinwise.analysis.environments import Environments
from pinwise.analysis.workspace import Workspace
from pinwise.environments.inspection import inspect
from tests.environments.beds import fake_base, fake_venv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from pinwise.environments.types import Environment


def test_a_look_that_began_before_does_not_undo_a_later_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_state_path", lambda *_, **__: tmp_path / "state")
    environments = Environments()
    folder = tmp_path / "work"
    prefix = folder / ".venv"
    looks: list[str] = []

    def look(*_: object, **__: object) -> Iterator[Environment]:
        looks.append("begun")
        if len(looks) == 1:
            # On a slow disk it is not over yet when an environment is made, and looked for.
            fake_venv(prefix, fake_base(tmp_path / "opt", "3.12.1"), "3.12.1")
            environments.discover(folder)
            return
        found = inspect(prefix)
        assert found is not None
        yield found

    monkeypatch.setattr("pinwise.environments.discovery.discover", look)

    listed = environments.discover(folder)

    assert len(looks) == 2
    assert [item.prefix for item in listed] == [prefix]
    state = environments.state_of(folder)
    assert state is not None
    assert state.selection.environment is not None
    assert state.selection.environment.prefix == prefix


def test_a_look_during_which_an_action_began_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_state_path", lambda *_, **__: tmp_path / "state")
    environments = Environments()
    folder = tmp_path / "work"
    whole = fake_venv(folder / "whole", fake_base(tmp_path / "opt", "3.12.1"), "3.12.1")
    half_made = fake_venv(folder / "half", tmp_path / "opt" / "bin" / "python3.12", "3.12.1")
    during = False

    def look(*_: object, **__: object) -> Iterator[Environment]:
        for prefix in (half_made, whole) if during else (whole,):
            found = inspect(prefix)
            assert found is not None
            yield found
            if during:
                environments.outdate(folder)

    monkeypatch.setattr("pinwise.environments.discovery.discover", look)
    # The first look counts in any case: nothing is known without it.
    environments.outdate(folder)
    assert [item.prefix for item in environments.discover(folder)] == [whole]

    during = True
    assert [item.prefix for item in environments.discover(folder)] == [whole]

    during = False
    assert [item.prefix for item in environments.discover(folder)] == [whole]


def test_what_was_known_of_a_folder_that_was_closed_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_state_path", lambda *_, **__: tmp_path / "state")
    environments = Environments()
    closed, open_still = tmp_path / "closed", tmp_path / "open"
    for folder in (closed, open_still):
        environments.discover(folder)
        environments.follow(folder, folder / ".venv", "another extension")
        assert environments.state_of(folder) is not None

    environments.drop({closed})

    assert not environments.known(closed)
    assert environments.state_of(closed) is None
    assert environments.state_of(open_still) is not None
    assert environments.at(closed, None) is None


def test_a_workspace_drops_what_it_knew_of_the_folders_that_it_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_state_path", lambda *_, **__: tmp_path / "state")
    closed, open_still = tmp_path / "closed", tmp_path / "open"
    workspace = Workspace((closed, open_still))
    for folder in workspace.folders:
        workspace.environments.discover(folder)

    workspace.set_folders((open_still,))

    assert not workspace.environments.known(closed)
    assert workspace.environments.known(open_still)
    workspace.close()
