"""Completion within environment markers (PEP 508)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.marker_values import known_values
from pinwise.features.completion.items import Completion, Item, ItemKind
from pinwise.features.completion.part import Wanted
from pinwise.syntax.markers import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.environments.types import Target
    from pinwise.features.completion.part import Place

_MEANINGS = {
    "python_version": "The Python version by its first two numbers",
    "python_full_version": "The whole Python version",
    "os_name": "Python's os.name: posix or nt",
    "sys_platform": "Python's sys.platform: linux, win32, darwin",
    "platform_release": "The release of the operating system",
    "platform_system": "The operating system's name: Linux, Windows, Darwin",
    "platform_version": "The version of the operating system, in its own words",
    "platform_machine": "The processor: x86_64, arm64, AMD64",
    "platform_python_implementation": "The implementation of Python: CPython, PyPy",
    "implementation_name": "Python's sys.implementation.name: cpython, pypy",
    "implementation_version": "The version of the implementation of Python",
    "extra": "The extra that is asked for; it means something in a package's metadata only",
}

_COMPARISONS = (
    ("==", "equal"),
    ("!=", "not equal"),
    ("<", "older than"),
    ("<=", "as old, or older"),
    (">", "newer than"),
    (">=", "as new, or newer"),
    ("~=", "compatible with"),
    ("in", "part of the text"),
    ("not in", "no part of the text"),
)
_VERSIONS_ONLY = ("<", "<=", ">", ">=", "~=")

_VERSION_VARIABLES = ("python_version", "python_full_version", "implementation_version")

_OLDEST_MINOR, _NEWEST_MINOR = 8, 15
"""The Pythons that lines are written for nowadays, 3.8 to 3.15."""


def complete_marker(place: Place, target: Target | None, pythons: Sequence[str]) -> Completion:
    """Return what may stand at a place of a marker.

    Args:
        place: of a variable, an operator, a value or a joint.
        target: the selected interpreter, whose own values come first; None if not known.
        pythons: the versions that the project supports, as the settings list them.
    """
    match place.wanted:
        case Wanted.MARKER_VARIABLE:
            items = tuple(_variables(target))
        case Wanted.MARKER_OPERATOR:
            items = tuple(_operators(place))
        case Wanted.MARKER_VALUE:
            items = tuple(_values(place, target, pythons))
        case _:
            items = (
                Item("and", ItemKind.KEYWORD, detail="both must hold"),
                Item("or", ItemKind.KEYWORD, detail="one of them must hold"),
            )
    return Completion(place.span, items)


def _variables(target: Target | None) -> Iterator[Item]:
    """Yield the variables, versions with the value that they have for the selected interpreter."""
    for name in VARIABLES:
        detail = _MEANINGS.get(name, "")
        if target is not None and name in _VERSION_VARIABLES:
            detail += f": {target.marker_environment.get(name, '')}".removesuffix(": ")
        yield Item(name, ItemKind.VARIABLE, detail=detail)


def _operators(place: Place) -> Iterator[Item]:
    """Yield the comparisons that mean something for the variable."""
    if place.operator == "not":
        yield Item("in", ItemKind.OPERATOR, detail="no part of the text")
        return
    ordered = place.variable in _VERSION_VARIABLES or not place.variable
    for operator, meaning in _COMPARISONS:
        if ordered or operator not in _VERSIONS_ONLY:
            yield Item(operator, ItemKind.OPERATOR, detail=meaning)


def _values(place: Place, target: Target | None, pythons: Sequence[str]) -> Iterator[Item]:
    """Yield what the variable may be compared with, the selected interpreter's own value first."""
    variable = place.variable.replace(".", "_")
    own = target.marker_environment.get(variable, "") if target is not None else ""
    values = [own] if own and all(mark not in own for mark in "'\"\\") else []
    if variable == "python_version":
        values += [f"3.{minor}" for minor in range(_NEWEST_MINOR, _OLDEST_MINOR - 1, -1)]
        values[1:1] = pythons
    elif variable == "python_full_version":
        values += [f"3.{minor}.0" for minor in range(_NEWEST_MINOR, _OLDEST_MINOR - 1, -1)]
    else:
        values += known_values(variable)
    for value in dict.fromkeys(values):
        text = f"{value}{place.quote}" if place.quoted else f'"{value}"'
        detail = "the selected Python" if value == own else ""
        yield Item(value, ItemKind.VALUE, text, detail)
