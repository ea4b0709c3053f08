from __future__ import annotations

import sys
import threading
import venv
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.workspace import Workspace
from tests.environments.beds import fake_distribution, fake_venv
from tests.fake_index import FakeIndex, Release
from tests.index.support import PATIENCE
from tests.isolation import isolate


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return isolate(monkeypatch, tmp_path)


def codes(workspace: Workspace, root: Path) -> list[str]:
    (analysis,) = analyse_completely(workspace, [root])
    return [item.rule.name for item in analysis.report.diagnostics[root]]


def test_the_index_that_a_file_names_is_the_one_asked(folder: Path) -> None:
    with FakeIndex({"inside": {"1.0": Release()}}) as index:
        root = folder / "requirements.txt"
        root.write_text(f"--index-url {index.url}\ninside==2.0\n", encoding="utf-8")
        workspace = Workspace((folder,), overrides={"rules": {"missing-environment": "off"}})
        # pip's configuration says "no index"; the file cannot undo that, as with pip.
        assert codes(workspace, root) == []
        workspace.close()
        assert index.requests == []


def test_an_untrusted_workspace_cannot_name_an_index(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    with FakeIndex({}) as users, FakeIndex({"inside": {"1.0": Release()}}) as theirs:
        monkeypatch.setenv("PIP_INDEX_URL", users.url)
        root = folder / "requirements.txt"
        root.write_text(f"--index-url {theirs.url}\ninside==2.0\n", encoding="utf-8")
        workspace = Workspace((folder,), trusted=False)
        (analysis,) = analyse_completely(workspace, [root])
        assert [item.reason.reason.value for item in analysis.report.unchecked] == ["untrusted"]
        assert theirs.requests == []
        workspace.set_trust(trusted=True)
        assert "no-matching-version" in codes(workspace, root)
        workspace.close()


def test_trust_that_is_withdrawn_ends_what_is_under_way(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    names = [canonicalize_name(f"inside-{number}") for number in range(40)]
    with FakeIndex(behaviours=dict.fromkeys(names, "slow")) as theirs:
        root = folder / "requirements.txt"
        root.write_text(f"--index-url {theirs.url}\ninside==2.0\n", encoding="utf-8")
        workspace = Workspace((folder,))
        index = workspace.begin(root, None).index
        before = set(threading.enumerate())
        index.fetch(names, lambda _names: None)
        assert theirs.slow_reached.wait(PATIENCE)
        workspace.set_trust(trusted=False)
        theirs.release_slow()
        # They end once there is nothing left to ask.
        for thread in set(threading.enumerate()) - before:
            if thread.name.startswith("pinwise-index"):
                thread.join(PATIENCE)
        assert len(theirs.pages_asked()) < len(names)
        workspace.close()


def test_a_file_belongs_to_the_innermost_folder(folder: Path) -> None:
    inner = folder / "service"
    workspace = Workspace((folder, inner))
    assert workspace.folder_of(inner / "requirements.txt") == inner
    assert workspace.folder_of(folder / "requirements.txt") == folder
    assert workspace.folder_of(folder.parent / "x" / "requirements.txt") == folder.parent / "x"
    workspace.close()


def test_requirements_files_are_those_that_nothing_includes(folder: Path) -> None:
    (folder / "requirements.txt").write_text("-r requirements-base.txt\n", encoding="utf-8")
    (folder / "requirements-base.txt").write_text("flask\n", encoding="utf-8")
    (folder / "dev-requirements.txt").write_text("pytest\n", encoding="utf-8")
    workspace = Workspace((folder,))
    names = [path.name for path in workspace.requirements_files(folder)]
    assert names == ["dev-requirements.txt", "requirements.txt"]
    assert workspace.roots_of(folder / "requirements-base.txt") == (folder / "requirements.txt",)
    workspace.close()


def test_files_in_a_circle_are_all_roots(folder: Path) -> None:
    for name, text in {
        "requirements.txt": "-r requirements-a.txt\n",
        "requirements-a.txt": "flask\n",
        "requirements-b.txt": "-r requirements-c.txt\n",
        "requirements-c.txt": "-r requirements-b.txt\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    workspace = Workspace((folder,))
    names = [path.name for path in workspace.requirements_files(folder)]
    assert names == ["requirements-b.txt", "requirements-c.txt", "requirements.txt"]
    workspace.close()


def test_settings_are_read_again_when_the_disk_changed(folder: Path) -> None:
    root = folder / "requirements.txt"
    root.write_text("click>2,<1\n", encoding="utf-8")
    workspace = Workspace((folder,), overrides={"rules": {"missing-environment": "off"}})
    assert codes(workspace, root) == ["unsatisfiable-specifier"]
    settings = '[rules]\nunsatisfiable-specifier = "off"\n'
    (folder / "pinwise.toml").write_text(settings, encoding="utf-8")
    workspace.forget_disk()
    assert codes(workspace, root) == []
    workspace.close()


def test_the_environment_nearest_to_a_file_counts(folder: Path) -> None:
    for service in ("a", "b"):
        environment = folder / service / ".venv"
        (environment / "bin").mkdir(parents=True)
        (environment / "bin" / "python").symlink_to(Path(sys.executable).resolve())
        home = Path(sys.executable).resolve().parent
        (environment / "pyvenv.cfg").write_text(f"home = {home}\nversion = 3.11.1\n", "utf-8")
        (environment / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    workspace = Workspace((folder,))
    workspace.environments.discover(folder)
    state = workspace.environments.state_of(folder, folder / "b" / "requirements.txt")
    assert state is not None
    assert state.selection.environment is not None
    assert state.selection.environment.prefix == folder / "b" / ".venv"
    assert [environment.prefix for environment in state.own] == [folder / "b" / ".venv"]
    workspace.close()


def test_the_pip_of_the_environment_is_the_one_that_reads_the_file(folder: Path) -> None:
    (folder / "requirements.txt").write_text("flask\n", encoding="utf-8")
    prefix = folder / ".venv"
    fake_venv(prefix, Path(sys.executable).resolve(), "3.11.1")
    site_packages = prefix / "lib" / "python3.11" / "site-packages"
    fake_distribution(site_packages, "pip", "24.3.1")
    workspace = Workspace((folder,))
    workspace.environments.discover(folder)
    (analysis,) = analyse_completely(workspace, [folder / "requirements.txt"])
    assert analysis.context.pip == Version("24.3.1")
    # An upgrade is seen without looking for environments anew.
    (site_packages / "pip-24.3.1.dist-info").rename(site_packages / "pip-26.3.dist-info")
    assert workspace.environments.pip_of(folder) == Version("26.3")
    workspace.close()


def test_the_pip_of_a_python_that_nobody_chose_does_not_count(folder: Path) -> None:
    workspace = Workspace((folder,))
    workspace.environments.discover(folder)
    assert workspace.environments.pip_of(folder) is None
    workspace.close()


def test_the_pip_of_a_python_that_a_variable_names_does_not_count(folder: Path) -> None:
    workspace = Workspace((folder,), activated=Path(sys.base_prefix))
    workspace.environments.discover(folder)
    assert workspace.environments.pip_of(folder) is None
    workspace.close()


def test_the_pip_of_a_python_that_the_user_chose_counts(folder: Path) -> None:
    chosen = Path(sys.executable).resolve()
    given, selected = Workspace((folder,), interpreter=chosen), Workspace((folder,))
    selected.environments.select(folder, chosen)
    for workspace in (given, selected):
        workspace.environments.discover(folder)
        assert workspace.environments.pip_of(folder) is not None
        workspace.close()


def test_who_names_an_interpreter_is_not_told_to_activate_another(folder: Path) -> None:
    root = folder / "requirements.txt"
    root.write_text("flask\n", encoding="utf-8")
    python = Path(sys.executable).resolve()
    fake_venv(folder / ".venv", python, "3.11.1")
    given, selected = Workspace((folder,), interpreter=python), Workspace((folder,))
    selected.environments.select(folder, python)
    for workspace in (given, selected):
        workspace.environments.discover(folder)
    assert "inactive-environment" not in codes(given, root)
    assert "missing-environment" not in codes(given, root)
    assert "inactive-environment" in codes(selected, root)
    given.close()
    selected.close()


def test_an_activated_environment_is_the_one_that_pip_would_use(folder: Path) -> None:
    active = folder.parent / "active"
    venv.create(active, symlinks=True)
    workspace = Workspace((folder,), activated=active)
    workspace.environments.discover(folder)
    state = workspace.environments.state_of(folder)
    assert state is not None
    assert state.selection.environment is not None
    assert state.selection.environment.prefix == active
    assert state.selection.reason == "activated in the terminal"
    workspace.close()


def test_without_an_environment_the_python_that_the_project_asks_for_counts(folder: Path) -> None:
    feature = ".".join(map(str, sys.version_info[:2]))
    (folder / ".python-version").write_text(f"{feature}\n", encoding="utf-8")
    workspace = Workspace((folder,))
    workspace.environments.discover(folder)
    state = workspace.environments.state_of(folder)
    assert state is not None
    assert state.selection.environment is not None
    assert state.selection.environment.version.startswith(feature)
    assert "`.python-version` asks for this Python" in state.selection.reason
    workspace.close()


def test_roots_follow_what_is_typed(folder: Path) -> None:
    base, top = folder / "base.txt", folder / "requirements.txt"
    base.write_text("flask\n", encoding="utf-8")
    top.write_text("flask\n", encoding="utf-8")
    workspace = Workspace((folder,))
    assert workspace.roots_of(base) == (base,)
    workspace.documents.open(top, "-r base.txt\n", 1)
    assert workspace.roots_of(base) == (top,)
    workspace.documents.change(top, "-r base.txt\nflask\n", 2)
    assert workspace.roots_of(base) == (top,)
    workspace.documents.change(top, "-r other.txt\n", 3)
    assert workspace.roots_of(base) == (base,)
    workspace.documents.change(top, "-r base.txt\n", 4)
    assert workspace.roots_of(base) == (top,)
    workspace.documents.close(top)
    assert workspace.roots_of(base) == (base,)
    top.write_text("-r base.txt\n", encoding="utf-8")
    workspace.forget_disk()
    assert workspace.roots_of(base) == (top,)
    workspace.close()
