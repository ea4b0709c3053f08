"""What the packing script takes out of the libraries that the extension carries along."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "trim_bundle.py"
EMBED = "virtualenv/seed/wheels/embed"
SUPPORT = """
BUNDLE_SUPPORT: Final[dict[str, dict[str, str]]] = {
    "3.9": {"pip": "pip-1-py3-none-any.whl", "setuptools": "setuptools-1-py3-none-any.whl"},
    "3.10": {"pip": "pip-2-py3-none-any.whl", "setuptools": "setuptools-2-py3-none-any.whl"},
    "3.14": {"pip": "pip-3-py3-none-any.whl"},
}
"""


def left_of(folder: Path, names: Iterable[str]) -> set[str]:
    """Return which of the files are left after the script, with virtualenv's list of wheels."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    embed = folder / EMBED
    embed.mkdir(parents=True, exist_ok=True)
    (embed / "__init__.py").write_text(SUPPORT)
    subprocess.run([sys.executable, str(SCRIPT), str(folder)], check=True)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return files - {f"{EMBED}/__init__.py"}


def test_only_the_wheels_of_pip_for_pythons_that_are_supported_stay(tmp_path: Path) -> None:
    wheels = [f"{name}-py3-none-any.whl" for name in ("pip-1", "pip-2", "pip-3", "setuptools-2")]

    left = left_of(tmp_path, [f"{EMBED}/{wheel}" for wheel in wheels])

    assert left == {f"{EMBED}/pip-2-py3-none-any.whl", f"{EMBED}/pip-3-py3-none-any.whl"}


def test_licences_and_what_packages_read_of_themselves_stay(tmp_path: Path) -> None:
    kept = {
        "some-1.dist-info/METADATA",
        "some-1.dist-info/entry_points.txt",
        "some-1.dist-info/licenses/LICENSE",
        "some-1.dist-info/licenses/deeper/NOTICE.md",
        "some-1.dist-info/COPYING.LESSER",
        "some/module.py",
        "distlib/t64.exe",
    }
    dropped = [
        "bin/some",
        "some-1.dist-info/RECORD",
        "some-1.dist-info/sboms/some.json",
        "some/py.typed",
        "some/module.pyi",
        "distlib/w64-arm.exe",
    ]

    assert left_of(tmp_path, [*kept, *dropped]) == kept


def test_a_package_without_a_licence_is_not_shipped(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        left_of(tmp_path, ["some-1.dist-info/METADATA"])
