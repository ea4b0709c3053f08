"""`PW108` marker-never-true: a line that is read nowhere, because of its marker."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, FileEdit, Finding, Fix, Severity, Tag
from pinwise.advice.marker_sets import (
    EVERYTHING,
    Supported,
    comparisons_of,
    never_holds,
    supported_by,
)
from pinwise.advice.marker_values import FORMER, misspelt
from pinwise.advice.problems import shown
from pinwise.base.patterns import late
from pinwise.base.text import Span, TextEdit
from pinwise.base.tuples import NamedTuple
from pinwise.rules.registry import Facts, rule
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context
    from pinwise.advice.marker_sets import Comparison
    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Line, Marker

_MAJOR = late(r"[3-9]")
"""A number that stands for all Pythons from it on; nobody means 3.0 by it."""

_PLATFORM_NAMES = {"linux": "Linux", "win32": "Windows", "darwin": "macOS"}


@rule("PW108", "marker-never-true", severity=Severity.INFORMATION, needs=Facts.TEXT | Facts.MACHINE)
def marker_never_true(ctx: Context) -> Iterator[Finding]:
    """A marker that no environment satisfies, or none that the project supports."""
    supported = supported_by(ctx)
    for document in ctx.documents:
        if document.prose:
            continue
        for line in document.file.lines:
            requirement = line.requirement
            if requirement is None or requirement.marker is None or line.kind is Kind.ERROR:
                continue
            marker = requirement.marker
            if not document.file.takes_variable(marker.span):
                yield from _findings(document, line, marker, supported)


class _Mistake(NamedTuple):
    """A comparison that is never true, and what was evidently meant.

    Attributes:
        sentence: for a person.
        place: what to replace in the marker's text.
        text: what to put there.
    """

    comparison: Comparison
    sentence: str
    place: Span
    text: str


def _findings(
    document: Document, line: Line, marker: Marker, supported: Supported
) -> Iterator[Finding]:
    """Say which comparisons are mistaken, else why the whole line counts for nothing."""
    mistakes, reason = _judge(marker.text, supported)
    if not mistakes and not reason:
        return
    # A continuation within the marker shifts all places in it.
    whole = marker.span.of(document.text) == marker.text
    for comparison, sentence, place, text in mistakes:
        if not whole:
            yield Finding(document.path, marker.span, sentence)
            continue
        edit = FileEdit(document.path, TextEdit(_moved(place, marker), text))
        title = f"Change to {shown(text)}"
        fix = Fix(title, Applicability.SUGGESTED, (edit,), preferred=True)
        yield Finding(document.path, _moved(comparison.span, marker), sentence, fixes=(fix,))
    if reason:
        edit = FileEdit(document.path, TextEdit(line.full_span, ""))
        fix = Fix("Remove this line", Applicability.SUGGESTED, (edit,))
        yield Finding(document.path, line.span, reason, fixes=(fix,), tags=(Tag.UNNECESSARY,))


@lru_cache(maxsize=4096)
def _judge(marker: str, supported: Supported) -> tuple[tuple[_Mistake, ...], str]:
    """Return the mistaken comparisons of a marker, else why it is never true, or ""."""
    comparisons = comparisons_of(marker)
    asked = {each.value for each in comparisons if each.variable == "sys_platform"}
    mistakes = tuple(
        found
        for each in comparisons
        # Beside today's value, the one of Python 2 was meant for Python 2.
        if FORMER.get(each.value) not in asked and (found := _mistake(each))
    )
    return mistakes, "" if mistakes else _reason(marker, supported)


def _reason(marker: str, supported: Supported) -> str:
    """Return why a marker is never true, as a sentence; "" where it may be."""
    if not never_holds(marker, supported):
        return ""
    return next(text for among, text in _reasons(marker, supported) if never_holds(marker, among))


def _reasons(marker: str, supported: Supported) -> Iterator[tuple[Supported, str]]:
    """Yield sets of environments, the largest first, and what it means that none satisfies it."""
    if any(comparison.variable == "extra" for comparison in comparisons_of(marker)):
        yield EVERYTHING, "This marker is never true, because pip knows no `extra` in such a file."
    yield EVERYTHING, "This marker contradicts itself: no environment satisfies it."
    if supported.oldest:
        oldest = _version(supported.oldest)
        yield Supported(supported.oldest), f"No Python from {oldest} on satisfies this marker."
    ours = "that this project supports"
    if supported.pythons:
        pythons = ", ".join(map(_version, supported.pythons))
        among = Supported(pythons=supported.pythons)
        yield among, f"No Python {ours} ({pythons}) satisfies this marker."
    if supported.platforms:
        names = ", ".join(_PLATFORM_NAMES.get(name, name) for name in supported.platforms)
        among = Supported(platforms=supported.platforms)
        yield among, f"No platform {ours} ({names}) satisfies this marker."
    yield supported, f"No Python on a platform {ours} satisfies this marker."


def _version(feature: tuple[int, int]) -> str:
    return f"{feature[0]}.{feature[1]}"


def _mistake(comparison: Comparison) -> _Mistake | None:
    """Return what is wrong with a comparison that is never true for the author's likely meaning."""
    variable, value = comparison.variable, comparison.value
    if comparison.operator not in ("==", "===") or comparison.reversed:
        return None
    never = f"`{variable}` is never {shown(value)}"
    if variable == "python_version" and _MAJOR.fullmatch(value):
        newer = f'>= "{value}"'
        behind = Span(comparison.variable_span.end, comparison.value_span.end)
        sentence = f"{never}: it has two numbers. Write `{newer}`."
        return _Mistake(comparison, sentence, behind, f" {newer}")
    if comparison.operator == "===":
        return None
    former = FORMER.get(value) if variable == "sys_platform" else None
    meant = misspelt(variable, value) or former
    if meant is not None:
        quoted = comparison.value_span
        inner = Span(quoted.start + 1, quoted.end - 1)
        return _Mistake(comparison, f"{never}. Write `{meant}`.", inner, meant)
    if (
        variable == "python_version"
        and value.count(".") > 1
        and never_holds(f'python_version == "{value}"')
    ):
        sentence = f"{never}, because it has two numbers only. Ask for `python_full_version`."
        return _Mistake(comparison, sentence, comparison.variable_span, "python_full_version")
    return None


def _moved(span: Span, marker: Marker) -> Span:
    """Return a place of the marker's text as a place of the file."""
    return Span(marker.span.start + span.start, marker.span.start + span.end)
