"""Activating an environment: variables for new terminals, lines for those that are open."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from pinwise.environments.layout import WINDOWS, scripts_folder
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pinwise.environments.types import Environment

_ALIASES: Final = {
    "dash": "sh",
    "ksh": "sh",
    "ash": "sh",
    "tcsh": "csh",
    "pwsh": "powershell",
    "nu": "nushell",
    "gitbash": "bash",
}
_CONDA_KINDS: Final = frozenset({EnvironmentKind.CONDA, EnvironmentKind.PIXI})


class ActivationError(Exception):
    """The environment cannot be activated; the message is a sentence that says why."""


def activation_variables(environment: Environment, *, windows: bool = WINDOWS) -> dict[str, str]:
    """Return the environment variables that activate it in a terminal that will be opened.

    Returns:
        `VIRTUAL_ENV` and `VIRTUAL_ENV_PROMPT`, or `CONDA_PREFIX` and `CONDA_DEFAULT_ENV`, to be
        set; and `PATH`, to be put BEFORE the old value as it is: it ends in the separator.
        A base interpreter needs `PATH` alone.

    Raises:
        ActivationError: it is broken. An environment that was moved would name a folder that is
            not there, and leave another Python on PATH.
    """
    _refuse_broken(environment)
    separator = ";" if windows else ":"
    prefix = str(environment.prefix)
    folders = _path_folders(environment, windows=windows)
    variables = {"PATH": "".join(f"{folder}{separator}" for folder in folders)}
    if environment.kind in _CONDA_KINDS:
        variables["CONDA_PREFIX"] = prefix
        variables["CONDA_DEFAULT_ENV"] = environment.prefix.name
    elif not environment.is_base:
        variables["VIRTUAL_ENV"] = prefix
        variables["VIRTUAL_ENV_PROMPT"] = environment.prompt or environment.prefix.name
    return variables


def activation_line(environment: Environment, shell: str, *, windows: bool = WINDOWS) -> str:
    """Return the line that activates it when typed into a shell.

    Args:
        environment: the environment.
        shell: bash, zsh, sh (dash, ksh), fish, csh (tcsh), powershell (pwsh), cmd, nushell (nu)
            or xonsh; in any case, with or without `.exe`.
        windows: whether the shell runs on Windows.

    Returns:
        The line of the environment's own script, with the path quoted for the shell. Where the
        creator wrote no script for that shell (`venv` has none for nushell and xonsh) the line
        sets the variables, which the shell cannot undo by `deactivate`.

    Raises:
        ActivationError: it is broken, a base interpreter, or the shell is not known.
    """
    _refuse_broken(environment)
    name = shell_name(shell)
    if environment.is_base and environment.kind not in _CONDA_KINDS:
        message = (
            f"{environment.executable} is no virtual environment: there is nothing to activate."
        )
        raise ActivationError(message)
    if environment.kind in _CONDA_KINDS:
        return f"conda activate {_QUOTES[name](str(environment.prefix))}"
    script = _script(environment.prefix, name, windows=windows)
    if script is None:
        return _line_of_variables(environment, name, windows=windows)
    if windows and name in {"bash", "zsh", "sh"}:
        script = _posix_spelling(script)
    quoted = _QUOTES[name](script)
    if name == "xonsh":
        # As a word of a command, xonsh would expand variables in the string, quoted or not.
        # https://xon.sh/tutorial.html#advanced-string-literals
        quoted = f"@({quoted})"
    return f"{_COMMANDS[name]}{quoted}"


def deactivation_line(environment: Environment, shell: str, *, windows: bool = WINDOWS) -> str:
    """Return the line that leaves the environment again; takes what `activation_line` takes.

    Raises:
        ActivationError: the shell is not known.
    """
    name = shell_name(shell)
    if environment.kind in _CONDA_KINDS:
        return "conda deactivate"
    if name == "nushell":
        return "overlay hide activate"
    if name == "cmd":
        folder = scripts_folder(str(environment.prefix), windows=windows)
        return _QUOTES["cmd"](os.path.join(folder, "deactivate.bat"))  # noqa: PTH118 - a string
    return "deactivate"


def shell_name(shell: str) -> str:
    """Return our name of a shell: "powershell" for "/usr/bin/pwsh", "sh" for "dash".

    Raises:
        ActivationError: the shell is not known.
    """
    stem = shell.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")
    name = _ALIASES.get(stem, stem)
    if name not in _QUOTES:
        message = (
            f"Pinwise does not know the shell `{shell}`; it knows {', '.join(sorted(_QUOTES))}."
        )
        raise ActivationError(message)
    return name


def _refuse_broken(environment: Environment) -> None:
    for problem in environment.problems:
        if problem.broken:
            message = f"{environment.name} cannot be activated. {problem.message}"
            raise ActivationError(message)


def _path_folders(environment: Environment, *, windows: bool) -> list[str]:
    prefix = str(environment.prefix)
    if environment.kind in _CONDA_KINDS and windows:
        # Conda on Windows needs its libraries' folder, too, or `ssl` cannot be imported.
        parts = ("", "Library\\bin", "Scripts")
        return [f"{prefix}\\{part}".rstrip("\\") for part in parts]
    if environment.is_base:
        # A base interpreter of Windows lies beside its `Scripts`.
        folder = str(environment.executable.parent)
        return [folder, f"{folder}\\Scripts"] if windows else [folder]
    return [scripts_folder(prefix, windows=windows)]


def _script(prefix: Path, shell: str, *, windows: bool) -> str | None:
    """Return the environment's script for the shell, if its creator wrote one."""
    folder = scripts_folder(str(prefix), windows=windows)
    for name in _SCRIPTS[shell]:
        path = os.path.join(folder, name)  # noqa: PTH118 - a string
        if os.path.isfile(path):  # noqa: PTH113 - a string
            return path
    return None


