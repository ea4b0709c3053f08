from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from lsprotocol import types

from pinwise.base.text import TextEdit, apply_edits
from pinwise.lsp.convert import span_of
from pinwise.lsp.handlers.formatting import _edits
from pinwise.project.files import Documents
from pinwise.syntax.source import Encoding, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinwise.lsp.backend import Backend
    from tests.lsp.editor import Editor

NAME = "requirements.txt"
FILE = Path("/project/requirements.txt")


def applied(text: str, edits: Sequence[types.TextEdit] | None) -> str:
    """Apply edits as a client does, in UTF-16 columns."""
    source = Source(text)
    return apply_edits(
        text,
        [TextEdit(span_of(source, e.range, Encoding.UTF16), e.new_text) for e in edits or ()],
    )


def options(**given: bool) -> types.FormattingOptions:
    return types.FormattingOptions(tab_size=8, insert_spaces=False, **given)


async def formatted(editor: Editor, text: str, **given: bool) -> str:
    editor.open(NAME, text)
    edits = await editor.client.text_document_formatting_async(
        types.DocumentFormattingParams(
            types.TextDocumentIdentifier(editor.uri(NAME)), options(**given)
        )
    )
    return applied(text, edits)


async def test_a_document_is_formatted(idle: Editor, home: Path) -> None:
    result = await idle.start(home)
    assert result.capabilities.document_formatting_provider
    assert result.capabilities.document_range_formatting_provider
    after = await formatted(idle, "# 🐍 first \nflask >= 2 # 🐍 web\n\n\n\nabc;os_name=='🐍'")
    assert after == "# 🐍 first\nflask>=2  # 🐍 web\n\n\nabc ; os_name == '🐍'\n"


async def test_the_text_as_it_is_now_is_formatted(editor: Editor) -> None:
    editor.open(NAME, "a\n")
    editor.type(NAME, "b >1\n")
    found = await editor.client.text_document_formatting_async(
        types.DocumentFormattingParams(types.TextDocumentIdentifier(editor.uri(NAME)), options())
    )
    assert applied("b >1\n", found) == "b>1\n"


@pytest.mark.parametrize(
    ("given", "after"),
    [
        ({}, "a>1\n"),
        ({"insert_final_newline": False}, "a>1"),
        ({"trim_trailing_whitespace": False}, "a>1 \n"),
        ({"trim_trailing_whitespace": True, "insert_final_newline": True}, "a>1\n"),
    ],
)
async def test_the_editor_may_take_care_of_the_ends_itself(
    editor: Editor, given: dict[str, bool], after: str
) -> None:
    assert await formatted(editor, "a >1 ", **given) == after


async def test_blank_lines_at_the_end(editor: Editor) -> None:
    assert await formatted(editor, "a\n\n\n", trim_final_newlines=False) == "a\n\n\n"


async def test_a_range_is_formatted_in_whole_lines(editor: Editor) -> None:
    text = "a >1\nb >1 \\\n --hash=sha256:a\nc >1\n"
    editor.open(NAME, text)
    where = types.Range(types.Position(2, 3), types.Position(3, 0))
    found = await editor.client.text_document_range_formatting_async(
        types.DocumentRangeFormattingParams(
            types.TextDocumentIdentifier(editor.uri(NAME)), where, options()
        )
    )
    assert applied(text, found) == "a >1\nb>1 \\\n    --hash=sha256:a\nc >1\n"


async def test_a_document_that_is_no_file_is_not_formatted(editor: Editor) -> None:
    found = await editor.client.text_document_formatting_async(
        types.DocumentFormattingParams(types.TextDocumentIdentifier("untitled:one"), options())
    )
    assert found is None


async def test_a_settings_file_is_no_requirements_file(editor: Editor) -> None:
    editor.open("pinwise.toml", "offline   = true\n")
    identifier = types.TextDocumentIdentifier(editor.uri("pinwise.toml"))
    params = types.DocumentFormattingParams(identifier, options())
    assert await editor.client.text_document_formatting_async(params) is None
    outline = types.DocumentSymbolParams(identifier)
    assert await editor.client.text_document_document_symbol_async(outline) is None


def test_a_text_that_pip_cannot_decode_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    documents = Documents({})
    documents.open(FILE, "# coding: nonsense\n\n\n\n\na >1\n", 1)
    backend = SimpleNamespace(
        workspace=SimpleNamespace(documents=documents), encoding=Encoding.UTF16
    )
    assert _edits(cast("Backend", backend), FILE, options(), None) is None
    assert not caplog.records
