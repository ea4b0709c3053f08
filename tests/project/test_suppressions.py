from __future__ import annotations

import pytest

from pinwise.project.suppressions import (
    directives_in,
    file_suppressions,
    line_at,
    line_suppressions,
    near_misses_in,
)
from pinwise.syntax.requirements import parse
from tests.harness.counting import assert_linear


@pytest.mark.parametrize(
    ("comment", "rules"),
    [
        ("# pinwise: ignore[yanked-version]", [("yanked-version",)]),
        ("# pinwise: ignore[a, b,c]", [("a", "b", "c")]),
        ("#pinwise:ignore[a]", [("a",)]),
        ("# why  # pinwise: ignore[a] because", [("a",)]),
        ("# pinwise: ignore[a] # pinwise: ignore[b]", [("a",), ("b",)]),
        ("# pinwise: ignore", [()]),
        ("# pinwise: ignore[a] # pinwise: ignore", [("a",), ()]),
        ("# pinwise: ignore[]", []),
        ("# pinwise: ignore-file[a]", []),
        ("# pinwise: ignored", []),
        ("# Pinwise: ignore[a]", []),
        ("# pinwise ignore[a]", []),
        ("# via flask", []),
        ("# pinwise: ignore[a", []),
        ("# pinwise: ignore[a # pinwise: ignore[b]", [("b",)]),
    ],
)
def test_line_suppressions(comment: str, rules: list[tuple[str, ...]]) -> None:
    (line,) = parse(f"flask==1.0 {comment}").lines
    assert [found.rules for found in line_suppressions(line)] == rules


def test_no_comment_ignores_nothing() -> None:
    (line,) = parse("flask").lines
    assert line_suppressions(line) == ()


def test_the_comment_of_a_continued_line_covers_it() -> None:
    (line,) = parse("flask==1.0 \\\n  --hash=sha256:a # pinwise: ignore[x]").lines
    assert [found.rules for found in line_suppressions(line)] == [("x",)]


def test_places() -> None:
    text = "flask # why # pinwise: ignore[one, two] more"
    (found,) = line_suppressions(parse(text).lines[0])
    assert found.span.of(text) == "# pinwise: ignore[one, two]"
    assert [span.of(text) for span in found.rule_spans] == ["one", "two"]
    assert found.covers("one")
    assert not found.covers("three")


def test_file_suppressions() -> None:
    text = (
        "# pinwise: ignore-file[a, b]\nflask # pinwise: ignore-file[c]\n"
        "# pinwise: ignore-file\n# pinwise: ignore[d]\n# note\n"
    )
    found = file_suppressions(parse(text))
    assert [item.rules for item in found] == [("a", "b"), ()]
    assert all(item.whole_file for item in found)
    assert found[1].covers("anything")


def test_every_directive_is_found_where_it_stands() -> None:
    text = (
        "# pinwise: ignore-file[a]\n"
        "flask # pinwise: ignore-file\n"
        "click \\\n  # pinwise: ignore[b] # pinwise: ignore[]\n"
        "  # pinwise: ignore\n"
    )
    found = [
        (
            directive.suppression.span.of(text),
            directive.suppression.scope_span.of(text),
            directive.line.requirement.name
            if directive.line is not None and directive.line.requirement is not None
            else None,
            directive.effective,
        )
        for directive in directives_in(parse(text))
    ]
    assert found == [
        ("# pinwise: ignore-file[a]", "ignore-file", None, True),
        ("# pinwise: ignore-file", "ignore-file", "flask", False),
        ("# pinwise: ignore[b]", "ignore", "click", True),
        ("# pinwise: ignore[]", "ignore", "click", False),
        ("# pinwise: ignore", "ignore", None, False),
    ]


def test_a_rule_is_covered_by_its_name_and_its_code() -> None:
    text = "flask # pinwise: ignore[PW204, Yanked-Version, pw204]"
    (found,) = line_suppressions(parse(text).lines[0])
    spans = found.covering("outdated-version", "PW204")
    assert [span.of(text) for span in spans] == ["PW204", "pw204"]
    assert found.covers("yanked-version", "PW203")
    assert not found.covers("unknown-package", "PW201")


