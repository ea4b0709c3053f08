"""What pip and uv print, read for a person: progress, errors, the line that is to blame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SECRET: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^/\s@'\"]+@", re.IGNORECASE)
_TOKEN: Final = re.compile(
    r"(?P<name>[?&](?:[\w-]*(?:token|key|secret|password|signature|sig|credential))=)[^&\s'\"]+",
    re.IGNORECASE,
)
_COLLECTING: Final = re.compile(r"(?:Collecting|Processing|Obtaining) (?P<what>\S+)")
_STEPS: Final = (
    (re.compile(r"Collecting (?P<what>.+?)(?: \(from .*\))?$"), "Collecting {}"),
    (
        re.compile(r"\s*(?:Downloading|Using cached) (?P<what>\S+?)(?:\.metadata)?(?: \(.*\))?$"),
        "Downloading {}",
    ),
    (re.compile(r"(?:Obtaining|Processing) (?P<what>\S+)"), "Preparing {}"),
    (re.compile(r"Building wheels? for (?P<what>.+?)(?: \(.*)?$"), "Building {}"),
    (re.compile(r"\s*Building (?P<what>\S+==\S+)$"), "Building {}"),
    (re.compile(r"Installing collected packages: (?P<what>.+)$"), "Installing {}"),
    (re.compile(r"Prepared (?P<what>\d+ packages?)"), "Installing {}"),
)
_FROM_FILE: Final = (
    # Of several, as in `(from flask->-r a.txt (line 1))`, the last names the file.
    re.compile(r"-[rc] (?P<file>[^()]+?) \(line (?P<line>\d+)\)"),
    re.compile(r"\(from line (?P<line>\d+) of (?P<file>.+?)\)"),
    re.compile(r"at (?P<file>\S+?):(?P<line>\d+):\d+"),
)
_BEGINS_ERROR: Final = re.compile("\\s*(?:ERROR:|error:|\N{MULTIPLICATION SIGN}|Usage:)")
_CONTINUES_ERROR: Final = re.compile(r"\s{2,}\S|\s*[╰├│┌└]|[Hh]int:")
_UNHELPFUL: Final = re.compile(r"ERROR: Could not find a version|error: [\w-]+$|Usage:|\s")
_AT_POSITION: Final = re.compile(r"in `(?P<file>[^`]+)` at position (?P<position>\d+)")
_NAMED: Final = re.compile(
    r"(?:No matching distribution found for|that satisfies the requirement) (?P<what>.+?)"
    r"(?: \(from.*\))?$"
    # uv explains a requirement that no index has in a sentence.
    r"|(?:there (?:is|are) no versions? of|was not found in the package registry and you require)"
    r" (?P<uv>\S+?)(?:,| and )"
)
_SHOWN_NAMES: Final = 3
_SHOWN_ERRORS: Final = 8


class BlamedLine(NamedTuple):
    """The line of a requirements file that an error is about.

    Attributes:
        file: its absolute path.
        line: counted from 1, as pip counts: the first of several that are continued.
    """

    file: Path
    line: int


def without_secrets(text: str) -> str:
    """Return a text without the user names, passwords and tokens of the URLs in it."""
    text = _SECRET.sub(r"\g<scheme>****@", text)
    return _TOKEN.sub(r"\g<name>****", text)


def step_of(line: str) -> str | None:
    """Return the phrase to show for a line of output, or None if it is no step."""
    for pattern, phrase in _STEPS:
        match = pattern.match(line)
        if match is not None:
            # Of an address or a path the last part tells what it is.
            names = [name.rstrip("/").rpartition("/")[2] for name in match["what"].split(", ")]
            what = ", ".join(names[:_SHOWN_NAMES])
            if len(names) > _SHOWN_NAMES:
                what += f" and {len(names) - _SHOWN_NAMES} more"
            return without_secrets(phrase.format(what))
    return None


def error_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the lines that say what went wrong, without secrets, the first cause first.

    pip marks them by `ERROR:`, uv by `error:` and a cross; what follows indented belongs to them.
    Where nothing is marked, the last lines.
    """
    found: list[str] = []
    inside = False
    for line in lines:
        starts = _BEGINS_ERROR.match(line) is not None
        inside = starts or (inside and _CONTINUES_ERROR.match(line) is not None)
        if inside:
            found.append(without_secrets(line.rstrip()))
    if not found:
        found = [without_secrets(line.rstrip()) for line in lines if line.strip()][-_SHOWN_ERRORS:]
    found = list(dict.fromkeys(found))
    # The output of a failed build is long; what pip itself says of it comes last.
    own = [line for line in found if not line.startswith(" ")][-_SHOWN_ERRORS:]
    others = [line for line in found if line not in own][: _SHOWN_ERRORS - len(own)]
    return tuple(line for line in found if line in own or line in others)


