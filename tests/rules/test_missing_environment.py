from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.advice.findings import Action
from pinwise.rules.missing_environment import missing_environment
from tests import harness
from tests.harness import FOLDER, base, environments, virtual

if TYPE_CHECKING:
    from pinwise.advice.context import EnvironmentState
    from pinwise.environments.types import Environment

check = partial(harness.check, rules=[missing_environment])

MISSING = environments(selected=base())


def test_at_the_first_requirement() -> None:
    check(
        """
# the site
--pre
  Flask == 2.0  # web
  ^^^^^ missing-environment: This folder has no virtual environment. Its requirements would go into a Python that all projects share.
requests
""",  # noqa: E501 - a message stands on one line
        environment=MISSING,
        newline="\r\n",
    )


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("-e .", "   ^"),
        ("https://files.example/a.zip", "^^^^^^^^^^^^^^^^^^^^^^^^^^^"),
        ("-r base.txt\n", "   ^^^^^^^^"),
        ("flask=2.0", "^^^^^"),
        ("flask; sys_platform == 'win32'", "^^^^^"),
    ],
)
def test_whatever_asks_for_something(text: str, mark: str) -> None:
    text = text.rstrip("\n")
    check(f"{text}\n{mark} missing-environment\n=== base.txt\nflask\n", environment=MISSING)


def test_without_any_python() -> None:
    check(
        """
flask
^^^^^ missing-environment: This folder has no virtual environment, and no Python was found.
""",
        environment=environments(),
    )


@pytest.mark.parametrize(
    "state",
    [
        None,
        environments([virtual()], virtual()),
        environments([virtual()], base()),
        environments([virtual(broken=True)], base()),
        environments(selected=base(), explicit=True),
        environments(selected=virtual("../elsewhere")),
    ],
)
def test_silent(state: EnvironmentState | None) -> None:
    check("flask\n", environment=state)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "--pre\n"])
def test_nothing_to_install(text: str) -> None:
    check(text, environment=MISSING)


def test_a_constraints_file_asks_for_nothing() -> None:
    check("=== constraints.txt\nflask<3\n", environment=MISSING)


def test_fix() -> None:
    fix, choose = harness.fixes_at("$0flask\n", rules=[missing_environment], environment=MISSING)
    assert fix.title == "Create .venv"
    assert fix.action == Action("create-environment", {"folder": str(FOLDER)})
    assert not fix.edits
    assert fix.preferred
    assert choose.title == "Choose another interpreter"
    assert choose.action == Action("choose-environment", {"folder": str(FOLDER)})


def test_the_python_is_named_where_it_is_known_to_be_the_one() -> None:
    """Another Python may come first on the terminal's path than the newest one that was found."""
    state = environments(selected=base("3.13.0"))
    named = state._replace(selection=dataclasses.replace(state.selection, named=True))
    (told,) = harness.messages("flask\n", rules=[missing_environment], environment=named)
    assert told == (
        "This folder has no virtual environment."
        " Its requirements would go into Python 3.13.0 itself."
    )


def test_a_chosen_python_of_the_system_holds_no_requirements() -> None:
    managed = dataclasses.replace(base(), externally_managed=True)
    state = environments(selected=managed)
    chosen = state._replace(selection=dataclasses.replace(state.selection, explicit=True))
    (message,) = harness.messages("flask\n", rules=[missing_environment], environment=chosen)
    assert message == (
        "This folder has no virtual environment."
        " Python 3.11.2 is managed by the system, and nothing is installed into it."
    )


def test_a_default_that_cannot_be_used_is_told_beside_others() -> None:
    state = environments([virtual()], selected=virtual())
    reason = ".python-envs names nothere as the default, which is no environment"
    nothing = dataclasses.replace(state.selection, environment=None, reason=reason, unusable=True)
    state = state._replace(selection=nothing)
    (message,) = harness.messages("flask\n", rules=[missing_environment], environment=state)
    assert message == f"This project's environment is missing: {reason}."


@pytest.mark.parametrize("selected", [base(), None])
def test_the_command_of_the_project_s_tool_is_told(selected: Environment | None) -> None:
    state = environments(selected=selected)._replace(tool_command="uv sync")
    check(
        """
flask
^^^^^ missing-environment: This folder has no virtual environment. `uv sync` makes the one that uv uses.
""",  # noqa: E501 - a message stands on one line
        environment=state,
    )
