"""What rules and features are given: one include tree, and the facts about it."""

from __future__ import annotations

import re
from dataclasses import field, replace
from datetime import datetime, timezone
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from packaging.markers import InvalidMarker, UndefinedEnvironmentName
from packaging.markers import Marker as ParsedMarker
from packaging.version import Version

from pinwise.advice.cooldown import Cooldown
from pinwise.advice.policy import policy_of
from pinwise.base.facts import NotChecked, Reason
from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple
from pinwise.index.types import IndexOptions
from pinwise.manifests.declarations import Role
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.advice.dependency_conflicts import Resolution
    from pinwise.advice.ignores import IgnoreUse
    from pinwise.advice.installable import Admission
    from pinwise.advice.policy import ReleasePolicy
    from pinwise.base.cancellation import CancelToken
    from pinwise.base.facts import Fact
    from pinwise.base.text import Span
    from pinwise.environments.types import (
        Environment,
        FailedLine,
        Installed,
        Selection,
        Target,
    )
    from pinwise.index.types import Artifact, Listing, Metadata
    from pinwise.manifests.declarations import Declaration
    from pinwise.manifests.pyproject import StaticProject
    from pinwise.project.compilation import Compilation
    from pinwise.project.files import Document
    from pinwise.project.graph import Include, Member, Tree
    from pinwise.project.settings import LoadedSettings, Settings
    from pinwise.project.settings_file import SettingsFile
    from pinwise.syntax.nodes import Marker


NOT_CONFIGURED = IndexOptions()
"""What pip does where nobody configured it."""

_NO_TAGS: frozenset[str] = frozenset()

_OF_THE_TREE = ("documents", "declarations", "by_name")
"""The properties of a context that nothing but its tree decides."""

_RELEASE = re.compile(r"[0-9]+(?:\.[0-9]+)*")


@lru_cache(maxsize=1024)
def same_marker(text: str) -> str:
    """Return a marker so that two which differ in spaces and quotes alone are equal."""
    try:
        return str(ParsedMarker(text))
    except InvalidMarker:
        return text.strip()


def nothing_known(_name: NormalizedName) -> Fact[Listing]:
    """Answer a look-up where there is no index to ask."""
    return NotChecked(Reason.OFFLINE)


def no_metadata(_name: NormalizedName, _version: Version) -> Fact[Metadata]:
    """Answer a look-up of a version's metadata where there is no index to ask."""
    return NotChecked(Reason.OFFLINE)


def no_artifacts(_name: NormalizedName, _version: Version) -> tuple[Artifact, ...]:
    """Answer a look-up of a version's files where there is no index to ask."""
    return ()


def this_hour() -> datetime:
    """Return the current hour: answers that depend on it can be remembered for as long."""
    return datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)


class Located(NamedTuple):
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

    @property
    def from_index(self) -> bool:
        """Whether the line names no URL and no path."""
        requirement = self.declaration.requirement
        return requirement.url is None and requirement.path is None

    @property
    def takes_variable(self) -> bool:
        """Whether the name or a version comes from the environment, as in `flask==${VERSION}`."""
        requirement = self.declaration.requirement
        file, versions = self.document.file, requirement.specifier_span
        return file.takes_variable(self.name_span) or bool(
            versions and file.takes_variable(versions)
        )

    def includes_through(self, path: Path) -> bool:
        """Return whether pip came to the file through an include in the file `path`."""
        return any(include.document.path == path for include in self.via)


class EnvironmentState(NamedTuple):
    """What is known of the environments of the folder that a tree belongs to.

    Attributes:
        folder: the workspace folder, or the folder given to the command line.
        selection: what is selected there, and why.
        own: the environments that lie in the folder, best first.
        project: the folder of the project that is meant, `folder` or one inside it.
        tool_command: where the project has a lock file or manifest of a tool such as uv, the
            command that makes the environment that this tool uses; else "".
    """

    folder: Path
    selection: Selection
    own: tuple[Environment, ...] = ()
    project: Path | None = None
    tool_command: str = ""

    @property
    def nested(self) -> str:
        """The project's path in the folder, with slashes; "" where it is the folder itself."""
        if self.project is None or self.project == self.folder:
            return ""
        return self.project.relative_to(self.folder).as_posix()


