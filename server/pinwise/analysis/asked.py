"""What the lines of a project ask for in one environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from packaging.utils import canonicalize_name

from pinwise.advice.context import Context
from pinwise.base.records import record
from pinwise.environments.dependencies import Need
from pinwise.environments.target import target_of
from pinwise.manifests.declarations import Role
from pinwise.project.graph import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.analysis.workspace import Workspace
    from pinwise.environments.types import Environment
    from pinwise.project.graph import Tree

_MOST_NAMED: Final = 3


@record(frozen=True, slots=True)
class Asked:
    """What some requirements files ask for.

    Attributes:
        files: the files.
        needs: the packages that their lines name, each with its extras.
        nameless: whether lines ask for packages without naming them, as `-e .` does.
        obstacle: why some lines are not known, as a sentence for a person; "" where all are.
    """

    files: tuple[Path, ...]
    needs: tuple[Need, ...]
    nameless: bool = False
    obstacle: str = ""

    @property
    def names(self) -> frozenset[NormalizedName]:
        """The packages that the lines name."""
        return frozenset(need.name for need in self.needs)


def asked_of(
    workspace: Workspace, folder: Path, environment: Environment, files: Sequence[Path] = ()
) -> Asked:
    """Return what a folder's requirements files ask for in an environment.

    A line whose marker does not hold there asks for nothing; one whose marker cannot be judged
    does ask. Reads the files; not safe from several threads.

    Args:
        workspace: has the texts.
        folder: the workspace folder.
        environment: whose markers count.
        files: those to read; by default those of the projects that use the environment, or all
            of the folder where none does.
    """
    roots = tuple(files) or files_for(workspace, folder, environment)
    needs: list[Need] = []
    nameless, obstacle = False, ""
    for root in roots:
        tree = read_tree(root, workspace.documents, folder=folder)
        obstacle = obstacle or _obstacle(tree)
        context = Context(tree, workspace.settings_of(folder), target=target_of(environment))
        for member in tree.members:
            if member.role is not Role.REQUIREMENT or member.document.prose:
                continue
            nameless = nameless or any(
                line.requirement is not None and not line.requirement.name
                for line in member.document.file.lines
            )
            for declaration in member.document.declarations(member.role):
                if context.applies(declaration) is not False:
                    extras = declaration.requirement.extras
                    wanted = frozenset(canonicalize_name(extra.name) for extra in extras)
                    needs.append(Need(declaration.name, wanted))
    return Asked(roots, tuple(dict.fromkeys(needs)), nameless, obstacle)


def files_for(workspace: Workspace, folder: Path, environment: Environment) -> tuple[Path, ...]:
    """Return the files to install into an environment: those of the projects that use it.

    Of an environment that none uses, those of the project that it was made for, or all of the
    folder where it is for none inside.
    """
    files = workspace.installable_files(folder)
    own = tuple(file for file in files if _uses(workspace, folder, file, environment))
    home = workspace.environments.home_of(folder, environment)
    return own or tuple(file for file in files if file.is_relative_to(home))


def named_files(workspace: Workspace, folder: Path, files: Sequence[Path]) -> str:
    """Return what is installed with files, for a person: them, and what they include.

    The file that somebody looks at may be only one of these, and would not be found otherwise:
    "dev-requirements.txt (which includes requirements.txt)". Reads the files.
    """
    return ", ".join(_named_with_includes(workspace, folder, file) for file in files)


def _named_with_includes(workspace: Workspace, folder: Path, root: Path) -> str:
    tree = read_tree(root, workspace.documents, folder=folder)
    paths = dict.fromkeys(
        member.document.path for member in tree.members if member.role is Role.REQUIREMENT
    )
    names = [_shown(path, folder) for path in paths if path != root]
    if not names:
        return _shown(root, folder)
    more = len(names) - _MOST_NAMED
    told = ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{_shown(root, folder)} (which includes {told})"


def _shown(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name


def _uses(workspace: Workspace, folder: Path, file: Path, environment: Environment) -> bool:
    """Return whether an environment is the one that a file's project uses."""
    state = workspace.environments.state_of(folder, file)
    chosen = state.selection.environment if state is not None else None
    return chosen is not None and chosen.prefix == environment.prefix


def _obstacle(tree: Tree) -> str:
    """Return why not all lines of a tree are known; "" where they are."""
    if not tree.members:
        return f"{tree.root.name} cannot be read."
    return next(_obstacles(tree), "")


def _obstacles(tree: Tree) -> Iterator[str]:
    for problem in tree.problems:
        yield f"{problem.path.name} cannot be read."
    for include in tree.remote:
        yield f"{include.document.path.name} includes a file from another host."
    for member in tree.members:
        if member.document.undecodable is not None:
            yield f"{member.document.path.name} cannot be read."
        for line in member.document.file.lines:
            if any(problem.fatal for problem in line.problems):
                yield f"pip rejects line {line.first_line} of {member.document.path.name}."
