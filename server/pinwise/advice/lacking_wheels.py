"""Pinned versions without a wheel for the selected interpreter: what pip makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Related
from pinwise.advice.installable import Obstacle
from pinwise.advice.policy import ONLY_BINARY
from pinwise.advice.required import installed_lines
from pinwise.advice.versions import pin_of
from pinwise.base.facts import Known
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context, Located
    from pinwise.advice.policy import Stated
    from pinwise.advice.versions import Pin
    from pinwise.index.types import Release


class Lacking(NamedTuple):
    """A pinned version that has no wheel which the interpreter could take.

    Attributes:
        what: the name and the version as they are written.
        lack: "no wheel", or "no wheel for this Python and platform".
        built: whether pip builds it from source; else it has nothing to install.
        forbidding: the option that forbids the source archive which there is, where that is why.
        related: where that option stands in a file.
    """

    located: Located
    pin: Pin
    what: str
    lack: str
    built: bool
    forbidding: Stated | None
    related: tuple[Related, ...]


def lacking_wheels(ctx: Context) -> Iterator[Lacking]:
    """Yield the pinned lines whose version has no fitting wheel, those of lines that are installed.

    What was asked to be built (`--no-binary`) is not among them, nor what pip's options or
    Requires-Python leave nothing of on any platform. Nothing is known without an interpreter, nor
    where a place did not answer: it may have a wheel.
    """
    if ctx.target is None or not ctx.target.tags:
        return
    for located in installed_lines(ctx):
        pin = pin_of(located.declaration.requirement)
        if pin is None:
            continue
        fact = ctx.listing(located.declaration.name)
        if not isinstance(fact, Known) or fact.value.incomplete:
            continue
        release = fact.value.by_version.get(pin.version)
        if release is not None and (lacking := _judged(ctx, located, pin, release)):
            yield lacking


def _judged(ctx: Context, located: Located, pin: Pin, release: Release) -> Lacking | None:
    """Return what pip makes of the files of a release; None where it finds a wheel as it should."""
    name = located.declaration.name
    admission = ctx.admission(name)
    # pip takes a yanked file only where there is no other.
    yanked = release.yanked is not None
    # Of most releases the first of many wheels tells.
    if any(file.is_wheel for file in admission.candidates(release, yanked=yanked)):
        return None
    anywhere = admission._replace(tags=frozenset())
    if not anywhere.admits(release, yanked=yanked):
        return None
    files = list(admission.candidates(release, yanked=yanked))
    if files and not admission.wheels:
        return None
    any_wheel = any(file.is_wheel for file in release.files)
    source = Obstacle.SOURCE in admission.obstacles(release, yanked=yanked)
    forbidding = ctx.policy.formats(name)
    return Lacking(
        located,
        pin,
        f"{located.declaration.requirement.name} {pin.clause.version}",
        "no wheel for this Python and platform" if any_wheel else "no wheel",
        built=bool(files),
        forbidding=forbidding if source and not files else None,
        related=() if forbidding is None else tuple(forbidden_here(forbidding)),
    )


def forbidden_here(forbidding: Stated) -> Iterator[Related]:
    """Point at the option, where it stands in a file."""
    if forbidding.option is not None:
        what = "Source is" if forbidding.name == ONLY_BINARY else "Wheels are"
        document, span = forbidding.option.document, forbidding.option.option.span
        yield Related(document.path, span, f"{what} forbidden here")
