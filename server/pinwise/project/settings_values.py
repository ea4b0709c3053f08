"""From what a source of settings holds to values of their types; what is wrong is noted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from packaging.utils import canonicalize_name

from pinwise.base.patterns import late
from pinwise.base.tuples import NamedTuple
from pinwise.project.rule_names import ALL, RuleNames, nearest, no_such

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pinwise.base.text import Span
    from pinwise.project.settings_file import SettingsFile

SEVERITIES = ("off", "hint", "information", "warning", "error")
"""What a rule may be set to."""

CREATORS = ("virtualenv", "venv", "uv")
"""What may make environments."""

INSTALLERS = ("auto", "pip", "uv")
"""What may install into them; `auto` is what suits the environment."""

PRERELEASES = ("if-necessary", "allow", "disallow")
"""When pre-releases are candidates: `if-necessary` is pip's own policy."""

INLAY_HINTS = ("off", "latest", "installed")
"""What may be shown behind pinned versions."""

PLATFORMS = ("linux", "win32", "darwin")
"""What a project may support, as `sys.platform` names it."""

_PLATFORM_NAMES = {"windows": "win32", "win": "win32", "macos": "darwin", "mac": "darwin"}

_DAYS_IN = {"day": 1, "days": 1, "week": 7, "weeks": 7}
_SPAN = late(r"([0-9]{1,5})(?: *([a-z]+))?")

_PYTHON_VERSION = late(r"[0-9]{1,3}\.[0-9]{1,3}")

Key: TypeAlias = "tuple[str | int, ...]"


class FileIgnore(NamedTuple):
    """Rules that report nothing in some files.

    Attributes:
        folder: what the pattern is relative to.
        pattern: as `project/globs.py` reads it.
    """

    folder: Path
    pattern: str
    rules: tuple[str, ...]


class SettingProblem(NamedTuple):
    """A setting that means nothing.

    Attributes:
        key: the dotted key: `rules.outdated-version`; "" for the file as a whole.
        message: at most two sentences for a person.
        path: the project's file; None for the editor and the command line.
        span: where it stands in that file.
        replacement: what to put there, where it is evident what was meant.
    """

    key: str
    message: str
    path: Path | None = None
    span: Span | None = None
    replacement: str | None = None


class Reading(NamedTuple):
    """One source of settings while it is read.

    Attributes:
        folder: what its patterns of files are relative to.
        rules: the rules that there are; None takes every name for one.
        problems: where to add what is wrong.
        file: the project's file; None for the editor and the command line.
        key: the way to the value that is read.
    """

    folder: Path
    rules: RuleNames | None
    problems: list[SettingProblem]
    file: SettingsFile | None = None
    key: Key = ()

    def at(self, part: str | int) -> Reading:
        """Return the reading of what the value holds under a key or number."""
        return self._replace(key=(*self.key, part))

    def report(
        self, message: str, *, replacement: str | None = None, of_value: bool = False
    ) -> None:
        """Note what is wrong with the key, or with its value."""
        key = ".".join(map(str, self.key))
        path = span = None
        if self.file is not None:
            path, span = self.file.path, self.file.span_of(self.key, of_value=of_value)
        self.problems.append(SettingProblem(key, message, path, span, replacement))

    def must_be(self, expected: str) -> None:
        """Note that the value is not what it must be."""
        name = next((part for part in reversed(self.key) if isinstance(part, str)), "")
        self.report(f"`{name}` must be {expected}.", of_value=True)


