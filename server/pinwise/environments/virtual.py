"""Virtual environments (PEP 405), whoever made them: venv, virtualenv, uv, poetry, ..."""
# ruff: noqa: PTH110, PTH112, PTH118, PTH119, PTH208 - plain strings, for speed

from __future__ import annotations

import os
from pathlib import Path

from pinwise.base.records import record
from pinwise.environments.base_installs import BaseInstall, base_install
from pinwise.environments.layout import (
    environment_executables,
    library_folder,
    on_network,
    scripts_folder,
    stdlib_name,
    version_in_name,
)
from pinwise.environments.problems import problems_of
from pinwise.environments.pyvenv_cfg import NAME as PYVENV_CFG
from pinwise.environments.pyvenv_cfg import PyvenvCfg, parse_pyvenv_cfg, read_pyvenv_cfg
from pinwise.environments.types import (
    Environment,
    EnvironmentKind,
    EnvironmentProblem,
    ProblemKind,
)
from pinwise.environments.version_numbers import feature_version, is_complete, version_key


@record(frozen=True, slots=True)
class Reading:
    """What was read of a virtual environment: the material for judging it.

    Attributes:
        executable: its interpreter, whether or not that exists.
        real_executable: where the links of `executable` end.
        base: the installation that it runs on, or None where that is gone.
        libraries: the names of the `pythonX.Y` folders in `lib`, newest first; none on Windows.
        site_packages: its own folder of distributions, or "".
        scripts: the folder of its commands.
    """

    prefix: str
    executable: str
    real_executable: str
    cfg: PyvenvCfg
    base: BaseInstall | None
    libraries: tuple[str, ...]
    site_packages: str
    scripts: str
    windows: bool

    @property
    def kind(self) -> EnvironmentKind:
        """The creator, by the keys that it leaves; the standard library's leaves none."""
        if "uv" in self.cfg.values:
            return EnvironmentKind.UV
        if "virtualenv" in self.cfg.values:
            return EnvironmentKind.VIRTUALENV
        return EnvironmentKind.VENV

    @property
    def has_pip(self) -> bool:
        """Whether pip is in its own folder of distributions."""
        return bool(self.site_packages) and os.path.isdir(os.path.join(self.site_packages, "pip"))

    @property
    def made_with(self) -> str:
        """The X.Y that it was made with, or ""."""
        recorded = feature_version(self.cfg.version)
        if recorded or not self.libraries:
            return recorded
        name = stdlib_name(self.libraries[0])
        return name.version if name else ""


def inspect_virtual(prefix: str, *, windows: bool) -> Environment:
    """Return the virtual environment at `prefix`, which holds a `pyvenv.cfg`."""
    unreadable: tuple[EnvironmentProblem, ...] = ()
    try:
        cfg = read_pyvenv_cfg(os.path.join(prefix, PYVENV_CFG))
    except OSError as error:
        cfg = parse_pyvenv_cfg("")
        message = f"Its {PYVENV_CFG} cannot be read: {error.strerror}."
        unreadable = (EnvironmentProblem(ProblemKind.UNREADABLE, message),)
    if not cfg.is_utf8:
        message = f"Its {PYVENV_CFG} cannot be read: it is not text in UTF-8."
        unreadable = (EnvironmentProblem(ProblemKind.UNREADABLE, message),)
    if cfg.is_too_large:
        message = f"Its {PYVENV_CFG} has 32 KiB or more, which Python does not read."
        unreadable = (EnvironmentProblem(ProblemKind.UNREADABLE, message),)
    reading = _read(prefix, cfg, windows=windows)
    base = reading.base
    version, source = _version(reading)
    site_packages: tuple[str, ...] = (reading.site_packages,) if reading.site_packages else ()
    if cfg.system_site_packages and base is not None:
        site_packages += base.site_packages
    build = base or (stdlib_name(reading.libraries[0]) if reading.libraries else None)
    return Environment(
        prefix=Path(prefix),
        executable=Path(reading.executable),
        kind=reading.kind,
        version=version,
        version_source=source,
        base_prefix=Path(base.prefix) if base is not None else None,
        prompt=cfg.prompt,
        site_packages=tuple(Path(folder) for folder in site_packages),
        problems=unreadable or problems_of(reading),
        system_site_packages=cfg.system_site_packages,
        implementation=build.implementation if build else "cpython",
        free_threaded=build.free_threaded if build else False,
        architecture=base.architecture if base is not None else "",
    )


