from __future__ import annotations

from functools import partial

import pytest

from pinwise.advice.problems import shown
from pinwise.rules.ignored_text import ignored_text
from pinwise.rules.invalid_option import invalid_option
from pinwise.rules.invalid_requirement import invalid_requirement
from tests import harness

check = partial(harness.check, rules=[invalid_requirement])
check_fix = partial(harness.check_fix, rules=[invalid_requirement])
messages = partial(harness.messages, rules=[invalid_requirement])

SPACE = " "


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


def test_constraints() -> None:
    check(
        """
-c limits.txt
flask[async]
-e ./here
./here
=== limits.txt
flask[async]>=2 ; os_name == "none"
     ^^^^^^^ invalid-requirement: pip takes no extras in a constraint.
-e ./here
^^^^^^^^^ invalid-requirement: pip 26.0 and newer rejects a file of constraints with an editable in it.
./here
^^^^^^ invalid-requirement: pip takes no constraint without a name. Write `name @ URL`.
./nowhere
https://files.example/flask.zip
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-requirement: pip takes no constraint without a name. Write `name @ URL`.
https://files.example/flask.zip#egg=flask
./click-8.0-py3-none-any.whl
rich @ https://files.example/rich.zip
rich[]
-r more.txt
=== more.txt
six[a]
-e ./here
=== here/pyproject.toml
"""  # noqa: E501 - a message stands on one line
    )


def test_a_file_that_is_used_both_ways_is_judged_in_each() -> None:
    check(
        """
-r base.txt
-c base.txt
=== base.txt
flask[async]
     ^^^^^^^ invalid-requirement: pip takes no extras in a constraint.
"""
    )


def test_a_root_of_constraints_and_its_fix() -> None:
    (said,) = messages("=== constraints.txt\nflask[async]==2.0\n")
    assert said == "pip takes no extras in a constraint."
    check_fix(
        "=== constraints.txt\nflask[as$0ync, dev]==2.0\n",
        "=== constraints.txt\nflask==2.0\n",
        title="Remove the extras",
    )


def test_an_editable_constraint_by_the_version_of_pip() -> None:
    text = "=== constraints.txt\n-e ./here\n"
    assert messages(text, pip="25.3") == ["pip takes no editable as a constraint."]
    assert "26.0" in messages(text, pip="26.0")[0]


@pytest.mark.parametrize(
    ("line", "before", "since"),
    [
        ("-e 'flask @ git+https://git.example/flask'", "25.2", "25.3"),
        ("-e './here [dev]'", "25.2", "25.3"),
    ],
)
def test_what_only_a_newer_pip_reads(line: str, before: str, since: str) -> None:
    (said,) = messages(f"{line}\n", pip=before)
    assert said.startswith(f"pip {before} of this environment ")
    assert said.endswith(f"it needs pip {since}.")
    assert messages(f"{line}\n", pip=since) == []
    assert messages(f"{line}\n") == []


@pytest.mark.parametrize(
    ("line", "last", "since"),
    [
        ("git+https://git.example/flask#egg=flask[async]", "25.3", "26.0"),
        ("-e git+https://git.example/flask#egg=flask[async]", "25.3", "26.0"),
        ("flask -e ./here", "24.3.1", "25.0"),
        ("flask==2.0 -e ./here", "24.3.1", "25.0"),
    ],
)
def test_what_only_an_older_pip_reads(line: str, last: str, since: str) -> None:
    assert messages(f"{line}\n", pip=last) == []
    assert messages(f"{line}\n", pip="23.0") == []
    (said,) = messages(f"{line}\n", pip=since)
    assert f"pip {since} and newer" in said
    assert messages(f"{line}\n") == [said]


def test_what_follows_from_a_failed_continuation_is_not_said_again() -> None:
    check(
        f"""
flask \\{SPACE}
      ^^ invalid-requirement: The space behind `\\` keeps the line from being continued.
    ==2.0
click \\  # why
      ^ invalid-requirement: A comment cannot stand behind `\\`: the line is not continued.
    ==8.0
==8.0
^ invalid-requirement
"""
    )


def test_a_file_of_another_format_is_one_mistake_until_a_requirement_follows() -> None:
    check(
        """
<!DOCTYPE html>
^^^^^^^^^^^^^^^ invalid-requirement: This is HTML, which pip does not read.
<html>
<title>flask</title>
flask
<p>
^^^ invalid-requirement: This is HTML, which pip does not read.
"""
    )


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ("pyth$0on=3.11\nflask", "flask", "Remove `python=3.11`"),
        ("flask la$0test  # c", "flask  # c", "Remove `latest`"),
        ("flask==$0*", "flask", "Remove `==*`"),
        ("flask==1 , $0rich==2", "flask==1\nrich==2", "Put `rich==2` on a line of its own"),
        ("flask, ri$0ch, six", "flask\nrich\nsix", "Put each on a line of its own"),
        ("six==1\npip $0install a b", "six==1\na\nb", "Put each on a line of its own"),
        ("fla$0sk -e ./x", "flask\n-e ./x", "Put `-e ./x` on a line of its own"),
        ("flask==1 $0\N{EM DASH} web", "flask==1  # web", "Make it a comment"),
        ("flask==1.0$0[async]", "flask[async]==1.0", "Change to `flask[async]==1.0`"),
        ("flask \\$0 \n  ==2", "flask \\\n  ==2", "Remove the space"),
    ],
)
def test_fixes_of_more_than_a_word(before: str, after: str, title: str) -> None:
    check_fix(f"{before}\n", f"{after}\n", title=title)
    check_fix(f"{before}\n", f"{after}\n", title=title, newline="\r\n")


