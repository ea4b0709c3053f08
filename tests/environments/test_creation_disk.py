"""Disks on which no environment can be made."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from pinwise.environments.creation import CreateRequest, CreationFailure
from tests.environments.beds import place_program
from tests.environments.creating import BASE, failure_of


@pytest.mark.parametrize(
    ("number", "failure", "words"),
    [
        (errno.EACCES, CreationFailure.NO_PERMISSION, "no permission to write in"),
        (errno.EROFS, CreationFailure.NO_PERMISSION, "no permission to write in"),
        (errno.ENOSPC, CreationFailure.DISK_FULL, "disk is full"),
        (errno.EEXIST, CreationFailure.OCCUPIED, "by another program"),
        (errno.EIO, CreationFailure.TOOL_FAILED, "cannot be made"),
    ],
)
def test_a_folder_that_cannot_be_made(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    failure: CreationFailure,
    words: str,
) -> None:
    def refuse(_path: Path, _mode: int = 0o777, **_others: bool) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)

    error = failure_of(CreateRequest(tmp_path, base=BASE))

    assert error.failure is failure
    assert words in str(error)


def test_a_disk_that_is_full_is_told_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type(shutil.disk_usage(tmp_path))(10**9, 10**9 - 4096, 4096)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)

    error = failure_of(CreateRequest(tmp_path, base=BASE))

    assert error.failure is CreationFailure.DISK_FULL
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A creator that writes half of it, and then says what a full disk makes Python say.
    tools = tmp_path / "tools"
    tools.mkdir()
    script = (
        '#!/bin/sh\nfor last; do :; done\nmkdir -p "$last/bin"\n'
        'echo "home = /x" > "$last/pyvenv.cfg"\n'
        'echo "OSError: [Errno 28] No space left on device: $last/lib"\nexit 1\n'
    )
    place_program(tools / "uv", script)
    monkeypatch.setenv("PATH", os.pathsep.join((str(tools), os.environ["PATH"])))
    (tmp_path / "work").mkdir()

    error = failure_of(CreateRequest(tmp_path / "work", base=BASE, creator="uv"))

    assert error.failure is CreationFailure.DISK_FULL
    assert str(error) == "The disk is full."
    assert list((tmp_path / "work").iterdir()) == []
