"""Outline, folds, links, definitions, references and selections, from a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.editor import Editor

HASHED = """\
# made by a tool
# with hashes

-r base.txt
## Web \N{SNAKE}
Flask==2.0.0 \\
    --hash=sha256:abc
    # via requests
"""

ENCODINGS = [
    types.PositionEncodingKind.Utf8,
    types.PositionEncodingKind.Utf16,
    types.PositionEncodingKind.Utf32,
]


def bare(
    encoding: types.PositionEncodingKind = types.PositionEncodingKind.Utf16,
    folding: types.FoldingRangeClientCapabilities | None = None,
) -> types.ClientCapabilities:
    """Return the capabilities of a client that says as little as it can."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[encoding]),
        text_document=types.TextDocumentClientCapabilities(folding_range=folding),
    )


def document(editor: Editor, name: str = "requirements.txt") -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(editor.uri(name))


def at(line: int, character: int) -> types.Position:
    return types.Position(line, character)


def told(where: types.Range) -> tuple[int, int, int, int]:
    return where.start.line, where.start.character, where.end.line, where.end.character


def places(editor: Editor, found: object) -> list[tuple[str, int, int, int]]:
    """Return locations as a file's name, a line and two columns."""
    assert isinstance(found, list)
    root = editor.folder.as_uri() + "/"
    return [
        (item.uri.removeprefix(root), where.start.line, where.start.character, where.end.character)
        for item in found
        for where in [item.range]
    ]


async def symbols_of(editor: Editor, name: str = "requirements.txt") -> list[object]:
    params = types.DocumentSymbolParams(document(editor, name))
    return list(await editor.client.text_document_document_symbol_async(params) or ())


async def folds_of(editor: Editor) -> list[types.FoldingRange]:
    params = types.FoldingRangeParams(document(editor))
    return list(await editor.client.text_document_folding_range_async(params) or ())


async def links_of(editor: Editor) -> list[types.DocumentLink]:
    params = types.DocumentLinkParams(document(editor))
    return list(await editor.client.text_document_document_link_async(params) or ())


async def references_to(
    editor: Editor, name: str, place: types.Position, *, declaration: bool = True
) -> list[types.Location]:
    params = types.ReferenceParams(
        types.ReferenceContext(declaration), document(editor, name), place
    )
    return list(await editor.client.text_document_references_async(params) or ())


async def test_the_outline_is_nested_where_the_client_shows_that(editor: Editor) -> None:
    editor.open("requirements.txt", HASHED)
    include, web = await symbols_of(editor)
    assert isinstance(include, types.DocumentSymbol)
    assert isinstance(web, types.DocumentSymbol)
    assert (include.name, include.kind) == ("-r base.txt", types.SymbolKind.File)
    assert (web.name, web.kind) == ("Web \N{SNAKE}", types.SymbolKind.Namespace)
    # The snake is two units of UTF-16.
    assert told(web.selection_range) == (4, 0, 4, 9)
    (flask,) = web.children or ()
    assert (flask.name, flask.detail, flask.kind) == ("Flask", "==2.0.0", types.SymbolKind.Package)
    assert told(flask.range) == (5, 0, 7, 18)
    assert told(flask.selection_range) == (5, 0, 5, 5)


async def test_the_outline_is_flat_for_other_clients(idle: Editor, home: Path) -> None:
    await idle.start(home, capabilities=bare())
    idle.open("requirements.txt", HASHED)
    found = await symbols_of(idle)
    assert all(isinstance(item, types.SymbolInformation) for item in found)
    assert [(item.name, item.container_name) for item in found] == [  # type: ignore[attr-defined]
        ("-r base.txt", None),
        ("Web \N{SNAKE}", None),
        ("Flask", "Web \N{SNAKE}"),
    ]


async def test_folds_are_of_whole_lines_where_the_client_folds_those(editor: Editor) -> None:
    editor.open("requirements.txt", HASHED)
    assert await folds_of(editor) == [
        types.FoldingRange(0, 1, kind=types.FoldingRangeKind.Comment),
        types.FoldingRange(4, 7, kind=types.FoldingRangeKind.Region),
        types.FoldingRange(5, 7),
    ]


