"""Which files a tree depends on that do not bear the name of a requirements file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinwise.manifests.recognise import is_requirements_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.project.graph import Tree

# What a pattern of files takes as it is, in every editor's notation.
_PLAIN = re.compile(r"[\w.+@ -]+")

MOST = 200
"""So many names of a tree are watched; a tree with more is looked at when a file is saved."""


def names_to_watch(tree: Tree) -> frozenset[str]:
    """Return the names of files and folders that change what is said of a tree.

    Those are the files that it includes under another name than the usual ones, and the files and
    folders of packages that it names, whether they are there or not. Names that a pattern
    cannot hold as they are, and those behind the first 200, are left out.

    Cost: linear in the number of files of the tree.
    """
    found = dict.fromkeys(name for name in _names(tree) if _PLAIN.fullmatch(name))
    return frozenset(list(found)[:MOST])


def _names(tree: Tree) -> Iterator[str]:
    files = [(member.document.path, member.via) for member in tree.members]
    files += [(problem.path, problem.via) for problem in tree.problems]
    for path, via in files:
        # A value of the environment is nothing to send about.
        secret = any(step.document.file.takes_variable(step.span) for step in via[-1:])
        if not secret and not is_requirements_file(path):
            yield path.name
    yield from sorted(tree.named)
