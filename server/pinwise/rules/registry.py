"""What a rule is, and how a module in this package becomes one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto
from inspect import getdoc
from typing import TYPE_CHECKING, TypeAlias

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


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code is never reused, its name says the bad thing.

    Attributes:
        severity: the default; the settings may change it.
        summary: one sentence for a person.
        check: looks at one include tree and yields what it finds, in any of its files.
    """

    code: str
    name: str
    severity: Severity
    needs: Facts
    summary: str
    check: Check


def rule(
    code: str, name: str, *, severity: Severity, needs: Facts = Facts.TEXT
) -> Callable[[Check], Rule]:
    """Make a check function a rule; the first line of its docstring is the summary."""

    def decorate(check: Check) -> Rule:
        summary = (getdoc(check) or "").partition("\n")[0]
        return Rule(code, name, severity, needs, summary, check)

    return decorate