async def test_other_clients_fold_what_follows_and_no_more_than_they_can(
    idle: Editor, home: Path
) -> None:
    folding = types.FoldingRangeClientCapabilities(range_limit=2)
    await idle.start(home, capabilities=bare(folding=folding))
    idle.open("requirements.txt", HASHED)
    assert await folds_of(idle) == [
        types.FoldingRange(4, 7, 9, 18, types.FoldingRangeKind.Region),
        types.FoldingRange(5, 7, 12, 18),
    ]


async def test_links_lead_to_what_exists(editor: Editor) -> None:
    editor.open("base.txt", "flask\n")
    editor.open(
        "requirements.txt",
        "-r base.txt\n-r gone.txt\n-e git+https://ann:secret@github.com/a/b.git@v1#egg=b\n",
    )
    assert [(told(link.range), link.target, link.tooltip) for link in await links_of(editor)] == [
        ((0, 3, 0, 11), editor.uri("base.txt"), str(editor.folder / "base.txt")),
        (
            (2, 3, 2, 53),
            "https://github.com/a/b/tree/v1",
            "https://github.com/a/b/tree/v1",
        ),
    ]


async def test_links_without_tooltips_for_other_clients(idle: Editor, home: Path) -> None:
    await idle.start(home, capabilities=bare())
    idle.open("requirements.txt", "-r requirements.txt\n")
    (link,) = await links_of(idle)
    assert (link.target, link.tooltip) == (idle.uri("requirements.txt"), None)


async def test_definitions(editor: Editor) -> None:
    editor.open("requirements.txt", "-r base.txt\n-c limits.txt\nFoo.Bar\n")
    for name, text in {"base.txt": "x\n", "limits.txt": "# most\nfoo-bar<3\n"}.items():
        (editor.folder / name).write_text(text, encoding="utf-8")

    async def definition(place: types.Position) -> list[tuple[object, ...]]:
        params = types.DefinitionParams(document(editor), place)
        found = await editor.client.text_document_definition_async(params)
        assert isinstance(found, list)
        links = [item for item in found if isinstance(item, types.LocationLink)]
        assert links == found
        return [
            (link.target_uri, told(link.target_range), told(link.origin_selection_range))
            for link in links
            if link.origin_selection_range is not None
        ]

    base, limits = editor.uri("base.txt"), editor.uri("limits.txt")
    assert await definition(at(0, 5)) == [(base, (0, 0, 0, 0), (0, 3, 0, 11))]
    assert await definition(at(2, 7)) == [(limits, (1, 0, 1, 7), (2, 0, 2, 7))]
    assert await definition(at(0, 0)) == []
    assert await definition(at(99, 99)) == []


async def test_definitions_for_other_clients(idle: Editor, home: Path) -> None:
    await idle.start(home, capabilities=bare())
    idle.open("base.txt", "flask\n")
    idle.open("requirements.txt", "-r base.txt\n")
    params = types.DefinitionParams(document(idle), at(0, 4))
    found = await idle.client.text_document_definition_async(params)
    assert found == [types.Location(idle.uri("base.txt"), types.Range(at(0, 0), at(0, 0)))]


async def test_references_across_files_and_in_what_is_not_saved(editor: Editor) -> None:
    (editor.folder / "base.txt").write_text("# x\nfoo_bar>1\n", encoding="utf-8")
    (editor.folder / "dev-requirements.txt").write_text("-r base.txt\n", encoding="utf-8")
    (editor.folder / "other-requirements.txt").write_text("foo-bar\n", encoding="utf-8")
    editor.open("requirements.txt", "-r base.txt\nflask\n")
    editor.open("base.txt")
    editor.type("base.txt", "foo_bar>1\nfoo-BAR\n")
    editor.type("requirements.txt", "-r base.txt\n\N{ZERO WIDTH NO-BREAK SPACE}\n  Foo.Bar\n")
    wanted = [("requirements.txt", 2, 2, 9), ("base.txt", 0, 0, 7), ("base.txt", 1, 0, 7)]
    found = places(editor, await references_to(editor, "requirements.txt", at(2, 4)))
    assert sorted(found) == sorted(wanted)
    found = await references_to(editor, "requirements.txt", at(2, 4), declaration=False)  # type: ignore[assignment]
    assert sorted(places(editor, found)) == sorted(wanted[1:])
    # Who includes the file, also from a tree that nobody has opened.
    found = places(editor, await references_to(editor, "requirements.txt", at(0, 5)))
    assert sorted(found) == [("dev-requirements.txt", 0, 3, 11), ("requirements.txt", 0, 3, 11)]
    assert await references_to(editor, "requirements.txt", at(50, 0)) == []


