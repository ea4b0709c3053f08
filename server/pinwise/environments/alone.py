"""One call at a time that makes, replaces, deletes or installs into an environment: `alone`."""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import TYPE_CHECKING

from pinwise.environments.locks import claimed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def alone(destination: Path) -> Iterator[None]:
    """Keep all other calls for the same place out for the length of the block.

    A folder that is there, empty or to be replaced, looks the same to two calls: making it does
    not tell them apart. What does lies in the user's state folder, to leave the project clean.

    Args:
        destination: the environment's folder, absolute, or a link to it; it need not be there.

    Raises:
        HeldError: another call, in whatever process, is at work on it; nobody waits.
    """
    import platformdirs  # noqa: PLC0415 - only changes need it

    # An environment that is reached by a link is the same: two calls must not change it at once.
    place = os.path.normcase(os.path.realpath(destination))
    digest = hashlib.sha256(os.fsencode(place)).hexdigest()[:32]
    state = platformdirs.user_state_path("pinwise", appauthor=False)
    with contextlib.ExitStack() as stack:
        # Where nothing can be claimed, as with a home that is read-only, two calls at a time are
        # told apart where one of them makes the folder.
        with contextlib.suppress(OSError):
            stack.enter_context(claimed(state / "making" / f"{digest}.lock"))
        yield
