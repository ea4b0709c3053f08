"""Where to start reading, so that every file is seen in the context of those that include it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.paths import absolute
from pinwise.project.cycles import beginnings
from pinwise.project.files import Unreadable
from pinwise.project.graph import includes_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pinwise.project.files import Documents


class IncludeGraph:
    """Which files include which, as it is when the graph is made.

    Cost: reads every candidate and what they include, once each; a question is then linear in the
    files around the one that is asked for.

    Args:
        candidates: the files to look at, in the order that roots are given in.
        documents: where texts come from.
    """

    def __init__(self, candidates: Iterable[Path], documents: Documents) -> None:
        self._documents = documents
        self._candidates = list(dict.fromkeys(map(absolute, candidates)))
        self._seen = set(self._candidates)
        self._included_by: dict[Path, set[Path]] = {}
        self._includes: dict[Path, set[Path]] = {}
        self._read(self._candidates)

    def _read(self, files: Iterable[Path]) -> None:
        """Follow the includes of files."""
        pending = list(files)
        while pending:
            current = pending.pop()
            document = self._documents.read(current)
            if isinstance(document, Unreadable):
                continue
            for include in includes_of(document):
                target = include.target
                if target is None:
                    continue
                self._included_by.setdefault(target, set()).add(current)
                self._includes.setdefault(current, set()).add(target)
                if target not in self._seen:
                    self._seen.add(target)
                    pending.append(target)

    def roots_of(self, path: Path) -> tuple[Path, ...]:
        """Return the files to start from so that every tree with `path` in it is seen.

        Those are the files that nothing includes and that lead to `path`, candidates first; `path`
        itself where nothing includes it. In a mere circle, every file of it is a root.
        """
        path = absolute(path)
        if path not in self._seen:
            # It may close a circle, which is nothing that other questions should know of.
            return IncludeGraph([*self._candidates, path], self._documents).roots_of(path)
        above = _reached([path], self._included_by)
        roots = {file for file in above if not self._included_by.get(file)}
        # What no such file leads to stands in a circle, or below one: each file is a beginning.
        roots |= beginnings(above - _reached(roots, self._includes), self._included_by)
        ordered = dict.fromkeys([*self._candidates, path, *sorted(roots)])
        return tuple(file for file in ordered if file in roots)


def _reached(files: Iterable[Path], steps: dict[Path, set[Path]]) -> set[Path]:
    """Return the files that `steps` lead to from `files`, themselves among them."""
    found = set(files)
    pending = list(found)
    while pending:
        for file in steps.get(pending.pop(), ()):
            if file not in found:
                found.add(file)
                pending.append(file)
    return found
