"""Findings that nobody wants: by comments in the file, and by settings for files and packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.project.suppressions import (
    directives_in,
    file_suppressions,
    line_at,
    line_suppressions,
    mentions_directives,
    near_misses_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pinwise.analysis.report import Diagnostic
    from pinwise.base.text import Span
    from pinwise.project.files import Document
    from pinwise.project.settings import Settings
    from pinwise.project.suppressions import Suppression
    from pinwise.rules.registry import Rule


class Silence:
    """What is not wanted in one file.

    Costs a search of the text where it has no such comment.

    Attributes:
        used: the places of the rule names, and of the directives without any, that silenced
            something so far.
    """

    def __init__(self, path: Path, document: Document | None, settings: Settings) -> None:
        """Read the comments of a file; `document` is None for one that is no requirements file."""
        self.used: set[Span] = set()
        self._path = path
        self._settings = settings
        self._file = document.file if document is not None else None
        self._commented = self._file is not None and mentions_directives(self._file.source.text)
        self._everywhere: tuple[Suppression, ...] = ()
        if self._file is not None and self._commented:
            self._everywhere = file_suppressions(self._file)
        self._file_wide: dict[tuple[str, bool], bool] = {}

    def kept(
        self, diagnostics: Iterable[Diagnostic], *, by_name_alone: bool = False
    ) -> list[Diagnostic]:
        """Return the diagnostics that are wanted.

        Args:
            diagnostics: all of this file.
            by_name_alone: whether directives without names do not count: what is said about a
                directive is not silenced by it.
        """
        return [item for item in diagnostics if not self._silent(item, by_name_alone)]

    def _silent(self, diagnostic: Diagnostic, by_name_alone: bool) -> bool:  # noqa: FBT001 - passed on
        """Return whether one is not wanted, and note which comment says so."""
        # All that cover it are in use. They are asked before the settings: whether a comment is
        # needed must not depend on a setting that may go.
        in_file = self._silent_in_file(diagnostic.rule, by_name_alone)
        on_line = self._covered(self._on_line(diagnostic), diagnostic.rule, by_name_alone)
        return in_file or on_line or self._ignored(diagnostic)

    def _silent_in_file(self, rule: Rule, by_name_alone: bool) -> bool:  # noqa: FBT001 - passed on
        """Return whether the file's own directives cover a rule, which is looked up once."""
        key = rule.name, by_name_alone
        if key not in self._file_wide:
            self._file_wide[key] = self._covered(self._everywhere, rule, by_name_alone)
        return self._file_wide[key]

    def _covered(
        self,
        suppressions: Iterable[Suppression],
        rule: Rule,
        by_name_alone: bool,  # noqa: FBT001 - passed on
    ) -> bool:
        """Return whether any of some directives covers a rule, and note which do."""
        covering = [
            span
            for item in suppressions
            if item.rules or not by_name_alone
            for span in item.covering(rule.name, rule.code)
        ]
        self.used.update(covering)
        return bool(covering)

    def _on_line(self, diagnostic: Diagnostic) -> tuple[Suppression, ...]:
        """Return the directives of the line that a diagnostic stands on."""
        if self._file is None or not self._commented:
            return ()
        line = line_at(self._file, diagnostic.finding.span.start)
        return line_suppressions(line) if line is not None else ()

    def _ignored(self, diagnostic: Diagnostic) -> bool:
        """Return whether the settings ignore one."""
        name, settings = diagnostic.rule.name, self._settings
        if settings.per_file_ignores and settings.ignores_in_file(name, self._path):
            return True
        if not settings.per_package_ignores or self._file is None:
            return False
        line = line_at(self._file, diagnostic.finding.span.start)
        if line is None or line.requirement is None or not line.requirement.name:
            return False
        return settings.ignores_for_package(name, canonicalize_name(line.requirement.name))


def has_directives(document: Document) -> bool:
    """Return whether a file has any comment that is meant to silence something."""
    return mentions_directives(document.text) and (
        any(directives_in(document.file)) or any(near_misses_in(document.file))
    )
