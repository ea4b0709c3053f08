"""Records what the real pip-compile writes, for the tests that must not depend on it.

    python -m bench.record_pip_tools PIP_COMPILE

Calls it in each of some styles against an index on this machine, and writes what it made of the
sources below into `tests/rules/data/pip_tools.json`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fake_index import FakeIndex, Release
from tests.rules.compiled_projects import PROJECTS
from tests.rules.recorded_compilations import RECORDED

INDEX = "https://index.example.org/simple"
WITH_TESTS = {**PROJECTS, "pytest": {"8.0": Release(requires_dist=("click",))}}
SOURCES = {
    "requirements.in": "flask[dotenv]>=2\nsetuptools\ncolorama; sys_platform == 'win32'\n",
    "dev.in": "-r requirements.in\n-c limits.txt\nclick<9; python_version >= '3.0'\n",
    "limits.txt": "click>=7.5\ncolorama<1\n",
    "pyproject.toml": """[project]
name = "mine"
version = "1"
dependencies = [
    "flask[dotenv]>=2",  # the app
    "colorama; sys_platform == 'win32'",
]

[project.optional-dependencies]
test = ["pytest>=8"]
""",
}
STYLES = (
    ("requirements.in",),
    ("requirements.in", "--annotation-style=line"),
    ("requirements.in", "--no-annotate"),
    ("requirements.in", "--generate-hashes"),
    ("requirements.in", "--allow-unsafe"),
    ("requirements.in", "--no-header"),
    ("requirements.in", "--strip-extras"),
    ("requirements.in", "--constraint", "limits.txt"),
    ("dev.in",),
    ("pyproject.toml",),
    ("pyproject.toml", "--extra", "test"),
)


def main() -> None:
    """Record all styles."""
    texts = {}
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "PIP_TOOLS"))
    }
    environment["PIP_CONFIG_FILE"] = os.devnull
    with FakeIndex(WITH_TESTS) as index:
        for style in STYLES:
            with tempfile.TemporaryDirectory() as folder:
                for name, text in SOURCES.items():
                    (Path(folder) / name).write_text(text, "utf-8")
                output = Path(folder) / "requirements.txt"
                call = [sys.argv[1], "--quiet", f"--index-url={index.url}", "--no-emit-index-url"]
                subprocess.run(
                    [*call, *style, f"--output-file={output.name}"],
                    cwd=folder,
                    env=environment,
                    check=True,
                )
                texts[" ".join(style)] = output.read_text("utf-8").replace(index.url, INDEX)
    RECORDED.parent.mkdir(exist_ok=True)
    told = json.dumps({"sources": SOURCES, "texts": texts}, indent=1)
    RECORDED.write_text(f"{told}\n", "utf-8")


if __name__ == "__main__":
    main()
