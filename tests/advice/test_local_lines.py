"""Lines that name a package by its path take part in conflicts with what its files tell."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.rules.dependency_conflict import dependency_conflict
from pinwise.rules.unknown_package import unknown_package
from tests import harness

if TYPE_CHECKING:
    from tests.harness.facts import IndexFacts

INDEX: IndexFacts = {"flask": ["2.0", "3.0"], "tool": ["1.0", "2.0"]}
EXTRAS = {"flask 2.0": (), "flask 3.0": (), "tool 1.0": (), "tool 2.0": ()}

messages = partial(harness.messages, rules=[dependency_conflict], index=INDEX, extras=EXTRAS)
check = partial(harness.check, rules=[dependency_conflict], index=INDEX, extras=EXTRAS)


def project(*lines: str) -> str:
    """Return a `pyproject.toml` beside the requirements, with more lines of its `[project]`."""
    return '=== pyproject.toml\n[project]\nname = "site"\n' + "\n".join(lines) + "\n"


NEEDS_3 = project('version = "1.0"', 'dependencies = ["flask>=3"]')


def test_what_the_project_needs_conflicts_with_a_pin() -> None:
    check(
        """
-e .
   - 1: `-e .` is required here
flask==2.0
     ^^^^^ 1 dependency-conflict
=== pyproject.toml
[project]
name = "site"
version = "1.0"
dependencies = ["flask>=3"]
"""
    )
    assert messages(f"-e .\nflask==2.0\n{NEEDS_3}") == [
        "`-e .` (line 1) needs `flask>=3`, but this line pins `flask==2.0`."
    ]
    assert messages(f"-e .\nflask==3.0\n{NEEDS_3}") == []


def test_the_fixes_change_the_pin_and_never_the_path() -> None:
    fixes = harness.fixes_at(
        f"-e .\nflask==2$0.0\n{NEEDS_3}",
        rules=[dependency_conflict],
        index=INDEX,
        extras=EXTRAS,
    )
    assert [fix.title for fix in fixes] == [
        "Change to `==3.0`",
        "Remove this line",
        "Change to `>=2.0`",
    ]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (".", "."),
        ("./libs/..", "./libs/.."),
        ("-e ./", "-e ./"),
        ('. ; python_version > "3"', "."),
        ("-e .[dev]", "-e .[dev]"),
        ("site @ file:///project", "site"),
    ],
)
def test_the_line_is_called_as_it_is_written(line: str, named: str) -> None:
    assert messages(f"{line}\nflask==2.0\n{NEEDS_3}") == [
        f"`{named}` (line 1) needs `flask>=3`, but this line pins `flask==2.0`."
    ]


@pytest.mark.parametrize("line", ['. ; python_version < "3"', "other @ file:///project", "-e ./no"])
def test_a_line_that_does_not_count_or_means_something_else_needs_nothing(line: str) -> None:
    assert messages(f"{line}\nflask==2.0\n{NEEDS_3}") == []


def test_the_needs_of_an_extra_count_where_it_is_asked_for() -> None:
    table = project(
        "dependencies = []",
        "[project.optional-dependencies]",
        "Web_App = [\"flask>=3 ; python_version > '3'\", \"tool<2 ; sys_platform == 'win32'\"]",
        'all = ["site[web-app]"]',
    )
    assert messages(f"-e .\nflask==2.0\ntool==2.0\n{table}") == []
    assert messages(f"-e .[none]\nflask==2.0\n{table}") == []
    assert messages(f"-e .[web.app]\nflask==2.0\ntool==2.0\n{table}") == [
        "`-e .[web.app]` (line 1) needs `flask>=3`, but this line pins `flask==2.0`."
    ]
    (message,) = messages(f"-e .[all]\nflask==2.0\n{table}")
    assert message.startswith("`-e .[all]` (line 1) with the extra `web-app` needs `flask>=3`")


@pytest.mark.parametrize(
    "lines",
    [
        ('dynamic = ["dependencies"]',),
        ('dynamic = ["dependencies"]', 'dependencies = ["flask>=3"]'),
        ('dynamic = "dependencies"', 'dependencies = ["flask>=3"]'),
        ('dependencies = "flask>=3"',),
        ('dependencies = ["flask>=3", "not a requirement"]',),
        ('dependencies = ["flask>=3", 1]',),
        ('dependencies = ["flask>=3"',),
    ],
)
def test_what_only_a_build_tells_constrains_nothing(lines: tuple[str, ...]) -> None:
    assert messages(f"-e .\nflask==2.0\n{project(*lines)}") == []


def test_the_projects_own_version_counts_where_it_is_written() -> None:
    static = project('version = "1.0"')
    assert messages(f"-e .\nsite>=2\n{static}", index={**INDEX, "site": ["2.0"]}) == [
        "`-e .` (line 1) is `site 1.0`, but this line asks for `site>=2`."
    ]
    dynamic = project('dynamic = ["version"]')
    assert messages(f"-e .\nsite>=2\n{dynamic}", index={**INDEX, "site": ["2.0"]}) == []


def test_no_index_is_asked_for_what_a_path_provides() -> None:
    """pip takes it from there, and the name may be nobody's business."""
    text = f"-e .\nsite==1.0\n{NEEDS_3}"
    assert messages(text, rules=[unknown_package], index={"site": None}) == []
    elsewhere = text.replace('"site"', '"other"')
    assert len(messages(elsewhere, rules=[unknown_package], index={"site": None})) == 1


def test_where_two_folders_may_be_meant_none_is() -> None:
    own = '=== app/pyproject.toml\n[project]\nname = "app"\ndependencies = ["flask<3"]\n'
    include = "-r app/requirements.txt\nflask==2.0\n=== app/requirements.txt\n-e .\n"
    assert messages(include + own + NEEDS_3) == []
    # One with settings of tools alone is no project.
    tools = "=== app/pyproject.toml\n[tool.ruff]\nline-length = 100\n"
    assert len(messages(include + tools + NEEDS_3)) == 1


def test_a_marked_path_is_never_repeated_with_a_backtick() -> None:
    text = "./a`b\nflask==2.0\n=== a`b/pyproject.toml\n"
    table = '[project]\nname = "site"\ndependencies = ["flask>=3"]\n'
    assert messages(text + table) == [
        "`site` (line 1) needs `flask>=3`, but this line pins `flask==2.0`."
    ]
