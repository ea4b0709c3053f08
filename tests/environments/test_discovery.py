from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.environments import discovery
from pinwise.environments.discovery import base_interpreters, by_preference, discover
from pinwise.environments.inspection import inspect
from pinwise.environments.locating import Locator
from pinwise.environments.locators.digests import path_digest as poetry_digest
from pinwise.environments.locators.places import Candidate, Places
from pinwise.environments.locators.system import interpreters_in, system_pythons
from pinwise.environments.locators.windows import windows_pythons
from pinwise.environments.types import EnvironmentKind
from tests.environments.beds import MARKING_SCRIPT, Bed, fake_base, fake_venv, place_program

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_environments_of_a_monorepo_down_to_the_fourth_level(bed: Bed) -> None:
    near = bed.venv(bed.workspace / ".venv")
    service = bed.venv(bed.workspace / "svc-a" / "venv")
    deep = bed.venv(bed.workspace / "a" / "b" / "c" / "d")
    bed.venv(bed.workspace / "a" / "b" / "c" / "x" / "too-deep")

    assert bed.prefixes() == [near, service, deep]


def test_an_environment_belongs_to_the_nearest_project(bed: Bed) -> None:
    service = bed.workspace / "svc-a"
    bed.venv(service / ".venv")
    bed.venv(service / "envs" / "py312")
    bed.venv(bed.workspace / "elsewhere" / "py312")
    (service / "requirements-dev.txt").touch()

    projects = {one.prefix: one.project for one in bed.find()}

    assert projects == {
        service / ".venv": service,
        service / "envs" / "py312": service,
        bed.workspace / "elsewhere" / "py312": bed.workspace,
    }


def test_folders_that_hold_no_environments_are_skipped(bed: Bed) -> None:
    for name in ("node_modules", ".git", "build", "__pycache__"):
        bed.venv(bed.workspace / name / ".venv")
    outer = bed.venv(bed.workspace / ".venv")
    bed.venv(outer / "lib" / "inner")

    assert bed.prefixes() == [outer]


def test_a_walk_gives_way_before_each_folder(bed: Bed) -> None:
    (bed.workspace / "a" / "b").mkdir(parents=True)
    calls: list[None] = []

    found = discover(
        [bed.workspace], environ={}, home=bed.home, give_way=lambda: calls.append(None)
    )

    assert all(one.is_base for one in found)
    assert len(calls) == len([bed.workspace, "a", "b"])


def test_a_workspace_that_is_an_environment_itself(bed: Bed) -> None:
    prefix = bed.venv(bed.workspace / "env-as-folder")
    inner = bed.venv(prefix / "project" / ".venv")

    assert bed.prefixes(prefix) == [prefix, inner]


def test_a_link_is_found_under_its_own_path_and_once(bed: Bed, tmp_path: Path) -> None:
    real = bed.venv(tmp_path / "elsewhere" / "x")
    link = bed.workspace / ".venv"
    link.symlink_to(real)
    (bed.workspace / "second").symlink_to(real)

    assert bed.prefixes() == [link]


def test_a_cycle_of_links_ends(bed: Bed) -> None:
    (bed.workspace / "a").mkdir()
    (bed.workspace / "a" / "up").symlink_to(bed.workspace)
    prefix = bed.venv(bed.workspace / "a" / ".venv")

    assert bed.prefixes() == [prefix]


def test_what_python_envs_names_is_found(bed: Bed, tmp_path: Path) -> None:
    outside = bed.venv(tmp_path / "outside")
    text = f"# none of ours\r\n../missing\r\n{outside}\r\n"
    (bed.workspace / ".python-envs").write_text(text)

    assert [(one.prefix, one.project) for one in bed.find()] == [(outside, bed.workspace)]


def test_a_file_called_venv_names_the_environment(bed: Bed, tmp_path: Path) -> None:
    outside = bed.venv(tmp_path / "outside")
    (bed.workspace / ".venv").write_text(f"{outside}\n")

    assert bed.prefixes() == [outside]


def test_a_file_called_venv_with_anything_else_is_ignored(bed: Bed) -> None:
    (bed.workspace / ".venv").write_bytes(b"\xff\xfe\0")

    assert bed.prefixes() == []


def test_those_of_test_runners_are_marked(bed: Bed) -> None:
    bed.venv(bed.workspace / ".tox" / "py312")
    bed.venv(bed.workspace / ".nox" / "lint")

    assert [one.kind for one in bed.find()] == [EnvironmentKind.NOX, EnvironmentKind.TOX]


def test_half_of_an_environment_is_found_with_its_problem(bed: Bed) -> None:
    prefix = bed.venv(bed.workspace / ".venv")
    (prefix / "pyvenv.cfg").unlink()

    assert [one.broken for one in bed.find()] == [True]


