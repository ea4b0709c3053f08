"""Completion from a real server: places, lists, and what is asked of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from tests.fake_index import FakeIndex, Release

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.lsp.editor import Editor

PROJECTS = {
    "flask": {
        "2.0.0": Release(yanked="bad"),
        "3.0.0": Release(uploaded="2025-01-02T00:00:00Z", provides_extra=("async", "dotenv")),
        "3.1.0": Release(requires_python=">=99"),
    },
    "steered": {"1.0": Release(yanked="bad\u202edoog\nFits: as\u2028it is")},
    "sluggish": {"1.0": Release()},
    "app": {"1.0": Release(requires_dist=("base<2",))},
    "base": {"1.0": Release(), "2.0": Release()},
}

ENCODINGS = [
    types.PositionEncodingKind.Utf8,
    types.PositionEncodingKind.Utf16,
    types.PositionEncodingKind.Utf32,
]


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex(PROJECTS, {"sluggish": "slow"}) as found:
        yield found


def bare(encoding: types.PositionEncodingKind) -> types.ClientCapabilities:
    """Return the capabilities of a client that says as little as it can."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[encoding])
    )


async def complete(editor: Editor, line: int, character: int) -> types.CompletionList:
    params = types.CompletionParams(
        types.TextDocumentIdentifier(editor.uri("requirements.txt")),
        types.Position(line, character),
    )
    found = await editor.client.text_document_completion_async(params)
    assert isinstance(found, types.CompletionList)
    return found


async def settle(editor: Editor) -> None:
    """Wait until the server knows the settings, before which it asks no index."""
    editor.open("other-requirements.txt", "nobody-has-this==1\n")
    await editor.wait(lambda: "unknown-package" in editor.codes("other-requirements.txt"))


def labels(found: types.CompletionList) -> list[str]:
    ranked = sorted(found.items, key=lambda item: item.sort_text or "")
    return [item.label for item in ranked]


def item(found: types.CompletionList, label: str) -> types.CompletionItem:
    return next(item for item in found.items if item.label == label)


async def test_versions_arrive_although_nobody_asked_for_the_package_before(
    editor: Editor,
) -> None:
    await settle(editor)
    editor.open("requirements.txt", "")
    # Asked right after the key was pressed: the pause before look-ups of typed names is no part
    # of it, because an operator ends a name.
    editor.type("requirements.txt", "Flask==3.0.0\n")
    found = await complete(editor, 0, 9)
    assert labels(found) == ["3.1.0", "3.0.0"]
    assert not found.is_incomplete
    newest, fitting = item(found, "3.1.0"), item(found, "3.0.0")
    assert (newest.detail, fitting.detail) == ("needs Python >=99", "2025-01-02")
    assert (newest.preselect, fitting.preselect) == (None, True)
    edit = fitting.text_edit
    assert isinstance(edit, types.InsertReplaceEdit)
    assert edit.new_text == "3.0.0"
    assert (edit.insert.start.character, edit.insert.end.character) == (7, 9)
    assert (edit.replace.start.character, edit.replace.end.character) == (7, 12)
    found = await complete(editor, 0, 7)
    assert list(item(found, "2.0.0").tags or ()) == [types.CompletionItemTag.Deprecated]


async def test_what_the_user_looks_at_is_explained(editor: Editor) -> None:
    await settle(editor)
    editor.open("requirements.txt", "flask==\n")
    found = await complete(editor, 0, 7)
    client = editor.client
    version = await client.completion_item_resolve_async(item(found, "3.0.0"))
    assert isinstance(version.documentation, types.MarkupContent)
    assert version.documentation.value == "Released on 2025\\-01\\-02\\."
    editor.type("requirements.txt", "flas\n")
    found = await complete(editor, 0, 4)
    package = await client.completion_item_resolve_async(item(found, "flask"))
    assert isinstance(package.documentation, types.MarkupContent)
    assert package.documentation.value.startswith("Newest: 3\\.1\\.0")
    editor.type("requirements.txt", "--pr\n")
    option = item(await complete(editor, 0, 4), "--pre")
    assert option.documentation is not None
    assert await client.completion_item_resolve_async(option) == option


