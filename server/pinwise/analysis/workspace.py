"""The engine behind every face: folders, texts, settings, indexes, environments, one analysis.

Not safe from several threads but for the methods that say so; the language server calls it from
one, the command line has but one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pinwise.advice.context import (
    Context,
    EnvironmentState,
    no_artifacts,
    no_metadata,
    nothing_known,
)
from pinwise.analysis.engine import RULE_NAMES, Pass, needs_index
from pinwise.analysis.environments import Environments
from pinwise.analysis.failures import Failures
from pinwise.analysis.first_questions import first_questions
from pinwise.analysis.indexes import Indexes
from pinwise.analysis.judged import judged_environment
from pinwise.analysis.latest import Newest
from pinwise.analysis.local_projects import local_projects
from pinwise.analysis.report import merge
from pinwise.base.records import record
from pinwise.environments.inventory import Inventory
from pinwise.environments.target import target_of
from pinwise.manifests.declarations import Role
from pinwise.manifests.recognise import role_of
from pinwise.project.compilation import compilations
from pinwise.project.files import Documents, Unreadable
from pinwise.project.graph import includes_of, read_tree, workspace_files
from pinwise.project.include_graph import IncludeGraph
from pinwise.project.settings import LoadedSettings, load_settings
from pinwise.project.settings_file import OpenText, file_for_new_settings
from pinwise.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from pinwise.analysis.first_questions import Question
    from pinwise.analysis.report import Diagnostic, Report
    from pinwise.base.cancellation import CancelToken
    from pinwise.environments.types import Environment
    from pinwise.index.client import IndexClient
    from pinwise.index.types import Index
    from pinwise.project.graph import Tree
    from pinwise.project.settings import Settings
    from pinwise.project.settings_file import SettingsFile
    from pinwise.rules.registry import Rule

MISSING_ENVIRONMENT = "missing-environment"
"""The rule, and the notice that the user may silence."""


@record(frozen=True, slots=True)
class Analysis:
    """One analysed include tree.

    Attributes:
        report: what is known so far.
        index: the one that the report's gaps can be asked of.
        run: what the report comes from, which may find more; None where nothing more is wanted.
    """

    context: Context
    report: Report
    index: Index
    run: Pass | None = None

    @property
    def is_solved(self) -> bool:
        """Whether the solver has been asked."""
        return self.run is None or self.run.is_solved

    def solved(self, token: CancelToken | None = None) -> Analysis:
        """Return the analysis with what the solver finds; see `Pass.solved`."""
        return self if self.run is None else replace(self, report=self.run.solved(token))

    @property
    def has_fixes_to_try(self) -> bool:
        """Whether there are fixes whose facts nobody has asked for yet."""
        return self.run is not None and self.run.has_fixes_to_try

    def with_fixes(self, token: CancelToken | None = None) -> Analysis:
        """Return the analysis with what is missing for fixes; see `Pass.with_fixes`."""
        return self if self.run is None else replace(self, report=self.run.with_fixes(token))


class Workspace:
    """The folders that are worked on, and what is known about them.

    Args:
        folders: the workspace folders, absolute; files outside of them belong to their own.
        trusted: whether hosts that only the workspace names may be contacted.
        overrides: settings of the command line, over all others.
        interpreter: the environment or interpreter to judge for, instead of the selected one.
        activated: the environment that is active in the terminal of the command line.
        rules: those to report.
        always_on: names of rules that are on whatever the settings say.
    """

    def __init__(  # noqa: PLR0913 - what the faces choose, each with its default
        self,
        folders: tuple[Path, ...] = (),
        *,
        trusted: bool = True,
        overrides: Mapping[str, Any] | None = None,
        interpreter: Path | None = None,
        activated: Path | None = None,
        rules: Sequence[Rule] = RULES,
        always_on: Collection[str] = (),
    ) -> None:
        self.documents = Documents()
        self.environments = Environments(interpreter, activated, trusted=trusted)
        self.inventory = Inventory()
        self.failures = Failures()
        self.folders = folders
        self.shown: set[Path] = set()
        """The files that the user looks at: what is about a whole project is told in those."""
        self._trusted = trusted
        self._overrides = overrides or {}
        self._rules = rules
        self._always_on = always_on
        self._editor_settings: dict[Path | None, Mapping[str, Any]] = {}
        self._settings: dict[Path, LoadedSettings] = {}
        self.settings_texts: dict[Path, OpenText] = {}
        """The settings files that an editor has open, `pyproject.toml` among them."""
        self._files: dict[Path, tuple[Path, ...]] = {}
        self._graphs: dict[Path, tuple[int, IncludeGraph]] = {}
        """Which files of a folder include which, and the generation of the documents then."""
        self._indexes = Indexes()

    # What changes from outside.

    def set_folders(self, folders: tuple[Path, ...]) -> None:
        """Work on these folders from now on; what was known of others is dropped."""
        self.environments.drop({*self.folders} - {*folders})
        self.folders = folders
        kept = {None, *folders}
        self._editor_settings = {k: v for k, v in self._editor_settings.items() if k in kept}
        self.forget_disk()

    def set_editor_settings(self, folder: Path | None, settings: Mapping[str, Any]) -> None:
        """Take the editor's settings for a folder, or with None those for all.

        Where they turn `offline` on, look-ups under way end at once.
        """
        before = self._editor_settings.get(folder, {})
        self._editor_settings[folder] = settings
        if settings.get("offline") is True and before.get("offline") is not True:
            self._indexes.stop_asking()
        self._settings.clear()

    def open_settings_file(self, path: Path, text: str, version: int) -> None:
        """Take `text` for the content of a settings file until it is closed."""
        self.settings_texts[path] = OpenText(text, version)
        self._settings.clear()

    def close_settings_file(self, path: Path) -> None:
        """Let the disk speak for a settings file again."""
        self.settings_texts.pop(path, None)
        self._settings.clear()

    @property
    def trusted(self) -> bool:
        """Whether the user trusts the folders."""
        return self._trusted

    def set_trust(self, *, trusted: bool) -> None:
        """Follow the user's decision about the workspace.

        Where trust is withdrawn, look-ups under way end at once.
        """
        if self._trusted and not trusted:
            self._indexes.stop_asking()
        self._trusted = trusted
        self.environments.set_trust(trusted=trusted)
        self._settings.clear()

    def forget_failures(self, *, patiently: bool = False) -> None:
        """Let look-ups that failed a moment ago be repeated.

        Args:
            patiently: not those of hosts that asked for a pause, nor questions to the keyring.
        """
        self._indexes.forget_failures(patiently=patiently)

    def forget_disk(self) -> None:
        """Look again at what was read from disk; open texts stay."""
        self.documents.forget()
        self._settings.clear()
        self._files.clear()
        self._indexes.forget_configuration()

    def configuration_files(self) -> frozenset[Path]:
        """Return the files that pip's configuration was looked for in, existing or not."""
        return self._indexes.configuration_files()

    def requests(self) -> int:
        """Return how many requests were sent to indexes so far."""
        return self._indexes.requests()

    def close(self) -> None:
        """Release threads, sockets and the cache."""
        self._indexes.close()

    # Which files, which settings.

    def folder_of(self, path: Path) -> Path:
        """Return the workspace folder of a file: the innermost, else the file's own."""
        return self._innermost(path) or path.parent

    def _innermost(self, path: Path) -> Path | None:
        """Return the workspace folder that holds a path, the innermost of several."""
        holding = [folder for folder in self.folders if path.is_relative_to(folder)]
        return max(holding, key=lambda folder: len(folder.parts), default=None)

    def requirements_files(self, folder: Path) -> tuple[Path, ...]:
        """Return the requirements files of a folder that no other one includes, in order.

        Of files that include each other in a circle, all are returned. Reads each file once.
        """
        includes = {file: self._included_by(file) for file in self._files_of(folder)}
        included = {target for targets in includes.values() for target in targets}
        roots = [file for file in includes if file not in included]
        reached: set[Path] = set()
        pending = list(roots)
        while pending:
            file = pending.pop()
            if file not in reached:
                reached.add(file)
                pending += includes.get(file) or self._included_by(file)
        return tuple(file for file in includes if file in roots or file not in reached)

    def installable_files(self, folder: Path) -> tuple[Path, ...]:
        """Return what "install the requirements" of a folder means, for one call of pip.

        Neither constraints files, which ask for nothing, nor prose, nor what cannot be read, nor
        a source whose compiled file lies beside it (`requirements.in` and `requirements.txt`).
        """
        files = self.requirements_files(folder)
        return tuple(file for file in files if self._installable(file, files))

    def _installable(self, file: Path, others: tuple[Path, ...]) -> bool:
        """Return whether a file, among others, is to be installed."""
        if role_of(file) is Role.CONSTRAINT:
            return False
        if file.suffix == ".in" and file.with_suffix(".txt") in others:
            return False
        document = self.documents.read(file)
        if isinstance(document, Unreadable) or document.undecodable is not None:
            return False
        return not document.prose

    def _included_by(self, file: Path) -> tuple[Path, ...]:
        """Return the files that a file includes."""
        document = self.documents.read(file)
        if isinstance(document, Unreadable):
            return ()
        return tuple(include.target for include in includes_of(document) if include.target)

    def _files_of(self, folder: Path) -> tuple[Path, ...]:
        """Return the requirements files of a folder, looked for once until the disk changes."""
        if folder not in self._files:
            self._files[folder] = workspace_files(folder)
        return self._files[folder]

    def roots_of(self, path: Path) -> tuple[Path, ...]:
        """Return the files to start from so that every tree with `path` is seen.

        Reads the requirements files of the folder where any of their includes may have changed.
        """
        folder, generation = self.folder_of(path), self.documents.generation
        known = self._graphs.get(folder)
        if known is None or known[0] != generation:
            graph = IncludeGraph(self._files_of(folder), self.documents)
            known = self._graphs[folder] = generation, graph
        return known[1].roots_of(path) or (path,)

    def settings_of(self, folder: Path) -> Settings:
        """Return the settings that hold in a folder."""
        return self.loaded_settings_of(folder).settings

    def loaded_settings_of(self, folder: Path) -> LoadedSettings:
        """Return the settings that hold in a folder, and what is wrong with them."""
        if folder not in self._settings:
            editor = {
                **self._editor_settings.get(None, {}),
                **self._editor_settings.get(self._innermost(folder), {}),
            }
            loaded = load_settings(
                folder,
                editor,
                self._overrides,
                rules=RULE_NAMES,
                trusted=self._trusted,
                editor_folder=self._innermost(folder),
                open_texts=self.settings_texts,
            )
            settings = loaded.settings.with_rules_on(self._always_on)
            self._settings[folder] = loaded._replace(settings=settings)
        return self._settings[folder]

    def settings_file_to_edit(self, root: Path) -> SettingsFile | None:
        """Return the file that holds for a root and takes new settings, or that is to be made.

        None where there is none that can be edited.
        """
        loaded = self.loaded_settings_of(root.parent)
        if loaded.path is None:
            return file_for_new_settings(self.folder_of(root), self.settings_texts)
        return next(file for file in loaded.files if file.path == loaded.path)

    def settings_problems(self) -> list[str]:
        """Return sentences about what means nothing in the editor's own settings, each once.

        What is wrong in a file is found by the rule `invalid-setting`.
        """
        return list(
            dict.fromkeys(
                problem.message
                for folder in self.folders
                for problem in self.loaded_settings_of(folder).problems
                if problem.path is None
            )
        )

    # The analysis.

    def analyse(self, root: Path) -> Analysis:
        """Analyse the tree that starts at `root` completely, from what is known now.

        Asks no network. Costs what `begin` costs, a solve, and the trials of fixes.
        """
        return self.begin(root).solved().with_fixes()

    def begin(
        self, root: Path, before: Analysis | None = None, token: CancelToken | None = None
    ) -> Analysis:
        """Analyse the tree that starts at `root` but for what takes a solve. Asks no network.

        The first call for an environment reads pip's configuration; later ones cost what
        `engine.Pass` costs, and the reading of what changed.

        Args:
            root: the file to start from.
            before: the tree's last analysis, solved or not: conflicts that were found in it and
                still stand are told until the new text is solved.
            token: asked between two rules, of which none takes long.

        Raises:
            CancelledError: the token was cancelled.
        """
        context, index = self._context_of(root, self.documents)
        last = before.run if before is not None else None
        resolution, settled = (last.resolution, last.settled) if last else (None, None)
        run = Pass(context, self._rules, resolution, token, settled)
        return Analysis(context, run.report, index, run)

    def supposing(self, path: Path, text: str, analyses: Iterable[Analysis]) -> list[Diagnostic]:
        """Return what would be found in a file if that were its text, but for what takes a solve.

        Args:
            path: the file.
            text: what it would be.
            analyses: of the trees that have it. Each is judged anew, as by `begin`.
        """
        documents = self.documents.supposing(path, text)
        found = []
        for analysis in analyses:
            context, index = self._context_of(analysis.context.tree.root, documents)
            found.append(Analysis(context, Pass(context, self._rules).report, index))
        return self.findings_in(path, found)

    def first_questions(self, root: Path) -> tuple[IndexClient, tuple[Question, ...]]:
        """Return the index for a tree, and what any analysis of the tree asks it about first.

        Reads the files, and runs no rule.
        """
        context, index = self._context_of(root, self.documents)
        return index, first_questions(context, self._rules)

    def _context_of(self, root: Path, documents: Documents) -> tuple[Context, IndexClient]:
        """Read the tree that starts at `root`; return it with what is known, and its index."""
        folder = self.folder_of(root)
        tree = read_tree(root, documents, folder=folder)
        # The nearest project file upward holds, which may lie below the workspace folder.
        loaded = self.loaded_settings_of(root.parent)
        settings = loaded.settings
        state = self.environments.state_of(folder, root)
        index = self._index_for(tree, folder, state, settings)
        judged = judged_environment(state)
        asking = needs_index(settings, self._rules)
        context = Context(
            tree=tree,
            settings=settings,
            listing=index.listing if asking else nothing_known,
            metadata=index.metadata if asking else no_metadata,
            artifacts=index.artifacts_of if asking else no_artifacts,
            target=self.environments.target_of(folder, root),
            environment=state,
            pip=self.environments.pip_of(folder, root),
            loaded=loaded,
            configured=index.options,
            compilations=compilations(
                (each.document for each in tree.members), documents, folder, self.settings_texts
            ),
            installed=self.inventory.of(judged) if judged else None,
            failed=self.failures.of(judged.prefix) if judged else (),
            local=local_projects(
                tree, self.settings_texts, within=None if self._trusted else folder
            ),
            shown=frozenset(self.shown),
        )
        return context, index

    def findings_in(self, path: Path, analyses: Iterable[Analysis]) -> list[Diagnostic]:
        """Return what the trees of `analyses` say of a file, each thing once.

        What only counts where all trees with the file say it is left out if any of them is not
        among `analyses`. Looks for those only where something of that kind was said.
        """
        having = [item for item in analyses if path in item.report.diagnostics]
        found = merge(path, [item.report for item in having])
        if any(item.rule.unanimous for item in found):
            roots = {item.context.tree.root for item in having}
            if not roots.issuperset(self.roots_of(path)):
                return [item for item in found if not item.rule.unanimous]
        return found

    def suggests_environment(self, analysis: Analysis) -> bool:
        """Return whether the user should be asked about an environment for an analysed tree.

        That is where the rule `missing-environment` speaks, the user has not silenced the notice,
        and the workspace is trusted, so that one would be made. Reads the record of choices.
        """
        state = analysis.context.environment
        wanted = self._trusted and analysis.context.settings.missing_environment_notice
        if state is None or not wanted:
            return False
        found = any(
            item.rule.name == MISSING_ENVIRONMENT
            for items in analysis.report.diagnostics.values()
            for item in items
        )
        return found and not self.environments.silenced(state.folder, MISSING_ENVIRONMENT)

    def newest_for(self, folder: Path, environment: Environment, root: Path | None) -> Newest:
        """Return who knows the newest versions of what is installed in an environment.

        Args:
            folder: the workspace folder.
            environment: whose Python counts.
            root: the file whose options say where packages come from; None where there is none.
        """
        tree = read_tree(root or folder / "requirements.txt", self.documents, folder=folder)
        settings = self.settings_of(tree.root.parent)
        index = self._index_in(tree, folder, environment, settings)
        context = Context(
            tree,
            settings,
            index.listing,
            target_of(environment),
            configured=index.options,
        )
        return Newest(context, index)

    def _index_for(
        self, tree: Tree, folder: Path, state: EnvironmentState | None, settings: Settings
    ) -> IndexClient:
        """Return the index that pip would use for this tree in this environment."""
        chosen = state.selection.environment if state else None
        return self._index_in(tree, folder, chosen, settings)

    def _index_in(
        self, tree: Tree, folder: Path, chosen: Environment | None, settings: Settings
    ) -> IndexClient:
        """Return the index that the pip of an environment would use for a tree."""
        return self._indexes.client_for(
            tree,
            prefix=chosen.prefix if chosen else None,
            folder=folder,
            folders=self.folders,
            offline=settings.offline,
            trusted=self._trusted,
        )
