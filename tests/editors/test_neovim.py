"""The same diagnostics and fixes in an editor that knows nothing of Pinwise."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fake_index import FakeIndex, Release
from tests.lsp.editor import LAUNCH, isolated_environment

HERE = Path(__file__).parent


def neovim() -> str:
    """Return the editor; without one, the test cannot pass in CI, and is skipped elsewhere."""
    found = shutil.which("nvim")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("Neovim is not installed: apt-get install neovim")
        pytest.skip("Neovim is not installed: sudo apt install neovim")
    return found


def run_script(script: str, project: Path, home: Path, index: str | None) -> Any:  # noqa: ANN401 - JSON
    """Run a script in Neovim with requirements.txt open; return what it printed."""
    command = [sys.executable, "-I", "-X", "utf8", str(LAUNCH), "serve"]
    home.mkdir()
    done = subprocess.run(
        [
            neovim(),
            "--headless",
            "-u",
            "NONE",
            "-i",
            "NONE",
            "-n",
            "requirements.txt",
            "-c",
            f"luafile {HERE / script}",
            # A script that fails leaves the editor open.
            "-c",
            "cquit",
        ],
        cwd=project,
        env={
            **isolated_environment(home, index),
            "PINWISE_COMMAND": json.dumps(command),
            "PINWISE_CLIENT": str(HERE / "client.lua"),
            "SHELL": "/bin/sh",
            "TERM": "dumb",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    line = next((line for line in done.stderr.splitlines() if line.startswith("{")), None)
    assert line is not None, done.stderr
    return json.loads(line)


def test_a_misspelt_name_is_told_and_fixed(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    text = "# 🐍 the web\nreqeusts>=2.30  # why 🐍\n"
    (project / "requirements.txt").write_text(text, encoding="utf-8")
    with FakeIndex({"requests": {"2.31.0": Release()}}) as index:
        result = run_script("neovim.lua", project, tmp_path / "home", index.url)
    assert result["found"]
    assert result["message"].startswith("No package index in use has `reqeusts`.")
    assert result["range"] == [1, 0, 1, 8]
    assert "Change to `requests`" in result["titles"]
    assert result["lines"] == ["# 🐍 the web", "requests>=2.30  # why 🐍"]
    assert result["settled"]


def test_environments_are_created_selected_and_activated(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "requirements.txt").write_text("", encoding="utf-8")
    result = run_script("neovim_environments.lua", project, tmp_path / "home", None)
    venv, other = str(project / ".venv"), str(project / "it's mine")
    assert result["created"]["prefix"] == result["back"]["prefix"] == venv
    assert result["automatic"] is True
    line, leave = (result[part]["command"] for part in ("activation", "deactivation"))
    assert line == f"source {venv}/bin/activate"
    assert result["other"]["command"] == f". {shlex.quote(other + '/bin/activate')}"
    assert result["terminal"] == other
    # The lines are for the user's own shell, outside of the editor.
    script = f'{line}\necho "$VIRTUAL_ENV"\n{leave}\necho "left:$VIRTUAL_ENV"'
    told = subprocess.run(["/bin/bash", "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == [venv, "left:"]
