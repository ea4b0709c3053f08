from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import main
from pinwise.environments.creation import CreateRequest, create
from tests.lsp.editor import LAUNCH

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.environments.types import Environment

CALL = f"'{sys.executable}' -I -X utf8 '{LAUNCH}' env activation"


@pytest.fixture
def environment(project: Path) -> Environment:
    return create(CreateRequest(project))


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["env", "activation", *arguments]) == 0
    return capsys.readouterr().out


def test_the_line_is_all_that_is_printed(
    environment: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    script = environment.prefix / "bin" / "activate"

    assert printed(capsys, "--shell", "zsh") == f"source {script}\n"
    assert printed(capsys, "--shell", "dash", ".venv") == f". {script}\n"
    (environment.prefix.parent / "src").mkdir()
    assert printed(capsys, "--shell", "bash", "src") == f"source {script}\n"


@pytest.mark.scenario(27)
def test_eval_activates_and_deactivates(environment: Environment, project: Path) -> None:
    script = f"""
        eval "$({CALL})"
        command -v python
        cd /
        eval "$({CALL} --deactivate)"
        echo "left:$VIRTUAL_ENV"
    """
    for shell in ("bash", "zsh", "dash"):
        program = shutil.which(shell)
        if program is None:
            continue
        done = subprocess.run(
            [program, "-c", script], cwd=project, capture_output=True, text=True, check=False
        )
        assert done.stdout.splitlines() == [f"{environment.prefix}/bin/python", "left:"], (
            done.stderr
        )


def test_other_shells_have_their_own_words_for_eval(
    environment: Environment, project: Path
) -> None:
    calls = {"fish": f"{CALL} | source", "tcsh": f'eval "`{CALL}`"'}
    for shell, call in calls.items():
        program = shutil.which(shell)
        if program is None:
            continue
        done = subprocess.run(
            [program, "-c", f"set prompt = x; {call}; which python"]
            if shell == "tcsh"
            else [program, "-c", f"{call}; command -v python"],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.strip() == f"{environment.prefix}/bin/python", done.stderr


def test_what_is_refused_prints_nothing_for_the_shell(
    environment: Environment, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = project / "elsewhere"
    environment.prefix.rename(moved)

    calls = {
        ("elsewhere", "--shell", "bash"): "elsewhere cannot be activated. ",
        (str(sys.base_prefix), "--shell", "bash"): "nothing to activate",
        ("nowhere",): "does not exist",
        (str(sys.base_prefix), "--shell", "command.com"): "does not know the shell",
    }
    for arguments, reason in calls.items():
        assert main(["env", "activation", *arguments]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert reason in err


def test_a_shell_that_nothing_tells_has_to_be_named(
    environment: Environment, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert environment.prefix.is_dir()
    monkeypatch.setattr(os, "getppid", lambda: 0)
    monkeypatch.setenv("SHELL", "/bin/elvish")

    assert main(["env", "activation"]) == 2
    assert "--shell" in capsys.readouterr().err
