"""What is offered at a place: what helps most comes first, and to ignore it last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.handlers.code_action import _joined

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_index import FakeIndex
    from tests.lsp.editor import Editor

FILE = "requirements.txt"


async def test_what_mends_a_line_comes_before_another_try_to_install_it(
    idle: Editor, home: Path
) -> None:
    await idle.start(home)
    idle.open(FILE, "requests\nflask==9.9\n")
    await idle.command("pinwise.createEnvironment", install=False)
    await idle.command("pinwise.installRequirements", files=[idle.uri(FILE)])
    expected = {"failed-installation", "no-matching-version"}
    await idle.wait(lambda: expected <= {*idle.codes(FILE)})

    found = idle.diagnostic(FILE, "failed-installation")
    assert found.message == (
        "This could not be installed: pip found no version of flask that fits ==9.9."
    )
    actions = await idle.actions(FILE, idle.diagnostic(FILE, "no-matching-version").range)
    titles = [action.title for action in actions]
    assert titles[0] == "Change to `==3.0.0`"
    assert titles.index("Install requirements") > titles.index("Change to `==3.0.0`")
    preferred = [each.title for each in actions if each.is_preferred]
    assert preferred == ["Change to `==3.0.0`"]


async def test_to_ignore_a_finding_comes_last(idle: Editor, home: Path, index: FakeIndex) -> None:
    await idle.start(home, options={"trusted": False})
    idle.open(FILE, f"flask>2,<1\n--index-url {index.url}other/\n")
    expected = {"not-checked", "unsatisfiable-specifier", "missing-environment"}
    await idle.wait(lambda: expected <= {*idle.codes(FILE)})

    line = types.Range(types.Position(0, 0), types.Position(0, 10))
    titles = [action.title for action in await idle.actions(FILE, line)]

    ignoring = [title for title in titles if title.startswith("Ignore ")]
    helping = [title for title in titles if title not in ignoring]
    assert titles == [*helping, *ignoring]
    assert "Manage workspace trust" in helping
    assert "Choose another interpreter" in helping
    assert len(ignoring) == 4


def test_what_one_finding_prefers_stays_preferred_where_two_offer_it() -> None:
    first = types.CodeAction("Change to `==3.0.0`")
    second = types.CodeAction("Change to `==3.0.0`", is_preferred=True)
    (action,) = _joined([first, second])
    assert isinstance(action, types.CodeAction)
    assert action.is_preferred
