"""Installing a single line of a file as pip would install it with the rest of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.analysis.package_actions import Wanted
from pinwise.project.graph import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pinwise.analysis.workspace import Workspace
    from pinwise.project.graph import Tree
    from pinwise.project.index_options import IndexOption


def wanted_of(
    workspace: Workspace,
    folder: Path,
    root: Path,
    requirements: Sequence[str],
    *,
    upgrade: bool = False,
) -> Wanted:
    """Return how to install some requirements of the tree that starts at a file.

    Packages come from where the files say, and what else is installed for their sake is held to
    the versions of the other lines. Reads the files; not safe from several threads.
    """
    tree = read_tree(root, workspace.documents, folder=folder)
    return Wanted(
        requirements=tuple(requirements),
        options=tuple(_options(tree)),
        constraints=tuple(dict.fromkeys(_bounds(tree))),
        upgrade=upgrade,
    )


def sources_of(workspace: Workspace, folder: Path, roots: Sequence[Path]) -> tuple[str, ...]:
    """Return the options of files that say where packages come from, one a line, each once.

    What is installed without a line of its own comes from there, too: what is newest was looked
    up there, and another index may have a stranger's package of the same name. Reads the files;
    not safe from several threads.
    """
    trees = (read_tree(root, workspace.documents, folder=folder) for root in roots)
    return tuple(dict.fromkeys(line for tree in trees for line in _options(tree)))


def _options(tree: Tree) -> Iterator[str]:
    """Yield the options of a tree that say where packages come from, one a line."""
    options = tree.index_options
    for option in (options.no_index, options.index_url):
        if option is not None:
            yield _written(option)
    for option in (
        *options.extra_index_urls,
        *options.find_links,
        *options.trusted_hosts,
        *options.choices,
    ):
        yield _written(option)


def _written(option: IndexOption) -> str:
    """Write an option so that it means the same in another folder."""
    value = option.value
    if option.option.name == "--find-links" and value:
        beside = option.document.path.parent / value
        # As pip: what is there as a path is one.
        if beside.exists():
            value = str(beside)
    return f"{option.option.name} {value}".rstrip()


def _bounds(tree: Tree) -> Iterator[str]:
    """Yield what the lines say of versions, as lines of a constraints file."""
    for member in tree.members:
        if member.document.prose:
            continue
        for declaration in member.document.declarations(member.role):
            requirement = declaration.requirement
            if declaration.clean and requirement.clauses and requirement.url is None:
                marker = f" ; {requirement.marker.text}" if requirement.marker is not None else ""
                yield f"{requirement.name}{requirement.specifier}{marker}"