async def test_highlights(editor: Editor) -> None:
    editor.open("requirements.txt", "flask\n-r base.txt\nFLASK==2\n")
    (editor.folder / "base.txt").write_text("flask\n", encoding="utf-8")
    params = types.DocumentHighlightParams(document(editor), at(0, 2))
    found = await editor.client.text_document_document_highlight_async(params)
    assert [told(item.range) for item in found or ()] == [(0, 0, 0, 5), (2, 0, 2, 5)]


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_selections_in_every_encoding(
    idle: Editor, home: Path, encoding: types.PositionEncodingKind
) -> None:
    await idle.start(home, capabilities=bare(encoding))
    # pip ends its line at NEL, the editor does not.
    idle.open("requirements.txt", "# \N{SNAKE}\N{SNAKE}\x85flask==2\r\n\r\ndjango\r\n")
    width = {"utf-8": 4, "utf-16": 2, "utf-32": 1}[encoding.value]
    nel = 2 if encoding is types.PositionEncodingKind.Utf8 else 1
    start = 2 + 2 * width + nel
    params = types.SelectionRangeParams(document(idle), [at(0, start + 2), at(90, 3)])
    found = await idle.client.text_document_selection_range_async(params)
    assert found is not None
    first, last = found
    steps = []
    current: types.SelectionRange | None = first
    while current is not None:
        steps.append(told(current.range))
        current = current.parent
    assert steps == [
        (0, start, 0, start + 5),
        (0, start, 0, start + 8),
        (0, 0, 0, start + 8),
        (0, 0, 3, 0),
    ]
    assert told(last.range) == (0, 0, 3, 0)


async def test_the_answer_is_about_the_text_as_it_is_now(editor: Editor) -> None:
    editor.open("requirements.txt", "flask\n")
    for count in range(1, 20):
        editor.type("requirements.txt", "flask\n" * count)
        assert len(await symbols_of(editor)) == count


async def test_ten_thousand_lines(editor: Editor) -> None:
    entry = "flask==2.0.0 \\\n    --hash=sha256:abc\n    # via \N{SNAKE}\n"
    editor.open("requirements.txt", entry * 3_400)
    assert len(await symbols_of(editor)) == 3_400
    assert len(await folds_of(editor)) == 3_400
    assert len(await references_to(editor, "requirements.txt", at(0, 1))) == 3_400


async def test_prose_and_what_is_no_file_have_nothing(editor: Editor) -> None:
    prose = "These are the things that we need to do.\n" * 5
    editor.open("requirements.txt", f"{prose}# one\n# two\n-r base.txt\nflask\n")
    (editor.folder / "base.txt").write_text("flask\n", encoding="utf-8")
    client = editor.client
    untitled = types.TextDocumentIdentifier("untitled:requirements.txt")
    for item in (document(editor), document(editor, "gone.txt"), untitled):
        place = at(8, 1)
        results = [
            await client.text_document_document_symbol_async(types.DocumentSymbolParams(item)),
            await client.text_document_folding_range_async(types.FoldingRangeParams(item)),
            await client.text_document_document_link_async(types.DocumentLinkParams(item)),
            await client.text_document_definition_async(types.DefinitionParams(item, place)),
            await client.text_document_references_async(
                types.ReferenceParams(types.ReferenceContext(include_declaration=True), item, place)
            ),
            await client.text_document_document_highlight_async(
                types.DocumentHighlightParams(item, place)
            ),
            await client.text_document_selection_range_async(
                types.SelectionRangeParams(item, [place])
            ),
        ]
        assert results == [None] * 7
