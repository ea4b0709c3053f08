"""`PW206` no-wheel: pip has to build the pinned version, or cannot install it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Finding, Related, Severity
from pinwise.advice.formats import ONLY_BINARY, formats_of
from pinwise.advice.installable import python_fits, tags_fit
from pinwise.advice.places import relative
from pinwise.advice.required import installed_lines
from pinwise.advice.versions import pin_of
from pinwise.base.facts import Known
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.advice.context import Context
    from pinwise.index.types import Release
    from pinwise.project.index_options import IndexOption


# The tags are those of an interpreter on this machine: on another, the answer may be another.
@rule("PW206", "no-wheel", severity=Severity.INFORMATION, needs=Facts.INDEX | Facts.MACHINE)
def no_wheel(ctx: Context) -> Iterator[Finding]:
    """A pinned version without a wheel for the selected Python and platform."""
    if ctx.target is None or not ctx.target.tags:
        return
    formats = formats_of(ctx.tree.index_options.formats)
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
        forbidding = formats.forbidding(located.declaration.name)
        message = _message(ctx, what, release, forbidding, located.path)
        if message:
            related = () if forbidding is None else (_related(forbidding),)
            yield Finding(located.path, pin.clause.version_span, message, related=related)


def _related(forbidding: IndexOption) -> Related:
    what = "Source" if forbidding.option.name == ONLY_BINARY else "Wheels"
    verb = "is" if what == "Source" else "are"
    span = forbidding.option.span
    return Related(forbidding.document.path, span, f"{what} {verb} forbidden here")


def _message(
    ctx: Context, what: str, release: Release, forbidding: IndexOption | None, seen_from: Path
) -> str:
    """Return what pip makes of the files of a release; "" where it finds a wheel as it should."""
    files = [
        file
        for file in release.files
        # pip takes a yanked file only where there is no other.
        if (file.yanked is None or release.yanked is not None)
        and python_fits(file.requires_python, ctx.python_version)
    ]
    if not files:
        # Not for this Python at all: that is `python-incompatible`'s.
        return ""
    tags = ctx.target.tags if ctx.target is not None else frozenset[str]()
    wheel = any(file.is_wheel and tags_fit(file, tags) for file in files)
    source = any(not file.is_wheel for file in files)
    any_wheel = any(file.is_wheel for file in release.files)
    lack = "no wheel for this Python and platform" if any_wheel else "no wheel"
    if forbidding is not None:
        if forbidding.option.name != ONLY_BINARY:
            wheel, lack = source, "no source archive"
        if wheel:
            return ""
        option = f"`{forbidding.option.name}` in {_place(forbidding, seen_from)}"
        return f"pip cannot install `{what}`: it has {lack}, and {option} allows nothing else."
    if wheel:
        return ""
    if source:
        return f"`{what}` has {lack}: pip builds it from source."
    return f"pip cannot install `{what}`: it has {lack}, and no source archive."


def _place(option: IndexOption, seen_from: Path) -> str:
    """Return where an option stands, for a reader of the file `seen_from`."""
    document = option.document
    line = f"line {document.source.position(option.option.span.start).line + 1}"
    if document.path == seen_from:
        return line
    return f"{relative(document.path, seen_from.parent)} {line}"
