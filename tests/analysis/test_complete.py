from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from packaging.utils import canonicalize_name

from pinwise.advice.context import Context
from pinwise.analysis.complete import ROUNDS, analyse_completely
from pinwise.analysis.engine import analyse
from pinwise.analysis.workspace import Analysis, Workspace
from pinwise.base.facts import Absent, NotChecked, Reason
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pytest
    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.base.facts import Fact
    from pinwise.index.types import Listing, Metadata, Refusal

ROOT = Path("/project/requirements.txt")


@dataclass
class LossyIndex:
    """An index that loses the answers about some names, and is never done with others.

    Attributes:
        lost: names that never come back.
        endless: names that come back, and are as unknown as before.
    """

    lost: frozenset[str] = frozenset()
    endless: frozenset[str] = frozenset()
    answered: set[NormalizedName] = field(default_factory=set)
    asked: list[NormalizedName] = field(default_factory=list)

    def listing(self, name: NormalizedName) -> Fact[Listing]:
        return Absent() if name in self.answered - self.endless else NotChecked(Reason.PENDING)

    def fetch(
        self,
        names: Iterable[NormalizedName],
        on_batch: Callable[[frozenset[NormalizedName]], None],
        **_how: object,
    ) -> None:
        names = frozenset(names)
        self.asked += names
        came = names - self.lost
        self.answered |= came
        on_batch(came)

    def refusals(self) -> tuple[Refusal, ...]:
        return ()

    def seen_names(self) -> frozenset[NormalizedName]:
        return frozenset()

    def listed_names(self) -> frozenset[NormalizedName]:
        return frozenset()

    def metadata(self, name: NormalizedName, version: Version) -> Fact[Metadata]:
        raise AssertionError((name, version))

    def fetch_metadata(self, pairs: object, on_batch: object, **_how: object) -> None:
        raise AssertionError((pairs, on_batch))

    def close(self) -> None:
        pass


@dataclass
class OneTree:
    """A workspace of one text."""

    text: str
    index: LossyIndex
    passes: int = 0

    def first_questions(self, root: Path) -> tuple[LossyIndex, tuple[NormalizedName, ...]]:
        return self.index, tuple(self._context(root).by_name)

    def analyse(self, root: Path) -> Analysis:
        self.passes += 1
        context = self._context(root)
        return Analysis(context, analyse(context), self.index)

    def _context(self, root: Path) -> Context:
        documents = Documents(environment={})
        documents.open(root, self.text, 1)
        settings = Settings(rules={"dependency-conflict": "off"})
        return Context(read_tree(root, documents), settings, self.index.listing)


def leftovers(workspace: OneTree) -> list[tuple[str, Reason]]:
    (analysis,) = analyse_completely(cast("Workspace", workspace), [ROOT], patience=0.01)
    return [(item.what, item.reason.reason) for item in analysis.report.unchecked]


def test_an_answer_that_never_comes_ends_the_wait_and_is_told() -> None:
    workspace = OneTree("flask==1\nclick==1\n", LossyIndex(lost=frozenset({"flask"})))
    assert leftovers(workspace) == [("flask", Reason.TIMED_OUT)]


def test_what_stays_unknown_is_told_and_not_asked_for_again() -> None:
    workspace = OneTree("flask==1\nclick==1\n", LossyIndex(endless=frozenset({"flask"})))
    assert leftovers(workspace) == [("flask", Reason.TIMED_OUT)]
    assert workspace.index.asked.count(canonicalize_name("flask")) == 1


def test_what_is_left_after_the_last_round_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    index = LossyIndex()
    names = [canonicalize_name(f"p{n}") for n in range(ROUNDS + 3)]
    workspace = OneTree("".join(f"{name}==1\n" for name in names), index)

    def one_more(name: NormalizedName) -> Fact[Listing]:
        known = len(index.answered)
        if name in names[: known + 1] and name not in index.answered:
            return NotChecked(Reason.PENDING)
        return Absent()

    monkeypatch.setattr(index, "listing", one_more)
    assert leftovers(workspace) == [(names[ROUNDS + 1], Reason.TIMED_OUT)]


def test_where_everything_came_nothing_is_left() -> None:
    assert leftovers(OneTree("flask==1\n", LossyIndex())) == []


def test_what_the_lines_name_is_fetched_before_the_rules_run() -> None:
    # Names that resemble no others, which would be looked up in a second wave.
    workspace = OneTree("qqxxqqxxqq==1\nzzwwzzwwzz==1\nqqxxqqxxqq\n", LossyIndex())
    assert leftovers(workspace) == []
    assert sorted(workspace.index.asked) == ["qqxxqqxxqq", "zzwwzzwwzz"]
    assert workspace.passes == 1
