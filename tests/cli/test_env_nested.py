"""Environments of projects inside a folder, made and used from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import main
from tests.environments.creating import BASE

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[str]


@pytest.mark.scenario(2)
def test_made_inside_and_used_by_what_lies_there(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    api = project / "services" / "api"
    api.mkdir(parents=True)
    (project / "pyproject.toml").touch()
    (api / "requirements.txt").write_text("flask==3.0.0\n", encoding="utf-8")
    (project / "requirements.txt").write_text("flask==3.0.0\n", encoding="utf-8")
    monkeypatch.chdir(api)

    assert main(["env", "create", "--python", str(BASE)]) == 0

    assert (api / ".venv" / "pyvenv.cfg").exists()
    assert not (project / ".venv").exists()
    # From inside, from above, and by the file's name: its lines are judged by that one.
    for place, arguments in ((api, []), (project, []), (project, ["services/api"])):
        monkeypatch.chdir(place)
        capsys.readouterr()
        main(["check", *arguments])
        lines = capsys.readouterr().out.splitlines()
        name = "requirements.txt" if place == api else "services/api/requirements.txt"
        nested = [line for line in lines if line.startswith(f"{name}:")]
        assert any("not-installed" in line for line in nested)
        assert not any("missing-environment" in line for line in nested)
