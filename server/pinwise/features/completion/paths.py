"""Completion of paths: files for `-r` and `-c`, folders and archives for projects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinwise.base.paths import absolute
from pinwise.features.completion.items import MOST_ITEMS, Completion, Item, ItemKind
from pinwise.features.completion.part import Wanted
from pinwise.manifests.recognise import role_of
from pinwise.project.files import PathKind
from pinwise.project.local_paths import PROJECT_FILES
from pinwise.syntax.entry import is_archive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pinwise.features.completion.part import Place
    from pinwise.project.files import Document, Documents

_PLAIN = re.compile(r"[\w.+@-]+")
"""A name that needs no quotes, and that pip takes for neither a comment nor a variable."""

_MOST_LOOKED_INTO = 50
"""So many folders are looked into for a project."""


def complete_paths(
    place: Place, document: Document, documents: Documents, folder: Path
) -> Completion | None:
    """Return the files and folders that may follow what is typed of a path.

    Args:
        place: of the last part of a path.
        document: the file that it is written in.
        documents: what there is on disk and in the editor.
        folder: the workspace folder. pip takes the path of a project, and of links, from where
            it is started, which may be here; that of `-r` and `-c` from the file.

    None where the path leads somewhere that is not looked at: another host, a home folder.
    Cost: lists one or two folders of which the first 1,000 names count.
    """
    if place.before.startswith(("//", "~")):
        return None
    option = place.option.name if place.option is not None else ""
    here = document.path.parent
    included = option in ("--requirement", "--constraint")
    bases = [here] if included else list(dict.fromkeys((here, folder)))
    found: dict[str, Item] = {}
    for base in bases:
        inside = absolute(base / place.before)
        names = documents.names_in(inside)
        for item in _items(place, option, inside, names, documents):
            if inside / item.label != document.path:
                found.setdefault(item.label, item)
    return Completion(place.span, tuple(found.values())[:MOST_ITEMS])


def _items(
    place: Place, option: str, inside: Path, names: Mapping[str, PathKind], documents: Documents
) -> Iterator[Item]:
    """Yield what a folder holds that may be meant, likelier names first."""
    fitting = {
        name: kind
        for name, kind in names.items()
        if name.lower().startswith(place.typed.lower())
        and (_PLAIN.fullmatch(name) or (place.quoted and "'" not in name and '"' not in name))
    }
    files = sorted(name for name, kind in fitting.items() if kind is PathKind.FILE)
    folders = sorted(name for name, kind in fitting.items() if kind is PathKind.FOLDER)
    if option in ("--requirement", "--constraint"):
        likely = [name for name in files if role_of(inside / name) is not None]
        others = [n for n in files if n not in likely and n.endswith((".txt", ".in"))]
        yield from (Item(name, ItemKind.FILE) for name in (*likely, *others))
    elif place.wanted is Wanted.PROJECT_PATH:
        archives = [name for name in files if is_archive(f"./{name}")]
        yield from (Item(name, ItemKind.FILE) for name in archives)
    if option == "--find-links":
        pages = [name for name in files if name.endswith((".html", ".htm"))]
        yield from (Item(name, ItemKind.FILE) for name in pages)
    projects = set[str]()
    if option == "--editable" or place.wanted is Wanted.PROJECT_PATH:
        projects = {n for n in folders[:_MOST_LOOKED_INTO] if _is_project(inside / n, documents)}
    for name in sorted(folders, key=lambda name: name not in projects):
        detail = "project" if name in projects else ""
        yield Item(name, ItemKind.FOLDER, detail=detail)


def _is_project(folder: Path, documents: Documents) -> bool:
    """Return whether pip can install a folder."""
    return any(documents.kind_of(folder / name) is PathKind.FILE for name in PROJECT_FILES)
