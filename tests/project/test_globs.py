from __future__ import annotations

from pathlib import Path

import pytest

from pinwise.project.globs import matches

FOLDER = Path("/project")


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("legacy/**", "legacy/a.txt", True),
        ("legacy/**", "legacy/old/a.txt", True),
        ("legacy/**", "new/legacy/a.txt", False),
        ("legacy", "legacy/a.txt", True),
        ("legacy/", "legacy/old/a.txt", True),
        ("legacy/", "x/legacy/a.txt", False),
        ("./legacy/*.txt", "legacy/a.txt", True),
        ("legacy/*.txt", "legacy/old/a.txt", False),
        ("legacy/**/a.txt", "legacy/a.txt", True),
        ("legacy/**/a.txt", "legacy/x/y/a.txt", True),
        ("**/a.txt", "a.txt", True),
        ("*.in", "requirements/dev.in", True),
        ("*.in", "dev.txt", False),
        ("dev.txt", "requirements/dev.txt", True),
        ("requirements/dev.txt", "requirements/dev.txt", True),
        ("requirements/dev.txt", "x/requirements/dev.txt", False),
        ("?ev.txt", "dev.txt", True),
        ("?ev.txt", "ev.txt", False),
        ("[a-d]ev.txt", "dev.txt", True),
        ("[!a-d]ev.txt", "dev.txt", False),
        ("[]]ev.txt", "]ev.txt", True),
        ("[", "[", True),
        ("[z-a]", "a", False),
        ("a.txt", "abtxt", False),
        ("*", "a/b/c.txt", True),
        ("a/**/**/c/*.txt", "a/b/c/c/d.txt", True),
        ("a/**/c/d", "a/b/d/c.txt", False),
        ("", "a.txt", False),
    ],
)
def test_patterns(pattern: str, path: str, *, expected: bool) -> None:
    assert matches(pattern, FOLDER, FOLDER / path) is expected


def test_files_elsewhere_do_not_match() -> None:
    assert not matches("**", FOLDER, Path("/other/a.txt"))


def test_no_pattern_takes_long() -> None:
    name = "a" * 250
    assert not matches("*a" * 100 + "b", FOLDER, FOLDER / name)
    assert not matches("**/" * 100 + "b", FOLDER, FOLDER.joinpath(*name))
