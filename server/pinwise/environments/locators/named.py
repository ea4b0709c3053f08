"""The environments in the folders that settings of the editor name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.environments.layout import on_network
from pinwise.environments.locators.places import Candidate, Places, children

if TYPE_CHECKING:
    from collections.abc import Iterator


def named_environments(places: Places) -> Iterator[Candidate]:
    """Yield what lies right inside the folders that were named, by name."""
    for folder in places.named:
        if not on_network(folder, windows=places.windows):
            for path in children(folder):
                yield Candidate(path)
