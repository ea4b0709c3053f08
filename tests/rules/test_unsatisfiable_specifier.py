from __future__ import annotations

from functools import partial

import pytest

from pinwise.rules.unsatisfiable_specifier import unsatisfiable_specifier
from tests import harness

check = partial(harness.check, rules=[unsatisfiable_specifier])
check_fix = partial(harness.check_fix, rules=[unsatisfiable_specifier])
messages = partial(harness.messages, rules=[unsatisfiable_specifier])


@pytest.mark.parametrize(
    "specifier",
    [
        "",
        "==1.0",
        ">=1,<2",
        ">1,!=1.5,<2",
        "==1.*,!=1.0",
        "~=1.4,>=1.4.2",
        "==1!1.0,>=2",
        "===anything",
        ">=1.0a1,<1.0.post1",
        "==1.0+local,==1.0",
    ],
)
def test_satisfiable(specifier: str) -> None:
    check(f"flask{specifier}\n")


@pytest.mark.parametrize(
    "specifier",
    [">2,<1", "==1,==2", "==1.0,!=1.0", "==1.*,>=2", "~=1.4,<1.4", ">=1!0,<2", "===1.0,==2.0"],
)
def test_unsatisfiable(specifier: str) -> None:
    assert len(messages(f"flask{specifier}\n")) == 1


def test_only_the_clauses_that_exclude_each_other() -> None:
    check(
        """
flask [async] != 7 , >= 2 , < 1 ; python_version > "3"  # odd
                     ^^^^^^^^^^ unsatisfiable-specifier: No version can satisfy both `>=2` and `<1`.
flask>=2,!=3,<1
     ^^^^^^^^^^ unsatisfiable-specifier: No version can satisfy both `>=2` and `<1`.
flask>=2,!=2,<=2
     ^^^^^^^^^^^ unsatisfiable-specifier: No version can satisfy all of `>=2`, `!=2` and `<=2`.
"""
    )


@pytest.mark.parametrize(
    ("specifier", "note"),
    [
        (">1.0rc1,<1.0", " `<1.0` leaves out the pre-releases of 1.0 too."),
        ("==1.0a1,<1.0", " `<1.0` leaves out the pre-releases of 1.0 too."),
        (">1.0,==1.0.post1", " `>1.0` leaves out the post-releases of 1.0 too."),
        (">2,<1", ""),
        (">1,<1", ""),
        (">=1.0rc1,<1.0rc1", ""),
        ("==1.0+cpu,!=1.0", ""),
    ],
)
def test_what_a_bound_leaves_out_beside_its_sign(specifier: str, note: str) -> None:
    (said,) = messages(f"flask{specifier}\n")
    assert said.endswith(note)
    assert ("leaves out" in said) is bool(note)


def test_a_clause_that_nothing_satisfies() -> None:
    assert messages("flask<0.dev0\n") == ["No version can satisfy `<0.dev0`."]


@pytest.mark.parametrize(
    ("before", "title", "after"),
    [
        ("flask>=2$0,<1", "Remove `>=2`", "flask<1"),
        ("flask>=2$0,<1", "Remove `<1`", "flask>=2"),
        ("flask (>= 2$0, < 1)", "Remove `>=2`", "flask (< 1)"),
        ("flask >= 2$0, < 1, != 7 # odd", "Remove `<1`", "flask >= 2, != 7 # odd"),
        ("flask>=2, \\\n  <1$0", "Remove `<1`", "flask>=2"),
    ],
)
def test_fix(before: str, title: str, after: str) -> None:
    check_fix(f"{before}\n", f"{after}\n", title=title)


def test_constraints_and_crlf() -> None:
    check(
        """
-c limits.txt
=== limits.txt
flask>2,<1
     ^^^^^ unsatisfiable-specifier
""",
        newline="\r\n",
    )
