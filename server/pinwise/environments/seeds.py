"""The wheels of pip that virtualenv brings, so that an environment gets its pip without network.

virtualenv carries one for each Python that it supports. An extension for an editor leaves those out
that only Pythons need which are supported no more (`scripts/trim_bundle.py`), so what counts is
what lies on the disk, not virtualenv's list.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from pinwise.environments.version_numbers import version_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Nothing but pip: as in environments of Python 3.12 and later, and of `venv`. Builds get the
# setuptools that they ask for in an environment of their own.
SEED_OPTIONS: Final = ("--no-setuptools",)


@functools.cache
def pip_wheels() -> Mapping[str, Path]:
    """Return by X.Y of Python the wheels of pip that are there; some 50 ms, once."""
    from virtualenv.seed.wheels.embed import BUNDLE_FOLDER, BUNDLE_SUPPORT  # noqa: PLC0415 - 50 ms, and rarely needed

    wheels = {
        feature: BUNDLE_FOLDER / names["pip"]
        for feature, names in BUNDLE_SUPPORT.items()
        if "pip" in names
    }
    return {feature: wheel for feature, wheel in wheels.items() if wheel.is_file()}


def oldest_seeded() -> str:
    """Return the X.Y of the oldest Python that gets a pip from us."""
    return min(pip_wheels(), key=version_key)


def pip_wheel(feature: str) -> Path | None:
    """Return the wheel of pip for the Python X.Y, whose digest was compared; None: there is none.

    Raises:
        RuntimeError: the file is not the one that virtualenv was published with.
    """
    from virtualenv.seed.wheels.embed import get_embed_wheel  # noqa: PLC0415 - as above

    if feature not in pip_wheels():
        return None
    wheel = get_embed_wheel("pip", feature)
    return None if wheel is None else wheel.path
