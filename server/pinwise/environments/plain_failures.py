"""What pip and uv print of a failure, in a plain sentence: `plain_failure`.

pip says the reason in a line among others that are none, in capitals, with paths of folders that
are gone, or as the traceback of its own code. The frequent ones are told in our words here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NOT_FOUND: Final = re.compile(
    r"ERROR: No matching distribution found for (?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?"
    r"(?P<specifier>[^\s(;@]*)(?:;.*?)?(?: \(from (?P<whose>[^()]*)\))?$"
)
_NOT_FOUND_BY_UV: Final = re.compile(
    r"Because there (?:is|are) no versions? of (?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?"
    r"(?P<specifier>[^\s,]*)"
)
_NONE_THERE: Final = re.compile(r"Could not find a version .*\(from versions: none\)$")
_RETRYING: Final = re.compile(r"\s*WARNING: Retrying \(")
_NO_FILE: Final = re.compile(r"Could not open requirements file: \[Errno 2\][^:]*: (?P<file>.+)$")
_QUOTES: Final = "'\""
_OTHER_HASH: Final = re.compile(r"ERROR: THESE PACKAGES DO NOT MATCH THE HASHES")
_HASHED: Final = re.compile(r"\s+(?P<what>[A-Za-z0-9][^\s@]*) from \S+")
_CONFLICT: Final = re.compile(r"ERROR: Cannot install .+ because these package versions")
_REQUESTED: Final = re.compile(r"\s+The user requested (?P<bound>\(constraint\) )?(?P<what>\S.*)$")
_NEEDS: Final = re.compile(r"\s+(?P<who>\S+ \S+) depends on (?P<what>\S.*)$")
_MOST_CAUSES: Final = 3
_FAILED_BUILDS: Final = (
    re.compile(r"ERROR: Failed to build '(?P<what>[^']+)'"),
    re.compile(r"ERROR: Failed to build installable wheels .*\((?P<what>[^()]+)\)$"),
)
_NO_METADATA: Final = re.compile(r".*Encountered error while generating package metadata\.$")
_CONCERNED: Final = re.compile("\\s*╰─> (?:from )?(?P<what>\\S+)$")
_GIT: Final = re.compile(r"ERROR: Failed to build '(?P<what>[^']+)' when git ")
_FATAL: Final = re.compile(r"\s*(?:fatal|error): (?P<why>(?!subprocess-exited).+)$")
_SYSTEM: Final = re.compile(
    r"\[(?:Errno|WinError) (?P<number>\d+)\] [^:]+(?:: (?P<quote>['\"])(?P<path>.+?)(?P=quote))?"
)
_SYSTEM_FAILED: Final = re.compile(
    r"ERROR: Could not install packages due to an OSError|(?:PermissionError|OSError): \["
)
_REASONS: Final = {
    "1": "{tool} is not allowed to change {path}",
    "5": "{tool} is not allowed to change {path}",
    "13": "{tool} is not allowed to change {path}",
    "28": "there is no space left on the disk",
    "30": "{tool} cannot change {path}, because its disk is read-only",
    "32": "{path} is in use by another program",
}
_TRACEBACK: Final = "Traceback (most recent call last):"
_RAISED: Final = re.compile(r"(?P<kind>(?:\w+\.)*[A-Z]\w*)(?:: (?P<what>.*))?$")


def plain_failure(tool: str, lines: Sequence[str], said_by_build: str = "") -> str:
    """Return why an installation or a removal failed, without a full stop; "" where not known.

    Args:
        tool: "pip" or "uv".
        lines: all that it printed.
        said_by_build: what the program said that it built a package with.

    Linear in the size of the lines.
    """
    readers: tuple[Callable[[str, Sequence[str], str], str], ...] = (
        _other_hash,
        _conflict,
        _no_checkout,
        _no_build,
        _no_version,
        _no_file,
        _refused_by_system,
        _own_error,
    )
    return next(filter(None, (reader(tool, lines, said_by_build) for reader in readers)), "")


def raised(lines: Sequence[str]) -> str:
    """Return the exception that the last traceback ends with; "" where there is none."""
    starts = [number for number, line in enumerate(lines) if line.strip() == _TRACEBACK]
    if not starts:
        return ""
    # What the traceback quotes is indented more than what it ends with.
    indent = len(lines[starts[-1]]) - len(lines[starts[-1]].lstrip())
    for line in lines[starts[-1] + 1 :]:
        match = _RAISED.match(line[indent:])
        if match is not None:
            return match[0].strip()
    return ""


def _no_version(tool: str, lines: Sequence[str], _said: str) -> str:
    pattern = _NOT_FOUND if tool == "pip" else _NOT_FOUND_BY_UV
    match = _first(pattern, lines)
    if match is None:
        return ""
    name, specifier = match["name"], match["specifier"]
    whose = match.groupdict().get("whose")
    needed = f", which {whose.rpartition('->')[0] or whose} needs" if whose else ""
    if _first(_NONE_THERE, lines) is not None and _first(_RETRYING, lines) is not None:
        # A server that does not answer has not said that there is none.
        return f"{tool} could not ask the index for {name}{needed}"
    fits = f" that fits {specifier}" if specifier else ""
    return f"{tool} found no version of {name}{fits}{needed}"


def _no_file(_tool: str, lines: Sequence[str], _said: str) -> str:
    match = _first(_NO_FILE, lines)
    return f"{match['file'].strip(_QUOTES)} does not exist" if match is not None else ""


def _other_hash(_tool: str, lines: Sequence[str], _said: str) -> str:
    for number, line in enumerate(lines):
        if _OTHER_HASH.match(line):
            named = _first(_HASHED, lines[number + 1 :])
            what = f"The index's file of {named['what']}" if named is not None else "The file"
            return f"{what} has another hash than this line"
    return ""


def _conflict(_tool: str, lines: Sequence[str], _said: str) -> str:
    """Read what pip lists as the causes: `The user requested a==2`, `b 1.0 depends on a<2`."""
    if _first(_CONFLICT, lines) is None:
        return ""
    causes: dict[str, None] = {}
    for line in lines:
        if (match := _REQUESTED.match(line)) is not None:
            whose = "a constraint asks" if match["bound"] else "a line asks"
            causes[f"{whose} for {match['what']}"] = None
        elif (match := _NEEDS.match(line)) is not None:
            causes[f"{match['who']} needs {match['what']}"] = None
    told = list(causes)[:_MOST_CAUSES]
    if len(told) < 2:  # noqa: PLR2004 - one alone is no conflict
        return "These versions cannot be installed together"
    return f"{', '.join(told[:-1])} and {told[-1]}, which cannot hold together"


def _no_checkout(_tool: str, lines: Sequence[str], _said: str) -> str:
    match = _first(_GIT, lines)
    if match is None:
        return ""
    why = _first(_FATAL, lines)
    because = f": {why['why']}" if why is not None else ""
    return f"git could not get {_name_of(match['what'])}{because}"


def _no_build(_tool: str, lines: Sequence[str], said: str) -> str:
    match = next(filter(None, (_first(pattern, lines) for pattern in _FAILED_BUILDS)), None)
    for number, line in enumerate(lines):
        if match is None and _NO_METADATA.match(line):
            match = _first(_CONCERNED, lines[number + 1 : number + 2])
    if match is None:
        return ""
    because = f": {said.removeprefix('ERROR: ')}" if said else ""
    return f"{_name_of(match['what'])} could not be built{because}"


def _refused_by_system(tool: str, lines: Sequence[str], _said: str) -> str:
    for line in reversed(lines):
        if _SYSTEM_FAILED.search(line) is None:
            continue
        match = _SYSTEM.search(line)
        if match is not None and match["number"] in _REASONS:
            path = match["path"] or "the environment"
            return _REASONS[match["number"]].format(tool=tool, path=path)
    return ""


def _own_error(tool: str, lines: Sequence[str], _said: str) -> str:
    """Tell what a traceback ends with, where it is the tool's own and not that of a build."""
    for number, line in enumerate(lines):
        if line.startswith("Fatal Python error"):
            why = raised(lines[number:]) or line.partition(": ")[2]
            return f"the environment's Python does not start: {why}"
        if line.startswith(_TRACEBACK):
            why = raised(lines[number:])
            return f"{tool} stopped with an error of its own: {why}" if why else ""
    return ""


def _name_of(what: str) -> str:
    """Return how a person calls what was built: a path instead of its address."""
    if not what.startswith("file://"):
        return what
    return unquote(what.removeprefix("file://"))


def _first(pattern: re.Pattern[str], lines: Sequence[str]) -> re.Match[str] | None:
    return next((match for line in lines if (match := pattern.search(line)) is not None), None)
