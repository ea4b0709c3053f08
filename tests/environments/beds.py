"""Trees that look like installations and environments, made of empty files."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MARKING_SCRIPT = "#!/bin/sh\necho started >> {marker}\n"


def place_file(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a new file in place of what is there; of a link the link goes.

    The interpreter of an environment is a link to a real one, and writing to it, or changing its
    mode, would destroy that. Whatever lies in a folder of programs is written by this function.
    """
    path.unlink(missing_ok=True)
    # It follows no link, not even one that appeared this moment.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def place_program(path: Path, script: str) -> None:
    """Write a program in place of what is there, as `place_file` does."""
    place_file(path, script, 0o755)


def fake_base(
    prefix: Path, version: str, *, header: bool = True, script: str = "", threads: str = ""
) -> Path:
    """Make an installation of CPython; return its interpreter."""
    feature = ".".join(version.split(".")[:2]) + threads
    stdlib = prefix / "lib" / f"python{feature}"
    (stdlib / "site-packages").mkdir(parents=True)
    (stdlib / "os.py").touch()
    (stdlib / "ensurepip").mkdir()
    (stdlib / "ensurepip" / "__init__.py").touch()
    if header:
        include = prefix / "include" / f"python{feature}"
        include.mkdir(parents=True)
        (include / "patchlevel.h").write_text(f'#define PY_VERSION              "{version}"\n')
    (prefix / "bin").mkdir(exist_ok=True)
    executable = prefix / "bin" / f"python{feature}"
    place_program(executable, script)
    for name in ("python3", "python"):
        link = prefix / "bin" / name
        if not link.is_symlink():
            link.symlink_to(executable.name)
    return executable


def fake_venv(  # noqa: PLR0913 - what tests vary
    prefix: Path,
    base: Path,
    version: str,
    *,
    extra: str = "",
    pip: bool = True,
    activate: bool = True,
    recorded: Path | None = None,
) -> Path:
    """Make a virtual environment as `venv` does; return its prefix."""
    feature = ".".join(version.split(".")[:2])
    site_packages = prefix / "lib" / f"python{feature}" / "site-packages"
    site_packages.mkdir(parents=True)
    if pip:
        (site_packages / "pip").mkdir()
    (prefix / "bin").mkdir()
    (prefix / "bin" / "python").symlink_to(base)
    if activate:
        write_activate(prefix, recorded or prefix)
    (prefix / "pyvenv.cfg").write_text(
        f"home = {base.parent}\ninclude-system-site-packages = false\nversion = {version}\n{extra}",
        encoding="utf-8",
    )
    return prefix


def write_activate(prefix: Path, recorded: Path) -> None:
    """Write the line of the activation script that records the path."""
    text = (
        f"deactivate nondestructive\nVIRTUAL_ENV={shlex.quote(str(recorded))}\nexport VIRTUAL_ENV\n"
    )
    place_file(prefix / "bin" / "activate", text)


def fake_distribution(site_packages: Path, name: str, version: str) -> None:
    """Make the folder of metadata that an installer leaves."""
    folder = site_packages / f"{name}-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
