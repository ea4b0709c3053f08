"""The settings: defaults, then the editor, then the project's file, then the command line.

The project's file is `pyproject.toml` with a table `[tool.pinwise]`, else `pinwise.toml`, in the
nearest folder upward. What is wrong with a setting is reported as a value; the rest still holds.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pinwise.base.toml import parse_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

SEVERITIES = ("off", "hint", "information", "warning", "error")
"""What a rule may be set to."""

CREATORS = ("virtualenv", "venv", "uv")
"""What may make environments."""

PRERELEASES = ("if-necessary", "allow", "disallow")
"""When pre-releases are candidates: `if-necessary` is pip's own policy."""

PLATFORMS = ("linux", "win32", "darwin")
"""What a project may support, as `sys.platform` names it."""

_PYTHON_VERSION = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user may set.

    Attributes:
        rules: a severity for each rule that is not left at its default, by rule name.
        ignore: rules that report nothing, by name.
        offline: whether the network is left alone.
        creator: what makes environments.
        prerelease: when pre-releases are candidates.
        missing_environment_notice: whether to offer an environment where there is none.
        python_versions: the Pythons that the project supports besides the selected one: `3.9`.
        platforms: the platforms that it supports besides this one, of `PLATFORMS`.
    """

    rules: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ignore: tuple[str, ...] = ()
    offline: bool = False
    creator: str = "virtualenv"
    prerelease: str = "if-necessary"
    missing_environment_notice: bool = True
    python_versions: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """A setting that means nothing.

    Attributes:
        key: the dotted key: `rules.outdated-version`; "" for the file as a whole.
        message: a sentence for a person, with the name that was meant where that is evident.
        path: the project's file; None for the editor and the command line.
    """

    key: str
    message: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The settings of a folder, and what is wrong with where they came from.

    Attributes:
        path: the project's file, where there is one.
    """

    settings: Settings
    problems: tuple[SettingProblem, ...] = ()
    path: Path | None = None


def load_settings(
    folder: Path,
    editor: Mapping[str, Any] | None = None,
    overrides: Mapping[str, Any] | None = None,
    *,
    rule_names: Iterable[str] = (),
    trusted: bool = True,
) -> LoadedSettings:
    """Return the settings that hold in a folder. Never raises.

    `rules` is merged rule by rule; every other key of a stronger source replaces the weaker's. A
    rule that a stronger source gives a severity is taken off the weaker one's `ignore`. The
    project's file may turn `offline` on and never off: a cloned repository takes nobody online.

    Args:
        folder: absolute; the project's file is looked for from here upward.
        editor: the editor's settings, as its section `pinwise` has them.
        overrides: the command line's.
        rule_names: the rules that there are, to report unknown ones; none reports none.
        trusted: whether the user trusts the workspace; if not, its file does not choose the
            program that is run (`creator`).
    """
    known_rules = frozenset(rule_names)
    problems: list[SettingProblem] = []
    users = _merge(Settings(), editor or {}, None, known_rules, problems)
    path, table = _project_table(folder, problems)
    settings = _merge(users, table, path, known_rules, problems)
    settings = replace(settings, offline=settings.offline or users.offline)
    if not trusted:
        settings = replace(settings, creator=users.creator)
    settings = _merge(settings, overrides or {}, None, known_rules, problems)
    return LoadedSettings(settings, tuple(problems), path)


def _project_table(
    folder: Path, problems: list[SettingProblem]
) -> tuple[Path | None, Mapping[str, Any]]:
    """Return the nearest project file upward and its table.

    A `pyproject.toml` without the table does not end the search; one that cannot be read is
    passed over.
    """
    for current in (folder, *folder.parents):
        pyproject = current / "pyproject.toml"
        content = _read_toml(pyproject, problems)
        tool = content.get("tool") if content is not None else None
        table = tool.get("pinwise") if isinstance(tool, dict) else None
        if isinstance(table, dict):
            return pyproject, table
        if table is not None:
            message = "[tool.pinwise] is not a table"
            problems.append(SettingProblem("tool.pinwise", message, pyproject))
        own = current / "pinwise.toml"
        content = _read_toml(own, problems)
        if content is not None:
            return own, content
    return None, {}


