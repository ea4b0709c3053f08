"""From the bytes of a requirements file to its text, by pip's rules.

A byte-order mark wins; else a line that begins with `#` among the first two and names a coding
(PEP 263); else UTF-8; else the locale's encoding. See `_decode_req_file` in pip's
`pip/_internal/req/req_file.py` (pip 25.0 and newer; older ones tried the locale first).
"""

from __future__ import annotations

import codecs
import locale
import re
import sys
from enum import Enum

from pinwise.base.patterns import late
from pinwise.base.text import Span
from pinwise.base.tuples import NamedTuple

MARK = "\ufeff"
"""The byte-order mark as a character: an editor may keep it in the text of an open file."""

# UTF-32's little-endian mark begins with UTF-16's, so that the longer ones come first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
_CODING = re.compile(rb"coding[:=]\s*([-\w.]+)")
_CODING_TEXT = late(r"coding[:=]\s*([-\w.]+)", re.ASCII)
_SLOW = ("punycode", "idna")
_SLOW_FROM = 10_000
"""From so many characters on, what takes quadratic time in Python is not tried."""

_CODING_LINES = 2
"""How many lines, counted by line feeds, may name the coding (PEP 263)."""


class Decoded(NamedTuple):
    """A text and how it was encoded, so that it can be written back the same way."""

    text: str
    encoding: str
    mark: bytes = b""
    """The byte-order mark, which is not part of the text."""
    fallback: bool = False
    """Whether UTF-8 failed and the locale's encoding was taken: pip warns."""

    def encode(self, text: str) -> bytes:
        """Return the bytes that hold `text` in this file's encoding.

        Raises:
            UnicodeEncodeError: the encoding has no such character.
        """
        return self.mark + text.encode(self.encoding)


class Choice(Enum):
    """What made pip choose an encoding."""

    MARK = "mark"
    """The byte-order mark."""
    COMMENT = "comment"
    """A coding line."""
    DEFAULT = "default"
    """Nothing: it is UTF-8, else the locale's encoding."""


class Undecodable(NamedTuple):
    """Why pip fails on the bytes, with a traceback rather than a message.

    Attributes:
        encoding: the encoding that was tried.
        line: the editor's line, from 0, of the coding comment or of the first bad byte.
        known: whether Python has such an encoding; if not, the coding comment is to blame.
        detail: what Python says.
        choice: why this encoding was tried.
        text: the file with U+FFFD for what cannot be decoded.
        span: the name of the encoding, or the first character that stands for bad bytes, in `text`.
        byte: the first bad byte, where bytes are to blame.
    """

    encoding: str
    line: int
    known: bool
    detail: str
    choice: Choice
    text: str
    span: Span
    byte: int | None = None

    @property
    def message(self) -> str:
        """A sentence for a person."""
        if self.known:
            return f"pip cannot read this file as {self.encoding}: {self.detail}"
        return f"pip takes line {self.line + 1} for a coding line, and knows no {self.encoding!r}"


def decode(data: bytes, *, fallback_encoding: str = "") -> str | Undecodable:
    """Return the text of a requirements file, as `decode_file` finds it."""
    result = decode_file(data, fallback_encoding=fallback_encoding)
    return result.text if isinstance(result, Decoded) else result


