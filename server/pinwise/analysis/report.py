"""What an analysis says: plain data for the editor features, the server and the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.advice.findings import Finding, Severity
    from pinwise.base.facts import NotChecked
    from pinwise.base.text import Span
    from pinwise.rules.registry import Rule


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding, the rule that made it, and the severity that the settings give it."""

    rule: Rule
    severity: Severity
    finding: Finding


@dataclass(frozen=True, slots=True)
class Unchecked:
    """One line about which something could not be learnt.

    Attributes:
        what: a project's name, or the file or address that an include names.
    """

    path: Path
    span: Span
    what: str
    reason: NotChecked


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found in one include tree.

    Attributes:
        diagnostics: by file, in the order of their places; every file of the tree has an entry.
        unchecked: what could not be learnt, and asking again at once would not help.
        gaps: the projects to ask the index for; with their facts another analysis may say more.
        asked: the projects that a rule asked about, those it might suggest among them.
    """

    diagnostics: Mapping[Path, tuple[Diagnostic, ...]]
    unchecked: tuple[Unchecked, ...] = ()
    gaps: frozenset[NormalizedName] = field(default_factory=frozenset)
    asked: frozenset[NormalizedName] = field(default_factory=frozenset)


def merge(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics of several trees in the order of their places, each once.

    A file that several trees include is judged in each. Where they say the same, it is said
    once; where one tree allows an update that another holds back, the one that holds it back is
    right about the file, and it is the one that offers fewer fixes.
    """
    unique: dict[tuple[Path, Span, str, str], Diagnostic] = {}
    for item in diagnostics:
        finding = item.finding
        message = finding.message if item.rule.contextual else ""
        key = finding.path, finding.span, item.rule.code, message
        known = unique.get(key)
        if known is None or len(finding.fixes) < len(known.finding.fixes):
            unique[key] = item
    return [unique[key] for key in sorted(unique)]
