"""What is in the wheel and the sdist that people install."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest

from pinwise import __version__

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "server" / "pinwise"


class Built(NamedTuple):
    wheel: Path
    sdist: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Both, built from this checkout without a network; about a second."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Built(wheel, sdist)


def wheel_names(built: Built) -> set[str]:
    with zipfile.ZipFile(built.wheel) as archive:
        return set(archive.namelist())


def sdist_names(built: Built) -> set[str]:
    with tarfile.open(built.sdist) as archive:
        names = [PurePosixPath(name) for name in archive.getnames()]
    return {str(PurePosixPath(*name.parts[1:])) for name in names}


def sources() -> set[str]:
    """Return what lies in the package, but for what Python makes of it."""
    return {
        path.relative_to(SOURCES.parent).as_posix()
        for path in SOURCES.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_has_the_package_its_data_and_its_pages(built: Built) -> None:
    names = wheel_names(built)
    assert sources() <= names
    assert "pinwise/py.typed" in names
    for page in (ROOT / "docs" / "rules").glob("*.md"):
        assert f"pinwise/pages/rules/{page.name}" in names
    for name in ("configuration.md", "indexes.md"):
        assert f"pinwise/pages/{name}" in names


def test_the_wheel_has_nothing_else(built: Built) -> None:
    info = f"pinwise-{__version__}.dist-info"
    extra = {
        name
        for name in wheel_names(built) - sources()
        if not name.startswith(("pinwise/pages/", f"{info}/"))
    }
    assert not extra
    assert built.wheel.name == f"pinwise-{__version__}-py3-none-any.whl"


def test_the_wheel_brings_the_command(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        info = f"pinwise-{__version__}.dist-info"
        scripts = archive.read(f"{info}/entry_points.txt").decode()
        about = archive.read(f"{info}/METADATA").decode()
    assert "pinwise = pinwise.__main__:run" in scripts
    assert f"Version: {__version__}\n" in about
    assert "Requires-Python: >=3.10\n" in about
    assert "Typing :: Typed" in about


def test_the_sdist_has_what_a_wheel_is_built_from_and_nothing_else(built: Built) -> None:
    names = sdist_names(built)
    assert {f"server/{name}" for name in sources()} <= names
    assert {"pyproject.toml", "README.md", "LICENSE", "docs/configuration.md"} <= names
    assert "docs/rules/yanked-version.md" in names
    places = {name.partition("/")[0] for name in names}
    assert places == {
        "server", "docs", "README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "PKG-INFO",
        ".gitignore",
    }  # fmt: skip


def test_the_packed_command_runs_without_the_checkout(built: Built, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("flask=2.0\n", "utf-8")
    # What it needs is this interpreter's own; of Pinwise there is the wheel alone.
    code = (
        f"import sys; sys.path[:] = [{str(built.wheel)!r}] + "
        f"[p for p in sys.path if p and {str(ROOT / 'server')!r} not in p];"
        "import pinwise.__main__ as m; assert '.whl' in m.__file__, m.__file__;"
        "sys.argv = ['pinwise', *sys.argv[1:]]; sys.exit(m.main())"
    )

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-c", code, *arguments]
        return subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)

    assert run("--version").stdout == f"pinwise {__version__}\n"
    checked = run("check", "--offline", "--select", "PW101")
    assert checked.returncode == 1, checked.stderr
    assert "error[invalid-requirement]" in checked.stdout
