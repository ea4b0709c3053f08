"""Sends what was found in a file: its diagnostics, and what could not be shown or checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.convert import SOURCE, DiagnosticConverter, range_of
from pinwise.lsp.not_checked import not_checked_item, unchecked_in
from pinwise.lsp.uris import uri_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pinwise.analysis.report import Diagnostic
    from pinwise.analysis.workspace import Analysis
    from pinwise.lsp.capabilities import ClientFeatures
    from pinwise.lsp.host import Host
    from pinwise.project.files import Document
    from pinwise.project.settings_file import SettingsFile
    from pinwise.syntax.source import Encoding, Source

MOST_PUBLISHED = 1_000
"""Diagnostics of one file that are sent, the worst ones first.

VS Code shows no more of a file than that, and others grow slow; the command line prints them all.
"""


class Publisher:
    """Knows which files the client shows something for.

    Args:
        source_of: the text of a file that a diagnostic points into; None if it is not known.
    """

    def __init__(
        self,
        features: ClientFeatures,
        encoding: Encoding,
        host: Host,
        source_of: Callable[[Path], Source | None],
    ) -> None:
        self.encoding = encoding
        self._features = features
        self._host = host
        self._converter = DiagnosticConverter(features, encoding, source_of)
        self._published: dict[Path, list[types.Diagnostic]] = {}
        """What each file was sent last, where that was anything."""

    def convert(self, source: Source, diagnostic: Diagnostic) -> types.Diagnostic:
        """Return a diagnostic as the client is sent it."""
        return self._converter.convert(source, diagnostic)

    def publish(  # noqa: PLR0913 - what is known of a file
        self,
        path: Path,
        text: Document | SettingsFile | None,
        found: Sequence[Diagnostic],
        analyses: Sequence[Analysis],
        *,
        is_open: bool,
        again: bool = False,
    ) -> None:
        """Send what is to be shown in a file: always for an open one, else where there is any.

        Args:
            path: the file.
            text: its text; None where it belongs to no tree any more.
            found: what all trees say of it.
            analyses: those of the trees that have it.
            is_open: whether the editor has it open.
            again: whether something was sent for this very text: then only what is news is.
        """
        items: list[types.Diagnostic] = []
        if text is not None:
            shown, left_out = _worst(found)
            items += [self._converter.convert(text.source, item) for item in shown]
            items += self._not_shown(left_out, text.source)
            if (unchecked := unchecked_in(path, analyses)) is not None:
                items.append(
                    not_checked_item(unchecked[1], text.source, self.encoding, self._features)
                )
        if not items and not is_open and path not in self._published:
            return
        if again and items == self._published.get(path, []):
            return
        self._host.publish(
            types.PublishDiagnosticsParams(
                uri=uri_of(path),
                diagnostics=items,
                version=text.version if text else None,
            )
        )
        if items:
            self._published[path] = items
        else:
            self._published.pop(path, None)

    def _not_shown(
        self, left_out: Sequence[Diagnostic], source: Source
    ) -> Iterator[types.Diagnostic]:
        """Yield the item that says how many others there are, at the first of them."""
        if left_out:
            message = f"… and {len(left_out)} more. `pinwise check` prints all of them."
            yield types.Diagnostic(
                range=range_of(source, left_out[0].finding.span, self.encoding),
                message=message,
                severity=types.DiagnosticSeverity.Information,
                code="not-shown",
                source=SOURCE,
            )


def _worst(
    diagnostics: Sequence[Diagnostic],
) -> tuple[Sequence[Diagnostic], Sequence[Diagnostic]]:
    """Return the worst of a file's diagnostics and the rest, both in the order of their places."""
    if len(diagnostics) <= MOST_PUBLISHED:
        return diagnostics, ()
    by_severity = sorted(diagnostics, key=lambda item: item.severity, reverse=True)
    least = by_severity[MOST_PUBLISHED - 1].severity
    places = MOST_PUBLISHED - sum(item.severity > least for item in diagnostics)
    shown, left_out = [], []
    for item in diagnostics:
        if item.severity > least:
            shown.append(item)
        elif item.severity == least and places:
            places -= 1
            shown.append(item)
        else:
            left_out.append(item)
    return shown, left_out
