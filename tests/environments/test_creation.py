from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.environments.creation import (
    CreateRequest,
    CreationFailure,
    EnvironmentExistsError,
    create,
    name_warning,
)
from pinwise.environments.creators import (
    diagnosis,
    missing_ensurepip_command,
)
from pinwise.environments.discovery import base_interpreters
from pinwise.environments.inspection import inspect
from pinwise.environments.installed import installed
from pinwise.environments.seeds import oldest_seeded
from pinwise.environments.types import Environment, EnvironmentKind
from pinwise.environments.version_numbers import feature_version, version_key
from tests.environments.beds import fake_base, fake_venv, place_program
from tests.environments.creating import BASE, Steps, failing_base, failure_of, put_uv_on_path

if TYPE_CHECKING:
    from pinwise.environments.creators import Creator


def prefix_of(environment: Environment) -> str:
    completed = subprocess.run(
        [environment.executable, "-I", "-c", "import sys, pip; print(sys.prefix)"],
        check=True,
        capture_output=True,
        text=True,
    )
    return completed.stdout.strip()


@pytest.mark.parametrize("name", ["plain", "with space", 'it\'s "quoted" $HOME', "größe 測試"])
def test_in_folders_of_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    steps = Steps()

    environment = create(CreateRequest(folder, base=BASE), progress=steps)

    assert environment.prefix == folder / ".venv"
    assert environment.kind is EnvironmentKind.VIRTUALENV
    assert environment.problems == ()
    assert prefix_of(environment) == str(environment.prefix)
    assert "pip" in installed(environment)
    assert (environment.prefix / ".gitignore").read_text().splitlines()[-1] == "*"
    assert steps.messages[-1] == "Made .venv"
    assert "Adding pip" in steps.messages


def features() -> list[Path]:
    """Return a base interpreter of each X.Y, and one of those too old for virtualenv."""
    found: dict[str, Path] = {}
    for base in base_interpreters():
        feature = feature_version(base.version)
        if version_key(feature) < version_key(oldest_seeded()):
            feature = "older"
        if version_key(base.version) >= (3, 6):
            found.setdefault(feature, base.executable)
    return list(found.values())


@pytest.mark.parametrize("base", features(), ids=lambda path: path.name)
def test_with_every_python_of_this_machine(tmp_path: Path, base: Path) -> None:
    environment = create(CreateRequest(tmp_path, base=base))

    expected = inspect(base)
    assert expected is not None
    assert environment.version == expected.version
    assert environment.problems == ()
    old = version_key(feature_version(expected.version)) < version_key(oldest_seeded())
    assert environment.kind is (EnvironmentKind.VENV if old else EnvironmentKind.VIRTUALENV)
    if not old:
        assert list(installed(environment)) == ["pip"]
    assert prefix_of(environment) == str(environment.prefix)


def test_with_venv(tmp_path: Path) -> None:
    environment = create(CreateRequest(tmp_path, name="env", base=BASE, creator="venv"))

    assert environment.kind is EnvironmentKind.VENV
    assert environment.name == "env"
    assert environment.problems == ()
    assert (environment.prefix / ".gitignore").exists()


def test_with_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_uv_on_path(monkeypatch)
    environment = create(CreateRequest(tmp_path, base=BASE, creator="uv"))

    assert environment.kind is EnvironmentKind.UV
    assert not environment.broken


def test_without_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    error = failure_of(CreateRequest(tmp_path, base=BASE, creator="uv"))
    assert error.failure is CreationFailure.CANNOT
    assert "uv" in str(error)
    assert list(tmp_path.iterdir()) == []


def test_a_creator_that_is_none(tmp_path: Path) -> None:
    error = failure_of(CreateRequest(tmp_path, base=BASE, creator=cast("Creator", "conda")))

    assert "`conda` is no creator" in str(error)
    assert list(tmp_path.iterdir()) == []


def test_with_libraries_that_only_the_parent_sees(tmp_path: Path) -> None:
    # As in the extension: the server's Python has nothing installed, and its start script puts
    # the folder of the bundled libraries on the path.
    repository = Path(__file__).parents[2]
    libraries = [str(repository / "server"), sysconfig.get_path("purelib")]
    code = (
        f"import sys; sys.path[:0] = {libraries!r}\n"
        "from pathlib import Path\n"
        "from pinwise.environments.creation import CreateRequest, create\n"
        f"print(create(CreateRequest(Path({str(tmp_path)!r}), base=Path({str(BASE)!r}))).kind)\n"
    )

    completed = subprocess.run(
        [BASE, "-I", "-S", "-c", code], check=False, capture_output=True, text=True
    )

    assert completed.stdout.strip() == "EnvironmentKind.VIRTUALENV", completed.stderr


