"""What an analysis says: plain data for the editor features, the server and the command line."""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from pinwise.advice.update_fixes import UpdateFixes
from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.findings import Finding, Severity
    from pinwise.base.facts import NotChecked
    from pinwise.base.text import Span
    from pinwise.rules.registry import Rule

_Key: TypeAlias = "tuple[Path, Span, str, str]"


class Diagnostic(NamedTuple):
    """A finding, the rule that made it, and the severity that the settings give it."""

    rule: Rule
    severity: Severity
    finding: Finding


class Unchecked(NamedTuple):
    """One line about which something could not be learnt.

    Attributes:
        what: a project's name, or the file or address that an include names.
        version: of the project, where what this version needs is all that is missing; else "".
    """

    path: Path
    span: Span
    what: str
    reason: NotChecked
    version: str = ""


@record(frozen=True, slots=True)
class Report:
    """Everything that was found in one include tree.

    Attributes:
        diagnostics: by file, in the order of their places; every file of the tree has an entry.
        unchecked: what could not be learnt, and asking again at once would not help.
        gaps: the projects to ask the index for; with their facts another analysis may say more.
        version_gaps: the versions to ask the index for the metadata of, likewise.
        asked: the projects that a rule asked about, those it might suggest among them.
    """

    diagnostics: Mapping[Path, tuple[Diagnostic, ...]]
    unchecked: tuple[Unchecked, ...] = ()
    gaps: frozenset[NormalizedName] = field(default_factory=frozenset)
    version_gaps: frozenset[tuple[NormalizedName, Version]] = field(default_factory=frozenset)
    asked: frozenset[NormalizedName] = field(default_factory=frozenset)


def merge(path: Path, reports: Sequence[Report]) -> list[Diagnostic]:
    """Return what the reports of several trees say of a file, by place, each thing once.

    What a unanimous rule says counts only where it says so in all of them.
    """
    items = [item for report in reports for item in report.diagnostics[path]]
    said = Counter(_key(item) for item in items if item.rule.unanimous)
    return each_once(
        item for item in items if not item.rule.unanimous or said[_key(item)] == len(reports)
    )


def each_once(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics in the order of their places, each once.

    Of what two trees say of a place, the more severe counts. Where one tree allows an update that
    another holds back, the one that holds it back is right about the file, and it is the one that
    offers fewer fixes.
    """
    unique: dict[_Key, Diagnostic] = {}
    for item in diagnostics:
        key = _key(item)
        known = unique.get(key)
        if known is None or _rank(item) < _rank(known):
            unique[key] = item
    return [unique[key] for key in sorted(unique)]


def _rank(diagnostic: Diagnostic) -> tuple[int, int]:
    """Return what counts first: severity, then few fixes; updates are not tried out for that."""
    fixes = diagnostic.finding.fixes
    offered = len(fixes.untried if isinstance(fixes, UpdateFixes) else fixes)
    return -diagnostic.severity, offered


def _key(diagnostic: Diagnostic) -> _Key:
    """Return what two diagnostics that say the same have in common."""
    finding, rule = diagnostic.finding, diagnostic.rule
    message = finding.message if rule.contextual else ""
    return finding.path, finding.span, rule.code, message
