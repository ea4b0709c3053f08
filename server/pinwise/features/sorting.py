r"""Sorting: the requirements of each block by name, on request only.

A block is a run of lines without a blank one. Within it, requirements that have a name change
places with each other; everything else (options, `-r`, `-e`, URLs and paths without a name, lines
with variables, what pip rejects) stays where it is, and nothing moves across it. So pip finds
the same options in the same order, and the same requirements.

The order of the requirements is not nothing to pip: it looks at those first that stand first,
and where several sets of versions fit, it may choose another one.
"""

from __future__ import annotations

import logging
import re
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.base.records import record
from pinwise.base.text import Span, TextEdit, apply_edits
from pinwise.features.formatting import CODING, coding_line, comments_of, reading
from pinwise.manifests.recognise import looks_like_prose
from pinwise.syntax.groups import BLANKS, Group, GroupKind, groups, line_end, mixes_line_ends
from pinwise.syntax.nodes import Kind
from pinwise.syntax.requirements import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.syntax.nodes import RequirementsFile

logger = logging.getLogger(__name__)

_VIA = re.compile(r"#[ \t]*via\b")
_VIA_GOES_ON = re.compile(r"#[ \t]{2,}\S")


@record(frozen=False, slots=True)
class _Item:
    """A requirement with the comments that go with it.

    Attributes:
        key: what it is sorted by.
        start: where its first comment begins, or its line.
        line_start: where its line begins.
        end: where its last comment ends, or its line; with the terminator.
        has_heading: whether the comments above it are one, and stay where they are.
    """

    key: str
    start: int
    line_start: int
    end: int
    has_heading: bool = False


def sort_edits(file: RequirementsFile) -> list[TextEdit]:
    """Return the edits that sort a file, in order: at most one for each section.

    A comment line travels with the requirement below it; the comments of `pip-compile` and `uv`
    (`# via`, and what is indented) travel with the one above. Comments at the top of the file
    are a heading, and stay. Where a comment stands above several requirements, all comments of
    the block are headings: nothing passes them.

    What pip reads in the sorted text is compared; should anything but the order differ, there
    are no edits, and the log tells.

    Returns:
        nothing for a text that is plainly prose, or whose line ends are a mixture of carriage
        returns and line feeds.

    Cost: that of sorting the names.
    """
    text = file.source.text
    if looks_like_prose(text):
        return []
    edits = order(file)
    # With variables, the file was read in an environment that is not known here.
    before = parse(text) if edits and file.expansions else file
    if edits and not _same_lines(before, apply_edits(text, edits)):
        logger.error("sorting would have changed the reading of a line; the order is left alone")
        return []
    return edits


def order(file: RequirementsFile) -> list[TextEdit]:
    """Return the edits that sort a file, without the check that follows."""
    text = file.source.text
    if mixes_line_ends(text):
        return []
    edits = []
    top = len(text) - len(text.lstrip())
    for run in _runs(text, groups(file)):
        items = _items(text, run)
        if items and run[0].start <= top:
            # They are a heading.
            items[0].has_heading = True
        if _has_sections(items):
            for item in items:
                item.has_heading = item.start < item.line_start
        for section in _sections(items):
            if section[0].has_heading:
                section[0].start = section[0].line_start
            if (edit := _sorted(text, section)) is not None:
                edits.append(edit)
    return edits


def _has_sections(items: Sequence[_Item]) -> bool:
    """Return whether a comment stands above several of some requirements.

    Then the others may be headings as well, also those above a single one.
    """
    return any(
        item.start < item.line_start and below.start == below.line_start
        for item, below in pairwise(items)
    )


def _sections(items: Sequence[_Item]) -> Iterator[list[_Item]]:
    """Yield the requirements that may change places: up to the next heading."""
    section: list[_Item] = []
    for item in items:
        if item.has_heading and section:
            yield section
            section = []
        section.append(item)
    if section:
        yield section


def _runs(text: str, members: Sequence[Group]) -> Iterator[list[Group]]:
    """Yield the runs of groups that may change places, comments among them."""
    for mobile, run in groupby(members, key=lambda group: _is_mobile(text, group)):
        if mobile:
            yield list(run)


def _is_mobile(text: str, group: Group) -> bool:
    """Return whether nothing is lost when a group moves with its neighbours."""
    if group.kind is GroupKind.COMMENT:
        # Among the first two lines, it would name the encoding.
        return CODING.search(text, group.start, group.end) is None
    requirement = group.line.requirement if group.line is not None else None
    return (
        group.line is not None
        and group.line.kind is Kind.REQUIREMENT
        and requirement is not None
        and bool(requirement.name)
    )


def _items(text: str, run: Sequence[Group]) -> list[_Item]:
    """Return the requirements of a run; comments behind the last one belong to nobody."""
    items: list[_Item] = []
    waiting: int | None = None
    indent = 0
    in_via = False
    for group in run:
        content = text[group.start : group.end].lstrip(BLANKS)
        column = group.end - group.start - len(content)
        if group.line is not None and group.line.requirement is not None:
            key = canonicalize_name(group.line.requirement.name)
            start = group.start if waiting is None else waiting
            items.append(_Item(key, start, group.start, group.end))
            waiting, indent, in_via = None, column, False
            continue
        via = _VIA.match(content) is not None or (
            in_via and _VIA_GOES_ON.match(content) is not None
        )
        if items and waiting is None and (via or column > indent):
            items[-1].end = group.end
            in_via = via
        elif waiting is None:
            waiting = group.start
    return items


def _sorted(text: str, items: list[_Item]) -> TextEdit | None:
    """Return the edit that puts the items in order, as small as can be; None if they are."""
    wanted = sorted(items, key=lambda item: item.key)
    moved = [index for index, item in enumerate(items) if wanted[index] is not item]
    if not moved:
        return None
    first, last = moved[0], moved[-1]
    pieces = [text[item.start : item.end] for item in wanted[first : last + 1]]
    if text[items[last].end - 1] not in "\r\n":
        # The last line of the file has no line end, and another one becomes the last.
        end = line_end(text)
        pieces = [piece if piece.endswith(("\r", "\n")) else piece + end for piece in pieces]
        pieces[-1] = pieces[-1].rstrip("\r\n")
    return TextEdit(Span(items[first].start, items[last].end), "".join(pieces))


def _same_lines(before: RequirementsFile, text: str) -> bool:
    """Return whether a text has the lines and comments of a file, but for their order.

    Lines that are no named requirements have to stand in the old order, too.
    """
    after = parse(text)
    old, new = reading(before), reading(after)
    return (
        sorted(map(repr, old)) == sorted(map(repr, new))
        and [record for record in old if record["kind"] != Kind.REQUIREMENT.value]
        == [record for record in new if record["kind"] != Kind.REQUIREMENT.value]
        and sorted(comments_of(before)) == sorted(comments_of(after))
        and coding_line(before.source.text) == coding_line(text)
    )
