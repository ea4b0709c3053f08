"""Where to begin in files that include each other in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


def beginnings(files: Iterable[Path], included_by: Mapping[Path, Iterable[Path]]) -> set[Path]:
    """Return the files of all circles that nothing outside of them leads to.

    Those are the strongly connected components of the include graph without a predecessor, by
    Kosaraju's algorithm. Cost: linear in files and includes; no recursion, so that the length of a
    circle does not matter.

    Args:
        files: those to look at; what includes any of them is among them.
        included_by: the files that include a file.
    """
    wanted = set(files)
    includes: dict[Path, list[Path]] = {file: [] for file in wanted}
    for file in wanted:
        for source in included_by.get(file, ()):
            includes[source].append(file)
    found: set[Path] = set()
    seen: set[Path] = set()
    for file in reversed(list(_finished(sorted(wanted), includes))):
        if file in seen:
            continue
        # Read backwards from the file that finished last, what is new is one component.
        component = {file}
        alone = True
        pending = [file]
        while pending:
            for source in included_by.get(pending.pop(), ()):
                if source in seen:
                    alone = False
                elif source not in component:
                    component.add(source)
                    pending.append(source)
        seen |= component
        if alone:
            found |= component
    return found


def _finished(files: Iterable[Path], includes: Mapping[Path, Iterable[Path]]) -> Iterator[Path]:
    """Yield the files in the order in which a depth-first search is done with them."""
    seen: set[Path] = set()
    for start in files:
        if start in seen:
            continue
        seen.add(start)
        walks = [(start, iter(includes[start]))]
        while walks:
            file, rest = walks[-1]
            following = next((target for target in rest if target not in seen), None)
            if following is None:
                walks.pop()
                yield file
            else:
                seen.add(following)
                walks.append((following, iter(includes[following])))
