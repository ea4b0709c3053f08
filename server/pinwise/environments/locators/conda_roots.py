"""Conda's environments, by the list that conda keeps and its usual folders."""
# ruff: noqa: PTH117, PTH118, PTH120 - plain strings, for speed

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pinwise.environments.locators.places import Candidate, Places, children
from pinwise.environments.small_files import read_small

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_LIST = 1_048_576
_NAMES = (
    "miniconda3",
    "anaconda3",
    "miniforge3",
    "mambaforge",
    "micromamba",
    ".conda",
    "miniconda",
    "anaconda",
)
_SYSTEM = ("/opt/conda", "/opt/miniconda3", "/opt/anaconda3", "/opt/miniforge3")


def conda_environments(places: Places) -> Iterator[Candidate]:
    """Yield the roots, the environments in their `envs`, and those of `environments.txt`."""
    for root in dict.fromkeys(filter(None, _roots(places))):
        yield Candidate(root)
        for folder in children(os.path.join(root, "envs")):
            yield Candidate(folder)
    for path in _recorded(places):
        yield Candidate(path)


def _roots(places: Places) -> Iterator[str]:
    yield places.variable("MAMBA_ROOT_PREFIX")
    executable = places.variable("CONDA_EXE")
    if executable:
        yield os.path.dirname(os.path.dirname(executable))
    for name in _NAMES:
        yield places.in_home(name)
    if not places.windows:
        yield from _SYSTEM


def _recorded(places: Places) -> list[str]:
    """Read `~/.conda/environments.txt`: every environment that conda ever made, one a line."""
    try:
        text = read_small(places.in_home(".conda", "environments.txt"), limit=_LONGEST_LIST)
    except OSError:
        return []
    lines = (line.strip() for line in text.splitlines())
    return [os.path.normpath(line) for line in lines if os.path.isabs(line)]
