"""Running rules over a fixture, and comparing what they say with its marks."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import pytest
from packaging.version import Version

from pinwise.advice.context import NOT_CONFIGURED, Context
from pinwise.analysis.engine import RULE_NAMES, analyse
from pinwise.analysis.local_projects import local_projects
from pinwise.base.text import apply_edits
from pinwise.environments.types import FailedLine
from pinwise.project.compilation import compilations
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings, load_settings
from pinwise.project.settings_file import OpenText, is_settings_file
from pinwise.rules import RULES
from tests.harness.facts import (
    FOLDER,
    NOW,
    artifacts_function,
    installed_in,
    listing_function,
    metadata_function,
    target_of,
)
from tests.harness.fixture import Fixture, Mark, Note, Place, parse_fixture, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from typing_extensions import Unpack

    from pinwise.advice.context import EnvironmentState
    from pinwise.advice.findings import Finding, Fix
    from pinwise.analysis.report import Diagnostic
    from pinwise.base.text import TextEdit
    from pinwise.index.types import IndexOptions
    from pinwise.project.settings import LoadedSettings
    from pinwise.rules.registry import Rule
    from tests.harness.facts import DigestFacts, ExtraFacts, IndexFacts, InstalledFacts


DEFAULT = Settings()


@dataclass(frozen=True)
class World:
    """The facts that a fixture is judged by.

    Attributes:
        rules: those to run.
        index: what the indexes have; see `listing_function`.
        extras: what versions provide, by "name version"; see `metadata_function`.
        digests: the hashes of the files of versions; see `artifacts_function`.
        python: the version of the interpreter that is judged for; None where there is none.
        platform: its `sys.platform`.
        environment: what is known of the folder's environments.
        pip: the version of pip in the selected environment; None where it is not known.
        settings: what the user set.
        configured: what pip's configuration says of which files it may take.
        installed: the versions in the selected environment, `.venv` where none is given; or where
            something came from. None where it is not known.
        failed: what could not be installed: what the installer printed, by the text of the line.
        said: the same with sentences of ours.
        shown: the names of the files that the user looks at.
        newline: what ends the lines of the files.
    """

    rules: Sequence[Rule] = RULES
    index: IndexFacts | None = None
    extras: ExtraFacts | None = None
    digests: DigestFacts | None = None
    python: str | None = "3.12"
    platform: str = "linux"
    environment: EnvironmentState | None = None
    pip: str | None = None
    settings: Settings = DEFAULT
    configured: IndexOptions = NOT_CONFIGURED
    installed: InstalledFacts | None = None
    failed: Mapping[str, str] | None = None
    said: Mapping[str, str] | None = None
    shown: Sequence[str] = ()
    newline: str = "\n"

    def context(self, files: Mapping[str, str]) -> Context:
        """Return the context of the tree that the first of the files is the root of."""
        documents = Documents(environment={})
        for name, text in files.items():
            documents.open(FOLDER / name, text, 1)
        tree = read_tree(FOLDER / next(iter(files)), documents)
        listing = listing_function(self.index or {})
        target = target_of(self.python, self.platform)
        pip = Version(self.pip) if self.pip is not None else None
        loaded = self._loaded(files)
        return Context(
            tree,
            loaded.settings if loaded is not None else self.settings,
            listing,
            target,
            self.environment,
            pip,
            loaded,
            metadata=metadata_function(self.extras or {}),
            artifacts=artifacts_function(self.digests or {}),
            configured=self.configured,
            now=NOW,
            compilations=compilations((m.document for m in tree.members), documents, FOLDER),
            installed=installed_in(self.environment, self.installed),
            failed=tuple(
                FailedLine(tree.root, text, sentence, printed)
                for facts, printed in ((self.failed, True), (self.said, False))
                for text, sentence in (facts or {}).items()
            ),
            local=local_projects(tree, _settings_texts(files)),
            shown=frozenset(FOLDER / name for name in self.shown),
        )

    @staticmethod
    def _loaded(files: Mapping[str, str]) -> LoadedSettings | None:
        """Return the settings of a fixture that has a file with some."""
        texts = _settings_texts(files)
        if not texts:
            return None
        return load_settings(FOLDER, rules=RULE_NAMES, open_texts=texts)

    def diagnostics(self, files: Mapping[str, str]) -> list[Diagnostic]:
        """Return what the rules find in the files, in their order."""
        report = analyse(self.context(files), self.rules)
        return [
            diagnostic for name in files for diagnostic in report.diagnostics.get(FOLDER / name, ())
        ]

    def read(self, text: str) -> Fixture:
        """Read a fixture with this world's line ends."""
        return parse_fixture(text, self.newline)


class Facts(TypedDict, total=False):
    """The fields of `World`, as keyword arguments."""

    rules: Sequence[Rule]
    index: IndexFacts | None
    extras: ExtraFacts | None
    digests: DigestFacts | None
    python: str | None
    platform: str
    environment: EnvironmentState | None
    pip: str | None
    settings: Settings
    configured: IndexOptions
    installed: InstalledFacts | None
    failed: Mapping[str, str] | None
    said: Mapping[str, str] | None
    shown: Sequence[str]
    newline: str


