"""`PW305` compiled-drift: a compiled file that no longer is what its sources ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import (
    Action,
    Applicability,
    Finding,
    Fix,
    Related,
    Severity,
    Tag,
)
from pinwise.advice.places import place_of, relative
from pinwise.base.text import Span
from pinwise.manifests.declarations import Role
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context, Located
    from pinwise.advice.drift import Extra, Stale
    from pinwise.project.compilation import Compilation

MOST_NAMED = 2
"""Others that a message names."""


@rule("PW305", "compiled-drift", severity=Severity.WARNING, needs=Facts.INDEX, contextual=True)
def compiled_drift(ctx: Context) -> Iterator[Finding]:
    """A compiled file that is no longer what the file it was compiled from asks for."""
    told: set[tuple[object, Span]] = set()
    for compilation in ctx.compilations:
        for finding in _findings(ctx, compilation):
            place = finding.path, finding.span
            # One line may have drifted from several files: it is compiled again all the same.
            if finding.path in ctx.texts and place not in told:
                told.add(place)
                yield finding


def _findings(ctx: Context, compilation: Compilation) -> Iterator[Finding]:
    from pinwise.advice.drift import Drift  # noqa: PLC0415 - most files were compiled from nothing

    drift = Drift(ctx, compilation)
    fixes = tuple(_fixes(compilation))
    for stale in drift.stale():
        yield from _stale(stale, fixes)
    for line in drift.missing():
        yield _missing(line, compilation, fixes)
    for extra in drift.extra():
        yield _extra(extra, compilation, fixes)


def _stale(found: Stale, fixes: tuple[Fix, ...]) -> Iterator[Finding]:
    """Say on each of the two lines that the other does not go with it."""
    line, pin = found.line, found.pin
    wish = line.declaration.requirement
    is_project = line.path.suffix == ".toml"
    asked, pinned = f"`{wish.name}{wish.specifier}`", f"`{wish.name}=={found.version}`"
    here = f"{asked} is asked for here"
    yield Finding(
        pin.path,
        _place(pin),
        f"{place_of(line, pin.path)} asks for {asked}, which this pin does not satisfy."
        " Compile the file again.",
        related=() if is_project else (Related(line.path, _place(line), here),),
        fixes=fixes,
    )
    if is_project:
        return
    yield Finding(
        line.path,
        _place(line),
        f"{place_of(pin, line.path)} still pins {pinned}, which this line does not allow."
        " Compile the file again.",
        related=(Related(pin.path, _place(pin), f"{pinned} is pinned here"),),
        fixes=fixes,
    )


def _missing(line: Located, compilation: Compilation, fixes: tuple[Fix, ...]) -> Finding:
    output = compilation.output
    shown = relative(output.path, line.path.parent)
    head = compilation.compiled.head
    if line.path.suffix == ".toml":
        # Settings are found in such a file, and nothing else: what it lacks is told here.
        first = next(iter(output.declarations(Role.REQUIREMENT)), None)
        span = head or (first.name_span if first is not None else Span(0, 0))
        return Finding(
            output.path,
            span,
            f"{place_of(line, output.path)} asks for `{line.declaration.requirement.name}`, which"
            " this file does not have. Compile the file again.",
            fixes=fixes,
        )
    related = Related(output.path, head, "this file was compiled without it") if head else None
    return Finding(
        line.path,
        line.name_span,
        f"{shown} does not have `{line.declaration.requirement.name}`. Compile the file again.",
        related=(related,) if related is not None else (),
        fixes=fixes,
    )


def _extra(found: Extra, compilation: Compilation, fixes: tuple[Fix, ...]) -> Finding:
    pin = found.pin
    name = pin.declaration.requirement.name
    folder = compilation.output.path.parent
    if found.files:
        paths = [compilation.files[written] for written in found.files]
        shown = _listed([relative(path, folder) for path in paths])
        verb = "does" if len(paths) == 1 else "do"
        message = f"`{name}` is no longer asked for: {shown} {verb} not have it any more."
    elif found.because:
        shown = _listed([f"`{package}`" for package in found.because])
        message = f"`{name}` is here because of {shown}, which nothing asks for any more."
    else:
        shown = _listed([relative(path, folder) for path in compilation.inputs])
        message = f"Nothing in {shown} leads to `{name}`."
    if found.brought:
        pins = "1 other pin" if found.brought == 1 else f"{found.brought} other pins"
        verb = "is" if found.brought == 1 else "are"
        # What is new in the sources may need some of them.
        up_to = "" if found.settled else "Up to "
        message += f" {up_to}{pins} {verb} here only because of it."
    # What the next compilation may well put in its place again is not unnecessary.
    tags = (Tag.UNNECESSARY,) if found.settled else ()
    return Finding(pin.path, pin.name_span, message, tags=tags, fixes=fixes)


def _listed(names: list[str]) -> str:
    """Return a few names for a message, and how many others there are."""
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"
    return " and ".join(names)


def _place(located: Located) -> Span:
    """Return where a line says which version it wants, else its name."""
    requirement = located.declaration.requirement
    return requirement.specifier_span or requirement.name_span


def _fixes(compilation: Compilation) -> Iterator[Fix]:
    """Yield the action that compiles again, where the call is understood in full."""
    command = compilation.compiled.command
    if command is not None and command.unknown:
        return
    inputs = [path.name for path in compilation.inputs]
    action = Action("compile", {"file": str(compilation.output.path)})
    title = f"Compile {_listed(inputs)} again"
    yield Fix(title, Applicability.SUGGESTED, action=action, preferred=True)
