"""What the formatter makes of a text, and that pip reads the same in it, whatever the text."""

from __future__ import annotations

import logging
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinwise.base.text import Span, TextEdit, apply_edits
from pinwise.features import formatting
from pinwise.features.formatting import Change, Style, format_edits, layout, reading
from pinwise.features.sorting import order
from pinwise.syntax.requirements import parse
from tests.harness.counting import assert_linear
from tests.syntax.corpus import corpus
from tests.syntax.mutations import ALPHABET, mutate
from tests.syntax.pip_judge import ENVIRONMENT, Verdict, judging_in, pip_verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[2] / "docs" / "editing.md"


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Work where `./local` is a project, with known variables, as pip's judge needs it."""
    with judging_in(tmp_path_factory.mktemp("project")) as folder:
        yield folder


def formatted(text: str, style: Style | None = None) -> str:
    style = style or Style()
    return apply_edits(text, format_edits(parse(text), style=style))


HASH = "--hash=sha256:abc"

PROSE = (
    "This is a note about how we work here.  \n\n\n\nIt has sentences, and they end in dots.\n"
    "numpy # x \n"
)

# What is written, and what becomes of it; the line ends are added.
LINES = {
    "spaces around operators": ("requests >= 2.28", "requests>=2.28"),
    "spaces around commas": ("requests>=2.28 , != 2.29 ,<3", "requests>=2.28,!=2.29,<3"),
    "a comma at the end": ("numpy>=1.20 ,", "numpy>=1.20,"),
    "the order of comparisons stays": ("a<3, >=2", "a<3,>=2"),
    "space before and in brackets": ("celery [ redis ,sqs ]~=5.3", "celery[redis,sqs]~=5.3"),
    "empty brackets": ("gunicorn [ ] == 21.2", "gunicorn[]==21.2"),
    "tabs": ("flask\t>=\t2", "flask>=2"),
    "epochs and local versions": ("a == 1!2.0+cu118", "a==1!2.0+cu118"),
    "no change of case or name": ("Zope.Interface == 5", "Zope.Interface==5"),
    "space around the semicolon": ("a;os_name=='nt'", "a ; os_name == 'nt'"),
    "the form of PEP 508's examples": ("a==1; os_name == 'nt'", "a==1 ; os_name == 'nt'"),
    "within markers": (
        "a ; (python_version<'3'and os_name   not  in 'a  b' )or extra==\"x\"",
        "a ; (python_version < '3' and os_name not in 'a  b') or extra == \"x\"",
    ),
    "nested parentheses": ("a ; ( ( os_name=='a' ) )", "a ; ((os_name == 'a'))"),
    "a reference": ("tool@https://host.example/t.zip", "tool @ https://host.example/t.zip"),
    "a reference with extras and marker": (
        "tool [a, b]  @  git+https://u@host.example/t.git@v1;os_name=='a'",
        "tool[a,b] @ git+https://u@host.example/t.git@v1 ; os_name == 'a'",
    ),
    "a URL's marker": (
        "https://host.example/t.zip; os_name=='a'",
        "https://host.example/t.zip ; os_name == 'a'",
    ),
    "a path's marker": ("tool.zip;os_name=='a'", "tool.zip ; os_name == 'a'"),
    "an option and its value": ("-r   base.txt", "-r base.txt"),
    "an option behind a tab": ("--find-links\twheels", "--find-links wheels"),
    "several options": ("--pre  --no-index   -f  x", "--pre --no-index -f x"),
    "a value in quotes": (
        '-e  "x  @ git+https://h.example/x"',
        '-e "x  @ git+https://h.example/x"',
    ),
    "hashes in the same line": (f"a==1  {HASH}   {HASH}", f"a==1 {HASH} {HASH}"),
    "settings of a build": ("a>= 1  -C  x=y", "a>=1 -C x=y"),
    "a marker before options": (
        f"a==1;os_name=='a'  {HASH}",
        f"a==1 ; os_name == 'a' {HASH}",
    ),
    "an inline comment": ("flask # web", "flask  # web"),
    "a comment is not changed": ("flask  #web   now \t", "flask  #web   now"),
    "a comment further off keeps its column": ("flask >= 2    # web", "flask>=2      # web"),
    "a comment that is too near now": ("a;os_name=='x'   # b", "a ; os_name == 'x'  # b"),
    "white space at the end": ("flask \t ", "flask"),
    "white space behind a comment": ("# note \t", "# note"),
    "a comment line that ends in a backslash": ("# note \\ ", "# note \\"),
    "the indent stays": ("  flask >=1  # x ", "  flask>=1  # x"),
    "a variable in a comment": ("flask # ${HOME}", "flask  # ${HOME}"),
}

