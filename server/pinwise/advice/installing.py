"""The fixes that install something: one line, or all that a file asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.advice.findings import Action, Applicability, Fix
from pinwise.manifests.declarations import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context, Located
    from pinwise.environments.types import Environment


_SEEDS = frozenset(map(canonicalize_name, ("pip", "setuptools", "wheel")))
"""What creators put into an environment, which no line asks for."""


def judged_lines(ctx: Context) -> Iterator[Located]:
    """Yield the lines that ask for something in the environment of the context.

    A line whose marker does not hold there, or cannot be judged, asks for nothing.
    """
    for located in ctx.declarations:
        if located.role is Role.REQUIREMENT and ctx.applies(located.declaration) is True:
            yield located


def shown_environment(environment: Environment) -> str:
    """Return an environment for a message: "`.venv`", or "Python 3.12.1"."""
    if environment.is_base:
        return f"Python {environment.version}".rstrip()
    return f"`{environment.name}`"


def install_line(ctx: Context, located: Located, title: str, *, preferred: bool) -> Fix | None:
    """Return the fix that installs one line as it is written, held to the other lines.

    None where a line means something only in its file: it has hashes or options, is editable, or
    takes a value of the user's environment, which must not travel with a fix.
    """
    declaration = located.declaration
    requirement = declaration.requirement
    alone = not (declaration.hashes or declaration.options or requirement.editable)
    if ctx.installed is None or not alone or requirement.path is not None:
        return None
    file = located.document.file
    if file.takes_variable(requirement.span):
        return None
    extras = ",".join(extra.name for extra in requirement.extras)
    text = requirement.name + (f"[{extras}]" if extras else "") + requirement.specifier
    if requirement.url is not None:
        text += f" @ {requirement.url}"
    if requirement.marker is not None:
        text += f" ; {requirement.marker.text}"
    arguments = {**_where(ctx), "file": str(ctx.tree.root), "requirement": text}
    action = Action("install-packages", arguments)
    return Fix(title, Applicability.SUGGESTED, action=action, preferred=preferred)


def install_everything(ctx: Context, *, preferred: bool = False) -> Fix | None:
    """Return the fix that installs all that the tree of the context asks for."""
    if ctx.installed is None:
        return None
    action = Action("install-requirements", {**_where(ctx), "file": str(ctx.tree.root)})
    return Fix("Install requirements", Applicability.SUGGESTED, action=action, preferred=preferred)


def sync_everything(ctx: Context) -> Fix | None:
    """Return the fix that installs all that the project asks for, and offers to remove the rest.

    None where the environment holds nothing but what the lines name. What more there is may be
    what these need: only the command reads that, and asks before it removes anything.
    """
    if ctx.installed is None:
        return None
    named = {located.declaration.requirement.name for located in ctx.declarations}
    more = ctx.installed.versions.keys() - {canonicalize_name(name) for name in named if name}
    if more <= _SEEDS:
        return None
    action = Action("sync-environment", {**_where(ctx), "file": str(ctx.tree.root)})
    title = "Install requirements, and uninstall what no line asks for"
    return Fix(title, Applicability.SUGGESTED, action=action)


def install_fixes(ctx: Context, located: Located, title: str) -> tuple[Fix, ...]:
    """Return the fixes for a line that is not installed as it says."""
    line = install_line(ctx, located, title, preferred=True)
    everything = install_everything(ctx, preferred=line is None)
    return tuple(fix for fix in (line, everything) if fix is not None)


def _where(ctx: Context) -> dict[str, str]:
    """Return the arguments that name the environment."""
    arguments = {}
    if ctx.environment is not None:
        arguments["folder"] = str(ctx.environment.folder)
    if ctx.installed is not None:
        environment = ctx.installed.environment
        place = environment.executable if environment.is_base else environment.prefix
        arguments["prefix"] = str(place)
    return arguments
