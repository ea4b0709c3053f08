"""Which files a tree depends on that do not bear the name of a requirements file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pinwise.manifests.recognise import is_requirements_file
from pinwise.project.local_paths import Lack, Use

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.project.graph import Tree

# What a pattern of files takes as it is, in every editor's notation.
_PLAIN = re.compile(r"[\w.+@ -]+")

MOST = 200
"""So many names of a tree are watched; a tree with more is looked at when a file is saved."""


def names_to_watch(tree: Tree) -> frozenset[str]:
    """Return the names of files and folders that change what is said of a tree.

    Those are the files that it includes under another name than the usual ones, and whatever it
    names that is not there: once that appears, the tree is another one. Names that a pattern
    cannot hold as they are, and those behind the first 200, are left out.

    Cost: linear in the number of files of the tree.
    """
    found = dict.fromkeys(name for name in _names(tree) if _PLAIN.fullmatch(name))
    return frozenset(list(found)[:MOST])


def _names(tree: Tree) -> Iterator[str]:
    paths: list[Path] = [member.document.path for member in tree.members]
    paths += [problem.path for problem in tree.problems]
    for path in paths:
        if not is_requirements_file(path):
            yield path.name
    for lost in tree.lost:
        if lost.lack is Lack.NOT_INSTALLABLE or lost.use in (Use.EDITABLE, Use.FOLDER):
            # `pyproject.toml` is always watched.
            yield "setup.py"
        if not lost.document.file.takes_variable(lost.span):
            yield _last(lost.written)


def _last(written: str) -> str:
    """Return the last part of a path or of a `file:` URL; "" for `.` and its like."""
    path = urlsplit(written).path if written.startswith("file:") else written
    name = path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "" if name in {".", ".."} else name
