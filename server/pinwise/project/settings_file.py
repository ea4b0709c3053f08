"""The project's settings file: which one it is, what it holds, and where each key stands."""

from __future__ import annotations

import codecs
import os
import stat
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pinwise.base.patterns import late
from pinwise.base.records import record
from pinwise.base.text import Span
from pinwise.base.toml import parse_toml
from pinwise.base.tuples import NamedTuple
from pinwise.project.settings_values import SettingProblem
from pinwise.syntax.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pinwise.project.settings_values import Key
    from pinwise.syntax.toml_keys import Place

PYPROJECT = "pyproject.toml"
OWN = "pinwise.toml"

TABLE = ("tool", "pinwise")
"""The way to our table in `pyproject.toml`; all of `pinwise.toml` is ours."""

MAX_SIZE = 1024 * 1024
"""Files larger than this many bytes are not read: no settings file is."""

_POSITION = late(r" \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)$")


_HEADER = late(r"tool[\"' \t]*\.[\"' \t]*pinwise")


_OTHER_MARKS = (
    # Those of UTF-32 begin like those of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""The byte-order marks that a file begins with in other encodings than TOML's."""


def is_settings_file(path: Path) -> bool:
    """Return whether a file bears the name of one that holds settings."""
    return path.name in (PYPROJECT, OWN)


class OpenText(NamedTuple):
    """A text that an editor has open."""

    text: str
    version: int


@record(frozen=True)
class SettingsFile:
    """One version of a file with settings.

    Attributes:
        version: the editor's number of an open text; None for a file on disk.
        table: our settings in it, as they are written.
        new: whether it is still to be made, and so empty.
    """

    path: Path
    source: Source
    version: int | None
    table: Mapping[str, Any]
    new: bool = False

    @property
    def prefix(self) -> tuple[str, ...]:
        """The way to our table."""
        return TABLE if self.path.name == PYPROJECT else ()

    def span_of(self, key: Key, *, of_value: bool = False) -> Span:
        """Return where a key stands, or its value if that is on one line.

        Of what has no place of its own, the nearest key or header above it.
        """
        way: Key = (*self.prefix, *key)
        while way:
            place = self._places.get(way)
            if place is not None:
                value = place.value
                if of_value and value and not value.empty and "\n" not in self._of(value):
                    return value
                return place.key
            way, of_value = way[:-1], False
        return Span(0, 0)

    def _of(self, span: Span) -> str:
        return span.of(self.source.text)

    @cached_property
    def _places(self) -> Mapping[Key, Place]:
        # Only asked where something is wrong: most files are right.
        from pinwise.syntax.toml_keys import toml_places  # noqa: PLC0415

        return toml_places(self.source.text)


class Found(NamedTuple):
    """The project's file, where there is one, and what is wrong with it and those passed over.

    Attributes:
        files: the project's file, and those with problems.
    """

    file: SettingsFile | None
    files: tuple[SettingsFile, ...]
    problems: tuple[SettingProblem, ...]


def find_project_file(folder: Path, open_texts: Mapping[Path, OpenText]) -> Found:
    """Return the nearest settings file upward.

    A `pyproject.toml` without our table does not end the search; a file that cannot be read is
    passed over, with a problem where it may have held settings.
    """
    files: list[SettingsFile] = []
    problems: list[SettingProblem] = []
    for current in (folder, *folder.parents):
        for name in (PYPROJECT, OWN):
            file, problem = _read(current / name, open_texts)
            if problem is not None and file is not None:
                files.append(file)
                problems.append(problem)
            elif file is not None:
                return Found(file, (*files, file), tuple(problems))
    return Found(None, tuple(files), tuple(problems))


def file_for_new_settings(folder: Path, open_texts: Mapping[Path, OpenText]) -> SettingsFile | None:
    """Return where settings go of a folder that has none: its `pyproject.toml`, else a new file.

    None where neither will do: there is a file already that cannot be read.
    """
    text = _text(folder / PYPROJECT, open_texts)
    if text is not None and not text.coding:
        try:
            parse_toml(text.text)
        except ValueError:
            pass
        else:
            return SettingsFile(folder / PYPROJECT, Source(text.text), text.version, {})
    if os.path.lexists(folder / OWN) or folder / OWN in open_texts:
        return None
    return SettingsFile(folder / OWN, Source(""), None, {}, new=True)


class _Text(NamedTuple):
    """What a file holds; without a version it is on disk.

    Attributes:
        coding: what the file is written in, if that is not UTF-8: then it is no TOML.
    """

    text: str
    version: int | None
    coding: str = ""


def _text(path: Path, open_texts: Mapping[Path, OpenText]) -> _Text | None:
    """Return what a file holds, an open text before the disk; None if it cannot be read."""
    if path in open_texts:
        return _Text(*open_texts[path])
    try:
        found = path.stat()
        # To open a pipe would be to wait for ever.
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_SIZE:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    for mark, coding in _OTHER_MARKS:
        if data.startswith(mark):
            return _Text(data.decode(coding, "replace"), None, coding.upper())
    return _Text(data.decode("utf-8-sig", "replace"), None)


def _read(
    path: Path, open_texts: Mapping[Path, OpenText]
) -> tuple[SettingsFile | None, SettingProblem | None]:
    """Return a file that holds settings; with the reason if they cannot be read."""
    found = _text(path, open_texts)
    if found is None:
        # A `pyproject.toml` that cannot be read need not hold anything of ours.
        return _unreadable(path) if path.name == OWN and os.path.lexists(path) else (None, None)
    text, version, coding = found
    # Most projects' `pyproject.toml` holds nothing of ours. What is wrong with it is then that of
    # other tools to report, and it need not be parsed.
    if path.name == PYPROJECT and "pinwise" not in text:
        return None, None
    file = SettingsFile(path, Source(text), version, {})
    content, problem = _parsed(file, coding)
    if problem is not None:
        mine = path.name == OWN or _HEADER.search(text)
        return (file, problem) if mine else (None, None)
    for part in file.prefix:
        content = content.get(part) if isinstance(content, dict) else None
    if isinstance(content, dict):
        return replace(file, table=content), None
    if content is None:
        return None, None
    message = "`tool.pinwise` must be a table."
    return file, SettingProblem("tool.pinwise", message, path, file.span_of(()))


def _parsed(file: SettingsFile, coding: str) -> tuple[object, SettingProblem | None]:
    """Return what a text says as TOML; with the reason if it is none."""
    if coding:
        message = f"This file is {coding}, and TOML has to be UTF-8. None of its settings count."
        place = Span(0, min(1, len(file.source.text)))
        return None, SettingProblem("", message, file.path, place)
    try:
        return parse_toml(file.source.text), None
    except ValueError as error:
        return None, _syntax_error(file, str(error))


def _unreadable(path: Path) -> tuple[SettingsFile, SettingProblem]:
    """Return a file that is there and cannot be read, as an empty one, with the reason."""
    message = "This file cannot be read, and none of its settings count."
    # `Path.is_file` raises where a link leads to what may not be looked at.
    if os.path.isfile(path) and path.stat().st_size > MAX_SIZE:  # noqa: PTH113
        message = "This file is larger than 1 MB, and none of its settings count."
    file = SettingsFile(path, Source(""), None, {})
    return file, SettingProblem("", message, path, Span(0, 0))


def _syntax_error(file: SettingsFile, error: str) -> SettingProblem:
    """Return the problem of a text that is no TOML, at the place that the parser names."""
    source = file.source
    found = _POSITION.search(error)
    end = len(source.text.rstrip())
    offset = end
    if found is not None and found[1] is not None:
        # The parser counts from 1.
        offset = source.offset(int(found[1]) - 1, int(found[2]) - 1)
    # What is missing at the end is shown at the last character.
    offset = max(0, min(offset, end - 1))
    what = _POSITION.sub("", error)
    message = f"This is not valid TOML: {what[:1].lower()}{what[1:]}."
    return SettingProblem("", message, file.path, Span(offset, min(offset + 1, len(source.text))))
