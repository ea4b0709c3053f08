"""What an installation changed, and what was there already."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from pinwise.environments.installed import distributions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pinwise.environments.types import Environment


def records(environment: Environment) -> dict[NormalizedName, tuple[str, int]]:
    """Return the version of what is installed, and when its record was made, in nanoseconds.

    What is installed anew in the same version, as a folder is each time, gets a new record. Costs
    a look at each distribution.
    """
    found = {}
    for name, one in distributions(environment).items():
        try:
            made = Path(one.path).stat().st_mtime_ns
        except OSError:
            made = 0
        found[name] = (one.version, made)
    return found


def changed_since(
    before: Mapping[NormalizedName, tuple[str, int]], environment: Environment
) -> frozenset[NormalizedName]:
    """Return the names of what was installed since `records` were read."""
    after = records(environment)
    return frozenset(name for name in after if after[name] != before.get(name))


def untouched(requirements: Sequence[str], changed: Collection[NormalizedName]) -> list[str]:
    """Return those requirements that were satisfied before, as they were written.

    A path or an address has no name to look for: it is installed anew each time. One with extras
    may have been given these alone, so that anything that changed may be its own.
    """
    there = []
    for text in requirements:
        with contextlib.suppress(InvalidRequirement):
            requirement = Requirement(text)
            name = canonicalize_name(requirement.name)
            if not (changed if requirement.extras else name in changed):
                there.append(text)
    return there


def already_there(there: Sequence[str], where: str, *, upgrade: bool) -> str:
    """Return a sentence about requirements that were satisfied before; "" for none.

    Args:
        there: the requirements.
        where: what the environment is called.
        upgrade: whether newer versions were looked for.
    """
    if not there:
        return ""
    verb = "is" if len(there) == 1 else "are"
    state = "up to date" if upgrade else f"installed in {where} already"
    return f"{', '.join(there)} {verb} {state}."


def names_of(requirements: Iterable[str]) -> frozenset[NormalizedName]:
    """Return the names of requirements; an address has none."""
    names = set()
    for text in requirements:
        with contextlib.suppress(InvalidRequirement):
            names.add(canonicalize_name(Requirement(text).name))
    return frozenset(names)
