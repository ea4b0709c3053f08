"""What is said of paths, held to pip itself, started in the folder of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pip._internal.exceptions import InstallationError
from pip._internal.network.session import PipSession
from pip._internal.req.constructors import install_req_from_parsed_requirement
from pip._internal.req.req_file import parse_requirements

from pinwise.advice.context import Context
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.rules.include_cycle import include_cycle
from pinwise.rules.missing_file import missing_file
from pinwise.rules.undecodable_file import undecodable_file

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "base.txt": b"flask\n",
    "sub/deep.txt": b"-r ../base.txt\n",
    "sub/lost.txt": b"-r base.txt\n",
    "self.txt": b"-c ./sub/../self.txt\n",
    "first.txt": b"-r second.txt\n",
    "second.txt": b"-c first.txt\n",
    "coding.txt": b"# Encoding: this file\nflask\n",
    "bytes.txt": b"# caf\xe9\nflask\n",
    "marked.txt": b"\xef\xbb\xbfflask\n",
    "wide.txt": "flask\n".encode("utf-16-le"),
    "wide-marked.txt": "flask\n".encode("utf-16"),
    "lib/pyproject.toml": b"",
    "old/setup.py": b"",
    "other/setup.cfg": b"",
    "archives/a-1.0.tar.gz": b"",
    "folder.zip/pyproject.toml": b"",
}

INCLUDES = [f"-r {name}" for name in FILES if name.endswith(".txt")] + [
    "-c base.txt",
    "-rbase.txt",
    "-r none.txt",
    "-c none.txt",
    "-r sub",
    "-r .",
    "-r sub/../base.txt",
    "-r none/../base.txt",
    "-r a\0b",
    "-r '../project/base.txt'",
]
PATHS = [
    "./lib",
    "./lib/",
    "lib/",
    "./old[extra]",
    "./other",
    "./none",
    "none/deep",
    "./base.txt",
    "sub/deep.txt",
    ".",
    "..",
    "./lib ; python_version < '3'",
    "./none ; python_version < '3'",
    "archives/a-1.0.tar.gz",
    "./folder.zip",
    "-e ./lib",
    "-e lib",
    "-e lib[extra]",
    "-e ./none",
    "-e flask",
    "-e base.txt",
]
"""Archives that are missing and editables that are no projects are not among them: pip accepts such
a line when it reads it, and fails when it comes to install it."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    for name, data in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    monkeypatch.chdir(folder)
    return folder


def pip_accepts(path: Path) -> bool:
    """Return whether pip reads a file and makes requirements of its lines."""
    try:
        for parsed in parse_requirements(str(path), session=PipSession()):
            install_req_from_parsed_requirement(parsed)
    except (InstallationError, LookupError, ValueError):
        return False
    return True


@pytest.mark.parametrize("line", [*INCLUDES, *PATHS])
def test_a_line_is_reported_where_pip_fails(project: Path, line: str) -> None:
    path = project / "requirements.txt"
    path.write_text(f"{line}\n", encoding="utf-8")
    context = Context(read_tree(path, Documents({})), Settings())
    rules = (missing_file, include_cycle, undecodable_file)
    found = [finding.message for rule in rules for finding in rule.check(context)]
    assert bool(found) is not pip_accepts(path), found
