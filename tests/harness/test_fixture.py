from __future__ import annotations

import pytest

from tests.harness.fixture import FixtureError, Mark, Note, Place, parse_fixture, render

ROOT = "requirements.txt"


def test_a_range() -> None:
    fixture = parse_fixture("\nflask==2.0\n       ^^^ some-rule: the message: all of it\n")
    assert fixture.files == {ROOT: "flask==2.0\n"}
    assert fixture.marks == (Mark(Place(ROOT, 7, 10), "some-rule", "the message: all of it"),)


def test_any_message() -> None:
    (mark,) = parse_fixture("flask\n^^^^^ some-rule\n").marks
    assert mark.message is None
    assert mark.fits(Mark(Place(ROOT, 0, 5), "some-rule", "whatever"))
    assert not mark.fits(Mark(Place(ROOT, 0, 5), "another-rule", "whatever"))
    assert not mark.fits(Mark(Place(ROOT, 0, 4), "some-rule", "whatever"))
    assert not mark.fits(Mark(Place(ROOT, 0, 5), "some-rule", "x", (Note(mark.place, "y"),)))


def test_no_width() -> None:
    (mark,) = parse_fixture("flask==\n       | some-rule\n").marks
    assert mark.place == Place(ROOT, 7, 7)


def test_several_lines() -> None:
    fixture = parse_fixture("a \\\n^^^> some-rule: words\n  --hash\n^^^^^^^^<\nb\n")
    assert fixture.files == {ROOT: "a \\\n  --hash\nb\n"}
    assert fixture.marks == (Mark(Place(ROOT, 0, 12), "some-rule", "words"),)


def test_related_places_before_and_after_and_in_other_files() -> None:
    fixture = parse_fixture(
        """
a
- 1: first
b
^ 1 some-rule: words
=== sub/c.txt
 c \\
 --> 1: third
d
-< 1
"""
    )
    (mark,) = fixture.marks
    assert mark.place == Place(ROOT, 2, 3)
    assert mark.notes == (
        Note(Place(ROOT, 0, 1), "first"),
        Note(Place("sub/c.txt", 1, 6), "third"),
    )


def test_options_and_comments_are_no_marks() -> None:
    text = "-r a.txt\n--pre\n- 1\n-e .\n  --hash=sha256:a\n# ^^ some-rule\n"
    fixture = parse_fixture(text)
    assert fixture.files == {ROOT: text}
    assert fixture.marks == ()


def test_the_cursor() -> None:
    fixture = parse_fixture("a\nfla$0sk\n  ^^ some-rule\n")
    assert fixture.cursor == Place(ROOT, 5, 5)
    assert fixture.files == {ROOT: "a\nflask\n"}
    assert fixture.marks[0].place == Place(ROOT, 4, 6)


def test_line_ends() -> None:
    fixture = parse_fixture("a\nb\n^ some-rule\n=== c.txt\nd", newline="\r\n")
    assert fixture.files == {ROOT: "a\r\nb\r\n", "c.txt": "d"}
    assert fixture.marks[0].place == Place(ROOT, 3, 4)


def test_the_first_file_may_have_another_name() -> None:
    assert list(parse_fixture("=== constraints.txt\na\n").files) == ["constraints.txt"]


def test_nothing() -> None:
    assert parse_fixture("").files == {ROOT: ""}
    assert parse_fixture("\n").files == {ROOT: ""}


@pytest.mark.parametrize(
    "text",
    [
        "a\n^^^^ some-rule\n",
        "a\n  | some-rule\n",
        "a\n^> some-rule\n",
        "a\n^<\n",
        "a\n- 1: nothing has the number\n",
    ],
)
def test_marks_that_fit_nothing(text: str) -> None:
    with pytest.raises(FixtureError):
        parse_fixture(text)


@pytest.mark.parametrize(
    "text",
    [
        "flask==2.0\n       ^^^ some-rule: words\nb\n",
        "flask\n     | some-rule: words\n",
        "a \\\n^^^> some-rule: words\n  b\n^^^<\n",
        "a\n^ 1 some-rule: words\n=== b.txt\nb \\\n---> 1: note\nc\n-< 1\n",
        "a\n^ some-rule\n=== b.txt\n",
    ],
)
def test_rendering_is_the_inverse(text: str) -> None:
    fixture = parse_fixture(text)
    assert render(fixture.files, fixture.marks) == text
    windows = parse_fixture(text, newline="\r\n")
    assert render(windows.files, windows.marks) == text


def test_a_mark_at_the_very_end() -> None:
    text = "a\n"
    assert render({ROOT: text}, [Mark(Place(ROOT, 2, 2), "some-rule")]) == "a\n\n| some-rule\n"
