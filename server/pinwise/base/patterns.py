"""Regular expressions that are compiled when they are first used.

The engine has two hundred of them, and compiling one takes 50 to 1000 µs; a file of plain pins
needs thirty. For what is read in every file, `re.compile` is the better one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from typing import Any


class _Late:
    """Compiles at the first look at an attribute, and has each from then on as its own."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._wanted = pattern, flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as those of `re.Pattern`
        found = getattr(re.compile(*self._wanted), name)
        setattr(self, name, found)
        return found


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern as `re.compile` does; a wrong one is told of when it is first used.

    It has the methods and attributes of a pattern, and is none for `isinstance`.
    """
    return cast("re.Pattern[str]", _Late(pattern, flags))