def error_sentence(lines: Sequence[str]) -> str:
    """Return the one of `error_lines` that says most, without its mark; "" if there is none.

    pip repeats "Could not find a version" as "No matching distribution", begins with the kind of
    an error before its description, and shows the output of the builds that it ran indented.
    """
    marked = [line for line in lines if _BEGINS_ERROR.match(line) and not line.startswith(" ")]
    chosen = next((line for line in marked if not _UNHELPFUL.match(line)), None)
    if chosen is None:
        chosen = next((line for line in (*marked, *lines) if line.strip()), "")
    sentence = re.sub("^\\s*(?:ERROR:|error:|\N{MULTIPLICATION SIGN})\\s*", "", chosen).strip()
    # uv says on the next line what the error comes from.
    following = lines[lines.index(chosen) + 1 :] if chosen else ()
    cause = following[0].strip() if following else ""
    return f"{sentence}: {cause[6:].strip()}" if cause.startswith("cause:") else sentence


def blamed_line(
    lines: Sequence[str], files: Sequence[Path], working_directory: Path
) -> BlamedLine | None:
    """Return the line of a requirements file that an error names, or None if none is named.

    Args:
        lines: the output.
        files: the files that were to be installed.
        working_directory: what relative paths in the output are relative to.

    pip names file and line for some errors only. For a requirement that no index has it names the
    requirement, which is then looked for in the files.
    """
    first = next((i for i, line in enumerate(lines) if _BEGINS_ERROR.match(line)), len(lines))
    for line in lines[first:]:
        for pattern in _FROM_FILE:
            place = _place(pattern, line, working_directory)
            if place is not None:
                return place
        place = _at_position(line, working_directory)
        if place is not None:
            return place
    for line in reversed(lines):
        match = _NAMED.search(line)
        if match is not None:
            return _declared(match["what"] or match["uv"], lines, files, working_directory)
    # What pip collected last is what it failed to fetch or to build.
    collected = [line for line in lines[:first] if _COLLECTING.match(line)]
    return _place(_FROM_FILE[0], collected[-1], working_directory) if collected else None


def _place(pattern: re.Pattern[str], line: str, working_directory: Path) -> BlamedLine | None:
    match = pattern.search(line)
    return BlamedLine(working_directory / match["file"], int(match["line"])) if match else None


def _at_position(line: str, working_directory: Path) -> BlamedLine | None:
    """Read how uv names a line: by its offset in the file."""
    match = _AT_POSITION.search(line)
    if match is None:
        return None
    file = working_directory / match["file"]
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return BlamedLine(file, text.count("\n", 0, int(match["position"])) + 1)


def _declared(
    what: str, lines: Sequence[str], files: Sequence[Path], working_directory: Path
) -> BlamedLine | None:
    """Find a requirement: where pip said that it began with it, else in the files themselves."""
    wanted = _squeezed(what)
    for line in lines:
        match = _COLLECTING.match(line)
        place = _place(_FROM_FILE[0], line, working_directory)
        if match is not None and place is not None and _squeezed(match["what"]) == wanted:
            return place
    for file in files:
        try:
            text = (working_directory / file).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if _squeezed(re.split(r"\s+#|\s+--|;", line)[0].rstrip("\\")) == wanted:
                return BlamedLine(working_directory / file, number)
    return None


def _squeezed(requirement: str) -> str:
    """Return a requirement as it can be compared: pip sorts specifiers and drops spaces."""
    match = re.match(r"\s*([\w.-]+(?:\[[^\]]*\])?)(.*)", requirement)
    if match is None:
        return requirement.strip()
    name = re.sub(r"[-_.]+", "-", match[1]).lower()
    specifiers = sorted(part.strip() for part in match[2].strip().strip("()").split(","))
    return name + ",".join(re.sub(r"\s+", "", part) for part in specifiers)
