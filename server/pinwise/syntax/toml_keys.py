"""Where the keys and values of a TOML document stand, also of one that is not valid yet.

`tomllib` tells what a document holds and not where. This reads just enough of TOML 1.0 to find the
places: headers, keys (bare, quoted, dotted), strings, arrays and inline tables. It checks nothing:
what it does not understand ends at the line, and is passed over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from pinwise.base.text import Span
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Path: TypeAlias = "tuple[str | int, ...]"
"""The way to a value: keys, and the numbers of elements of arrays, from 0."""

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_LITERAL = re.compile(r"'([^'\n]*)'")
_LONG_BASIC = re.compile(r'"""(?:[^\\]|\\.)*?"""("{0,2})', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''.*?'''('{0,2})", re.DOTALL)
_WORD = re.compile(r"[^\s,\]}#]+")
_REST = re.compile(r"[^\n]*\n?")

_DEEPEST = 40
"""Arrays in arrays, and parts of a key: what is nested more deeply is passed over."""


class Place(NamedTuple):
    """Where a key and its value stand.

    Attributes:
        key: the last part of the key, without quotes; for an element of an array, the element;
            for a table, the last part of its header.
        value: the value, without the quotes of a string on one line; None for a table with a
            header.
    """

    key: Span
    value: Span | None


def toml_places(text: str) -> Mapping[Path, Place]:
    """Return the place of every key and element. Never raises; linear in the text.

    Of a key that stands twice, the first place counts. Of `a.b = 1`, `a` has a place too.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.places


class _Scanner:
    """Goes once through a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._arrays: dict[Path, int] = {}
        """How many headers `[[a]]` there were."""
        self.places: dict[Path, Place] = {}

    def document(self) -> None:
        """Read headers and keys to the end."""
        table: Path = ()
        while True:
            self._skip(_BLANK)
            if self._at >= len(self._text):
                return
            before = self._at
            if self._text.startswith("[", self._at):
                table = self._header()
            elif self._pair(table, 0):
                self._skip(_SPACE)
                if self._at < len(self._text) and self._text[self._at] not in "\r\n#":
                    self._skip(_REST)
            else:
                self._skip(_REST)
            if self._at == before:
                self._at += 1

    def _header(self) -> Path:
        """Read `[a.b]` or `[[a.b]]`; return what the keys below it belong to."""
        double = self._text.startswith("[[", self._at)
        self._at += 2 if double else 1
        path = self._key(())
        self._skip(_REST)
        if double and path:
            number = self._arrays.get(path, 0)
            self._arrays[path] = number + 1
            return (*path, number)
        return path

    def _pair(self, table: Path, depth: int) -> bool:
        """Read `key = value`; return whether there was one."""
        start = self._at
        path = self._key(table)
        self._skip(_SPACE)
        if path == table or not self._text.startswith("=", self._at):
            return False
        self._at += 1
        self._skip(_SPACE)
        value = self._value(path, depth)
        known = self.places[path]
        if known.key.start >= start:
            self.places[path] = Place(known.key, value)
        return True

    def _key(self, table: Path) -> Path:
        """Read a dotted key, noting the place of each part; return the whole way to it."""
        path = table
        while True:
            self._skip(_SPACE)
            found = self._match(_BARE)
            if found is not None:
                name, span = found[0], Span(found.start(), found.end())
            else:
                found = self._match(_BASIC) or self._match(_LITERAL)
                if found is None:
                    return path
                name, span = _unescaped(found[1], found[0][0]), Span(found.start(1), found.end(1))
            self._at = found.end()
            path = (*path, name)
            if len(path) > _DEEPEST:
                return table
            self.places.setdefault(path, Place(span, None))
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return path
            self._at += 1

    def _value(self, path: Path, depth: int) -> Span:
        """Read a value; return its place, that of a string without its quotes."""
        start = self._at
        for pattern in (_LONG_BASIC, _LONG_LITERAL):
            if found := self._match(pattern):
                self._at = found.end()
                return Span(start, self._at)
        if found := self._match(_BASIC) or self._match(_LITERAL):
            self._at = found.end()
            return Span(found.start(1), found.end(1))
        if depth < _DEEPEST and self._text.startswith("[", start):
            self._array(path, depth + 1)
        elif depth < _DEEPEST and self._text.startswith("{", start):
            self._inline_table(path, depth + 1)
        else:
            self._skip(_WORD)
        return Span(start, self._at)

    def _array(self, path: Path, depth: int) -> None:
        """Read `[value, ...]`."""
        self._at += 1
        number = 0
        while self._at < len(self._text):
            self._skip(_BLANK)
            if self._take("]") or self._at >= len(self._text):
                return
            if self._take(","):
                continue
            before = self._at
            element = self._value((*path, number), depth)
            self.places.setdefault((*path, number), Place(element, element))
            number += 1
            if self._at == before:
                return

    def _inline_table(self, path: Path, depth: int) -> None:
        """Read `{key = value, ...}`; TOML 1.1 allows line ends in it."""
        self._at += 1
        while self._at < len(self._text):
            self._skip(_BLANK)
            if self._take("}") or self._at >= len(self._text):
                return
            if not self._take(",") and not self._pair(path, depth):
                return

    def _take(self, character: str) -> bool:
        """Step over a character if it is next."""
        if self._text.startswith(character, self._at):
            self._at += 1
            return True
        return False

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self._text, self._at)

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        """Step over what matches; return whether that was anything."""
        found = self._match(pattern)
        if found is None or found.end() == self._at:
            return False
        self._at = found.end()
        return True


_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


def _unescaped(text: str, quote: str) -> str:
    """Return what a quoted key means."""
    if quote == "'" or "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        what = match[1]
        if what[0] in "uU" and len(what) > 1:
            code = int(what[1:], 16)
            return chr(code) if code <= 0x10FFFF else match[0]  # noqa: PLR2004 - Unicode's last
        return _ESCAPED.get(what, what)

    return _ESCAPE.sub(character, text)