def test_uv_of_the_workspace_is_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = tmp_path / "bin" / "uv"
    planted.parent.mkdir()
    place_program(planted, f"#!/bin/sh\ntouch {tmp_path / 'started'}\n")
    monkeypatch.setenv("PATH", str(planted.parent))

    assert failure_of(CreateRequest(tmp_path, creator="uv")).failure in {
        CreationFailure.CANNOT,
        CreationFailure.NO_PYTHON,
    }
    assert not (tmp_path / "started").exists()


def base_without_ensurepip(prefix: Path) -> Path:
    """Make an installation that shares everything with this one but `ensurepip`, as Debian does."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    ours = prefix / "lib" / stdlib.name
    ours.mkdir(parents=True)
    for entry in stdlib.iterdir():
        if entry.name not in {"ensurepip", "EXTERNALLY-MANAGED", "site-packages"}:
            (ours / entry.name).symlink_to(entry)
    (ours / "site-packages").mkdir()
    (prefix / "bin").mkdir()
    executable = prefix / "bin" / BASE.name
    shutil.copy2(BASE.resolve(), executable)
    return executable


@pytest.mark.scenario(23)
def test_virtualenv_needs_no_ensurepip(tmp_path: Path) -> None:
    base = base_without_ensurepip(tmp_path / "opt")
    hidden = subprocess.run(
        [base, "-I", "-c", "import ensurepip"], check=False, capture_output=True, text=True
    )
    assert "No module named 'ensurepip'" in hidden.stderr
    (tmp_path / "work").mkdir()

    environment = create(CreateRequest(tmp_path / "work", base=base))

    assert environment.base_prefix == tmp_path / "opt"
    assert prefix_of(environment) == str(environment.prefix)


@pytest.mark.scenario(23)
def test_venv_without_ensurepip_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    base = base_without_ensurepip(tmp_path / "opt")
    (tmp_path / "work").mkdir()

    error = failure_of(CreateRequest(tmp_path / "work", base=base, creator="venv"))

    assert error.failure is CreationFailure.CANNOT
    assert "ensurepip" in str(error)
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.scenario(23)
def test_the_command_that_installs_ensurepip(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_ensurepip_command("/opt/python", "3.11.2") == ""
    monkeypatch.setattr(Path, "exists", lambda _path: True)
    assert missing_ensurepip_command("/usr", "3.11.2") == "sudo apt install python3.11-venv"


def test_the_users_configuration_of_virtualenv_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ini = tmp_path / "virtualenv.ini"
    ini.write_text("[virtualenv]\nno_pip = true\nprompt = foreign\n")
    monkeypatch.setenv("VIRTUALENV_CONFIG_FILE", str(ini))
    monkeypatch.setenv("VIRTUALENV_NO_PIP", "true")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "virtualenv.py").write_text("raise SystemExit('shadowed')\n")

    environment = create(CreateRequest(tmp_path, base=BASE))

    assert environment.problems == ()
    assert environment.prompt == ""


@pytest.mark.skipif(os.pathsep != ":", reason="no name can hold what separates folders there")
def test_where_no_path_can_name_it_the_reason_is_told(tmp_path: Path) -> None:
    (tmp_path / "a:b").mkdir()

    error = failure_of(CreateRequest(tmp_path / "a:b", base=BASE))

    assert error.failure is CreationFailure.INVALID_NAME
    assert "holds `:`, which separates the folders of PATH. Rename the folder" in str(error)
    assert list((tmp_path / "a:b").iterdir()) == []


def test_no_redirect_file_appears_beside_another_name(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")

    create(CreateRequest(tmp_path, name="env", base=BASE))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["env", "pyproject.toml"]


def test_an_environment_that_is_there_is_refused(tmp_path: Path) -> None:
    base = fake_base(tmp_path / "opt", "3.12.1")
    fake_venv(tmp_path / ".venv", base, "3.12.1")
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(EnvironmentExistsError) as caught:
        create(CreateRequest(tmp_path))

    assert caught.value.environment.prefix == tmp_path / ".venv"
    assert sorted(tmp_path.rglob("*")) == before


def test_it_is_replaced_when_asked(tmp_path: Path) -> None:
    base = fake_base(tmp_path / "opt", "3.12.1")
    old = fake_venv(tmp_path / "work" / ".venv", base, "3.12.1")
    (old / "old-file").touch()

    environment = create(CreateRequest(tmp_path / "work", base=BASE, replace=True))

    assert environment.problems == ()
    assert [path.name for path in (tmp_path / "work").iterdir()] == [".venv"]
    assert not (environment.prefix / "old-file").exists()


def test_it_is_replaced_with_the_python_that_it_has_itself(tmp_path: Path) -> None:
    old = create(CreateRequest(tmp_path, base=BASE))
    (old.prefix / "old-file").touch()

    environment = create(CreateRequest(tmp_path, base=old.executable, replace=True))

    assert environment.base_prefix == old.base_prefix
    assert not (environment.prefix / "old-file").exists()


def test_a_folder_that_only_looks_like_an_environment_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "tools" / "bin").mkdir(parents=True)
    (tmp_path / "tools" / "bin" / "activate").touch()
    (tmp_path / "tools" / "precious").touch()

    error = failure_of(CreateRequest(tmp_path, name="tools", base=BASE, replace=True))

    assert error.failure is CreationFailure.OCCUPIED
    assert (tmp_path / "tools" / "precious").exists()


def test_of_a_link_only_the_link_is_replaced(tmp_path: Path) -> None:
    base = fake_base(tmp_path / "opt", "3.12.1")
    real = fake_venv(tmp_path / "elsewhere", base, "3.12.1")
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / ".venv").symlink_to(real)

    environment = create(CreateRequest(tmp_path / "work", base=BASE, replace=True))

    assert not environment.prefix.is_symlink()
    assert (real / "pyvenv.cfg").exists()


def test_the_old_one_returns_if_the_new_one_fails(tmp_path: Path) -> None:
    base = fake_base(tmp_path / "opt", "3.12.1")
    old = fake_venv(tmp_path / "work" / ".venv", base, "3.12.1")

    request = CreateRequest(tmp_path / "work", base=failing_base(tmp_path), replace=True)
    error = failure_of(request)

    assert error.failure is CreationFailure.TOOL_FAILED
    assert error.lines
    found = inspect(old)
    assert found is not None
    assert found.problems == ()
    assert [path.name for path in (tmp_path / "work").iterdir()] == [".venv"]


@pytest.mark.parametrize("step", ["Choosing", "Asking", "Making the folders", "Adding pip"])
def test_cancelled_at_any_step_leaves_nothing(tmp_path: Path, step: str) -> None:
    cancel = CancelToken()

    with pytest.raises(CancelledError):
        create(CreateRequest(tmp_path, base=BASE), progress=Steps(cancel, at=step), cancel=cancel)

    assert list(tmp_path.iterdir()) == []


def test_a_cancelled_replacement_brings_the_old_one_back(tmp_path: Path) -> None:
    base = fake_base(tmp_path / "opt", "3.12.1")
    old = fake_venv(tmp_path / "work" / ".venv", base, "3.12.1")
    (old / "old-file").touch()
    cancel = CancelToken()

    with pytest.raises(CancelledError):
        create(
            CreateRequest(tmp_path / "work", base=BASE, replace=True),
            progress=Steps(cancel, at="Adding"),
            cancel=cancel,
        )

    assert (old / "old-file").exists()
    assert [path.name for path in (tmp_path / "work").iterdir()] == [".venv"]


def test_an_empty_folder_is_used_and_stays(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()

    failure_of(CreateRequest(tmp_path, base=failing_base(tmp_path)))
    assert list((tmp_path / ".venv").iterdir()) == []

    assert not create(CreateRequest(tmp_path, base=BASE)).broken


@pytest.mark.parametrize("replace", [True, False])
def test_other_things_are_never_replaced(tmp_path: Path, *, replace: bool) -> None:
    (tmp_path / ".env").write_text("SECRET=1\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "precious").touch()
    (tmp_path / "link").symlink_to("nowhere")

    for name in (".env", "data", "link"):
        error = failure_of(CreateRequest(tmp_path, name=name, base=BASE, replace=replace))
        assert error.failure is CreationFailure.OCCUPIED
        assert name in str(error)
    assert (tmp_path / ".env").read_text() == "SECRET=1\n"
    assert (tmp_path / "data" / "precious").exists()


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "/abs", "a\\b", "x:y", "trailing.", "a\n", "NUL", "com1.x"]
)
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    error = failure_of(CreateRequest(tmp_path, name=name, base=BASE))

    assert error.failure is CreationFailure.INVALID_NAME
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    error = failure_of(CreateRequest(tmp_path / "missing", base=BASE))

    assert "does not exist" in str(error)
    assert not (tmp_path / "missing").exists()


def test_a_base_that_is_none(tmp_path: Path) -> None:
    error = failure_of(CreateRequest(tmp_path, base=tmp_path / "missing"))

    assert error.failure is CreationFailure.NO_PYTHON


def test_python_2_cannot(tmp_path: Path) -> None:
    base = fake_base(tmp_path / "opt", "2.7.18")
    (tmp_path / "work").mkdir()

    error = failure_of(CreateRequest(tmp_path / "work", base=base))

    assert error.failure is CreationFailure.CANNOT
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize(
    ("line", "failure"),
    [
        ("OSError: [Errno 28] No space left on device", CreationFailure.DISK_FULL),
        ("PermissionError: [Errno 13] Permission denied: '/x'", CreationFailure.NO_PERMISSION),
        ("RuntimeError: something else", CreationFailure.TOOL_FAILED),
        ("", CreationFailure.TOOL_FAILED),
    ],
)
def test_what_tools_say(line: str, failure: CreationFailure) -> None:
    assert CreationFailure(diagnosis("virtualenv", [line])[1]) is failure


def test_what_the_project_asks_for_is_made(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".python-version").write_text("3.99\n")

    error = failure_of(CreateRequest(tmp_path))

    assert error.failure is CreationFailure.NO_PYTHON
    assert "`.python-version` asks for Python 3.99" in str(error)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert create(CreateRequest(tmp_path, python_request=version)).version.startswith(version)


@pytest.mark.parametrize("creator", ["virtualenv", "venv", "uv"])
def test_what_it_sees_and_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, creator: Creator
) -> None:
    put_uv_on_path(monkeypatch)

    environment = create(
        CreateRequest(
            tmp_path, base=BASE, creator=creator, system_site_packages=True, prompt="-my prompt"
        )
    )

    assert environment.system_site_packages
    activate = (environment.prefix / "bin" / "activate").read_text(encoding="utf-8")
    assert "-my prompt" in activate


def test_what_belongs_to_the_making_undoes_it_where_it_fails(tmp_path: Path) -> None:
    base = fake_base(tmp_path / "opt", "3.12.1")
    old = fake_venv(tmp_path / "work" / ".venv", base, "3.12.1")
    (old / "old-file").touch()
    seen: list[Environment] = []

    def finish(environment: Environment) -> None:
        seen.append(environment)
        assert not (environment.prefix / "old-file").exists()
        raise InterruptedError

    with pytest.raises(InterruptedError):
        create(CreateRequest(tmp_path / "work", base=BASE, replace=True), finish=finish)

    assert seen
    assert (old / "old-file").exists()
    assert [path.name for path in (tmp_path / "work").iterdir()] == [".venv"]


def test_a_file_of_variables_is_named_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SECRET=1\n")

    assert "variables that other tools read" in str(failure_of(CreateRequest(tmp_path, ".env")))
    assert ".env" in name_warning(".env")
    assert name_warning(".venv") == ""


@pytest.mark.parametrize("name", [".git", "Node_Modules", "\udcff\udcfe"])
def test_names_that_mean_something_else_or_are_no_text(tmp_path: Path, name: str) -> None:
    error = failure_of(CreateRequest(tmp_path, name, BASE))

    assert error.failure is CreationFailure.INVALID_NAME
    str(error).encode()
    assert list(tmp_path.iterdir()) == []


def test_what_is_called_no_python_is_not_started(tmp_path: Path) -> None:
    place_program(tmp_path / "tool", f"#!/bin/sh\ntouch {tmp_path}/started\n")

    error = failure_of(CreateRequest(tmp_path, base=tmp_path / "tool"))

    assert str(error) == f"There is no usable Python at {tmp_path / 'tool'}."
    assert [path.name for path in tmp_path.iterdir()] == ["tool"]


def test_links_in_the_place_are_told_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "one").symlink_to("empty")
    (tmp_path / "circle").symlink_to("circle")

    assert "is a link to a folder" in str(failure_of(CreateRequest(tmp_path, "one", BASE)))
    assert "leads in a circle" in str(failure_of(CreateRequest(tmp_path, "circle", BASE)))
