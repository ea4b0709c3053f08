"""What uv itself has just compiled has not drifted, however it was asked to write it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinwise.rules.compiled_drift import compiled_drift
from tests import harness
from tests.environments.creating import put_uv_on_path
from tests.fake_index import FakeIndex
from tests.rules.compiled_projects import PROJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = {
    "requirements.in": "flask[dotenv]>=2\nsetuptools\ncolorama; sys_platform == 'win32'\n",
    "dev.in": "-r requirements.in\n-c limits.txt\nclick<9; python_version >= '3.0'\n",
    "limits.txt": "click>=7.5\ncolorama<1\n",
    "overrides.txt": "flask==2.0\n",
    "pyproject.toml": '[project]\nname = "mine"\nversion = "1"\ndependencies = ["colorama"]\n',
}
STYLES = [
    (),
    ("--annotation-style", "line"),
    ("--no-annotate",),
    ("--no-header",),
    ("--no-header", "--annotation-style=line"),
    ("--generate-hashes",),
    ("--universal",),
    ("--universal", "--generate-hashes", "--no-annotate"),
    ("--no-emit-package", "setuptools"),
    ("--unsafe-package", "setuptools", "--no-header"),
    ("--emit-index-annotation",),
    ("--no-strip-extras",),
    ("--resolution", "lowest"),
    ("--overrides", "overrides.txt"),
    ("--no-deps",),
    ("--python-platform", "windows"),
    ("--constraints", "limits.txt", "pyproject.toml"),
    ("dev.in",),
]


@pytest.fixture(scope="module")
def index() -> Iterator[FakeIndex]:
    with FakeIndex(PROJECTS) as found:
        yield found


@pytest.mark.parametrize("source", ["requirements.in", "dev.in"])
@pytest.mark.parametrize("style", STYLES, ids=" ".join)
def test_nothing_has_drifted(
    tmp_path: Path,
    index: FakeIndex,
    monkeypatch: pytest.MonkeyPatch,
    style: tuple[str, ...],
    source: str,
) -> None:
    put_uv_on_path(monkeypatch)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in SOURCES.items():
        (folder / name).write_text(text, encoding="utf-8")
    output = Path(source).with_suffix(".txt").name
    command = ["uv", "pip", "compile", "-q", "--default-index", index.url, source]
    words = [word for word in style if word != source]
    subprocess.run([*command, *words, "-o", output], cwd=folder, check=True, env=os.environ)
    compiled = (folder / output).read_text(encoding="utf-8")
    assert "flask" in compiled
    texts = {**SOURCES, output: compiled}
    for first in (output, source):
        world = harness.World(rules=[compiled_drift])
        found = world.diagnostics({first: texts[first], **texts})
        assert [item.finding.message for item in found] == []


PROJECT = """[project]
name = "mine"
version = "1"
dependencies = ["flask[dotenv]>=2", "colorama; sys_platform == 'win32'"]

[project.optional-dependencies]
test = ["click>=7"]
all = ["setuptools", "mine[test]"]

[dependency-groups]
lint = ["setuptools", {include-group = "more"}]
more = ["click>=8"]
"""


@pytest.mark.parametrize(
    "style",
    [
        ("pyproject.toml",),
        ("pyproject.toml", "--universal"),
        ("pyproject.toml", "--extra", "test", "--annotation-style", "line"),
        ("pyproject.toml", "--extra", "all", "--no-annotate"),
        ("pyproject.toml", "--all-extras", "--generate-hashes"),
        ("pyproject.toml", "requirements.in"),
        ("pyproject.toml", "--group", "lint"),
        ("--group", "lint"),
    ],
    ids=" ".join,
)
def test_nothing_of_a_project_has_drifted(
    tmp_path: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch, style: tuple[str, ...]
) -> None:
    put_uv_on_path(monkeypatch)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    folder.mkdir()
    sources = {"pyproject.toml": PROJECT, "requirements.in": "click\n"}
    for name, text in sources.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = ["uv", "pip", "compile", "-q", "--default-index", index.url, *style]
    subprocess.run([*command, "-o", "requirements.txt"], cwd=folder, check=True, env=os.environ)
    compiled = (folder / "requirements.txt").read_text(encoding="utf-8")
    world = harness.World(rules=[compiled_drift])
    assert world.diagnostics({"requirements.txt": compiled, **sources}) == []
    sources["pyproject.toml"] = PROJECT.replace("]>=2", "]<3").replace("click>=8", "click<8")
    assert world.diagnostics({"requirements.txt": compiled, **sources})


def test_the_same_files_are_compared(
    tmp_path: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the test above says is worth nothing where the two files are not found to belong.
    put_uv_on_path(monkeypatch)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "requirements.in").write_text("flask\n", encoding="utf-8")
    for style in STYLES[:8]:
        command = ["uv", "pip", "compile", "-q", "--default-index", index.url, "requirements.in"]
        text = subprocess.run(
            [*command, *style], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout
        files = {"requirements.txt": text, "requirements.in": "flask<3\n"}
        found = harness.World(rules=[compiled_drift]).diagnostics(files)
        recognised = set(style) != {"--no-header", "--no-annotate"}
        assert (len(found) == 1) is recognised, (style, text)
