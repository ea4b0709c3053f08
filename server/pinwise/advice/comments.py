r"""Comments that pip reads otherwise than they look.

A comment at the end of a line that ends in `\` swallows the next line. A comment on a line of its
own does not. And pip ends a comment at characters that an editor shows nothing of.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, FileEdit, Finding, Fix, Tag
from pinwise.advice.ignored import stands_alone
from pinwise.base.text import Span, TextEdit
from pinwise.syntax.lines import FOREIGN_ENDS, LINE_ENDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Comment

_END = re.compile(f"\r\n|[{LINE_ENDS}]")


def misread_comments(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the comments of a file. Cost: linear in the comments' lines."""
    text = document.text
    for comment in document.file.comments:
        end = _END.search(text, comment.span.start)
        if end is None:
            continue
        if end.start() < comment.span.end:
            yield from _swallowed(document, comment, end)
        elif text[end.start()] in FOREIGN_ENDS:
            yield from _live(document, end)
        elif comment.text.endswith((" \\", "\t\\")) and stands_alone(text, comment):
            yield from _not_continued(document, comment, end.end())


def _swallowed(document: Document, comment: Comment, end: re.Match[str]) -> Iterator[Finding]:
    """Note the lines that a comment swallows by a backslash at its end."""
    rest = Span(end.end(), comment.span.end)
    text = rest.of(document.text)
    stripped = text.strip()
    if not stripped or all(
        line.lstrip().startswith("#") or not line.strip() for line in text.splitlines()
    ):
        return
    start = rest.start + text.index(stripped)
    span = Span(start, start + len(stripped))
    first = document.text[comment.span.start : end.start()]
    words = _without_backslash(first)
    place = Span(comment.span.start + len(words), end.start())
    title = "Remove the backslash"
    edits: tuple[FileEdit, ...] = (FileEdit(document.path, TextEdit(place, "")),)
    if stripped.startswith("--hash"):
        # The hashes belong to the requirement before the comment.
        title = "Move the comment to the end"
        whole = Span(comment.span.start, end.start())
        edits = (
            FileEdit(document.path, TextEdit(whole, "\\")),
            FileEdit(document.path, TextEdit(Span(span.end, span.end), f"  {words}")),
        )
    fix = Fix(title, Applicability.SUGGESTED, edits, preferred=True)
    message = "pip does not read this: the comment above ends in `\\`, and goes on here."
    yield Finding(document.path, span, message, fixes=(fix,), tags=(Tag.UNNECESSARY,))


def _without_backslash(text: str) -> str:
    """Return a comment without the backslashes at its end, and without the space before them."""
    bare = text.rstrip("\\")
    return text if bare == text else bare.rstrip(" \t")


def _live(document: Document, end: re.Match[str]) -> Iterator[Finding]:
    """Note what stands behind a line end that editors do not show."""
    text = document.text
    stop = end.end()
    while stop < len(text) and text[stop] not in LINE_ENDS:
        stop += 1
    rest = text[end.end() : stop]
    stripped = rest.strip()
    if not stripped or stripped.startswith("#"):
        return
    start = end.end() + rest.index(stripped)
    edit = FileEdit(document.path, TextEdit(Span(*end.span()), " "))
    title = "Replace the invisible line end by a space"
    yield Finding(
        document.path,
        Span(start, start + len(stripped)),
        "pip reads this: an invisible line end closes the comment before it.",
        fixes=(Fix(title, Applicability.SUGGESTED, (edit,), preferred=True),),
    )


def _not_continued(document: Document, comment: Comment, following: int) -> Iterator[Finding]:
    """Note a backslash that does not continue a comment, where the next line is live."""
    text = document.text
    end = _END.search(text, following)
    line = text[following : end.start() if end else len(text)].strip()
    if not line or line.startswith("#"):
        return
    words = _without_backslash(comment.span.of(text))
    place = Span(comment.span.start + len(words), comment.span.end)
    edits = [FileEdit(document.path, TextEdit(place, ""))]
    below = Span(following, following)
    commented = [FileEdit(document.path, TextEdit(below, "# "))]
    yield Finding(
        document.path,
        Span(place.end - 1, place.end),
        "pip continues no comment line, and reads the next line.",
        fixes=(
            Fix("Remove the backslash", Applicability.SUGGESTED, tuple(edits), preferred=True),
            Fix("Make the next line a comment", Applicability.SUGGESTED, tuple(commented)),
        ),
    )
