"""Trees that look like installations, environments and whole machines, made of empty files."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from pinwise.environments.discovery import discover

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.environments.locators.registry import Registry
    from pinwise.environments.types import Environment, SkippedPlace

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


class Bed:
    """A machine: a home folder with a workspace in it, the system's folders, a base Python."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.workspace = self.home / "work"
        self.workspace.mkdir(parents=True)
        self.system = root / "system"
        """What stands for `/`."""
        self.base = fake_base(root / "opt" / "python", "3.12.1")
        self.environ: dict[str, str] = {"PATH": ""}
        self.registry: Registry | None = None
        self.skipped: list[SkippedPlace] = []

    def venv(self, prefix: Path) -> Path:
        """Make an environment on the bed's base Python; return its prefix."""
        return fake_venv(prefix, self.base, "3.12.1")

    def find(self, *folders: Path, windows: bool = False, macos: bool = False) -> list[Environment]:
        """Return what is found for the workspace, or for other folders."""
        return list(
            discover(
                folders or (self.workspace,),
                environ=self.environ,
                home=self.home,
                windows=windows,
                macos=macos,
                root=str(self.system),
                registry=self.registry,
                tell_skipped=self.skipped.append,
            )
        )

    def prefixes(self, *folders: Path) -> list[Path]:
        """Return the prefixes of what is found."""
        return [one.prefix for one in self.find(*folders)]
