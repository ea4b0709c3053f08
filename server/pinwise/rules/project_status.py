"""`PW207` project-status: a project that is archived, deprecated or in quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Finding, Severity
from pinwise.advice.told import told
from pinwise.base.facts import Known
from pinwise.manifests.declarations import Role
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.advice.context import Context, Located

_SENTENCES = {
    "archived": "is archived: nobody maintains it any more",
    "deprecated": "is deprecated: its maintainers advise against it",
    "quarantined": "is in quarantine, and must not be installed: it may be malicious",
}
"""The markers of PEP 792, but for `active`. What another one would mean is not known."""


@rule(
    "PW207",
    "project-status",
    severity=Severity.WARNING,
    needs=Facts.INDEX,
    by_project=True,
)
def project_status(ctx: Context) -> Iterator[Finding]:
    """A project that is archived, deprecated or in quarantine, as its index says."""
    for name, lines in ctx.unsettled.items():
        # A constraint asks for nothing, and one line of a file tells it for the others.
        first: dict[Path, Located] = {}
        for located in lines:
            if located.role is Role.REQUIREMENT and ctx.from_index(located):
                first.setdefault(located.path, located)
        if not first:
            continue
        fact = ctx.listing(name)
        if not isinstance(fact, Known) or fact.value.status not in _SENTENCES:
            continue
        sentence, reason = _SENTENCES[fact.value.status], told(fact.value.status_reason)
        because = f" The index tells why: {reason}." if reason else ""
        for path, located in first.items():
            message = f"`{located.declaration.requirement.name}` {sentence}.{because}"
            yield Finding(path, located.name_span, message)
