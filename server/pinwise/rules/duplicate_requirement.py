"""`PW301` duplicate-requirement: the same package twice with the same meaning."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from packaging.utils import canonicalize_name, canonicalize_version

from pinwise.advice.context import same_marker
from pinwise.advice.edits import removal
from pinwise.advice.findings import Applicability, Finding, Fix, Related, Severity, Tag
from pinwise.advice.places import place_of
from pinwise.resolver.clash import specifier_set
from pinwise.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from packaging.specifiers import Specifier

    from pinwise.advice.context import Context, Located

Meaning: TypeAlias = "tuple[Hashable, ...]"


@rule("PW301", "duplicate-requirement", severity=Severity.WARNING)
def duplicate_requirement(ctx: Context) -> Iterator[Finding]:
    """A line that asks for what another line asks for already."""
    for lines in ctx.by_name.values():
        if len(lines) > 1:
            yield from _duplicates(lines)


def _duplicates(lines: Sequence[Located]) -> Iterator[Finding]:
    """Compare each line with the first that means the same and always stands beside it."""
    groups: dict[Meaning, list[Located]] = {}
    for located in lines:
        groups.setdefault(_meaning(located), []).append(located)
    for group in groups.values():
        # A line of an included file is needed where that file is used alone: it is the one that
        # stays, and the line of the file that includes it goes.
        kept: list[Located] = []
        for located in sorted(group, key=lambda line: -len(line.via)):
            original = next((other for other in kept if _covers(other, located)), None)
            if original is None:
                kept.append(located)
            else:
                yield _finding(located, original)


def _covers(original: Located, located: Located) -> bool:
    """Return whether whoever reads the file of `located` reads `original` too.

    Two files that a third one includes may each be used alone, so that both need the line.
    """
    return original.path == located.path or original.includes_through(located.path)


def _meaning(located: Located) -> Meaning:
    """Return what pip makes of a line; equal for lines that are spelt differently."""
    declaration = located.declaration
    requirement = declaration.requirement
    marker = requirement.marker
    return (
        located.role,
        frozenset(canonicalize_name(extra.name) for extra in requirement.extras),
        _same_specifier(requirement.specifier),
        same_marker(marker.text) if marker is not None else "",
        requirement.url,
        requirement.path,
        requirement.editable,
        frozenset((found.algorithm, found.digest) for found in declaration.hashes),
        tuple((option.name, option.value) for option in declaration.options),
    )


@lru_cache(maxsize=4096)
def _same_specifier(text: str) -> str:
    """Return a specifier so that two which differ in order, spaces and zeros alone are equal."""
    specifiers = specifier_set(text)
    if specifiers is None:
        return text
    # `SpecifierSet` compares by meaning, but hashing it at every keystroke costs too much.
    return ",".join(sorted(map(_canonical, specifiers)))


def _canonical(specifier: Specifier) -> str:
    """Write one comparison in PEP 440's normal form."""
    if specifier.operator == "===":
        return f"==={specifier.version.lower()}"
    # `~=1.0` and `~=1.0.0` differ: the number of components counts.
    short = specifier.operator != "~="
    version = canonicalize_version(specifier.version, strip_trailing_zero=short)
    return f"{specifier.operator}{version}"


def _finding(located: Located, original: Located) -> Finding:
    """Point at the superfluous line, and offer to remove it."""
    name = located.declaration.requirement.name
    kept = original.declaration.requirement.name
    place = place_of(original, located.path)
    return Finding(
        located.path,
        located.declaration.span,
        f"`{name}` is already required in {place}, with the same meaning.",
        related=(Related(original.path, original.declaration.span, f"`{kept}` is required here"),),
        fixes=(
            Fix(
                "Remove this line",
                Applicability.SAFE,
                (removal(located),),
                preferred=True,
            ),
        ),
        tags=(Tag.UNNECESSARY,),
    )
