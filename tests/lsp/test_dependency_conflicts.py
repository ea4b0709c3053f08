"""From the index to the line: dependencies that are fetched in waves, and what is shown then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from tests.fake_index import FakeIndex, Release
from tests.lsp.editor import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lsp.editor import Editor

PROJECTS = {
    "boto3": {
        "1.33.0": Release(requires_dist=("botocore<1.34.0,>=1.33.0",)),
        "1.34.0": Release(requires_dist=("botocore<1.35.0,>=1.34.0",)),
    },
    "botocore": {
        "1.33.0": Release(requires_dist=("urllib3<2.1,>=1.25.4",)),
        "1.33.1": Release(requires_dist=("urllib3<2.1,>=1.25.4",)),
        "1.34.0": Release(requires_dist=("urllib3<3,>=1.25.4",)),
    },
    "http-client": {"1.0": Release(requires_dist=("urllib3<2.1",))},
    "urllib3": {"2.0.7": Release(), "2.2.1": Release()},
}


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex(PROJECTS) as found:
        yield found


async def offered(
    editor: Editor, name: str, title: str, where: types.Range | None = None
) -> types.CodeAction:
    """Wait until a fix is offered for the conflict of a file; there may be one such fix only."""
    while True:
        place = where or editor.diagnostic(name, "dependency-conflict").range
        actions = await editor.actions(name, place)
        found = [action for action in actions if action.title == title]
        if found:
            (action,) = found
            assert isinstance(action, types.CodeAction)
            return action
        await asyncio.sleep(0.02)


async def test_a_conflict_through_a_package_that_no_line_names(editor: Editor) -> None:
    name = "requirements.txt"
    editor.open(name, "boto3==1.33.0\nurllib3==2.2.1\n")
    await editor.wait(lambda: "dependency-conflict" in editor.codes(name))
    found = editor.diagnostic(name, "dependency-conflict")
    assert found.message == (
        "`boto3==1.33.0` (line 1) needs `botocore>=1.33.0,<1.34.0`, and every such `botocore` needs"
        " `urllib3>=1.25.4,<2.1`, but this line pins `urllib3==2.2.1`."
    )
    assert found.severity is types.DiagnosticSeverity.Error
    assert [info.location.range.start.line for info in found.related_information or ()] == [0]
    place = types.Position(1, 10)
    told = await editor.client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(editor.uri(name)), place)
    )
    assert told is not None
    assert isinstance(told.contents, types.MarkupContent)
    assert "So no version of \\`urllib3\\` is left\\." in told.contents.value
    # A fix is seen to hold once the facts of other versions have come, too.
    await asyncio.wait_for(offered(editor, name, "Change to `==2.0.7`"), TIMEOUT)
    text = await editor.fix(name, "dependency-conflict", "Change to `==2.0.7`")
    assert text == "boto3==1.33.0\nurllib3==2.0.7\n"
    await editor.wait(lambda: "dependency-conflict" not in editor.codes(name))


async def test_what_repairs_two_conflicts_of_a_line_is_offered_once(editor: Editor) -> None:
    name = "requirements.txt"
    editor.open(name, "boto3==1.33.0\nhttp-client==1.0\nurllib3==2.2.1\n")
    await editor.wait(lambda: editor.codes(name).count("dependency-conflict") == 2)
    place = types.Range(types.Position(2, 10), types.Position(2, 10))
    action = await asyncio.wait_for(offered(editor, name, "Change to `==2.0.7`", place), TIMEOUT)
    assert len({each.message for each in action.diagnostics or ()}) == 2
    assert action.edit is not None
    (change,) = action.edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    texts = [edit.new_text for edit in change.edits if isinstance(edit, types.TextEdit)]
    assert texts == ["2.0.7"]
