"""The lists of requirements in a `pyproject.toml`, with their places, for what is compiled from it.

`[project]` (PEP 621) with the extras that are asked for, and `[dependency-groups]` (PEP 735).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pinwise.base.toml import parse_toml
from pinwise.base.tuples import NamedTuple
from pinwise.syntax.toml_keys import toml_places

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from packaging.utils import NormalizedName

    from pinwise.base.text import Span
    from pinwise.syntax.toml_keys import Path as Key
    from pinwise.syntax.toml_keys import Place

MOST_LISTED = 1000
"""Requirements of one file that are read; one with more is no real one."""


class Asked(NamedTuple):
    """What a call asks of a `pyproject.toml`.

    Attributes:
        dependencies: whether what the project needs, and that of the extras, is asked for.
        extras: as written; None for all of them.
        groups: the dependency groups, as written.
    """

    dependencies: bool = True
    extras: Collection[str] | None = ()
    groups: Sequence[str] = ()


class Listed(NamedTuple):
    """What was found.

    Attributes:
        spans: of the requirements, without their quotes, in the order of the file; each once.
        complete: whether that is all: nothing is dynamic, unreadable, or comes from elsewhere.
    """

    spans: tuple[Span, ...]
    complete: bool


def listed_requirements(text: str, asked: Asked) -> Listed:
    """Return the requirements that a call takes from a `pyproject.toml`.

    What the project asks of itself (`mine[test]`) stands for the lists of those extras. What
    `[tool.uv.sources]` takes from elsewhere is left out, and all of it where `[tool.uv]` replaces
    or drops requirements. Never raises; linear in the text.
    """
    try:
        content = parse_toml(text)
    except ValueError:
        return Listed((), complete=False)
    return _Lists(content, toml_places(text), text).read(asked)


class _Lists:
    """Collects the lists of one file."""

    def __init__(self, content: dict[str, Any], places: Mapping[Key, Place], text: str) -> None:
        self._places = places
        self._text = text
        self._project = _table(content, "project")
        self._groups = _table(content, "dependency-groups")
        self._uv = _table(_table(content, "tool"), "uv")
        self._elsewhere = set(map(canonicalize_name, _table(self._uv, "sources")))
        self._spans: dict[Span, None] = {}
        self._complete = True
        self._seen: set[tuple[str, str]] = set()

    def read(self, asked: Asked) -> Listed:
        if "override-dependencies" in self._uv or "exclude-dependencies" in self._uv:
            return Listed((), complete=False)
        if asked.dependencies:
            self._read_project(asked)
        for group in asked.groups:
            self._read_group(canonicalize_name(group))
        spans = sorted(self._spans, key=lambda span: span.start)
        if len(spans) > MOST_LISTED:
            return Listed((), complete=False)
        return Listed(tuple(spans), self._complete)

    def _read_project(self, asked: Asked) -> None:
        dynamic = self._project.get("dynamic", [])
        if "name" not in self._project or not isinstance(dynamic, list):
            self._complete = False
            return
        if "dependencies" in dynamic:
            self._complete = False
        self._read_list(("project", "dependencies"), self._project.get("dependencies", []))
        extras = self._extras()
        if asked.extras != () and "optional-dependencies" in dynamic:
            self._complete = False
        for extra in extras if asked.extras is None else map(canonicalize_name, asked.extras):
            self._read_extra(extra)

    def _extras(self) -> dict[NormalizedName, str]:
        table = _table(self._project, "optional-dependencies")
        return {canonicalize_name(written): written for written in table}

    def _read_extra(self, extra: NormalizedName) -> None:
        written = self._extras().get(extra)
        if written is None:
            self._complete = False
        elif ("extra", extra) not in self._seen:
            self._seen.add(("extra", extra))
            path = ("project", "optional-dependencies", written)
            self._read_list(path, _table(self._project, "optional-dependencies")[written])

    def _read_group(self, group: NormalizedName) -> None:
        written = next((name for name in self._groups if canonicalize_name(name) == group), None)
        if written is None:
            self._complete = False
        elif ("group", group) not in self._seen:
            self._seen.add(("group", group))
            self._read_list(("dependency-groups", written), self._groups[written])

    def _read_list(self, path: Key, items: object) -> None:
        if not isinstance(items, list):
            self._complete = False
            return
        for at, item in enumerate(items):
            place = self._places.get((*path, at))
            span = place.value if place is not None else None
            included = item.get("include-group") if isinstance(item, dict) else None
            if isinstance(included, str):
                self._read_group(canonicalize_name(included))
            elif isinstance(item, str) and span is not None and span.of(self._text) == item:
                self._read_requirement(item, span)
            else:
                # With an escape, or over several lines: what it says stands nowhere as it is.
                self._complete = False

    def _read_requirement(self, item: str, span: Span) -> None:
        try:
            parsed = Requirement(item)
        except InvalidRequirement:
            self._complete = False
            return
        name = canonicalize_name(parsed.name)
        if name == canonicalize_name(str(self._project.get("name", ""))):
            for extra in sorted(parsed.extras):
                self._read_extra(canonicalize_name(extra))
        elif name in self._elsewhere:
            self._complete = False
        else:
            self._spans[span] = None


def blanked(text: str, spans: Sequence[Span]) -> str:
    """Return a text in which only some parts are left, each at its place and on a line of its own.

    What lies between two of them becomes a line end and spaces.
    """
    return "".join(_pieces(text, spans))


def _pieces(text: str, spans: Sequence[Span]) -> Iterator[str]:
    end = 0
    for span in spans:
        gap = span.start - end
        yield f"\n{' ' * (gap - 1)}" if gap else ""
        yield span.of(text)
        end = span.end


def _table(content: object, key: str) -> dict[str, Any]:
    found = content.get(key) if isinstance(content, dict) else None
    return found if isinstance(found, dict) else {}
