from __future__ import annotations

from functools import partial

import pytest

from pinwise.advice.context import Context
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.rules.invalid_requirement import invalid_requirement
from pinwise.rules.missing_file import missing_file
from pinwise.rules.undefined_variable import undefined_variable
from tests import harness
from tests.harness import FOLDER

check = partial(harness.check, rules=[undefined_variable])
check_fix = partial(harness.check_fix, rules=[undefined_variable])
messages = partial(harness.messages, rules=[undefined_variable])


def test_each_place() -> None:
    check(
        """
flask==${VERSION}  # ${COMMENT}
       ^^^^^^^^^^ undefined-variable: `${VERSION}` has no value where Pinwise runs, and pip would leave it as it is.
# ${ALONE}
django==${VERSION}
        ^^^^^^^^^^ undefined-variable
-r ${DIR}/base.txt
   ^^^^^^ undefined-variable
-i https://${USER_NAME}:${TOKEN}@packages.example/simple
           ^^^^^^^^^^^^ undefined-variable
                        ^^^^^^^^ undefined-variable
"""  # noqa: E501 - a message stands on one line
    )


def test_under_a_continuation() -> None:
    check(
        """
flask \\
  ==${VER\\
    ^^^^^^> undefined-variable: `${VERSION}` has no value where Pinwise runs, and pip would leave it as it is.
SION}
^^^^^<
"""  # noqa: E501 - a message stands on one line
    )


@pytest.mark.parametrize(
    "line",
    [
        "-r $BASE/a.txt",
        "-r %BASE%/a.txt",
        "-e $(BASE)/a",
        "./x/$BASE",
        "-f $BASE",
        "-i https://$BASE@packages.example/",
        "--extra-index-url=https://me:$BASE@packages.example/",
        "ours @ https://%BASE%:x@packages.example/a.zip",
        "git+https://$BASE@packages.example/a#egg=a",
        "-r ${base}/a.txt",
        "flask==${Base}",
    ],
)
def test_what_is_no_variable_for_pip(line: str) -> None:
    (said,) = messages(f"{line}\n")
    assert said.startswith("pip leaves `")


@pytest.mark.parametrize(
    "line",
    [
        "-i https://me:pa$SWORD@packages.example/",
        "-i https://me:100%25%20@packages.example/",
        "-f https://packages.example/a%20b/",
        "./cash$/x",
        "flask ; python_version > '$X'",
        "flask # $HOME/x",
        "flask --hash=sha256:$X",
    ],
)
def test_dollars_and_percent_signs_that_may_be_meant(line: str) -> None:
    check(f"{line}\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("-r ${b$0ase}/a.txt", "-r ${BASE}/a.txt"),
        ("-r $b$0ase/a.txt", "-r ${BASE}/a.txt"),
        ("-i https://me:%TO$0KEN%@h.example/", "-i https://me:${TOKEN}@h.example/"),
    ],
)
def test_fix(before: str, after: str) -> None:
    check_fix(f"{before}\n", f"{after}\n")


def test_what_is_set_is_not_reported_and_what_is_empty_is() -> None:
    documents = Documents({"SET": "secret", "EMPTY": ""})
    documents.open(FOLDER / "requirements.txt", "-f ${SET}\n-f ${EMPTY}\n", 1)
    tree = read_tree(FOLDER / "requirements.txt", documents)
    (found,) = undefined_variable.check(Context(tree, Settings()))
    assert found.message.startswith("`${EMPTY}` has no value")


LINES = "flask==${VERSION}\n-r ${DIR}/a.txt\n-e ${DIR}/b\nflask==${version}\n${NAME}\n"


def test_one_mistake_is_one_finding() -> None:
    rules = [undefined_variable, invalid_requirement, missing_file]
    assert len(harness.messages(LINES, rules=rules)) == 5


def test_where_the_rule_is_off_the_others_speak() -> None:
    rules = [undefined_variable, invalid_requirement, missing_file]
    for settings in (
        Settings(rules={"undefined-variable": "off"}),
        Settings(ignore=("undefined-variable",)),
    ):
        found = harness.messages(LINES, rules=rules, settings=settings)
        assert len(found) == 5
        assert not any("has no value" in said for said in found)


def test_another_mistake_of_the_line_is_still_told() -> None:
    (found,) = harness.messages("flask[a b]==${VERSION}\n", rules=[invalid_requirement])
    assert "comma" in found


def test_prose_is_left_alone() -> None:
    check("The product must be fast and easy to use.\nIt must know ${NAME} of course, and more.\n")


def test_a_path_with_another_shells_variable_is_one_mistake() -> None:
    harness.check(
        """
./$HOME/ours
  ^^^^^ undefined-variable: pip leaves `$HOME` as it is: it knows variables as `${NAME}` only.
%TEMP%/ours.zip
^^^^^^ undefined-variable
""",
        rules=[undefined_variable, missing_file],
    )


def test_where_the_rule_is_off_for_a_package_the_others_speak() -> None:
    settings = Settings(per_package_ignores={"ours": ("undefined-variable",)})
    harness.check(
        """
./${NONE}/ours
^^^^^^^^^^^^^^ missing-file
""",
        rules=[missing_file],
        settings=settings,
    )
