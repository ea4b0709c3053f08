"""The fixture harness: requirements files with marks, and what the rules say of them.

README.md describes the notation.
"""

from tests.harness.checks import World, check, check_fix, fixes_at, messages
from tests.harness.facts import (
    FOLDER,
    Aged,
    Listed,
    Needs,
    Partly,
    Sdist,
    Stale,
    Status,
    Wheel,
    Yanked,
    base,
    environments,
    virtual,
)

__all__ = [
    "FOLDER",
    "Aged",
    "Listed",
    "Needs",
    "Partly",
    "Sdist",
    "Stale",
    "Status",
    "Wheel",
    "World",
    "Yanked",
    "base",
    "check",
    "check_fix",
    "environments",
    "fixes_at",
    "messages",
    "virtual",
]
