"""The line of a requirements file that asks for something, looked for as pip reads the files.

This layer knows no more of their format than it takes to find a line that an installer names.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME: Final = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?")
"""The name that a requirement begins with."""

_INCLUDE: Final = re.compile(
    r"\s*(?:-[rc]\s*|--(?:requirement|constraint)(?:\s+|=))(?P<quote>['\"]?)(?P<path>\S.*?)(?P=quote)$"
)
# A long run of blanks would be gone through from each of them.
_COMMENT: Final = re.compile(r"(?:^|(?<!\s)\s+)#.*$")
_OPTIONS_OR_MARKER: Final = re.compile(r"(?<!\s)\s+--|;")
_MOST_FILES: Final = 1000


class BlamedLine(NamedTuple):
    """The line of a requirements file that an error is about.

    Attributes:
        file: its absolute path.
        line: counted from 1, as pip counts: the first of several that are continued.
    """

    file: Path
    line: int


def declaration_of(
    requirement: str, files: Sequence[Path], working_directory: Path
) -> BlamedLine | None:
    """Return the line that reads as a requirement does, however that is spaced; None if none."""
    wanted = squeezed(requirement)
    for place, text in _lines(files, working_directory):
        if squeezed(_OPTIONS_OR_MARKER.split(text, 1)[0].rstrip("\\")) == wanted:
            return place
    return None


def line_of_package(name: str, files: Sequence[Path], working_directory: Path) -> BlamedLine | None:
    """Return the first line that asks for a package, by its name or its path; None if none."""
    wanted = normalised(name)
    for place, text in _lines(files, working_directory):
        written = _OPTIONS_OR_MARKER.split(text, 1)[0].strip().removeprefix("-e ")
        # A path or an address is mostly called like its package.
        last = re.split(r"[/\\=@]", written.rstrip("/"))[-1].removesuffix(".git")
        found = NAME.match(written)
        if wanted in (normalised(found[0]) if found else "", normalised(last)):
            return place
    return None


def line_of_include(
    included: Path, files: Sequence[Path], working_directory: Path
) -> BlamedLine | None:
    """Return the line that includes a file, which need not be there; None if none does."""
    for place, text in _lines(files, working_directory):
        if _included(text, place.file) == included:
            return place
    return None


def normalised(name: str) -> str:
    """Return a name as names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def squeezed(requirement: str) -> str:
    """Return a requirement as it can be compared: pip sorts specifiers and drops spaces."""
    match = re.match(r"\s*([\w.-]+(?:\[[^\]]*\])?)(.*)", requirement)
    if match is None:
        return requirement.strip()
    specifiers = sorted(part.strip() for part in match[2].strip().strip("()").split(","))
    return normalised(match[1]) + ",".join(re.sub(r"\s+", "", part) for part in specifiers)


def _lines(files: Sequence[Path], working_directory: Path) -> Iterator[tuple[BlamedLine, str]]:
    """Yield the lines of files and of all that they include, without comments, each file once."""
    waiting = [_plain_path(working_directory / file) for file in reversed(files)]
    seen: set[Path] = set()
    while waiting and len(seen) < _MOST_FILES:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        try:
            content = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        included: list[Path] = []
        for number, line in enumerate(content.splitlines(), 1):
            text = _COMMENT.sub("", line)
            yield BlamedLine(file, number), text
            path = _included(text, file)
            if path is not None:
                included.append(path)
        waiting.extend(reversed(included))


def _included(text: str, file: Path) -> Path | None:
    """Return the file that a line includes, relative to its own as pip reads it."""
    match = _INCLUDE.match(text.rstrip())
    if match is None or "://" in match["path"]:
        return None
    return _plain_path(file.parent / match["path"])


def _plain_path(path: Path) -> Path:
    return Path(os.path.normpath(path))
