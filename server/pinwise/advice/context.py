"""What rules and features are given: one include tree, and the facts about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName

from pinwise.base.facts import NotChecked, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.base.facts import Fact
    from pinwise.base.text import Span
    from pinwise.environments.types import Environment, Selection, Target
    from pinwise.index.types import Listing
    from pinwise.manifests.declarations import Declaration, Role
    from pinwise.project.files import Document
    from pinwise.project.graph import Include, Tree
    from pinwise.project.settings import Settings


def nothing_known(_name: NormalizedName) -> Fact[Listing]:
    """Answer a look-up where there is no index to ask."""
    return NotChecked(Reason.OFFLINE)


@dataclass(frozen=True, slots=True)
class Located:
    """A declaration, the file that it stands in, and the includes that led pip there."""

    document: Document
    declaration: Declaration
    role: Role
    via: tuple[Include, ...] = ()

    @property
    def path(self) -> Path:
        """The file."""
        return self.document.path

    @property
    def name_span(self) -> Span:
        """Where the name stands."""
        return self.declaration.requirement.name_span


@dataclass(frozen=True, slots=True)
class EnvironmentState:
    """What is known of the environments of the folder that a tree belongs to.

    Attributes:
        folder: the workspace folder, or the folder given to the command line.
        selection: what is selected there, and why.
        own: the environments that lie in the folder, best first.
    """

    folder: Path
    selection: Selection
    own: tuple[Environment, ...] = ()


@dataclass(frozen=True)
class Context:
    """One include tree with the facts about it: everything that a rule may look at.

    Attributes:
        tree: the root file and everything that it includes.
        settings: what the user set for the root's folder.
        listing: what the indexes know of a project; answers at once, from the cache. Asking
            for what is not known is how the analysis learns what to fetch.
        target: the interpreter that the tree is judged for; None where none was found.
        environment: None where environments were not looked for yet.
    """

    tree: Tree
    settings: Settings
    listing: Callable[[NormalizedName], Fact[Listing]] = nothing_known
    target: Target | None = None
    environment: EnvironmentState | None = None
    _markers: dict[str, bool | None] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The files of the tree, each once, the root first."""
        unique = {member.document.path: member.document for member in self.tree.members}
        return tuple(unique.values())

    @cached_property
    def declarations(self) -> tuple[Located, ...]:
        """Every declaration of the tree that pip would accept, in the order that pip reads."""
        return tuple(located for located in self._located() if located.declaration.clean)

    @cached_property
    def by_name(self) -> Mapping[NormalizedName, tuple[Located, ...]]:
        """The declarations of each project, in order."""
        groups: dict[NormalizedName, list[Located]] = {}
        for located in self.declarations:
            groups.setdefault(located.declaration.name, []).append(located)
        return {name: tuple(group) for name, group in groups.items()}

    def _located(self) -> Iterator[Located]:
        """Yield each declaration of each file with its place."""
        for member in self.tree.members:
            if member.document.prose:
                continue
            for declaration in member.document.declarations(member.role):
                yield Located(member.document, declaration, member.role, member.via)

    def applies(self, declaration: Declaration) -> bool | None:
        """Return whether the line's marker holds for the target; None where that is not known."""
        marker = declaration.requirement.marker
        if marker is None or not marker.text.strip():
            return True
        if marker.text not in self._markers:
            self._markers[marker.text] = self._evaluate(marker.text)
        return self._markers[marker.text]

    def _evaluate(self, text: str) -> bool | None:
        """Evaluate a marker that pip accepts; None without a target."""
        if self.target is None:
            return None
        try:
            return Marker(text).evaluate({**self.target.marker_environment, "extra": ""})
        except (InvalidMarker, UndefinedEnvironmentName, ValueError):
            return None
