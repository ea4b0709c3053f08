"""What the variables of markers are called on the platforms, and how people misspell it.

The values are those of `sys.platform`, `os.name`, `platform.system()`, `sys.implementation.name`
and `platform.python_implementation()`, as Python's own documentation lists them. A value that is
not listed here may well exist: only those are wrong that differ from a listed one in case, where
that one's case is fixed, or that are evidently meant for one.
"""

from __future__ import annotations

MAIN_PLATFORMS = (
    ("linux", "posix", "Linux"),
    ("win32", "nt", "Windows"),
    ("darwin", "posix", "Darwin"),
)
"""`sys_platform`, `os_name` and `platform_system` of the platforms that nearly all use."""

_VALUES = {
    "sys_platform": ("linux", "win32", "darwin", "cygwin", "msys", "aix", "android", "ios"),
    "os_name": ("posix", "nt", "java"),
    "platform_system": ("Linux", "Windows", "Darwin", "Java", "FreeBSD", "Android"),
    "implementation_name": ("cpython", "pypy", "graalpy"),
    "platform_python_implementation": ("CPython", "PyPy", "Jython", "IronPython"),
}

_MACHINES = {
    "platform_machine": (
        "x86_64",
        "arm64",
        "aarch64",
        "AMD64",
        "ARM64",
        "i686",
        "ppc64le",
        "s390x",
    ),
}
"""`platform.machine()`: in words of its own on each platform, so that none is another's mistake."""

_MEANT = {
    "sys_platform": {
        "windows": "win32",
        "win": "win32",
        "win64": "win32",
        "nt": "win32",
        "macos": "darwin",
        "macosx": "darwin",
        "osx": "darwin",
    },
    "os_name": {
        "windows": "nt",
        "win32": "nt",
        "win64": "nt",
        "linux": "posix",
        "darwin": "posix",
        "macos": "posix",
        "unix": "posix",
    },
    "platform_system": {
        "win": "Windows",
        "win32": "Windows",
        "win64": "Windows",
        "nt": "Windows",
        "mac": "Darwin",
        "macos": "Darwin",
        "macosx": "Darwin",
        "osx": "Darwin",
    },
}

FORMER = {"linux2": "linux", "linux3": "linux"}
"""`sys.platform` of Python 2, which had the first number of the system in it."""


def misspelt(variable: str, value: str) -> str | None:
    """Return what a variable is called where `value` was meant; None where `value` may exist."""
    known = _VALUES.get(variable, ())
    if value in known:
        return None
    folded = value.lower()
    meant = next((name for name in known if name.lower() == folded), None)
    return meant or _MEANT.get(variable, {}).get(folded)


def known_values(variable: str) -> tuple[str, ...]:
    """Return what a variable is on the platforms that are used, the commonest first.

    Empty for versions and for what is no variable. There may well be others.
    """
    return _VALUES.get(variable, ()) or _MACHINES.get(variable, ())
