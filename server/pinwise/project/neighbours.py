"""What a path that leads nowhere may have meant: files and folders beside it, or one level off."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.base.paths import absolute
from pinwise.base.patterns import late
from pinwise.project.files import PathKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from pinwise.project.files import Documents

MOST_ASKED = 10
"""For so many paths of a tree it is found out what was meant; a file with more is another thing."""

MOST_OFFERED = 3
"""So many names are offered for one path."""

_LONGEST = 255
_MOST_FOLDERS = 50
_CUTOFF = 0.72
# A name that a shell-like reader of the line takes as it is: no quotes, spaces or variables.
_PLAIN = late(r"[\w./+@-]+")


class Neighbours:
    """Looks around paths of one tree, and lists each folder once.

    Args:
        documents: what there is.
        within: the folder that all offers lie in, asked for where one is wanted: what lies
            outside of the project is not meant by anything in it.
    """

    def __init__(self, documents: Documents, within: Callable[[], Path]) -> None:
        self._documents = documents
        self._within = within
        self._names: dict[Path, Mapping[str, PathKind]] = {}
        self._asked = 0

    def similar(
        self, written: str, base: Path, kind: PathKind, *, without: Collection[Path] = ()
    ) -> tuple[str, ...]:
        """Return what may be meant by a path, as it would be written in its place; best first.

        Args:
            written: the path that leads nowhere.
            base: the folder that it is relative to.
            kind: whether a file or a folder is wanted.
            without: what cannot be meant.

        Cost: lists the folder that the path lies in, and where the very name lies one level off,
        its parent and its subfolders. After the tenth question all answers are empty.
        """
        self._asked += 1
        if self._asked > MOST_ASKED or "\0" in written or len(written) > _LONGEST:
            return ()
        target = absolute(base / written)
        found = [*self._close(target, kind), *self._elsewhere(target, base, kind)]
        offers = dict.fromkeys(
            _as_written(path, base, written) for path in found if path not in without
        )
        return tuple(offer for offer in offers if _PLAIN.fullmatch(offer))[:MOST_OFFERED]

    def _close(self, target: Path, kind: PathKind) -> Iterator[Path]:
        """Yield what has nearly this name in the same folder, upper and lower case being equal."""
        names = {name.lower(): name for name in self._named(target.parent, kind)}
        wanted = target.name.lower()
        same_stem = [name for name in names if _stem(name) == _stem(wanted)]
        for name in dict.fromkeys(
            [*_matches(wanted, same_stem, cutoff=0), *_matches(wanted, names)]
        ):
            yield target.parent / names[name]

    def _elsewhere(self, target: Path, base: Path, kind: PathKind) -> Iterator[Path]:
        """Yield what has the very name one level above or below, or beside the file."""
        folders = [base, target.parent.parent, base.parent]
        below = [base / name for name in self._named(base, PathKind.FOLDER)]
        for folder in dict.fromkeys([*folders, *below[:_MOST_FOLDERS]]):
            if folder != target.parent and target.name in self._named(folder, kind):
                yield folder / target.name

    def _named(self, folder: Path, kind: PathKind) -> list[str]:
        """Return the names of a folder's files, or of its folders."""
        if not folder.is_relative_to(self._within()):
            return []
        if folder not in self._names:
            self._names[folder] = self._documents.names_in(folder)
        return sorted(name for name, found in self._names[folder].items() if found is kind)


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _matches(wanted: str, names: Iterable[str], cutoff: float = _CUTOFF) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415 - for what is missing alone

    return get_close_matches(wanted, names, n=MOST_OFFERED, cutoff=cutoff)


def _as_written(path: Path, base: Path, written: str) -> str:
    """Return a path as it is written in place of another: relative if that was, with slashes."""
    if Path(written).is_absolute():
        return path.as_posix()
    try:
        relative = os.path.relpath(path, base).replace(os.sep, "/")
    except ValueError:
        return path.as_posix()
    if written.startswith("./") and not relative.startswith("."):
        return f"./{relative}"
    return relative
