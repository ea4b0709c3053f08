"""Lines that what was installed goes past: `passed_lines`."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement

from pinwise.advice.context import Context
from pinwise.analysis.asked import files_for
from pinwise.environments.installed import installed
from pinwise.environments.target import target_of
from pinwise.manifests.declarations import Role
from pinwise.project.graph import read_tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.analysis.workspace import Workspace
    from pinwise.environments.types import Environment


def passed_lines(
    workspace: Workspace, folder: Path, environment: Environment, names: Collection[NormalizedName]
) -> Iterator[str]:
    """Yield a sentence for each line of a folder that some installed packages do not satisfy.

    Args:
        workspace: has the texts.
        folder: the workspace folder.
        environment: what is installed in it is looked up now.
        names: the packages to look at.

    Reads the files; not safe from several threads.
    """
    versions = installed(environment)
    for root in files_for(workspace, folder, environment):
        tree = read_tree(root, workspace.documents, folder=folder)
        context = Context(tree, workspace.settings_of(folder), target=target_of(environment))
        for member in tree.members:
            document = member.document
            if member.role is not Role.REQUIREMENT or document.prose:
                continue
            for declaration in document.declarations(member.role):
                version = versions.get(declaration.name)
                if declaration.name not in names or version is None:
                    continue
                written = declaration.requirement.span.of(document.text)
                with contextlib.suppress(InvalidRequirement):
                    asked = Requirement(written)
                    fits = asked.specifier.contains(version, prereleases=True)
                    if not fits and context.applies(declaration) is not False:
                        line = document.text.count("\n", 0, declaration.span.start) + 1
                        where = f"{document.path.name} line {line}"
                        yield f"{where} asks for {written}, and {version} is installed now"
