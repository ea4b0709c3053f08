"""What to do about text that pip drops: the fixes of the rule `ignored-text`.

Nearly all of them are suggestions: what was without effect takes effect then.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, FileEdit, Fix
from pinwise.advice.problems import removal_edit, shown
from pinwise.base.patterns import late
from pinwise.base.text import Span, TextEdit, apply_edits
from pinwise.base.tuples import NamedTuple
from pinwise.syntax.lines import LINE_ENDS
from pinwise.syntax.nodes import Kind
from pinwise.syntax.requirements import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Comment, Line

_CHANNELS = ("conda-forge", "defaults", "nodefaults", "bioconda")
"""Where conda takes packages from: no packages themselves."""

_FILE = late(r"\S+\.(?:txt|in)|\S*/\S+")
_LIST_OPTION = late(r"-[ \t]+(?P<option>[rce])[ \t]+(?P<value>\S+)")


class Dropped(NamedTuple):
    """A part of a line that pip drops.

    Attributes:
        document: the file.
        line: the line.
        previous: the line before it; None at the top of the file.
        span: the part.
    """

    document: Document
    line: Line
    previous: Line | None
    span: Span

    @property
    def text(self) -> str:
        """The part as written."""
        return self.span.of(self.document.text)


def line_end(document: Document, line: Line) -> str:
    """Return what ends a line."""
    return "\r\n" if line.full_span.of(document.text).endswith("\r\n") else "\n"


def fixes_of_dropped(dropped: Dropped) -> Iterator[Fix]:
    """Offer what was evidently meant by a part that pip drops, and else its removal."""
    line, text = dropped.line, dropped.text
    if is_option(text):
        if not text.startswith(("--hash", "--config-settings", "-C")) and line.kind != Kind.OPTION:
            yield _own_line(dropped, " ".join(text.split()))
        elif text.startswith(("-f", "--find-links")):
            yield _own_line(dropped, text)
    elif line.kind is Kind.EDITABLE and text.startswith("["):
        yield _without_space(dropped)
    elif line.kind in (Kind.INCLUDE, Kind.CONSTRAINT):
        yield from _included(dropped)
    elif (
        text != "-" and line.kind is not Kind.OPTION and (comment := _comment(dropped)) is not None
    ):
        yield comment
        return
    elif _is_requirement(text):
        yield _own_line(dropped, text)
    yield removal(dropped)


def is_option(text: str) -> bool:
    """Return whether a text begins with an option: a lone dash is none for pip."""
    return text.startswith("-") and text.split(maxsplit=1)[0] != "-"


def removal(dropped: Dropped) -> Fix:
    """Take the part away: that changes nothing for pip."""
    edit = removal_edit(dropped.document, dropped.line, dropped.span)
    return Fix(f"Remove {shown(_first_word(dropped.text))}", Applicability.SUGGESTED, (edit,))


def list_item(dropped: Dropped) -> Iterator[Fix]:
    """Offer an item of a YAML list as a line of its own."""
    text = dropped.line.span.of(dropped.document.text)
    match = _LIST_OPTION.fullmatch(text)
    meant = f"-{match['option']} {match['value']}" if match else _corrected(text[1:].strip())
    previous = dropped.previous
    above = previous.span.of(dropped.document.text) if previous is not None else ""
    if not meant or meant.endswith(":") or meant in _CHANNELS or above == "channels:":
        edit = removal_edit(dropped.document, dropped.line, dropped.line.span)
        yield Fix("Remove this line", Applicability.SUGGESTED, (edit,), preferred=True)
    elif match or _is_requirement(meant):
        edit = FileEdit(dropped.document.path, TextEdit(dropped.line.span, meant))
        title = f"Change to {shown(meant)}"
        yield Fix(title, Applicability.SUGGESTED, (edit,), preferred=True)


def continuation(dropped: Dropped) -> Iterator[Fix]:
    """Offer to continue the line before with the hashes that stand alone."""
    previous, line, path = dropped.previous, dropped.line, dropped.document.path
    if (
        previous is None
        or previous.kind not in (Kind.REQUIREMENT, Kind.URL, Kind.PATH)
        or previous.last_line + 1 != line.first_line
    ):
        return
    comment = previous.comment
    if comment is None:
        place = Span(previous.span.end, previous.span.end)
        edits = [FileEdit(path, TextEdit(place, " \\"))]
        title = "Continue the line above with `\\`"
    elif (
        line.comment is None
        and stands_alone(dropped.document.text, comment)
        # For an editor the two may be one line, where an odd line end stands between.
        and previous.full_span.end <= line.span.start
    ):
        below = Span(line.span.end, line.span.end)
        start = before_blanks(dropped.document.text, comment.span.start)
        edits = [
            FileEdit(path, TextEdit(Span(start, previous.full_span.end), "")),
            FileEdit(path, TextEdit(below, f"  {comment.text}")),
        ]
        title = "Move the comment to the end"
    else:
        return
    yield Fix(title, Applicability.SUGGESTED, tuple(edits), preferred=True)


def stands_alone(text: str, comment: Comment) -> bool:
    """Return whether a comment has a line for itself."""
    start = before_blanks(text, comment.span.start)
    return start == 0 or text[start - 1] in LINE_ENDS


def before_blanks(text: str, at: int) -> int:
    """Return where the spaces and tabs begin that end at a place."""
    while at > 0 and text[at - 1] in " \t":
        at -= 1
    return at


def _own_line(dropped: Dropped, text: str) -> Fix:
    """Put a text that stands in a line on a line of its own, below."""
    document, line = dropped.document, dropped.line
    end = line_end(document, line)
    place = line.full_span.end
    closed = document.text.endswith(("\n", "\r"), 0, place)
    added = f"{text}{end}" if closed else f"{end}{text}"
    edits = (
        removal_edit(document, line, dropped.span),
        FileEdit(document.path, TextEdit(Span(place, place), added)),
    )
    # The options of an index may hold a password, which no title needs to show.
    title = f"Put {shown(_first_word(text))} on a line of its own"
    return Fix(title, Applicability.SUGGESTED, edits, preferred=True)


def _included(dropped: Dropped) -> Iterator[Fix]:
    """Offer a line for each of the files behind the first."""
    words = dropped.text.split()
    named = ("--requirement", "--constraint")
    # The file is meant for the option that stands nearest before it.
    before = [o for o in dropped.line.options if o.name in named and o.span < dropped.span]
    option = before[-1].written if before else "-r"
    if all(map(_FILE.fullmatch, words)):
        lines = line_end(dropped.document, dropped.line).join(f"{option} {word}" for word in words)
        fix = _own_line(dropped, lines)
        title = f"Put {shown(dropped.text)} on a line of its own"
        if len(words) > 1:
            title = "Put each file on a line of its own"
        yield Fix(title, fix.applicability, fix.edits, preferred=True)
    elif _is_requirement(dropped.text):
        yield _own_line(dropped, dropped.text)


def _without_space(dropped: Dropped) -> Fix:
    """Join extras to the path that they belong to."""
    document, start = dropped.document, dropped.span.start
    before = before_blanks(document.text, start)
    edit = FileEdit(document.path, TextEdit(Span(before, start), ""))
    return Fix("Remove the space", Applicability.SUGGESTED, (edit,), preferred=True)


def _comment(dropped: Dropped) -> Fix | None:
    """Make words at the end of a line a comment."""
    document, span = dropped.document, dropped.span
    if span.end != dropped.line.span.end or dropped.line.comment or dropped.text[0] == ";":
        return None
    head = document.text[dropped.line.span.start : span.start]
    bare = head.rstrip()
    if bare.endswith(" --"):
        bare = bare[:-2].rstrip()
    elif _is_requirement(dropped.text):
        return None
    start = dropped.line.span.start + len(bare)
    words = dropped.text.removeprefix("- ").lstrip()
    edit = FileEdit(document.path, TextEdit(Span(start, span.end), f"  # {words}"))
    return Fix("Make it a comment", Applicability.SAFE, (edit,), preferred=True)


def _is_requirement(text: str) -> bool:
    """Return whether a text is something to install, by itself and without any doubt."""
    lines = parse(text).lines
    if len(lines) != 1 or lines[0].problems:
        return False
    return lines[0].kind in (Kind.REQUIREMENT, Kind.URL)


def _corrected(text: str) -> str:
    """Return a line with its mistakes mended, where it is evident how."""
    edits = [
        TextEdit(problem.replaced or problem.span, problem.replacement)
        for line in parse(text).lines
        for problem in line.problems
        if problem.replacement is not None
    ]
    return apply_edits(text, edits)


def _first_word(text: str) -> str:
    """Return an option without its value, or a text that is no option."""
    if not is_option(text):
        return text
    option, value = re.split(r"[\s=]", f"{text} ", maxsplit=1)
    # What names a file is worth showing.
    return text if option in ("-r", "-c", "-e", "--pre") and "://" not in value else option
