"""New specifiers in the style of old ones."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, Specifier
from packaging.version import InvalidVersion, Version

from pinwise.resolver.clash import specifier_set

if TYPE_CHECKING:
    from collections.abc import Iterator


def adjusted(specifier: str, version: Version) -> str | None:
    """Return a specifier changed as little as makes it admit a version, in the same style.

    `>=1,<2` becomes `>=1,<3` for 2.4.1, `==1.*` becomes `==2.*`, `~=1.4` becomes `~=2.4`, and an
    exclusion of the version goes. None where it cannot be read; O(length).
    """
    try:
        parts = [Specifier(part) for part in specifier.split(",") if part.strip()]
    except InvalidSpecifier:
        return None
    changed = [text for part in parts for text in _adjusted_part(part, version)]
    result = ",".join(changed)
    if all(Specifier(part).contains(version, prereleases=True) for part in changed):
        return result
    return None  # pragma: no cover - each kind of part was made to admit it


def versions_named(specifier: str) -> Iterator[Version]:
    """Yield the versions that a specifier names, without wildcards; none where it is none."""
    for part in specifier_set(specifier) or ():
        with suppress(InvalidVersion):
            yield Version(part.version.removesuffix(".*"))


def _adjusted_part(part: Specifier, version: Version) -> Iterator[str]:
    if part.contains(version, prereleases=True):
        yield str(part)
        return
    public = Version(version.public)
    if part.operator in {">", ">="}:
        yield f">={public}"
    elif part.operator == "<":
        yield f"<{_next(public, _length(part.version))}"
    elif part.operator == "<=":
        yield f"<={public}"
    elif part.operator == "~=":
        yield f"~={_cut(public, max(_length(part.version), 2))}"
    elif part.version.endswith(".*") and part.operator == "==":
        yield f"=={_cut(public, _length(part.version.removesuffix('.*')))}.*"
    elif part.operator in {"==", "==="}:
        yield f"{part.operator}{version}"
    # Only an exclusion is left, which goes.


def _length(text: str) -> int:
    """Return of how many numbers a version's release is written."""
    return len(Version(text).release)


def _padded(version: Version, length: int) -> list[int]:
    return [*version.release, *[0] * length][:length]


def _epoch(version: Version) -> str:
    return f"{version.epoch}!" if version.epoch else ""


def _cut(version: Version, length: int) -> str:
    """Return a version with as many numbers; a pre-release whole, since its cut is newer."""
    if version.is_prerelease and length >= len(version.release):
        return str(version)
    return _epoch(version) + ".".join(map(str, _padded(version, length)))


def _next(version: Version, length: int) -> str:
    """Return the first version of that many numbers that is newer than every one like it."""
    numbers = _padded(version, length)
    numbers[-1] += 1
    return _epoch(version) + ".".join(map(str, numbers))