LEFT_ALONE = {
    "parentheses": "pandas (>=1.5, <3)",
    "arbitrary equality": "legacy === 1.0-custom , >= 2",
    "a semicolon without marker": "third ;",
    "an error": "flask = 2.0  ",
    "an error with a comment": "flask 2.0 # why",
    "dropped options": "-r a.txt  -c b.txt # both",
    "dropped words": "--pre  word",
    "a variable": "flask==${VERSION} ; os_name=='a' # x",
    "a variable in an address": "--extra-index-url  https://u:${TOKEN}@h.example/",
    "a variable that brings options": "flask  ${OPTIONS}",
    "a glued option": "-rbase.txt",
    "a path with extras": "./local [a]",
    "a reference to a version": "name@1.0",
    "a reference that begins like a comment": "tool@#x+https://h.example/t.git",
    "a reference that begins like an option": "tool@-x+https://h.example/t.git",
    "an escape": "-r  with\\ space",
    "a glued comment": "flask==1.0#x ",
    "a comment that a tab aligns": "flask\t# web",
    "a backslash behind which there is space": "flask \\ ",
    "a comment that would go on": "flask  # note \\ ",
    "a no-break space": "\xa0flask\xa0",
    "a URL that ends in a semicolon": "https://h.example/x;; os_name=='a'",
    "a form feed": "flask  >=1 \x0c numpy  >=1 ",
    "a line separator in a comment": "# see \u2028 flask  >=1 ",
    "next line": "flask >=1\x85numpy >=1 ",
    "an interpreter's line": "$ pip  install x",
}


@pytest.mark.parametrize("name", LINES)
def test_one_line(name: str) -> None:
    before, after = LINES[name]
    assert formatted(f"{before}\n") == f"{after}\n"
    assert formatted(f"numpy\n{before}\r\nzlib") == f"numpy\n{after}\r\nzlib\n"


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_is_odd_is_left_as_it_is(name: str) -> None:
    text = f"{LEFT_ALONE[name]}\n"
    assert formatted(text) == text


