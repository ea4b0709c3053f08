"""What a folder or an interpreter is, from its files alone: `inspect`."""
# ruff: noqa: PTH100, PTH110, PTH112, PTH113, PTH118, PTH121 - plain strings, for speed

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from pinwise.environments.base_installs import base_install
from pinwise.environments.conda import FOLDER as CONDA_META
from pinwise.environments.conda import inspect_conda
from pinwise.environments.layout import (
    WINDOWS,
    base_executables,
    environment_executables,
    prefix_of_executable,
    scripts_folder,
)
from pinwise.environments.problems import architecture_problem
from pinwise.environments.pyvenv_cfg import NAME as PYVENV_CFG
from pinwise.environments.types import (
    Environment,
    EnvironmentKind,
    EnvironmentProblem,
    ProblemKind,
)
from pinwise.environments.virtual import inspect_virtual

_INTERPRETERS: Final = ("python", "pypy", "graalpy")
"""How the names of interpreters begin: other files lie in the same folders."""


def inspect(prefix_or_executable: Path, *, windows: bool = WINDOWS) -> Environment | None:
    """Return the environment or base interpreter at a path, without starting anything.

    Args:
        prefix_or_executable: the folder of an environment or installation, or an interpreter in
            it. A relative path is taken from the working directory. Links are kept as they are.
        windows: whether to expect the layout of Windows.

    Returns:
        None where the path is neither: a folder without `pyvenv.cfg` (PEP 405), `conda-meta` or a
        standard library is no environment, whatever is called `python` in it. A broken
        environment is returned with its problems.

    About 100 microseconds; a failing disk gives a problem and no exception.
    """
    path = os.path.abspath(prefix_or_executable)
    if os.path.isdir(path):
        return _of_folder(path, windows=windows)
    if not Path(path).name.lower().startswith(_INTERPRETERS):
        return None
    prefix = prefix_of_executable(path, windows=windows)
    found = _of_environment(prefix, windows=windows)
    if found is not None:
        return found
    return inspect_base(path, windows=windows) if os.path.isfile(path) else None


def inspect_base(executable: str, *, windows: bool = WINDOWS) -> Environment | None:
    """Return the base interpreter at `executable`, or None if it is not an installation's."""
    base = base_install(executable, windows=windows)
    if base is None:
        return None
    if os.path.isdir(os.path.join(base.prefix, CONDA_META)):
        return inspect_conda(base.prefix, windows=windows)
    return Environment(
        prefix=Path(base.prefix),
        executable=Path(base.executable),
        kind=_kind_of_base(base.prefix),
        version=base.version,
        version_source=base.version_source,
        base_prefix=Path(base.prefix),
        is_base=True,
        externally_managed=base.externally_managed,
        site_packages=tuple(Path(folder) for folder in base.site_packages),
        implementation=base.implementation,
        free_threaded=base.free_threaded,
        architecture=base.architecture,
        problems=tuple(filter(None, [architecture_problem(base, windows=windows)])),
    )


_KINDS_BY_FOLDERS: Final = (
    (".pyenv/versions/", EnvironmentKind.PYENV),
    ("uv/python/", EnvironmentKind.UV_PYTHON),
    ("uv/data/python/", EnvironmentKind.UV_PYTHON),
    (".asdf/installs/python/", EnvironmentKind.ASDF),
    ("mise/installs/python/", EnvironmentKind.MISE),
    (".rye/py/", EnvironmentKind.RYE),
    ("/Cellar/", EnvironmentKind.HOMEBREW),
    ("/homebrew/", EnvironmentKind.HOMEBREW),
    ("Python.framework/", EnvironmentKind.FRAMEWORK),
    ("Python3.framework/", EnvironmentKind.FRAMEWORK),
)


def _kind_of_base(prefix: str) -> EnvironmentKind:
    """Tell who installed it by its path; Homebrew goes before the framework inside it."""
    path = prefix.replace("\\", "/") + "/"
    return next((kind for part, kind in _KINDS_BY_FOLDERS if part in path), EnvironmentKind.SYSTEM)


def _of_folder(prefix: str, *, windows: bool) -> Environment | None:
    found = _of_environment(prefix, windows=windows)
    if found is not None:
        return found
    for executable in base_executables(prefix, windows=windows):
        if os.path.exists(executable):
            base = inspect_base(executable, windows=windows)
            # A link to an interpreter makes no installation of the folder that holds it.
            if base is not None and os.path.samefile(base.prefix, prefix):
                return base
    return None


def _of_environment(prefix: str, *, windows: bool) -> Environment | None:
    if os.path.lexists(os.path.join(prefix, PYVENV_CFG)):
        return inspect_virtual(prefix, windows=windows)
    if os.path.isdir(os.path.join(prefix, CONDA_META)):
        return inspect_conda(prefix, windows=windows)
    return _without_cfg(prefix, windows=windows)


def _without_cfg(prefix: str, *, windows: bool) -> Environment | None:
    """Return what is left of an environment whose `pyvenv.cfg` is gone, or None."""
    scripts = scripts_folder(prefix, windows=windows)
    if not os.path.isfile(os.path.join(scripts, "activate")):
        return None
    executables = environment_executables(prefix, windows=windows)
    message = f"It has activation scripts but no {PYVENV_CFG}: it was made only in part."
    return Environment(
        prefix=Path(prefix),
        executable=Path(next(filter(os.path.lexists, executables), executables[0])),
        kind=EnvironmentKind.UNKNOWN,
        problems=(EnvironmentProblem(ProblemKind.INCOMPLETE, message),),
    )
