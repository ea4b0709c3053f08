"""What is said of a line that pip rejects, and where: carets under the place, `|` for between.

Behind the carets stands the kind and, where the intent is evident, `->` and what to write there.
"""

from __future__ import annotations

import pytest

from pinwise.base.text import TextEdit, apply_edits
from pinwise.syntax.nodes import Kind, Problem
from pinwise.syntax.requirements import parse

CASES = """
flask=2.0
     ^ single-equals -> ==

flask = 2.0
      ^ single-equals -> ==

flask[async]=2.0,<3
            ^ single-equals -> ==

flask=>2.0
     ^^ reversed-operator -> >=

flask=<2.0
     ^^ reversed-operator -> <=

flask=!2.0
     ^^ reversed-operator -> !=

flask=~2.0
     ^^ reversed-operator -> ~=

flask<>2.0
     ^^ unknown-operator -> !=

flask~2.0
     ^^^^ foreign-syntax -> >=2.0,<2.1

flask>1,~2.0
        ^ unknown-operator

flask>1,~2.0.3
        ^ unknown-operator -> ~=

flask>>2.0
     ^^ unknown-operator

flask!1.0
     ^ unknown-operator

flask=>=1.0
     ^^^ unknown-operator -> >=

flask>==1.0
     ^^^ unknown-operator -> >=

flask==>1.0
     ^^^ unknown-operator -> >=

flask==~1.0
     ^^^ unknown-operator -> ~=

flask!==1.0
     ^^^ unknown-operator -> !=

flask>1.0|<0.5
         ^ unexpected-text

flask>1.0 || <0.5
          ^^ unexpected-text

flask^2.0
     ^^^^ foreign-syntax -> >=2.0,<3

flask==
       | missing-version

flask>=,<2
       | missing-version

flask>= , <2
       | missing-version

flask 2.0
      ^^^ missing-operator -> ==2.0

flask v2.0
      ^^^^ missing-operator -> ==v2.0

flask (2.0)
       ^^^ missing-operator -> ==2.0

flask>=1.0 <2.0
          ^ missing-comma -> ,

flask>=1.0<2.0
          | missing-comma -> ,

flask>=1.0.*
       ^^^^^ misplaced-version -> 1.0

flask<1.*
      ^^^ misplaced-version -> 1

flask<=1.*
       ^^^ misplaced-version

flask~=1
       ^ misplaced-version -> 1.0

flask==1.0.dev1.*
       ^^^^^^^^^^ misplaced-version

flask>=1.0+local
       ^^^^^^^^^ misplaced-version

flask==latest
       ^^^^^^ misplaced-version ->

flask==1.0foo,<2
       ^^^^^^ invalid-version

flask===1.0,foo
           ^^^^ several-requirements -> \\nfoo

flask==1.0#pinned
          ^^^^^^^ unexpected-text ->   #pinned

flask#pinned
     ^^^^^^^ unexpected-text ->   #pinned

flask[async
     ^ unclosed-bracket

flask (==2.0
      ^ unclosed-bracket

flask ==2.0)
           ^ unexpected-text

flask[async dev]
           ^ missing-extra-comma -> ,

flask[async,]
           ^ invalid-extra ->

flask["async"]
      ^^^^^^^ invalid-extra

flask]
     ^ unexpected-text

flask, django
     ^^^^^^^^ several-requirements -> \\ndjango

flask is nice
      ^^^^^^^ unexpected-text

"flask==2.0",
^^^^^^^^^^^^^ quoted-requirement -> flask==2.0

"flask
^^^^^^ invalid-name

_flask
^^^^^^ invalid-name

==2.0
^ missing-name

flask\N{EN DASH}core==1.0
     ^ smart-quote -> -

\N{EN DASH}r other.txt
^ smart-quote -> -

\N{EM DASH}index-url x
^ smart-quote -> --

flask\N{NO-BREAK SPACE}==2.0
     ^ smart-quote ->  \x20

flask\N{GREATER-THAN OR EQUAL TO}2.0
     ^ smart-quote -> >=

flask; os_name == \N{LEFT DOUBLE QUOTATION MARK}nt\N{RIGHT DOUBLE QUOTATION MARK}
                  ^ smart-quote -> "
                     ^ smart-quote -> "

flask; python_version < 3.8
                        ^^^ invalid-marker -> "3.8"

flask; python_version = "3.8"
                      ^ invalid-marker -> ==

flask; python_version => "3.8"
                      ^^ invalid-marker -> >=

flask; python_versoin < "3.8"
       ^^^^^^^^^^^^^^ invalid-marker -> python_version

flask; sys_platform == win32
                       ^^^^^ invalid-marker -> "win32"

flask; os_name == 'a' && extra == 'b'
                      ^^ invalid-marker -> and

flask; os_name == 'a' || extra == 'b'
                      ^^ invalid-marker -> or

flask; os_name == 'a' AND extra == 'b'
                      ^^^ invalid-marker -> and

flask; os_name == 'a' extra == 'b'
                      ^^^^^^^^^^^^ invalid-marker

flask; (os_name == 'a'
       ^ invalid-marker

flask; os_name == 'a
                  ^^ invalid-marker

flask; os_name
              | invalid-marker

flask; os_name ==
                 | invalid-marker

flask; os_name ~= 'posix'
       ^^^^^^^^^^^^^^^^^^ invalid-marker

flask; '3' > '2'
       ^^^^^^^^^ invalid-marker

flask @
       | invalid-url

flask @ https://host.example/a b
                               ^ unexpected-text

https://host.example/a.zip#egg=flask[x]
                               ^^^^^^^^ invalid-url -> flask[x] @ https://host.example/a.zip

https://host.example/flask-1.0.whl
                     ^^^^^^^^^^^^^ invalid-url

https://[host/x
^^^^^^^^^^^^^^^ invalid-url

-e git+https://git.example/x.git
                                | invalid-url -> #egg=x

-e https://host.example/x.zip
   ^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-url

-e flask==2.0
   ^^^^^^^^^^ invalid-url

-e " [a]"
    ^^^^ invalid-url

--no-such-option x
^^^^^^^^^^^^^^^^ unknown-option

--hashes=sha256:a
^^^^^^^^ unknown-option -> --hash

-x
^^ unknown-option

--require
^^^^^^^^^ ambiguous-option

--index-url
           | missing-option-value

--no-index=yes
           ^^^ invalid-option-value

flask --hash=md5:abc
             ^^^^^^^ invalid-option-value

flask --hash sha256
             ^^^^^^ invalid-option-value

--use-feature magic
              ^^^^^ invalid-option-value

--find-links "open
             ^^^^^ unbalanced-quote

-r other.txt ; os_name == 'nt'
             ^^^^^^^^^^^^^^^^^ ignored-text

-r other.txt --pre
             ^^^^^ ignored-text

flask --pre words -r x
      ^^^^^ ignored-text
            ^^^^^ ignored-text
                  ^^^^ ignored-text

-i https://a.example -i https://b.example
^^^^^^^^^^^^^^^^^^^^ ignored-for-last

--find-links a --find-links b
               ^^^^^^^^^^^^^^ ignored-for-first

--hash=sha256:abc
^^^^^^^^^^^^^^^^^ ignored-text

-e ./here --hash=sha256:abc
          ^^^^^^^^^^^^^^^^^ ignored-text
"""


