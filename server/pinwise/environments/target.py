"""The interpreter that requirements are judged for, computed and never asked."""

from __future__ import annotations

import functools
import os
import platform
import sys
from typing import Final

from pinwise.environments.types import Environment, Target
from pinwise.environments.version_numbers import feature_version, is_complete

_UNKNOWN_MICRO: Final = 99
_PYPY_ABI: Final = "pp73"
"""PyPy's ABI has been 7.3 since 2019, for every version of Python that it supports."""


def target_of(environment: Environment) -> Target | None:
    """Return what requirements are judged for with this environment, or None if unknown.

    Computed from the environment's version and this machine's platform; nothing is started. None
    where no file tells at least X.Y. A broken environment gives the target it was made for. Where
    files tell only X.Y, Z is taken as larger than any release, because a bound such as
    `>=3.9.2` must not rule out what may well satisfy it.

    The first call imports `packaging.tags` (some 20 milliseconds); later ones for the same
    version are remembered.
    """
    feature = feature_version(environment.version)
    if "." not in feature:
        return None
    version = environment.version
    if not is_complete(version):
        version = f"{feature}.{_UNKNOWN_MICRO}"
    return _target(
        version,
        environment.implementation,
        environment.free_threaded,
        f"this machine's Python {environment.version}" if environment.is_base else environment.name,
    )


@functools.lru_cache(maxsize=64)
def _target(version: str, implementation: str, free_threaded: bool, origin: str) -> Target:  # noqa: FBT001 - the arguments are the key of the cache
    return Target(
        python_version=version,
        marker_environment=_markers(version, implementation),
        tags=_tags(feature_version(version), implementation, free_threaded=free_threaded),
        origin=origin,
    )


def _markers(version: str, implementation: str) -> dict[str, str]:
    """Return the variables of environment markers, all of them.

    As the specification of dependency specifiers (PEP 508) defines them; the platform's are those
    of this machine, which runs the environment. `extra` is no part of an environment.
    """
    return {
        "implementation_name": implementation,
        # PyPy's own version is told by no file that an environment must have.
        "implementation_version": version if implementation == "cpython" else "7.3.99",
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": "PyPy" if implementation == "pypy" else "CPython",
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": version,
        "python_version": feature_version(version),
        "sys_platform": sys.platform,
    }


def _tags(feature: str, implementation: str, *, free_threaded: bool) -> frozenset[str]:
    """Return the wheel tags (PEP 425) that such an interpreter installs on this machine."""
    from packaging import tags  # noqa: PLC0415 - takes longer to import than all of this layer

    major, minor = (int(part) for part in feature.split("."))
    platforms = list(tags.platform_tags())
    if implementation == "pypy":
        interpreter = f"pp{major}{minor}"
        abi = f"pypy{major}{minor}_{_PYPY_ABI}"
        own = tags.generic_tags(interpreter, [abi], platforms)
        # PyPy's generic `pp3-none-any` is part of what pip accepts for it.
        common = tags.compatible_tags((major, minor), "pp3", platforms)
    else:
        interpreter = f"cp{major}{minor}"
        own = tags.cpython_tags(
            (major, minor), [_cpython_abi(major, minor, free_threaded=free_threaded)], platforms
        )
        common = tags.compatible_tags((major, minor), interpreter, platforms)
    return frozenset(str(tag) for tag in (*own, *common))


def _cpython_abi(major: int, minor: int, *, free_threaded: bool) -> str:
    """Return the ABI of an ordinary build: 3.7 and older say `m` for pymalloc (PEP 3149)."""
    if free_threaded:
        return f"cp{major}{minor}t"
    if (major, minor) == (2, 7):
        return "cp27mu"
    return f"cp{major}{minor}m" if (major, minor) < (3, 8) else f"cp{major}{minor}"
