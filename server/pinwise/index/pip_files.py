"""Finds and reads pip's configuration files and variables, as pip's `Configuration` does.

See the pages "Configuration" of pip's documentation. The order of precedence, lowest first:
global, user, site (the environment's), the file that `PIP_CONFIG_FILE` names, `PIP_*` variables.
"""

from __future__ import annotations

import locale
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple
from pinwise.index.types import ConfigurationProblem

if TYPE_CHECKING:
    import configparser
    from collections.abc import Mapping

_BASENAME = "pip.ini" if os.name == "nt" else "pip.conf"
_SECTIONS = ("global", "install")
"""The sections that `pip install` reads, the weaker first."""

_NOT_OPTIONS = frozenset({"version", "help"})


class Setting(NamedTuple):
    """One effective setting.

    Attributes:
        name: the long name of the option without hyphens before it: `index-url`.
        value: as written; never empty, for pip drops empty settings.
        file: where it stands, None for a variable of the environment.
    """

    name: str
    value: str
    file: Path | None


class PipSettings(NamedTuple):
    """What pip's configuration says.

    Attributes:
        settings: the weaker before the stronger.
        files: all that were looked for, existing or not: those to watch.
        problems: the files that could not be read, and why.
    """

    settings: tuple[Setting, ...]
    files: tuple[Path, ...]
    problems: tuple[ConfigurationProblem, ...]


def read_pip_settings(prefix: Path | None, environ: Mapping[str, str]) -> PipSettings:
    """Read pip's configuration.

    Args:
        prefix: that of the environment whose pip is meant; None leaves the site level out.
        environ: the variables, normally `os.environ`.
    """
    files = config_files(prefix, environ)
    problems: list[ConfigurationProblem] = []
    # As in pip, a later file of the same path replaces the earlier one in its place.
    tables: dict[Path, dict[str, str]] = {}
    for file in files:
        tables[file] = _read(file, problems)
    found: dict[str, dict[str, Setting]] = {section: {} for section in _SECTIONS}
    for file, table in tables.items():
        for key, value in table.items():
            section, _, name = key.partition(".")
            if section in found:
                found[section][name] = Setting(name, value, file)
    variables = {
        _normalized(key[4:]): value
        for key, value in environ.items()
        if key.startswith("PIP_") and key[4:].lower() not in _NOT_OPTIONS
    }
    settings = [setting for section in _SECTIONS for setting in found[section].values()]
    settings += [Setting(name, value, None) for name, value in variables.items()]
    return PipSettings(
        tuple(setting for setting in settings if setting.value), files, tuple(problems)
    )


def config_files(prefix: Path | None, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the configuration files that pip would look for, the weaker first."""
    named = environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return ()
    files = [folder / _BASENAME for folder in _global_folders()]
    if not (named and os.path.exists(named)):  # noqa: PTH110 - `Path.exists` may raise
        home = Path(os.path.expanduser("~"))  # noqa: PTH111 - `Path.home` may raise
        legacy = "pip" if os.name == "nt" else ".pip"
        files += [home / legacy / _BASENAME, _user_folder() / _BASENAME]
    if prefix is not None:
        files.append(prefix / _BASENAME)
    if named is not None:
        files.append(Path(named))
    return tuple(files)


def _global_folders() -> list[Path]:
    import platformdirs  # noqa: PLC0415 - the start of the server does not need it

    system = platform.system()
    if system == "Darwin":
        folders = platformdirs.site_data_dir("pip", appauthor=False, multipath=True)
        return [Path(folder) for folder in folders.split(os.pathsep)]
    folders = platformdirs.site_config_dir("pip", appauthor=False, multipath=True)
    if system == "Windows":
        return [Path(folders)]
    return [*(Path(folder) for folder in folders.split(os.pathsep)), Path("/etc")]


def _user_folder() -> Path:
    import platformdirs  # noqa: PLC0415 - likewise

    if platform.system() != "Darwin":
        return Path(platformdirs.user_config_dir("pip", appauthor=False, roaming=True))
    folder = Path(platformdirs.user_data_dir("pip", appauthor=False, roaming=True))
    if os.path.isdir(folder):  # noqa: PTH112 - `Path.is_dir` may raise
        return folder
    return Path(os.path.expanduser("~/.config/pip"))  # noqa: PTH111 - `Path.home` may raise


def _read(file: Path, problems: list[ConfigurationProblem]) -> dict[str, str]:
    """Return the settings of a file by section and name, or note why there are none."""
    try:
        if not file.exists():
            return {}
    except OSError as error:
        problems.append(ConfigurationProblem(str(file), _sentence(error)))
        return {}
    import configparser  # noqa: PLC0415 - most users have no such file

    parser = configparser.RawConfigParser()
    parser.optionxform = _normalized  # type: ignore[method-assign, assignment]
    encoding = "utf-8" if sys.flags.utf8_mode else locale.getpreferredencoding(False)  # noqa: FBT003
    try:
        with file.open(encoding=encoding) as lines:
            parser.read_file(lines)
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        problems.append(ConfigurationProblem(str(file), _sentence(error)))
        return {}
    return {
        f"{section}.{name}": value
        for section in parser.sections()
        for name, value in parser.items(section)
    }


def _normalized(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("--")


def _sentence(error: OSError | UnicodeDecodeError | configparser.Error) -> str:
    """Describe an error without quoting the file: its lines may hold passwords."""
    if isinstance(error, UnicodeDecodeError):
        return f"not in the encoding {error.encoding}"
    if isinstance(error, OSError):
        return error.strerror or "not readable"
    line = getattr(error, "lineno", None)
    return "not a configuration file of pip" + (f" (line {line})" if line else "")
