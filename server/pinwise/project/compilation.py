"""Which files were compiled from which: `requirements.txt` from `requirements.in`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from pinwise.base.paths import absolute
from pinwise.base.tuples import NamedTuple
from pinwise.manifests.declarations import Role
from pinwise.manifests.recognise import is_requirements_file
from pinwise.project.files import Document, PathKind, Unreadable
from pinwise.project.graph import TreeProblemKind, read_tree
from pinwise.syntax.nodes import RequirementsFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pinwise.manifests.compile_command import CompileCommand
    from pinwise.manifests.compiled import CompiledFile
    from pinwise.project.files import Documents
    from pinwise.project.graph import Tree
    from pinwise.project.settings_file import OpenText

MOST_SIBLINGS = 50
"""Files beside a source that are looked at for what was compiled from it."""

_PYPROJECT = "pyproject.toml"
_BEFORE_PYPROJECT = ("requirements.in", "setup.py")
"""What `pip-compile` takes rather than that where the call names nothing."""

_NOTHING_OPEN: Mapping[Path, OpenText] = MappingProxyType({})

MOST_FILES = 20
"""Files that one call compiles; one with more is not compared."""


class ProjectSource(NamedTuple):
    """What one call takes of a `pyproject.toml`.

    Attributes:
        document: the file, whose lines are the requirements that count, each at its place.
        complete: whether those are all.
    """

    document: Document
    complete: bool


class Compilation(NamedTuple):
    """A compiled file and what it was made from.

    Attributes:
        output: the compiled file.
        compiled: what its comments say.
        sources: the trees of the files that were compiled, in the order of the call, and of those
            that bound their versions. What cannot be read is missing.
        complete: whether all of them were read, and everything that they include, without a line
            that pip rejects or that tells no name.
        folder: the one that the call was made in, as far as can be told.
        files: the files that `# via` comments name, by how they are written there.
        projects: what was compiled of `pyproject.toml`.
    """

    output: Document
    compiled: CompiledFile
    sources: tuple[Tree, ...]
    complete: bool
    folder: Path
    files: Mapping[str, Path]
    projects: tuple[ProjectSource, ...] = ()

    @property
    def paths(self) -> frozenset[Path]:
        """Every file that the comparison looks at."""
        found = {m.document.path for source in self.sources for m in source.members}
        projects = (project.document.path for project in self.projects)
        roots = (source.root for source in self.sources)
        return frozenset({self.output.path, *found, *roots, *projects})

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files that were compiled, as far as they could be read."""
        projects = (project.document.path for project in self.projects)
        read = (s.root for s in self.sources if s.members and not _is_bound(s))
        return (*projects, *read)


def compilations(
    documents_of_tree: Iterable[Document],
    documents: Documents,
    folder: Path,
    open_texts: Mapping[Path, OpenText] = _NOTHING_OPEN,
) -> tuple[Compilation, ...]:
    """Return what was compiled into files of a tree, and from them.

    Args:
        documents_of_tree: the files of the tree.
        documents: where other texts come from.
        folder: the folder of the project: paths are not looked for above it.
        open_texts: files like `pyproject.toml`, which are no requirements files, as an editor has
            them open.

    Cost: a tree without compiled files and without `.in` files costs a look at its comments. For
    an `.in` file its folder is listed, and the comments of the `.txt` files beside it are read.
    """
    found: dict[Path, Compilation] = {}
    for document in documents_of_tree:
        if document.prose or document.undecodable is not None:
            continue
        if document.path.suffix == ".in":
            for output in _beside(document.path, documents):
                made = _compilation(output, documents, folder, open_texts)
                if made is not None and document.path in made.paths:
                    found.setdefault(output.path, made)
        elif document.path not in found:
            made = _compilation(document, documents, folder, open_texts)
            if made is not None:
                found[document.path] = made
    return tuple(found.values())


def _beside(source: Path, documents: Documents) -> Iterator[Document]:
    """Yield the compiled files in the folder of a source."""
    names = documents.names_in(source.parent)
    texts = sorted(
        name for name, kind in names.items() if kind is PathKind.FILE and name.endswith(".txt")
    )
    for name in texts[:MOST_SIBLINGS]:
        path = source.parent / name
        if is_requirements_file(path) or path.stem == source.stem:
            document = documents.read(path)
            if not isinstance(document, Unreadable) and document.compiled is not None:
                yield document


def _compilation(
    output: Document, documents: Documents, folder: Path, open_texts: Mapping[Path, OpenText]
) -> Compilation | None:
    """Return what a file was compiled from; None where that cannot be told."""
    compiled = output.compiled
    if compiled is None:
        return None
    finder = _Finder(output, compiled.command, documents, folder)
    written = {via.file for vias in compiled.vias.values() for via in vias if via.file is not None}
    files = {name: path for name in sorted(written) if (path := finder.find(name)) is not None}
    inputs = _inputs(output, compiled, files, finder)
    projects = tuple(_projects(compiled.command, inputs, documents, finder, open_texts))
    if not (inputs or projects) or len(inputs) > MOST_FILES:
        return None
    sources: list[Tree] = []
    complete = all(project.complete for project in projects)
    if not projects and compiled.command is not None and compiled.command.has("--group"):
        complete = False
    read = {project.document.path for project in projects}
    for path, role in inputs:
        if path in read:
            continue
        if path is None or path.suffix not in {".in", ".txt"}:
            # `setup.py` and the like ask for more than is read here.
            complete = False
            continue
        tree = read_tree(path, documents, role=role, folder=folder)
        sources.append(tree)
        complete = complete and _is_complete(tree)
    if not (projects or any(source.members and not _is_bound(source) for source in sources)):
        return None
    return Compilation(output, compiled, tuple(sources), complete, finder.folder, files, projects)


