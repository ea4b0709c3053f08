from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.advice.findings import (
    Applicability,
    FileEdit,
    Finding,
    Fix,
    Related,
    Severity,
)
from pinwise.base.text import TextEdit
from pinwise.rules.registry import rule
from tests.harness import check, check_fix, fixes_at, messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context


@rule("PW999", "shouted-name", severity=Severity.WARNING)
def shouted_name(ctx: Context) -> Iterator[Finding]:
    """A name in capitals."""
    for located in ctx.declarations:
        name = located.declaration.requirement.name
        if name.isupper():
            first = ctx.declarations[0]
            edit = FileEdit(located.path, TextEdit(located.name_span, name.lower()))
            title = f"Whisper {name.lower()}"
            yield Finding(
                located.path,
                located.name_span,
                f"`{name}` is shouted.",
                related=(Related(first.path, first.name_span, "the first"),)
                if first is not located
                else (),
                fixes=(Fix(title, Applicability.SAFE, (edit,)),),
            )


RULES = [shouted_name]


def test_what_fits() -> None:
    check("flask\n", rules=RULES)
    check("FLASK\n^^^^^ shouted-name: `FLASK` is shouted.\n", rules=RULES)
    check("FLASK\n^^^^^ shouted-name\n", rules=RULES)
    check("a\n- 1: the first\n-r b.txt\n=== b.txt\nB\n^ 1 shouted-name\n", rules=RULES)


def _failure(text: str) -> str:
    with pytest.raises(pytest.fail.Exception) as failed:
        check(text, rules=RULES)
    return str(failed.value)


def test_what_is_missing_and_what_is_too_much() -> None:
    assert "-^^^^^ shouted-name" in _failure("flask\n^^^^^ shouted-name\n")
    assert "+^^^^^ shouted-name: `FLASK` is shouted." in _failure("FLASK\n")


def test_the_difference_shows_nothing_else() -> None:
    failure = _failure("a\nFLASK\n^^^^ shouted-name\nB\n^ 1 shouted-name\n")
    changed = [line for line in failure.splitlines()[3:] if line.startswith(("+", "-"))]
    assert changed == [
        "+- 1: the first",
        "+- 2: the first",
        "-^^^^ shouted-name",
        "+^^^^^ 1 shouted-name: `FLASK` is shouted.",
        "-^ shouted-name",
        "+^ 2 shouted-name: `B` is shouted.",
    ]


def test_related_places_count() -> None:
    assert "the first" in _failure("a\nB\n^ shouted-name\n")


def test_fix() -> None:
    before = "a\n-r b.txt\n=== b.txt\nFLA$0SK # web\n"
    after = "a\n-r b.txt\n=== b.txt\nflask # web\n"
    check_fix(before, after, rules=RULES)
    check_fix(before, after, title="Whisper flask", rules=RULES)
    with pytest.raises(pytest.fail.Exception, match="does otherwise"):
        check_fix(before, after.replace("flask", "Flask"), rules=RULES)
    with pytest.raises(pytest.fail.Exception, match="Whisper flask"):
        check_fix(before, after, title="Sing", rules=RULES)
    with pytest.raises(pytest.fail.Exception, match="nothing"):
        check_fix("fla$0sk\n", "flask\n", rules=RULES)


def test_lists() -> None:
    assert [fix.title for fix in fixes_at("A\nFLASK$0\n", rules=RULES)] == ["Whisper flask"]
    assert messages("A\nb\n", rules=RULES) == ["`A` is shouted."]
    with pytest.raises(ValueError, match=r"no \$0"):
        fixes_at("A\n", rules=RULES)


def test_what_the_world_does_not_know() -> None:
    with pytest.raises(TypeError):
        check("A\n", pyhton="3.12")  # type: ignore[call-arg] # that is the mistake
