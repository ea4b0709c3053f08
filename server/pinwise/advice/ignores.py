"""What the comments `# pinwise: ignore[...]` did in one analysis: what judges them is told this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.base.text import Span
    from pinwise.project.rule_names import RuleNames


class IgnoreUse(NamedTuple):
    """Which directives silenced something, and which rules can be said to have nothing to say.

    Attributes:
        names: the rules that there are.
        used: the places of the rule names that silenced a finding, and of the directives without
            names that did.
        judged: the rules that looked at the tree and missed no fact. Not among them are those that
            are off, that failed or wait for an index, and those that look at this machine.
        all_judged: whether those are all that are on.
    """

    names: RuleNames
    used: frozenset[tuple[Path, Span]]
    judged: frozenset[str]
    all_judged: bool
