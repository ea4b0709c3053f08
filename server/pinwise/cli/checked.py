"""What a check found, as the formats of `pinwise check` take it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pinwise.advice.findings import Severity
    from pinwise.analysis.report import Diagnostic, Unchecked
    from pinwise.project.files import Document, Unreadable
    from pinwise.project.graph import TreeProblem
    from pinwise.project.settings_file import SettingsFile
    from pinwise.rules.registry import Rule


class Checked(NamedTuple):
    """What a check found in the files that it was asked about.

    Attributes:
        diagnostics: in the order of files and places.
        unchecked: what could not be learnt.
        unread: the files to start from that cannot be read.
        texts: by path, all that findings and their fixes speak of.
        files: those that were checked, in order; prose apart.
        rules: those that ran, each with its severity in these projects.
    """

    diagnostics: Sequence[Diagnostic]
    unchecked: Sequence[Unchecked]
    unread: Sequence[TreeProblem]
    texts: Mapping[Path, Document | SettingsFile]
    files: Sequence[Path]
    rules: Sequence[tuple[Rule, Severity]]


def unread_detail(problem: TreeProblem | Unreadable, name: str) -> str:
    """Return why a file cannot be read, called by a name: no path of this machine is told."""
    where, detail = str(problem.path), problem.detail
    return detail.replace(where, name) if where in detail else f"{name}: {detail}"


def repository_root(start: Path) -> Path:
    """Return the root of the repository that a folder lies in; without one, the folder.

    CI services name files relative to it, in whichever folder a command is run.
    """
    for folder in (start, *start.parents):
        if os.path.lexists(folder / ".git"):
            return folder
    return start


def relative_name(path: Path, root: Path) -> str:
    """Return a path with `/`, relative to a root where it lies below it."""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def valid_text(text: str) -> str:
    """Return text as JSON may have it: what a name has beside UTF-8 becomes a question mark.

    Python keeps such bytes as halves of surrogate pairs, over which readers may refuse the whole
    report (RFC 8259, 8.2).
    """
    return text.encode(errors="replace").decode()


def relative_uri(path: Path, root: Path) -> str:
    """Return the URI of a file (RFC 3986): relative to a root below it, else a `file` one."""
    if path.is_relative_to(root):
        # What is no UTF-8 in a name stands for its bytes.
        uri = quote_from_bytes(os.fsencode(path.relative_to(root).as_posix()))
        # A colon in the first segment would end a scheme.
        first, slash, rest = uri.partition("/")
        return first.replace(":", "%3A") + slash + rest
    return path.as_uri()
