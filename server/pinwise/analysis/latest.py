"""The newest versions of installed packages: what Pinwise would suggest for their Python."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pinwise.advice.updates import newest_installable
from pinwise.base.facts import Known, NotChecked, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.base.cancellation import CancelToken
    from pinwise.index.types import Index


class Newest:
    """Asks the indexes of a project about packages. Safe from any thread.

    Attributes:
        context: of the project, for the interpreter of the environment.
        index: the one that the project's lines are looked up on.
    """

    def __init__(self, context: Context, index: Index) -> None:
        self.context = context
        self.index = index

    def known(self, names: Iterable[NormalizedName]) -> dict[NormalizedName, Version]:
        """Return the newest version of each package, as far as it is known; asks no network.

        A pre-release, a yanked version, one of another Python, and one that still ripens
        (`cooldown`) is none.
        """
        found = {}
        for name in names:
            fact = self.index.listing(name)
            if isinstance(fact, Known):
                context = self.context
                admission = context.admission(name)
                release = newest_installable(fact.value, admission, context.cooldown)
                if release is not None:
                    found[name] = release.version
        return found

    def wait(
        self, names: Iterable[NormalizedName], seconds: float, cancel: CancelToken | None = None
    ) -> bool:
        """Ask for what is not known yet, and wait for it so long at most.

        Returns:
            whether everything that can be known is known now. What is asked for and comes later
            is remembered for the next time.
        """
        facts = {name: self.index.listing(name) for name in names}
        missing = {name for name, fact in facts.items() if fact == NotChecked(Reason.PENDING)}
        stale = {
            name for name, fact in facts.items() if isinstance(fact, Known) and fact.value.stale
        }
        if not (missing or stale):
            return True
        lock, done = threading.Lock(), threading.Event()
        waiting = set(missing)
        if not waiting:
            # What is old will do until what is new has come.
            done.set()

        def came(arrived: frozenset[NormalizedName]) -> None:
            with lock:
                waiting.difference_update(arrived)
                if not waiting:
                    done.set()

        self.index.fetch(sorted(missing) + sorted(stale), came)
        if cancel is not None:
            cancel.on_cancel(done.set)
        return done.wait(seconds) and not waiting
