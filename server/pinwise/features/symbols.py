"""Document symbols: the outline of a requirements file."""

from __future__ import annotations

from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING

from pinwise.base.records import record
from pinwise.base.text import Span
from pinwise.features.headings import sections_of
from pinwise.features.layout import layout_of
from pinwise.features.written import Written
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.features.headings import Section
    from pinwise.features.layout import Entry
    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Line, Option, Requirement


_OTHER_LINES = ("--editable", "--requirement", "--constraint")
"""Options whose lines have a symbol of their own, as soon as a value follows."""


class SymbolKind(Enum):
    """What a symbol stands for."""

    PACKAGE = "package"
    EDITABLE = "editable"
    INCLUDE = "include"
    OPTION = "option"
    OPTIONS = "options"
    SECTION = "section"


@record(frozen=True, slots=True)
class Symbol:
    """One item of the outline.

    Attributes:
        name: what it is called; never empty.
        detail: what a reader wants to know besides, or "".
        span: all that belongs to it.
        name_span: where to put the cursor; lies within `span`.
        children: what stands in it.
    """

    kind: SymbolKind
    name: str
    detail: str
    span: Span
    name_span: Span
    children: tuple[Symbol, ...] = ()


def symbols(document: Document) -> tuple[Symbol, ...]:
    """Return the outline of a file, in order; nothing for prose.

    A requirement, an editable and an include are one symbol each, hashes belong to theirs. Option
    lines that follow each other are one group. What stands below a comment that is a heading lies
    within it. Lines that pip rejects are there as far as they can be read. Cost: linear.
    """
    if document.prose:
        return ()
    file = document.file
    layout = layout_of(file)
    written = Written(file)
    found = [symbol for entry in layout.entries for symbol in _symbols_of(entry, written)]
    return _nested(found, sections_of(document.source, layout))


def _symbols_of(entry: Entry, written: Written) -> Iterator[Symbol]:
    """Yield what a logical line says: one symbol, or one for each of its options."""
    line = entry.line
    if line.requirement is not None:
        symbol = _requirement(entry, line.requirement, written)
        if symbol is not None:
            yield symbol
    elif line.target_span is not None:
        name = f"{_including_option(line)} {written.shown(line.target_span, line.target or '')}"
        yield Symbol(
            SymbolKind.INCLUDE, name.rstrip(), "", entry.span, _within(line.target_span, entry.span)
        )
    else:
        options = [option for option in line.options if option.name not in _OTHER_LINES]
        for option in options:
            # The comments about the line belong to its only option, but to none of several.
            span = entry.span if len(options) == 1 else option.span
            yield _option(option, span, written)


def _requirement(entry: Entry, requirement: Requirement, written: Written) -> Symbol | None:
    """Return the symbol of a requirement, a URL, a path or an editable."""
    name, where = "", requirement.span
    if requirement.name:
        name, where = written.shown(requirement.name_span, requirement.name), requirement.name_span
    elif requirement.url_span is not None:
        place = written.shown(requirement.url_span, requirement.url or requirement.path or "")
        name, where = place, requirement.url_span
    if not any(character.isalnum() or character == "." for character in name):
        # A line that pip rejects, and that means nothing to a person either.
        return None
    kind = SymbolKind.EDITABLE if requirement.editable else SymbolKind.PACKAGE
    detail = " ".join(_details(requirement, written))
    return Symbol(kind, name, detail, entry.span, _within(where, entry.span))


def _details(requirement: Requirement, written: Written) -> Iterator[str]:
    """Yield what a requirement says of its package besides the name."""
    if requirement.editable:
        yield "editable"
    if requirement.extras:
        yield f"[{','.join(written.shown(e.span, e.name) for e in requirement.extras)}]"
    versions, place = requirement.specifier_span, requirement.url_span
    if versions is not None:
        yield written.shown(versions, requirement.specifier)
    if place is not None and requirement.name:
        yield f"@ {written.shown(place, requirement.url or requirement.path or '')}"
    marker = requirement.marker
    if marker is not None:
        yield f"; {written.shown(marker.span, marker.text)}"


def _including_option(line: Line) -> str:
    """Return `-r` or `-c`, also for a line that pip rejects; `-r` wins, as in pip."""
    if line.kind is Kind.CONSTRAINT:
        return "-c"
    if line.kind is Kind.INCLUDE or any(o.name == "--requirement" for o in line.options):
        return "-r"
    return "-c"


def _option(option: Option, span: Span, written: Written) -> Symbol:
    """Return the symbol of one option, by its long name."""
    value = ""
    if option.value is not None and option.value_span is not None:
        value = written.shown(option.value_span, option.value)
    return Symbol(SymbolKind.OPTION, option.name, value, span, _within(option.span, span))


def _nested(found: list[Symbol], sections: tuple[Section, ...]) -> tuple[Symbol, ...]:
    """Return the symbols, those of a section within it, with their options in groups."""
    outside: list[Symbol] = []
    inside: list[tuple[Section, list[Symbol]]] = []
    waiting = list(reversed(sections))

    def close(offset: int) -> None:
        """End the sections that do not reach beyond an offset."""
        while inside and inside[-1][0].span.end <= offset:
            section, children = inside.pop()
            (inside[-1][1] if inside else outside).append(_section(section, children))

    for symbol in found:
        while waiting and waiting[-1].span.start <= symbol.span.start:
            close(waiting[-1].span.start)
            inside.append((waiting.pop(), []))
        close(symbol.span.start)
        (inside[-1][1] if inside else outside).append(symbol)
    close(found[-1].span.end if found else 0)
    return tuple(_grouped(outside))


def _section(section: Section, children: list[Symbol]) -> Symbol:
    """Return the symbol of a section."""
    place = _within(section.heading, section.span)
    return Symbol(
        SymbolKind.SECTION, section.title, "", section.span, place, tuple(_grouped(children))
    )


def _grouped(symbols: list[Symbol]) -> Iterator[Symbol]:
    """Yield the symbols, with options that follow each other in one group."""
    for is_option, run in groupby(symbols, lambda symbol: symbol.kind is SymbolKind.OPTION):
        items = tuple(run)
        if is_option and len(items) > 1:
            span = Span(items[0].span.start, items[-1].span.end)
            yield Symbol(SymbolKind.OPTIONS, "Options", "", span, items[0].name_span, items)
        else:
            yield from items


def _within(part: Span, whole: Span) -> Span:
    """Return a part that must lie within a whole: the value of a variable may lie elsewhere."""
    return part if whole.start <= part.start and part.end <= whole.end else whole