def test_the_active_environment(bed: Bed, tmp_path: Path) -> None:
    prefix = bed.venv(tmp_path / "active")
    bed.environ["VIRTUAL_ENV"] = str(prefix)
    assert bed.prefixes() == [prefix]

    bed.environ["VIRTUAL_ENV"] = ".venv"
    assert bed.prefixes() == []


def test_version_managers(bed: Bed) -> None:
    fake_base(bed.home / ".pyenv/versions/3.11.7", "3.11.7")
    plugin = bed.venv(bed.home / ".pyenv/versions/3.11.7/envs/plugin")
    (bed.home / ".pyenv/versions/plugin").symlink_to(plugin)
    fake_base(bed.home / ".local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu", "3.13.1")
    fake_base(bed.home / ".asdf/installs/python/3.10.2", "3.10.2")
    fake_base(bed.home / ".local/share/mise/installs/python/3.9.1", "3.9.1")
    (bed.home / ".local/share/mise/installs/python/3.9").symlink_to("3.9.1")

    found = [(one.kind.value, one.version, one.is_base) for one in bed.find()]

    assert found == [
        ("pyenv", "3.11.7", True),
        ("venv", "3.12.1", False),
        ("uv-python", "3.13.1", True),
        ("asdf", "3.10.2", True),
        ("mise", "3.9.1", True),
    ]


def test_poetry_is_linked_to_its_project(bed: Bed) -> None:
    root = bed.home / ".cache/pypoetry/virtualenvs"
    bed.venv(root / f"work-{poetry_digest(str(bed.workspace))}-py3.12")
    bed.venv(root / "other-AAAAAAAA-py3.12")

    found = [(one.kind, one.project) for one in bed.find()]

    assert found == [(EnvironmentKind.POETRY, None), (EnvironmentKind.POETRY, bed.workspace)]


def test_virtualenvwrapper_and_pipenv(bed: Bed) -> None:
    with_pipfile = bed.workspace / "p"
    with_pipfile.mkdir()
    (with_pipfile / "Pipfile").touch()
    wrapper = bed.venv(bed.home / ".virtualenvs" / "wrapped")
    (wrapper / ".project").write_text(f"{bed.workspace}\n")
    pipenv = bed.venv(bed.home / ".local/share/virtualenvs" / "p-abc")
    (pipenv / ".project").write_text(f"{with_pipfile}\n")

    found = {one.prefix.name: (one.kind, one.project) for one in bed.find()}

    assert found == {
        "wrapped": (EnvironmentKind.VIRTUALENVWRAPPER, bed.workspace),
        "p-abc": (EnvironmentKind.PIPENV, with_pipfile),
    }


def test_conda_by_its_list(bed: Bed, tmp_path: Path) -> None:
    (tmp_path / "c" / "conda-meta").mkdir(parents=True)
    (bed.home / ".conda").mkdir()
    (bed.home / ".conda" / "environments.txt").write_text(f"{tmp_path / 'c'}\n/gone\n")

    assert [one.kind for one in bed.find()] == [EnvironmentKind.CONDA]


def places(bed: Bed, path: str) -> Places:
    return Places(folders=(bed.workspace,), environ={"PATH": path}, home=bed.home, windows=False)


def test_path_without_shims_relative_entries_and_the_workspace(bed: Bed, tmp_path: Path) -> None:
    shims = tmp_path / "any" / "shims"
    shims.mkdir(parents=True)
    place_program(shims / "python3", "#!/bin/sh\n")
    planted = fake_base(bed.workspace / "tools", "3.12.1").parent
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "python3").symlink_to(planted / "python3.12")
    path = f"{shims}::.:bin:{planted}:{linked}:{bed.base.parent}"

    found = [Path(one.path) for one in system_pythons(places(bed, path))]

    assert [one for one in found if one.is_relative_to(tmp_path)] == [bed.base.with_name("python")]


def test_the_folders_of_windows(tmp_path: Path) -> None:
    installed = tmp_path / "Local" / "Programs" / "Python" / "Python312"
    managed = tmp_path / "Local" / "Python" / "pythoncore-3.14-64"
    on_path = tmp_path / "tools"
    store = tmp_path / "Local" / "Microsoft" / "WindowsApps"
    for folder in (installed, managed, on_path, store):
        folder.mkdir(parents=True)
        (folder / "python.exe").write_bytes(b"MZ")
    environ = {"PATH": f'"{on_path}";{store};', "LOCALAPPDATA": str(tmp_path / "Local")}

    places = Places((), environ, tmp_path / "home", windows=True)
    found = [*windows_pythons(places), *system_pythons(places)]

    assert [Path(one.path).parent for one in found] == [installed, managed, on_path]


