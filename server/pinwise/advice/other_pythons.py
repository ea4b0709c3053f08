"""A tree as it is judged for the further Pythons that a project supports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinwise.environments.types import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context

_ANY_PATCH = ".99"
"""Larger than that of any release: a bound such as `>=3.9.2` must not rule out what may fit."""


def other_pythons(ctx: Context) -> Iterator[tuple[str, Context]]:
    """Yield each further Python of the settings (`python-versions`), and the tree for it.

    The platform is the selected interpreter's. Which wheels that Python takes is not looked at,
    so that no file is held against a version for its tags. Nothing without a target.
    """
    target = ctx.target
    if target is None:
        return
    own = target.marker_environment.get("python_version", "")
    for python in dict.fromkeys(ctx.settings.python_versions):
        if python != own:
            full = f"{python}{_ANY_PATCH}"
            markers = {
                **target.marker_environment,
                "python_version": python,
                "python_full_version": full,
            }
            if markers.get("implementation_name") == "cpython":
                markers["implementation_version"] = full
            yield python, replace(ctx, target=Target(full, markers), _markers={})
