r"""pip's logical lines, each with the way back from its text to the file.

The pipeline is that of `preprocess` in pip's `pip/_internal/req/req_file.py`: split by
`str.splitlines`, join at trailing backslashes, cut comments, strip, expand `${NAME}`. pip does
it with patterns such as `\s+#`, which are quadratic in a run of spaces; here every step is one
pass.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from pinwise.base.patterns import late
from pinwise.base.text import Span
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FOREIGN_ENDS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""What ends a line for pip (`str.splitlines`) and not for an editor."""

LINE_ENDS = f"\r\n{FOREIGN_ENDS}"
"""What ends a line for pip."""

MAX_EXPANDED = 1_000_000
"""Characters of values that a line may hold, and all lines of a file together: a file of a million
`${PATH}`s would otherwise fill the memory. What lies beyond is not read.
"""

_VARIABLE = late(r"\$\{([A-Z0-9_]+)\}")


class Extent(NamedTuple):
    """The physical lines of a logical line.

    Attributes:
        first: pip's number, from 1, of the first physical line.
        last: the number of the last physical line that was joined.
        start: where the first one begins in the file.
        end: where the last one ends, terminator included.
    """

    first: int
    last: int
    start: int
    end: int


class LogicalLine:
    """One of pip's lines, after joining and cutting: what the option and requirement readers get.

    Attributes:
        extent: the physical lines that it was made of.
        text: the text that pip reads; "" for a line with nothing but a comment.
        comment: the text from the `#` on, or None.
        comment_span: where that stands.
        expansions: where the `${NAME}`s stand that values were put in place of.
        undefined: where those stand that pip leaves as they are.
    """

    __slots__ = (
        "_base",
        "_places",
        "comment",
        "comment_span",
        "expansions",
        "extent",
        "text",
        "undefined",
    )

    def __init__(
        self, extent: Extent, raw: str, places: int | Pieces, environment: Mapping[str, str]
    ) -> None:
        """Cut the comment from `raw`, strip it, expand its variables.

        Args:
            extent: the physical lines.
            raw: the joined text.
            places: where `raw` begins in the file, or where its pieces do.
            environment: what `${NAME}` stands for.
        """
        self.extent = extent
        self.comment: str | None = None
        self.comment_span: Span | None = None
        self.expansions: tuple[Span, ...] = ()
        self.undefined: tuple[Span, ...] = ()
        self._places: Pieces | _Characters | None = None
        if isinstance(places, int):
            self._base = places
        else:
            self._base = 0
            self._places = places
        if "#" in raw and (cut := comment_start(raw)) >= 0:
            self.comment = raw[cut:]
            self.comment_span = self.span(cut, len(raw))
            raw = raw[:cut]
        text = raw.strip()
        if text:
            self._base += raw.index(text)
        self.text = text
        if "${" in text:
            self._expand(environment)

    def span(self, start: int, end: int) -> Span:
        """Return where `text[start:end]` stands in the file.

        What lies inside a variable's value has the place of the whole `${NAME}`. The cost is
        an addition, or a binary search in a joined line.
        """
        base = self._base
        if self._places is None:
            return Span(base + start, base + end)
        return self._places.span(base + start, base + end)

    def _expand(self, environment: Mapping[str, str]) -> None:
        """Replace `${NAME}` as pip does: whole occurrences, one name after the other."""
        text = self.text
        values = {
            name: value
            for name in dict.fromkeys(_VARIABLE.findall(text))
            if (value := environment.get(name))
        }
        found = [
            (match[1] in values, self.span(*match.span())) for match in _VARIABLE.finditer(text)
        ]
        self.undefined = tuple(span for defined, span in found if not defined)
        if not values:
            return
        self.expansions = tuple(span for defined, span in found if defined)
        grown = sum(
            len(values[match[1]]) for match in _VARIABLE.finditer(text) if match[1] in values
        )
        if grown > MAX_EXPANDED:
            self.text = ""
            return
        places = [self.span(index, index + 1) for index in range(len(text))]
        characters = _Characters([at.start for at in places], [at.end for at in places])
        for name, value in values.items():
            text = characters.replace(text, "${" + name + "}", value)
        self.text, self._places, self._base = text, characters, 0


