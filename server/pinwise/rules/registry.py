"""What a rule is, and how a module in this package becomes one."""

from __future__ import annotations

from enum import Flag, auto
from typing import TYPE_CHECKING, TypeAlias

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pinwise.advice.context import Context
    from pinwise.advice.findings import Finding, Severity

Check: TypeAlias = "Callable[[Context], Iterator[Finding]]"


class Facts(Flag):
    """What a rule needs beyond the text; without any rule on that needs it, nobody asks."""

    TEXT = auto()
    INDEX = auto()
    ENVIRONMENT = auto()
    MACHINE = auto()
    """Something else of this machine, such as a variable or its platform: elsewhere, the answer
    may be another, so that no comment which ignores it is called unused."""
    FINDINGS = auto()
    """What the other rules found: it runs after them, and they run where it does."""


class Rule(NamedTuple):
    """One rule: its code is never reused, its name says the bad thing.

    Attributes:
        severity: the default; the settings may change it.
        summary: one sentence for a person.
        check: looks at one include tree and yields what it finds, in any of its files.
        contextual: whether what it says of one place in two trees are two things: a clash with
            this line, and one with that. If not, the tree that allows less speaks.
        unanimous: whether it only speaks where every tree with the file says the same.
        by_project: whether it judges each project of an index by itself: by the lines that name
            it, which its findings stand in, by the listing, and by what `analysis.settled` lists.
            It then looks at `Context.unsettled` alone, because most lines stay as they are while
            one is typed in.
    """

    code: str
    name: str
    severity: Severity
    needs: Facts
    summary: str
    check: Check
    contextual: bool = False
    unanimous: bool = False
    by_project: bool = False


def rule(  # noqa: PLR0913 - the attributes of a rule
    code: str,
    name: str,
    *,
    severity: Severity,
    needs: Facts = Facts.TEXT,
    contextual: bool = False,
    unanimous: bool = False,
    by_project: bool = False,
) -> Callable[[Check], Rule]:
    """Make a check function a rule; the first line of its docstring is the summary."""

    def decorate(check: Check) -> Rule:
        summary = (check.__doc__ or "").partition("\n")[0]
        return Rule(
            code,
            name,
            severity,
            needs,
            summary,
            check,
            contextual,
            unanimous,
            by_project,
        )

    return decorate
