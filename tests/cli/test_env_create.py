from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pinwise.__main__ import main as program
from pinwise.cli.main import EXIT_FAILED, EXIT_INTERRUPTED, main
from pinwise.environments.inspection import inspect
from tests.environments.beds import fake_base, fake_venv
from tests.environments.creating import BASE, failing_base

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_index import FakeIndex

Output = pytest.CaptureFixture[str]


def test_an_environment_is_made_and_selected(project: Path, capsys: Output) -> None:
    assert main(["env", "create", "--name", "my env", "--python", str(BASE)]) == 0

    out, err = capsys.readouterr()
    found = inspect(project / "my env")
    assert found is not None
    assert not found.broken
    assert out == f"Made my env with Python {found.version}.\n"
    assert "Adding pip" in err
    main(["envs"])
    assert "selected: my env: chosen by you." in capsys.readouterr().out


def test_in_another_folder_with_its_requirements(
    project: Path, index: FakeIndex, capsys: Output
) -> None:
    assert index.url
    (project / "a").mkdir()
    (project / "a" / "requirements.txt").write_text("flask==3.0.0\n", encoding="utf-8")

    assert main(["env", "create", "a", "--python", str(BASE), "--install"]) == 0

    out, err = capsys.readouterr()
    made, installed = out.splitlines()
    assert made.startswith("Made a/.venv with Python")
    assert installed == "Installed the requirements into a/.venv."
    # What is done is not told as progress, too.
    assert "Made" not in err
    assert "Installed" not in err
    assert list((project / "a" / ".venv").rglob("flask-3.0.0.dist-info"))


def test_nothing_to_install_is_told(project: Path, capsys: Output) -> None:
    assert main(["env", "create", "--python", str(BASE), "--install"]) == 0

    assert (project / ".venv").is_dir()
    assert "has no requirements to install" in capsys.readouterr().err


def test_a_version_that_is_not_there(project: Path, capsys: Output) -> None:
    assert main(["env", "create", "--python", "3.99"]) == EXIT_FAILED

    assert "Python 3.99, which is not installed" in capsys.readouterr().err
    assert list(project.iterdir()) == []


def test_one_that_is_there_is_told_with_its_version_and_the_way_out(
    project: Path, capsys: Output
) -> None:
    base = fake_base(project.parent / "opt", "3.9.2")
    fake_venv(project / "my env", base, "3.9.2")

    assert main(["env", "create", "--name", "my env", "--python", ">=3.10"]) == EXIT_FAILED

    assert capsys.readouterr().err == (
        "pinwise: `my env` is an environment with Python 3.9.2 already. Make it anew with"
        " `pinwise env recreate 'my env' --python '>=3.10'`, or choose another `--name`.\n"
    )


def test_the_tool_that_fails_is_quoted(project: Path, capsys: Output) -> None:
    python = failing_base(project)

    assert main(["env", "create", "--python", f".{os.sep}{python.name}"]) == EXIT_FAILED

    assert "pinwise: virtualenv failed" in capsys.readouterr().err
    assert not (project / ".venv").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the signals are POSIX's")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_ctrl_c_and_a_closed_terminal_leave_nothing(project: Path, name: str) -> None:
    number = signal.Signals[name]
    before = signal.getsignal(number)
    if before is signal.SIG_IGN:
        # Who started the tests had them ignore it, as nohup does, and a child inherits that.
        signal.signal(number, signal.SIG_DFL)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "pinwise", "env", "create", "--python", str(BASE)],
            cwd=project,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(number, before)
    with process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Making .venv"):
                break
        process.send_signal(number)
        rest = process.stderr.read()

    assert process.returncode == EXIT_INTERRUPTED
    assert "cancelled" in rest
    assert list(project.iterdir()) == []


def test_where_nothing_can_be_remembered_it_is_made_nevertheless(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    # A file in the place of the folder of states is refused to root too.
    (project.parent / "no-folder").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(project.parent / "no-folder" / "state"))

    assert main(["env", "create", "--python", str(BASE)]) == 0

    out, err = capsys.readouterr()
    assert out.startswith("Made .venv with Python")
    assert "the choice of .venv cannot be remembered" in err


def test_ctrl_c_during_the_imports_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("pinwise.cli.main.main", interrupt)
    monkeypatch.setattr(sys, "argv", ["pinwise", "env", "create"])

    assert program() == EXIT_INTERRUPTED
