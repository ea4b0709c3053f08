"""Which lines sorting moves, what travels with them, and what stays."""

from __future__ import annotations

import logging
from itertools import product
from typing import TYPE_CHECKING

import pytest

from pinwise.base.text import Span, TextEdit, apply_edits
from pinwise.features import sorting
from pinwise.features.sorting import sort_edits
from pinwise.syntax.requirements import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

PROSE = (
    "This is a note about how we work here.\nIt has sentences, and they end in dots.\n\n"
    "numpy\nabc\n\nWe like to write them that way, all of us.\n"
)
H = "    --hash=sha256:abc"

CASES = {
    "by normalised name": ("b_c\nA.B\nb-b\n", "A.B\nb-b\nb_c\n"),
    "equal names keep their order": (
        "b\na>1;os_name=='x'\na;os_name=='y'\n",
        "a>1;os_name=='x'\na;os_name=='y'\nb\n",
    ),
    "each block alone": ("b\na\n\nd\nc\n", "a\nb\n\nc\nd\n"),
    "behind a byte-order mark": ("\ufeffb # x\na\n", "\ufeffa\nb # x\n"),
    "with its hashes": (
        f"b==1 \\\n{H} \\\n{H}\na==1 \\\n{H}\n",
        f"a==1 \\\n{H}\nb==1 \\\n{H} \\\n{H}\n",
    ),
    "with the comment at its end": ("b  # x\na  # y\n", "a  # y\nb  # x\n"),
    "with the comments above it": (
        "c\n# on b\n# more\nb\n# on a\na\n",
        "# on a\na\n# on b\n# more\nb\nc\n",
    ),
    "a heading stays": ("x\n\n# Web\nc\nb\na\n", "x\n\n# Web\na\nb\nc\n"),
    "sections without blank lines": (
        "# Web\nflask\ndjango\n# Tests\npytest\ncoverage\n",
        "# Web\ndjango\nflask\n# Tests\ncoverage\npytest\n",
    ),
    "a section of one requirement": (
        "x\n\n# Web\nflask\ndjango\n# Tests\nattrs\n",
        "x\n\n# Web\ndjango\nflask\n# Tests\nattrs\n",
    ),
    "nothing goes below a heading": ("x\n\nd\nc\n# Web\nb\na\n", "x\n\nc\nd\n# Web\na\nb\n"),
    "comments on single requirements are no headings": (
        "x\n\n# on c\nc\n# on b\nb\n# on a\na\n",
        "x\n\n# on a\na\n# on b\nb\n# on c\nc\n",
    ),
    "the comment at the top of the file stays": (
        "# Project\nc\n# on b\nb\n",
        "# Project\n# on b\nb\nc\n",
    ),
    "with what pip-compile says below it": (
        "b==1\n    # via\n    #   -r x.in\n    #   c\na==1\n    # via b\n",
        "a==1\n    # via b\nb==1\n    # via\n    #   -r x.in\n    #   c\n",
    ),
    "with what is said below it without an indent": (
        "b==1\n# via\n#   c\n# on a\na==1\n",
        "# on a\na==1\nb==1\n# via\n#   c\n",
    ),
    "a comment at the end stays": ("b\na\n# the end\n", "a\nb\n# the end\n"),
    "nothing passes an option": ("d\nc\n--pre\nb\na\n", "c\nd\n--pre\na\nb\n"),
    "the comment on an option stays": (
        "d\nc\n# early\n--pre\nb\na\n",
        "c\nd\n# early\n--pre\na\nb\n",
    ),
    "nothing passes an include": ("b\n-r x.txt\na\n", "b\n-r x.txt\na\n"),
    "nothing passes what has no name": ("d\nc\n./x\nb\na\n", "c\nd\n./x\na\nb\n"),
    "nothing passes an editable": ("b\n-e .\na\n", "b\n-e .\na\n"),
    "nothing passes what pip rejects": ("b\nfoo=1\na\n", "b\nfoo=1\na\n"),
    "nothing passes a variable": ("b\nc==${X}\na\n", "b\nc==${X}\na\n"),
    "references have names": (
        "b\na @ https://h.example/a.zip\n",
        "a @ https://h.example/a.zip\nb\n",
    ),
    "without a line end at the end": ("b\na", "a\nb"),
    "without a line end at the end, and with others": ("c\r\nb\r\na", "a\r\nb\r\nc"),
    "a backslash at the end": ("b\na \\", "b\na \\"),
    "a comment that would name the encoding": (
        "b\n# coding: latin-1\na\n",
        "b\n# coding: latin-1\na\n",
    ),
    "a mixture with carriage returns": ("b\ra\n", "b\ra\n"),
    "a form feed": ("b\x0ca\n", "b\x0ca\n"),
    "prose": (
        PROSE,
        PROSE,
    ),
    "sorted already": ("a\nb\nb\nc\n", "a\nb\nb\nc\n"),
    "nothing": ("", ""),
}


def in_order(text: str) -> str:
    return apply_edits(text, sort_edits(parse(text)))


@pytest.mark.parametrize("name", CASES)
def test_sorting(name: str, caplog: pytest.LogCaptureFixture) -> None:
    before, after = CASES[name]
    assert in_order(before) == after
    assert sort_edits(parse(after)) == []
    assert not caplog.records


def test_the_edit_is_as_small_as_can_be() -> None:
    assert sort_edits(parse("a\nc\nb\nd\n")) == [TextEdit(Span(2, 6), "b\nc\n")]


@pytest.mark.parametrize(
    "wrong",
    [
        [TextEdit(Span(0, 1), "x")],
        [TextEdit(Span(2, 8), ""), TextEdit(Span(19, 19), "--pre\n")],
        [TextEdit(Span(0, 0), "# coding: utf-8\n")],
    ],
)
def test_what_would_be_read_otherwise_is_not_sorted(
    wrong: Iterable[TextEdit], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    text = "a\n--pre\n--no-index\n"
    monkeypatch.setattr(sorting, "order", lambda _: list(wrong))
    with caplog.at_level(logging.ERROR):
        assert in_order(text) == text
    assert "left alone" in caplog.text


def test_sorting_again_changes_nothing() -> None:
    pieces = ("# x\n", "a\n", "b\n", "c\n", "    # via z\n", "--pre\n")
    for count in range(1, 6):
        for chosen in product(pieces, repeat=count):
            text = "".join(chosen)
            once = apply_edits(text, sort_edits(parse(text)))
            assert sort_edits(parse(once)) == [], text
