from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import main
from pinwise.environments import discovery
from pinwise.environments.types import SkippedPlace
from tests.environments.beds import fake_base, fake_venv

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with a whole environment, a broken one, and one of a service."""
    folder = tmp_path / "shop"
    base = fake_base(tmp_path / "opt", "3.12.4")
    fake_venv(folder / ".venv", base, "3.12.4")
    fake_venv(folder / "svc" / ".venv", base, "3.12.4")
    gone = fake_venv(folder / "old", base, "3.12.4")
    (gone / "bin" / "python").unlink()
    (gone / "bin" / "python").symlink_to(tmp_path / "gone" / "python3.9")
    (folder / "requirements.txt").touch()
    monkeypatch.chdir(folder)
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    return folder


def test_the_table(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["envs", str(project)]) == 0

    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "Environments"
    assert "* 3.12.4 patchlevel.h venv .venv" in lines
    assert "3.12.4 patchlevel.h venv svc/.venv it belongs to svc" in lines
    broken = lines.index("3.12.4 patchlevel.h venv old it is broken")
    assert lines[broken + 1].startswith("broken: The Python that it was made from is gone: ")
    assert any(line.startswith("Interpreters") for line in lines)
    assert lines[-1] == "selected: .venv: .venv in the folder."


def test_every_environment_says_why_it_is_not_selected(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["envs", "--format", "json"]) == 0

    records = json.loads(capsys.readouterr().out)
    assert [one["path"] for one in records if one["selected"]] == [str(project / ".venv")]
    assert all(bool(one["not_selected_because"]) != one["selected"] for one in records)
    assert {one["found_by"] for one in records} >= {"project"}


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_was_skipped_is_told_beside_the_list(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    real = discovery.discover

    def discover(folders: object, **options: object) -> object:
        tell = options["tell_skipped"]
        assert callable(tell)
        tell(SkippedPlace("conda", "The environments of conda were not all looked at."))
        return real(folders, **options)  # type: ignore[arg-type]  # what the caller gave

    monkeypatch.setattr("pinwise.environments.discovery.discover", discover)

    assert main(["envs", str(project), "--format", form]) == 0
    out, err = capsys.readouterr()
    assert err == "The environments of conda were not all looked at.\n"
    assert "conda were" not in out


@pytest.mark.parametrize("home", ["", "/"])
def test_a_home_that_is_the_root_shortens_no_path(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: str
) -> None:
    del project
    monkeypatch.setenv("HOME", home)
    assert main(["envs"]) == 0
    out = capsys.readouterr().out
    assert "/bin/python" in out
    assert "~" not in out
