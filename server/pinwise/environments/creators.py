"""The tools that make environments: their command lines, and what their output means."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pinwise.base.tuples import NamedTuple
from pinwise.environments.base_installs import base_install
from pinwise.environments.locators.places import is_inside
from pinwise.environments.processes import clean_environment
from pinwise.environments.seeds import SEED_OPTIONS, oldest_seeded
from pinwise.environments.version_numbers import feature_version, version_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Creator = Literal["virtualenv", "venv", "uv"]

# The libraries that Pinwise brings are not on the path of a fresh interpreter, and an isolated
# one (-I) takes neither PYTHONPATH nor the working directory: the parent's path is handed over.
_BOOTSTRAP: Final = (
    "import sys, json; sys.path[:0] = json.loads(sys.argv.pop(1)); "
    "from virtualenv.__main__ import run_with_catch; run_with_catch()"
)
_STEPS: Final = (
    ("find interpreter", "Asking the base Python"),
    ("create virtual environment", "Making the folders"),
    ("add seed packages", "Adding pip"),
    ("add activators", "Adding the activation scripts"),
)


class Plan(NamedTuple):
    """How an environment will be made.

    Attributes:
        command: the program, by absolute path, and its arguments.
        environ: its environment variables.
        tool: its name, for a person.
    """

    command: tuple[str, ...]
    environ: Mapping[str, str]
    tool: str


class PlanError(Exception):
    """The environment cannot be made that way.

    Attributes:
        command: what the user can run to make it possible, or "".
    """

    def __init__(self, message: str, command: str = "") -> None:
        super().__init__(message)
        self.command = command


def plan_virtualenv(destination: Path, base: Path, version: str) -> Plan:
    """Plan with virtualenv, which brings its own pip and needs nothing of the base but Python.

    A base that is too old for the pip that we bring is planned with its own `venv` instead. The
    user's virtualenv configuration is ignored and the network is not used: neither for newer seed
    packages nor for virtualenv's periodic update, which would go on after the end.

    Args:
        destination: the folder, which exists and is empty.
        base: the base interpreter.
        version: its version, as far as known.

    Raises:
        PlanError: as `plan_venv`.
    """
    if version and version_key(feature_version(version)) < version_key(oldest_seeded()):
        return plan_venv(destination, base, version)
    path = json.dumps([entry for entry in sys.path if os.path.isabs(entry)])  # noqa: PTH117 - strings
    command = (sys.executable, "-I", "-c", _BOOTSTRAP, path, "-v")
    options = ("--no-periodic-update", "--no-download", *SEED_OPTIONS, "-p", str(base))
    nowhere = str(Path(sys.prefix) / "no-virtualenv.ini")
    environ = clean_environment(
        {
            "VIRTUALENV_CONFIG_FILE": nowhere,
            # Later versions write a file `.venv` beside an environment of another name.
            "VIRTUALENV_NO_VENV_REDIRECT": "true",
        },
        without=["VIRTUALENV_"],
    )
    return Plan((*command, *options, str(destination)), environ, "virtualenv")


def plan_venv(destination: Path, base: Path, version: str) -> Plan:
    """Plan with the base Python's own `venv`.

    Raises:
        PlanError: the base is Python 2, or its `ensurepip` is missing, which Debian and Ubuntu
            package apart; the exact command that installs it is then given.
    """
    if version.startswith("2."):
        message = f"Python {version} cannot make environments, and virtualenv supports it no more."
        raise PlanError(message)
    install = base_install(str(base))
    if install is not None and not install.has_ensurepip:
        message = f"The base Python {install.version} lacks `ensurepip`, which `venv` needs."
        raise PlanError(message, missing_ensurepip_command(install.prefix, install.version))
    return Plan((str(base), "-I", "-m", "venv", str(destination)), clean_environment(), "venv")


def plan_uv(destination: Path, base: Path, workspace: Sequence[Path]) -> Plan:
    """Plan with the user's `uv`, without its configuration files and without downloads.

    Raises:
        PlanError: there is no `uv` on PATH (outside the workspace).
    """
    command = (str(find_uv(workspace)), "venv", "--no-config", "--no-python-downloads")
    return Plan(
        (*command, "--python", str(base), str(destination)),
        clean_environment(without=["UV_PROJECT", "UV_WORKING", "VIRTUAL_ENV"]),
        "uv",
    )


def find_uv(workspace: Sequence[Path]) -> Path:
    """Return the user's `uv`.

    Raises:
        PlanError: there is none on PATH, or it lies in the workspace, which may have planted it.
            A workspace that holds the home folder is left out, as in `Places.in_workspace`.
    """
    found = shutil.which("uv")
    path = Path(found) if found else None
    if (
        path is None
        or not path.is_absolute()
        or is_inside(str(path), tuple(workspace), home=Path.home())
    ):
        message = "`uv` was not found on PATH."
        raise PlanError(message)
    return path


def missing_ensurepip_command(prefix: str, version: str) -> str:
    """Return the command that installs `ensurepip` for a Python of Debian or Ubuntu, else ""."""
    if prefix == "/usr" and Path("/etc/debian_version").exists():
        return f"sudo apt install python{feature_version(version)}-venv"
    return ""


def step_of(line: str) -> str | None:
    """Return the phrase to show for a line of virtualenv's output, if it begins a step."""
    return next((phrase for start, phrase in _STEPS if line.startswith(start)), None)


def diagnosis(tool: str, lines: Sequence[str]) -> tuple[str, str]:
    """Return a plain sentence for the failure of a tool, and the value of `CreationFailure`."""
    text = "\n".join(lines)
    if "No space left on device" in text or "not enough space on the disk" in text:
        return "The disk is full.", "disk-full"
    if "Permission denied" in text or "PermissionError" in text:
        return "There is no permission to write what the environment needs.", "no-permission"
    if "ensurepip is not available" in text:
        return "The base Python lacks `ensurepip`, which `venv` needs.", "cannot"
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    message = f"{tool} failed: {last}" if last else f"{tool} failed and printed nothing."
    return message, "tool-failed"