def test_one_mistake_is_told_once() -> None:
    check(
        """
flask!1.0
     ^ invalid-requirement: `!` is no version operator.
flask=>=1.0
     ^^^ invalid-requirement: `=>=` is no version operator. Write `>=`.
flask>1.0|<0.5
         ^ invalid-requirement: pip does not understand `|` here: all comparisons must hold, and commas stand between them.
flask==1.0[async]
          ^^^^^^^ invalid-requirement: The extras in brackets are invalid: they must stand right behind the name.
"""  # noqa: E501 - a message stands on one line
    )


def test_a_table_of_pip_is_one_mistake() -> None:
    both = [invalid_requirement, invalid_option, ignored_text]
    text = """
six==1
Package         Version
^^^^^^^^^^^^^^^^^^^^^^^ invalid-requirement: This is the output of `pip list`, which pip does not read.
--------------- -------
certifi         2023.7.22
zope.interface  5.0
rich=1
    ^ invalid-requirement: `=` is no version operator. Write `==`.
"""  # noqa: E501 - a message stands on one line
    harness.check(text, rules=both)
    check_fix(
        "six==1\nPackage $0   Version  Editable project location\n------- ------- ---\n"
        "certifi    2023.7.22\nours       1.0      /srv/ours\nrich\n",
        "six==1\ncertifi==2023.7.22\n-e /srv/ours\nrich\n",
        title="Change each row to `name==version`",
    )


def test_a_table_of_conda_is_one_mistake() -> None:
    check(
        """
six==1
# packages in environment at /opt/conda:
#
# Name                    Version                   Build  Channel
_libgcc_mutex             0.1                        main
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-requirement: This is the output of `conda list`, which pip does not read.
numpy                     1.26.0          py311h08b1b3b_0  conda-forge
python                    3.11.5               h955ad1f_0
"""  # noqa: E501 - a message stands on one line
    )
    check_fix(
        "# Name  Version  Build  Channel\n_libgcc$0_mutex  0.1  main\n"
        "numpy  1.26.0  py311h08b1b3b_0  conda-forge\npython  3.11.5  h9_0\n",
        "# Name  Version  Build  Channel\nnumpy==1.26.0\n",
    )


def test_a_name_and_a_version_alone_are_no_table() -> None:
    assert messages("# Name  Version  Build  Channel\nsix==1\nrich  2.0\n") == [
        "An operator is missing before `2.0`. Write `==2.0` for it."
    ]
    assert messages("six==1\nrich  2.0\n") == [
        "An operator is missing before `2.0`. Write `==2.0` for it."
    ]


def test_what_pip_printed() -> None:
    check(
        """
six==1
WARNING: pip is old.
^^^^^^^^^^^^^^^^^^^^ invalid-requirement: This is a message that pip printed, and no requirement.
"""
    )


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ("numpy pa$0ndas scipy\n", "numpy\npandas\nscipy\n", "Put each on a line of its own"),
        (
            "flask[async] requ$0ests  # web\n",
            "flask[async]\nrequests  # web\n",
            "Put `requests` on a line of its own",
        ),
    ],
)
def test_a_row_of_names(before: str, after: str, title: str) -> None:
    message = "pip reads one requirement on each line."
    assert messages(before.replace("$0", "")) == [message]
    check_fix(before, after, title=title)


@pytest.mark.parametrize("line", ["flask latest", "install flask", "flask version", "python flask"])
def test_what_is_no_row_of_names(line: str) -> None:
    assert "pip reads one requirement on each line." not in messages(f"{line}\n")


def test_plain_words() -> None:
    check(
        """
six==1
; flask
| invalid-requirement: A package name is missing here.
flask\N{NO-BREAK SPACE}==1
     ^ invalid-requirement: This is no plain space, and pip rejects it.
git+ssh://git@git.example:me/x
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-requirement: ssh addresses use `/` here, not `:`. Write `git+ssh://git@git.example/me/x`.
-e git+https://git.example/
                           | invalid-requirement: pip cannot tell the name: write `name @ URL`, or `#egg=name`.
"flask",
^^^^^^^^ invalid-requirement: pip takes no quotes or commas around a requirement.
flask;python_version>='3.8'#web
                           ^^^^ invalid-requirement: A comment needs a space before its `#`: pip takes this for a part of the line.
"""  # noqa: E501 - a message stands on one line
    )


def test_an_invisible_character_is_named_so_in_the_title() -> None:
    check_fix("x\N{ZERO WIDTH SPACE}$0y==1\n", "xy==1\n", title="Remove the invisible character")
    check_fix(
        "flask;python_version>='3.8'#$0x\n",
        "flask;python_version>='3.8'  #x\n",
        title="Make it a comment",
    )


def test_the_end_of_a_long_path_is_shown() -> None:
    assert shown("docs/sphinx_api_docs_source/requirements/here.txt") == (
        "`docs/sphinx…source/requirements/here.txt`"
    )
    assert len(shown("x" * 100)) == len(shown("x/" * 100))
