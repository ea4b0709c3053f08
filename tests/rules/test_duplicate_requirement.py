from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

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


@pytest.mark.parametrize(
    "files",
    [
        # Two layers of pip-tools: the second is bounded by the first, and asks for it too.
        "-c base.txt\nflask==2.0\nclick==8\n=== base.txt\nflask==2.0\n",
        # The same pins, compiled twice, in files that nothing ties together.
        "-r base.txt\n-r dev.txt\n=== base.txt\nflask==2.0\n=== dev.txt\nflask==2.0\n",
        "flask==2.0\nflask[async]==2.0\n",
        "flask==2.0; python_version < '3.12'\nflask==2.0; python_version >= '3.12'\n",
        "flask==2.0 --hash=sha256:a\nflask==2.0\n",
    ],
)
def test_what_real_projects_do(files: str) -> None:
    check(files)


def test_a_layer_that_reads_the_other_needs_no_copy_of_its_lines() -> None:
    check(
        """
=== dev.txt
-r base.txt
pytest==8.0
flask==2.0.0
^^^^^^^^^^^^ 1 duplicate-requirement
=== base.txt
flask==2.0
---------- 1: `flask` is required here
"""
    )


_clauses = st.builds(
    "{}{}".format,
    st.sampled_from(["==", "!=", ">=", "<=", ">", "<", "~="]),
    st.sampled_from(
        ["1.0", "1.0.0", "1.0.1", "v1.0", "1!1.0", "1.0a1", "1.0-1", "1.0.post1", "2.0"]
    ),
) | st.sampled_from(["==1.*", "==1.0.*", "!=1.*", "==1.0+Cpu", "==1.0+cpu", "===1.0", "===1.0.0"])
_specifiers = st.lists(_clauses, max_size=2).map(",".join)
_versions = ["0.9", "1", "1.0a1", "1.0a2", "1.0+cpu", "1.0.1", "1.0.post1", "1.0.post2", "1.1", "2"]
_UNIVERSE = [Version(f"{epoch}{version}") for epoch in ("", "1!") for version in _versions]


@settings(max_examples=300, deadline=None)
@given(_specifiers, _specifiers)
def test_what_is_called_the_same_allows_the_same(first: str, second: str) -> None:
    if messages(f"flask{first}\nflask{second}\n"):
        one, other = SpecifierSet(first), SpecifierSet(second)
        for version in _UNIVERSE:
            allowed = one.contains(version, prereleases=True)
            assert allowed == other.contains(version, prereleases=True)
