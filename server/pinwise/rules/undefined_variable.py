"""`PW107` undefined-variable: `${NAME}` that is not set, and what pip does not take for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, FileEdit, Finding, Fix, Severity
from pinwise.advice.variables import BARE, BRACED
from pinwise.base.patterns import late
from pinwise.base.text import Span, TextEdit
from pinwise.rules.registry import Facts, rule
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from pinwise.advice.context import Context
    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Line

_CONTINUATION = late(r"[\\\s]+")
_ADDRESS_OPTIONS = frozenset({"--index-url", "--extra-index-url", "--find-links", "--trusted-host"})


@rule("PW107", "undefined-variable", severity=Severity.WARNING, needs=Facts.TEXT | Facts.MACHINE)
def undefined_variable(ctx: Context) -> Iterator[Finding]:
    """A variable that pip leaves as it is written."""
    for document in ctx.documents:
        text = document.text
        if document.prose or ("$" not in text and "%" not in text):
            continue
        for span in document.file.undefined:
            # A continuation may stand in the middle of it.
            name = _CONTINUATION.sub("", span.of(text))
            message = f"`{name}` has no value where Pinwise runs, and pip would leave it as it is."
            yield Finding(document.path, span, message)
        for line in document.file.lines:
            if "$" in line.span.of(text) or "%" in line.span.of(text):
                yield from _mistaken(document, line)


def _mistaken(document: Document, line: Line) -> Iterator[Finding]:
    """Find what looks like a variable, and is none for pip."""
    text = document.text
    for match in BRACED.finditer(text, line.span.start, line.span.end):
        if match[1] != match[1].upper():
            message = f"pip leaves `{match[0]}` as it is: it expands names in upper case only."
            yield _finding(document, match, match[1], message)
    for place in _places(line):
        for match in BARE.finditer(text, place.start, place.end):
            name = match[1] or match[2] or match[3]
            message = f"pip leaves `{match[0]}` as it is: it knows variables as `${{NAME}}` only."
            yield _finding(document, match, name, message)


def _finding(document: Document, match: re.Match[str], name: str, message: str) -> Finding:
    """Offer to write a variable as pip knows it."""
    meant = f"${{{name.upper()}}}"
    span = Span(*match.span())
    edit = FileEdit(document.path, TextEdit(span, meant))
    fix = Fix(f"Change to `{meant}`", Applicability.SUGGESTED, (edit,), preferred=True)
    return Finding(document.path, span, message, fixes=(fix,))


def _places(line: Line) -> Iterator[Span]:
    """Yield the addresses and paths of a line: what is meant for a variable there is evident."""
    if line.kind is Kind.ERROR:
        return
    if line.target_span is not None:
        yield line.target_span
    elif line.requirement is not None:
        if line.requirement.url_span is not None:
            yield line.requirement.url_span
    else:
        for option in line.options:
            if option.name in _ADDRESS_OPTIONS and option.value_span is not None:
                yield option.value_span
