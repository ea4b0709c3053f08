"""What a marker of PEP 668 tells the user."""

from __future__ import annotations

import locale
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.externally_managed import refusal_text
from pinwise.environments.inspection import inspect
from tests.environments.beds import fake_base

if TYPE_CHECKING:
    from pathlib import Path

MARKER = """[externally-managed]
Error=Use apt 100%.
 Or make an environment.
Error-de=Nimm apt.
Error-de_AT=Bitte apt.
"""


def told(folder: Path, marker: bytes) -> str:
    base = fake_base(folder / "usr", "3.12.1")
    (folder / "usr" / "lib" / "python3.12" / "EXTERNALLY-MANAGED").write_bytes(marker)
    environment = inspect(base)
    assert environment is not None
    assert environment.externally_managed
    return refusal_text(environment)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de_AT", "Bitte apt."),
        ("de_DE", "Nimm apt."),
        ("fr_FR", "Use apt 100%.\nOr make an environment."),
        (None, "Use apt 100%.\nOr make an environment."),
    ],
)
def test_in_the_language_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str | None, expected: str
) -> None:
    monkeypatch.setattr(locale, "getlocale", lambda *_category: (language, "UTF-8"))

    assert told(tmp_path, MARKER.encode()) == expected


@pytest.mark.parametrize(
    "marker",
    [b"", b"[externally-managed]\n", b"Error=no section\n", b"\xff\xfe[", b"[other]\nx=1\n"],
)
def test_one_that_says_nothing_is_obeyed_all_the_same(tmp_path: Path, marker: bytes) -> None:
    assert told(tmp_path, marker).startswith("This Python is managed by the system")
