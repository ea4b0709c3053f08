"""Statements of the form "these cannot all hold", and why each of them is true."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    from pinwise.resolver.problem import Requirement
    from pinwise.resolver.provider import Dependency


class Package(NamedTuple):
    """A package, or with `extra` the switch that turns one of its extras on.

    A switch has two states, off (bit 0) and on (bit 1). What an extra adds is a statement about
    the switch, the package's version and the dependency, so that an extra has the version of its
    package by construction.
    """

    name: NormalizedName
    extra: str = ""

    def __str__(self) -> str:
        return f"{self.name}[{self.extra}]" if self.extra else self.name


class Asked(NamedTuple):
    """A line asks for it, or for a constraint, bounds it."""

    requirement: Requirement


class Needs(NamedTuple):
    """Versions of a package need it; `package` has the extra that adds the need, if one does."""

    package: Package
    dependency: Dependency


class Excluded(NamedTuple):
    """pip would take none of these versions.

    Attributes:
        reason: the end of a sentence that begins with the version: "needs Python >=3.9".
        yanked: whether a pin somewhere could change it.
    """

    package: Package
    reason: str
    yanked: bool = False


class Derived(NamedTuple):
    """It follows from these: the second resolved with the first, the third with that, ..."""

    parents: tuple[Incompatibility, ...]


Cause: TypeAlias = Asked | Needs | Excluded | Derived


class Incompatibility:
    """Packages, each with a mask: it is impossible that every one is within its mask.

    Attributes:
        terms: masks by the package's number in its solve; the empty statement is a contradiction.
    """

    __slots__ = ("cause", "terms")

    def __init__(self, terms: dict[int, int], cause: Cause) -> None:
        self.terms = terms
        self.cause = cause
