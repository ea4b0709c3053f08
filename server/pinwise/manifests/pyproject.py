"""What the table `[project]` of a `pyproject.toml` says of its distribution (PEP 621)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

from pinwise.base.toml import parse_toml
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

MOST_NEEDS = 3000
"""Requirements of one project that are read; one with more is no real one."""


class StaticProject(NamedTuple):
    """What a distribution says of itself without being built.

    Attributes:
        version: None where only a build tells it.
        requires_dist: as `Requires-Dist` of core metadata, those of extras with their marker;
            None where only a build tells what is needed without an extra.
        extras: those whose needs are all among `requires_dist`; None where only a build tells
            which there are.
        requires_python: the specifier text; "" where there is none, or only a build tells it.
    """

    name: NormalizedName
    version: Version | None = None
    requires_dist: tuple[str, ...] | None = None
    extras: frozenset[str] | None = None
    requires_python: str = ""


@lru_cache(maxsize=64)
def read_project(text: str) -> StaticProject | None:
    """Read a `pyproject.toml`; None where it tells no name or is no TOML.

    A field that the file calls dynamic is not known. One that it leaves out is empty: a build may
    not add to it. What is no requirement makes the whole list unknown, as builds fail on it.
    """
    try:
        table = parse_toml(text).get("project")
    except ValueError:
        return None
    name = _name(table.get("name")) if isinstance(table, dict) else None
    return _static(name, table) if isinstance(table, dict) and name is not None else None


def _static(name: NormalizedName, table: dict[str, Any]) -> StaticProject:
    """Return what the table of a project with a name tells."""
    dynamic = table.get("dynamic", [])
    if not isinstance(dynamic, list):
        return StaticProject(name)
    python = table.get("requires-python")
    if not isinstance(python, str) or "requires-python" in dynamic:
        python = ""
    project = StaticProject(name, requires_python=python)
    needs = None if "dependencies" in dynamic else _requirements(table.get("dependencies", []))
    groups = None
    if "optional-dependencies" not in dynamic:
        groups = _of_extras(table.get("optional-dependencies", {}))
    version = None if "version" in dynamic else _version(table.get("version"))
    project = project._replace(version=version, requires_dist=needs)
    if needs is None or groups is None:
        return project
    of_extras = tuple(text for texts in groups.values() for text in texts)
    return project._replace(requires_dist=needs + of_extras, extras=frozenset(groups))


@lru_cache(maxsize=64)
def makes_no_project(text: str) -> bool:
    """Return whether a `pyproject.toml` only holds settings of tools: nothing that is built."""
    try:
        content = parse_toml(text)
    except ValueError:
        return False
    tools = content.get("tool")
    poetry = isinstance(tools, dict) and "poetry" in tools
    return not poetry and "project" not in content and "build-system" not in content


def _name(value: object) -> NormalizedName | None:
    try:
        return canonicalize_name(value, validate=True) if isinstance(value, str) else None
    except InvalidName:
        return None


def _version(value: object) -> Version | None:
    try:
        return Version(value) if isinstance(value, str) else None
    except InvalidVersion:
        return None


def _requirements(value: object) -> tuple[str, ...] | None:
    """Return a list of requirements; None where it is none."""
    if not isinstance(value, list) or len(value) > MOST_NEEDS:
        return None
    if not all(isinstance(text, str) for text in value):
        return None
    try:
        return tuple(str(Requirement(text)) for text in value)
    except InvalidRequirement:
        return None


def _of_extras(value: object) -> dict[str, list[str]] | None:
    """Return the needs of each extra, with the marker that a build gives them; None if unclear."""
    if not isinstance(value, dict):
        return None
    found: dict[str, list[str]] = {}
    for written, texts in value.items():
        needs = _requirements(texts)
        extra = _name(written)
        if needs is None or extra is None:
            return None
        found.setdefault(extra, []).extend(_for_extra(need, extra) for need in needs)
    return found if sum(map(len, found.values())) <= MOST_NEEDS else None


def _for_extra(need: str, extra: str) -> str:
    """Return a requirement that counts where an extra is asked for."""
    parsed = Requirement(need)
    marker = f"({parsed.marker}) and " if parsed.marker is not None else ""
    parsed.marker = None
    # Behind an address, a semicolon needs a space before it.
    return f'{parsed} ; {marker}extra == "{extra}"'
