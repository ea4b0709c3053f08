from __future__ import annotations

from functools import partial

from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.rules.include_cycle import include_cycle
from tests import harness
from tests.harness import FOLDER, World

check = partial(harness.check, rules=[include_cycle])
check_fix = partial(harness.check_fix, rules=[include_cycle])
messages = partial(harness.messages, rules=[include_cycle])


def test_the_way_round() -> None:
    check(
        """
-r sub/a.txt
flask
=== sub/a.txt
-r b.txt
   ----- 1: `a.txt` includes the next file here
=== sub/b.txt
-c ../sub/a.txt
   ^^^^^^^^^^^^ 1 include-cycle: pip rejects files that include each other in a circle: `a.txt` → `b.txt` → `a.txt`.
"""  # noqa: E501 - a message stands on one line
    )


def test_a_file_that_includes_itself() -> None:
    check(
        """
-c requirements.txt
   ^^^^^^^^^^^^^^^^ include-cycle: This file includes itself, and pip rejects that.
flask
"""
    )


def test_two_circles_through_one_file() -> None:
    found = messages(
        "-r a.txt\n-r b.txt\n=== a.txt\n-r requirements.txt\n=== b.txt\n-r requirements.txt\n"
    )
    assert [said.count("requirements.txt") for said in found] == [2, 2]


def test_a_diamond_is_none() -> None:
    check("-r a.txt\n-r b.txt\n=== a.txt\n-c c.txt\n=== b.txt\n-r c.txt\n=== c.txt\nflask\n")


def test_a_long_way_is_cut() -> None:
    files = {f"{number}.txt": f"-r {(number + 1) % 40}.txt\n" for number in range(40)}
    (found,) = include_cycle.check(World().context(files))
    assert found.message.endswith(
        "`0.txt` → `1.txt` → `2.txt` → … → `38.txt` → `39.txt` → `0.txt`."
    )
    assert len(found.related) == 20


def test_each_file_of_a_circle_is_told_from_its_own_tree() -> None:
    files = {"a.txt": "-r b.txt\n", "b.txt": "-r a.txt\n"}
    (first,) = include_cycle.check(World().context(files))
    (second,) = include_cycle.check(World().context(dict(reversed(files.items()))))
    assert (first.path.name, second.path.name) == ("b.txt", "a.txt")


def test_the_line_can_be_removed() -> None:
    check_fix(
        "-r a.txt\n=== a.txt\nflask\n-r $0requirements.txt  # again\nclick\n",
        "-r a.txt\n=== a.txt\nflask\nclick\n",
        title="Remove this line",
    )


def test_no_value_of_the_environment_is_told() -> None:
    documents = Documents({"NAME": "secret"})
    documents.open(FOLDER / "requirements.txt", "-r ${NAME}.txt\n", 1)
    documents.open(FOLDER / "secret.txt", "-r requirements.txt\n", 1)
    context = World().context({"requirements.txt": ""})
    tree = read_tree(FOLDER / "requirements.txt", documents)
    (found,) = include_cycle.check(type(context)(tree, context.settings))
    assert "secret" not in found.message
    assert "`${NAME}.txt`" in found.message
