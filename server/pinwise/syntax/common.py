r"""The requirements that most lines hold, read by one pattern: the fast path of the parser.

`name`, `name[extra]==1.2`, `name>=1.2,<2 ; marker`: plain names, plain releases, nothing that
could be a path or a URL. What the pattern takes, `entry.read_entry` reads to the very same
entry, only slower; a test holds them together.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinwise.base.patterns import late
from pinwise.syntax.entry import Entry, read_marker_at
from pinwise.syntax.nodes import Clause, Extra, Kind, Problem, Requirement

if TYPE_CHECKING:
    from pinwise.syntax.options import Place

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_RELEASE = r"[0-9]+(?:\.[0-9]+)*"
_CLAUSE = (
    rf"(?:(?:==|!=)[ \t]*{_RELEASE}(?:\.\*)?|~=[ \t]*[0-9]+(?:\.[0-9]+)+|[<>]=?[ \t]*{_RELEASE})"
)
# No two runs of white space stand side by side, so that a long one is not shared out between
# them in every possible way before the match fails.
_COMMON = re.compile(
    rf"(?P<name>{_NAME})"
    rf"(?:[ \t]*\[(?P<extras>{_NAME}(?:,[ \t]*{_NAME})*)\])?"
    rf"(?:[ \t]*(?P<specifier>{_CLAUSE}(?:[ \t]*,[ \t]*{_CLAUSE})*))?"
    r"(?:[ \t]*;[ \t]*(?P<marker>[^\s].*))?"
)
_EXTRA = late(_NAME)
_PART = re.compile(r"([=<>!~]=?)[ \t]*([0-9.*]+)")


def read_common(text: str, place: Place) -> Entry | None:
    """Read an entry of the common shape; None if it has another, which need not be wrong.

    Cost: linear in the text.
    """
    match = _COMMON.fullmatch(text)
    if match is None:
        return None
    name, extras, specifier, marker = match.groups()
    if specifier is None and "." in name:
        # It may end like an archive, which pip takes for a path.
        return None
    extra_nodes: tuple[Extra, ...] = ()
    if extras is not None:
        parts = _EXTRA.finditer(text, match.start(2), match.end(2))
        extra_nodes = tuple([Extra(part[0], place(*part.span())) for part in parts])
    clauses: tuple[Clause, ...] = ()
    if specifier is not None:
        parts = _PART.finditer(text, match.start(3), match.end(3))
        clauses = tuple(
            [Clause(part[1], place(*part.span(1)), part[2], place(*part.span(2))) for part in parts]
        )
    problems: list[Problem] = []
    condition = None
    if marker is not None:
        condition = read_marker_at(marker.rstrip(), match.start(4), place, problems)
    # White space at the end of the text stands before an option, and belongs to neither.
    span = place(0, len(text.rstrip()))
    name_span = place(0, match.end(1))
    requirement = Requirement(name, name_span, span, extra_nodes, clauses, condition)
    return Entry(Kind.REQUIREMENT, requirement, problems)
