"""The environment that the process was started in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.environments.locators.places import Candidate, Places

if TYPE_CHECKING:
    from collections.abc import Iterator


def active_environments(places: Places) -> Iterator[Candidate]:
    """Yield what VIRTUAL_ENV and CONDA_PREFIX name, if they hold absolute paths."""
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        path = places.variable(name)
        if path:
            yield Candidate(path)
