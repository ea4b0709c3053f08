"""Fifty open files: what is analysed when one of them changes, and what goes when it is closed."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest

from tests.isolation import isolate
from tests.lsp.backend_world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.analysis.workspace import Analysis
    from pinwise.base.cancellation import CancelToken

ALONE = [f"requirements-{number:02}.txt" for number in range(40)]
INCLUDING = [f"requirements-with-base-{number}.txt" for number in range(9)]
BASE = "base.txt"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A folder of fifty files, all of which are open."""
    folder = isolate(monkeypatch, tmp_path)
    made = World(folder)
    texts = dict.fromkeys(ALONE, "click>1\n")
    texts |= dict.fromkeys(INCLUDING, f"-r {BASE}\nclick>1\n")
    texts[BASE] = "click>1\n"
    for name, text in texts.items():
        made.path(name).write_text(text, encoding="utf-8")
    for name, text in texts.items():
        made.open(name, text)
    yield made
    made.workspace.close()


@pytest.fixture
def begun(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the roots that were analysed, in order."""
    names: list[str] = []
    begin = world.workspace.begin

    def noting(
        root: Path, before: Analysis | None = None, token: CancelToken | None = None
    ) -> Analysis:
        names.append(root.name)
        return begin(root, before, token)

    monkeypatch.setattr(world.workspace, "begin", noting)
    return names


def test_each_tree_is_analysed_once_when_all_are_opened(world: World, begun: list[str]) -> None:
    world.work()
    assert sorted(begun) == sorted([*ALONE, *INCLUDING])


def test_an_edit_analyses_what_depends_on_it(world: World, begun: list[str]) -> None:
    world.work()
    begun.clear()
    world.type(ALONE[7], "click>2,<1\n")
    world.work()
    assert begun == [ALONE[7]]
    begun.clear()
    world.type(INCLUDING[3], f"-r {BASE}\nclick>2\n")
    world.work()
    assert begun == [INCLUDING[3]]
    begun.clear()
    world.type(BASE, "click>2,<1\n")
    world.work()
    assert sorted(begun) == INCLUDING


def test_a_file_that_is_saved_is_not_analysed_for_the_disk_once_more(
    world: World, begun: list[str]
) -> None:
    world.work()
    begun.clear()
    saved = [world.path(ALONE[7])]
    world.backend.files_changed(saved, only_texts=True)
    world.work()
    assert begun == []
    # It may be that another file is named now that was missing before.
    world.backend.files_changed(saved, only_texts=False)
    world.work()
    assert sorted(begun) == sorted([*ALONE, *INCLUDING])
    begun.clear()
    world.backend.files_changed([*saved, world.path("other.txt")], only_texts=True)
    world.work()
    assert sorted(begun) == sorted([*ALONE, *INCLUDING])


def test_an_edit_tells_of_the_files_that_it_touches(world: World) -> None:
    world.work()
    before = dict(world.versions)
    world.type(ALONE[7], "click>2,<1\n")
    world.work()
    told = {name for name, version in world.versions.items() if before[name] != version}
    assert told == {ALONE[7]}


def test_what_is_closed_is_let_go(world: World, begun: list[str]) -> None:
    world.work()
    closed, kept = [*ALONE[1:], *INCLUDING, BASE], ALONE[0]
    gone = []
    for name in closed:
        document = world.backend.document(world.path(name))
        assert document is not None
        gone.append(weakref.ref(document.source))
        del document
    begun.clear()
    for name in closed:
        world.backend.close(world.path(name))
    world.work()
    assert begun == []
    assert [path.name for path in world.backend.texts()] == [kept]
    gc.collect()
    alive = sum(each() is not None for each in gone)
    assert alive == 0
