"""Files in a project that name an environment: `.python-envs`, `.venv`, `.pdm-python`."""
# ruff: noqa: PTH110, PTH118, PTH119, PTH120 - plain strings, for speed

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from pinwise.environments.layout import on_network
from pinwise.environments.locators.places import Candidate, Places
from pinwise.environments.locators.workon import workon_homes
from pinwise.environments.small_files import read_small

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAXIMUM_POINTER: Final = 4096
_POINTERS: Final = (".python-envs", ".venv", ".pdm-python")


def pointers(folder: str, names: set[str], places: Places) -> Iterator[Candidate]:
    """Yield what the files of a project folder point at.

    Args:
        folder: the folder.
        names: what is in it.
        places: the surroundings.

    A `.venv` that is a file names a path, or an environment of virtualenvwrapper.
    """
    for name in _POINTERS:
        if name not in names:
            continue
        for path in pointed_at(os.path.join(folder, name)):
            if on_network(path, windows=places.windows):
                continue
            yield Candidate(path, None, folder)
            if name == ".venv" and not os.path.exists(path) and os.path.dirname(path) == folder:
                for home in workon_homes(places):
                    yield Candidate(os.path.join(home, os.path.basename(path)), None, folder)


def pointed_at(file: str) -> list[str]:
    """Return the absolute paths of the environments that a file names, one a line, in order.

    Serves `.python-envs` (PEP 832: UTF-8, relative to the file, lines that mean nothing are
    skipped) and its like. Empty where it is no readable file.
    """
    try:
        text = read_small(file, limit=_MAXIMUM_POINTER)
        # PEP 832 asks for UTF-8; anything else is some other file of that name.
        text.encode()
    except (OSError, UnicodeEncodeError):
        return []
    lines = [line.strip() for line in text.splitlines()]
    folder = os.path.dirname(file)
    return [
        os.path.normpath(os.path.join(folder, line))
        for line in lines
        if line and not line.startswith("#")
    ]
