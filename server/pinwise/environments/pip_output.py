"""What pip and uv print, read for a person: progress, errors, the line that is to blame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pinwise.environments.requirement_lines import (
    NAME,
    BlamedLine,
    declaration_of,
    line_of_include,
    line_of_package,
    normalised,
    squeezed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# Only whole words: each letter of a long one would be tried.
_SECRET: Final = re.compile(
    r"(?<![a-z0-9+.-])(?P<scheme>[a-z0-9+.-]+://)[^/\s@'\"]+@", re.IGNORECASE
)
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
# What names packages in an error, pip's before uv's.
_PACKAGES: Final = (
    re.compile(r"Cannot install (?P<names>.+?) because these package versions have conflict"),
    re.compile(
        r"Failed to build installable wheels for some pyproject\.toml based projects"
        r" \((?P<names>[^)]+)\)"
    ),
    re.compile(r"Failed to build '(?P<names>[^']+)'"),
    re.compile(r"Could not build wheels for (?P<names>.+?), which is required"),
    re.compile(r"Failed building (?:wheel|editable) for (?P<names>\S+)"),
    re.compile(
        r"(?:No matching distribution found for|that satisfies the requirement)"
        r" (?P<names>[^ (]+)"
    ),
    re.compile(r"Failed to (?:download and build|build|fetch|download) `(?P<names>[^`]+)`"),
    re.compile(r"Hash mismatch for `(?P<names>[^`]+)`"),
    re.compile(r"Because (?:there (?:is|are) no versions? of )?(?P<names>[A-Za-z0-9][\w.-]*)"),
)
_FAILED_METADATA: Final = re.compile(r"\s*╰─> (?P<names>[A-Za-z0-9][\w.-]*)\s*$")
_ASKED_BY: Final = re.compile(r"No matching distribution found for .*\(from (?P<name>[^\s()]+)\)$")
_CONFLICT: Final = re.compile(r"Cannot install (?P<parts>.+) because these package versions")
_NO_FILE: Final = re.compile(r"Could not open requirements file: \[Errno 2\][^:]*: (?P<file>.+)$")
_SHOWN_NAMES: Final = 3
_SHOWN_ERRORS: Final = 8


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
        place = _named_place(line, files, working_directory)
        if place is not None:
            return place
    collected = [line for line in lines if _COLLECTING.match(line)]
    for line in reversed(lines):
        match = _NAMED.search(line)
        if match is not None:
            what = match["what"] or match["uv"]
            asked_by = _ASKED_BY.search(line)
            return _declared(what, lines, files, working_directory) or (
                _of_package(asked_by["name"], collected, files, working_directory)
                if asked_by is not None
                else None
            )
    for name in blamed_names(lines):
        place = _of_package(name, collected, files, working_directory)
        if place is not None:
            return place
    # What pip collected last is what it failed to fetch or to build.
    for line in collected[-1:]:
        what = _COLLECTING.match(line)
        return _place(_FROM_FILE[0], line, working_directory) or (
            _declared(what["what"], (), files, working_directory) if what else None
        )
    return None


def conflicting_lines(
    lines: Sequence[str], files: Sequence[Path], working_directory: Path
) -> tuple[BlamedLine, ...]:
    """Return the lines that cannot hold together, as pip lists them; none for another error.

    pip names a line where it asks for no version, and repeats the requirement where it does.
    """
    found = (match for line in lines if (match := _CONFLICT.search(line)) is not None)
    match = next(found, None)

    def places() -> Iterator[BlamedLine | None]:
        for part in re.split(r",\s+(?:and )?| and ", match["parts"]) if match is not None else ():
            yield _place(_FROM_FILE[0], part, working_directory) or declaration_of(
                part, files, working_directory
            )

    return tuple(dict.fromkeys(place for place in places() if place is not None))


def blamed_names(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the packages that an error names, as it writes them, without versions.

    For the errors that name no line: builds that fail, and versions that cannot hold together.
    """
    for pattern in (*_PACKAGES, _FAILED_METADATA):
        for line in lines:
            match = pattern.search(line)
            if match is not None:
                parts = re.split(r",\s*(?:and )?| and ", match["names"])
                found = (NAME.match(part.strip()) for part in parts)
                return tuple(dict.fromkeys(name[0] for name in found if name))
    return ()


def build_error(lines: Sequence[str]) -> str:
    """Return what the program said that pip or uv built a package with, in its last words.

    That is the exception of its traceback, mostly; "" where no build failed. Without secrets.
    """
    ends = [number for number, line in enumerate(lines) if line.strip() == "[end of output]"]
    if ends:
        return without_secrets(next(filter(None, map(str.strip, lines[ends[0] - 1 :: -1])), ""))
    starts = [number for number, line in enumerate(lines) if line.strip() == "[stderr]"]
    said = ""
    for line in lines[starts[0] + 1 :] if starts else ():
        if not line.strip():
            break
        said = line.strip()
    return without_secrets(said)


def _place(pattern: re.Pattern[str], line: str, working_directory: Path) -> BlamedLine | None:
    match = pattern.search(line)
    return BlamedLine(working_directory / match["file"], int(match["line"])) if match else None


def _named_place(line: str, files: Sequence[Path], working_directory: Path) -> BlamedLine | None:
    """Return the place that a line of output names, or that includes a file that is missing."""
    for pattern in _FROM_FILE:
        place = _place(pattern, line, working_directory)
        if place is not None:
            return place
    missing = _NO_FILE.search(line)
    if missing is not None:
        included = working_directory / missing["file"].strip("'\"")
        return line_of_include(included, files, working_directory)
    return _at_position(line, working_directory)


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
    wanted = squeezed(what)
    for line in lines:
        match = _COLLECTING.match(line)
        place = _place(_FROM_FILE[0], line, working_directory)
        if match is not None and place is not None and squeezed(match["what"]) == wanted:
            return place
    return declaration_of(what, files, working_directory)


def _of_package(
    name: str, collected: Sequence[str], files: Sequence[Path], working_directory: Path
) -> BlamedLine | None:
    """Find the line that asks for a package: where pip collected it for, else in the files."""
    wanted = normalised(name)
    for line in collected:
        match = _COLLECTING.match(line)
        place = _place(_FROM_FILE[0], line, working_directory)
        # pip names the file of a wheel by its path, and that begins with the package's name.
        last = match["what"].rstrip("/").rpartition("/")[2] if match is not None else ""
        named = NAME.match(last.partition("-")[0] if last.endswith(".whl") else last)
        if named is not None and place is not None and normalised(named[0]) == wanted:
            return place
    return line_of_package(name, files, working_directory)
