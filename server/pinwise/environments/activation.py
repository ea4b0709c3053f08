"""Activating an environment: variables for new terminals, lines for those that are open.

A line runs the script that `venv`, virtualenv or uv left for the shell, whose `deactivate` also
gives the prompt back. Where there is none, or where it would break, the line sets the variables.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from pinwise.environments.conda_activation import CONDA_KINDS, conda_line, conda_root
from pinwise.environments.layout import WINDOWS, scripts_folder
from pinwise.environments.shell_variables import setting_line, unsetting_line
from pinwise.environments.shells import (
    ActivationError,
    is_typable,
    posix_spelling,
    quoted,
    shell_name,
)
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinwise.environments.types import Environment

__all__ = [
    "ActivationError",
    "activation_line",
    "activation_variables",
    "deactivation_line",
    "path_folders",
    "shell_name",
]

_SCRIPTS: Final[dict[str, tuple[str, ...]]] = {
    "bash": ("activate",),
    "zsh": ("activate",),
    "sh": ("activate",),
    "fish": ("activate.fish",),
    "csh": ("activate.csh",),
    # `venv` capitalises it, virtualenv and uv do not.
    "powershell": ("Activate.ps1", "activate.ps1"),
    "cmd": ("activate.bat",),
}
"""By shell, the scripts that activate, best first.

