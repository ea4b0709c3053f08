"""A tree as it is judged for the further Pythons and platforms that a project supports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pinwise.advice.marker_values import MAIN_PLATFORMS
from pinwise.environments.types import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context

_ANY_PATCH = ".99"
"""Larger than that of any release: a bound such as `>=3.9.2` must not rule out what may fit."""

_MACHINES = {"linux": "x86_64", "win32": "AMD64", "darwin": "arm64"}
"""`platform.machine()` of what most people have of each platform."""

_CALLED = {"darwin": "macOS"}
"""What people call a platform where its `platform.system()` is no name that they know."""


class OtherTarget(NamedTuple):
    """A tree for a target of the settings.

    Attributes:
        name: for a person: "Python 3.12", "Windows".
        context: the tree, with that target; no wheel is held against a version for its tags,
            because which of them that target takes is not looked at.
    """

    name: str
    context: Context


def other_targets(ctx: Context) -> Iterator[OtherTarget]:
    """Yield the tree for each further target of the settings; nothing without a target.

    Those are the Pythons of `python-versions` on the selected interpreter's platform, and that
    interpreter's Python on the platforms of `platforms`.
    """
    target = ctx.target
    if target is None:
        return
    markers = target.marker_environment
    own = markers.get("python_version", "")
    for python in dict.fromkeys(ctx.settings.python_versions):
        if python != own:
            full = f"{python}{_ANY_PATCH}"
            yield _judged(ctx, f"Python {python}", Target(full, _of_python(markers, python, full)))
    for sys_platform, os_name, system in MAIN_PLATFORMS:
        if sys_platform in ctx.settings.platforms and sys_platform != markers.get("sys_platform"):
            there = {
                **markers,
                "sys_platform": sys_platform,
                "os_name": os_name,
                "platform_system": system,
                "platform_machine": _MACHINES[sys_platform],
                # Of the system's own version nothing is known.
                "platform_release": "",
                "platform_version": "",
            }
            name = _CALLED.get(sys_platform, system)
            yield _judged(ctx, name, Target(target.python_version, there))


def python_called(target: Target | None) -> str:
    """Return what sentences call the Python of a target: "Python 3.12"."""
    if target is None or not target.python_version:
        return "this Python"
    return f"Python {'.'.join(target.python_version.split('.')[:2])}"


def _of_python(markers: dict[str, str], python: str, full: str) -> dict[str, str]:
    """Return the variables of markers on another Python."""
    changed = {**markers, "python_version": python, "python_full_version": full}
    if changed.get("implementation_name") == "cpython":
        changed["implementation_version"] = full
    return changed


def _judged(ctx: Context, name: str, target: Target) -> OtherTarget:
    return OtherTarget(name, replace(ctx, target=target, _markers={}))
