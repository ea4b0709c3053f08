"""Which shell this process was called from, found without starting another process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.environments.layout import WINDOWS
from pinwise.environments.shells import ActivationError, shell_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_GENERATIONS: Final = 6
"""How far up to look: `uv run pinwise` and its like stand between the shell and us."""


def calling_shell(
    variables: Mapping[str, str],
    *,
    processes: Path = Path("/proc"),
    process: int | None = None,
    windows: bool = WINDOWS,
) -> str | None:
    """Return our name of the shell that this process descends from; None where nothing tells.

    Linux lists the processes in files. Elsewhere `SHELL` has to do, which names the shell of the
    user's login, and on Windows what cmd alone sets.

    Args:
        variables: those of the process.
        processes: where the system lists its processes.
        process: the one to begin with; None for the parent of this one.
        windows: whether it runs on Windows.
    """
    ancestor = os.getppid() if process is None else process
    for _ in range(_GENERATIONS):
        try:
            # "4711 (bash) S 4710 ...", where the name itself may hold parentheses and blanks.
            status = (processes / str(ancestor) / "stat").read_text(encoding="utf-8")
            name, _, rest = status.partition("(")[2].rpartition(")")
            ancestor = int(rest.split()[1])
        except (OSError, ValueError, IndexError):
            break
        known = _known(name)
        if known:
            return known
    if variables.get("SHELL"):
        return _known(variables["SHELL"])
    if windows:
        return "cmd" if "PROMPT" in variables else "powershell"
    return None


def _known(name: str) -> str | None:
    try:
        return shell_name(name)
    except ActivationError:
        return None
