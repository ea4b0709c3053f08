"""`PW106` undecodable-file: bytes or a coding line that make pip fail on a whole file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, FileEdit, Finding, Fix, Related, Severity
from pinwise.advice.problems import shown
from pinwise.base.patterns import late
from pinwise.base.text import Span, TextEdit
from pinwise.project.graph import TreeProblemKind
from pinwise.rules.registry import rule
from pinwise.syntax.decode import Choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context
    from pinwise.project.files import Document
    from pinwise.syntax.decode import Undecodable

_UTF32_FROM = "25.0"
"""The first pip that knows UTF-32's little-endian mark; older ones take it for UTF-16's."""

_COLON = late(r"coding([:=])\s*[-\w.]+", re.ASCII)
_ENCODINGS = (
    *("utf-8", "utf8", "utf-16", "utf-32", "ascii", "us-ascii", "latin-1", "latin1"),
    *("iso-8859-1", "iso-8859-2", "iso-8859-15", "cp1250", "cp1251", "cp1252", "windows-1250"),
    *("windows-1251", "windows-1252", "koi8-r", "mac-roman", "shift-jis", "euc-jp", "euc-kr"),
    *("iso-2022-jp", "gbk", "gb2312", "gb18030", "big5"),
)
"""The encodings that a misspelt name is compared with."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@rule("PW106", "undecodable-file", severity=Severity.ERROR)
def undecodable_file(ctx: Context) -> Iterator[Finding]:
    """A file whose bytes or coding line make pip fail."""
    for document in ctx.documents:
        if document.prose or _by_url(ctx, document):
            continue
        if document.undecodable is not None:
            yield _finding(ctx, document, document.undecodable)
        elif document.encoding is not None:
            yield from _elsewhere(ctx, document)


def _by_url(ctx: Context, document: Document) -> bool:
    """Return whether a file is included as `file:///…`: pip then replaces what it cannot decode."""
    ways = [member.via[-1:] for member in ctx.tree.members if member.document is document]
    targets = [include.line.target or "" for way in ways for include in way]
    return len(targets) == len(ways) and all(item.startswith("file:") for item in targets)


def _finding(ctx: Context, document: Document, found: Undecodable) -> Finding:
    """Point at what pip fails on, and at the line that includes the file."""
    related = tuple(
        Related(include.document.path, include.span, "The file is included here")
        for problem in ctx.tree.problems
        if problem.kind is TreeProblemKind.UNDECODABLE and problem.path == document.path
        for include in problem.via[-1:]
    )
    message = _message(found)
    if not found.known:
        fixes = tuple(_coding_fixes(document, found))
        return Finding(document.path, found.span, message, related, fixes)
    return Finding(document.path, found.span, message, related)


def _message(found: Undecodable) -> str:
    """Say why pip fails, and what to do."""
    encoding = shown(found.encoding)
    if not found.known:
        return f"pip takes this comment for a coding line, and knows no encoding {encoding}."
    if found.byte is None and found.choice is Choice.COMMENT:
        return f"{encoding}, which the coding line names, cannot encode this character."
    if found.byte is None:
        return "This looks like UTF-16 without a byte-order mark. pip reads it as UTF-8 and fails."
    byte = f"byte 0x{found.byte:02X}"
    if found.choice is Choice.MARK:
        return f"pip fails on {byte}: it is no {encoding}, which the byte-order mark stands for."
    if found.choice is Choice.COMMENT:
        return f"pip fails on {byte}: it is no {encoding}, which the coding line names."
    return f"pip fails on {byte}, which is not UTF-8. Save the file as UTF-8."


def _coding_fixes(document: Document, found: Undecodable) -> Iterator[Fix]:
    """Offer the encoding that was meant, and a way to have the comment be one."""
    text = document.text
    if document.encoding is None and document.version is None and _REPLACEMENT in text:
        # An edit would save U+FFFD for bytes that nobody could read.
        return
    written = found.encoding.lower().replace("_", "-")
    from difflib import get_close_matches  # noqa: PLC0415 - for what is misspelt alone

    close = get_close_matches(written, _ENCODINGS, n=1, cutoff=0.75)
    if close:
        edit = FileEdit(document.path, TextEdit(found.span, close[0]))
        title = f"Change to `{close[0]}`"
        yield Fix(title, Applicability.SUGGESTED, (edit,), preferred=True)
    start = text.rfind("\n", 0, found.span.start) + 1
    end = text.find("\n", start)
    edits = tuple(
        FileEdit(document.path, TextEdit(Span(match.start(1), match.start(1)), " "))
        for match in _COLON.finditer(text, start, len(text) if end < 0 else end)
    )
    yield Fix(
        "Insert a space, so that it is a comment",
        Applicability.SUGGESTED if close else Applicability.SAFE,
        edits,
        preferred=not close,
    )


def _elsewhere(ctx: Context, document: Document) -> Iterator[Finding]:
    """Find files that this machine's newest pip can read, and another one cannot."""
    encoding = document.encoding
    if encoding is None or not document.text:
        return
    if encoding.fallback:
        at = next(i for i, character in enumerate(document.text) if not character.isascii())
        name = shown(encoding.encoding)
        message = f"This is not UTF-8: pip reads it as {name} here, and may fail elsewhere."
        yield Finding(document.path, Span(at, at + 1), message)
    elif encoding.encoding == "utf-32-le" and not ctx.pip_at_least(_UTF32_FROM):
        message = f"pip before {_UTF32_FROM} cannot read UTF-32. Save the file as UTF-8."
        yield Finding(document.path, Span(0, 1), message)
