"""Environments in the folders of the home in which people collect them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.environments.locators.places import Candidate, Places, children

if TYPE_CHECKING:
    from collections.abc import Iterator


def collected_environments(places: Places) -> Iterator[Candidate]:
    """Yield what lies in `~/.venvs`, `~/envs`, `~/.envs` and the like."""
    for name in (".venvs", "venvs", "envs", ".envs"):
        for folder in children(places.in_home(name)):
            yield Candidate(folder)
