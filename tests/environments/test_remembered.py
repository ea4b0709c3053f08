from __future__ import annotations

import dataclasses
import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinwise.environments import remembered
from pinwise.environments.choices import folder_key
from pinwise.environments.inspection import inspect
from pinwise.environments.remembered import Remembered
from pinwise.environments.types import Environment, EnvironmentKind
from tests.environments.beds import fake_base, fake_distribution, fake_venv

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    base = fake_base(tmp_path / "opt" / "python", "3.12.4")
    found = inspect(fake_venv(tmp_path / "work" / ".venv", base, "3.12.4", pip=False))
    assert found is not None
    return dataclasses.replace(found, project=tmp_path / "work", found_by="project")


@pytest.fixture
def memory(tmp_path: Path) -> Remembered:
    return Remembered(tmp_path / "state")


@pytest.mark.scenario(1)
def test_what_was_used_last_is_there_after_a_restart(
    environment: Environment, memory: Remembered, tmp_path: Path
) -> None:
    memory.remember(tmp_path / "work", environment)

    assert Remembered(tmp_path / "state").recall(tmp_path / "work") == environment
    assert memory.recall(tmp_path / "other") is None


def test_nothing_is_written_where_nothing_changed(
    environment: Environment,
    memory: Remembered,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    memory.remember(tmp_path / "work", environment)
    monkeypatch.setattr(remembered, "write_atomically", None)

    memory.remember(tmp_path / "work", environment)
    memory.remember(tmp_path / "other", None)


def test_it_is_forgotten(environment: Environment, memory: Remembered, tmp_path: Path) -> None:
    memory.remember(tmp_path / "work", environment)
    memory.remember(tmp_path / "work", None)

    assert memory.recall(tmp_path / "work") is None


def test_an_environment_that_changed_is_not_recalled(
    environment: Environment, memory: Remembered, tmp_path: Path
) -> None:
    folder = tmp_path / "work"
    cfg = environment.prefix / "pyvenv.cfg"

    memory.remember(folder, environment)
    os.utime(cfg, ns=(1, 1))
    assert memory.recall(folder) is None

    memory.remember(folder, environment)
    # The base Python is updated under it: the link is the same, the file is another.
    os.utime(environment.executable, ns=(1, 1))
    assert memory.recall(folder) is None

    memory.remember(folder, environment)
    shutil.rmtree(tmp_path / "opt")
    assert memory.recall(folder) is None

    memory.remember(folder, environment)
    shutil.rmtree(environment.prefix)
    assert memory.recall(folder) is None


def test_an_installed_package_changes_nothing(
    environment: Environment, memory: Remembered, tmp_path: Path
) -> None:
    memory.remember(tmp_path / "work", environment)
    fake_distribution(environment.site_packages[0], "one", "1")

    assert memory.recall(tmp_path / "work") == environment


def test_the_latest_folders_are_kept(
    environment: Environment,
    memory: Remembered,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remembered, "_MOST_FOLDERS", 2)
    for name in ("a", "b", "c"):
        memory.remember(tmp_path / name, environment)

    kept = [name for name in ("a", "b", "c") if memory.recall(tmp_path / name)]
    assert kept == ["b", "c"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(
    name=st.sampled_from([field.name for field in dataclasses.fields(Environment)]),
    value=JSON,
)
def test_any_damage_is_no_more_than_a_loss(
    tmp_path_factory: pytest.TempPathFactory, name: str, value: object
) -> None:
    state = tmp_path_factory.getbasetemp() / "damaged"
    state.mkdir(exist_ok=True)
    whole: dict[str, Any] = {
        "prefix": "/x",
        "executable": "/x/bin/python",
        "kind": "venv",
        "base_prefix": None,
        "project": None,
        "site_packages": [],
        "problems": [],
    }
    marks = remembered.fingerprint(
        Environment(state / "x", state / "x/bin/python", EnvironmentKind.VENV)
    )
    entry = {"environment": {**whole, name: value}, "fingerprint": marks}
    key = folder_key(state)
    text = json.dumps({"version": 1, "folders": {key: entry}})
    (state / "environments.json").write_text(text)

    found = Remembered(state).recall(state)

    assert found is None or isinstance(found.version, str)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"version": 2, "folders": {}}', "[" * 5000])
def test_a_damaged_file_counts_as_empty(
    environment: Environment, memory: Remembered, tmp_path: Path, text: str
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "environments.json").write_text(text)

    assert memory.recall(tmp_path / "work") is None
    memory.remember(tmp_path / "work", environment)
    assert memory.recall(tmp_path / "work") == environment
