"""The environments in a folder that a setting names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.environments.inspection import inspect
from pinwise.environments.layout import on_network
from pinwise.environments.locators.places import children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.environments.types import Environment


def environments_in(folder: Path) -> Iterator[Environment]:
    """Yield the environments that lie right inside a folder, by name; none if it is not there.

    About 100 microseconds for each.
    """
    if on_network(str(folder)):
        return
    for path in children(str(folder)):
        environment = inspect(Path(path))
        if environment is not None and not environment.is_base:
            yield environment
