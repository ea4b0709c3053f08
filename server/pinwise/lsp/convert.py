"""From our plain data to LSP's types, and back: the only place that knows both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.advice.findings import Severity, Tag
from pinwise.base.redaction import redacted
from pinwise.base.text import Span
from pinwise.lsp.uris import uri_of
from pinwise.rules.pages import page_of
from pinwise.syntax.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from pinwise.advice.findings import FileEdit, Finding, Related
    from pinwise.analysis.report import Diagnostic
    from pinwise.lsp.capabilities import ClientFeatures
    from pinwise.project.files import Document
    from pinwise.project.settings_file import SettingsFile
    from pinwise.syntax.source import Encoding

SOURCE = "pinwise"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}
_TAGS = {
    Tag.UNNECESSARY: types.DiagnosticTag.Unnecessary,
    Tag.DEPRECATED: types.DiagnosticTag.Deprecated,
}


def range_of(source: Source, span: Span, encoding: Encoding) -> types.Range:
    """Return the LSP range of a span."""
    start = source.position(span.start, encoding)
    end = source.position(span.end, encoding)
    return types.Range(
        types.Position(start.line, start.column), types.Position(end.line, end.column)
    )


def span_of(source: Source, where: types.Range, encoding: Encoding) -> Span:
    """Return the span of an LSP range; positions beyond the text are moved to its end."""
    start = source.offset(where.start.line, where.start.character, encoding)
    end = source.offset(where.end.line, where.end.character, encoding)
    return Span(min(start, end), max(start, end))


class DiagnosticConverter:
    """Turns diagnostics into LSP's, for one client.

    Attributes:
        source_of: the text of a file that a diagnostic points into; None if it is not known.
    """

    def __init__(
        self,
        features: ClientFeatures,
        encoding: Encoding,
        source_of: Callable[[Path], Source | None],
    ) -> None:
        self._features = features
        self._encoding = encoding
        self._source_of = source_of
        self._pages: dict[str, types.CodeDescription | None] = {}
        """The page of each rule, looked for on disk once: a file may have a thousand findings."""

    def convert(self, source: Source, diagnostic: Diagnostic) -> types.Diagnostic:
        """Return the LSP diagnostic, with no more than the client understands."""
        rule, finding = diagnostic.rule, diagnostic.finding
        features = self._features
        return types.Diagnostic(
            range=range_of(source, finding.span, self._encoding),
            message=redacted(finding.message),
            severity=_SEVERITIES[diagnostic.severity],
            code=rule.name,
            code_description=self._page(rule.name) if features.code_description else None,
            source=SOURCE,
            tags=[_TAGS[tag] for tag in finding.tags] if features.tags and finding.tags else None,
            related_information=self._related(finding) if features.related_information else None,
        )

    def _page(self, rule: str) -> types.CodeDescription | None:
        """Return the address of what explains a rule, None where that was not shipped."""
        if rule not in self._pages:
            page = page_of(rule)
            self._pages[rule] = types.CodeDescription(uri_of(page)) if page else None
        return self._pages[rule]

    def _related(self, finding: Finding) -> list[types.DiagnosticRelatedInformation] | None:
        """Return the other places of a finding, or None without any."""
        return [
            types.DiagnosticRelatedInformation(location, redacted(related.message))
            for related in finding.related
            if (location := self._location(related))
        ] or None

    def _location(self, related: Related) -> types.Location | None:
        """Return the place of a related line, whose file may have gone since."""
        source = self._source_of(related.path)
        if source is None or related.span.end > len(source.text):
            return None
        return types.Location(uri_of(related.path), range_of(source, related.span, self._encoding))


def workspace_edit(
    edits: Iterable[FileEdit],
    texts: Mapping[Path, Document | SettingsFile],
    features: ClientFeatures,
    encoding: Encoding,
) -> types.WorkspaceEdit:
    """Return the edits as one workspace edit.

    Where the client understands it, each file's edits name the version that they were made
    for, so that it refuses them if the text has moved on. Edits that make a file are only for
    clients with `create_files`.
    """
    by_file: dict[Path, list[types.TextEdit]] = {}
    new: list[types.CreateFile] = []
    for item in edits:
        if item.create:
            new.append(types.CreateFile(uri=uri_of(item.path)))
            source = Source("")
        else:
            source = texts[item.path].source
        by_file.setdefault(item.path, []).append(
            types.TextEdit(range_of(source, item.edit.span, encoding), item.edit.new_text)
        )
    if not features.document_changes:
        return types.WorkspaceEdit(changes={uri_of(path): e for path, e in by_file.items()})
    changed = [
        types.TextDocumentEdit(
            types.OptionalVersionedTextDocumentIdentifier(
                uri=uri_of(path), version=texts[path].version if path in texts else None
            ),
            list(file_edits),
        )
        for path, file_edits in by_file.items()
    ]
    return types.WorkspaceEdit(document_changes=[*new, *changed])
