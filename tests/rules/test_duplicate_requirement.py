from __future__ import annotations

from functools import partial

import pytest

from pinwise.rules.duplicate_requirement import duplicate_requirement
from tests import harness

check = partial(harness.check, rules=[duplicate_requirement])
check_fix = partial(harness.check_fix, rules=[duplicate_requirement])
messages = partial(harness.messages, rules=[duplicate_requirement])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("flask", "Flask"),
        ("typing-extensions", "typing_extensions"),
        ("flask==2.0", "flask==2.0.0"),
        ("flask>=1,<2", "flask <2 , >=1.0"),
        ("flask>=1,<2", "flask (<2,>=1)"),
        ("flask[a,b]", "flask[B, a]"),
        ("flask; python_version>'3'", 'flask ; python_version > "3"'),
        ("flask==1!2.0", "flask==1!2"),
        ("flask==2.0+cpu", "flask==2.0+CPU"),
        ("flask===2.0RC1", "flask===2.0rc1"),
        ("flask @ https://files.example/a.zip", "Flask @ https://files.example/a.zip"),
        ("flask==2 --hash=sha256:a --hash=sha256:b", "flask==2 --hash=sha256:b --hash=sha256:a"),
    ],
)
def test_the_same_meaning(first: str, second: str) -> None:
    assert len(messages(f"{first}\n{second}\n")) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("flask", "flask>=2"),
        ("flask", "flask[async]"),
        ("flask==2.0", "flask===2.0"),
        ("flask~=2.0", "flask~=2.0.0"),
        ("flask==2.*", "flask==2"),
        ("flask==2.0", "flask==2.0+cpu"),
        ("flask==2.0", "flask==1!2.0"),
        ("flask; python_version>'3'", "flask; python_version<='3'"),
        ("flask; python_version>'3'", "flask"),
        ("flask @ https://files.example/a.zip", "flask @ https://files.example/b.zip"),
        ("flask==2 --hash=sha256:a", "flask==2 --hash=sha256:b"),
        ("flask==", "flask=="),
        ("-e ./a", "-e ./a"),
    ],
)
def test_another_meaning(first: str, second: str) -> None:
    check(f"{first}\n{second}\n")


def test_each_leads_to_the_first() -> None:
    check(
        """
# what the site needs
  flask==2.0  # web
  ---------- 1: `flask` is required here
  ---------- 2: `flask` is required here
requests
Flask == 2.0  # again
^^^^^^^^^^^^ 1 duplicate-requirement: `Flask` is already required in line 2, with the same meaning.
flask==2.0.0
^^^^^^^^^^^^ 2 duplicate-requirement: `flask` is already required in line 2, with the same meaning.
"""
    )


def test_the_whole_of_a_continued_line() -> None:
    check(
        """
flask==2.0 \\
------------> 1: `flask` is required here
    --hash=sha256:aaaa
----------------------< 1
flask==2.0 \\
^^^^^^^^^^^^> 1 duplicate-requirement
    --hash=sha256:aaaa
^^^^^^^^^^^^^^^^^^^^^^< 1
"""
    )


def test_fix_removes_whole_lines_and_keeps_others() -> None:
    check_fix(
        """
flask==2.0
# about requests
requests
fl$0ask==2.0 \\
    # not a comment of the next line
# about click
click
""",
        """
flask==2.0
# about requests
requests
# about click
click
""",
    )
    check_fix("flask\nflask$0", "flask\n")
    check_fix("flask\nflask$0\na\n", "flask\na\n", newline="\r\n")


def test_the_line_of_the_including_file_goes() -> None:
    check(
        """
flask
^^^^^ 1 duplicate-requirement: `flask` is already required in b/base.txt line 1, with the same meaning.
-r b/base.txt
=== b/base.txt
flask
----- 1: `flask` is required here
"""  # noqa: E501 - a message stands on one line
    )
    check(
        """
-r b/base.txt
flask
^^^^^ 1 duplicate-requirement
=== b/base.txt
flask
----- 1: `flask` is required here
"""
    )


def test_files_that_stand_alone_each_need_their_line() -> None:
    check(
        """
-r docs.txt
-r tests.txt
=== docs.txt
flask
=== tests.txt
flask
"""
    )


def test_a_file_that_two_others_include_counts_once() -> None:
    check(
        """
-r a.txt
-r b.txt
=== a.txt
-r base.txt
=== b.txt
-r base.txt
=== base.txt
flask
"""
    )


def test_a_constraint_is_no_requirement() -> None:
    check(
        """
-c limits.txt
flask<3
=== limits.txt
flask<3
"""
    )
    assert len(messages("-c l.txt\n=== l.txt\nflask<3\nflask<3\n")) == 1


def test_prose_is_left_alone() -> None:
    check(
        """
The product must be fast and easy to use.
The product must be fast and easy to use.
"""
    )
