"""What is found does not depend on how much was known at first."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.advice import dependency_conflicts
from pinwise.advice.context import Context
from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.engine import Pass
from pinwise.analysis.workspace import Analysis, Workspace
from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.index.types import DistributionFile, Listing, Metadata, Refusal, Release
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.rules.dependency_conflict import dependency_conflict
from tests.harness.facts import target_of
from tests.resolver.brute import random_file, random_packages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from packaging.utils import NormalizedName

    from pinwise.analysis.report import Report
    from pinwise.base.facts import Fact

ROOT = Path("/project/requirements.txt")


class Shelves:
    """An index that knows what was fetched from it, and in the end no more."""

    def __init__(self, packages: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self.packages = packages
        self.fetched: set[object] = set()
        self.listings = {
            canonicalize_name(name): Listing(
                canonicalize_name(name),
                tuple(
                    Release(Version(each), (DistributionFile("a.whl", "py3-none-any"),))
                    for each in sorted(versions, key=Version, reverse=True)
                ),
            )
            for name, versions in packages.items()
        }

    def listing(self, name: NormalizedName) -> Fact[Listing]:
        if name not in self.fetched:
            return NotChecked(Reason.PENDING)
        return Known(self.listings[name]) if name in self.listings else Absent()

    def metadata(self, name: NormalizedName, version: Version) -> Fact[Metadata]:
        if (name, version) not in self.fetched:
            return NotChecked(Reason.PENDING)
        return Known(Metadata(tuple(self.packages[name][str(version)])))

    def fetch(
        self,
        names: Iterable[NormalizedName],
        on_batch: Callable[[frozenset[NormalizedName]], None],
        **_how: object,
    ) -> None:
        self.fetched |= set(names)
        on_batch(frozenset(names))

    def fetch_metadata(
        self,
        pairs: Iterable[tuple[NormalizedName, Version]],
        on_batch: Callable[[frozenset[tuple[NormalizedName, Version]]], None],
        **_how: object,
    ) -> None:
        self.fetched |= set(pairs)
        on_batch(frozenset(pairs))

    def fetch_everything(self) -> None:
        """Make the index know all that there is."""
        for name, versions in self.packages.items():
            self.fetched |= {name, *((name, Version(each)) for each in versions)}

    def refusals(self) -> tuple[Refusal, ...]:
        return ()

    def seen_names(self) -> frozenset[NormalizedName]:
        return frozenset()

    def listed_names(self) -> frozenset[NormalizedName]:
        return frozenset()

    def close(self) -> None:
        pass


class OneTree:
    """A workspace of one text."""

    def __init__(self, text: str, index: Shelves) -> None:
        self.text = text
        self.index = index

    def first_questions(self, _root: Path) -> tuple[Shelves, tuple[NormalizedName, ...]]:
        return self.index, ()

    def analyse(self, root: Path) -> Analysis:
        documents = Documents(environment={})
        documents.open(root, self.text, 1)
        context = Context(
            read_tree(root, documents),
            Settings(),
            self.index.listing,
            metadata=self.index.metadata,
            target=target_of("3.12"),
        )
        run = Pass(context, [dependency_conflict])
        return Analysis(context, run.report, self.index, run).solved().with_fixes()


def _analysed(text: str, index: Shelves) -> Report:
    dependency_conflicts.forget()
    tree = cast("Workspace", OneTree(text, index))
    (analysis,) = analyse_completely(tree, [ROOT], patience=0.01)
    return analysis.report


def _told(report: Report) -> list[tuple[str, list[str]]]:
    return [
        (item.finding.message, [fix.title for fix in item.finding.fixes])
        for item in report.diagnostics[ROOT]
    ]


@pytest.mark.parametrize("batch", range(4))
def test_cold_and_warm_say_the_same(batch: int) -> None:
    conflicts = 0
    for seed in range(batch * 50, batch * 50 + 50):
        chance = random.Random(seed)  # noqa: S311
        packages = random_packages(chance)
        written = "\n".join(random_file(chance) for _ in range(3)).splitlines()
        text = "".join(f"{line}\n" for line in written if not line.startswith("-c "))
        index = Shelves(packages)
        cold = _analysed(text, index)
        assert _told(cold) == _told(_analysed(text, index)), f"seed {seed}"
        index.fetch_everything()
        warm = _analysed(text, index)
        assert _told(cold) == _told(warm), f"seed {seed}"
        assert not cold.unchecked
        assert not cold.version_gaps
        conflicts += len(_told(cold))
    assert conflicts > 10


FAMILY: dict[str, dict[str, list[str]]] = {
    "boto": {f"1.{n}": [f"core>=1.{n},<1.{n + 1}"] for n in range(40)},
    "core": {f"1.{n}.{patch}": ["net<2"] for n in range(40) for patch in range(90)},
    "net": {"1.0": [], "2.0": []},
    "aio": {"1.0": ["core>=1.30,<1.34"]},
}
"""As of a family in lockstep, whose core has more versions than were once asked for in all."""


def test_both_conflicts_of_a_family_are_found_at_once() -> None:
    text = "boto==1.20\nnet==2.0\naio==1.0\n"
    index = Shelves(FAMILY)
    cold = _analysed(text, index)
    assert len(_told(cold)) == 2
    assert not cold.unchecked
    assert _told(cold) == _told(_analysed(text, index))


def test_where_one_is_found_and_not_all_was_looked_up_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dependency_conflicts, "MOST_OF_ONE", 20)
    cold = _analysed("boto==1.20\nnet==2.0\naio==1.0\n", Shelves(FAMILY))
    assert len(_told(cold)) == 1
    assert [item.reason.reason for item in cold.unchecked] == [Reason.GAVE_UP]