async def test_what_an_index_says_is_one_line_for_a_client_without_markdown(
    idle: Editor, home: Path
) -> None:
    await idle.start(home, capabilities=bare(types.PositionEncodingKind.Utf16))
    await settle(idle)
    idle.open("requirements.txt", "steered==\n")
    found = await complete(idle, 0, 9)
    version = await idle.client.completion_item_resolve_async(item(found, "1.0"))
    assert isinstance(version.documentation, str)
    (told,) = (line for line in version.documentation.splitlines() if "bad" in line)
    assert "bad doog Fits: as it is" in told


async def test_extras_are_those_of_the_index(editor: Editor) -> None:
    await settle(editor)
    editor.open("requirements.txt", "flask[async,]\n")
    found = await complete(editor, 0, 12)
    assert labels(found) == ["dotenv"]


async def test_an_index_that_does_not_answer_holds_nobody_up(
    editor: Editor, index: FakeIndex
) -> None:
    await settle(editor)
    editor.open("requirements.txt", "sluggish==\n")
    found = await complete(editor, 0, 10)
    assert (list(found.items), found.is_incomplete) == ([], True)
    index.release_slow()
    found = await complete(editor, 0, 10)
    assert (labels(found), found.is_incomplete) == (["1.0"], False)


async def test_other_requests_are_answered_while_it_waits(editor: Editor, index: FakeIndex) -> None:
    await settle(editor)
    editor.open("requirements.txt", "sluggish==\n--\n")
    params = types.CompletionParams(
        types.TextDocumentIdentifier(editor.uri("requirements.txt")), types.Position(0, 10)
    )
    waiting = editor.client.text_document_completion_async(params)
    assert "--pre" in labels(await complete(editor, 1, 2))
    index.release_slow()
    found = await waiting
    assert isinstance(found, types.CompletionList)
    assert labels(found) == ["1.0"]


async def test_offline_nothing_is_asked(idle: Editor, home: Path, index: FakeIndex) -> None:
    await idle.start(home, settings={"offline": True})
    idle.open("requirements.txt", "nobody-has-this==1\nflask==\n")
    await idle.wait(lambda: "not-checked" in idle.codes("requirements.txt"))
    found = await complete(idle, 1, 7)
    assert list(found.items) == []
    assert index.requests == []


async def test_an_untrusted_workspaces_index_is_not_asked(idle: Editor, home: Path) -> None:
    with FakeIndex({"flask": {"9.0": Release()}}) as theirs:
        await idle.start(home, options={"trusted": False})
        text = f"--index-url {theirs.url}\nnobody-has-this==1\nflask==\n"
        idle.open("requirements.txt", text)
        await idle.wait(lambda: "not-checked" in idle.codes("requirements.txt"))
        found = await complete(idle, 2, 7)
        assert list(found.items) == []
        assert theirs.requests == []


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_columns_are_counted_as_the_client_does(
    idle: Editor, home: Path, encoding: types.PositionEncodingKind
) -> None:
    await idle.start(home, capabilities=bare(encoding))
    head = "x ; platform_version == '\N{SNAKE}' and "
    units = {"utf-8": len(head.encode()), "utf-16": len(head) + 1, "utf-32": len(head)}
    start = units[encoding.value]
    idle.open("requirements.txt", f"{head}sys_pl_\n")
    found = await complete(idle, 0, start + 6)
    edit = item(found, "sys_platform").text_edit
    # Of a client that says nothing of insertReplace, everything under the cursor is replaced.
    assert isinstance(edit, types.TextEdit)
    assert (edit.range.start.character, edit.range.end.character) == (start, start + 7)


