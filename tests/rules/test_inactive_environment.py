from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.advice.findings import Action
from pinwise.rules.inactive_environment import inactive_environment
from tests import harness
from tests.harness import FOLDER, base, environments, virtual

if TYPE_CHECKING:
    from pinwise.advice.context import EnvironmentState

check = partial(harness.check, rules=[inactive_environment])

INACTIVE = environments([virtual("env", broken=True), virtual()], base(), explicit=True)


def test_at_the_first_requirement() -> None:
    check(
        """
# the site
Flask==2.0
^^^^^ inactive-environment: `.venv` belongs to this folder, but Python 3.11.2 (system) is selected.
requests
""",
        environment=INACTIVE,
    )


@pytest.mark.parametrize(
    "state",
    [
        None,
        environments([virtual()], virtual(), explicit=True),
        environments([virtual(), virtual("env")], virtual("env"), explicit=True),
        environments([virtual()], base()),
        environments([virtual(broken=True)], base(), explicit=True),
        environments([], base(), explicit=True),
        environments([virtual()], None, explicit=True),
    ],
)
def test_silent(state: EnvironmentState | None) -> None:
    check("flask\n", environment=state)


def test_another_projects_environment_counts_too() -> None:
    check(
        "flask\n^^^^^ inactive-environment\n",
        environment=environments([virtual()], virtual("../other"), explicit=True),
    )


def test_fix() -> None:
    fix, choose = harness.fixes_at("$0flask\n", rules=[inactive_environment], environment=INACTIVE)
    assert fix.title == "Activate .venv"
    arguments = {"folder": str(FOLDER), "path": str(FOLDER / ".venv")}
    assert fix.action == Action("select-environment", arguments)
    assert choose.title == "Choose another interpreter"
    assert choose.action == Action("choose-environment", {"folder": str(FOLDER)})