Those for nushell and xonsh are left alone: few creators write them, and what nushell takes in by
`overlay use` cannot be taken back by a line that also serves terminals opened with the variables.
"""
_COMMANDS: Final[dict[str, str]] = {
    "bash": "source ",
    "zsh": "source ",
    "sh": ". ",
    "fish": "source ",
    "csh": "source ",
    "powershell": "& ",
    "cmd": "",
}
_DEACTIVATE_FIRST: Final[dict[str, str]] = {
    "bash": "command -v deactivate >/dev/null && deactivate; ",
    "zsh": "command -v deactivate >/dev/null && deactivate; ",
    "sh": "command -v deactivate >/dev/null && deactivate; ",
    "fish": "functions -q deactivate; and deactivate; ",
    # As an argument of `eval`, because `if` runs no alias.
    "csh": 'if ("`alias deactivate`" != "") eval deactivate; ',
    "powershell": "if (Get-Command deactivate -ErrorAction Ignore) { deactivate }; ",
}
_MISQUOTED: Final = frozenset('$`"\\!')
"""What breaks the scripts of older creators, which write the path between quotation marks."""


def activation_variables(environment: Environment, *, windows: bool = WINDOWS) -> dict[str, str]:
    """Return the environment variables that activate it in a terminal that will be opened.

    Returns:
        `VIRTUAL_ENV` and `VIRTUAL_ENV_PROMPT`, or `CONDA_PREFIX` and `CONDA_DEFAULT_ENV`, to be
        set; and `PATH`, to be put BEFORE the old value as it is: it ends in the separator.
        A base interpreter needs `PATH` alone.

    Raises:
        ActivationError: it is broken, or cannot stand on PATH. An environment that was moved
            would name a folder that is not there, and leave another Python on PATH.
    """
    _refuse_broken(environment)
    separator = ";" if windows else ":"
    folders = path_folders(environment, windows=windows)
    path = "".join(f"{folder}{separator}" for folder in folders)
    return {**_variables(environment), "PATH": path}


def activation_line(
    environment: Environment,
    shell: str,
    *,
    windows: bool = WINDOWS,
    variables: Mapping[str, str] = os.environ,
) -> str:
    """Return the line that activates it when typed into a shell.

    Args:
        environment: the environment.
        shell: bash, zsh, sh (dash, ksh), fish, csh (tcsh), powershell (pwsh), cmd, nushell (nu)
            or xonsh; in any case, with or without `.exe`, or the path of its program.
        windows: whether the shell runs on Windows.
        variables: those of this process, where `CONDA_EXE` may say which conda is in use.

    Returns:
        One line: that of the environment's own script, with the path quoted for the shell. Where
        the creator wrote no script for that shell the line sets the variables.

    Raises:
        ActivationError: it is broken, a base interpreter, or the shell is not known or cannot
            write its path.
    """
    _refuse_broken(environment)
    name = shell_name(shell)
    if _has_conda(environment, name, variables):
        root = conda_root(environment, variables)
        return conda_line(environment, name, root=root, windows=windows)
    if environment.is_base and environment.kind not in CONDA_KINDS:
        message = (
            f"{environment.executable} is no virtual environment: there is nothing to activate."
        )
        raise ActivationError(message)
    folders = _spelt_folders(environment, name, windows=windows)
    by_variables = setting_line(name, _variables(environment), folders, windows=windows)
    script = _script(environment, name, windows=windows)
    if script is None:
        return by_variables
    if windows and name in {"bash", "zsh", "sh"}:
        script = posix_spelling(script)
    line = f"{_COMMANDS[name]}{quoted(script, name)}"
    if windows and name == "powershell":
        # An execution policy may forbid scripts, and is not ours to change.
        return f"try {{ {line} }} catch {{ {by_variables} }}"
    return line


def deactivation_line(
    environment: Environment,
    shell: str,
    *,
    windows: bool = WINDOWS,
    variables: Mapping[str, str] = os.environ,
) -> str:
    """Return the line that leaves the environment again; takes what `activation_line` takes.

    It works whichever way the environment was activated: a terminal that was opened with the
    variables has no `deactivate`, one that ran the script has; some have both.

    Raises:
        ActivationError: the shell is not known or cannot write its path. A broken environment
            can be left.
    """
    name = shell_name(shell)
    folders = _spelt_folders(environment, name, windows=windows)
    by_variables = unsetting_line(name, _names(environment), folders, windows=windows)
    if _has_conda(environment, name, variables):
        return "conda deactivate"
    if environment.kind in CONDA_KINDS:
        return by_variables
    if name == "cmd":
        folder = scripts_folder(str(environment.prefix), windows=windows)
        script = os.path.join(folder, "deactivate.bat")  # noqa: PTH118 - a string
        if os.path.isfile(script):  # noqa: PTH113 - a string
            return f"call {quoted(script, name)} & {by_variables}"
        return by_variables
    return _DEACTIVATE_FIRST.get(name, "") + by_variables


def path_folders(environment: Environment, *, windows: bool = WINDOWS) -> list[str]:
    """Return the folders of its commands, which activation puts first on PATH.

    Raises:
        ActivationError: the separator of PATH stands in its path, and no shell can quote that.
    """
    prefix = str(environment.prefix)
    separator = ";" if windows else ":"
    if separator in prefix:
        message = f"{environment.name} cannot stand on PATH: its path has a `{separator}`."
        raise ActivationError(message)
    if environment.kind in CONDA_KINDS and windows:
        # Conda on Windows needs its libraries' folder, too, or `ssl` cannot be imported.
        parts = ("", "Library\\bin", "Scripts")
        return [f"{prefix}\\{part}".rstrip("\\") for part in parts]
    if environment.is_base:
        # A base interpreter of Windows lies beside its `Scripts`.
        folder = str(environment.executable.parent)
        return [folder, f"{folder}\\Scripts"] if windows else [folder]
    return [scripts_folder(prefix, windows=windows)]


def _spelt_folders(environment: Environment, shell: str, *, windows: bool) -> list[str]:
    folders = path_folders(environment, windows=windows)
    if windows and shell in {"bash", "zsh", "sh"}:
        return [posix_spelling(folder) for folder in folders]
    return folders


def _has_conda(environment: Environment, shell: str, variables: Mapping[str, str]) -> bool:
    """Whether an environment is conda's or pixi's and the shell can have conda activate it.

    Nobody wrote the command `conda` for nushell, and pixi needs no conda on the machine.
    """
    if shell == "nushell" or environment.kind not in CONDA_KINDS:
        return False
    return (
        environment.kind is EnvironmentKind.CONDA or conda_root(environment, variables) is not None
    )


def _refuse_broken(environment: Environment) -> None:
    for problem in environment.problems:
        if problem.broken:
            message = f"{environment.name} cannot be activated. {problem.message}"
            raise ActivationError(message)


def _variables(environment: Environment) -> dict[str, str]:
    """Return the variables to set, beside PATH."""
    prefix = environment.prefix
    if environment.kind in CONDA_KINDS:
        return {"CONDA_PREFIX": str(prefix), "CONDA_DEFAULT_ENV": prefix.name}
    if environment.is_base:
        return {}
    prompt = environment.prompt
    # The prompt comes from a file of the workspace.
    named = prompt if prompt and is_typable(prompt) else prefix.name
    return {"VIRTUAL_ENV": str(prefix), "VIRTUAL_ENV_PROMPT": named}


def _names(environment: Environment) -> list[str]:
    if environment.kind in CONDA_KINDS:
        return ["CONDA_PREFIX", "CONDA_DEFAULT_ENV"]
    return ["VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"]


def _script(environment: Environment, shell: str, *, windows: bool) -> str | None:
    """Return the environment's script for the shell, if there is one that its path cannot break."""
    prefix = str(environment.prefix)
    if environment.kind in CONDA_KINDS:
        return None
    if not windows and not _MISQUOTED.isdisjoint(prefix):
        return None
    folder = scripts_folder(prefix, windows=windows)
    for name in _SCRIPTS.get(shell, ()):
        path = os.path.join(folder, name)  # noqa: PTH118 - a string
        if os.path.isfile(path):  # noqa: PTH113 - a string
            return path
    return None
