"""Metadata of versions are asked for after the listings that tell the versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.advice.context import Context
from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.engine import analyse
from pinwise.analysis.workspace import Analysis, Workspace
from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.index.types import DistributionFile, Listing, Metadata, Refusal, Release
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.rules.unknown_extra import unknown_extra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from packaging.utils import NormalizedName

    from pinwise.analysis.first_questions import Question
    from pinwise.base.facts import Fact

ROOT = Path("/project/requirements.txt")
ONE = Version("1.0")
FLASK = canonicalize_name("flask")


@dataclass
class SlowIndex:
    """An index that knows nothing until it was asked.

    Attributes:
        lost: whether metadata never come.
        waves: what was asked for, in order.
    """

    lost: bool = False
    waves: list[object] = field(default_factory=list)

    def listing(self, name: NormalizedName) -> Fact[Listing]:
        if name not in self.waves:
            return NotChecked(Reason.PENDING)
        return Known(Listing(name, (Release(ONE, (DistributionFile("a.whl", "py3-none-any"),)),)))

    def fetch(
        self,
        names: Iterable[NormalizedName],
        on_batch: Callable[[frozenset[NormalizedName]], None],
        **_how: object,
    ) -> None:
        self.waves += names
        on_batch(frozenset(names))

    def refusals(self) -> tuple[Refusal, ...]:
        return ()

    def seen_names(self) -> frozenset[NormalizedName]:
        return frozenset()

    def listed_names(self) -> frozenset[NormalizedName]:
        return frozenset()

    def metadata(self, name: NormalizedName, version: Version) -> Fact[Metadata]:
        if self.lost or (name, version) not in self.waves:
            return NotChecked(Reason.PENDING)
        return Known(Metadata(provides_extra=("async",)))

    def fetch_metadata(
        self,
        pairs: Iterable[tuple[NormalizedName, Version]],
        on_batch: Callable[[frozenset[tuple[NormalizedName, Version]]], None],
        **_how: object,
    ) -> None:
        self.waves += pairs
        if not self.lost:
            on_batch(frozenset(pairs))

    def close(self) -> None:
        pass


@dataclass
class OneTree:
    """A workspace of one text."""

    text: str
    index: SlowIndex

    def first_questions(self, _root: Path) -> tuple[SlowIndex, tuple[Question, ...]]:
        # So that the rules of this test are the first to ask.
        return self.index, ()

    def analyse(self, root: Path) -> Analysis:
        documents = Documents(environment={})
        documents.open(root, self.text, 1)
        context = Context(
            read_tree(root, documents),
            Settings(),
            self.index.listing,
            metadata=self.index.metadata,
        )
        return Analysis(context, analyse(context, [unknown_extra]), self.index)


def _analysed(text: str, index: SlowIndex) -> Analysis:
    tree = cast("Workspace", OneTree(text, index))
    (analysis,) = analyse_completely(tree, [ROOT], patience=0.01)
    return analysis


def test_a_listing_then_its_metadata_then_the_finding() -> None:
    index = SlowIndex()
    report = _analysed("flask[asyn]==1.0\n", index).report
    assert index.waves == [FLASK, (FLASK, ONE)]
    assert [item.rule.name for item in report.diagnostics[ROOT]] == ["unknown-extra"]
    assert not report.unchecked


def test_no_metadata_are_asked_for_without_extras() -> None:
    index = SlowIndex()
    _analysed("flask==1.0\n", index)
    assert index.waves == []


def test_metadata_that_never_come_are_told() -> None:
    index = SlowIndex(lost=True)
    report = _analysed("flask[asyn]==1.0\n", index).report
    assert index.waves == [FLASK, (FLASK, ONE)]
    assert not report.diagnostics[ROOT]
    told = [(item.what, item.reason.reason) for item in report.unchecked]
    assert told == [("flask", Reason.TIMED_OUT)]


@dataclass
class Asking(OneTree):
    """A workspace that tells at once what its rules will ask."""

    passes: int = 0

    def first_questions(self, _root: Path) -> tuple[SlowIndex, tuple[Question, ...]]:
        return self.index, (FLASK, (FLASK, ONE))

    def analyse(self, root: Path) -> Analysis:
        self.passes += 1
        return super().analyse(root)


def test_what_is_known_to_be_asked_comes_before_the_rules_have_run() -> None:
    tree = Asking("flask[asyn]==1.0\n", SlowIndex())
    (analysis,) = analyse_completely(cast("Workspace", tree), [ROOT], patience=0.01)
    assert tree.index.waves == [FLASK, (FLASK, ONE)]
    assert tree.passes == 1
    assert [item.rule.name for item in analysis.report.diagnostics[ROOT]] == ["unknown-extra"]
