"""Brute force over small graphs: the judge that cannot be clever."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from packaging.requirements import Requirement as Parsed
from packaging.specifiers import SpecifierSet
from packaging.version import Version

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pinwise.resolver.problem import Requirement

Packages = dict[str, dict[str, list[str]]]

NAMES = "abcde"
VERSIONS = ("3.0", "2.0", "2.0rc1", "1.0")
SPECIFIERS = (
    *(
        "",
        "",
        "",
        "",
        ">=1",
        "<4",
        ">=1.0",
        "!=3.0",
        "==1.0",
        "==2.0",
        "==3.0",
        ">=2",
        ">=3",
        "<2",
        "<3",
        "!=2.0",
        "~=2.0",
        "==2.*",
    ),
    *(">=2.0rc1", "<=2.0rc1", ">1,<3"),
)


def random_packages(chance: random.Random, *, names: str = NAMES) -> Packages:
    """Return a small universe with extras, pre-releases and cycles."""
    packages: Packages = {}
    for name in names:
        count = chance.choice((1, 2, 3, 3, 4))
        packages[name] = {}
        for version in sorted(chance.sample(VERSIONS, count)):
            needs = [_random_need(chance, names) for _ in range(chance.choice((0, 0, 1, 1, 2)))]
            needs += [
                f"{_random_need(chance, names)} ; extra == '{extra}'"
                for extra in ("x", "y")
                if chance.random() < 0.25
            ]
            packages[name][version] = needs
    return packages


def random_file(chance: random.Random, *, names: str = NAMES) -> str:
    """Return some lines about a universe, the last ones constraints."""
    lines = [_random_need(chance, names) for _ in range(chance.randint(1, 3))]
    constraints = [
        f"-c {chance.choice(names)}{chance.choice(SPECIFIERS)}"
        for _ in range(chance.choice((0, 0, 1, 2)))
    ]
    return "\n".join([*lines, *constraints])


def _random_need(chance: random.Random, names: str) -> str:
    extras = chance.choice(("", "", "", "", "[x]", "[y]", "[x,y]"))
    return f"{chance.choice(names)}{extras}{chance.choice(SPECIFIERS)}"


@cache
def _specifiers(text: str) -> SpecifierSet:
    return SpecifierSet(text)


@cache
def _fits(specifier: str, version: str) -> bool:
    return _specifiers(specifier).contains(Version(version), prereleases=True)


@cache
def _needs(text: str) -> tuple[str, frozenset[str], str, str | None]:
    """Return name, extras, specifier, and the extra that a requirement is for."""
    parsed = Parsed(text)
    extra = text.rpartition("== '")[2].rstrip("'") if parsed.marker else None
    return parsed.name, frozenset(parsed.extras), str(parsed.specifier), extra


def holds(
    lines: Sequence[Requirement],
    packages: Packages,
    chosen: Mapping[str, str | None],
    asked: dict[str, list[str]] | None = None,
) -> bool:
    """Return whether versions satisfy lines and each other.

    The specifiers that the chosen versions ask for are added to `asked`.
    """
    active: dict[str, set[str]] = {}
    for line in lines:
        version = chosen.get(line.name)
        if version is None:
            if not line.constraint:
                return False
        elif not _fits(line.specifier, version):
            return False
        if not line.constraint:
            active.setdefault(line.name, set()).update(line.extras)
    return _closed(active, packages, chosen, {} if asked is None else asked)


def holds_without_yanks(
    lines: Sequence[Requirement],
    packages: Packages,
    chosen: Mapping[str, str | None],
    yanked: Collection[str],
) -> bool:
    """Return whether versions hold, none of them yanked but where a specifier pins it."""
    asked: dict[str, list[str]] = {}
    for line in lines:
        asked.setdefault(line.name, []).append(line.specifier)
    return holds(lines, packages, chosen, asked) and all(
        f"{name} {chosen.get(name)}" not in yanked
        or any("==" in text and "*" not in text for text in texts)
        for name, texts in asked.items()
    )


def _closed(
    active: dict[str, set[str]],
    packages: Packages,
    chosen: Mapping[str, str | None],
    asked: dict[str, list[str]],
) -> bool:
    """Return whether what is asked for has all that it needs, extras and all."""
    waiting = list(active)
    while waiting:
        name = waiting.pop()
        for text in packages[name][chosen[name] or ""]:
            other, extras, specifier, extra = _needs(text)
            if extra is not None and extra not in active[name]:
                continue
            found = chosen.get(other)
            if found is None or not _fits(specifier, found):
                return False
            asked.setdefault(other, []).append(specifier)
            before = active.get(other)
            if before is None or not extras <= before:
                active[other] = (before or set()) | extras
                waiting.append(other)
    return True


def solutions(lines: Sequence[Requirement], packages: Packages) -> Iterator[dict[str, str | None]]:
    """Yield every choice that holds. O(product of the numbers of versions)."""
    options = [(None, *versions) for versions in packages.values()]
    for choice in product(*options):
        chosen = dict(zip(packages, choice, strict=True))
        if holds(lines, packages, chosen):
            yield chosen


def possible(lines: Sequence[Requirement], packages: Packages) -> bool:
    """Return whether any choice holds."""
    return next(solutions(lines, packages), None) is not None
