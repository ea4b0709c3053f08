"""What any analysis of a tree asks its index about first, told before a rule has run.

On an empty cache a check waits for the index rather than for the rules, so that both listings and
the metadata of pins had better be on their way at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from pinwise.advice.findings import Severity
from pinwise.advice.versions import pin_of
from pinwise.analysis.engine import severity_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.rules.registry import Rule

Question: TypeAlias = "NormalizedName | tuple[NormalizedName, Version]"
"""A project whose versions are asked for, or a version whose metadata are."""

UNKNOWN_PACKAGE = "unknown-package"
DEPENDENCY_CONFLICT = "dependency-conflict"


def first_questions(context: Context, rules: Collection[Rule]) -> tuple[Question, ...]:
    """Return the projects that the lines name, and the versions that they pin.

    `unknown-package` looks every project up, and `dependency-conflict` what every pin needs; what
    is off asks for nothing. Runs no rule.

    Args:
        context: of the tree.
        rules: those that will judge it.
    """
    on = {rule.name for rule in rules if severity_of(rule, context.settings) is not Severity.OFF}
    found: dict[Question, None] = {}
    for name, lines in context.by_name.items():
        looked_up = [located for located in lines if context.from_index(located)]
        if UNKNOWN_PACKAGE not in on or not looked_up:
            continue
        found[name] = None
        for located in looked_up if DEPENDENCY_CONFLICT in on else ():
            pin = pin_of(located.declaration.requirement)
            if pin is not None and context.applies(located.declaration) is True:
                found[name, pin.version] = None
    return tuple(found)
