"""What may be done to a whole file, in a menu or when it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.base.text import TextEdit, apply_edits
from pinwise.cli.main import main
from pinwise.lsp.capabilities import ClientFeatures
from pinwise.lsp.convert import span_of
from pinwise.lsp.source_actions import (
    FIX_ALL_KIND,
    SORT_KIND,
    fix_all_action,
    sort_action,
    wants,
)
from pinwise.project.files import Document
from pinwise.syntax.source import Encoding, Source
from tests.isolation import isolate
from tests.lsp.backend_world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.lsp.editor import Editor

NAME = "requirements.txt"
SOURCE = types.CodeActionKind.Source
WHERE = types.Range(types.Position(0, 8), types.Position(0, 8))
ABLE = ClientFeatures(code_action_literals=True, document_changes=True)


@pytest.mark.parametrize(
    ("only", "wanted"),
    [
        (None, set()),
        ([], set()),
        ([types.CodeActionKind.QuickFix], set()),
        ([SOURCE], {FIX_ALL_KIND, SORT_KIND}),
        (["source.sort"], {SORT_KIND}),
        (["source.so"], set()),
        ([SORT_KIND], {SORT_KIND}),
        ([f"{SORT_KIND}.more"], set()),
        ([types.CodeActionKind.SourceFixAll], {FIX_ALL_KIND}),
        ([FIX_ALL_KIND, SORT_KIND], {FIX_ALL_KIND, SORT_KIND}),
        (["source.fixAll.other"], set()),
        ([types.CodeActionKind.SourceOrganizeImports], set()),
        ([types.CodeActionKind.QuickFix, SOURCE], {FIX_ALL_KIND, SORT_KIND}),
    ],
)
def test_only_who_asks_for_a_kind_is_offered_it(only: list[str] | None, wanted: set[str]) -> None:
    assert {kind for kind in (FIX_ALL_KIND, SORT_KIND) if wants(kind, only)} == wanted


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World(isolate(monkeypatch, tmp_path))
    made.backend.features = ABLE
    yield made
    made.workspace.close()


def sorting(world: World) -> types.CodeAction | None:
    return sort_action(world.backend, world.path(NAME))


def fixing_all(world: World) -> types.CodeAction | None:
    return fix_all_action(world.backend, world.path(NAME), CancelToken())


def edits_of(action: types.CodeAction | None) -> tuple[int | None, list[types.TextEdit]]:
    """Return the version that the only change of an action is for, and its edits."""
    assert action is not None
    assert action.edit is not None
    assert action.edit.document_changes is not None
    (change,) = action.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    edits = [edit for edit in change.edits if isinstance(edit, types.TextEdit)]
    return change.text_document.version, edits


def applied(text: str, edits: list[types.TextEdit]) -> str:
    """Apply edits as a client does, in UTF-16 columns."""
    source = Source(text)
    spans = [TextEdit(span_of(source, edit.range, Encoding.UTF16), edit.new_text) for edit in edits]
    return apply_edits(text, spans)


@pytest.mark.parametrize(
    ("offer", "kind", "before", "after"),
    [
        (sorting, SORT_KIND, "# 🐍\n\nflask  # 🐍\nabc\n", "# 🐍\n\nabc\nflask  # 🐍\n"),
        (
            fixing_all,
            FIX_ALL_KIND,
            "# 🐍\nflask=1 ; python_version>='3' # 🐍\nabc=>1\n",
            "# 🐍\nflask==1 ; python_version>='3' # 🐍\nabc>=1\n",
        ),
        # The second line is the same only once it is one.
        (fixing_all, FIX_ALL_KIND, "flask==1\nabc\nflask=1\n", "flask==1\nabc\n"),
    ],
)
def test_an_action_changes_the_text_as_it_is_now(
    world: World,
    offer: Callable[[World], types.CodeAction | None],
    kind: str,
    before: str,
    after: str,
) -> None:
    world.open(NAME, "flask\n")
    world.work()
    world.type(NAME, before)
    action = offer(world)
    assert action is not None
    assert action.kind == kind
    version, edits = edits_of(action)
    assert version == world.version
    assert applied(before, edits) == after
    # Nobody but the user changes the text, and what was found in it is told as ever.
    document = world.backend.workspace.documents.read(world.path(NAME))
    assert isinstance(document, Document)
    assert (document.text, document.version) == (before, world.version)
    world.work()
    assert world.versions[NAME] == world.version


@pytest.mark.parametrize("offer", [sorting, fixing_all])
def test_without_need_or_ability_there_is_no_action(
    world: World, offer: Callable[[World], types.CodeAction | None]
) -> None:
    assert offer(world) is None
    world.open(NAME, "abc\nflask\n")
    assert offer(world) is None
    world.type(NAME, "flask\nabc\nclick=1\n")
    assert offer(world) is not None
    world.backend.features = ClientFeatures()
    assert offer(world) is None


def test_other_files_stay_as_they_are(world: World) -> None:
    world.write(base="flask=1\n")
    world.open(NAME, "-r base.txt\nabc=1\n")
    _, edits = edits_of(fixing_all(world))
    assert applied("-r base.txt\nabc=1\n", edits) == "-r base.txt\nabc==1\n"


def test_nothing_is_done_for_nobody(world: World) -> None:
    world.open(NAME, "flask=1\n")
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        fix_all_action(world.backend, world.path(NAME), token)


async def test_an_editor_is_offered_them_where_it_asks_for_them(editor: Editor) -> None:
    editor.open(NAME, "reqeusts=2\nflask\nabc\n")
    actions = await editor.actions(NAME, WHERE, [SOURCE])
    assert [item.kind for item in actions] == [FIX_ALL_KIND, SORT_KIND]
    unasked = await editor.actions(NAME, WHERE)
    assert {item.kind for item in unasked} == {types.CodeActionKind.QuickFix}
    assert not await editor.actions(NAME, WHERE, [types.CodeActionKind.SourceOrganizeImports])


def test_it_makes_what_the_command_line_makes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Flask=1\n\nclick=>8,\nflask==1\n-r  base.txt \nabc==1 # pinwise: ignore[PW999]\n"
    world.write(base="requests\n", requirements=text)
    world.open(NAME, text)
    _, edits = edits_of(fixing_all(world))
    monkeypatch.chdir(world.folder)
    assert main(["fix", "--offline", NAME]) == 0
    after = world.path(NAME).read_text("utf-8")
    assert after != text
    assert applied(text, edits) == after
