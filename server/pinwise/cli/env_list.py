"""`pinwise env list` and `pinwise env show`: the packages of an environment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.analysis.asked import asked_of
from pinwise.analysis.package_list import list_packages, show_package
from pinwise.base.sizes import size_text
from pinwise.cli.env_target import add_option, target_of_call
from pinwise.cli.output import emit, one_line
from pinwise.cli.places import show
from pinwise.environments.inventory import take

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.analysis.asked import Asked
    from pinwise.analysis.package_list import PackageInfo
    from pinwise.cli.env_target import Target

PATIENCE = 30.0
"""Seconds that newer versions are waited for."""


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the commands."""
    listing = commands.add_parser(
        "list",
        help="list packages",
        description="List packages with their sizes; `*` marks those that a line asks for.",
    )
    listing.add_argument("--outdated", action="store_true", help="only those with a newer version")
    listing.set_defaults(run=run_list)
    showing = commands.add_parser("show", help="tell all about a package")
    showing.add_argument("name", metavar="NAME")
    showing.set_defaults(run=run_show)
    for parser in (listing, showing):
        parser.add_argument("--format", choices=("text", "json"), default="text")
        add_option(parser)


def run_list(given: Namespace) -> int:
    """Print one line for each package; newer versions are looked up where they are asked for.

    Raises:
        ValueError: there is no environment.
    """
    with target_of_call(given) as target:
        asked, latest = _facts(target, seconds=PATIENCE if given.outdated else 0.0)
        found = list_packages(target.environment, asked, latest)
    if given.outdated:
        found = [item for item in found if item["outdated"]]
    if given.format == "json":
        print(json.dumps(found, indent=2))
        return 0
    if not found:
        where = show(target.environment.prefix)
        none = f"{where} holds no packages."
        if given.outdated:
            none = f"No newer version is known of what {where} holds."
        emit(one_line(none))
    widths = [max((len(item[key]) for item in found), default=0) for key in ("name", "version")]
    for item in found:
        emit(one_line(_line(item, *widths)))
    return 0


def run_show(given: Namespace) -> int:
    """Print what is known of a package; 1 if it is not installed.

    Raises:
        ValueError: there is no environment.
    """
    name = canonicalize_name(given.name)
    with target_of_call(given) as target:
        asked, latest = _facts(target, seconds=PATIENCE, only=name)
        found = show_package(target.environment, name, asked, latest)
    if found is None:
        emit(one_line(f"{given.name} is not installed."))
        return 1
    if given.format == "json":
        print(json.dumps(found, indent=2))
        return 0
    newer = f" ({found['latest']} is newer)" if found["outdated"] else ""
    lines = {
        "name": found["name"],
        "version": f"{found['version']}{newer}",
        "summary": found["summary"],
        "licence": found["licence"],
        "homepage": found["homepage"],
        "location": found["location"],
        "size": f"{size_text(found['size'])} in {found['files']} files" if found["size"] else "",
        "from": found["origin"],
        "installed": " by ".join(filter(None, (found["installedAt"], found["installer"]))),
        "requires": ", ".join(found["requires"]),
        "required by": ", ".join(found["requiredBy"]),
    }
    for label, text in lines.items():
        if text:
            emit(one_line(f"{label + ':':13}{' '.join(text.split())}"))
    return 0


def _facts(
    target: Target, *, seconds: float, only: NormalizedName | None = None
) -> tuple[Asked, dict[NormalizedName, Version]]:
    """Return what the lines ask for, and the newest versions; waited for so long at most."""
    asked = asked_of(target.workspace, target.folder, target.environment)
    installed = take(target.environment)
    names = [
        name
        for name in installed.versions
        if name not in installed.origins and only in (None, name)
    ]
    root = next(iter(asked.files), None)
    newest = target.workspace.newest_for(target.folder, target.environment, root)
    if seconds:
        newest.wait(names, seconds)
    return asked, newest.known(names)


def _line(item: PackageInfo, name_width: int, version_width: int) -> str:
    """Return a package as one line of text."""
    mark = "*" if item["askedFor"] else " "
    size = size_text(item["size"]) if item["size"] is not None else ""
    notes = []
    if item["outdated"]:
        notes.append(f"{item['latest']} is newer")
    if item["editable"]:
        notes.append("editable")
    elif item["origin"]:
        notes.append(item["origin"])
    name, version = item["name"], item["version"]
    line = f"{mark} {name:{name_width}}  {version:{version_width}}  {size:>10}"
    return f"{line}  {', '.join(notes)}".rstrip()
