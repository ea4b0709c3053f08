"""What is asked before something is lost, where the client asks in a dialog of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.environments.beds import fake_base, fake_venv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.lsp.editor import Editor

DIALOGS = {"modalQuestions": True}


@pytest.mark.parametrize("agreed", [True, False])
async def test_the_client_asks_whether_to_delete(idle: Editor, home: Path, *, agreed: bool) -> None:
    asked: list[tuple[str, str, str]] = []
    feature = cast("Callable[[str], Callable[[Any], Any]]", idle.client.feature)

    @feature("pinwise/confirm")
    async def confirm(params: Any) -> bool:  # noqa: ANN401 - a custom message
        asked.append((params.message, params.detail, params.action))
        return agreed

    python = fake_base(idle.folder.parent / "opt", "3.12.1")
    prefix = fake_venv(idle.folder / ".venv", python, "3.12.1")
    (prefix / "own.py").write_text("print()\n", encoding="utf-8")
    await idle.start(home, options=DIALOGS)

    answer = await idle.command("pinwise.deleteEnvironment", prefix=str(prefix))

    assert answer == {"deleted": agreed}
    assert prefix.exists() is not agreed
    ((message, detail, action),) = asked
    assert (message, action) == ("Delete .venv (Python 3.12.1, 0 packages)?", "Delete")
    assert "own.py" in detail
    assert idle.questions == []
