from __future__ import annotations

import dataclasses
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.activation import (
    ActivationError,
    activation_line,
    activation_variables,
    deactivation_line,
    shell_name,
)
from pinwise.environments.creation import CreateRequest, create
from pinwise.environments.inspection import inspect
from pinwise.environments.types import Environment, EnvironmentKind
from tests.environments.beds import fake_base, fake_venv

if TYPE_CHECKING:
    from pathlib import Path

SCRIPTS = {
    "bash": "activate",
    "zsh": "activate",
    "sh": "activate",
    "fish": "activate.fish",
    "csh": "activate.csh",
    "powershell": "Activate.ps1",
    "nushell": "activate.nu",
    "xonsh": "activate.xsh",
}


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    base = fake_base(tmp_path / "opt", "3.12.1")
    prefix = fake_venv(tmp_path / "it's .venv", base, "3.12.1", extra="prompt = mine\n")
    for name in SCRIPTS.values():
        (prefix / "bin" / name).touch()
    found = inspect(prefix)
    assert found is not None
    return found


def test_variables(environment: Environment) -> None:
    assert activation_variables(environment, windows=False) == {
        "VIRTUAL_ENV": str(environment.prefix),
        "VIRTUAL_ENV_PROMPT": "mine",
        "PATH": f"{environment.prefix}/bin:",
    }


def test_a_base_interpreter_needs_path_alone(tmp_path: Path) -> None:
    base = inspect(fake_base(tmp_path, "3.12.1"))
    assert base is not None

    assert activation_variables(base, windows=False) == {"PATH": f"{tmp_path}/bin:"}
    with pytest.raises(ActivationError, match="no virtual environment"):
        activation_line(base, "bash")


def test_conda(environment: Environment) -> None:
    conda = dataclasses.replace(environment, kind=EnvironmentKind.CONDA)

    assert activation_variables(conda, windows=False)["CONDA_PREFIX"] == str(conda.prefix)
    assert activation_line(conda, "fish").startswith("conda activate '")
    assert deactivation_line(conda, "fish") == "conda deactivate"


def test_what_is_broken_is_refused_with_the_reason(environment: Environment) -> None:
    moved = environment.prefix.with_name("elsewhere")
    environment.prefix.rename(moved)
    found = inspect(moved)
    assert found is not None

    for ask in (activation_variables, lambda one: activation_line(one, "bash")):
        with pytest.raises(ActivationError, match="moved or copied"):
            ask(found)


@pytest.mark.parametrize(
    ("shell", "before", "after"),
    [
        ("bash", "source '", """it'"'"'s .venv/bin/activate'"""),
        ("zsh", "source '", """it'"'"'s .venv/bin/activate'"""),
        ("sh", ". '", """it'"'"'s .venv/bin/activate'"""),
        ("fish", "source '", r"it\'s .venv/bin/activate.fish'"),
        ("csh", "source '", """it'"'"'s .venv/bin/activate.csh'"""),
        ("powershell", "& '", "it''s .venv/bin/Activate.ps1'"),
        ("nushell", "overlay use r#'", "it's .venv/bin/activate.nu'#"),
        ("xonsh", 'source @("', "it's .venv/bin/activate.xsh\")"),
    ],
)
def test_lines_are_quoted_for_the_shell(
    environment: Environment, shell: str, before: str, after: str
) -> None:
    line = activation_line(environment, shell, windows=False)

    assert line == f"{before}{environment.prefix.parent}/{after}"


def test_a_plain_path_is_not_quoted(tmp_path: Path) -> None:
    base = fake_base(tmp_path / "opt", "3.12.1")
    found = inspect(fake_venv(tmp_path / ".venv", base, "3.12.1"))
    assert found is not None

    assert activation_line(found, "bash", windows=False) == f"source {tmp_path}/.venv/bin/activate"


def test_without_a_script_the_variables_are_set(environment: Environment) -> None:
    for name in ("activate.nu", "activate.xsh", "activate.csh"):
        (environment.prefix / "bin" / name).unlink()
    prefix = environment.prefix

    nushell = activation_line(environment, "nu", windows=False)
    xonsh = activation_line(environment, "xonsh", windows=False)

    assert f"$env.VIRTUAL_ENV = r#'{prefix}'#; " in nushell
    assert nushell.endswith(f"$env.PATH = ($env.PATH | prepend r#'{prefix}/bin'#)")
    assert xonsh.endswith(f"$PATH.insert(0, {str(prefix / 'bin')!r})")
    with pytest.raises(ActivationError, match="no activation script for csh"):
        activation_line(environment, "tcsh", windows=False)


def test_windows(tmp_path: Path) -> None:
    prefix = tmp_path / "my env"
    (prefix / "Scripts").mkdir(parents=True)
    for name in ("activate", "activate.bat", "Activate.ps1"):
        (prefix / "Scripts" / name).touch()
    environment = Environment(prefix, prefix / "Scripts/python.exe", EnvironmentKind.VENV)

    scripts = f"{prefix}/Scripts"
    assert activation_line(environment, "cmd.exe", windows=True) == f'"{scripts}/activate.bat"'
    assert activation_line(environment, "pwsh.exe", windows=True) == f"& '{scripts}/Activate.ps1'"
    assert deactivation_line(environment, "cmd", windows=True) == f'"{scripts}/deactivate.bat"'
    assert activation_variables(environment, windows=True)["PATH"] == f"{scripts};"


def test_names_of_shells() -> None:
    assert shell_name("/usr/bin/pwsh") == "powershell"
    assert shell_name(r"C:\Program Files\Git\bin\bash.exe") == "bash"
    assert shell_name("DASH") == "sh"
    with pytest.raises(ActivationError, match="does not know the shell"):
        shell_name("command.com")


def test_deactivation(environment: Environment) -> None:
    assert deactivation_line(environment, "bash") == "deactivate"
    assert deactivation_line(environment, "nushell") == "overlay hide activate"


def runs(program: str, line: str) -> bool:
    """Whether a shell runs the line without an error."""
    return subprocess.run([program, "-c", line], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("shell", ["bash", "sh", "zsh", "fish", "tcsh", "xonsh", "nu", "pwsh"])
def test_in_the_shells_of_this_machine(tmp_path: Path, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        # Which shells a machine has is its own affair; bash and sh are everywhere.
        assert shell not in {"bash", "sh"}
        pytest.skip(f"{shell} is not on this machine")
    folder = tmp_path / 'it\'s a "foldér" (1)'
    folder.mkdir()
    environment = create(CreateRequest(folder))
    if shell == "xonsh" and not runs(program, "__xonsh__.imp"):
        # The script of virtualenv needs xonsh 0.18, which has this; for others there is the line.
        (environment.prefix / "bin" / "activate.xsh").unlink(missing_ok=True)
    line = activation_line(environment, shell)

    completed = subprocess.run(
        [program, "-c", f"{line}\npython -c 'import sys; print(sys.prefix)'"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert completed.stdout.strip().endswith(str(environment.prefix)), completed.stderr
