from __future__ import annotations

from functools import partial

import pytest

from pinwise.rules.invalid_requirement import invalid_requirement
from tests import harness

check = partial(harness.check, rules=[invalid_requirement])
check_fix = partial(harness.check_fix, rules=[invalid_requirement])
messages = partial(harness.messages, rules=[invalid_requirement])


@pytest.mark.parametrize(
    "line",
    [
        "flask",
        "flask==2.0,",
        "flask (>=1, <2)",
        "flask[]",
        "flask[a, b] >= 1 ; python_version > '3' # c",
        "flask ;",
        "flask @ https://files.example/a.zip",
        "https://files.example/a.zip",
        "./a.zip",
        "-e .",
        "flask==2.0 --hash=sha256:aaaa",
        "flask --unknown",
        "# = nothing",
        "",
    ],
)
def test_what_pip_accepts_or_another_rule_reports(line: str) -> None:
    check(f"{line}\n")


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ("flask=$02.0", "flask==2.0", "Change to `==`"),
        ("flask $0= 2.0  # web", "flask == 2.0  # web", "Change to `==`"),
        ("flask=>$02.0", "flask>=2.0", "Change to `>=`"),
        ("flask=<$02.0", "flask<=2.0", "Change to `<=`"),
        ("flask=!$02.0", "flask!=2.0", "Change to `!=`"),
        ("flask=~$02.0", "flask~=2.0", "Change to `~=`"),
        ("flask $02.0", "flask ==2.0", "Change to `==2.0`"),
        ("flask>=1 $0<2", "flask>=1, <2".replace(", ", ","), "Insert `,`"),
        ("flask≥$02.0", "flask>=2.0", "Change to `>=`"),
        ("flask>=2.0.*$0", "flask>=2.0", "Change to `2.0`"),
        ("flask~=2$0", "flask~=2.0", "Change to `2.0`"),
        ("flask=$02.0 --hash=sha256:aa", "flask==2.0 --hash=sha256:aa", "Change to `==`"),
        ("flask \\\n  =$02.0", "flask \\\n  ==2.0", "Change to `==`"),
        ("flask; python_version > $03.8", 'flask; python_version > "3.8"', 'Change to `"3.8"`'),
    ],
)
def test_fix(before: str, after: str, title: str) -> None:
    check_fix(f"{before}\n", f"{after}\n", title=title)


def test_the_exact_place() -> None:
    check(
        """
flask=2.0 ; python_version > "3"
     ^ invalid-requirement: `=` is no version operator. Write `==`.
requests==
          | invalid-requirement: A version is missing after the operator.
django>=1.x
        ^^^ invalid-requirement: `1.x` cannot stand here: a wildcard is written `.*`.
click[a b]
       ^ invalid-requirement: A comma is missing between two extras.
(numpy)
^ invalid-requirement: Expected a package name, but found `(`.
six; python_versoin > "3"
     ^^^^^^^^^^^^^^ invalid-requirement
rich>=1#2
       ^^ invalid-requirement: A comment needs a space before its `#`: pip takes this for a part of the line.
"""  # noqa: E501 - a message stands on one line
    )


def test_under_a_continuation_and_in_an_included_file() -> None:
    check(
        """
-r base.txt
=== base.txt
# first
flask \\
    =2.0 \\
    ^ invalid-requirement
    --hash=sha256:aaaa
requests=>1
        ^^ invalid-requirement
""",
        newline="\r\n",
    )


def test_two_problems_of_one_line() -> None:
    assert len(messages("flask=1 , =>2\n")) == 2


def test_a_long_text_is_cut() -> None:
    (said,) = messages(f"flask=={'x' * 90}\n")
    assert said.startswith(f"`{'x' * 39}…`")


def test_typographic_characters() -> None:
    left, right = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
    found = harness.fixes_at(
        f"flask; python_version > {left}$03{right}\n", rules=[invalid_requirement]
    )
    assert found
    assert found[0].title == 'Change to `"`'


def test_prose_is_left_alone() -> None:
    check("The product must be fast and easy to use.\nIt must also be cheap, of course.\n")
