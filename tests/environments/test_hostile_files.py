"""What a workspace may hold that nobody made in good faith: nothing may raise, wait or start."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinwise.environments.base_choice import requested_python
from pinwise.environments.discovery import discover
from pinwise.environments.installed import installed
from pinwise.environments.pyvenv_cfg import parse_pyvenv_cfg
from pinwise.environments.recorded_paths import recorded_prefix
from pinwise.environments.selection import Wishes, select
from pinwise.environments.small_files import read_small
from pinwise.environments.target import target_of
from pinwise.environments.types import ProblemKind
from tests.environments.beds import fake_base, fake_venv
from tests.environments.inspected import found

PIECES = st.sampled_from(
    [
        b"home",
        b"version",
        b"=",
        b"\n",
        b"\0",
        b"\xff",
        b"/",
        b"'",
        b'"',
        b"$(",
        b"3.12",
        b"VIRTUAL_ENV=",
    ]
)
CONTENT = st.one_of(st.binary(max_size=80), st.lists(PIECES, max_size=12).map(b"".join))


@given(cfg=CONTENT, activate=CONTENT, pointer=CONTENT)
@settings(max_examples=60, deadline=None)
def test_any_content(cfg: bytes, activate: bytes, pointer: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scripts = folder / ".venv" / "bin"
        scripts.mkdir(parents=True)
        (folder / ".venv" / "pyvenv.cfg").write_bytes(cfg)
        (scripts / "activate").write_bytes(b"VIRTUAL_ENV=" + activate)
        (folder / ".python-envs").write_bytes(pointer)
        (folder / ".python-version").write_bytes(pointer)

        found = list(discover([folder], environ={"PATH": ""}, home=folder / "home"))
        select(folder, found, Wishes(choice=lambda _folder: None))
        requested_python(folder)
        for environment in found:
            installed(environment)
            target_of(environment)

        assert any(environment.prefix == folder / ".venv" for environment in found)


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_configuration(text: str) -> None:
    cfg = parse_pyvenv_cfg(text)

    assert cfg.version == "" or cfg.version[0].isdigit()
    assert isinstance(cfg.prompt, str)


def test_a_configuration_that_python_does_not_read(tmp_path: Path) -> None:
    prefix = fake_venv(tmp_path / ".venv", fake_base(tmp_path / "opt", "3.12.1"), "3.12.1")
    with (prefix / "pyvenv.cfg").open("ab") as file:
        file.truncate(32 * 1024 - 1)
        assert found(prefix).problems == ()
        file.truncate(32 * 1024)
        assert found(prefix).broken
        file.truncate(100 * 1024 * 1024)

    (problem,) = found(prefix).problems

    assert problem.broken
    assert problem.message == "Its pyvenv.cfg has 32 KiB or more, which Python does not read."


@pytest.mark.parametrize("make", ["mkdir", "mkfifo"])
def test_an_interpreter_that_is_no_program(tmp_path: Path, make: str) -> None:
    prefix = fake_venv(tmp_path / ".venv", fake_base(tmp_path / "opt", "3.12.1"), "3.12.1")
    interpreter = prefix / "bin" / "python"
    interpreter.unlink()
    getattr(os, make)(interpreter)

    (problem,) = found(prefix).problems

    assert problem.kind is ProblemKind.INCOMPLETE
    assert f"{interpreter} is no program" in problem.message


def test_pipes_are_not_opened(tmp_path: Path) -> None:
    base = fake_base(tmp_path / "opt", "3.12.1")
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    for path in (prefix / "pyvenv.cfg", prefix / "bin" / "activate"):
        path.unlink()
        os.mkfifo(path)
    for name in (".python-envs", ".python-version", "pyproject.toml"):
        os.mkfifo(tmp_path / name)

    assert [problem.kind for problem in found(prefix).problems] == [ProblemKind.UNREADABLE]
    assert recorded_prefix(str(prefix / "bin")) is None
    assert requested_python(tmp_path).text == ""
    assert list(discover([tmp_path], environ={"PATH": ""}, home=tmp_path / "home"))


def test_a_large_file_is_read_in_part(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.write(b"begin")
        file.truncate(1_000_000_000)

    assert read_small(tmp_path / "large") == "begin"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="not a regular file") as caught:
        read_small(tmp_path)
    assert caught.value.errno == errno.EINVAL


def test_a_cycle_of_links_is_a_missing_base(tmp_path: Path) -> None:
    base = fake_base(tmp_path / "opt", "3.12.1")
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    python = prefix / "bin" / "python"
    python.unlink()
    python.symlink_to(prefix / "bin" / "python3")
    (prefix / "bin" / "python3").symlink_to(python)

    assert found(prefix).problems[0].kind is ProblemKind.BASE_MISSING
