"""`PW503` installed-mismatch: what is installed is not what a line asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.direct_urls import difference
from pinwise.advice.edits import replacement
from pinwise.advice.findings import Applicability, Finding, Fix, Severity
from pinwise.advice.installing import install_fixes, judged_lines, shown_environment
from pinwise.advice.pin_changes import change_pin
from pinwise.advice.pins import MOST_LINES, pinned_line
from pinwise.advice.versions import parse_version, pin_of
from pinwise.manifests.declarations import Role
from pinwise.resolver.clash import specifier_set
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from pinwise.advice.context import Context, Located
    from pinwise.advice.findings import FileEdit
    from pinwise.environments.types import Installed

_INSTALL = "Install the version the line asks for"
_CHANGE = "Change the line to the installed version"


@rule("PW503", "installed-mismatch", severity=Severity.WARNING, needs=Facts.ENVIRONMENT)
def installed_mismatch(ctx: Context) -> Iterator[Finding]:
    """A requirement whose installed version is not the one that the line asks for."""
    installed = ctx.installed
    if installed is None:
        return
    asked = {located.declaration.name for located in judged_lines(ctx)}
    for located in ctx.declarations:
        name = located.declaration.name
        # A constraint counts only for what is asked for; whether something else needs the
        # package is not looked up here.
        if name not in asked or name not in installed.versions:
            continue
        if ctx.applies(located.declaration) is not True:
            continue
        if located.from_index:
            yield from _version(ctx, located, installed)
        elif located.role is Role.REQUIREMENT:
            yield from _origin(ctx, located, installed)


def _version(ctx: Context, located: Located, installed: Installed) -> Iterator[Finding]:
    """Compare the installed version with a line's specifier, as pip does: pre-releases count."""
    requirement = located.declaration.requirement
    place = requirement.specifier_span
    written = installed.versions[located.declaration.name]
    version, specifiers = parse_version(written), specifier_set(requirement.specifier)
    if place is None or version is None or specifiers is None:
        return
    if specifiers.contains(version, prereleases=True):
        return
    where = shown_environment(installed.environment)
    message = (
        f"`{requirement.name} {version}` is installed in {where}, "
        f"and the line asks for `{requirement.specifier}`."
    )
    fixes = install_fixes(ctx, located, _INSTALL)
    edits = _changed(ctx, located, version)
    if edits:
        fixes += (Fix(_CHANGE, Applicability.SUGGESTED, edits),)
    yield Finding(located.path, place, message, fixes=fixes)


def _changed(ctx: Context, located: Located, version: Version) -> tuple[FileEdit, ...]:
    """Return the edits that make a line ask for a version; none where other lines forbid it."""
    declaration = located.declaration
    requirement = declaration.requirement
    pin = pin_of(requirement)
    if pin is not None and len(requirement.clauses) == 1:
        line = pinned_line(ctx, located, pin)
        if not _allowed(line.bounds(), version):
            return ()
        return change_pin(ctx, line, version)
    place = requirement.specifier_span
    others = ctx.by_name.get(declaration.name, ())[:MOST_LINES]
    bounds = tuple(
        other.declaration.requirement.specifier for other in others if other is not located
    )
    if place is None or declaration.hashes or not _allowed(bounds, version):
        return ()
    return (replacement(located, place, f"=={version}"),)


def _allowed(bounds: tuple[str, ...], version: Version) -> bool:
    """Return whether all of some specifiers allow a version."""
    return all(
        (specifiers := specifier_set(text)) is not None
        and specifiers.contains(version, prereleases=True)
        for text in bounds
    )


def _origin(ctx: Context, located: Located, installed: Installed) -> Iterator[Finding]:
    """Compare where an installed package came from with a line's URL, where both are known."""
    declaration = located.declaration
    requirement = declaration.requirement
    origin = installed.origins.get(declaration.name)
    place = requirement.url_span
    if requirement.url is None or place is None or origin is None:
        return
    if located.document.file.takes_variable(place):
        return
    differs = difference(requirement.url, origin, editable=requirement.editable)
    if differs:
        where = shown_environment(installed.environment)
        message = f"`{requirement.name}` in {where} {differs}."
        yield Finding(located.path, place, message, fixes=install_fixes(ctx, located, _INSTALL))