def marked(problem: Problem) -> str:
    """Return the marks of one problem."""
    start, end = problem.span.start, problem.span.end
    marks = " " * start + ("^" * (end - start) or "|")
    text = f"{marks} {problem.kind.value}"
    if problem.replacement is None:
        return text
    return f"{text} -> {problem.replacement}".replace("\n", "\\n")


@pytest.mark.parametrize(
    "case",
    CASES.replace("\\x20", "\x20").strip("\n").split("\n\n"),
    ids=lambda case: case.partition("\n")[0],
)
def test_problem(case: str) -> None:
    text = case.partition("\n")[0]
    file = parse(text)
    (line,) = file.lines
    found = [text, *(marked(problem) for problem in line.problems)]
    assert "\n".join(item.rstrip() for item in found) == "\n".join(
        item.rstrip() for item in case.split("\n")
    )


@pytest.mark.parametrize(
    "case",
    [case for case in CASES.strip("\n").split("\n\n") if "->" in case],
    ids=lambda case: case.partition("\n")[0],
)
def test_replacements_make_a_line_that_pip_accepts(case: str) -> None:
    text = case.partition("\n")[0]
    (line,) = parse(text).lines
    edits = [
        TextEdit(problem.replaced or problem.span, problem.replacement)
        for problem in line.problems
        if problem.replacement is not None
    ]
    for fixed in parse(apply_edits(text, edits)).lines:
        assert fixed.kind is not Kind.ERROR


def test_what_can_be_read_of_a_rejected_line_is_there() -> None:
    (line,) = parse("Flask[async] = 2.0 ; os_name == 'nt' --hash=sha256:ab  # why").lines
    assert line.kind is Kind.ERROR
    assert line.requirement is not None
    assert line.requirement.name == "Flask"
    assert [extra.name for extra in line.requirement.extras] == ["async"]
    assert line.requirement.specifier == "==2.0"
    assert line.requirement.marker is not None
    assert line.requirement.marker.text == "os_name == 'nt'"
    assert [found.digest for found in line.hashes] == ["ab"]
    assert line.comment is not None
    assert line.comment.text == "# why"


def test_problems_within_a_continued_line_have_their_own_place() -> None:
    text = "flask \\\n  =2.0 \\\n  --hash=md5:ab\n"
    (line,) = parse(text).lines
    assert [problem.span.of(text) for problem in line.problems] == ["md5:ab", "="]


@pytest.mark.parametrize(("depth", "accepted"), [(400, True), (401, False), (10_000, False)])
def test_nesting_that_pip_cannot_read(depth: int, accepted: bool) -> None:  # noqa: FBT001 - a column of the table
    (line,) = parse("flask; " + "(" * depth + "os_name == 'nt'" + ")" * depth).lines
    assert (line.kind is not Kind.ERROR) is accepted
