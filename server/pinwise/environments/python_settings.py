"""The settings of the Python extensions that Pinwise reads, and never writes.

`python.defaultInterpreterPath`, `python.venvPath` and `python.venvFolders` of VS Code. The client
sends them as they are written; what they mean is decided here, so that it is decided once.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pinwise.base.patterns import late
from pinwise.base.records import record
from pinwise.environments.inspection import inspect
from pinwise.environments.layout import on_network

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from pinwise.environments.types import Environment

INTERPRETER: Final = "python.defaultInterpreterPath"
_NONE_IN_PARTICULAR: Final = frozenset({"", "python", "python3"})
"""Values that name no interpreter; the first is the default of the Python extension."""
_VARIABLE: Final = late(r"\$\{([^{}]*)\}")


@record(frozen=True, slots=True)
class PythonSettings:
    """The values as they are written.

    Attributes:
        of_workspace: the interpreter that the folder's or the workspace's settings name. It is a
            file of the workspace that says so: not looked at before the workspace is trusted.
        of_user: the interpreter that the user's own settings name.
        venv_path: a folder of environments.
        venv_folders: names of further such folders, in the home folder.
    """

    of_workspace: str = ""
    of_user: str = ""
    venv_path: str = ""
    venv_folders: tuple[str, ...] = ()

    def folders_of_environments(self, environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
        """Return the folders in which environments are kept, absolute and not looked at."""
        written = [self.venv_path, *(str(home / name) for name in self.venv_folders if name)]
        paths = [_expanded(text, home, environ, home) for text in written if text]
        return tuple(path for path in paths if isinstance(path, Path))


NO_SETTINGS: Final = PythonSettings()


@record(frozen=True, slots=True)
class Named:
    """What a setting names: an environment, or why it is none.

    Attributes:
        problem: half a sentence, "" where there is an environment.
    """

    environment: Environment | None
    problem: str = ""


def python_settings(sent: object) -> PythonSettings:
    """Return the settings from what the client sent; whatever has a wrong type is not set.

    Args:
        sent: `{"defaultInterpreterPath": {"workspace": "", "user": ""}, "venvPath": "",
            "venvFolders": []}`, of which all may be missing.
    """
    values: dict[str, Any] = sent if isinstance(sent, dict) else {}
    named = values.get("defaultInterpreterPath")
    named = named if isinstance(named, dict) else {}
    folders = values.get("venvFolders")
    return PythonSettings(
        of_workspace=_text(named.get("workspace")),
        of_user=_text(named.get("user")),
        venv_path=_text(values.get("venvPath")),
        venv_folders=tuple(filter(None, map(_text, folders))) if isinstance(folders, list) else (),
    )


def named_interpreter(
    written: str, folder: Path, environ: Mapping[str, str], home: Path
) -> Named | None:
    """Return what a value of `python.defaultInterpreterPath` names; None if nothing in particular.

    Args:
        written: the value: an interpreter or the folder of an environment, absolute or relative
            to `folder`, with `~`, `${workspaceFolder}`, `${userHome}` and `${env:NAME}`.
        folder: the workspace folder.
        environ: the environment variables.
        home: the user's home folder.

    The value is told as it is written: a variable may hold what is nobody's business.
    """
    if written.strip() in _NONE_IN_PARTICULAR:
        return None
    says = f"{INTERPRETER} names {written}"
    path = _expanded(written.strip(), folder, environ, home)
    if isinstance(path, str):
        return Named(None, f"{says}, but {path}")
    if on_network(str(path)):
        return Named(None, f"{says}, which lies on another machine")
    if not os.path.lexists(path):
        return Named(None, f"{says}, which does not exist")
    environment = inspect(path)
    if environment is None:
        return Named(None, f"{says}, which is neither an interpreter nor an environment")
    return Named(environment)


def _expanded(written: str, folder: Path, environ: Mapping[str, str], home: Path) -> Path | str:
    """Return the absolute path that a value means, or why it means none."""
    problems: list[str] = []

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name == "userHome":
            return str(home)
        if name in {"workspaceFolder", f"workspaceFolder:{folder.name}"}:
            return str(folder)
        if name.startswith("env:"):
            if environ.get(name[4:]):
                return environ[name[4:]]
            problems.append(f"the variable {name[4:]} is not set")
        else:
            problems.append(f"{match[0]} has no meaning there")
        return ""

    text = _VARIABLE.sub(value, written)
    if problems:
        return problems[0]
    if text == "~" or text.startswith(("~/", "~\\")):
        text = os.path.join(home, text[2:])  # noqa: PTH118 - `~\\` is no path of POSIX
    elif "/" not in text and "\\" not in text and text.lower().startswith("python"):
        return "that is a command and not a path"
    return Path(os.path.normpath(folder / text))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
