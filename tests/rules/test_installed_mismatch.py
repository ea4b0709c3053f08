from __future__ import annotations

from functools import partial

import pytest

from pinwise.environments.types import Origin
from pinwise.rules.installed_mismatch import installed_mismatch
from tests import harness
from tests.harness import environments, virtual

STATE = environments([virtual()], virtual())
RULES = [installed_mismatch]
check = partial(harness.check, rules=RULES, environment=STATE)
check_fix = partial(harness.check_fix, rules=RULES, environment=STATE)
fixes_at = partial(harness.fixes_at, rules=RULES, environment=STATE)

GIT = Origin("https://host.example/x.git", vcs="git", revision="v1", commit="abc123" + "0" * 34)
CHANGE = "Change the line to the installed version"


def test_a_version_that_the_line_does_not_allow() -> None:
    check(
        """
Flask==3.0
     ^^^^^ installed-mismatch: `Flask 2.0` is installed in `.venv`, and the line asks for `==3.0`.
click >= 8, < 9
      ^^^^^^^^^ installed-mismatch: `click 7.1` is installed in `.venv`, and the line asks for `>=8,<9`.
missing==1.0
any
fits~=1.4
pre>=1.0
""",  # noqa: E501 - the message
        installed={"flask": "2.0", "click": "7.1", "any": "1", "fits": "1.9", "pre": "2.0rc1"},
    )


def test_local_versions_fit_the_public_one() -> None:
    check("torch==2.1\ntorch>=2\n", installed={"torch": "2.1+cpu"})


@pytest.mark.parametrize("version", ["junk", "1" * 5000])
def test_what_is_no_version_is_not_judged(version: str) -> None:
    check("flask==1.0\n", installed={"flask": version})


def test_constraints_count_for_what_is_asked_for() -> None:
    check(
        """
flask
-c limits.txt
=== limits.txt
flask<2
     ^^ installed-mismatch: `flask 2.0` is installed in `.venv`, and the line asks for `<2`.
werkzeug<2
""",
        installed={"flask": "2.0", "werkzeug": "3.0"},
    )


def test_only_lines_that_count_in_the_environment() -> None:
    check(
        "flask==1.0 ; python_version < '3'\nflask==2.0 ; python_version > '3'\n",
        installed={"flask": "2.0"},
    )


def test_nothing_is_known() -> None:
    check("flask==1.0\n")


def test_the_line_becomes_what_is_installed_wherever_it_is_pinned() -> None:
    check_fix(
        "flask$0==3.0  # web\n-r base.txt\n=== base.txt\nflask == 3.0\n",
        "flask==2.0  # web\n-r base.txt\n=== base.txt\nflask == 2.0\n",
        title=CHANGE,
        installed={"flask": "2.0"},
    )


def test_the_hashes_change_with_the_pin() -> None:
    check_fix(
        f"flask$0==3.0 --hash=sha256:{'a' * 64}\n",
        f"flask==2.0 --hash=sha256:{'b' * 64}\n",
        title=CHANGE,
        installed={"flask": "2.0"},
        index={"flask": ["2.0", "3.0"]},
        digests={"flask 2.0": [{"sha256": "b" * 64}]},
    )


def test_a_range_becomes_a_pin() -> None:
    check_fix(
        "flask $0>= 3.0, != 3.1\n",
        "flask ==2.0\n",
        title=CHANGE,
        installed={"flask": "2.0"},
    )


def test_no_change_that_another_line_forbids() -> None:
    fixes = fixes_at("flask$0==3.0\nflask>=2.5\n", installed={"flask": "2.0"})
    assert [fix.title for fix in fixes][:2] == [
        "Install the version the line asks for",
        "Install requirements",
    ]
    assert CHANGE not in {fix.title for fix in fixes}


def test_install_is_preferred() -> None:
    first, *_ = fixes_at("flask$0==3.0\n", installed={"flask": "2.0"})
    assert first.title == "Install the version the line asks for"
    assert first.preferred
    assert first.action is not None
    assert first.action.arguments["requirement"] == "flask==3.0"


@pytest.mark.parametrize(
    ("url", "origin", "message"),
    [
        ("git+https://host.example/x.git@v1", GIT, ""),
        ("git+https://me:secret@HOST.example/x@v1", GIT, ""),
        ("git+https://host.example/x.git", GIT, ""),
        (f"git+https://host.example/x.git@{GIT.commit}", GIT, ""),
        ("git+https://host.example/x.git@abc123", GIT, ""),
        ("git+https://host.example/x.git@v2", GIT, "is at `v1`, and the line asks for `v2`"),
        (f"git+https://host.example/x.git@{'f' * 40}", GIT, "is at `v1`"),
        ("git+https://host.example/x.git#subdirectory=a", GIT, "came from another folder of"),
        (
            "https://host.example/x.whl",
            GIT,
            "came from `https://host.example/x.git`, and not from where the line says",
        ),
        (
            "https://host.example/x.whl",
            Origin("https://other.example/x.whl"),
            "came from `https://other.example/x.whl`, and not",
        ),
        (
            "https://host.example/x.whl#sha256=aa",
            Origin("https://host.example/x.whl", digest="sha256=bb"),
            "is another file than the one whose hash the line names",
        ),
        (
            "https://host.example/x.whl#sha256=aa",
            Origin("https://host.example/x.whl", digest="sha256=aa"),
            "",
        ),
        (
            "https://host.example/x.whl#sha512=aa",
            Origin("https://host.example/x.whl", digest="sha256=bb"),
            "",
        ),
        ("file:///srv/x%20y", Origin("file:///srv/x y"), ""),
    ],
)
def test_where_it_came_from(url: str, origin: Origin, message: str) -> None:
    found = harness.messages(
        f"x @ {url}\n", rules=RULES, environment=STATE, installed={"x": ("1.0", origin)}
    )
    if message:
        assert len(found) == 1
        assert found[0].startswith(f"`x` in `.venv` {message}")
    else:
        assert found == []


def test_an_editable_line_and_a_copy() -> None:
    check(
        """
-e git+https://host.example/x.git@v1#egg=x
   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ installed-mismatch: `x` in `.venv` is a copy, and the line asks for an editable installation.
""",  # noqa: E501 - the message
        installed={"x": ("1.0", GIT)},
    )


def test_without_a_record_nothing_is_said_of_the_origin() -> None:
    check("x @ https://host.example/x.whl\n", installed={"x": "1.0"})


def test_a_secret_in_the_record_is_not_shown() -> None:
    (message,) = harness.messages(
        "x @ https://host.example/x.whl\n",
        rules=RULES,
        installed={"x": ("1", Origin("https://me:hunter2@other.example/x.whl"))},
    )
    assert "hunter2" not in message
