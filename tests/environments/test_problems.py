"""Problems that are told from what an environment records of itself, and what is none."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.types import ProblemKind
from tests.environments.beds import fake_base, fake_venv, place_file
from tests.environments.inspected import found, kinds

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return fake_base(tmp_path / "opt" / "python", "3.12.4")


def shebang(prefix: Path, name: str, *lines: str) -> None:
    place_file(prefix / "bin" / name, "\n".join(["", *lines, ""]).lstrip("\n"), 0o755)


@pytest.mark.parametrize(
    "lines",
    [
        ("#!/before/.venv/bin/python3.12",),
        ("#!/bin/sh", "'''exec' /before/.venv/bin/python \"$0\" \"$@\"", "' '''"),
        ("#!/bin/sh", '\'\'\'exec\' "/before/.venv/bin/python" "$0" "$@"', "' '''"),
    ],
)
def test_commands_that_run_another_python(
    tmp_path: Path, base: Path, lines: tuple[str, ...]
) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    shebang(prefix, "pip", *lines)

    environment = found(prefix)

    assert kinds(environment) == [ProblemKind.MOVED]
    assert "/before/.venv" in environment.problems[0].message


@pytest.mark.parametrize(
    "lines",
    [
        ("#!{prefix}/bin/python",),
        ("#!{link}/bin/python3",),
        ("#!/usr/bin/env python",),
        ("#!/bin/sh", '\'\'\'exec\' "$(dirname -- "$(realpath -- "$0")")"/\'python\' "$0"'),
        ("#!/bin/bash", "echo"),
        ("no script",),
    ],
)
def test_commands_that_are_no_sign_of_a_move(
    tmp_path: Path, base: Path, lines: tuple[str, ...]
) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    (tmp_path / "link").symlink_to(prefix)
    shebang(
        prefix,
        "pip",
        *(
            line.format(prefix=prefix, link=tmp_path / "link") if "{" in line else line
            for line in lines
        ),
    )

    assert found(prefix).problems == ()


def test_a_single_script_of_a_package_is_no_sign_of_a_move(tmp_path: Path, base: Path) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    shebang(prefix, "theirs", "#!/usr/bin/python3")
    shebang(prefix, "ours", f"#!{prefix}/bin/python")

    assert found(prefix).problems == ()


def test_packages_where_the_python_does_not_look(tmp_path: Path, base: Path) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    (prefix / "lib" / "python3.12").rename(prefix / "lib" / "python3.10")

    environment = found(prefix)

    assert kinds(environment) == [ProblemKind.VERSION_CHANGED]
    assert "python3.10" in environment.problems[0].message


def test_a_configuration_that_is_merely_out_of_date(tmp_path: Path, base: Path) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    cfg = (prefix / "pyvenv.cfg").read_text().replace("3.12.1", "3.11.1")
    (prefix / "pyvenv.cfg").write_text(cfg)

    assert found(prefix).problems == ()


def test_the_version_of_pep_838(tmp_path: Path, base: Path) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    shutil.rmtree(base.parent.parent)
    (prefix / "pyvenv.cfg").write_text(f"home = {base.parent}\npython-version = 3.12\n")

    environment = found(prefix)

    assert (environment.version, environment.version_source) == ("3.12", "pyvenv.cfg")


def test_what_this_user_may_not_read_is_not_called_gone(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    real_stat, forbidden = os.stat, str(prefix / "bin" / "python")

    def stat(path: str | os.PathLike[str] | int, **options: bool) -> os.stat_result:
        if path == forbidden:
            raise PermissionError(13, "Permission denied", forbidden)
        return real_stat(path, **options)

    monkeypatch.setattr(os, "stat", stat)
    environment = found(prefix)
    monkeypatch.undo()

    assert kinds(environment) == [ProblemKind.UNREADABLE]
    assert str(base) in environment.problems[0].message


def test_a_folder_that_this_user_may_not_read(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    monkeypatch.setattr(os, "access", lambda path, _mode: path != str(prefix / "lib"))

    assert kinds(found(prefix)) == [ProblemKind.UNREADABLE]


def test_a_configuration_that_is_no_text_keeps_python_from_starting(
    tmp_path: Path, base: Path
) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    (prefix / "pyvenv.cfg").write_bytes(b"\xff\xfe\0")

    (problem,) = found(prefix).problems

    assert problem.kind is ProblemKind.UNREADABLE
    assert problem.broken
    assert problem.message == "Its pyvenv.cfg cannot be read: it is not text in UTF-8."


def test_an_interpreter_that_links_to_itself(tmp_path: Path, base: Path) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    (prefix / "bin" / "python").unlink()
    (prefix / "bin" / "python").symlink_to("python3")
    (prefix / "bin" / "python3").symlink_to("python")

    (problem,) = found(prefix).problems

    assert problem.broken
    assert "leads in a circle" in problem.message
    assert "gone" not in problem.message
