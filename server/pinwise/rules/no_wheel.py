"""`PW206` no-wheel: pip has to build the pinned version, or cannot install it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Finding, Related, Severity
from pinwise.advice.installable import Obstacle
from pinwise.advice.policy import ONLY_BINARY
from pinwise.advice.required import installed_lines
from pinwise.advice.versions import pin_of
from pinwise.base.facts import Known
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context, Located
    from pinwise.advice.policy import Stated
    from pinwise.index.types import Release


# The tags are those of an interpreter on this machine: on another, the answer may be another.
@rule("PW206", "no-wheel", severity=Severity.INFORMATION, needs=Facts.INDEX | Facts.MACHINE)
def no_wheel(ctx: Context) -> Iterator[Finding]:
    """A pinned version without a wheel for the selected Python and platform."""
    if ctx.target is None or not ctx.target.tags:
        return
    for located in installed_lines(ctx):
        pin = pin_of(located.declaration.requirement)
        if pin is None:
            continue
        fact = ctx.listing(located.declaration.name)
        # A place that did not answer may have a wheel.
        if not isinstance(fact, Known) or fact.value.incomplete:
            continue
        release = fact.value.by_version.get(pin.version)
        if release is None:
            continue
        what = f"{located.declaration.requirement.name} {pin.clause.version}"
        forbidding = ctx.policy.formats(located.declaration.name)
        message = _message(ctx, what, located, release, forbidding)
        if message:
            related = () if forbidding is None else tuple(_related(forbidding))
            yield Finding(located.path, pin.clause.version_span, message, related=related)


def _related(forbidding: Stated) -> Iterator[Related]:
    """Point at the option, where it stands in a file."""
    if forbidding.option is not None:
        what = "Source is" if forbidding.name == ONLY_BINARY else "Wheels are"
        document, span = forbidding.option.document, forbidding.option.option.span
        yield Related(document.path, span, f"{what} forbidden here")


def _message(
    ctx: Context, what: str, located: Located, release: Release, forbidding: Stated | None
) -> str:
    """Return what pip makes of the files of a release; "" where it finds a wheel as it should."""
    admission = ctx.admission(located.declaration.name)
    yanked = release.yanked is not None
    anywhere = admission._replace(tags=frozenset())
    if not anywhere.admits(release, yanked=yanked):
        # Whatever the platform: that is `no-matching-version`'s, or `python-incompatible`'s.
        return ""
    # pip takes a yanked file only where there is no other.
    files = list(admission.candidates(release, yanked=yanked))
    if any(file.is_wheel for file in files) or (files and not admission.wheels):
        # It is there, or to be built as it was asked for.
        return ""
    any_wheel = any(file.is_wheel for file in release.files)
    lack = "no wheel for this Python and platform" if any_wheel else "no wheel"
    if files:
        return f"`{what}` has {lack}: pip builds it from source."
    source = Obstacle.SOURCE in admission.obstacles(release, yanked=yanked)
    if source and forbidding is not None:
        option = forbidding.told(located.path)
        return f"pip cannot install `{what}`: it has {lack}, and {option} allows nothing else."
    return f"pip cannot install `{what}`: it has {lack}, and no source archive."
