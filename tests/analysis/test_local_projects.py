from __future__ import annotations

import os
import zipfile
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.analysis.local_projects import MAX_SIZE, local_projects
from pinwise.analysis.workspace import Workspace
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings_file import OpenText
from tests.isolation import isolate

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.manifests.pyproject import StaticProject

TABLE = '[project]\nname = "lib"\nversion = "1.0"\ndependencies = ["flask>=3"]\n'
ARCHIVED = "Metadata-Version: 2.2\nName: Lib\nVersion: 1.5\nRequires-Dist: flask>=2\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project whose requirements name a folder `lib`."""
    place = isolate(monkeypatch, tmp_path)
    (place / "lib").mkdir()
    (place / ".git").mkdir()
    (place / "requirements.txt").write_text("-e ./lib\n")
    return place


def told(folder: Path, within: Path | None = None) -> StaticProject | None:
    """Return what is known of the only path in the requirements of a folder."""
    tree = read_tree(folder / "requirements.txt", Documents({}), folder=folder)
    found = local_projects(tree, {}, within)
    assert len(found) <= 1
    return next(iter(found.values()), None)


def test_a_folder_tells_by_its_pyproject(folder: Path) -> None:
    (folder / "lib/pyproject.toml").write_text(TABLE)
    assert told(folder) == ("lib", Version("1.0"), ("flask>=3",), frozenset(), "")
    # An edit counts at once.
    (folder / "lib/pyproject.toml").write_text(TABLE.replace("flask>=3", "flask>=3.1"))
    found = told(folder)
    assert found is not None
    assert found.requires_dist == ("flask>=3.1",)


def test_each_tells_which_python_it_needs(folder: Path) -> None:
    (folder / "lib/setup.py").write_text("raise SystemExit\n")
    (folder / "lib/PKG-INFO").write_text(f"{ARCHIVED}Requires-Python: >=3.9\n")
    found = told(folder)
    assert found is not None
    assert found.requires_python == ">=3.9"
    (folder / "lib/pyproject.toml").write_text(f"{TABLE}requires-python = '>=3.13'\n")
    found = told(folder)
    assert found is not None
    assert found.requires_python == ">=3.13"


def test_an_open_text_counts_over_the_disk(folder: Path) -> None:
    file = folder / "lib/pyproject.toml"
    file.write_text(TABLE)
    tree = read_tree(folder / "requirements.txt", Documents({}), folder=folder)
    (found,) = local_projects(tree, {file: OpenText(TABLE.replace("3", "4"), 2)}).values()
    assert found.requires_dist == ("flask>=4",)


def test_the_metadata_of_an_unpacked_archive_counts_where_it_is_final(folder: Path) -> None:
    (folder / "lib/setup.py").write_text("raise SystemExit\n")
    assert told(folder) is None
    file = folder / "lib/PKG-INFO"
    file.write_text(ARCHIVED)
    assert told(folder) == ("lib", Version("1.5"), ("flask>=2",), frozenset(), "")
    file.write_text(ARCHIVED.replace("2.2", "2.1"))
    assert told(folder) is None
    file.write_text(ARCHIVED.replace("Name", "Dynamic: Requires-Dist\nName"))
    assert told(folder) is None
    file.write_text(ARCHIVED.replace("1.5", "none"))
    assert told(folder) is None


def test_what_the_project_says_is_dynamic_the_archive_may_tell(folder: Path) -> None:
    table = '[project]\nname = "lib"\ndynamic = ["dependencies", "version"]\n'
    (folder / "lib/pyproject.toml").write_text(table)
    (folder / "lib/PKG-INFO").write_text(ARCHIVED)
    assert told(folder) == ("lib", Version("1.5"), ("flask>=2",), frozenset(), "")
    (folder / "lib/PKG-INFO").write_text(ARCHIVED.replace("Lib", "other"))
    assert told(folder) == ("lib", None, None, None, "")


def _wheel(file: Path, metadata: str) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("lib-2.0.dist-info/METADATA", metadata)


def test_a_wheel_tells_by_its_metadata(folder: Path) -> None:
    (folder / "requirements.txt").write_text("./lib-2.0-py3-none-any.whl\n")
    file = folder / "lib-2.0-py3-none-any.whl"
    metadata = (
        "Metadata-Version: 2.1\nName: lib\nVersion: 2.0\nProvides-Extra: dev\n"
        "Requires-Dist: flask<3\nRequires-Dist: tool ; extra == 'dev'\n"
    )
    _wheel(file, metadata)
    needs = ("flask<3", "tool ; extra == 'dev'")
    assert told(folder) == ("lib", Version("2.0"), needs, frozenset({"dev"}), "")
    _wheel(file, metadata.replace("Version: 2.0", "Version: 2.0.1"))
    assert told(folder) is None
    file.write_bytes(b"PK\x03\x04 no archive at all")
    assert told(folder) is None


def test_a_large_file_is_not_read(folder: Path) -> None:
    (folder / "lib/pyproject.toml").write_text(TABLE + "#" * MAX_SIZE)
    assert told(folder) is None


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = [" * 50_000, b"[project", b"project = 1"])
def test_what_is_no_project_tells_nothing(folder: Path, content: bytes) -> None:
    (folder / "lib/pyproject.toml").write_bytes(content)
    assert told(folder) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    (folder / "lib/setup.py").write_text("")
    os.mkfifo(folder / "lib/pyproject.toml")
    os.mkfifo(folder / "lib/PKG-INFO")
    assert told(folder) is None


def test_nothing_leads_out_of_an_untrusted_folder(folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "pyproject.toml").write_text(TABLE)
    (folder / "requirements.txt").write_text("-e ../outside\n")
    assert told(folder, within=folder) is None
    assert told(folder) is not None
    (folder / "requirements.txt").write_text("-e ./lib\n")
    try:
        (folder / "lib/pyproject.toml").symlink_to(outside / "pyproject.toml")
    except OSError:
        pytest.skip("links cannot be made here")
    assert told(folder, within=folder) is None
    assert told(folder) is not None
    (folder / "requirements.txt").write_text("-e ./linked\n")
    (folder / "linked").symlink_to(outside)
    assert told(folder, within=folder) is None


@pytest.mark.parametrize("trusted", [True, False])
def test_the_workspace_says_whether_a_path_may_lead_out(folder: Path, *, trusted: bool) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "pyproject.toml").write_text(TABLE)
    (folder / "lib/pyproject.toml").write_text(TABLE.replace("lib", "inside"))
    (folder / "requirements.txt").write_text("-e ../outside\n-e ./lib\n")
    workspace = Workspace((folder,), trusted=trusted, overrides={"offline": True})
    try:
        context = workspace.analyse(folder / "requirements.txt").context
    finally:
        workspace.close()
    names = {project.name for project in context.local.values()}
    assert names == ({"lib", "inside"} if trusted else {"inside"})
