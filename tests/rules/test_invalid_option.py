from __future__ import annotations

from functools import partial

import pytest

from pinwise.rules.invalid_option import invalid_option
from tests import harness

check = partial(harness.check, rules=[invalid_option])
check_fix = partial(harness.check_fix, rules=[invalid_option])


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "--extra-index https://packages.example/simple",
        "-i https://packages.example/simple",
        "--pre",
        "-rbase.txt",
        "flask==2 --hash=sha256:aaaa \\\n --hash=sha384:bbbb",
        "flask=2",
    ],
)
def test_what_pip_accepts_or_another_rule_reports(line: str) -> None:
    check(f"{line}\n=== base.txt\n")


def test_words_and_places() -> None:
    check(
        """
--no-such-thing
^^^^^^^^^^^^^^^ invalid-option: pip knows no option `--no-such-thing` in a requirements file.
--req
^^^^^ invalid-option: `--req` is ambiguous: it could be `--require-hashes` or `--requirement`.
--install-option=x
^^^^^^^^^^^^^^^^ invalid-option: pip 23.1 and newer no longer knows `--install-option`.
flask==2.0 \\
    --hash=md5:aaaa
           ^^^^^^^^ invalid-option: pip rejects this option: md5 is not one of sha256, sha384, sha512.
--index-url
           | invalid-option: `--index-url` needs a value.
--find-links "a
             ^^ invalid-option: This quotation is never closed, so that pip cannot split the options.
"""  # noqa: E501 - a message stands on one line
    )


def test_fix() -> None:
    check_fix(
        "--extra-index-utl$0 https://packages.example/simple # ours\n",
        "--extra-index-url https://packages.example/simple # ours\n",
        title="Change to `--extra-index-url`",
    )