@record(frozen=True)
class Context:
    """One include tree with the facts about it: everything that a rule may look at.

    Attributes:
        tree: the root file and everything that it includes.
        settings: what the user set for the root's folder.
        listing: what the indexes know of a project; answers at once, from the cache. Asking
            for what is not known is how the analysis learns what to fetch.
        target: the interpreter that the tree is judged for; None where none was found.
        environment: None where environments were not looked for yet.
        pip: the version of pip in the selected environment; None where there is none, or where it
            is not known.
        loaded: where `settings` came from, and what is wrong there; None where no file was read.
        ignores: what the comments silenced; only for rules that need `Facts.FINDINGS`.
        metadata: what is known of one version's metadata; answers and is noted as `listing` is.
        artifacts: the files of a version with their hashes, from the cache; empty where they are
            not known. `pinwise.advice.digests` keeps the answers.
        known_metadata: the same without being noted, for whoever looks at more than is worth
            fetching; None where `metadata` notes nothing. Asked by `peek`.
        configured: what pip's configuration says of indexes, and of which files pip may take.
        now: the current time, in UTC; nothing needs it closer than to the hour.
        compilations: what was compiled into files of the tree, and from them.
        before: what the solver found in an earlier text of the tree. Where it is given there is
            no time to solve: what still stands of it is told, and nothing else.
        token: ends a solve that nobody waits for any more, with `CancelledError`.
        installed: what the environment that the lines are judged by holds; None where there is no
            such environment, or where it is not known.
        failed: the lines that could not be installed into that environment.
        local: what the packages that lines name by path say of themselves, by the line's file and
            where the line begins.
        settled: the projects of which the rules that judge each by itself have nothing to say, as
            they had not a moment ago, when nothing was other that they look at.
        shown: the files that the user looks at, of this tree or not; none on the command line.
    """

    tree: Tree
    settings: Settings
    listing: Callable[[NormalizedName], Fact[Listing]] = nothing_known
    target: Target | None = None
    environment: EnvironmentState | None = None
    pip: Version | None = None
    loaded: LoadedSettings | None = None
    ignores: IgnoreUse | None = None
    metadata: Callable[[NormalizedName, Version], Fact[Metadata]] = no_metadata
    artifacts: Callable[[NormalizedName, Version], tuple[Artifact, ...]] = no_artifacts
    known_metadata: Callable[[NormalizedName, Version], Fact[Metadata]] | None = None
    configured: IndexOptions = NOT_CONFIGURED
    now: datetime = field(default_factory=this_hour)
    before: Resolution | None = None
    token: CancelToken | None = None
    compilations: tuple[Compilation, ...] = ()
    installed: Installed | None = None
    failed: tuple[FailedLine, ...] = ()
    local: Mapping[tuple[Path, int], StaticProject] = field(default_factory=dict)
    settled: frozenset[NormalizedName] = frozenset()
    shown: frozenset[Path] = frozenset()
    _markers: dict[str, bool | None] = field(default_factory=dict, repr=False, compare=False)

    def with_facts(self, **changes: Any) -> Context:  # noqa: ANN401 - as each field has it
        """Return a context with other facts about the same tree.

        Its lines are those that were worked out here: a tree of thousands has several contexts at
        each keystroke.
        """
        other = replace(self, **changes)
        known, read = self.__dict__, other.__dict__
        read.update((name, known[name]) for name in _OF_THE_TREE if name in known)
        return other

    def peek(self, name: NormalizedName, version: Version) -> Fact[Metadata]:
        """Return what is known of a version's metadata; nobody fetches it because of this."""
        return (self.known_metadata or self.metadata)(name, version)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The files of the tree, each once, the root first."""
        unique = {member.document.path: member.document for member in self.tree.members}
        return tuple(unique.values())

    @cached_property
    def texts(self) -> Mapping[Path, Document | SettingsFile]:
        """Every file that a finding may stand in: those of the tree, and with settings."""
        files = self.loaded.files if self.loaded is not None else ()
        texts: list[Document | SettingsFile] = [*files, *self.documents]
        return {text.path: text for text in texts}

    @cached_property
    def compared(self) -> frozenset[Path]:
        """The files beside the tree's own that a rule may compare those with."""
        found = {path for item in self.compilations for path in item.paths}
        return frozenset(found.difference(self.texts))

    @cached_property
    def declarations(self) -> tuple[Located, ...]:
        """Every declaration of the tree that pip would accept, file by file as pip opens them.

        Those whose name or version comes from the environment are left out: it is nobody's
        business, neither an index's nor a message's, and no edit of the file would mend it.
        """
        return tuple(
            located
            for located in self._located()
            if located.declaration.clean
            # Hardly any file has a variable, and this is asked for every line at every keystroke.
            and not (located.document.file.expansions and located.takes_variable)
        )

    @cached_property
    def by_name(self) -> Mapping[NormalizedName, tuple[Located, ...]]:
        """The declarations of each project, in order."""
        groups: dict[NormalizedName, tuple[Located, ...]] = {}
        more: dict[NormalizedName, list[Located]] = {}
        for located in self.declarations:
            name = located.declaration.name
            # Of ten thousand names hardly one has a second line.
            if name not in groups:
                groups[name] = (located,)
            else:
                more.setdefault(name, []).append(located)
        for name, others in more.items():
            groups[name] += tuple(others)
        return groups

    @cached_property
    def unsettled(self) -> Mapping[NormalizedName, tuple[Located, ...]]:
        """The declarations of each project that is not settled: for rules with `by_project`."""
        if not self.settled:
            return self.by_name
        return {name: lines for name, lines in self.by_name.items() if name not in self.settled}

    @cached_property
    def unsettled_lines(self) -> tuple[Located, ...]:
        """Those of them whose packages pip looks up on an index."""
        return tuple(
            located
            for lines in self.unsettled.values()
            for located in lines
            if self.from_index(located)
        )

    @cached_property
    def python_version(self) -> str:
        """The interpreter's "3.12.1", as pip compares it: numbers alone; "" where not known.

        A build between two releases calls itself "3.12.1+", and a pre-release "3.15.0a1".
        """
        found = _RELEASE.match(self.target.python_version) if self.target is not None else None
        return found[0] if found is not None else ""

    @cached_property
    def cooldown(self) -> Cooldown | None:
        """How long a release ripens before it is suggested; None where any age will do."""
        days = self.settings.cooldown
        return Cooldown(days, self.now) if days else None

    @cached_property
    def policy(self) -> ReleasePolicy:
        """What pip's options say of the files that it may take."""
        return policy_of(self.configured, self.tree.index_options.choices, self.now)

    def admission(self, name: NormalizedName, *, any_platform: bool = False) -> Admission:
        """Return which files of a project pip would take for the target.

        With `any_platform`, for a line that is meant for another one, wheels of any will do.
        """
        # Options name few projects, if any, and this is asked of every line by several rules.
        key = name if name in self.policy.singled_out else "", any_platform
        known = self._admissions.get(key)
        if known is None:
            tags = self.target.tags if self.target is not None and not any_platform else _NO_TAGS
            known = self.policy.admission(name, self.python_version, tags)
            self._admissions[key] = known
        return known

    @cached_property
    def _admissions(self) -> dict[tuple[str, bool], Admission]:
        """Those asked for so far; all that no option names have one."""
        return {}

    @cached_property
    def first_requirement(self) -> Span | None:
        """Where the root file first asks for something: what is about the whole project.

        That is a name, else the URL or path of a line without one, else the first `-r`. None
        where the file asks for nothing: it is empty, prose, or a constraints file.
        """
        root = next((member for member in self.tree.members if not member.via), None)
        return _first_requirement(root) if root is not None else None

    @cached_property
    def places_of_project(self) -> tuple[tuple[Path, Span], ...]:
        """Where what is about the whole project stands: the files, and the places in them.

        That is the first requirement of each file of the project that the user looks at, and of
        the root where there is none. Empty where the root asks for nothing.
        """
        if self.first_requirement is None:
            return ()
        state = self.environment
        project = (state.project or state.folder) if state is not None else self.tree.root.parent
        places: dict[Path, Span] = {}
        for member in self.tree.members if self.shown else ():
            path = member.document.path
            # What a file outside has in common with the project is not the project's environment.
            if path in self.shown and (path == self.tree.root or path.is_relative_to(project)):
                place = _first_requirement(member)
                if place is not None:
                    places[path] = place
        return tuple(places.items()) or ((self.tree.root, self.first_requirement),)

    def pip_at_least(self, version: str) -> bool:
        """Return whether the project's pip is of a version or newer.

        Where its version is not known, the newest pip is meant: it is what a new environment gets.
        """
        return self.pip is None or self.pip >= Version(version)

    def _located(self) -> Iterator[Located]:
        """Yield each declaration of each file with its place."""
        for member in self.tree.members:
            if member.document.prose:
                continue
            for declaration in member.document.declarations(member.role):
                yield Located(member.document, declaration, member.role, member.via)

    def applies(self, declaration: Declaration) -> bool | None:
        """Return whether the line's marker holds for the target; None where that is not known."""
        return self.holds(declaration.requirement.marker)

    def holds(self, marker: Marker | None) -> bool | None:
        """Return whether a line with this marker counts for the target; None if not known."""
        if marker is None or not marker.text.strip():
            return True
        if marker.text not in self._markers:
            self._markers[marker.text] = self._evaluate(marker.text)
        return self._markers[marker.text]

    @cached_property
    def explicit(self) -> frozenset[NormalizedName]:
        """The projects that a line gives by URL or path: pip then asks no index for them."""
        named = {
            name
            for name, lines in self.by_name.items()
            if any(
                not located.from_index and self.applies(located.declaration) is not False
                for located in lines
            )
        }
        # Whether such a line counts here or not, its package is nothing to ask others about.
        return frozenset(named | {project.name for project in self.local.values()})

    def from_index(self, located: Located) -> bool:
        """Return whether pip would look the line's package up on an index."""
        # Asked of every line by several rules at every keystroke.
        declaration = located.declaration
        requirement = declaration.requirement
        return (
            requirement.url is None
            and requirement.path is None
            and declaration.name not in self.explicit
        )

    def _evaluate(self, text: str) -> bool | None:
        """Evaluate a marker that pip accepts; None without a target."""
        if self.target is None:
            return None
        try:
            return ParsedMarker(text).evaluate({**self.target.marker_environment, "extra": ""})
        except (InvalidMarker, UndefinedEnvironmentName, ValueError):
            return None


def _first_requirement(member: Member) -> Span | None:
    """Return where a file of a tree first asks for something; None where it does not."""
    if member.document.prose or member.role is Role.CONSTRAINT:
        return None
    for line in member.document.file.lines:
        requirement = line.requirement
        if requirement is not None and requirement.name:
            return requirement.name_span
        if requirement is not None and requirement.url_span is not None:
            return requirement.url_span
        if line.kind is Kind.INCLUDE:
            return line.target_span or line.span
    return None