def test_the_line_at_a_place() -> None:
    text = "# a\nflask \\\n  ==1 # why\n\nclick"
    file = parse(text)
    flask, click = file.lines
    for offset in range(len(text) + 1):
        before, after = text.index("flask"), text.index("\nclick")
        expected = flask if before <= offset < after else click if offset > after else None
        assert line_at(file, offset) == expected, offset
    closed = f"{text}\n"
    assert line_at(parse(closed), len(closed)) is None


def test_two_lines_of_pip_on_one_of_the_editor() -> None:
    text = "flask # pinwise: ignore[a]\f click # why\n"
    flask, click = parse(text).lines
    assert line_at(parse(text), text.index("ignore")) == flask
    assert line_at(parse(text), text.index("click")) == click
    assert line_at(parse(text), text.index("why")) == click


@pytest.mark.parametrize(
    ("comment", "part", "meant"),
    [
        ("# pinwise: ignore PW101", "# pinwise: ignore PW101", "# pinwise: ignore[PW101]"),
        ("# pinwise: ignore (PW101) x", "# pinwise: ignore (PW101)", "# pinwise: ignore[PW101]"),
        ("# pinwise: ignore: PW101, PW102", None, "# pinwise: ignore[PW101, PW102]"),
        ("# pinwise: ignore yanked-version", None, "# pinwise: ignore[yanked-version]"),
        ("# pinwise: ignor[PW101]", None, "# pinwise: ignore[PW101]"),
        ("# pinwise: IGNORE[PW101]", None, "# pinwise: ignore[PW101]"),
        ("# Pinwise: ignore[PW101]", None, "# pinwise: ignore[PW101]"),
        ("# why # pinwise: ignore[PW301", "# pinwise: ignore[PW301", "# pinwise: ignore[PW301]"),
        ("# pinwise: ignore[PW301 soon", "# pinwise: ignore[PW301", "# pinwise: ignore[PW301]"),
        ("# pinwise: ignore[yanked", None, "# pinwise: ignore[yanked]"),
        ("# pinwise ignore[PW101]", None, "# pinwise: ignore[PW101]"),
        ("# pinwise ignore", None, "# pinwise: ignore"),
        ("# pinwise: ignore_file[PW101]", None, "# pinwise: ignore-file[PW101]"),
    ],
)
def test_near_misses(comment: str, part: str | None, meant: str) -> None:
    text = f"flask==1.0  {comment}"
    file = parse(text)
    (found,) = near_misses_in(file)
    assert (found.span.of(text), found.meant) == (part or comment, meant)
    assert line_suppressions(file.lines[0]) == ()


@pytest.mark.parametrize(
    "comment",
    [
        "# pinwise: ignore",
        "# pinwise: ignore because of the build",
        "# pinwise: ignore[PW101]",
        "# pinwise: ignore[]",
        "# pinwise ignores this line",
        "# pinwise: ignored here",
        "# pinwise: note[PW101]",
        "# pinwise ignore what it says here",
    ],
)
def test_no_near_misses(comment: str) -> None:
    assert list(near_misses_in(parse(f"flask==1.0  {comment}"))) == []


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        ("ignor[", "a", "]"),
        ("ignor[", "a-", "]"),
        ("ignor[", "PW", "]"),
        ("ignore[", "aa-bb, ", ""),
        ("ignore ", "aa-bb ", ""),
        ("ignore ", "a-", ""),
        ("ignore[", ", ", "]"),
        ("", "# pinwise: ignore[", ""),
        ("", "# pinwise: ignore a-b ", ""),
        ("", "# pinwise: ign", ""),
        ("", "pinwise ", ""),
        ("ignore", " ", ""),
        ("ignore", ",", ""),
    ],
)
def test_comments_are_read_in_linear_time(before: str, piece: str, after: str) -> None:
    def read(count: int) -> None:
        file = parse(f"flask  # pinwise: {before}{piece * count}{after}\n")
        list(directives_in(file))
        list(near_misses_in(file))

    assert_linear(read, 200)
