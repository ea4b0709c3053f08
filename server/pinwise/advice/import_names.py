"""What a name that is no package stands for: an import name, or a part of Python itself."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from pinwise.base.patterns import late
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinwise.index.types import Listing


class RemovedModule(NamedTuple):
    """A module that left the standard library.

    Attributes:
        version: the first Python without it: "3.13".
        successor: the distribution that offers it, or what it was, since; "" without one.
    """

    version: str
    successor: str = ""


def distributions_of(name: NormalizedName) -> tuple[NormalizedName, ...]:
    """Return the distributions that an import name comes from, the usual one first."""
    return import_table().get(name, ())


@lru_cache(maxsize=1)
def import_table() -> Mapping[NormalizedName, tuple[NormalizedName, ...]]:
    """Return the distributions of the import names that tell them not, the usual one first.

    Import names are normalized as names of distributions are, so that `google.oauth2` is
    `google-oauth2`. Reads the data file at the first call. `bench/import_names.py` checks entries
    against the files of wheels.
    """
    from importlib.resources import files  # noqa: PLC0415 - only where a name is in question

    text = (files("pinwise.advice") / "data" / "import-names.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {
        NormalizedName(imported): tuple(map(NormalizedName, distributions))
        for imported, *distributions in rows
    }


def proper_names(name: NormalizedName) -> tuple[NormalizedName, ...]:
    """Return what a package is called that many call otherwise; empty where nothing is known."""
    called = _CALLED.get(name)
    return () if called is None else (NormalizedName(called),)


def meant_instead_of(listing: Listing) -> NormalizedName | None:
    """Return what is meant by a name that an index has, and that is a known trap; else None.

    A trap is a name that was registered so that nobody else takes it, or a package that was
    renamed long ago. Another package of that name, on an index of one's own, has other versions.
    """
    trap = _TRAPS.get(listing.name)
    if trap is None or not listing.complete or not listing.releases:
        return None
    newest = listing.releases[0].version
    return NormalizedName(trap.meant) if newest < Version(trap.below) else None


def is_interpreter(name: NormalizedName) -> bool:
    """Return whether a name is that of Python itself, as in `python>=3.8` and `python3`."""
    return _INTERPRETER.fullmatch(name) is not None


def in_standard_library(written: str) -> bool:
    """Return whether a name, as written, is a module of today's standard library.

    `os.path` and `concurrent.futures` count too: a submodule is judged by its first part.
    """
    return canonicalize_name(written.partition(".")[0]) in _PRESENT


def removed_module(written: str) -> RemovedModule | None:
    """Return what is known of a module that the standard library had once."""
    return REMOVED.get(canonicalize_name(written.partition(".")[0]))


def removed_for(module: RemovedModule, python_version: str) -> bool:
    """Return whether that Python no longer has the module."""
    return Version(python_version) >= Version(module.version)


REMOVED: Final[Mapping[str, RemovedModule]] = {
    "aifc": RemovedModule("3.13", "standard-aifc"),
    "asynchat": RemovedModule("3.12", "pyasynchat"),
    "asyncore": RemovedModule("3.12", "pyasyncore"),
    "audioop": RemovedModule("3.13", "audioop-lts"),
    "binhex": RemovedModule("3.11"),
    "cgi": RemovedModule("3.13", "legacy-cgi"),
    "cgitb": RemovedModule("3.13", "legacy-cgi"),
    "chunk": RemovedModule("3.13", "standard-chunk"),
    "crypt": RemovedModule("3.13"),
    "distutils": RemovedModule("3.12", "setuptools"),
    "dummy-threading": RemovedModule("3.9"),
    "formatter": RemovedModule("3.10"),
    "imghdr": RemovedModule("3.13", "standard-imghdr"),
    "imp": RemovedModule("3.12"),
    "lib2to3": RemovedModule("3.13"),
    "macpath": RemovedModule("3.8"),
    "mailcap": RemovedModule("3.13"),
    "msilib": RemovedModule("3.13"),
    "nis": RemovedModule("3.13"),
    "nntplib": RemovedModule("3.13"),
    "ossaudiodev": RemovedModule("3.13"),
    "parser": RemovedModule("3.10"),
    "pipes": RemovedModule("3.13"),
    "smtpd": RemovedModule("3.12", "aiosmtpd"),
    "sndhdr": RemovedModule("3.13"),
    "spwd": RemovedModule("3.13"),
    "sunau": RemovedModule("3.13", "standard-sunau"),
    "symbol": RemovedModule("3.10"),
    "telnetlib": RemovedModule("3.13", "standard-telnetlib"),
    "uu": RemovedModule("3.13"),
    "xdrlib": RemovedModule("3.13"),
}
"""The modules that left the standard library since Python 3.8 (PEP 594 and others)."""

_ADDED: Final = {"annotationlib", "compression", "tomllib"}
"""Modules that a supported Python has, and that the running one may be too old for."""

_PRESENT: Final = (
    frozenset(map(canonicalize_name, sys.stdlib_module_names)) | _ADDED
) - REMOVED.keys()

_INTERPRETER = late(r"(?:c?python|pypy)[0-9-]*")


class _Trap(NamedTuple):
    """A name that leads to nothing of use.

    Attributes:
        meant: the package's name.
        below: all versions of the trap are lower.
    """

    meant: str
    below: str


_TRAPS: Final[Mapping[str, _Trap]] = {
    # Its versions 0.1.2 and 1.0.2 fail to install, and say why.
    "pytorch": _Trap("torch", "1.1"),
    # Version 0.0 and its posts: a name that was kept free, and fails to install since 2023.
    "sklearn": _Trap("scikit-learn", "0.1"),
    # The last one, 3.2.2, is for Python 2.
    "beautifulsoup": _Trap("beautifulsoup4", "4"),
}

_CALLED: Final[Mapping[str, str]] = {
    "beautifulsoup": "beautifulsoup4",
    "cv": "opencv-python",
    "django-rest-framework": "djangorestframework",
    "msgpack-python": "msgpack",
    "opencv": "opencv-python",
    "opencv2": "opencv-python",
    "pytorch": "torch",
    "qdrant": "qdrant-client",
    "scikit": "scikit-learn",
}
"""What many call a package that is called otherwise, and is not imported by that name either."""