def decode_file(data: bytes, *, fallback_encoding: str = "") -> Decoded | Undecodable:
    """Decode a requirements file as pip 26.3 does, and remember how.

    Args:
        data: the file's bytes.
        fallback_encoding: what to try after UTF-8; the locale's encoding by default.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding, Choice.MARK, mark=mark)
    for line in data.split(b"\n", _CODING_LINES)[:_CODING_LINES]:
        if line.startswith(b"#") and (match := _CODING.search(line)):
            return _decode(data, match[1].decode("ascii"), Choice.COMMENT)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        encoding = fallback_encoding or _locale_encoding()
        result = _decode(data, encoding, Choice.DEFAULT, fallback=True)
        if isinstance(result, Undecodable):
            # The author meant UTF-8: the place where that fails says more than the fallback's.
            return _undecodable(data, "utf-8", Choice.DEFAULT, error)
        return result


def coding_comment(text: str) -> tuple[str, Span] | None:
    """Return the encoding that a text asks for in its coding line, and the place of the name.

    None without such a line. The text is one without a byte-order mark, which would win.
    """
    start = 0
    for _ in range(_CODING_LINES):
        end = text.find("\n", start)
        stop = len(text) if end < 0 else end
        if text.startswith("#", start) and (found := _CODING_TEXT.search(text, start, stop)):
            return found[1], Span(*found.span(1))
        if end < 0:
            return None
        start = end + 1
    return None


def undecodable_text(text: str) -> Undecodable | None:
    """Return why pip would fail on a text that is not saved yet, whatever bytes it becomes.

    That is where its coding line names no encoding, or one that lacks a character of the text.
    """
    # A mark in front is saved with the text, and wins.
    found = None if text.startswith(MARK) else coding_comment(text)
    if found is None or _is_slow(found[0], len(text)):
        return None
    encoding, span = found
    line = text.count("\n", 0, span.start)
    try:
        text.encode(encoding)
    except UnicodeEncodeError as error:
        if "surrogates" in error.reason:
            # Half a pair is no character of any encoding: an editor saves something else.
            return None
        line = text.count("\n", 0, error.start)
        at = Span(error.start, error.start + 1)
        return Undecodable(encoding, line, True, str(error), Choice.COMMENT, text, at)  # noqa: FBT003
    except LookupError as error:
        return Undecodable(encoding, line, False, str(error), Choice.COMMENT, text, span)  # noqa: FBT003
    except ValueError:
        # `idna` and its like, with which nobody writes a file.
        return None
    return None


def unmarked_utf16(text: str) -> Span | None:
    """Return the first NUL of a text that was saved as UTF-16 or UTF-32 without a mark.

    pip reads such a file as UTF-8, finds a NUL beside nearly every character, and rejects the
    first line that is no comment. None for any other text, also one with a few NULs.
    """
    first = text.find("\0")
    if first < 0 or text.count("\0") * 3 < len(text):
        return None
    lines = map(str.strip, text.splitlines())
    if all(not line or line.startswith("#") for line in lines):
        return None
    return Span(first, first + 1)


def _decode(
    data: bytes,
    encoding: str,
    choice: Choice,
    *,
    mark: bytes = b"",
    fallback: bool = False,
) -> Decoded | Undecodable:
    if _is_slow(encoding, len(data)):
        # Nobody writes a file so. These bytes can at least be written back as they were.
        encoding = "latin-1"
    try:
        return Decoded(data.decode(encoding), encoding, mark, fallback)
    except UnicodeDecodeError as error:
        return _undecodable(data, encoding, choice, error)
    except (LookupError, ValueError) as error:
        # A name such as `hex` is a codec, yet not one of text; `idna` refuses long labels.
        known = isinstance(error, UnicodeError)
        text = data.decode("utf-8", "replace")
        found = coding_comment(text)
        span = found[1] if found is not None else Span(0, 0)
        line = text.count("\n", 0, span.start)
        return Undecodable(encoding, line, known, str(error), choice, text, span)


def _is_slow(encoding: str, size: int) -> bool:
    """Return whether a file of some bytes would keep the decoder of an encoding busy."""
    try:
        return size >= _SLOW_FROM and codecs.lookup(encoding).name in _SLOW
    except LookupError:
        return False


def _undecodable(
    data: bytes, encoding: str, choice: Choice, error: UnicodeDecodeError
) -> Undecodable:
    """Return what a decoder said, with the place in the text that can be had of the bytes."""
    before = _tolerant(data[: error.start], encoding)
    text = _tolerant(data, encoding)
    start = min(len(before), len(text))
    span = Span(start, min(start + 1, len(text)))
    # A few codecs (`idna`, `punycode`) report places of another text than the one they were given.
    byte = data[error.start] if error.start < len(data) else None
    line = before.count("\n")
    return Undecodable(encoding, line, True, str(error), choice, text, span, byte)  # noqa: FBT003


def _tolerant(data: bytes, encoding: str) -> str:
    """Decode, with U+FFFD for what cannot be."""
    try:
        return data.decode(encoding, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _locale_encoding() -> str:
    """Return the encoding that pip falls back to."""
    if sys.version_info >= (3, 11):
        return locale.getencoding() or sys.getdefaultencoding()
    return locale.getpreferredencoding(do_setlocale=False) or sys.getdefaultencoding()