def _read_toml(path: Path, problems: list[SettingProblem]) -> dict[str, Any] | None:
    """Return a TOML file's content; None if there is no such file, or with a problem noted."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    try:
        return parse_toml(data.decode())
    except ValueError as error:
        # Another tool's mistake in `pyproject.toml` is that tool's to report, but settings that
        # cannot be read must not be lost in silence.
        if path.name == "pinwise.toml" or b"tool.pinwise" in data:
            problems.append(SettingProblem("", f"{path.name} cannot be read: {error}", path))
        return None


def _merge(
    settings: Settings,
    values: Mapping[str, Any],
    path: Path | None,
    known_rules: frozenset[str],
    problems: list[SettingProblem],
) -> Settings:
    """Return `settings` with the sound ones of `values` in their place."""
    changes: dict[str, Any] = {}
    for written, value in values.items():
        # Editors write camelCase, TOML files kebab-case.
        key = _KEYS.get(_folded(written))
        if key is None:
            problems.append(_unknown(written, map(_shown, _READERS), path))
            continue
        if value is None:
            # Editors send null for what is not set.
            continue
        result = _READERS[key](value)
        if isinstance(result, _Wrong):
            message = f"`{written}` must be {result.expected}"
            problems.append(SettingProblem(written, message, path))
            continue
        if key in ("rules", "ignore") and known_rules:
            result = _known_only(written, result, known_rules, path, problems)
        changes[key] = result
    if "rules" in changes:
        rules = _severities(changes["rules"], path, problems)
        changes["rules"] = MappingProxyType({**settings.rules, **rules})
        kept = tuple(name for name in settings.ignore if name not in rules)
        changes.setdefault("ignore", kept)
    return replace(settings, **changes)


def _known_only(
    key: str,
    value: Any,  # noqa: ANN401 - a mapping or a tuple, both by rule name
    known: frozenset[str],
    path: Path | None,
    problems: list[SettingProblem],
) -> Any:  # noqa: ANN401 - the same as came in
    """Return what of `value` names rules that there are, and note the rest."""
    unknown = [name for name in value if name not in known]
    for name in unknown:
        problem = _unknown(name, known, path, what="rule")
        problems.append(replace(problem, key=f"{key}.{name}"))
    if isinstance(value, tuple):
        return tuple(name for name in value if name in known)
    return {name: severity for name, severity in value.items() if name in known}


def _severities(
    rules: Mapping[str, Any], path: Path | None, problems: list[SettingProblem]
) -> dict[str, str]:
    """Return the sound severities, and note the others."""
    sound = {}
    for name, severity in rules.items():
        if severity in SEVERITIES:
            sound[name] = severity
            continue
        key = f"rules.{name}"
        message = f"`{key}` must be one of {', '.join(SEVERITIES)}"
        problems.append(SettingProblem(key, message, path))
    return sound


def _unknown(
    name: str, known: Iterable[str], path: Path | None, *, what: str = "setting"
) -> SettingProblem:
    """Return the problem of a name that is not known, with the one that was meant."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    message = f"there is no {what} `{name}`"
    if close:
        message += f"; did you mean `{close[0]}`?"
    return SettingProblem(name, message, path)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A value of the wrong kind, and what was expected."""

    expected: str


def _truth(value: object) -> bool | _Wrong:
    return value if isinstance(value, bool) else _Wrong("true or false")


def _one_of(choices: tuple[str, ...]) -> Callable[[object], str | _Wrong]:
    def read(value: object) -> str | _Wrong:
        if isinstance(value, str) and value in choices:
            return value
        return _Wrong(f"one of {', '.join(choices)}")

    return read


def _names(value: object) -> tuple[str, ...] | _Wrong:
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return _Wrong("a list of rule names")


def _table(value: object) -> dict[str, object] | _Wrong:
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return value
    return _Wrong("a table of rule names and severities")


def _python_versions(value: object) -> tuple[str, ...] | _Wrong:
    if isinstance(value, (list, tuple)) and all(
        isinstance(item, str) and _PYTHON_VERSION.fullmatch(item) for item in value
    ):
        return tuple(value)
    return _Wrong('a list of Python versions such as ["3.10", "3.13"]')


def _platforms(value: object) -> tuple[str, ...] | _Wrong:
    if isinstance(value, (list, tuple)) and all(item in PLATFORMS for item in value):
        return tuple(value)
    return _Wrong(f"a list of platforms: {', '.join(PLATFORMS)}")


_READERS: dict[str, Callable[[object], Any]] = {
    "rules": _table,
    "ignore": _names,
    "offline": _truth,
    "creator": _one_of(CREATORS),
    "prerelease": _one_of(PRERELEASES),
    "missing_environment_notice": _truth,
    "python_versions": _python_versions,
    "platforms": _platforms,
}


def _folded(key: str) -> str:
    return key.replace("-", "").replace("_", "").lower()


def _shown(key: str) -> str:
    """Return a key as the project's file writes it."""
    return key.replace("_", "-")


_KEYS = {_folded(item.name): item.name for item in fields(Settings)}
