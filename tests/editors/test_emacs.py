"""The configuration of docs/editors.md for Emacs, run in it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.editors.page import blocks, program, variables
from tests.environments.test_installation import make_wheel
from tests.fake_index import FakeIndex, Release

HERE = Path(__file__).parent


def run_script(script: str, project: Path, index: str | None, **more: str) -> Any:  # noqa: ANN401 - JSON
    """Run a script in Emacs, in a folder; return what it printed."""
    configuration = project.parent / "configuration.el"
    head = ";;; -*- lexical-binding: t -*-\n"
    configuration.write_text(head + "\n".join(blocks("Emacs", "elisp")), encoding="utf-8")
    done = subprocess.run(
        [
            program("emacs", "emacs-nox elpa-eglot"),
            # Not `-Q`, which hides what the system's packages bring: Eglot, before Emacs 29.
            "-q",
            "--batch",
            *(f"--load={each}" for each in (configuration, HERE / "client.el", HERE / script)),
        ],
        cwd=project,
        env={**variables(project.parent, index), **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_misspelt_name_is_told_and_fixed(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    text = "# 🐍 the web\nreqeusts>=2.30  # why 🐍\n"
    (project / "requirements.txt").write_text(text, encoding="utf-8")
    with FakeIndex({"requests": {"2.31.0": Release()}}) as index:
        result = run_script("emacs.el", project, index.url)
    assert "No package index in use has `reqeusts`." in result["message"]
    assert result["text"] == "reqeusts"
    assert result["mode"] == "pinwise-mode"
    assert result["buffer"] == "# 🐍 the web\nrequests>=2.30  # why 🐍\n"
    assert result["settled"]


def test_an_environment_is_created_filled_and_chosen(tmp_path: Path) -> None:
    project, wheels = tmp_path / "my project", tmp_path / "wheels"
    project.mkdir()
    wheels.mkdir()
    make_wheel(wheels, "demo", "1.0")
    (project / "requirements.txt").write_text("demo==1.0\n", encoding="utf-8")
    result = run_script("emacs_environments.el", project, None, PIP_FIND_LINKS=str(wheels))
    assert result["installed"]
    assert result["again"]
    asked = " ".join(result["questions"])
    assert "Install requirements.txt into it?" in asked
    assert "Which Python shall my project use?" in asked
    assert result["status"]["environment"]["prefix"] == str(project / ".venv")
    assert list(project.glob(".venv/lib/*/site-packages/demo.py"))