def _projects(
    command: CompileCommand | None,
    inputs: Iterable[tuple[Path | None, Role]],
    documents: Documents,
    finder: _Finder,
    open_texts: Mapping[Path, OpenText],
) -> Iterator[ProjectSource]:
    """Yield what a call takes of `pyproject.toml`: of those that it names, and of the groups.

    That a group is meant without a path means the file in the folder of the call (uv).
    """
    if command is None:
        return
    # Most files were compiled from nothing.
    from pinwise.manifests.compile_command import Compiler  # noqa: PLC0415
    from pinwise.manifests.project_lists import (  # noqa: PLC0415
        Asked,
        blanked,
        listed_requirements,
    )

    extras = None if command.has("--all-extras") else command.values("--extra")
    groups = command.values("--group") if command.compiler is Compiler.UV else ()
    own = finder.find(_PYPROJECT) if groups else None
    named = [path for path, _ in inputs if path is not None and path.name == _PYPROJECT]
    unsure = command.has("--only-deps", "--all-build-deps", "--build-deps-for")
    if command.has("--only-build-deps"):
        return
    for path in dict.fromkeys([*named, *([own] if own is not None else [])]):
        asked = Asked(path in named, extras, groups if path == own else ())
        opened = open_texts.get(path)
        document = documents.read(path) if opened is None else Document(path, *opened)
        if isinstance(document, Unreadable):
            continue
        listed = listed_requirements(document.text, asked)
        lines = Document(path, blanked(document.text, listed.spans), document.version)
        # The lines are read by themselves, but stand where they do.
        file = lines.file
        lines.file = RequirementsFile(
            document.source, file.lines, file.comments, file.expansions, file.undefined
        )
        yield ProjectSource(lines, listed.complete and not unsure)


def _inputs(
    output: Document, compiled: CompiledFile, files: Mapping[str, Path], finder: _Finder
) -> list[tuple[Path | None, Role]]:
    """Return the files of the call and their roles; None for one that is not found."""
    from pinwise.manifests.compile_command import Compiler  # noqa: PLC0415 - as above

    command = compiled.command
    if command is not None and command.inputs:
        given = [(name, Role.REQUIREMENT) for name in command.inputs]
        given += [(name, Role.CONSTRAINT) for name in command.constraints]
        found = [(finder.find(name), role) for name, role in given]
        return [pair for pair in found if pair[0] != output.path]
    # `pip-compile` alone takes the source of the usual name, and other calls are not understood:
    # then the source is the one of the same name, if the comments name it.
    source = output.path.with_suffix(".in")
    named = source in files.values()
    if not named:
        if command is None or command.compiler is not Compiler.PIP_TOOLS:
            return []
        if not finder.is_file(source):
            return _inputs_of_project(command, finder)
    bounds = {
        path
        for vias in compiled.vias.values()
        for via in vias
        if via.bounds and (path := files.get(via.file or ""))
    }
    return [(source, Role.REQUIREMENT), *((path, Role.CONSTRAINT) for path in sorted(bounds))]


def _inputs_of_project(command: CompileCommand, finder: _Finder) -> list[tuple[Path | None, Role]]:
    """Return what `pip-compile` takes without a `requirements.in`: the file of the project."""
    project = finder.find(_PYPROJECT)
    if project is None or any(map(finder.find, _BEFORE_PYPROJECT)):
        return []
    bounds = [(finder.find(name), Role.CONSTRAINT) for name in command.constraints]
    return [(project, Role.REQUIREMENT), *bounds]


def _is_bound(tree: Tree) -> bool:
    """Return whether a tree only bounds versions."""
    return next(iter(tree.members)).role is Role.CONSTRAINT


def _is_complete(tree: Tree) -> bool:
    """Return whether all that a tree asks for is known by name."""
    if not tree.members or tree.remote:
        return False
    if any(problem.kind is not TreeProblemKind.CYCLE for problem in tree.problems):
        return False
    return all(_is_clear(member.document) for member in tree.members)


def _is_clear(document: Document) -> bool:
    """Return whether every line of a file is understood, and tells its name."""
    if document.prose or document.undecodable is not None or document.file.expansions:
        return False
    for line in document.file.lines:
        if any(problem.fatal for problem in line.problems):
            return False
        if line.requirement is not None and not line.requirement.name:
            return False
    return True


class _Finder:
    """Finds the files that a call and its comments name, relative to where it was made.

    Attributes:
        folder: where it was made: told by the path of the output where the call names it, else
            the nearest folder upward that the first file is found from.
    """

    def __init__(
        self, output: Document, command: CompileCommand | None, documents: Documents, top: Path
    ) -> None:
        self._documents = documents
        here = output.path.parent
        upward = [here, *here.parents]
        self._folders = upward[: upward.index(top) + 1] if top in upward else [here]
        self._found: dict[str, Path | None] = {}
        self.folder = here
        if command is None:
            return
        for folder in self._folders:
            if command.output is not None and absolute(folder / command.output) == output.path:
                self._folders = [folder]
                self.folder = folder
                return
        for name in command.inputs[:1]:
            path = self.find(name)
            if path is not None:
                self.folder = next(f for f in self._folders if absolute(f / name) == path)

    def is_file(self, path: Path) -> bool:
        """Return whether there is such a file, open or on disk."""
        return self._documents.kind_of(path) is PathKind.FILE

    def find(self, written: str) -> Path | None:
        """Return the file that is meant; None where there is none in the project."""
        if written not in self._found:
            candidates = (absolute(folder / written) for folder in self._folders)
            self._found[written] = next((path for path in candidates if self.is_file(path)), None)
        return self._found[written]
