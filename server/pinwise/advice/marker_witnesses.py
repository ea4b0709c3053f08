"""Which of some environments that do exist satisfy a marker.

The counterpart of `marker_sets`: there, what is certain never to hold; here, what certainly does
somewhere. Two markers with a witness in common hold at the same time.
"""

from __future__ import annotations

from functools import lru_cache

from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName

from pinwise.advice.marker_sets import EVERYTHING, OLDEST_PYTHON, Supported
from pinwise.advice.marker_values import MAIN_PLATFORMS

NEWEST_PYTHON = (3, 15)
"""The newest Python that is out. Later ones satisfy markers too; they are just no witnesses."""

_MACHINES = {
    "linux": ("x86_64", "aarch64"),
    "win32": ("AMD64", "ARM64"),
    "darwin": ("arm64", "x86_64"),
}
_KERNELS = {
    "linux": ("6.8.0-49-generic", "#49-Ubuntu SMP"),
    "win32": ("11", "10.0.22631"),
    "darwin": ("24.5.0", "Darwin Kernel Version 24.5.0"),
}
_PATCHES = (0, 8)


@lru_cache(maxsize=1024)
def witnesses(text: str, among: Supported = EVERYTHING) -> int:
    """Return which environments that do exist satisfy a marker, as bits.

    Bit `i` is the same environment for every marker asked with the same `among`, so that two
    answers can be combined by `&`. Those are CPython and PyPy, from `OLDEST_PYTHON` to
    `NEWEST_PYTHON`, on the usual processors of three platforms. Cost: one or two milliseconds.
    """
    environments = _environments(among)
    if not text.strip():
        return (1 << len(environments)) - 1
    try:
        marker = Marker(text)
        found = [marker.evaluate(dict(environment)) for environment in environments]
    except (InvalidMarker, UndefinedEnvironmentName, ValueError):
        return 0
    return sum(1 << place for place, holds in enumerate(found) if holds)


@lru_cache(maxsize=64)
def _environments(among: Supported) -> tuple[dict[str, str], ...]:
    """Return environments that do exist, each a value for every variable of markers."""
    newest = range(OLDEST_PYTHON[1], NEWEST_PYTHON[1] + 1)
    features = sorted({(OLDEST_PYTHON[0], minor) for minor in newest} | set(among.pythons))
    return tuple(
        _environment(feature, patch, names, machine, implementation)
        for feature in features
        if among.has_python(feature)
        for patch in _PATCHES
        for names in MAIN_PLATFORMS
        if not among.platforms or names[0] in among.platforms
        for machine in _MACHINES[names[0]]
        for implementation in ("cpython", "pypy")
        # PyPy is made for some Pythons, and for fewer processors.
        if implementation == "cpython" or (feature <= (3, 11) and machine == "x86_64")
    )


def _environment(
    feature: tuple[int, int],
    patch: int,
    names: tuple[str, str, str],
    machine: str,
    implementation: str,
) -> dict[str, str]:
    """Return the variables of one environment."""
    platform, os_name, system = names
    short = f"{feature[0]}.{feature[1]}"
    full = f"{short}.{patch}"
    pypy = implementation == "pypy"
    return {
        "implementation_name": implementation,
        "implementation_version": "7.3.17" if pypy else full,
        "os_name": os_name,
        "platform_machine": machine,
        "platform_python_implementation": "PyPy" if pypy else "CPython",
        "platform_release": _KERNELS[platform][0],
        "platform_system": system,
        "platform_version": _KERNELS[platform][1],
        "python_full_version": full,
        "python_version": short,
        "sys_platform": platform,
        "extra": "",
    }
