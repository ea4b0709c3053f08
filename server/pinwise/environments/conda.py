"""Conda environments, by the records that conda leaves in `conda-meta`."""
# ruff: noqa: PTH112, PTH113, PTH118, PTH208 - plain strings, for speed

from __future__ import annotations

import os
from pathlib import Path

from pinwise.base.patterns import late
from pinwise.environments.layout import WINDOWS, base_executables, library_folder
from pinwise.environments.types import (
    Environment,
    EnvironmentKind,
    EnvironmentProblem,
    ProblemKind,
)
from pinwise.environments.version_numbers import feature_version, normalised_version

FOLDER = "conda-meta"
_PYTHON_RECORD = late(r"(?P<name>python|pypy3\.\d+)-(?P<version>\d[^-]*)-(?P<build>.+)\.json")


def inspect_conda(prefix: str, *, windows: bool = WINDOWS) -> Environment:
    """Return the conda or pixi environment at `prefix`, which holds a `conda-meta` folder.

    The version is that of the record of the package `python`; about 50 microseconds. An
    environment without Python is one with a problem, because conda makes such environments.
    """
    try:
        records = os.listdir(os.path.join(prefix, FOLDER))
    except OSError as error:
        records = []
        problems = [
            EnvironmentProblem(
                ProblemKind.UNREADABLE, f"Its `{FOLDER}` cannot be read: {error.strerror}."
            )
        ]
    else:
        problems = []
    kind = EnvironmentKind.PIXI if _is_pixi(prefix, records) else EnvironmentKind.CONDA
    whose, adds = (
        ("pixi", "pixi add") if kind is EnvironmentKind.PIXI else ("conda", "conda install")
    )
    match = next((found for name in records if (found := _PYTHON_RECORD.fullmatch(name))), None)
    version = normalised_version(match["version"]) if match else ""
    executables = base_executables(prefix, windows=windows)
    executable = next((path for path in executables if os.path.exists(path)), executables[0])  # noqa: PTH110 - a string, for speed
    if match is None and not problems:
        problems.append(
            EnvironmentProblem(
                ProblemKind.INCOMPLETE,
                f"This {whose} environment holds no Python: `{adds} python` adds one.",
            )
        )
    elif not problems and not os.path.lexists(executable):
        problems.append(
            EnvironmentProblem(
                ProblemKind.INCOMPLETE,
                f"{whose.capitalize()} recorded Python {version}, but {executable} is gone.",
            )
        )
    threads = match is not None and match["build"].endswith("t")
    folder = f"python{feature_version(version)}{'t' if threads else ''}"
    library = library_folder(prefix, windows=windows)
    site_packages = os.path.join(library, *(() if windows else (folder,)), "site-packages")
    if version and not problems and not os.path.isdir(os.path.join(site_packages, "pip")):
        problems.append(
            EnvironmentProblem(
                ProblemKind.NO_PIP,
                f"It holds no pip: `{adds} pip` adds it.",
                broken=False,
            )
        )
    return Environment(
        prefix=Path(prefix),
        executable=Path(executable),
        kind=kind,
        version=version,
        version_source=FOLDER if version else "",
        base_prefix=Path(prefix),
        is_base=os.path.isdir(os.path.join(prefix, "condabin")),
        externally_managed=bool(version)
        and os.path.isfile(os.path.join(os.path.dirname(site_packages), "EXTERNALLY-MANAGED")),  # noqa: PTH120 - a string
        site_packages=(Path(site_packages),) if version else (),
        problems=tuple(problems),
        implementation="pypy" if match and match["name"] != "python" else "cpython",
        free_threaded=threads,
    )


def _is_pixi(prefix: str, records: list[str]) -> bool:
    """Whether pixi made it: it leaves its own record, and keeps to `.pixi/envs`."""
    parts = Path(prefix).parts
    return "pixi" in records or parts[-3:-1] == (".pixi", "envs")
