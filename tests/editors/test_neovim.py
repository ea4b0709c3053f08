"""The same diagnostics and fixes in an editor that knows nothing of Pinwise."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.editors.page import blocks, program, variables
from tests.environments.test_installation import make_wheel
from tests.fake_index import FakeIndex, Release
from tests.lsp.editor import LAUNCH

HERE = Path(__file__).parent


def run_script(script: str, project: Path, index: str | None) -> Any:  # noqa: ANN401 - JSON
    """Run a script in Neovim with requirements.txt open; return what it printed."""
    command = [sys.executable, "-I", "-X", "utf8", str(LAUNCH), "serve"]
    environment = {
        **variables(project.parent, index),
        "PINWISE_COMMAND": json.dumps(command),
        "PINWISE_CLIENT": str(HERE / "client.lua"),
    }
    return neovim(script, project, environment, "requirements.txt")


def neovim(script: str, project: Path, environment: dict[str, str], *files: str) -> Any:  # noqa: ANN401 - JSON
    """Run a script in Neovim; return what it printed."""
    done = subprocess.run(
        [
            program("nvim", "neovim"),
            "--headless",
            *("-u", "NONE", "-i", "NONE", "-n"),
            *files,
            *("-c", f"luafile {HERE / script}"),
            # A script that fails leaves the editor open.
            *("-c", "cquit"),
        ],
        cwd=project,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
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
        result = run_script("neovim.lua", project, index.url)
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
    result = run_script("neovim_environments.lua", project, None)
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


def test_the_configuration_of_the_page_does_what_the_page_says(tmp_path: Path) -> None:
    project, wheels = tmp_path / "my project", tmp_path / "wheels"
    project.mkdir()
    wheels.mkdir()
    make_wheel(wheels, "demo", "1.0")
    (project / "requirements.txt").write_text("demo==1.0\n", encoding="utf-8")
    sections = {"new": "From 0.11 on", "old": "From 0.8 on", "commands": "Commands"}
    files = {}
    for name, section in sections.items():
        file = tmp_path / f"{name}.lua"
        file.write_text(blocks("Neovim", "lua", section)[0], encoding="utf-8")
        files[name] = str(file)
    environment = {
        **variables(tmp_path, None),
        "PIP_FIND_LINKS": str(wheels),
        "PINWISE_CONFIGURATION": json.dumps(files),
    }
    result = neovim("neovim_page.lua", project, environment)
    assert result["found"]
    assert result["installed"]
    assert result["again"]
    assert result["asked"]
    first, second = result["questions"]
    assert first == "Created .venv. Install requirements.txt into it?"
    assert second == "Which Python shall my project use?"
    assert list(project.glob(".venv/lib/*/site-packages/demo.py"))
