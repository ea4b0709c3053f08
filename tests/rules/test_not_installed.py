from __future__ import annotations

from functools import partial

import pytest

from pinwise.advice.findings import Action
from pinwise.rules.not_installed import not_installed
from tests import harness
from tests.harness import FOLDER, base, environments, virtual

STATE = environments([virtual()], virtual())
check = partial(harness.check, rules=[not_installed], environment=STATE)
fixes_at = partial(harness.fixes_at, rules=[not_installed], environment=STATE)

WHERE = {
    "folder": str(FOLDER),
    "prefix": str(FOLDER / ".venv"),
    "file": str(FOLDER / "requirements.txt"),
}


def test_each_line_that_is_missing() -> None:
    check(
        """
Flask_Login==1.0
Requests[socks]>=2  # why
^^^^^^^^ not-installed: `Requests` is not installed in `.venv`.
gone @ https://host.example/gone.whl
^^^^ not-installed: `gone` is not installed in `.venv`.
-r base.txt
=== base.txt
click
^^^^^ not-installed: `click` is not installed in `.venv`.
""",
        installed={"flask-login": "9"},
    )


def test_only_what_the_environment_asks_for() -> None:
    check(
        """
flask
tomli ; python_version < "3.11"
pywin32 ; sys_platform == "win32"
new ; python_version > "3"
^^^ not-installed
odd ; nonsense > "3"
-c limits.txt
=== limits.txt
werkzeug<3
""",
        installed={"flask": "1"},
    )


def test_nothing_at_all_is_said_once() -> None:
    check(
        """
# the site
-r base.txt
   ^^^^^^^^ not-installed: Nothing that this file asks for is installed in `.venv`.
requests
=== base.txt
flask
""",
        installed={"pip": "25"},
    )


def test_a_lonely_line_is_named() -> None:
    check("flask\n^^^^^ not-installed: `flask` is not installed in `.venv`.\n", installed={})


def test_a_base_is_called_by_its_version() -> None:
    harness.check(
        "flask\n^^^^^ not-installed: `flask` is not installed in Python 3.11.2.\n",
        rules=[not_installed],
        environment=environments([], base(), explicit=True),
        installed={},
    )


@pytest.mark.parametrize("installed", [None, {"Flask": "1", "requests": "junk"}])
def test_silent(installed: dict[str, str] | None) -> None:
    check("flask\nrequests\n", installed=installed)


def test_the_fixes_install_the_line_or_everything() -> None:
    line, everything = fixes_at('$0flask[async] >= 2, <3 ; os_name == "posix"\n', installed={})
    assert line.title == "Install flask"
    assert line.preferred
    requirement = 'flask[async]>=2,<3 ; os_name == "posix"'
    assert line.action == Action("install-packages", {**WHERE, "requirement": requirement})
    assert everything.title == "Install requirements"
    assert everything.action == Action("install-requirements", WHERE)


def test_a_url_is_installed_as_it_is() -> None:
    line, _ = fixes_at("$0x @ https://host.example/x.whl ; os_name == 'posix'\n", installed={})
    assert line.action is not None
    assert (
        line.action.arguments["requirement"]
        == "x @ https://host.example/x.whl ; os_name == 'posix'"
    )


@pytest.mark.parametrize(
    "text",
    [
        f"$0flask==1.0 --hash=sha256:{'a' * 64}\n",
        "$0flask==1.0 --config-settings=a=b\n",
        "-e git+https://host.example/x.git#egg=$0x\n",
    ],
)
def test_what_means_something_in_its_file_alone_is_installed_with_it(text: str) -> None:
    (fix,) = fixes_at(text, installed={})
    assert fix.title == "Install requirements"
    assert fix.preferred


def test_the_fix_of_nothing_installed() -> None:
    (fix,) = fixes_at("$0flask\nrequests\n", installed={})
    assert fix.title == "Install requirements"
    assert fix.action == Action("install-requirements", WHERE)
