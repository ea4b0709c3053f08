"""The one way out for text that people read: it steers no terminal, and tells no secret.

Files, indexes and environments put what they like into names, paths and messages. Everything that
a command prints for a person goes through `emit` and `complain`; JSON needs neither, since its
escapes hold no control characters.
"""

from __future__ import annotations

import io
import logging
import os
import re
import sys
import unicodedata
from typing import TYPE_CHECKING

from pinwise.base.redaction import redacted
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


_SUSPECT = re.compile(r"[^\t\n -~]")


class Coloured(NamedTuple):
    """A word to paint where the terminal understands it.

    Attributes:
        colour: the number of an ANSI colour.
    """

    text: str
    colour: str


def emit(*parts: str | Coloured) -> None:
    """Print a paragraph on standard output."""
    colourful = sys.stdout.isatty() and not os.environ.get("NO_COLOR")  # no-color.org
    sys.stdout.write("".join(_painted(parts, colourful=colourful)) + "\n")


def complain(message: str) -> None:
    """Print one line on standard error."""
    sys.stderr.write(one_line(redacted(message)) + "\n")


def complain_in_lines(message: str) -> None:
    """Print a text of several lines on standard error, each as it stands."""
    sys.stderr.write(plain(redacted(message)) + "\n")


def one_line(text: str) -> str:
    """Return text without characters that would steer a terminal, or begin another line."""
    return plain(text).replace("\n", "\N{REPLACEMENT CHARACTER}")


def plain(text: str) -> str:
    """Return text without characters that would steer a terminal, character for character.

    Those are the control characters but for line feeds and tabs, and also what reorders or hides
    text (`Cf`), and what no terminal can show.
    """
    return _SUSPECT.sub(_harmless, text)


def _harmless(found: re.Match[str]) -> str:
    character = found[0]
    if unicodedata.category(character).startswith("C"):
        return "\N{REPLACEMENT CHARACTER}"
    return character


def show_any_character() -> None:
    """Have characters that the terminal's encoding lacks replaced, and not raise.

    Where the caller closed a stream (`>&-`), or there is none (`pythonw`), what would go there is
    dropped, as `print` does, and nothing comes from there.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - up to the end
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - up to the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - likewise
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def print_in_utf8() -> None:
    """Have standard output in UTF-8, for a program that reads it: it knows of no code page."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")


def abandon() -> None:
    """Give up printing: nobody reads it any more, and Python's own last flush must not fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


class LogHandler(logging.Handler):
    """Prints what is logged as the rest is printed; tracebacks keep their lines."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record on standard error."""
        sys.stderr.write(plain(redacted(f"pinwise: {self.format(record)}")) + "\n")


def _painted(parts: tuple[str | Coloured, ...], *, colourful: bool) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield plain(redacted(part))
            continue
        text = plain(redacted(part.text))
        yield f"\x1b[1;{part.colour}m{text}\x1b[0m" if colourful else text
