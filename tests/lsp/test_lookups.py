"""What each tree asks of its index, and until when."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from packaging.utils import canonicalize_name

from pinwise.lsp.lookups import Lookups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from packaging.utils import NormalizedName

    from pinwise.analysis.workspace import Analysis

FLASK = canonicalize_name("flask")


class AskedIndex:
    """An index that answers nothing, and knows who still wants an answer."""

    def __init__(self) -> None:
        self._asked: dict[NormalizedName, Callable[[NormalizedName], bool]] = {}

    def fetch(
        self,
        names: Iterable[NormalizedName],
        _receive: object,
        *,
        urgent: bool,  # noqa: ARG002 - the interface
        is_wanted: Callable[[NormalizedName], bool],
    ) -> None:
        self._asked.update(dict.fromkeys(names, is_wanted))

    @property
    def wanted(self) -> set[NormalizedName]:
        return {name for name, is_wanted in self._asked.items() if is_wanted(name)}


def analysis(index: AskedIndex, *gaps: NormalizedName) -> Analysis:
    """Return as much of an analysis as look-ups look at."""
    tree = SimpleNamespace(root=Path("requirements.txt"))
    context = SimpleNamespace(tree=tree, documents=(), by_name=dict.fromkeys(gaps, ()))
    report = SimpleNamespace(gaps=frozenset(gaps), version_gaps=frozenset())
    return cast("Analysis", SimpleNamespace(context=context, report=report, index=index))


def lookups() -> Lookups:
    host: Any = SimpleNamespace(fetched=lambda _names: None)
    found = Lookups(host, lambda _root: None, lambda: 0.0)
    found.allow()
    return found


def test_an_index_is_let_go_where_the_tree_asks_another_one() -> None:
    before, after, asking = AskedIndex(), AskedIndex(), lookups()
    assert asking.ask(analysis(before, FLASK), 0.0)
    assert asking.ask(analysis(after, FLASK), 0.0)
    assert (before.wanted, after.wanted) == (set(), {FLASK})


def test_an_index_is_let_go_where_nobody_may_be_asked_any_more() -> None:
    """A project's file says offline, say, or the workspace is no longer trusted."""
    before, after, asking = AskedIndex(), AskedIndex(), lookups()
    assert asking.ask(analysis(before, FLASK), 0.0)
    assert not asking.ask(analysis(after), 0.0)
    assert before.wanted == set()
    assert asking.ask(analysis(before, FLASK), 0.0)
    assert before.wanted == {FLASK}


def test_what_is_under_way_stays_wanted_while_nothing_else_is_missing() -> None:
    index, asking = AskedIndex(), lookups()
    assert asking.ask(analysis(index, FLASK), 0.0)
    assert not asking.ask(analysis(index), 0.0)
    assert index.wanted == {FLASK}