BLOCKS = {
    "hashes on lines of their own": (
        f"a == 1   \\\n  {HASH}\\\n      {HASH}  \\\n{HASH} # x\n",
        f"a==1 \\\n    {HASH} \\\n    {HASH} \\\n    {HASH}  # x\n",
    ),
    "an indented line's hashes": (f"  a==1 \\\n  {HASH}\n", f"  a==1 \\\n      {HASH}\n"),
    "two hashes in a line stay there": (
        f"a==1 \\\n  {HASH}  {HASH}\n",
        f"a==1 \\\n    {HASH} {HASH}\n",
    ),
    "the first hash beside the name": (
        f"a==1 {HASH} \\\n{HASH}\n",
        f"a==1 {HASH} \\\n    {HASH}\n",
    ),
    "a comment of pip-compile keeps its place": (
        f"a==1 \\\n    {HASH}\n    # via\n    #   -r x.in \n",
        f"a==1 \\\n    {HASH}\n    # via\n    #   -r x.in\n",
    ),
    "a continuation elsewhere": ("a \\\n  >= 1 , \\\n  < 2 \n", "a \\\n  >= 1 , \\\n  < 2 \n"),
    "a marker on a line of its own": (
        f"a == 1 \\\n ; os_name=='a' \\\n {HASH} \n",
        f"a == 1 \\\n ; os_name=='a' \\\n {HASH} \n",
    ),
    "a backslash before a blank line": ("a >=1 \\\n\n\n\n\nb\n", "a >=1 \\\n\n\n\nb\n"),
    "a backslash before a comment": ("a >=1 \\\n# c \nb >1\n", "a >=1 \\\n# c \nb>1\n"),
    "two backslashes": (f"a >=1 \\\\\n {HASH}\n", f"a >=1 \\\\\n {HASH}\n"),
    "a word that goes on": (f"a >=1 {HASH}\\\n{HASH}\n", f"a >=1 {HASH}\\\n{HASH}\n"),
    "a backslash that begins a line": (f"a >=1 \\\n\\ {HASH}\n", f"a >=1 \\\n\\ {HASH}\n"),
    "a comment that goes on": ("a >=1 # x \\\n {HASH} \n", "a >=1 # x \\\n {HASH} \n"),
    "blank lines in a row": ("a\n\n\n\n \nb\n\n\nc\n", "a\n\n\nb\n\n\nc\n"),
    "blank lines at the top": ("\n \n# x\na\n", "# x\na\n"),
    "blank lines at the end": ("a\n\n \n", "a\n"),
    "nothing but blank lines": ("\n \n\t", ""),
    "nothing": ("", ""),
    "no line end at the end": ("a\r\nb", "a\r\nb\r\n"),
    "carriage returns": ("a >1\rb", "a>1\rb\r"),
    "the line end of most lines": ("a\nb\nc\r\nd", "a\nb\nc\r\nd\n"),
    "a mixture with carriage returns": ("a >1\r \nb \n", "a >1\r \nb \n"),
    "a backslash at the end": ("a\nb >1 \\", "a\nb >1 \\"),
    "a line that would name the encoding": (
        "\n\n# coding: latin-1\na\n",
        "\n\n# coding: latin-1\na\n",
    ),
    "a line that is too far down for it": ("\n\na\nb\n# coding: x\n", "a\nb\n# coding: x\n"),
    "aligned comments": (
        "flask >= 2.0 # web\nx            # y\n",
        "flask>=2.0  # web\nx           # y\n",
    ),
    "aligned comments with room": (
        "flask >= 2.0     # web\nx                # y\n",
        "flask>=2.0       # web\nx                # y\n",
    ),
    "aligned comments with another line between": (
        "flask==2 # web\nrequests\nx        # y\n\nab       # z\n",
        "flask==2  # web\nrequests\nx         # y\n\nab       # z\n",
    ),
    "comments in one column by chance": (
        "flask >1 # x\nrequest  # y\n",
        "flask>1  # x\nrequest  # y\n",
    ),
    "comments of one length by chance": (
        "flask >1 # x\nrequests # y\n",
        "flask>1  # x\nrequests  # y\n",
    ),
    "comments that are not aligned": ("flask # web\nx # y\n", "flask  # web\nx  # y\n"),
    "prose": (
        PROSE,
        PROSE,
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_several_lines(name: str) -> None:
    before, after = BLOCKS[name]
    assert formatted(before) == after
    assert formatted(after) == after


def test_the_example_of_the_page() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("\n## Formatting\n")[2]
    before, after = re.findall(r"^```\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert formatted(before) == after


@pytest.mark.parametrize("name", ["pip-compile-hashes.txt", "uv-export.txt"])
def test_what_tools_write_stays(name: str) -> None:
    text = corpus()[name].replace(" # short", "")
    assert formatted(text) == text


@pytest.mark.parametrize(
    ("style", "after"),
    [
        (Style(), "a>1\n\n\nb"),
        (Style(insert_final_newline=False), "a>1\n\n\nb"),
        (Style(trim_trailing_whitespace=False), "a>1 \n \n\nb  "),
        (Style(trim_final_newlines=False), "a>1\n\n\nb"),
    ],
)
def test_an_editor_can_keep_what_it_takes_care_of(style: Style, after: str) -> None:
    end = "\n" if style.insert_final_newline else ""
    assert formatted("a >1 \n \n\n\nb  ", style) == after + end
    ends = "\n\n\n" if not style.trim_final_newlines else "\n"
    assert formatted("a\n\n\n", style) == f"a{ends}"


def test_edits_are_small() -> None:
    text = "flask >=1\nnumpy\nzlib # x\n"
    assert format_edits(parse(text)) == [
        TextEdit(Span(5, 6), ""),
        TextEdit(Span(20, 21), "  "),
    ]


def test_a_formatted_file_has_no_edits() -> None:
    assert format_edits(parse("flask>=1\n")) == []


def within(text: str) -> tuple[str, Span]:
    """Return a text without its two marks `$`, and the span between them."""
    start, end = text.index("$"), text.rindex("$") - 1
    return text.replace("$", ""), Span(start, max(start, end))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a >1\nb$ $>1\nc >1", "a >1\nb>1\nc >1"),
        ("a >1\n$b >1\n$c >1", "a >1\nb>1\nc >1"),
        ("a >1\nb >1$\nc$ >1", "a >1\nb>1\nc>1\n"),
        ("a >1\n$$b >1\nc", "a >1\nb>1\nc"),
        (
            f"a >1 \\\n $-$-hash=sha256:a \\\n{HASH}\nb >1\n",
            f"a>1 \\\n    --hash=sha256:a \\\n    {HASH}\nb >1\n",
        ),
        ("a\n\n\n\n$\n$b >1\n", "a\n\n\nb >1\n"),
        ("$a >1\n$\n\n\n\nb\n", "a>1\n\n\n\n\nb\n"),
    ],
)
def test_a_range_formats_the_whole_lines_that_it_touches(text: str, after: str) -> None:
    text, span = within(text)
    assert apply_edits(text, format_edits(parse(text), within=span)) == after


# Meaning.


def unnumbered(text: str) -> list[Verdict]:
    return [replace(verdict, line=0) for verdict in pip_verdicts(text)]


def visible(text: str) -> str:
    return "".join(text.split())


def check(text: str, *, by_pip: bool) -> None:
    """Hold the layout, without the check that follows it, to pip and to our records."""
    file = parse(text, environment=ENVIRONMENT)
    after = apply_edits(text, [e for change in layout(file) for e in change.edits])
    again = parse(after, environment=ENVIRONMENT)
    assert reading(again) == reading(file), (text, after)
    assert reading(parse(after)) == reading(parse(text)), (text, after)
    assert visible(after) == visible(text)
    assert not [e for change in layout(again) for e in change.edits], (text, after)
    assert formatted(text) in {text, after}
    if by_pip:
        assert unnumbered(after) == unnumbered(text), (text, after)


def check_order(text: str, *, by_pip: bool) -> None:
    """Hold the sorting to pip: the same lines, and those without a name in the same order."""
    file = parse(text)
    after = apply_edits(text, order(file))
    assert sorted(map(repr, reading(parse(after)))) == sorted(map(repr, reading(file)))
    assert not order(parse(after)), (text, after)
    if by_pip:
        old, new = unnumbered(text), unnumbered(after)
        assert sorted(map(repr, old)) == sorted(map(repr, new)), (text, after)
        assert [v for v in old if v.kind != "requirement"] == [
            v for v in new if v.kind != "requirement"
        ], (text, after)


@pytest.mark.parametrize("name", corpus())
def test_pip_reads_the_corpus_as_before(name: str) -> None:
    check(corpus()[name], by_pip=True)
    check_order(corpus()[name], by_pip=True)


WHITE = (" ", "  ", "\t", " \t", "", "", "")
ENDS = ("\n",) * 8 + ("\r\n", "\\\n", " \\\n", "  \\\n", "\n\n", "\n \n\n\n", " \n", "\r", "\x0c")
LINES_OF_CORPUS = [line for text in corpus().values() for line in text.splitlines()]


def composed(generator: random.Random, count: int) -> str:
    """Return a file of lines of the corpus, some of them damaged, with white space anywhere."""
    pieces: list[str] = []
    for _ in range(count):
        line = generator.choice(LINES_OF_CORPUS)
        if generator.random() < 0.3:
            line = mutate(generator, LINES_OF_CORPUS)
        if generator.random() < 0.5:
            line = line.replace(" ", generator.choice(("  ", "\t", " \t ")))
        comment = generator.choice(("", "", "", " # c", "   # c \\", "\t#c", "  # via x "))
        white = generator.choice(WHITE)
        pieces += (white, line, comment, generator.choice(WHITE), generator.choice(ENDS))
    return "".join(pieces[: -generator.randint(1, 2)])


def test_pip_reads_composed_files_as_before() -> None:
    generator = random.Random(3)  # noqa: S311 - repeatable, not secret
    for _ in range(250):
        text = composed(generator, generator.randint(1, 6))
        check(text, by_pip=True)
        check_order(text, by_pip=True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_pip_reads_many_composed_files_as_before(seed: int) -> None:
    generator = random.Random(f"format {seed}")  # noqa: S311 - likewise
    for _ in range(5_000):
        text = composed(generator, generator.randint(1, 6))
        check(text, by_pip=True)
        check_order(text, by_pip=True)


any_text = st.text(alphabet=ALPHABET, max_size=60) | st.text(max_size=60)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(any_text)
def test_pip_reads_any_text_as_before(text: str) -> None:
    check(text, by_pip=True)
    check_order(text, by_pip=True)


@pytest.mark.slow
@settings(
    max_examples=50_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(any_text, st.integers())
def test_much_text_keeps_its_reading(text: str, seed: int) -> None:
    check(text, by_pip=False)
    check_order(text, by_pip=False)
    composition = composed(random.Random(seed), 5)  # noqa: S311 - likewise
    check(composition, by_pip=False)
    check_order(composition, by_pip=False)


def test_the_check_finds_nothing_in_the_corpus(caplog: pytest.LogCaptureFixture) -> None:
    for text in corpus().values():
        assert formatted(text) == apply_edits(
            text, [edit for change in layout(parse(text)) for edit in change.edits]
        )
    assert not caplog.records


def test_a_line_that_would_be_read_otherwise_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    text = "a\nb==1\nc\n"
    wrong = Change(Span(2, 7), (TextEdit(Span(5, 6), "2"),))
    right = Change(Span(7, 9), (TextEdit(Span(8, 8), "  "),))
    monkeypatch.setattr(formatting, "layout", lambda *_: [wrong, right])
    with caplog.at_level(logging.ERROR):
        assert formatted(text) == "a\nb==1\nc  \n"
    assert "left alone" in caplog.text


def test_lines_that_only_together_are_read_otherwise_are_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "a\n\nb\n"
    both = [
        Change(Span(0, 2), (TextEdit(Span(1, 1), "\\"),)),
        Change(Span(2, 3), (TextEdit(Span(2, 3), ""),)),
    ]
    monkeypatch.setattr(formatting, "layout", lambda *_: both)
    assert formatted(text) == text


SLOW = {
    "blank lines": ("", "\n", ""),
    "lines with blanks": ("", " \n", "a"),
    "comments": ("", "# x \n", ""),
    "aligned comments": ("", "a >1   # x\n", ""),
    "requirements": ("", "a >1\n", ""),
    "hashes": ("a ", "\\\n--hash=sha256:a ", ""),
    "spaces": ("a", " ", ">1 "),
    "quotes": ("-f ", "'' ", ""),
    "open quotes": ("-f ", "'\"", "x"),
    "marker": ("a;", "os_name=='x'and ", "os_name=='y'"),
    "via": ("b\na\n", "# via\n", ""),
    "blocks": ("", "b\na\n\n", ""),
}


@pytest.mark.parametrize("name", SLOW)
def test_the_work_grows_with_the_text(name: str) -> None:
    before, piece, after = SLOW[name]

    def work(size: int) -> None:
        text = before + piece * (size // len(piece)) + after
        formatted(text)
        order(parse(text))

    assert_linear(work, 1_500)