def _line_of_variables(environment: Environment, shell: str, *, windows: bool) -> str:
    """Return a line that sets the variables, for a shell without a script of its own."""
    variables = activation_variables(environment, windows=windows)
    path = variables.pop("PATH")[:-1]
    quote = _QUOTES[shell]
    if shell == "nushell":
        name = "Path" if windows else "PATH"
        settings = [f"$env.{key} = {quote(value)}" for key, value in variables.items()]
        return "; ".join([*settings, f"$env.{name} = ($env.{name} | prepend {quote(path)})"])
    if shell == "xonsh":
        settings = [f"${key} = {quote(value)}" for key, value in variables.items()]
        return "; ".join([*settings, f"$PATH.insert(0, {quote(path)})"])
    message = f"{environment.name} has no activation script for {shell}."
    raise ActivationError(message)


def _posix_spelling(path: str) -> str:
    r"""Return a path of Windows as Git Bash spells it: `C:\x` is `/c/x`."""
    drive, colon, rest = path.partition(":")
    if colon and len(drive) == 1:
        return f"/{drive.lower()}{rest}".replace("\\", "/")
    return path.replace("\\", "/")


def _quote_posix(path: str) -> str:
    """Quote for bash, zsh, sh: everything is plain between apostrophes but the apostrophe."""
    if path.replace("/", "").replace("_", "").replace("-", "").replace(".", "").isalnum():
        return path
    return "'" + path.replace("'", "'\"'\"'") + "'"


def _quote_fish(path: str) -> str:
    """Quote for fish: between apostrophes a backslash quotes itself and the apostrophe."""
    return "'" + path.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _quote_csh(path: str) -> str:
    """Quote for csh, which expands `!` even between apostrophes."""
    return "'" + path.replace("'", "'\"'\"'").replace("!", "\\!") + "'"


def _quote_powershell(path: str) -> str:
    """Quote for PowerShell, which takes the typographic apostrophes for plain ones."""
    for apostrophe in "'\u2018\u2019\u201a\u201b":
        path = path.replace(apostrophe, apostrophe * 2)
    return f"'{path}'"


def _quote_cmd(path: str) -> str:
    """Quote for cmd; a file name of Windows holds no quotation mark.

    At the prompt, unlike in a batch file, `%` cannot be quoted; it is left as it is, because
    only a variable of that very name would be replaced.
    """
    return f'"{path}"'


def _quote_nushell(path: str) -> str:
    """Quote for nushell: apostrophes quote everything; a raw string takes those with one."""
    if "'" not in path:
        return f"'{path}'"
    hashes = "#"
    while f"'{hashes}" in path:
        hashes += "#"
    return f"r{hashes}'{path}'{hashes}"


_QUOTES: Final[dict[str, Callable[[str], str]]] = {
    "bash": _quote_posix,
    "zsh": _quote_posix,
    "sh": _quote_posix,
    "fish": _quote_fish,
    "csh": _quote_csh,
    "powershell": _quote_powershell,
    "cmd": _quote_cmd,
    "nushell": _quote_nushell,
    # A xonsh string is one of Python.
    "xonsh": repr,
}
_SCRIPTS: Final[dict[str, tuple[str, ...]]] = {
    "bash": ("activate",),
    "zsh": ("activate",),
    "sh": ("activate",),
    "fish": ("activate.fish",),
    "csh": ("activate.csh",),
    # `venv` capitalises it, virtualenv and uv do not.
    "powershell": ("Activate.ps1", "activate.ps1"),
    "cmd": ("activate.bat",),
    "nushell": ("activate.nu",),
    "xonsh": ("activate.xsh",),
}
_COMMANDS: Final[dict[str, str]] = {
    "bash": "source ",
    "zsh": "source ",
    "sh": ". ",
    "fish": "source ",
    "csh": "source ",
    "powershell": "& ",
    "cmd": "",
    "nushell": "overlay use ",
    "xonsh": "source ",
}