class Pieces:
    """Where the pieces of a joined text come from: their offsets in it and in the file."""

    __slots__ = ("_joined", "_origins")

    def __init__(self, joined: Sequence[int], origins: Sequence[int]) -> None:
        self._joined = joined
        self._origins = origins

    def span(self, start: int, end: int) -> Span:
        """Return the place of a stretch of the joined text; an empty one sticks to its left."""
        if end <= start:
            at = self._origin(start - 1) + 1 if start > 0 else self._origin(0)
            return Span(at, at)
        return Span(self._origin(start), self._origin(end - 1) + 1)

    def _origin(self, offset: int) -> int:
        piece = bisect_right(self._joined, offset) - 1
        return self._origins[piece] + offset - self._joined[piece]


class _Characters:
    """Where each character of a text comes from, once variables were replaced in it."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, starts: list[int], ends: list[int]) -> None:
        self._starts = starts
        self._ends = ends

    def span(self, start: int, end: int) -> Span:
        """Return the place of a stretch of the text; an empty one sticks to its left."""
        if end > start:
            first, last = self._starts[start], self._ends[end - 1]
            # A value may hold another variable that stands earlier in the file.
            return Span(min(first, last), max(first, last))
        at = self._ends[start - 1] if start > 0 else self._starts[0]
        return Span(at, at)

    def replace(self, text: str, old: str, new: str) -> str:
        """Return `text` with `old` replaced by `new`, keeping the places of its characters."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        while (found := text.find(old, at)) >= 0:
            pieces += (text[at:found], new)
            starts += self._starts[at:found]
            starts += [self._starts[found]] * len(new)
            ends += self._ends[at:found]
            at = found + len(old)
            ends += [self._ends[at - 1]] * len(new)
        pieces.append(text[at:])
        self._starts = starts + self._starts[at:]
        self._ends = ends + self._ends[at:]
        return "".join(pieces)


def logical_lines(
    text: str, environment: Mapping[str, str], start: int = 0, number: int = 1
) -> Iterator[LogicalLine]:
    """Yield the logical lines of a file that hold text or a comment, in order.

    Args:
        text: the file's text.
        environment: what `${NAME}` stands for; a name that is missing or empty stays as it is.
        start: where to begin, which must be the beginning of a logical line.
        number: pip's number of the physical line there.

    Cost: linear in the text.
    """
    at = start
    raws: list[str] = []
    origins: list[int] = []
    first = begin = 0
    number -= 1
    rest = text[start:] if start else text
    for content, physical in zip(rest.splitlines(), rest.splitlines(keepends=True), strict=True):
        number += 1
        start, at = at, at + len(physical)
        # A comment line neither continues nor is continued; it ends what was open before it.
        continues = content.endswith("\\") and not content.lstrip().startswith("#")
        if not raws and not continues:
            if content and not content.isspace():
                extent = Extent(number, number, start, at)
                yield LogicalLine(extent, content, start, environment)
            continue
        if not raws:
            first, begin = number, start
        if continues:
            # pip cuts all backslashes at both ends of a piece, by `str.strip`.
            piece = content.strip("\\")
            start += len(content) - len(content.lstrip("\\")) if piece else 0
            content = piece  # noqa: PLW2901 - what pip joins is the stripped piece
        raws.append(content)
        origins.append(start)
        if not continues:
            yield from _joined(Extent(first, number, begin, at), raws, origins, environment)
            raws, origins = [], []
    if raws:
        yield from _joined(Extent(first, number, begin, at), raws, origins, environment)


def _joined(
    extent: Extent, raws: list[str], origins: list[int], environment: Mapping[str, str]
) -> Iterator[LogicalLine]:
    """Yield the logical line of several physical ones, if it holds anything."""
    if raws[-1].lstrip().startswith("#"):
        # pip puts a space before a comment line, so that it is one whatever it is joined to. The
        # space belongs to the end of the piece before, where the backslash stands in the file.
        raws.insert(-1, " ")
        origins.insert(-1, origins[-1] - 1)
    joined: list[int] = []
    length = 0
    for raw in raws:
        joined.append(length)
        length += len(raw)
    line = LogicalLine(extent, "".join(raws), Pieces(joined, origins), environment)
    if line.text or line.comment is not None:
        yield line


def comment_start(text: str) -> int:
    """Return where the first comment of a joined line begins, or -1: a `#` after white space."""
    at = text.find("#")
    while at > 0 and not text[at - 1].isspace():
        at = text.find("#", at + 1)
    return at
