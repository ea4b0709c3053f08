"""What a short call imports: every hundred modules take 40 ms, at each call of a commit hook."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from pinwise.cli.main import main
from tests.environments.beds import fake_base, fake_venv

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_SCRIPT = """\
import sys
from pinwise.__main__ import main

sys.argv[1:] = {arguments}
try:
    sys.exit(main())
finally:
    sys.stderr.write(" ".join(sys.modules))
"""

_NETWORK = {"asyncio", "ssl", "http", "email", "urllib3", "truststore", "concurrent.futures"}
_ARCHIVES = {"zipfile", "tarfile", "pinwise.index.archives", "pinwise.index.core_metadata"}
_FORMATS = {"configparser", "tomllib", "tomli", "tomlkit", "xml", "html"}
_OTHERS = {"_hashlib", "importlib.metadata", "importlib.resources", "distlib", "virtualenv"}
_CONFLICTS = {"pinwise.resolver.fixes", "pinwise.resolver.explanation", "pinwise.resolver.updates"}
_UV = {"pinwise.index.uv", "pinwise.index.uv_choices"}
_DISCOVERY = {"pinwise.environments.discovery", "pinwise.environments.processes"}
_COMPILED = {"pinwise.manifests.compile_command", "pinwise.manifests.project_lists"}
_MISSPELT = {"difflib", "pinwise.advice.names", "pinwise.advice.mixed_places"}
_FACES = {"pygls", "lsprotocol", "pinwise.lsp", "pinwise.features.hover"}

UNUSED = (
    _NETWORK
    | _ARCHIVES
    | _FORMATS
    | _OTHERS
    | _CONFLICTS
    | _UV
    | _DISCOVERY
    | _COMPILED
    | _MISSPELT
    | _FACES
)
"""What nothing in a file of sound pins asks for."""


def loaded_by(folder: Path, *arguments: str) -> set[str]:
    """Run a command in a process of its own; return the modules that it had in the end."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", _SCRIPT.format(arguments=[*arguments])],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_a_check_imports_what_it_needs(project: Path) -> None:
    text = "flask==3.0.0\ndjango==5.0 ; python_version >= '3.8'\n"
    (project / "requirements.txt").write_text(text, encoding="utf-8")
    loaded = loaded_by(project, "check", "--offline", "--python", sys.executable)
    assert "pinwise.rules.outdated_version" in loaded
    assert sorted(loaded & UNUSED) == []


def test_the_version_is_told_without_the_engine(project: Path) -> None:
    loaded = loaded_by(project, "--version")
    assert sorted(name for name in loaded if name.startswith(("pinwise.rules", "packaging"))) == []


def test_the_program_ends_with_what_it_printed_and_its_exit_code(project: Path) -> None:
    (project / "requirements.txt").write_text("flask=3.0.0\n", encoding="utf-8")
    script = (
        "import atexit, sys; from pinwise.__main__ import run;"
        " atexit.register(sys.stderr.write, 'every object given back');"
        " sys.argv[1:] = ['check', '--offline', '--python', sys.executable]; run()"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.endswith("1 file checked: 1 error.\n")
    assert "every object given back" not in done.stderr


def test_where_an_interpreter_is_named_nothing_is_looked_for(
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (project / "requirements.txt").write_text("flask==3.0.0\n", encoding="utf-8")
    named = tmp_path / "named"
    fake_venv(named, fake_base(tmp_path / "opt", "3.12.1"), "3.12.1")
    looked: list[object] = []

    def look(*asked: object, **_more: object) -> tuple[()]:
        looked.append(asked)
        return ()

    monkeypatch.setattr("pinwise.environments.discovery.discover", look)
    assert main(["check", "--offline", "--python", str(named)]) == 0
    assert "`flask` is not installed in `named`" in capsys.readouterr().out
    assert looked == []
    main(["check", "--offline"])
    assert len(looked) == 1