def _settings_texts(files: Mapping[str, str]) -> dict[Path, OpenText]:
    """Return the files of a fixture that may hold settings."""
    return {
        FOLDER / name: OpenText(text, 1)
        for name, text in files.items()
        if is_settings_file(FOLDER / name)
    }


def check(text: str, **world: Unpack[Facts]) -> None:
    """Compare what the rules find with the marks of a fixture: no more and no less.

    Args:
        text: the fixture; README.md describes the notation.
        world: the fields of `World`.
    """
    __tracebackhide__ = True
    setting = World(**world)
    fixture = setting.read(text)
    found = [_mark(diagnostic) for diagnostic in setting.diagnostics(fixture.files)]
    missing = list(fixture.marks)
    open_messages: list[Mark] = []
    for mark in found:
        match = next((expected for expected in missing if expected.fits(mark)), None)
        if match is not None:
            missing.remove(match)
        open_messages.append(match or mark)
    if missing or len(found) != len(fixture.marks):
        expected = render(fixture.files, fixture.marks)
        # What fits is drawn as it was written, so that the difference shows nothing else.
        _fail("the rules say otherwise", expected, render(fixture.files, open_messages))


def check_fix(before: str, after: str, *, title: str | None = None, **world: Unpack[Facts]) -> None:
    """Compare the files after a fix with a fixture.

    Args:
        before: the fixture, with `$0` in or beside the finding to fix.
        after: all the files as they are then, without marks.
        title: the fix to apply; without one, the preferred or the only one.
        world: the fields of `World`.
    """
    __tracebackhide__ = True
    setting = World(**world)
    fixture = setting.read(before)
    fix = _choose(_fixes(setting, fixture), title)
    found = _applied(fixture.files, fix)
    expected = setting.read(after).files
    if found != expected:
        _fail(f"the fix {fix.title!r} does otherwise", render(expected, ()), render(found, ()))


def fixes_at(before: str, **world: Unpack[Facts]) -> list[Fix]:
    """Return the fixes that are offered at the `$0` of a fixture."""
    setting = World(**world)
    return _fixes(setting, setting.read(before))


def messages(text: str, **world: Unpack[Facts]) -> list[str]:
    """Return what the rules say of a fixture, in order, for tests of the words alone."""
    setting = World(**world)
    files = setting.read(text).files
    return [diagnostic.finding.message for diagnostic in setting.diagnostics(files)]


def _fixes(world: World, fixture: Fixture) -> list[Fix]:
    """Return the fixes of the findings that the cursor touches."""
    if fixture.cursor is None:
        message = "the fixture has no $0"
        raise ValueError(message)
    name, at, _ = fixture.cursor
    return [
        fix
        for diagnostic in world.diagnostics(fixture.files)
        if diagnostic.finding.path == FOLDER / name
        and diagnostic.finding.span.start <= at <= diagnostic.finding.span.end
        for fix in diagnostic.finding.fixes
    ]


def _choose(fixes: Sequence[Fix], title: str | None) -> Fix:
    """Return the fix with a title, else the preferred one, else the only one."""
    __tracebackhide__ = True
    named = [fix for fix in fixes if fix.title == title]
    preferred = [fix for fix in fixes if fix.preferred]
    chosen = named if title is not None else preferred or list(fixes)
    if len(chosen) != 1:
        offered = "\n".join(f"  {fix.title}" for fix in fixes) or "  nothing"
        pytest.fail(f"no single fix {title or 'to take'}; offered is:\n{offered}", pytrace=False)
    return chosen[0]


def _applied(files: Mapping[str, str], fix: Fix) -> dict[str, str]:
    """Return the files with a fix applied."""
    edits: dict[str, list[TextEdit]] = {}
    for change in fix.edits:
        edits.setdefault(_name(change.path), []).append(change.edit)
    return {name: apply_edits(text, edits.get(name, ())) for name, text in files.items()}


def _mark(diagnostic: Diagnostic) -> Mark:
    """Return a finding as a mark."""
    finding: Finding = diagnostic.finding
    place = Place(_name(finding.path), finding.span.start, finding.span.end)
    notes = tuple(
        Note(Place(_name(note.path), note.span.start, note.span.end), note.message)
        for note in finding.related
    )
    return Mark(place, diagnostic.rule.name, finding.message, notes)


def _name(path: Path) -> str:
    """Return the name of a file in the fixture."""
    return path.relative_to(FOLDER).as_posix()


def _fail(what: str, expected: str, found: str) -> None:
    """Fail with the difference of two fixtures."""
    __tracebackhide__ = True
    pytest.fail(f"{what}:\n{_difference(expected, found)}", pytrace=False)


def _difference(expected: str, found: str) -> str:
    lines: Iterator[str] = difflib.unified_diff(
        expected.splitlines(),
        found.splitlines(),
        "expected by the test",
        "found by the rules",
        lineterm="",
        n=3,
    )
    return "\n".join(lines)
