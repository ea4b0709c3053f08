"""Code lenses and "Update all" from a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from tests.fake_index import FakeIndex, Release

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.lsp.editor import Editor

F = TypeVar("F")

PROJECTS = {
    "flask": {"2.0": Release(), "2.1": Release(), "3.0": Release()},
    "click": {"8.0": Release(), "8.1": Release()},
    "werkzeug": {
        "2.0": Release(requires_dist=("jinja2<3.1",)),
        "2.1": Release(requires_dist=("jinja2<3.1",)),
    },
    "jinja2": {"3.0": Release(), "3.1": Release()},
    # A family of which each version needs its own of the others.
    "boto": {
        f"1.{n}": Release(requires_dist=(f"core>=1.{n},<1.{n + 1}", f"move<0.{n // 10 + 1}"))
        for n in range(60)
    },
    "core": {f"1.{n}": Release(requires_dist=("lib<2",)) for n in range(60)},
    "move": {f"0.{n}": Release(requires_dist=(f"core>=1.{n * 10}",)) for n in range(8)},
    "lib": {"1.0": Release(), "1.1": Release(), "2.0": Release()},
}


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex(PROJECTS) as found:
        yield found


def listen(editor: Editor) -> tuple[list[types.WorkspaceEdit], list[str]]:
    """Return the edits that the server asks for from now on, and its requests to refresh."""
    edits: list[types.WorkspaceEdit] = []
    refreshed: list[str] = []
    feature = cast("Callable[[str], Callable[[F], F]]", editor.client.feature)

    @feature(types.WORKSPACE_APPLY_EDIT)
    async def applied(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        edits.append(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    @feature(types.WORKSPACE_CODE_LENS_REFRESH)
    async def refresh(*_params: object) -> None:
        refreshed.append("lenses")
        await editor._tell()  # noqa: SLF001 - the condition that `wait` waits for

    return edits, refreshed


def able() -> types.ClientCapabilities:
    """Return the capabilities of a client that applies edits and can be told to refresh."""
    return types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            apply_edit=True,
            configuration=True,
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
            code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
        )
    )


async def lenses(editor: Editor) -> list[types.CodeLens]:
    params = types.CodeLensParams(types.TextDocumentIdentifier(editor.uri("requirements.txt")))
    return list(await editor.client.text_document_code_lens_async(params) or ())


async def test_one_click_updates_the_file(idle: Editor, home: Path) -> None:
    edits, refreshed = listen(idle)
    idle.answers = {"flask 2.0 → 2.1, click 8.0 → 8.1. They go together": "Update 2"}
    await idle.start(home, capabilities=able())
    idle.open("requirements.txt", "# pins\nflask==2.0\nclick==8.0\n")
    await idle.wait(lambda: idle.codes("requirements.txt").count("outdated-version") == 2)
    await idle.wait(lambda: refreshed)
    safe, major = await lenses(idle)
    assert safe.command is not None
    assert major.command is not None
    assert [safe.command.title, major.command.title] == ["Update 2 safely", "1 major update"]
    assert safe.range.start == types.Position(0, 0)
    argument: Any = (safe.command.arguments or ())[0]
    done = await idle.command(safe.command.command, **argument)
    assert done["updated"] == 2
    assert done["lines"][0] == {
        "name": "flask",
        "line": 2,
        "from": "2.0",
        "to": "2.1",
        "newest": "2.1",
        "why": "",
    }
    (edit,) = edits
    (change,) = edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    # For the very text that was looked at.
    assert change.text_document.version == 1
    assert [(item.range.start.line, item.new_text) for item in change.edits] == [  # type: ignore[union-attr]
        (1, "2.1"),
        (2, "8.1"),
    ]
    idle.type("requirements.txt", "flask==3.0\nclick==8.1\n")
    assert await lenses(idle) == []


@pytest.mark.parametrize("sent", [{}, {"kind": "safe"}, {"uri": "file:///x", "kind": "wild"}])
async def test_a_wrong_argument_is_a_mistake_of_the_caller(
    editor: Editor, sent: dict[str, str]
) -> None:
    with pytest.raises(JsonRpcInvalidParams):
        await editor.command("pinwise.updateAll", **sent)


async def test_an_argument_that_is_no_object_is_told_as_such(editor: Editor) -> None:
    params = types.ExecuteCommandParams("pinwise.updateAll", ["requirements.txt"])
    with pytest.raises(JsonRpcInvalidParams, match="The command takes one object"):
        await editor.client.workspace_execute_command_async(params)


async def test_where_nothing_can_be_updated_nothing_is_done(editor: Editor) -> None:
    uri = editor.uri("requirements.txt")
    assert await editor.command("pinwise.updateAll", uri=uri, kind="safe") == {
        "updated": 0,
        "lines": [],
    }


async def test_the_setting_turns_lenses_off(idle: Editor, home: Path) -> None:
    await idle.start(home, settings={"codeLens": False}, capabilities=able())
    idle.open("requirements.txt", "flask==2.0\n")
    await idle.wait(lambda: "outdated-version" in idle.codes("requirements.txt"))
    assert await lenses(idle) == []


async def test_a_client_that_takes_no_edits_gets_no_lenses(idle: Editor, home: Path) -> None:
    await idle.start(home, capabilities=types.ClientCapabilities())
    idle.open("requirements.txt", "flask==2.0\n")
    await idle.wait(lambda: "outdated-version" in idle.codes("requirements.txt"))
    assert await lenses(idle) == []


async def test_what_packages_need_is_looked_up_and_each_change_is_shown(
    idle: Editor, home: Path
) -> None:
    edits, refreshed = listen(idle)
    capabilities = able()
    assert capabilities.workspace is not None
    capabilities.workspace.workspace_edit = types.WorkspaceEditClientCapabilities(
        document_changes=True,
        change_annotation_support=types.ChangeAnnotationsSupportOptions(),
    )
    why = (
        "`werkzeug==2.1` (line 1) needs `jinja2<3.1`, but the update of line 2 pins `jinja2==3.1`."
    )
    question = f"werkzeug 2.0 → 2.1. jinja2 cannot get 3.1: {why}".replace("`", "")
    idle.answers = {question: "Review each change"}
    await idle.start(home, capabilities=capabilities)
    idle.open("requirements.txt", "werkzeug==2.0\njinja2==3.0\n")
    await idle.wait(lambda: idle.codes("requirements.txt").count("outdated-version") == 2)
    await idle.wait(lambda: refreshed)
    uri = idle.uri("requirements.txt")
    done = await idle.command("pinwise.updateAll", uri=uri, kind="safe")
    assert done["updated"] == 1
    assert [(line["name"], line["to"]) for line in done["lines"]] == [
        ("werkzeug", "2.1"),
        ("jinja2", "3.0"),
    ]
    assert done["lines"][1]["why"] == why
    (edit,) = edits
    (change,) = edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    (only,) = change.edits
    assert isinstance(only, types.AnnotatedTextEdit)
    annotation = (edit.change_annotations or {})[only.annotation_id]
    assert annotation.label == "werkzeug 2.0 → 2.1"
    assert annotation.needs_confirmation
    # Who closes the question wants nothing.
    idle.answers = {}
    assert (await idle.command("pinwise.updateAll", uri=uri, kind="safe"))["updated"] == 0
    assert idle.questions.count(question) == 2
    assert len(edits) == 1


async def test_the_look_up_goes_on_until_nothing_is_missing(idle: Editor, home: Path) -> None:
    """Many waves are needed here; with what they brought, the answer is the same at once."""
    listen(idle)
    await idle.start(home, capabilities=able())
    # The newest core is too new for every boto but the newest, the newest move for all of them.
    idle.open("requirements.txt", "move==0.2\nboto==1.29\ncore==1.29\nlib==1.0\n")
    await idle.wait(lambda: idle.codes("requirements.txt").count("outdated-version") == 4)
    uri = idle.uri("requirements.txt")
    answers = [await idle.command("pinwise.updateAll", uri=uri, kind="safe") for _ in range(2)]
    told = {line["name"]: line["to"] for line in answers[0]["lines"]}
    assert told == {"move": "0.5", "boto": "1.59", "core": "1.59", "lib": "1.1"}
    assert answers[0] == answers[1]
