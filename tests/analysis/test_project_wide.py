"""What is about the whole project stands where the user looks, and nowhere twice."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.analysis.engine import analyse
from pinwise.index.types import ConfigurationProblem, IndexOptions
from pinwise.project.settings import Settings
from pinwise.rules.broken_environment import broken_environment
from pinwise.rules.inactive_environment import inactive_environment
from pinwise.rules.missing_environment import missing_environment
from pinwise.rules.not_installed import not_installed
from tests import harness
from tests.harness import FOLDER, base, environments, virtual

if TYPE_CHECKING:
    from pinwise.advice.context import EnvironmentState
    from pinwise.rules.registry import Rule

DEV, BASE = "requirements-dev.txt", "requirements.txt"
BOTH = {DEV: "-r requirements.txt\nclick\n", BASE: "# the site\nflask\n"}
check = partial(
    harness.check, rules=[missing_environment], environment=environments(selected=base())
)


def test_where_nobody_looks_it_stands_in_the_root() -> None:
    check(
        """=== requirements-dev.txt
-r requirements.txt
   ^^^^^^^^^^^^^^^^ missing-environment
click
=== requirements.txt
flask
"""
    )


def test_it_stands_in_the_included_file_that_the_user_looks_at() -> None:
    check(
        """=== requirements-dev.txt
-r requirements.txt
click
=== requirements.txt
# the site
flask
^^^^^ missing-environment
requests
""",
        shown=[BASE],
    )


def test_it_stands_once_in_each_file_that_the_user_looks_at() -> None:
    check(
        """=== requirements-dev.txt
-r requirements.txt
   ^^^^^^^^^^^^^^^^ missing-environment
-r other.txt
click
=== requirements.txt
flask
^^^^^ missing-environment
=== other.txt
requests
""",
        shown=[DEV, BASE, "somewhere-else.txt"],
    )


@pytest.mark.parametrize(
    "included", ["# nothing yet\n", "The site must be fast and easy to use.\nIt must be cheap.\n"]
)
def test_a_file_that_asks_for_nothing_is_no_place_for_it(included: str) -> None:
    check(
        f"""=== requirements-dev.txt
-r requirements.txt
   ^^^^^^^^^^^^^^^^ missing-environment
-c limits.txt
=== requirements.txt
{included}=== limits.txt
flask<3
""",
        shown=[BASE, "limits.txt"],
    )


def test_a_file_outside_of_the_project_is_no_place_for_it() -> None:
    state = environments(selected=base())._replace(project=FOLDER / "docs")
    check(
        """=== docs/requirements.txt
-r ../requirements.txt
   ^^^^^^^^^^^^^^^^^^^ missing-environment
=== requirements.txt
flask
""",
        environment=state,
        shown=[BASE],
    )


@pytest.mark.parametrize(
    ("rule", "state", "installed"),
    [
        (broken_environment, environments([virtual(broken=True)], virtual(broken=True)), None),
        (inactive_environment, environments([virtual()], base(), explicit=True), None),
        (not_installed, environments([virtual()], virtual()), {}),
    ],
)
def test_whatever_is_about_the_project(
    rule: Rule, state: EnvironmentState, installed: dict[str, str] | None
) -> None:
    world = harness.World(rules=[rule], environment=state, installed=installed)
    (at_root,) = world.diagnostics(BOTH)
    (shown,) = replace(world, shown=[BASE]).diagnostics(BOTH)
    assert at_root.finding.path == FOLDER / DEV
    assert shown.finding.path == FOLDER / BASE
    assert shown.finding.span.of(BOTH[BASE]) == "flask"
    # They act for the project, wherever the user looks.
    assert (shown.finding.message, shown.finding.fixes) == (
        at_root.finding.message,
        at_root.finding.fixes,
    )


def test_who_ignores_it_where_it_stands_in_ci_sees_it_nowhere() -> None:
    check(
        """=== requirements-dev.txt
-r requirements.txt  # pinwise: ignore[missing-environment]
=== requirements.txt
flask
""",
        shown=[BASE],
    )


def test_who_ignores_it_here_does_so_in_this_file() -> None:
    text = """=== requirements-dev.txt
-r requirements.txt
{}=== requirements.txt
flask  # pinwise: ignore[missing-environment]
"""
    check(text.format(""), shown=[BASE])
    mark = "   ^^^^^^^^^^^^^^^^ missing-environment\n"
    check(text.format(mark), shown=[BASE, DEV])
    check(text.format(mark))


@pytest.mark.parametrize(("shown", "name"), [((), DEV), ((BASE,), BASE)])
def test_what_of_pips_configuration_cannot_be_used(shown: tuple[str, ...], name: str) -> None:
    problem = ConfigurationProblem("pip.conf", "it is no text")
    world = harness.World(
        settings=Settings(), configured=IndexOptions(problems=(problem,)), shown=shown
    )
    report = analyse(world.context(BOTH), ())
    assert [(item.path, item.what) for item in report.unchecked] == [(FOLDER / name, "pip.conf")]
