"""Reads what versions need (`Requires-Dist`) for one environment, each text once.

Hundreds of versions repeat the same few texts, and other texts the same few markers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from packaging.markers import (
    InvalidMarker,
    Marker,
    UndefinedComparison,
    UndefinedEnvironmentName,
)
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pinwise.advice.text_shown import shown_in_code
from pinwise.base.facts import Known
from pinwise.resolver.clash import specifier_set
from pinwise.resolver.provider import Dependency
from pinwise.resolver.wording import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    Environment: TypeAlias = tuple[tuple[str, str], ...]

_REMEMBERED = 20_000
"""Sets of requirements that a reader remembers, and markers; some hundred bytes each."""

_EXTRA = re.compile(r"""(?:.*\sand\s+)?extra\s*==\s*(["'])([\w.-]+)\1""")
_ALTERNATIVES = re.compile(r"\bor\b")

_BOUND = r"(?:[~=!<>]=|<|>)[ \t]*[\w.*+!-]+"
_BOUNDS = rf"{_BOUND}(?:[ \t]*,[ \t]*{_BOUND})*"
_PLAIN = re.compile(
    r"[ \t]*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)[ \t]*"
    rf"(?:\([ \t]*(?:({_BOUNDS})[ \t]*)?\)[ \t]*|({_BOUNDS})[ \t]*)?",
    re.ASCII,
)
"""A name without extras, and bounds as nearly everybody writes them, in parentheses or not.

Between two runs of blanks there is always something, or a long one would take time by its power.
"""


class Reader:
    """Reads `Requires-Dist` for one environment, each text and each set of them once.

    Args:
        environment: the variables of markers; None where they are not known.
    """

    def __init__(self, environment: Environment | None) -> None:
        self._environment = dict(environment) if environment is not None else None
        self._known: dict[tuple[tuple[str, ...], str], Known[tuple[Dependency, ...]]] = {}
        self._holding: dict[tuple[str, str], bool] = {}

    def read(self, requires_dist: tuple[str, ...], extra: str) -> Known[tuple[Dependency, ...]]:
        """Return what counts in the environment; the same tuple for the same question."""
        key = (requires_dist, extra)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[key] = Known(tuple(self._counting(requires_dist, extra)))
        return found

    def _counting(self, requires_dist: tuple[str, ...], extra: str) -> Iterator[Dependency]:
        for text in requires_dist:
            if not _is_of_another(text, extra) and (parsed := read_requirement(text)) is not None:
                needed, marker = parsed
                if self._counts(marker, extra):
                    yield needed

    def _counts(self, marker: str, extra: str) -> bool:
        if not marker:
            return not extra
        found = self._holding.get((marker, extra))
        if found is None:
            if len(self._holding) >= _REMEMBERED:
                self._holding.clear()
            found = self._holding[marker, extra] = self._holds(marker, extra)
        return found

    def _holds(self, text: str, extra: str) -> bool:
        """Return whether a marker holds; for an extra, whether it holds because of it."""
        marker = _marker(text)
        if self._environment is None or marker is None:
            # For which interpreter is not known, and what is not known constrains nothing.
            return False
        try:
            without = marker.evaluate({**self._environment, "extra": ""})
            if not extra:
                return without
            return not without and marker.evaluate({**self._environment, "extra": extra})
        except (UndefinedEnvironmentName, UndefinedComparison, ValueError):
            return False


reader_for = lru_cache(maxsize=16)(Reader)
"""Has one for each target that a tree is judged for (`other_targets`): an edit asks all in turn."""


def _is_of_another(text: str, extra: str) -> bool:
    """Return whether a requirement is certain to belong to an extra that is not asked for.

    Most are, and are not worth parsing: whose marker is a conjunction with `extra == "..."`.
    """
    marker = text.partition(";")[2]
    # The expression looks for a while where there is no extra.
    named = _EXTRA.fullmatch(marker.strip()) if "extra" in marker else None
    return (
        named is not None
        and canonicalize_name(named[2]) != extra
        and not _ALTERNATIVES.search(marker)
    )


@lru_cache(maxsize=32_768)
def read_requirement(text: str) -> tuple[Dependency, str] | None:
    """Read one requirement of a version, with its marker, "" for none.

    None for one that is none, which bounds nothing. What it means is what `packaging` says, which
    reads the bounds and the marker each once for all the texts that have them.
    """
    plain, semicolon, marker = text.partition(";")
    found = _PLAIN.fullmatch(plain)
    bounds = _bounds(found[2] or found[3] or "") if found is not None else None
    if found is None or bounds is None or (semicolon and _marker(marker) is None):
        return _read_any(text)
    written = f"{found[1]}{bounds[1]}"
    shown = written if shown_in_code(written) else ""
    return Dependency(canonicalize_name(found[1]), bounds[0], (), shown), marker


def _read_any(text: str) -> tuple[Dependency, str] | None:
    try:
        parsed = Requirement(text)
    except InvalidRequirement:
        return None
    marker = str(parsed.marker) if parsed.marker is not None else ""
    name = canonicalize_name(parsed.name)
    extras = tuple(sorted(map(canonicalize_name, parsed.extras)))
    if parsed.url is not None:
        # An address may hold secrets.
        return Dependency(name, "", extras, direct=True), marker
    listed = f"[{','.join(sorted(parsed.extras))}]" if parsed.extras else ""
    written = f"{parsed.name}{listed}{in_order(parsed.specifier)}"
    shown = written if shown_in_code(written) else ""
    return Dependency(name, str(parsed.specifier), extras, shown), marker


@lru_cache(maxsize=8192)
def _bounds(text: str) -> tuple[str, str] | None:
    """Return a specifier as `packaging` writes it, and as a person would; None for none."""
    specifiers = specifier_set(text)
    return (str(specifiers), in_order(specifiers)) if specifiers is not None else None


@lru_cache(maxsize=8192)
def _marker(text: str) -> Marker | None:
    try:
        return Marker(text)
    except InvalidMarker:
        return None
