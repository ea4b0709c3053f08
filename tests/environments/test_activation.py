from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.activation import (
    ActivationError,
    activation_line,
    activation_variables,
    deactivation_line,
    shell_name,
)
from pinwise.environments.inspection import inspect
from pinwise.environments.shells import SHELLS, posix_spelling
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
    assert activation_line(conda, "fish", variables={}).startswith("conda activate '")
    assert deactivation_line(conda, "fish", variables={}) == "conda deactivate"


def test_conda_is_defined_first_by_the_installation_that_the_shell_may_not_know(
    environment: Environment, tmp_path: Path
) -> None:
    root = tmp_path / "mini forge"
    for name in ("condabin/conda", "etc/profile.d/conda.sh", "bin/conda"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    prefix = root / "envs" / "science"
    inside = dataclasses.replace(environment, kind=EnvironmentKind.CONDA, prefix=prefix)
    pixi = dataclasses.replace(environment, kind=EnvironmentKind.PIXI)
    hook = f". '{root}/etc/profile.d/conda.sh' && "

    line = activation_line(inside, "bash", windows=False, variables={})
    assert line == f"{hook}conda activate '{prefix}'"
    found = {"CONDA_EXE": str(root / "bin" / "conda")}
    assert activation_line(pixi, "zsh", windows=False, variables=found).startswith(hook)
    # There is no script of conda for fish in this installation.
    assert activation_line(inside, "fish", variables={}) == f"conda activate '{prefix}'"


def test_an_environment_of_pixi_needs_no_conda(environment: Environment) -> None:
    pixi = dataclasses.replace(environment, kind=EnvironmentKind.PIXI)

    line = activation_line(pixi, "bash", windows=False, variables={})

    assert "conda activate" not in line
    assert "export CONDA_PREFIX=" in line
    assert "conda" not in deactivation_line(pixi, "bash", windows=False, variables={})


@pytest.mark.scenario(5)
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


@pytest.mark.scenario(28)
def test_without_a_script_the_variables_are_set(environment: Environment) -> None:
    for name in set(SCRIPTS.values()):
        (environment.prefix / "bin" / name).unlink()
    prefix = environment.prefix
    folder = f"{prefix.parent}/it"

    lines = {shell: activation_line(environment, shell, windows=False) for shell in SHELLS}

    assert f"$env.VIRTUAL_ENV = r#'{prefix}'#; " in lines["nushell"]
    assert lines["nushell"].endswith(f"$env.PATH = ($env.PATH | prepend [r#'{prefix}/bin'#])")
    assert lines["xonsh"].endswith(f"$PATH = [{str(prefix / 'bin')!r}] + list($PATH)")
    assert f"$env:PATH = '{folder}''s .venv/bin' + ':' + $env:PATH" in lines["powershell"]
    for line in lines.values():
        assert "VIRTUAL_ENV_PROMPT" in line
        assert "activate" not in line


@pytest.mark.scenario(28)
def test_nushell_and_xonsh_need_no_script(environment: Environment) -> None:
    (environment.prefix / "bin" / "activate.nu").touch()
    (environment.prefix / "bin" / "activate.xsh").touch()

    nushell = activation_line(environment, "nu", windows=False)
    assert nushell.startswith("hide-env --ignore-errors PYTHONHOME; $env.VIRTUAL_ENV = ")
    assert "$VIRTUAL_ENV = " in activation_line(environment, "xonsh", windows=False)
    # What a line set, a line can take back; an overlay could be taken back by its own name alone.
    assert "where $it not-in [" in deactivation_line(environment, "nu", windows=False)
    assert "for p in $PATH if str(p) not in" in deactivation_line(environment, "xonsh")


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31mb", "a\rb", "\udcff", "a\u2028b"])
def test_what_a_terminal_takes_for_keys_is_refused(environment: Environment, name: str) -> None:
    odd = dataclasses.replace(environment, prefix=environment.prefix.with_name(name))

    for shell in SHELLS:
        for ask in (activation_line, deactivation_line):
            with pytest.raises(ActivationError, match="cannot be written in a line") as caught:
                ask(odd, shell, windows=False)
            assert name not in str(caught.value)


def test_a_prompt_of_the_workspace_types_no_keys(environment: Environment) -> None:
    planted = dataclasses.replace(environment, prompt="x\x1b[2J")

    assert activation_variables(planted)["VIRTUAL_ENV_PROMPT"] == environment.prefix.name


def test_the_separator_of_path_is_refused(environment: Environment) -> None:
    odd = dataclasses.replace(environment, prefix=environment.prefix.with_name("a:b"))

    for ask in (activation_variables, lambda one: activation_line(one, "bash", windows=False)):
        with pytest.raises(ActivationError, match="its path has a `:`"):
            ask(odd)


@pytest.mark.parametrize("name", ["a$b", "a`b`", 'a"b', "a!b", "a\\b"])
def test_scripts_that_may_misquote_the_path_are_left_alone(
    environment: Environment, name: str
) -> None:
    odd = dataclasses.replace(
        environment, prefix=environment.prefix.rename(environment.prefix.with_name(name))
    )

    line = activation_line(odd, "bash", windows=False)

    assert line == (
        f"unset PYTHONHOME; export VIRTUAL_ENV='{odd.prefix}' VIRTUAL_ENV_PROMPT=mine "
        f"PATH='{odd.prefix}/bin':\"$PATH\""
    )


def test_windows(tmp_path: Path) -> None:
    prefix = tmp_path / "my env"
    (prefix / "Scripts").mkdir(parents=True)
    for name in ("activate", "activate.bat", "deactivate.bat", "Activate.ps1"):
        (prefix / "Scripts" / name).touch()
    environment = Environment(prefix, prefix / "Scripts/python.exe", EnvironmentKind.VENV)

    scripts = f"{prefix}/Scripts"
    assert activation_line(environment, "cmd.exe", windows=True) == f'"{scripts}/activate.bat"'
    assert activation_line(environment, "bash.exe", windows=True) == f"source '{scripts}/activate'"
    left = deactivation_line(environment, "cmd", windows=True)
    assert left.startswith(f'call "{scripts}/deactivate.bat" & set "VIRTUAL_ENV=" & ')
    assert left.endswith(f' & set "PATH=%PATH:{scripts};=%"')
    assert activation_variables(environment, windows=True)["PATH"] == f"{scripts};"


@pytest.mark.scenario(28)
def test_cmd_without_a_script_sets_the_variables(tmp_path: Path) -> None:
    prefix = tmp_path / "my env"
    environment = Environment(prefix, prefix / "Scripts/python.exe", EnvironmentKind.VENV)

    line = activation_line(environment, "cmd", windows=True)

    assert line == (
        f'set "PYTHONHOME=" & set "VIRTUAL_ENV={prefix}" & set "VIRTUAL_ENV_PROMPT=my env" & '
        f'set "PATH={prefix}/Scripts;%PATH%"'
    )


@pytest.mark.parametrize("name", ["100%x%", "a%PATH%b"])
def test_cmd_would_take_a_part_of_the_path_for_a_variable(tmp_path: Path, name: str) -> None:
    environment = Environment(tmp_path / name, tmp_path / "python.exe", EnvironmentKind.VENV)

    for ask in (activation_line, deactivation_line):
        with pytest.raises(ActivationError, match="line of cmd"):
            ask(environment, "cmd", windows=True)


def test_cmd_cannot_take_every_folder_from_path(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "a=b", tmp_path / "python.exe", EnvironmentKind.VENV)

    with pytest.raises(ActivationError, match="Open a new terminal"):
        deactivation_line(environment, "cmd", windows=True)


@pytest.mark.scenario(29)
def test_a_policy_against_scripts_leads_to_the_variables(tmp_path: Path) -> None:
    prefix = tmp_path / "it's"
    (prefix / "Scripts").mkdir(parents=True)
    (prefix / "Scripts" / "Activate.ps1").touch()
    environment = Environment(prefix, prefix / "Scripts/python.exe", EnvironmentKind.VENV)
    said = str(prefix).replace("'", "''")

    line = activation_line(environment, "pwsh.exe", windows=True)

    # What PowerShell says of a forbidden script is an exception, which nobody sees.
    assert line.startswith(f"try {{ & '{said}/Scripts/Activate.ps1' }} catch {{ ")
    assert f"$env:VIRTUAL_ENV = '{said}'; " in line
    assert line.endswith(f"$env:PATH = '{said}/Scripts' + ';' + $env:PATH }}")
    left = deactivation_line(environment, "powershell", windows=True)
    assert "-ErrorAction Ignore" in left
    assert f"Where-Object {{ $_ -notin '{said}/Scripts' }}) -join ';'" in left
    # Elsewhere there are no policies.
    assert "try" not in activation_line(environment, "pwsh", windows=False)


def test_names_of_shells() -> None:
    assert shell_name("/usr/bin/pwsh") == "powershell"
    assert shell_name(r"C:\Program Files\Git\bin\bash.exe") == "bash"
    assert shell_name("DASH") == "sh"
    assert shell_name("-zsh") == "zsh"
    with pytest.raises(ActivationError, match="does not know the shell"):
        shell_name("command.com")


def test_paths_of_windows_in_git_bash() -> None:
    assert posix_spelling(r"C:\Users\it's me\.venv") == "/c/Users/it's me/.venv"
    assert posix_spelling(r"\\server\share") == "//server/share"
