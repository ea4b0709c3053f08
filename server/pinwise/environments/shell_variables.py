"""Lines that set the variables of an environment in a running shell, and that take them back.

For the shells and environments without a script of their own: `venv` writes none for nushell and
xonsh, and scripts made before CPython 3.12.8 break where the path has a `$` (CVE-2024-9287). A
terminal that was opened with the variables has no `deactivate` either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pinwise.environments.layout import WINDOWS
from pinwise.environments.shells import ActivationError, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_POSIX: Final = frozenset({"bash", "zsh", "sh"})


def setting_line(
    shell: str, variables: Mapping[str, str], folders: Sequence[str], *, windows: bool = WINDOWS
) -> str:
    """Return the line that sets variables and puts folders first on PATH.

    It also removes PYTHONHOME, as the activation scripts do: with it, the environment's Python
    would run with the standard library of another.

    Args:
        shell: one of `shells.SHELLS`.
        variables: to be set; without PATH.
        folders: as the shell spells them, the first one first.
        windows: whether the shell runs on Windows.

    Raises:
        ActivationError: a value cannot be written in the shell's line.
    """
    words = {name: quoted(value, shell) for name, value in variables.items()}
    paths = [quoted(folder, shell) for folder in folders]
    if shell == "cmd":
        # The values stand inside the quotation marks of the assignment.
        settings = [f'set "{name}={value}"' for name, value in variables.items()]
        joined = "".join(f"{folder};" for folder in folders)
        return " & ".join(['set "PYTHONHOME="', *settings, f'set "PATH={joined}%PATH%"'])
    if shell in _POSIX:
        assignments = [f"{name}={word}" for name, word in words.items()]
        path = "".join(f"{word}:" for word in paths)
        return f'unset PYTHONHOME; export {" ".join(assignments)} PATH={path}"$PATH"'
    return "; ".join(_SETTERS[shell](words, paths, ";" if windows else ":"))


def unsetting_line(
    shell: str, names: Sequence[str], folders: Sequence[str], *, windows: bool = WINDOWS
) -> str:
    """Return the line that removes variables, and folders from PATH wherever they stand there.

    Takes what `setting_line` takes. Variables that are not set are no error.

    Raises:
        ActivationError: a folder cannot be written in the shell's line.
    """
    paths = [quoted(folder, shell) for folder in folders]
    if shell == "cmd":
        if any("=" in folder for folder in folders):
            message = "cmd cannot take a folder with `=` from PATH. Open a new terminal instead."
            raise ActivationError(message)
        removals = [f'set "{name}="' for name in names]
        # The whole line is expanded before any of it runs.
        return " & ".join([*removals, *(f'set "PATH=%PATH:{folder};=%"' for folder in folders)])
    return "; ".join(_UNSETTERS[shell](names, paths, ";" if windows else ":"))


def _set_fish(words: Mapping[str, str], paths: Sequence[str], _separator: str) -> list[str]:
    settings = [f"set -gx {name} {word}" for name, word in words.items()]
    return ["set -e PYTHONHOME", *settings, f"set -gx PATH {' '.join(paths)} $PATH"]


def _set_csh(words: Mapping[str, str], paths: Sequence[str], _separator: str) -> list[str]:
    settings = [f"setenv {name} {word}" for name, word in words.items()]
    path = "".join(f"{word}:" for word in paths)
    return ["unsetenv PYTHONHOME", *settings, f'setenv PATH {path}"$PATH:q"', "rehash"]


def _set_powershell(words: Mapping[str, str], paths: Sequence[str], separator: str) -> list[str]:
    settings = [f"$env:{name} = {word}" for name, word in words.items()]
    joined = f" + '{separator}' + ".join([*paths, "$env:PATH"])
    return [_remove_powershell(["PYTHONHOME"]), *settings, f"$env:PATH = {joined}"]


def _set_nushell(words: Mapping[str, str], paths: Sequence[str], separator: str) -> list[str]:
    path = _path_of_nushell(separator)
    settings = [f"$env.{name} = {word}" for name, word in words.items()]
    prepended = f"{path} = ({path} | prepend [{' '.join(paths)}])"
    return ["hide-env --ignore-errors PYTHONHOME", *settings, prepended]


def _set_xonsh(words: Mapping[str, str], paths: Sequence[str], _separator: str) -> list[str]:
    settings = [f"${name} = {word}" for name, word in words.items()]
    return [
        "${...}.pop('PYTHONHOME', None)",
        *settings,
        f"$PATH = [{', '.join(paths)}] + list($PATH)",
    ]


def _unset_posix(names: Sequence[str], paths: Sequence[str], _separator: str) -> list[str]:
    """Only what POSIX has, so that one line serves dash, ksh and their like.

    The path stands between two separators, so that each folder does.
    """
    steps = [f"unset {' '.join(names)}", "_pinwise=:$PATH:"]
    for word in paths:
        pattern = f":{word}:"
        cut = f"_pinwise=${{_pinwise%%{pattern}*}}:${{_pinwise#*{pattern}}}"
        steps.append(f"while case $_pinwise in (*{pattern}*) ;; (*) false;; esac; do {cut}; done")
    return [*steps, "_pinwise=${_pinwise#:}", "PATH=${_pinwise%:}", "unset _pinwise"]


def _unset_substituting(names: Sequence[str], paths: Sequence[str], _separator: str) -> list[str]:
    """Of bash and zsh, which replace text in a variable: the line is half as long.

    Each separator is doubled first, so that every folder has two of its own, and one that stands
    there twice goes twice. A variable holds the path, because a slash would end the pattern.
    """
    steps = [f"unset {' '.join(names)}", "PATH=:${PATH//:/::}:"]
    for word in paths:
        steps += [f"_pinwise={word}", 'PATH=${PATH//:"$_pinwise":/}']
    return [*steps, "PATH=${PATH//::/:}", "PATH=${PATH#:}", "PATH=${PATH%:}", "unset _pinwise"]


def _unset_fish(names: Sequence[str], paths: Sequence[str], _separator: str) -> list[str]:
    removals = [
        f"while set -l pinwise (contains -i -- {word} $PATH); set -e PATH[$pinwise]; end"
        for word in paths
    ]
    return [f"set -e {name}" for name in names] + removals


def _unset_csh(names: Sequence[str], paths: Sequence[str], _separator: str) -> list[str]:
    """Have awk leave the folder out: a loop of csh takes several lines.

    Nothing between the backquotes may have a `$`, which csh would expand whatever quotes it.
    """
    removals = [
        step
        for word in paths
        for step in (f"setenv PINWISE {word}", f'setenv PATH "`{_WITHOUT_FOLDER}`"')
    ]
    return [*(f"unsetenv {name}" for name in names), *removals, "unsetenv PINWISE", "rehash"]


_WITHOUT_FOLDER: Final = (
    "(printenv PINWISE; printenv PATH | tr : '\\n') | "
    "awk 'BEGIN {getline d; while ((getline x) > 0) if (x != d) print x}' | paste -s -d : -"
)


def _unset_powershell(names: Sequence[str], paths: Sequence[str], separator: str) -> list[str]:
    kept = f"$env:PATH.Split('{separator}') | Where-Object {{ $_ -notin {', '.join(paths)} }}"
    return [_remove_powershell(names), f"$env:PATH = ({kept}) -join '{separator}'"]


def _remove_powershell(names: Sequence[str]) -> str:
    variables = ", ".join(f"Env:{name}" for name in names)
    return f"Remove-Item {variables} -ErrorAction Ignore"


def _unset_nushell(names: Sequence[str], paths: Sequence[str], separator: str) -> list[str]:
    path = _path_of_nushell(separator)
    return [
        f"hide-env --ignore-errors {' '.join(names)}",
        f"{path} = ({path} | where $it not-in [{' '.join(paths)}])",
    ]


def _path_of_nushell(separator: str) -> str:
    """Return its PATH, which it spells as the system does: `Path` on Windows."""
    return "$env.Path" if separator == ";" else "$env.PATH"


def _unset_xonsh(names: Sequence[str], paths: Sequence[str], _separator: str) -> list[str]:
    removals = [f"${{...}}.pop({name!r}, None)" for name in names]
    return [*removals, f"$PATH = [p for p in $PATH if str(p) not in [{', '.join(paths)}]]"]


_SETTERS: Final[dict[str, Callable[[Mapping[str, str], Sequence[str], str], list[str]]]] = {
    "fish": _set_fish,
    "csh": _set_csh,
    "powershell": _set_powershell,
    "nushell": _set_nushell,
    "xonsh": _set_xonsh,
}
_UNSETTERS: Final[dict[str, Callable[[Sequence[str], Sequence[str], str], list[str]]]] = {
    "bash": _unset_substituting,
    "zsh": _unset_substituting,
    "sh": _unset_posix,
    "fish": _unset_fish,
    "csh": _unset_csh,
    "powershell": _unset_powershell,
    "nushell": _unset_nushell,
    "xonsh": _unset_xonsh,
}
