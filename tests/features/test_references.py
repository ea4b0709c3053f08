from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.features.references import Package, references, subject_at
from tests.harness.counting import counted
from tests.harness.features import (
    check_definition,
    check_highlights,
    check_references,
    open_files,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_package_has_one_name_for_all_its_spellings() -> None:
    check_references(
        """
Foo.Bar[x]==1 ; os_name == 'nt'
^^^^^^^ reference
-r base.txt
foo$0_bar>=1
^^^^^^^ reference
foobar
=== base.txt
FOO--bar \\
^^^^^^^^ reference
    --hash=sha256:abc
foo-bar @ https://host.example/foo.zip
^^^^^^^ reference
https://host.example/foo_bar-1.0-py3-none-any.whl
                     ^^^^^^^ reference
-e git+https://git.example/x.git#egg=foo.bar
                                     ^^^^^^^ reference
"""
    )


def test_every_tree_of_the_file_counts() -> None:
    check_references(
        """
=== base.txt
fl$0ask
^^^^^ reference
=== requirements.txt
-r base.txt
-r other.txt
=== dev.txt
-r base.txt
flask==2
^^^^^ reference
=== other.txt
flask
^^^^^ reference
=== alone.txt
flask
"""
    )


def test_cycles_and_files_that_are_included_twice() -> None:
    check_references(
        """
-r a.txt
-r a.txt
-c a.txt
-r missing.txt
flask$0
^^^^^ reference
=== a.txt
-r requirements.txt
-r b.txt
flask
^^^^^ reference
=== b.txt
-r a.txt
-r b.txt
Flask
^^^^^ reference
"""
    )


def test_a_name_that_a_continuation_breaks() -> None:
    check_references(
        """
fla\\
^^^^> reference
s$0k==1
^^<
flask
^^^^^ reference
"""
    )


def test_lines_that_pip_rejects_count() -> None:
    check_references(
        """
flask$0=1
^^^^^ reference
flask ==
^^^^^ reference
"""
    )


def test_without_the_declaration() -> None:
    check_references(
        """
-c limits.txt
fl$0ask
^^^^^ reference
-r base.txt
=== base.txt
flask>1
^^^^^ reference
=== limits.txt
flask<3
""",
        declaration=False,
    )
    # Without a constraint, the line itself is the declaration.
    check_references("flask$0\nflask>1\n^^^^^ reference\n", declaration=False)


@pytest.mark.parametrize(
    "text",
    [
        "$0",
        "$0\nflask\n",
        "flask=$0=1\nflask\n",
        "# flask$0\nflask\n",
        "-r https://host.example/ba$0se.txt\n",
        "-i https://index.example.org/sim$0ple\n",
        "flask==1 --hash=sha256:a$0b\n",
    ],
)
def test_nothing_else_has_references(text: str) -> None:
    check_references(text)
    check_highlights(text)


def test_a_name_from_a_variable_is_none() -> None:
    files = open_files("${NAME}\nflask\n", variables={"NAME": "flask"})
    assert subject_at(files.document, 2) is None
    flask = subject_at(files.document, 9)
    assert isinstance(flask, Package)
    found = references(flask, files.trees(files.document.path))
    assert [place.span.start for place in found] == [8]


def test_prose_names_nothing() -> None:
    text = "These are the things that we need to do.\nFirst, we write them all down here.\nflask\n"
    files = open_files(text)
    assert subject_at(files.document, len(text) - 2) is None


def test_who_includes_a_file() -> None:
    check_references(
        """
-r ba$0se.txt
   ^^^^^^^^ reference
-c sub/../base.txt
   ^^^^^^^^^^^^^^^ reference
-r other.txt
=== other.txt
--requirement=base.txt
              ^^^^^^^^ reference
=== dev.txt
-r base.txt
   ^^^^^^^^ reference
=== base.txt
flask
""",
        declaration=False,
    )


def test_who_includes_a_file_that_is_not_there() -> None:
    check_references("-r a.txt$0\n   ^^^^^ reference\n-c a.txt\n   ^^^^^ reference\n")


def test_highlights_stay_in_the_file() -> None:
    check_highlights(
        """
Flask
^^^^^ highlight
-r base.txt
flask$0==1
^^^^^ highlight
=== base.txt
flask
"""
    )
    check_highlights("-r $0a.txt\n   ^^^^^ highlight\n-c ./a.txt\n   ^^^^^^^ highlight\n")


def test_the_definition_of_a_package_is_its_constraint() -> None:
    check_definition(
        """
-c limits.txt
Foo.B$0ar
-r base.txt
=== base.txt
foo-bar
-c more.txt
=== limits.txt
foo_bar<3
^^^^^^^ definition
=== more.txt
foo-bar>1
^^^^^^^ definition
"""
    )


def test_a_constraint_is_its_own_definition() -> None:
    check_definition(
        """
-c limits.txt
-c more.txt
flask
=== limits.txt
fl$0ask<3
^^^^^ definition
=== more.txt
flask>1
"""
    )


def test_without_a_constraint_the_definition_is_the_place_itself() -> None:
    # Editors then offer the references.
    check_definition("flask\nflask$0\n^^^^^ definition\n-r b.txt\n=== b.txt\nflask\n")


def test_the_definition_of_an_include_is_its_file() -> None:
    check_definition("-r ba$0se.txt\n=== base.txt\nflask\n| definition\n")
    check_definition("$0-r base.txt\n=== base.txt\nflask\n")
    check_definition("-r missing$0.txt\n")
    check_definition("-r https://host.example/$0base.txt\n")


def test_the_definition_of_a_path_is_what_describes_the_project(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "setup.py").write_text("", encoding="utf-8")
    check_definition("-e .$0\n-e ./empty\n=== setup.py\n\n| definition\n", folder=tmp_path)
    # A folder is nothing that an editor can show a line of.
    check_definition("-e .\n-e ./emp$0ty\n", folder=tmp_path)


def test_ten_times_the_lines_are_ten_times_the_work() -> None:
    calls = []
    for count in (1_000, 10_000):
        text = "flask==${V} \\\n    --hash=sha256:abc\n" * count
        files = open_files(text, variables={"V": "1"})
        subject = subject_at(files.document, 2)
        assert subject is not None
        trees = files.trees(files.document.path)
        found, work = counted(partial(references, subject, trees))
        assert len(found) == count
        calls.append(work)
    assert calls[1] < 12 * calls[0]