async def test_nothing_is_offered_in_comments_prose_and_other_files(editor: Editor) -> None:
    prose = "These are the things that we require of you.\nPlease read them all, and then go on.\n"
    for name, text in {"requirements.txt": "# fl\n", "prose-requirements.txt": prose}.items():
        editor.open(name, text)
        place = types.TextDocumentIdentifier(editor.uri(name))
        params = types.CompletionParams(place, types.Position(0, 4))
        assert await editor.client.text_document_completion_async(params) is None
    untitled = types.TextDocumentIdentifier("untitled:Untitled-1")
    params = types.CompletionParams(untitled, types.Position(0, 0))
    assert await editor.client.text_document_completion_async(params) is None


async def test_the_server_tells_when_to_ask(idle: Editor, home: Path) -> None:
    result = await idle.start(home)
    provider = result.capabilities.completion_provider
    assert provider is not None
    assert provider.resolve_provider
    assert set("=<>~![;-,") <= set(provider.trigger_characters or ())


async def test_names_that_the_index_was_seen_to_have_are_offered(
    editor: Editor, index: FakeIndex
) -> None:
    index.add("zz-our-own-thing", {"1.0": Release()})
    await settle(editor)
    editor.open("requirements.txt", "zz-our-own-thing==1.0\nzz_our\n")
    found = await complete(editor, 0, 18)
    assert labels(found) == ["1.0"]
    # It is no longer in any file, but in the cache.
    editor.type("requirements.txt", "zz_our\nzz-nobody-has\n")
    assert labels(await complete(editor, 0, 6)) == ["zz-our-own-thing"]
    assert labels(await complete(editor, 1, 13)) == []


async def test_a_space_behind_a_name_opens_no_list(editor: Editor) -> None:
    editor.open("requirements.txt", "flask \n")
    place = types.TextDocumentIdentifier(editor.uri("requirements.txt"))
    kind = types.CompletionTriggerKind.TriggerCharacter
    params = types.CompletionParams(place, types.Position(0, 6), types.CompletionContext(kind, " "))
    assert await editor.client.text_document_completion_async(params) is None
    assert "==" in labels(await complete(editor, 0, 6))


def lists_asked_for(index: FakeIndex) -> int:
    """Return how often the index was asked for all its names."""
    return sum(seen.path == "/simple/" for seen in index.requests)


async def test_an_index_is_not_asked_for_all_its_names_by_itself(
    editor: Editor, index: FakeIndex
) -> None:
    await settle(editor)
    editor.open("requirements.txt", "slugg\n")
    assert "sluggish" not in labels(await complete(editor, 0, 5))
    assert lists_asked_for(index) == 0


async def test_names_of_the_users_indexes_are_completed_by_opt_in(
    editor: Editor, index: FakeIndex
) -> None:
    (editor.folder / "pinwise.toml").write_text("list-index-names = true\n", encoding="utf-8")
    await settle(editor)
    editor.open("requirements.txt", "slugg\n")

    for _ in range(1000):
        if "sluggish" in labels(await complete(editor, 0, 5)):
            break
    assert "sluggish" in labels(await complete(editor, 0, 5))
    assert lists_asked_for(index) == 1


async def test_an_item_tells_whether_it_fits_with_the_other_lines(editor: Editor) -> None:
    await settle(editor)
    editor.open("requirements.txt", "app==1.0\nbase==\n")
    found = await complete(editor, 1, 6)
    told = {}
    for version in ("1.0", "2.0"):
        (item,) = [each for each in found.items if each.label == version]
        resolved = await editor.client.completion_item_resolve_async(item)
        content = resolved.documentation
        assert isinstance(content, types.MarkupContent)
        told[version] = content.value.partition("\n")[0].replace("\\", "")
    assert told == {
        "1.0": "Fits with the other lines.",
        "2.0": (
            "Conflicts with line 1. `app==1.0` (line 1) needs `base<2`, but this line pins"
            " `base==2.0`."
        ),
    }