def _read(prefix: str, cfg: PyvenvCfg, *, windows: bool) -> Reading:
    executables = environment_executables(prefix, windows=windows)
    executable = next(filter(os.path.lexists, executables), executables[0])
    real = os.path.realpath(executable)
    libraries = _libraries(prefix, windows=windows)
    return Reading(
        prefix=prefix,
        executable=executable,
        real_executable=real,
        cfg=cfg,
        base=_base_of(prefix, real, cfg, windows=windows),
        libraries=libraries,
        site_packages=_site_packages(
            prefix, feature_version(cfg.version), libraries, windows=windows
        ),
        scripts=scripts_folder(prefix, windows=windows),
        windows=windows,
    )


def _base_of(prefix: str, real: str, cfg: PyvenvCfg, *, windows: bool) -> BaseInstall | None:
    """Return the installation that the environment runs on.

    On POSIX that is where the link leads. A copied interpreter, and Windows' launcher, go by the
    `home` of `pyvenv.cfg` (PEP 405).
    """
    if not windows and not real.startswith(f"{prefix}/") and os.path.exists(real):
        found = base_install(real, real=real, windows=windows)
        if found is not None:
            return found
    if not cfg.home or (
        on_network(cfg.home, windows=windows) and not on_network(prefix, windows=windows)
    ):
        # A workspace may name any server, to which Windows would sign in.
        return None
    feature = feature_version(cfg.version)
    names = ("python.exe", "pypy3.exe") if windows else (f"python{feature}", "python3", "python")
    for name in names:
        path = os.path.join(cfg.home, name)
        if os.path.exists(path):
            # The environment's own interpreter is none: `home` would name the environment.
            return base_install(path, windows=windows)
    return None


def _libraries(prefix: str, *, windows: bool) -> tuple[str, ...]:
    """Return the names of the `pythonX.Y` folders in `lib`, newest first."""
    if windows:
        return ()
    try:
        names = os.listdir(library_folder(prefix, windows=windows))
    except OSError:
        return ()
    found = [(name, parsed) for name in names if (parsed := stdlib_name(name)) is not None]
    found.sort(key=lambda item: version_key(item[1].version), reverse=True)
    return tuple(name for name, _ in found)


def _site_packages(prefix: str, feature: str, libraries: tuple[str, ...], *, windows: bool) -> str:
    """Return the environment's own folder of distributions; "" where no version is known.

    The folder of the version it was made with goes first; others are left by an update.
    """
    library = library_folder(prefix, windows=windows)
    if windows:
        candidates = [os.path.join(library, "site-packages")]
    else:
        ordered = sorted(libraries, key=lambda name: name.rstrip("t") != f"python{feature}")
        candidates = [f"{library}/{name}/site-packages" for name in ordered]
        if not candidates and feature:
            candidates = [f"{library}/python{feature}/site-packages"]
    # Where none is there, as after the last package went, the first is made by the next one.
    return next(filter(os.path.isdir, candidates), candidates[0] if candidates else "")


def _version(reading: Reading) -> tuple[str, str]:
    """Return the version and where it was read (the order of PEP 838).

    The base Python is asked first, because a new micro version under the environment does not
    change `pyvenv.cfg`. Where it is another X.Y the environment is stale, and what it was made
    with is told.
    """
    recorded, base = reading.cfg.version, reading.base
    if base is not None:
        same = not recorded or feature_version(base.version) == feature_version(recorded)
        if same and (is_complete(base.version) or not is_complete(recorded)):
            return base.version, base.version_source
    if recorded:
        return recorded, PYVENV_CFG
    named = version_in_name(os.path.basename(reading.real_executable))
    if named:
        return named, "interpreter name"
    return (reading.made_with, "library folder") if reading.made_with else ("", "")
