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
from dataclasses import dataclass

# UTF-32's little-endian mark begins with UTF-16's, so that the longer ones come first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
_CODING = re.compile(rb"coding[:=]\s*([-\w.]+)")


@dataclass(frozen=True, slots=True)
class Decoded:
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


@dataclass(frozen=True, slots=True)
class Undecodable:
    """Why pip fails on the bytes, with a traceback rather than a message.

    Attributes:
        encoding: the encoding that was tried.
        line: the editor's line, from 0, of the coding comment or of the first bad byte.
        known: whether Python has such an encoding; if not, the coding comment is to blame.
        detail: what Python says.
    """

    encoding: str
    line: int
    known: bool
    detail: str

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
            return _decode(data[len(mark) :], encoding, 0, mark=mark)
    for number, line in enumerate(data.split(b"\n", 2)[:2]):
        if line.startswith(b"#") and (match := _CODING.search(line)):
            return _decode(data, match[1].decode("ascii"), number)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        encoding = fallback_encoding or _locale_encoding()
        result = _decode(data, encoding, 0, fallback=True)
        if isinstance(result, Undecodable):
            # The author meant UTF-8: the place where that fails says more than the fallback's.
            bad_line = data.count(b"\n", 0, error.start)
            return Undecodable("utf-8", bad_line, known=True, detail=str(error))
        return result


def _decode(
    data: bytes, encoding: str, coding_line: int, *, mark: bytes = b"", fallback: bool = False
) -> Decoded | Undecodable:
    try:
        return Decoded(data.decode(encoding), encoding, mark, fallback)
    except UnicodeDecodeError as error:
        line = _line_of(data[: error.start], encoding)
        return Undecodable(encoding, line, known=True, detail=str(error))
    except (LookupError, ValueError) as error:
        # A name such as `hex` is a codec, yet not one of text; `idna` refuses long labels.
        known = isinstance(error, UnicodeError)
        return Undecodable(encoding, coding_line, known, str(error))


def _line_of(before: bytes, encoding: str) -> int:
    """Return the number of line feeds in the sound bytes before an error."""
    try:
        return before.decode(encoding, "ignore").count("\n")
    except (LookupError, ValueError):
        return before.count(b"\n")


def _locale_encoding() -> str:
    """Return the encoding that pip falls back to."""
    if sys.version_info >= (3, 11):
        return locale.getencoding() or sys.getdefaultencoding()
    return locale.getpreferredencoding(do_setlocale=False) or sys.getdefaultencoding()
