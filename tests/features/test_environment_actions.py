from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.base.text import Span
from pinwise.features.environment_actions import environment_actions
from tests.harness import FOLDER, base, environments, virtual
from tests.harness.checks import World

if TYPE_CHECKING:
    from pinwise.advice.context import EnvironmentState

TEXT = "# web\nflask\n"
CREATE, CHOOSE, INSTALL = "Create .venv", "Choose another interpreter", "Install requirements"
RECREATE = "Recreate .venv with the same Python and reinstall"
BROKEN = virtual(broken=True)


def titles(
    state: EnvironmentState | None, at: int = 0, text: str = TEXT, name: str = "requirements.txt"
) -> list[str]:
    chosen = state.selection.environment if state is not None else None
    installed: dict[str, str] | None = {} if chosen is not None and not chosen.is_base else None
    context = World(environment=state, installed=installed).context({name: text})
    fixes = list(environment_actions(context, FOLDER / name, Span(at, at)))
    assert not any(fix.preferred for fix in fixes if fix.title != RECREATE)
    assert all(fix.action for fix in fixes)
    return [fix.title for fix in fixes]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (environments(selected=base()), [CREATE, CHOOSE]),
        (environments(), [CREATE, CHOOSE]),
        (environments([virtual()], virtual()), [CHOOSE, INSTALL]),
        (environments([virtual()], base(), explicit=True), [CHOOSE]),
        (environments([BROKEN], BROKEN), [RECREATE, CHOOSE]),
        (None, []),
    ],
)
def test_in_the_first_line(state: EnvironmentState | None, expected: list[str]) -> None:
    assert titles(state) == expected
    assert titles(state, at=len("# web")) == expected
    assert titles(state, at=len("# web\n")) == []


@pytest.mark.parametrize(
    ("installed", "offered"),
    [
        ({}, False),
        ({"flask": "3.0.0", "pip": "25.0", "setuptools": "80.0"}, False),
        ({"flask": "3.0.0", "werkzeug": "3.0.0"}, True),
    ],
)
def test_what_no_line_names_can_be_removed(installed: dict[str, str], offered: bool) -> None:  # noqa: FBT001
    world = World(environment=environments([virtual()], virtual()), installed=installed)
    context = world.context({"requirements.txt": TEXT.replace("flask", "Flask")})
    path = FOLDER / "requirements.txt"
    found = {fix.title: fix for fix in environment_actions(context, path, Span(0, 0))}
    sync = found.get("Install requirements, and uninstall what no line asks for")
    assert (sync is not None) == offered
    if sync is not None:
        assert sync.action is not None
        assert sync.action.arguments["file"] == str(path)


def test_only_where_something_is_asked_for() -> None:
    assert titles(environments(), name="constraints.txt") == []
    assert titles(environments(), text="# nothing yet\n") == []
    assert titles(environments(), text="") == []
