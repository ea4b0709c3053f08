"""What a creation that was ended half way leaves: `half_made`."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from pinwise.environments.inspection import inspect
from pinwise.environments.layout import WINDOWS, environment_executables, stdlib_name
from pinwise.environments.pyvenv_cfg import NAME as PYVENV_CFG
from pinwise.environments.types import (
    Environment,
    EnvironmentKind,
    EnvironmentProblem,
    ProblemKind,
)

if TYPE_CHECKING:
    from pathlib import Path

_TOP: Final = frozenset(
    {"bin", "scripts", "lib", "lib64", "include", ".gitignore", "cachedir.tag", ".lock"}
)
_SCRIPTS: Final = re.compile(
    r"(?:activate|deactivate|python|pypy|pip|wheel|easy_install|pydoc)[\w.+-]*", re.IGNORECASE
)
"""What creators put beside an interpreter; other commands are of packages, or somebody's own."""


def half_made(prefix: Path) -> Environment | None:
    """Return what is at `prefix` as a broken environment, if a creator alone made it.

    It has an interpreter, lacks its `pyvenv.cfg` (PEP 405), and holds nothing that venv,
    virtualenv and uv do not write, so that it may be replaced or deleted. None for all else; some
    listings of folders.
    """
    if prefix.is_symlink() or os.path.lexists(prefix / PYVENV_CFG):
        return None
    scripts = prefix / ("Scripts" if WINDOWS else "bin")
    try:
        names = [entry.name.lower() for entry in prefix.iterdir()]
        commands = [entry.name for entry in scripts.iterdir()]
        libraries = [] if WINDOWS or "lib" not in names else list((prefix / "lib").iterdir())
        inside = [entry.name for library in libraries for entry in library.iterdir()]
    except OSError:
        return None
    usual = (
        _TOP.issuperset(names)
        and all(map(_SCRIPTS.fullmatch, commands))
        and all(stdlib_name(library.name) for library in libraries)
        and set(inside) <= {"site-packages"}
    )
    executables = environment_executables(os.fspath(prefix))
    executable = next(filter(os.path.lexists, executables), None)
    if not usual or executable is None:
        return None
    message = f"It has an interpreter but no {PYVENV_CFG}: it was made only in part."
    return inspect(prefix) or Environment(
        prefix=prefix,
        executable=type(prefix)(executable),
        kind=EnvironmentKind.UNKNOWN,
        problems=(EnvironmentProblem(ProblemKind.INCOMPLETE, message),),
    )
