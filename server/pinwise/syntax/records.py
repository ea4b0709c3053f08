"""The records of `pinwise parse --format json`: what pip makes of each logical line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from pinwise.syntax.nodes import Line, Requirement, RequirementsFile


def records(file: RequirementsFile, name: str) -> list[dict[str, Any]]:
    """Return one record for each logical line, in order.

    Args:
        file: the parsed file.
        name: what the records call it.

    Returns:
        plain dictionaries with these keys:

        * `file`, `line`, `end_line`: from 1, counted as pip counts (`str.splitlines`);
        * `kind`: a value of `Kind`;
        * `name`: as written, or null; `extras`: as written, in order;
        * `specifier`: the comparisons joined by commas; for a wheel `==` and its version;
        * `marker`: the text behind the semicolon, or null;
        * `url`: a URL, or for `path` and `editable` the path as written, else null;
        * `hashes`: `algorithm:digest`, in order;
        * `options`: `{"name", "value"}` in order, by long name; `value` is null for a flag. Options
          that pip drops on such a line are left out.
    """
    return [_record(line, name) for line in file.lines]


def _record(line: Line, name: str) -> dict[str, Any]:
    requirement = line.requirement
    return {
        "file": name,
        "line": line.first_line,
        "end_line": line.last_line,
        "kind": line.kind.value,
        "name": (requirement.name or None) if requirement else None,
        "specifier": _specifier(requirement),
        "extras": [extra.name for extra in requirement.extras] if requirement else [],
        "marker": requirement.marker.text if requirement and requirement.marker else None,
        "url": _url(requirement),
        "hashes": [f"{found.algorithm}:{found.digest}" for found in _hashes(line)],
        "options": [{"name": key, "value": value} for key, value in effective_options(line)],
    }


def _specifier(requirement: Requirement | None) -> str:
    if requirement is None:
        return ""
    if requirement.implied_version is not None:
        return f"=={requirement.implied_version}"
    return requirement.specifier


def _url(requirement: Requirement | None) -> str | None:
    if requirement is None:
        return None
    return requirement.url if requirement.url is not None else requirement.path


def _hashes(line: Line) -> tuple[Any, ...]:
    """Return the hashes that count: those of a requirement that is not editable."""
    counts = line.kind in (Kind.REQUIREMENT, Kind.URL, Kind.PATH, Kind.ERROR)
    return line.hashes if counts else ()


def effective_options(line: Line) -> list[tuple[str, str | None]]:
    """Return the options of a line that pip heeds, by long name and in order."""
    pairs = [(option.name, option.value) for option in line.options]
    if line.kind in (Kind.INCLUDE, Kind.CONSTRAINT):
        wanted = "--requirement" if line.kind is Kind.INCLUDE else "--constraint"
        return [pair for pair in pairs if pair[0] == wanted][:1]
    if line.kind is Kind.OPTION:
        return [pair for pair in pairs if pair[0] != "--config-settings"]
    if line.kind is Kind.ERROR:
        return pairs
    return [pair for pair in pairs if pair[0] == "--config-settings"]
