"""`python -m pinwise` runs nothing of the folder that it is called in."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.environments.creating import BASE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "arguments", [("envs",), ("check", "--offline"), ("env", "create", "--python", str(BASE))]
)
def test_modules_of_the_project_are_not_imported(
    project: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (project / "requirements.txt").write_text("six\n", encoding="utf-8")
    trace = tmp_path / "trace"
    for name in ("json", "argparse", "packaging", "virtualenv", "platformdirs"):
        (project / f"{name}.py").write_text(f"open({str(trace)!r}, 'w')\n", encoding="utf-8")

    called = subprocess.run(
        [sys.executable, "-m", "pinwise", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )

    assert not trace.exists()
    assert called.returncode in {0, 1}, called.stderr
