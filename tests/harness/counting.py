"""How much work something is, counted rather than timed: the same on a busy machine."""

from __future__ import annotations

import re
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from unittest.mock import patch

from tests.harness.pattern_steps import Counting, Steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

T = TypeVar("T")


def counted(work: Callable[[], T]) -> tuple[T, int]:
    """Return what some work returns, and how many functions it called in this thread.

    Functions written in C count as one, however long they take: a search through a text that
    grows with it is not seen.
    """
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        result = work()
    finally:
        sys.setprofile(before)
    return result, calls


def assert_linear(work: Callable[[int], object], small: int) -> None:
    """Fail if four times the size are much more than four times the work.

    Counted are the functions that are called, and the steps of regular expressions. What C does in
    one call is not seen, such as the search of a text for another one.

    Args:
        work: what is done for a size. It runs twice for each.
        small: a size at which what is done once no longer counts.
    """
    amounts = []
    for size in (small, 4 * small):
        steps = pattern_steps(partial(work, size))
        amounts.append(steps + counted(partial(work, size))[1])
    less, more = amounts
    assert more < 5 * less, f"four times the size are {more / less:.1f} times the work"


def pattern_steps(work: Callable[[], object]) -> int:
    """Return how many steps the regular expressions of the project take for some work.

    Seen are those that a module has as its own, and those that are given to functions of `re`.
    """
    steps = Steps()
    modules = [module for name, module in sys.modules.items() if name.startswith("pinwise.")]
    found = [
        (module, name, value)
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern) or type(value).__module__ == "pinwise.base.patterns"
    ]
    for module, name, value in found:
        setattr(module, name, Counting(re.compile(value.pattern, value.flags), steps))

    def through(name: str, pattern: str, *rest: object, flags: int = 0) -> object:
        return getattr(Counting(re.compile(pattern, flags), steps), name)(*rest)

    names = ("match", "fullmatch", "search", "finditer", "findall", "sub", "split")
    functions: dict[str, Any] = {name: partial(through, name) for name in names}
    try:
        with patch.multiple(re, **functions):
            work()
    finally:
        for module, name, value in found:
            setattr(module, name, value)
    return steps.taken
