"""What is installed, remembered by environment, so that nobody who types waits for a disk."""

from __future__ import annotations

import os
import threading
import time
from types import MappingProxyType
from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple
from pinwise.environments.installed import (
    TICK,
    changed_at,
    distributions,
    package_folders,
)
from pinwise.environments.origins import origin_of
from pinwise.environments.types import Installed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pinwise.environments.types import Environment


class _Seen(NamedTuple):
    """What was read, and when its folders had last changed; None where that may not be all."""

    installed: Installed
    stamp: tuple[int | None, ...] | None


class Inventory:
    """The packages of the environments that were asked for. Safe from any thread."""

    def __init__(self) -> None:
        self._seen: dict[Path, _Seen] = {}
        self._lock = threading.Lock()

    def of(self, environment: Environment) -> Installed:
        """Return what is installed; reads the disk only the first time, and after a change.

        About two milliseconds for 250 distributions then.
        """
        with self._lock:
            seen = self._seen.get(environment.prefix)
        if seen is not None and seen.installed.environment == environment:
            return seen.installed
        # Before the reading: what changes meanwhile is then seen to have changed.
        stamp = _stamp(environment)
        seen = _Seen(take(environment), stamp if _settled(stamp) else None)
        with self._lock:
            self._seen[environment.prefix] = seen
        return seen.installed

    def moved(self) -> dict[Path, tuple[int | None, ...]]:
        """Return when the folders last changed of those environments where they did since.

        By prefix; equal answers say that nothing changed in between. Costs a look at each folder.
        """
        with self._lock:
            seen = tuple(self._seen.items())
        now = ((prefix, one.stamp, _stamp(one.installed.environment)) for prefix, one in seen)
        return {prefix: stamp for prefix, before, stamp in now if stamp != before}

    def renew(self, prefixes: Iterable[Path]) -> frozenset[Path]:
        """Read environments anew, and return those in which something came or went."""
        different = set()
        for prefix in prefixes:
            with self._lock:
                seen = self._seen.pop(prefix, None)
            if seen is not None and self.of(seen.installed.environment) != seen.installed:
                different.add(prefix)
        return frozenset(different)

    def forget(self) -> None:
        """Read everything anew when it is asked for."""
        with self._lock:
            self._seen.clear()


def take(environment: Environment) -> Installed:
    """Read what is installed in an environment, with the origins of what came from no index."""
    found = distributions(environment)
    origins = ((name, origin_of(one)) for name, one in found.items())
    return Installed(
        environment,
        MappingProxyType({name: one.version for name, one in found.items()}),
        MappingProxyType({name: origin for name, origin in origins if origin is not None}),
    )


def _stamp(environment: Environment) -> tuple[int | None, ...]:
    """Return when each folder of packages last changed."""
    return tuple(changed_at(os.fspath(folder)) for folder in package_folders(environment))


def _settled(stamp: tuple[int | None, ...]) -> bool:
    """Return whether no folder changed this moment: it may again, and bear the same time."""
    now = time.time_ns()
    return all(changed is None or now - changed > TICK for changed in stamp)
