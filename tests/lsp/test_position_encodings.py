"""The same places in every unit that a client may count columns in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from pytest_lsp import client_capabilities

from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.editor import Editor

NAME = "requirements.txt"
FOLDER = "de\u0301p🐍"
BASE = f"{FOLDER}/base.txt"
# A combining mark, a character beyond the basic plane, and Windows line ends.
TEXTS = {
    NAME: "\r\n".join(
        [
            "flask==2.0.0 ; platform_version != '🐍e\u0301'    # 🐍",
            f'-r "{BASE}"   # 🐍',
            'requests==2.30.0 ; platform_version != "🐍e\u0301" and python_versions > "3"',
            'django>2,<1 ; platform_version != "🐍"     # 🐍 e\u0301  ',
            'django ; platform_version != "e\u0301🐍" and os_',
            "flask==3.0.0  # 🐍",
            "requests==2.30.0 ; platform_version != '🐍'",
            "",
        ]
    ),
    BASE: "# 🐍\r\nflask==2.0.0  # 🐍\r\n",
}
UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


class Columns:
    """Counts as the client does, by its own means."""

    def __init__(self, editor: Editor, encoding: str) -> None:
        self.editor = editor
        self.codec, self.width = UNITS[encoding]

    def place(self, line: int, before: str, name: str = NAME) -> types.Position:
        """Return the place in a line that a text stands before."""
        text = TEXTS[name].split("\r\n")[line]
        head = text[: text.index(before) + len(before)]
        return types.Position(line, len(head.encode(self.codec)) // self.width)

    def text(self, where: types.Range, uri: str | None = None) -> str:
        """Return what a range is of: its line, and the text, or all lines that it spans."""
        path = path_of(uri) if uri is not None else self.editor.folder / NAME
        assert path is not None
        text = TEXTS[path.relative_to(self.editor.folder).as_posix()]
        lines = text.split("\r\n")
        if where.start.line != where.end.line:
            whole = where.start.character == 0 and where.end.character in {
                0,
                len(lines[where.end.line].encode(self.codec)) // self.width,
            }
            assert whole
            return f"{where.start.line}-{where.end.line}"
        units = lines[where.start.line].encode(self.codec)
        start, end = where.start.character * self.width, where.end.character * self.width
        assert end <= len(units)
        before, inside = units[:start].decode(self.codec), units[start:end].decode(self.codec)
        return f"{where.start.line}:{len(before)} {inside}"


class Client:
    """Asks for everything, and tells of each place what it is of."""

    def __init__(self, editor: Editor, encoding: str) -> None:
        self.editor = editor
        self.columns = Columns(editor, encoding)
        self.document = types.TextDocumentIdentifier(editor.uri(NAME))

    def diagnostics(self) -> list[str]:
        of = self.columns.text
        return sorted(
            f"{item.code}: {of(item.range)}"
            + "".join(
                f" <- {of(each.location.range, each.location.uri)}"
                for each in item.related_information or ()
            )
            for item in self.editor.client.diagnostics[self.editor.uri(NAME)]
        )

    async def hover(self, line: int, before: str) -> str:
        place = types.HoverParams(self.document, self.columns.place(line, before))
        found = await self.editor.client.text_document_hover_async(place)
        assert found is not None
        assert found.range is not None
        return self.columns.text(found.range)

    async def completion(self, line: int, before: str) -> list[str]:
        place = types.CompletionParams(self.document, self.columns.place(line, before))
        found = await self.editor.client.text_document_completion_async(place)
        assert isinstance(found, types.CompletionList)
        edits = [item.text_edit for item in found.items]
        return sorted(
            {
                f"{self.columns.text(where)} | {edit.new_text}"
                for edit in edits
                if isinstance(edit, types.InsertReplaceEdit)
                for where in (edit.insert, edit.replace)
            }
        )

    async def hints(self, line: int) -> list[str]:
        end = self.columns.place(line, TEXTS[NAME].split("\r\n")[line])
        where = types.Range(types.Position(line, 0), end)
        found = await self.editor.client.text_document_inlay_hint_async(
            types.InlayHintParams(self.document, where)
        )
        return [self.columns.text(types.Range(h.position, h.position)) for h in found or ()]

    async def actions(self, line: int, before: str) -> list[str]:
        place = self.columns.place(line, before)
        return [
            f"{self.columns.text(edit.range, change.text_document.uri)} | {edit.new_text}"
            for action in await self.editor.actions(NAME, types.Range(place, place))
            if action.edit is not None
            for change in action.edit.document_changes or ()
            if isinstance(change, types.TextDocumentEdit)
            for edit in change.edits
            if isinstance(edit, types.TextEdit)
        ]

    async def links(self) -> list[str]:
        found = await self.editor.client.text_document_document_link_async(
            types.DocumentLinkParams(self.document)
        )
        return [self.columns.text(link.range) for link in found or ()]

    async def definition(self, line: int, before: str) -> list[str]:
        found = await self.editor.client.text_document_definition_async(
            types.DefinitionParams(self.document, self.columns.place(line, before))
        )
        assert isinstance(found, list)
        return [
            self.columns.text(link.origin_selection_range)
            for link in found
            if isinstance(link, types.LocationLink) and link.origin_selection_range is not None
        ]

    async def references(self, line: int, before: str) -> list[str]:
        found = await self.editor.client.text_document_references_async(
            types.ReferenceParams(
                types.ReferenceContext(include_declaration=True),
                self.document,
                self.columns.place(line, before),
            )
        )
        return [self.columns.text(place.range, place.uri) for place in found or ()]

    async def highlights(self, line: int, before: str) -> list[str]:
        found = await self.editor.client.text_document_document_highlight_async(
            types.DocumentHighlightParams(self.document, self.columns.place(line, before))
        )
        return [self.columns.text(place.range) for place in found or ()]

    async def symbols(self) -> list[str]:
        found = await self.editor.client.text_document_document_symbol_async(
            types.DocumentSymbolParams(self.document)
        )
        return [
            f"{self.columns.text(each.range)} | {self.columns.text(each.selection_range)}"
            for each in found or ()
            if isinstance(each, types.DocumentSymbol)
        ]

    async def selections(self, line: int, before: str) -> list[str]:
        found = await self.editor.client.text_document_selection_range_async(
            types.SelectionRangeParams(self.document, [self.columns.place(line, before)])
        )
        assert found is not None
        part: types.SelectionRange | None = found[0]
        shown = []
        while part is not None:
            shown.append(self.columns.text(part.range))
            part = part.parent
        return shown

    async def formatting(self) -> list[str]:
        options = types.FormattingOptions(4, insert_spaces=True)
        found = await self.editor.client.text_document_formatting_async(
            types.DocumentFormattingParams(self.document, options)
        )
        return [f"{self.columns.text(edit.range)} | {edit.new_text}" for edit in found or ()]

    async def range_formatting(self, line: int, before: str) -> list[str]:
        place = self.columns.place(line, before)
        options = types.FormattingOptions(4, insert_spaces=True)
        found = await self.editor.client.text_document_range_formatting_async(
            types.DocumentRangeFormattingParams(self.document, types.Range(place, place), options)
        )
        return [f"{self.columns.text(edit.range)} | {edit.new_text}" for edit in found or ()]


WHOLE = {
    "flask": "0:0 flask==2.0.0 ; platform_version != '🐍e\u0301'    # 🐍",
    "include": f'1:0 -r "{BASE}"   # 🐍',
    "requests": '2:0 requests==2.30.0 ; platform_version != "🐍e\u0301" and python_versions > "3"',
    "django": '3:0 django>2,<1 ; platform_version != "🐍"     # 🐍 e\u0301  ',
}


async def check(client: Client) -> None:
    """Compare every place with what it is of."""
    found = client.diagnostics()
    assert "conflicting-pins: 5:5 ==3.0.0 <- 0:5 ==2.0.0 <- 1:5 ==2.0.0" in found
    assert "invalid-requirement: 2:49 python_versions" in found
    assert "invalid-requirement: 4:39 os_" in found
    assert "unsatisfiable-specifier: 3:6 >2,<1" in found
    assert "outdated-version: 6:10 2.30.0" in found

    assert await client.hover(0, "fla") == "0:0 flask"
    line = TEXTS[NAME].split("\r\n")[4]
    assert "4:39 os_ | os_name" in await client.completion(4, line)
    assert await client.hints(6) == ["6:16 "]
    assert await client.actions(2, 'e\u0301" and python_ver') == [
        "2:49 python_versions | python_version",
        "2:70  |   # pinwise: ignore[invalid-requirement]",
    ]
    assert "0:47  |   # pinwise: ignore[conflicting-pins]" in await client.actions(0, "flask==2")

    assert await client.links() == [f"1:4 {BASE}"]
    assert await client.definition(1, FOLDER) == [f"1:4 {BASE}"]
    assert await client.references(0, "fla") == ["0:0 flask", "5:0 flask", "1:0 flask"]
    assert await client.highlights(0, "fla") == ["0:0 flask", "5:0 flask"]
    symbols = await client.symbols()
    assert symbols[:2] == [f"{WHOLE['flask']} | 0:0 flask", f"{WHOLE['include']} | 1:4 {BASE}"]
    assert symbols[3] == f"{WHOLE['django']} | 3:0 django"
    assert (await client.selections(2, "python_ver"))[:4] == [
        "2:49 python_versions",
        '2:49 python_versions > "3"',
        '2:19 platform_version != "🐍e\u0301" and python_versions > "3"',
        WHOLE["requests"],
    ]
    assert await client.formatting() == ["3:48    | "]
    assert await client.range_formatting(3, "🐍") == ["3:48    | "]
    assert await client.range_formatting(2, "🐍") == []


@pytest.mark.parametrize(
    ("offered", "encoding"),
    [
        (["utf-8", "utf-16"], "utf-8"),
        (["utf-16"], "utf-16"),
        (["utf-32", "utf-16"], "utf-32"),
        (["utf-7", "utf-32"], "utf-32"),
        (None, "utf-16"),
    ],
)
async def test_places_are_told_in_the_units_of_the_client(
    idle: Editor, home: Path, offered: list[str] | None, encoding: str
) -> None:
    capabilities = client_capabilities("visual-studio-code")
    capabilities.general = types.GeneralClientCapabilities(position_encodings=offered)
    for name, text in TEXTS.items():
        path = idle.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    result = await idle.start(home, capabilities=capabilities, settings={"inlayHints": "latest"})
    assert result.capabilities.position_encoding == encoding
    item = types.TextDocumentItem(idle.uri(NAME), "pip-requirements", 1, TEXTS[NAME])
    idle.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    await idle.wait(lambda: {"conflicting-pins", "outdated-version"} <= {*idle.codes(NAME)})
    await check(Client(idle, encoding))
