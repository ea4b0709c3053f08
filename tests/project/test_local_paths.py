from __future__ import annotations

from pathlib import PurePath, PurePosixPath, PureWindowsPath

import pytest

from pinwise.project.local_paths import on_another_host


@pytest.mark.parametrize(
    ("path", "seen_from", "expected"),
    [
        (r"\\host\share\a.txt", r"C:\project", True),
        ("//host/share/a.txt", r"C:\project", True),
        (r"\/host/share\a.txt", r"C:\project", True),
        (r"\\host\share\a.txt", r"\\other\share\project", True),
        (r"\\HOST\share\a.txt", r"\\host\share\project", False),
        (r"D:\a.txt", r"C:\project", False),
        (r"C:\project\a.txt", r"C:\project", False),
    ],
)
def test_shares_on_windows(path: str, seen_from: str, *, expected: bool) -> None:
    assert on_another_host(PureWindowsPath(path), PureWindowsPath(seen_from)) is expected


def test_only_windows_signs_on_to_hosts() -> None:
    path: PurePath = PurePosixPath("//host/share/a.txt")
    assert not on_another_host(path, PurePosixPath("/project"))
