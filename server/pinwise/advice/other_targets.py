"""A tree as it is judged for the further Pythons and platforms that a project supports."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from pinwise.advice.marker_values import MAIN_PLATFORMS
from pinwise.base.tuples import NamedTuple
from pinwise.environments.types import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context

MOST_TARGETS = 12
"""Further targets that a tree is judged for."""

_ANY_PATCH = ".99"
"""Larger than that of any release: a bound such as `>=3.9.2` must not rule out what may fit."""

_MACHINES = {"linux": "x86_64", "win32": "AMD64", "darwin": "arm64"}
"""`platform.machine()` of what most people have of each platform."""

_CALLED = {"darwin": "macOS"}
"""What people call a platform where its `platform.system()` is no name that they know."""


class OtherTarget(NamedTuple):
    """A tree for a target of the settings.

    Attributes:
        name: for a person: "Python 3.12", "Windows", "Python 3.12 on Windows".
        context: the tree, with that target; no wheel is held against a version for its tags,
            because which of them that target takes is not looked at.
    """

    name: str
    context: Context


def other_targets(ctx: Context) -> Iterator[OtherTarget]:
    """Yield the tree for each further target of the settings; nothing without a target.

    Those are the Pythons of `python-versions` on the selected interpreter's platform, that
    interpreter's Python on the platforms of `platforms`, and then each of these Pythons on each of
    these platforms; 12 in all, because each takes a solve.
    """
    target = ctx.target
    if target is None:
        return
    own = target.marker_environment
    pythons = [
        (f"Python {python}", python)
        for python in dict.fromkeys(ctx.settings.python_versions)
        if python != own.get("python_version", "")
    ]
    platforms = [
        (_CALLED.get(platform[0], platform[2]), platform)
        for platform in MAIN_PLATFORMS
        if platform[0] in ctx.settings.platforms and platform[0] != own.get("sys_platform")
    ]
    targets = chain(
        ((name, _of_python(target, python)) for name, python in pythons),
        ((name, _of_platform(target, platform)) for name, platform in platforms),
        (
            (f"{name} on {there}", _of_platform(_of_python(target, python), platform))
            for name, python in pythons
            for there, platform in platforms
        ),
    )
    for name, other in islice(targets, MOST_TARGETS):
        yield OtherTarget(name, ctx.with_facts(target=other, _markers={}))


def python_called(target: Target | None) -> str:
    """Return what sentences call the Python of a target: "Python 3.12"."""
    if target is None or not target.python_version:
        return "this Python"
    return f"Python {'.'.join(target.python_version.split('.')[:2])}"


def _of_python(target: Target, python: str) -> Target:
    """Return what there is with another Python on the same platform."""
    full = f"{python}{_ANY_PATCH}"
    changed = {
        **target.marker_environment,
        "python_version": python,
        "python_full_version": full,
    }
    if changed.get("implementation_name") == "cpython":
        changed["implementation_version"] = full
    return Target(full, changed)


def _of_platform(target: Target, platform: tuple[str, str, str]) -> Target:
    """Return what there is with the same Python on another platform."""
    sys_platform, os_name, system = platform
    there = {
        **target.marker_environment,
        "sys_platform": sys_platform,
        "os_name": os_name,
        "platform_system": system,
        "platform_machine": _MACHINES[sys_platform],
        # Of the system's own version nothing is known.
        "platform_release": "",
        "platform_version": "",
    }
    return Target(target.python_version, there)
