from __future__ import annotations

from functools import partial
from textwrap import dedent

import pytest

from pinwise.features.folding import folds
from tests.harness.counting import counted
from tests.harness.features import fold_lines, open_files


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("flask\n", []),
        ("flask \\\n  --hash=sha256:abc \\\n  --hash=sha256:def\ndjango\n", ["1-3"]),
        ("flask==1 \\\n  --hash=sha256:abc\n    # via a\n    #   b\n\ndjango\n", ["1-4"]),
        ("flask==1\n    # via a\n# not about it\n", ["1-2"]),
        # The continuation goes on into a line with nothing on it.
        ("flask \\\n\ndjango\n", []),
        ("# one\n# two\n\n# alone\n\nflask\n", ["1-2 comment"]),
        ("  # one\n  # two\nflask\n", ["1-2 comment"]),
        ("-r a.txt\n-c b.txt\n-r c.txt\nflask\n", ["1-3 imports"]),
        ("-r a.txt\n-r b.txt\nflask\n", []),
        ("--pre\n--no-index\n\n-r a.txt\n--prefer-binary\n-r b.txt\nflask\n", ["4-6"]),
        ("-r a.txt \\\n  --pre \\\n  x\n", ["1-3"]),
        ("## Web\nflask\n\ndjango\n## Tests\npytest\n", ["1-4 region", "5-6 region"]),
        # The larger of two that begin in one line.
        ("####\n# Web\n####\nflask\n", ["1-4 region"]),
        # pip ends lines at a form feed, and the editor does not.
        ("flask\x0cdjango \\\n  --hash=sha256:abc\n", ["1-2"]),
        ("# one\u2028flask\n# two\n", []),
        ("flask \\\r\n  --hash=sha256:abc\r\n", ["1-2"]),
        ("flask \\\n  --hash=sha256:abc", ["1-2"]),
    ],
)
def test_folds(text: str, expected: list[str]) -> None:
    assert fold_lines(text) == expected


def test_the_largest_folds_are_kept() -> None:
    text = dedent("""
        # one
        # two

        ## Web
        flask \\
            --hash=sha256:abc
        django \\
            --hash=sha256:abc \\
            --hash=sha256:def
    """).lstrip()
    everything = ["1-2 comment", "4-9 region", "5-6", "7-9"]
    assert fold_lines(text) == everything
    assert fold_lines(text, limit=2) == ["4-9 region", "7-9"]
    assert fold_lines(text, limit=0) == []
    assert fold_lines(text, limit=100) == everything


def test_what_stays_in_view_is_the_requirement() -> None:
    document = open_files("flask==1 \\\n    --hash=sha256:abc  # x\n    # via a\n").document
    (fold,) = folds(document)
    assert document.text[: fold.start_offset] == "flask==1"
    assert document.text[fold.end_offset :] == "\n"


def test_prose_is_not_folded() -> None:
    text = "# one\n# two\nThese are the things that we need to do.\nWe write them all down here.\n"
    assert fold_lines(text) == []


def test_ten_times_the_lines_are_ten_times_the_work() -> None:
    entry = (
        "flask==1 \\\n    --hash=sha256:abc \\\n    --hash=sha256:def\n    # via a\n\n# x\n# y\n\n"
    )
    calls = []
    for count in (1_000, 10_000):
        document = open_files(entry * count).document
        found, work = counted(partial(folds, document))
        assert len(found) == 2 * count
        calls.append(work)
    assert calls[1] < 12 * calls[0]
