"""Completion of pip's options in a requirements file, and of their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.features.completion.items import Completion, Item, ItemKind
from pinwise.syntax.option_table import FEATURES, OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from packaging.utils import NormalizedName

    from pinwise.features.completion.part import Place
    from pinwise.syntax.option_table import OptionSpec

MEANINGS = {
    "--index-url": "The index to ask for packages, instead of the default one.",
    "--extra-index-url": (
        "Another index to ask. pip mixes what all indexes have and takes the best version,"
        " wherever it comes from."
    ),
    "--no-index": "Ask no index: only the places of `--find-links` are looked at.",
    "--constraint": "Read versions to keep to from another file. It installs nothing by itself.",
    "--requirement": "Read another requirements file, as if its lines stood here.",
    "--editable": "Install a project from its folder or repository, so that edits take effect.",
    "--find-links": "A folder or a page with links to archives, looked at besides the indexes.",
    "--no-binary": (
        "Build these packages from source: names with commas between, `:all:`, or `:none:`."
    ),
    "--only-binary": (
        "Take wheels only for these packages: names with commas between, `:all:`, or `:none:`."
    ),
    "--prefer-binary": "Take an older wheel before a newer source archive.",
    "--require-hashes": "Every requirement must have a hash, those it depends on too.",
    "--no-require-hashes": "Hashes of some requirements make them no duty for the others.",
    "--pre": "Take pre-releases, too.",
    "--all-releases": "Take pre-releases of these packages: names, `:all:`, or `:none:`.",
    "--only-final": "Take no pre-releases of these packages: names, `:all:`, or `:none:`.",
    "--trusted-host": "Ask this host without encryption, or whatever its certificate says.",
    "--use-feature": "Turn on something that pip does not do by default yet.",
    "--hash": "The digest that an archive of this requirement must have: `sha256:...`.",
    "--config-settings": "A setting for the tool that builds the package: `KEY=VALUE`.",
}
"""What each option does; a sentence or two."""

_OF_REQUIREMENTS = ("--hash", "--config-settings")
"""`SUPPORTED_OPTIONS_REQ` in pip's `req_file.py`: those that may follow a requirement."""

_LISTS = ("--no-binary", "--only-binary", "--all-releases", "--only-final")


def complete_options(place: Place, pip_at_least: Callable[[str], bool]) -> Completion:
    """Return the options that may stand at a place: behind a requirement, or on their own line.

    Options that the project's pip does not know are left out.
    """
    items = tuple(
        _option(spec, spelling)
        for spec in OPTIONS
        if (spec.name in _OF_REQUIREMENTS) == place.requirement
        and (not spec.since or pip_at_least(spec.since))
        for spelling in _spellings(spec, place)
    )
    return Completion(place.span, items)


def _spellings(spec: OptionSpec, place: Place) -> Iterator[str]:
    """Yield the names of an option that fit what is typed: the short one only where it is meant."""
    yield spec.name
    if spec.short and not place.typed.startswith("--"):
        yield spec.short


def _option(spec: OptionSpec, spelling: str) -> Item:
    """Return an option as an item; what takes a value is followed by what stands before it."""
    glue = ""
    if spec.takes_value:
        # Tools and pip's own documentation glue a hash, and put a space before anything else.
        glue = "=" if spec.name in _OF_REQUIREMENTS and spelling == spec.name else " "
    return Item(
        spelling,
        ItemKind.OPTION,
        f"{spelling}{glue}",
        detail=spec.name if spelling != spec.name else "",
        documentation=MEANINGS[spec.name],
    )


def complete_values(
    place: Place, pip_at_least: Callable[[str], bool], here: Collection[NormalizedName]
) -> Completion | None:
    """Return the values of an option that has a list of its own; None of others, such as paths.

    Args:
        place: of an option's value.
        pip_at_least: whether the project's pip is of a version or newer.
        here: the packages that the file names.
    """
    name = place.option.name if place.option is not None else ""
    if name == "--use-feature":
        items = tuple(
            Item(feature, ItemKind.VALUE)
            for feature, since in FEATURES.items()
            if not since or pip_at_least(since)
        )
    elif name in _LISTS:
        items = (
            Item(":all:", ItemKind.KEYWORD, detail="all packages"),
            Item(":none:", ItemKind.KEYWORD, detail="no package: what was said before is undone"),
            *(Item(package, ItemKind.PACKAGE) for package in sorted(here)),
        )
    else:
        return None
    return Completion(place.span, items)
