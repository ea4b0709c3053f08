"""The one quiet item of a tree, which says what could not be checked, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.base.redaction import redacted
from pinwise.features.guide import INDEXES, guide_page
from pinwise.features.not_checked import describe_unchecked, worth_showing
from pinwise.features.unchecked_fixes import section_of
from pinwise.lsp.convert import SOURCE, range_of
from pinwise.lsp.uris import uri_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pinwise.analysis.report import Unchecked
    from pinwise.analysis.workspace import Analysis
    from pinwise.lsp.capabilities import ClientFeatures
    from pinwise.syntax.source import Encoding, Source

CODE = "not-checked"


def unchecked_in(
    path: Path, analyses: Iterable[Analysis]
) -> tuple[Analysis, Sequence[Unchecked]] | None:
    """Return the tree whose item stands in a file, and what it tells of; None without one.

    It stands on the first line concerned of each open file that has one; where there is none, of
    another file, of the root where possible. It tells of the whole tree, of what is here first.

    Args:
        path: the file.
        analyses: those of the trees that have it.
    """
    for analysis in analyses:
        unchecked = worth_showing(analysis.report.unchecked)
        concerned = dict.fromkeys(item.path for item in unchecked)
        places = concerned.keys() & analysis.context.shown or {*list(concerned)[:1]}
        if path in places:
            return analysis, sorted(unchecked, key=lambda item: item.path != path)
    return None


def not_checked_item(
    unchecked: Sequence[Unchecked], source: Source, encoding: Encoding, features: ClientFeatures
) -> types.Diagnostic:
    """Return the item, on the first line concerned; its code links to the guide's page.

    Args:
        unchecked: what it tells of, at least one.
        source: the text of the first one's file.
        encoding: that of the client's positions.
        features: what the client understands.
    """
    page = guide_uri(section_of(unchecked)) if features.code_description else None
    return types.Diagnostic(
        range=range_of(source, unchecked[0].span, encoding),
        message=redacted(describe_unchecked(unchecked)),
        severity=types.DiagnosticSeverity.Information,
        code=CODE,
        code_description=types.CodeDescription(page) if page else None,
        source=SOURCE,
    )


def guide_uri(section: str) -> str | None:
    """Return the address of a section of the guide's page, None where it was not shipped."""
    page = guide_page(INDEXES)
    return f"{uri_of(page)}#{section}" if page is not None else None