def read_values(values: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """Return the sound values by field of `Settings`; what is wrong is noted in `reading`."""
    found: dict[str, Any] = {}
    for written, value in values.items():
        # Editors write camelCase, TOML files kebab-case.
        name = _BY_FOLDED_KEY.get(_folded(written))
        here = reading.at(written)
        if written == "tool" and reading.file is not None and not reading.file.prefix:
            own = reading.file.path.name
            here.report(f"All of `{own}` is Pinwise's: leave `tool.pinwise` out of its headers.")
            continue
        if name is None:
            meant = nearest(written, map(_shown, _READERS))
            here.report(no_such("setting", written, meant), replacement=meant)
            continue
        # Editors send null for what is not set.
        if value is not None and (result := _READERS[name](value, here)) is not None:
            found[name] = result
    return found


def _truth(value: object, reading: Reading) -> bool | None:
    if isinstance(value, bool):
        return value
    reading.must_be("true or false")
    return None


def _one_of(choices: tuple[str, ...]) -> Callable[[object, Reading], str | None]:
    def read(value: object, reading: Reading) -> str | None:
        if isinstance(value, str) and value in choices:
            return value
        reading.must_be(f"one of {', '.join(choices)}")
        return None

    return read


def _severities(value: object, reading: Reading) -> dict[str, str] | None:
    """Read a table of severities by rule."""
    if not isinstance(value, dict):
        reading.must_be("a table of rule names and severities")
        return None
    read = _one_of(SEVERITIES)
    found: dict[str, str] = {}
    for written, word in value.items():
        here = reading.at(written)
        rule = _rule(written, here)
        if rule is not None and (severity := read(word, here)) is not None:
            found[rule] = severity
    return found


def _rule(written: str, reading: Reading, *, all_too: bool = False) -> str | None:
    """Return the name of the rule that is meant by a name or a code."""
    if reading.rules is None or (all_too and written.lower() == ALL):
        return written.lower()
    name = reading.rules.find(written)
    if name is None:
        meant = reading.rules.nearest(written)
        reading.report(no_such("rule", written, meant), replacement=meant)
    return name


def _rules(value: object, reading: Reading) -> tuple[str, ...] | None:
    """Read a list of rules."""
    return _rule_list(value, reading, all_too=False)


def _rule_list(value: object, reading: Reading, *, all_too: bool) -> tuple[str, ...] | None:
    """Read a list of rules, of which those that there are not are left out."""
    words = list(_words(value, reading, "a list of rule names"))
    if not isinstance(value, (list, tuple)):
        return None
    found = [_rule(word, here, all_too=all_too) for word, here in words]
    return tuple(dict.fromkeys(name for name in found if name is not None))


def _words(value: object, reading: Reading, expected: str) -> Iterator[tuple[str, Reading]]:
    """Yield the strings of a list, each with its reading."""
    if not isinstance(value, (list, tuple)):
        reading.must_be(expected)
        return
    for number, item in enumerate(value):
        here = reading.at(number)
        if isinstance(item, str):
            yield item, here
        else:
            here.must_be(f"{expected}, each in quotes")


def _package_ignores(value: object, reading: Reading) -> dict[str, tuple[str, ...]] | None:
    """Read a table of lists of rules by package, or by pattern of packages."""
    if not isinstance(value, dict):
        reading.must_be("a table of packages and lists of rule names")
        return None
    found: dict[str, tuple[str, ...]] = {}
    for written, names in value.items():
        rules = _rule_list(names, reading.at(written), all_too=True)
        if rules is not None:
            package = canonicalize_name(written)
            found[package] = (*found.get(package, ()), *rules)
    return found


def _file_ignores(value: object, reading: Reading) -> tuple[FileIgnore, ...] | None:
    """Read a table of lists of rules by pattern of files."""
    if not isinstance(value, dict):
        reading.must_be("a table of file patterns and lists of rule names")
        return None
    found = []
    for pattern, names in value.items():
        rules = _rule_list(names, reading.at(pattern), all_too=True)
        if rules is not None:
            found.append(FileIgnore(reading.folder, pattern, rules))
    return tuple(found)


def _python_versions(value: object, reading: Reading) -> tuple[str, ...] | None:
    found = []
    for word, here in _words(value, reading, 'a list of versions such as "3.13"'):
        if _PYTHON_VERSION.fullmatch(word):
            found.append(word)
        else:
            here.report(f"`{word}` is no Python version. Write it as `3.13`.")
    return tuple(found) if isinstance(value, (list, tuple)) else None


def _platforms(value: object, reading: Reading) -> tuple[str, ...] | None:
    found = []
    for word, here in _words(value, reading, f"a list of platforms: {', '.join(PLATFORMS)}"):
        if word in PLATFORMS:
            found.append(word)
        else:
            meant = _PLATFORM_NAMES.get(word.lower()) or nearest(word, PLATFORMS)
            here.report(no_such("platform", word, meant), replacement=meant)
    return tuple(found) if isinstance(value, (list, tuple)) else None


def _cooldown(value: object, reading: Reading) -> int | None:
    """Read a span of time in days."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100_000:  # noqa: PLR2004 - five digits
        return value
    match = _SPAN.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    unit = _DAYS_IN.get(match[2] or "days") if match is not None else None
    if match is None or unit is None:
        reading.must_be('a number of days, or a text such as "7 days"')
        return None
    return int(match[1]) * unit


_READERS: dict[str, Callable[[object, Reading], Any]] = {
    "rules": _severities,
    "ignore": _rules,
    "per_package_ignores": _package_ignores,
    "per_file_ignores": _file_ignores,
    "offline": _truth,
    "creator": _one_of(CREATORS),
    "installer": _one_of(INSTALLERS),
    "prerelease": _one_of(PRERELEASES),
    "cooldown": _cooldown,
    "missing_environment_notice": _truth,
    "python_versions": _python_versions,
    "platforms": _platforms,
    "code_lens": _truth,
    "inlay_hints": _one_of(INLAY_HINTS),
    "list_index_names": _truth,
}
"""What reads each field of `Settings`."""


def _folded(key: str) -> str:
    return key.replace("-", "").replace("_", "").lower()


def _shown(key: str) -> str:
    """Return a key as the project's file writes it."""
    return key.replace("_", "-")


_BY_FOLDED_KEY = {_folded(name): name for name in _READERS}
