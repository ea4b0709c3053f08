"""The solver's own derivation, step by step, as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.resolver.incompatibility import Asked, Derived, Excluded, Needs
from pinwise.resolver.wording import every, joined, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pinwise.resolver.incompatibility import Incompatibility
    from pinwise.resolver.outcome import Conflict
    from pinwise.resolver.problem import Requirement

MOST_STEPS = 60

MOST_NUMBERS = 12
"""Of how many lines at most a conclusion says that it follows from them."""


def derivation_steps(conflict: Conflict, place: Callable[[Requirement], str]) -> list[str]:
    """Return a line of text for each fact and each conclusion, the contradiction last.

    Every conclusion names the numbers of the lines that it follows from. Of a derivation that is
    longer than a person reads, the beginning and the end are given.
    """
    numbers: dict[int, int] = {}
    seen: dict[str, int] = {}
    lines: list[str] = []
    for statement in _in_order(conflict.contradiction):
        text = _text(statement, conflict, place)
        if isinstance(statement.cause, Derived):
            known = dict.fromkeys(numbers[id(parent)] for parent in statement.cause.parents)
            text += f" ({_because(list(known))})"
        # Two statements with the same words are one to a person.
        if text not in seen:
            lines.append(f"{len(lines) + 1}. {text}")
            seen[text] = len(lines)
        numbers[id(statement)] = seen[text]
    if len(lines) > MOST_STEPS:
        half = MOST_STEPS // 2
        left_out = f"... {len(lines) - 2 * half} more steps ..."
        return [*lines[:half], left_out, *lines[-half:]]
    return lines


def _because(numbers: list[int]) -> str:
    if len(numbers) > MOST_NUMBERS:
        return f"from {numbers[0]}, {numbers[1]} and {len(numbers) - 2} others"
    return f"from {joined(map(str, numbers))}"


def _in_order(contradiction: Incompatibility) -> Iterator[Incompatibility]:
    """Yield every statement of a derivation once, after those that it follows from."""
    done: set[int] = set()
    waiting = [(contradiction, False)]
    while waiting:
        statement, ready = waiting.pop()
        if id(statement) in done:
            continue
        if ready or not isinstance(statement.cause, Derived):
            done.add(id(statement))
            yield statement
            continue
        waiting.append((statement, True))
        waiting += [(parent, False) for parent in reversed(statement.cause.parents)]


def _text(
    statement: Incompatibility, conflict: Conflict, place: Callable[[Requirement], str]
) -> str:
    cause = statement.cause
    if isinstance(cause, Asked):
        line = cause.requirement
        verb = "allows only" if line.constraint else "asks for"
        return f"{place(line)} {verb} `{line.shown}`"
    if isinstance(cause, Needs):
        number = next(
            number
            for number in statement.terms
            if conflict.packages[number].name == cause.package.name
            and not conflict.packages[number].extra
        )
        universe = conflict.universes[cause.package.name]
        extra = f" with the extra `{cause.package.extra}`" if cause.package.extra else ""
        parent = every(universe, statement.terms[number])
        return f"{parent}{extra} needs `{cause.dependency.shown}`"
    if isinstance(cause, Excluded):
        (mask,) = statement.terms.values()
        return f"{every(conflict.universes[cause.package.name], mask)} {cause.reason}"
    return f"so {told(statement, conflict.packages, conflict.universes)}"