def test_a_home_folder_that_is_the_workspace_hides_no_base(bed: Bed) -> None:
    fake_base(bed.home / ".pyenv/versions/3.11.7", "3.11.7")

    found = bed.find(bed.home)

    assert [one.is_base for one in found] == [True]


def test_empty_files_of_windows_store_are_no_interpreters(tmp_path: Path) -> None:
    (tmp_path / "python.exe").touch()
    (tmp_path / "python3.exe").write_bytes(b"MZ")

    assert interpreters_in(str(tmp_path), windows=True) == [str(tmp_path / "python3.exe")]


def test_a_locator_that_fails_fails_alone(
    bed: Bed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(_places: Places) -> Iterator[Candidate]:
        yield Candidate(str(bed.workspace / "missing"))
        message = "the disk is gone"
        raise OSError(message)

    locators = (Locator("failing", "failing environments", failing), *discovery._ALL)  # noqa: SLF001 - to add one
    monkeypatch.setattr(discovery, "_ALL", locators)
    prefix = bed.venv(bed.workspace / ".venv")

    assert bed.prefixes() == [prefix]
    assert "failing" in caplog.text


def test_cancelled(bed: Bed) -> None:
    bed.venv(bed.workspace / ".venv")
    cancel = CancelToken()
    cancel.cancel()

    with pytest.raises(CancelledError):
        list(discover([bed.workspace], environ={}, home=bed.home, cancel=cancel))


def test_the_order_of_preference(tmp_path: Path) -> None:
    made = [
        fake_base(tmp_path / "a", "3.9.1"),
        fake_base(tmp_path / "b", "3.15.0rc1"),
        fake_base(tmp_path / "c", "3.12.1"),
        fake_base(tmp_path / "d", "3.14.0", threads="t"),
        fake_base(tmp_path / "e", "3.13.0"),
    ]
    bases = [found for path in made if (found := inspect(path)) is not None]

    versions = [base.version for base in by_preference(bases)]

    assert versions == ["3.13.0", "3.12.1", "3.9.1", "3.14.0", "3.15.0rc1"]


def test_base_interpreters_of_this_machine() -> None:
    bases = base_interpreters()

    assert bases
    assert all(base.is_base for base in bases)
    assert not any("shims" in base.executable.parts for base in bases)


def test_nothing_of_the_workspace_is_started(bed: Bed, tmp_path: Path) -> None:
    marker = tmp_path / "started"
    script = MARKING_SCRIPT.format(marker=marker)
    bin_folder = bed.workspace / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    for name in ("python", "python3"):
        place_program(bin_folder / name, script)
    (bed.workspace / ".venv" / "pyvenv.cfg").write_text(f"home = {bin_folder}\n")
    fake_base(bed.workspace / "python", "3.12.1", script=script)
    fake_venv(bed.workspace / "venv", bed.workspace / "python/bin/python3.12", "3.12.1")
    (bed.workspace / "json.py").write_text(f"open({str(marker)!r}, 'w')\n")
    bed.environ["PATH"] = f"{bin_folder}:{bed.workspace / 'python/bin'}"
    bed.environ["VIRTUAL_ENV"] = str(bed.workspace / ".venv")

    found = bed.find()

    assert {one.prefix.name for one in found} == {".venv", "venv"}
    assert not marker.exists()


def test_each_of_a_thousand_folders_is_listed_once(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = {bed.workspace}
    for outer in range(30):
        folders.add(bed.workspace / f"package-{outer}")
        for inner in range(30):
            folder = bed.workspace / f"package-{outer}" / f"part-{inner}"
            folder.mkdir(parents=True)
            folders.add(folder)
    prefix = bed.venv(bed.workspace / "package-29" / "part-29" / ".venv")
    listed: Counter[Path] = Counter()
    scandir = os.scandir

    def counting(path: str) -> Iterator[os.DirEntry[str]]:
        listed[Path(path)] += 1
        return scandir(path)

    monkeypatch.setattr(os, "scandir", counting)
    assert bed.prefixes() == [prefix]
    assert {folder: listed[folder] for folder in folders} == dict.fromkeys(folders, 1)


def test_a_budget_bounds_the_walk(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pinwise.environments.locators.project.BUDGET", 5)
    for number in range(10):
        (bed.workspace / f"a{number}").mkdir()
    bed.venv(bed.workspace / "z" / ".venv")
    near = bed.venv(bed.workspace / "a0" / ".venv")

    assert bed.prefixes() in ([], [near])
