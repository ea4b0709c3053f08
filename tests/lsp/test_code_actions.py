from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

if TYPE_CHECKING:
    from tests.lsp.editor import Editor


@pytest.mark.parametrize(
    ("before", "code", "title", "after"),
    [
        (
            "reqeusts>=2.30  # the web; python_version\n",
            "unknown-package",
            "Change to `requests`",
            "requests>=2.30  # the web; python_version\n",
        ),
        (
            "flask==2.0.1 ; python_version >= '3'  # 🐍\n",
            "no-matching-version",
            "Change to `==2.0.0`",
            "flask==2.0.0 ; python_version >= '3'  # 🐍\n",
        ),
        (
            "flask==2.0.0 \\\n    # pinned\n",
            "outdated-version",
            "Update to `3.0.0` (major)",
            "flask==3.0.0 \\\n    # pinned\n",
        ),
        (
            "flask==3.0.0\n# why\nflask==3.0.0\nrequests==2.31.0\n",
            "duplicate-requirement",
            "Remove this line",
            "flask==3.0.0\n# why\nrequests==2.31.0\n",
        ),
        ("flask=3.0.0\n", "invalid-requirement", "Change to `==`", "flask==3.0.0\n"),
    ],
)
async def test_a_fix_changes_what_it_says_and_nothing_else(
    editor: Editor, before: str, code: str, title: str, after: str
) -> None:
    editor.open("requirements.txt", before)
    await editor.wait(lambda: code in editor.codes("requirements.txt"))
    assert await editor.fix("requirements.txt", code, title) == after


async def test_actions_are_about_the_text_as_it_is_now(editor: Editor) -> None:
    editor.open("requirements.txt", "flask==3.0.0\n")
    editor.type("requirements.txt", "\n\nflask=3.0.0\n")
    where = types.Range(types.Position(2, 5), types.Position(2, 6))
    titles = [action.title for action in await editor.actions("requirements.txt", where)]
    assert "Change to `==`" in titles


async def test_other_kinds_of_action_are_not_answered(editor: Editor) -> None:
    editor.open("requirements.txt", "flask=3.0.0\n")
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(editor.uri("requirements.txt")),
        types.Range(types.Position(0, 5), types.Position(0, 6)),
        types.CodeActionContext([], only=[types.CodeActionKind.Refactor]),
    )
    assert not await editor.client.text_document_code_action_async(params)


async def test_hover_tells_what_is_known(editor: Editor) -> None:
    editor.open("requirements.txt", "flask==2.0.0\n")
    await editor.wait(lambda: "outdated-version" in editor.codes("requirements.txt"))
    found = await editor.client.text_document_hover_async(
        types.HoverParams(
            types.TextDocumentIdentifier(editor.uri("requirements.txt")), types.Position(0, 2)
        )
    )
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert found.contents.value.startswith("**flask**")
    assert "3\\.0\\.0" in found.contents.value
    assert found.range == types.Range(types.Position(0, 0), types.Position(0, 5))


async def test_what_can_be_done_about_the_environment_stands_in_the_first_line(
    editor: Editor,
) -> None:
    text = "# web\n\nflask==3.0.0\n"
    editor.open("requirements.txt", text)
    await editor.wait(lambda: "missing-environment" in editor.codes("requirements.txt"))

    async def offered(line: int) -> list[str]:
        where = types.Range(types.Position(line, 0), types.Position(line, 0))
        found = await editor.actions("requirements.txt", where)
        return [action.title for action in found if action.command]

    assert await offered(0) == ["Create .venv", "Choose another interpreter"]
    assert await offered(1) == []
    assert await offered(2) == ["Create .venv", "Choose another interpreter"]
