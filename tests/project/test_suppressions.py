from __future__ import annotations

import pytest

from pinwise.project.suppressions import file_suppressions, line_suppressions
from pinwise.syntax.requirements import parse


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
