from __future__ import annotations

import codecs
from functools import partial
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.advice.context import Context
from pinwise.analysis.engine import analyse
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.rules import RULES
from pinwise.rules.undecodable_file import undecodable_file
from pinwise.syntax import decode
from tests import harness

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.advice.findings import Finding

check = partial(harness.check, rules=[undecodable_file])
check_fix = partial(harness.check_fix, rules=[undecodable_file])


def found_in(folder: Path, data: bytes, pip: str | None = None) -> list[tuple[int, str]]:
    """Return line and message of what is said of a file with these bytes."""
    path = folder / "requirements.txt"
    path.write_bytes(data)
    tree = read_tree(path, Documents({}))
    context = Context(tree, Settings(), pip=Version(pip) if pip else None)
    source = tree.members[0].document.source
    return [
        (source.position(finding.span.start).line, finding.message)
        for finding in undecodable_file.check(context)
    ]


@pytest.fixture(autouse=True)
def utf8_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "_locale_encoding", lambda: "utf-8")


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (
            b"flask\n# caf\xe9\n",
            1,
            "pip fails on byte 0xE9, which is not UTF-8. Save the file as UTF-8.",
        ),
        (
            b"# coding: ascii\nflask\n# caf\xc3\xa9\n",
            2,
            "pip fails on byte 0xC3: it is no `ascii`, which the coding line names.",
        ),
        (
            codecs.BOM_UTF8 + b"a\nb\n\xff",
            2,
            "pip fails on byte 0xFF: it is no `utf-8`, which the byte-order mark stands for.",
        ),
        (
            b"# a\n# coding=nonsense\n",
            1,
            "pip takes this comment for a coding line, and knows no encoding `nonsense`.",
        ),
        (
            "flask\nclick\n".encode("utf-16-be"),
            0,
            "This looks like UTF-16 without a byte-order mark. pip reads it as UTF-8 and fails.",
        ),
    ],
)
def test_bytes_that_pip_fails_on(tmp_path: Path, data: bytes, line: int, said: str) -> None:
    assert found_in(tmp_path, data) == [(line, said)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"flask\0\n",
        "# caf\N{LATIN SMALL LETTER E WITH ACUTE}\n".encode(),
        b"# coding: latin-1\n# caf\xe9\n",
        "flask\n".encode("utf-16"),
        "flask\n".encode("utf-32"),
        b"# one\n# two\n# coding: nonsense\n",
    ],
)
def test_what_pip_reads(tmp_path: Path, data: bytes) -> None:
    assert found_in(tmp_path, data) == []


def test_utf_32_and_the_pip_that_reads_it(tmp_path: Path) -> None:
    data = codecs.BOM_UTF32_LE + "flask\n".encode("utf-32-le")
    assert found_in(tmp_path, data, "25.0") == []
    ((line, said),) = found_in(tmp_path, data, "24.3.1")
    assert (line, said) == (0, "pip before 25.0 cannot read UTF-32. Save the file as UTF-8.")


def test_the_encoding_of_one_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "_locale_encoding", lambda: "cp1252")
    ((line, said),) = found_in(tmp_path, b"flask\n# caf\xe9\n")
    assert line == 1
    assert said == "This is not UTF-8: pip reads it as `cp1252` here, and may fail elsewhere."


def test_an_included_file(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"flask==\n\xff\n")
    (tmp_path / "requirements.txt").write_text("-r bad.txt\n-c bad.txt\n")
    context = Context(read_tree(tmp_path / "requirements.txt", Documents({})), Settings())
    found: list[Finding] = [finding for rule in RULES for finding in rule.check(context)]
    assert [item.path.name for item in found] == ["bad.txt"]
    (note,) = found[0].related
    assert (note.path.name, note.span.start) == ("requirements.txt", 3)


def test_a_file_that_pip_reads_by_its_url(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"# caf\xe9\nflask\n")
    uri = (tmp_path / "bad.txt").as_uri()
    (tmp_path / "requirements.txt").write_text(f"-r {uri}\n")
    report = analyse(Context(read_tree(tmp_path / "requirements.txt", Documents({})), Settings()))
    assert not any(report.diagnostics.values())
    assert [item.what for item in report.unchecked] == [uri]


def test_a_coding_line_in_the_editor() -> None:
    check(
        """
# one
# Encoding: this file
            ^^^^ undecodable-file: pip takes this comment for a coding line, and knows no encoding `this`.
flask==
"""  # noqa: E501 - a message stands on one line
    )
    check(
        """
# -*- coding: ascii -*-
# café
     ^ undecodable-file: `ascii`, which the coding line names, cannot encode this character.
"""
    )
    check("# coding: latin-1\n# café\n")
    check("# Encoding : this file\nflask\n")


def test_fixes() -> None:
    check_fix(
        "# Encoding: th$0is file\nflask\n",
        "# Encoding : this file\nflask\n",
        title="Insert a space, so that it is a comment",
    )
    check_fix("# coding: x$0 coding=y\n", "# coding : x coding =y\n")
    check_fix("# -*- coding: u$0ft-8 -*-\n", "# -*- coding: utf-8 -*-\n", title="Change to `utf-8`")


def test_bytes_that_nobody_could_read_are_not_written(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_bytes(b"# coding: nonsense\n# caf\xe9\n")
    (found,) = undecodable_file.check(Context(read_tree(path, Documents({})), Settings()))
    assert found.fixes == ()
    path.write_bytes(b"# coding: nonsense\n# cafe\n")
    (found,) = undecodable_file.check(Context(read_tree(path, Documents({})), Settings()))
    assert len(found.fixes) == 1


def test_a_replacement_character_in_the_editor(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_bytes(b"flask\n# caf\xe9\n")
    documents = Documents({})
    documents.open(path, "flask\n# caf\N{REPLACEMENT CHARACTER}\n", 1)
    (found,) = undecodable_file.check(Context(read_tree(path, documents), Settings()))
    assert found.span.start == 11
    assert "0xE9" in found.message


def test_prose_is_left_alone(tmp_path: Path) -> None:
    text = "The product must be fast and easy to use.\nIt must also be cheap for the café.\n" * 3
    assert found_in(tmp_path, text.encode("latin-1")) == []
