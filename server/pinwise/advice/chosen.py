"""The version of a package that pip would take, as far as its lines tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.substitutes import newest_fitting
from pinwise.advice.updates import Question
from pinwise.advice.versions import pin_of

if TYPE_CHECKING:
    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.index.types import Listing

MOST_LINES = 50
"""Lines about one package that are looked at; a project with more is no real one."""


def chosen_version(ctx: Context, name: NormalizedName, listing: Listing) -> Version | None:
    """Return the pinned version, else the newest one that the lines and the interpreter allow.

    Lines whose marker does not hold do not count. None where nothing fits, or where the lines pin
    several versions. What other packages demand is not looked at.
    """
    lines = [
        located.declaration.requirement
        for located in ctx.by_name.get(name, ())[:MOST_LINES]
        if ctx.applies(located.declaration) is not False
    ]
    pins = {pin.version for line in lines if (pin := pin_of(line)) is not None}
    if pins:
        version = pins.pop()
        return version if not pins and version in listing.by_version else None
    bounds = tuple(sorted({line.specifier for line in lines if line.clauses}))
    question = Question("", ctx.admission(name), bounds, ctx.settings.prerelease)
    return newest_fitting(listing, question)
