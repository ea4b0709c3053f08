"""Lines of conda: its variables are not enough, because packages have scripts in `activate.d`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.environments.layout import WINDOWS
from pinwise.environments.shells import posix_spelling, quoted
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinwise.environments.types import Environment

CONDA_KINDS: Final = frozenset({EnvironmentKind.CONDA, EnvironmentKind.PIXI})

_HOOKS: Final[dict[str, tuple[str, str]]] = {
    "bash": ("etc/profile.d/conda.sh", ". {} && "),
    "zsh": ("etc/profile.d/conda.sh", ". {} && "),
    "sh": ("etc/profile.d/conda.sh", ". {} && "),
    "fish": ("etc/fish/conf.d/conda.fish", "source {}; and "),
    "csh": ("etc/profile.d/conda.csh", "source {}; "),
    "powershell": ("shell/condabin/conda-hook.ps1", "& {}; "),
}
"""By shell, where conda keeps what defines its command, and how that is read first."""


def conda_line(
    environment: Environment,
    shell: str,
    *,
    root: Path | None = None,
    windows: bool = WINDOWS,
) -> str:
    """Return `conda activate PREFIX`, after what defines the command where that is found.

    A shell knows `conda` only after `conda init`, which not everybody lets edit their files; so
    the definition is read from the installation, if there is a script of it for that shell.

    Raises:
        ActivationError: the shell cannot write the path.
    """
    line = f"conda activate {quoted(str(environment.prefix), shell)}"
    if root is None or shell not in _HOOKS:
        return line
    place, read = _HOOKS[shell]
    hook = str(root / place)
    if not os.path.isfile(hook):  # noqa: PTH113 - a string
        return line
    if windows and shell in {"bash", "zsh", "sh"}:
        hook = posix_spelling(hook)
    return read.format(quoted(hook, shell)) + line


def conda_root(environment: Environment, variables: Mapping[str, str]) -> Path | None:
    """Return the installation of conda to activate an environment with; None if none is found.

    The environment is the root itself, or lies in its `envs`; else `CONDA_EXE` names the one that
    the user's shell works with. An environment that pixi made, or one in a folder of the project,
    belongs to none. Costs two looks at the disk.
    """
    prefix = environment.prefix
    candidates = [prefix, prefix.parent.parent] if prefix.parent.name == "envs" else [prefix]
    program = variables.get("CONDA_EXE")
    if program:
        candidates.append(Path(program).parent.parent)
    return next((root for root in candidates if (root / "condabin").is_dir()), None)
