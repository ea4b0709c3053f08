"""The places of Windows, by a registry of dictionaries and by folders."""

from __future__ import annotations

import contextlib
import os
import struct
from typing import TYPE_CHECKING, Any

import pytest

from pinwise.environments.locators.places import Places
from pinwise.environments.locators.registry import registered_pythons, system_registry
from pinwise.environments.locators.windows import windows_pythons

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.environments.beds import Bed

USER, MACHINE = "HKCU", "HKLM"


class FakeRegistry:
    """What `winreg` does, over dictionaries: (hive, view, path) to values by name."""

    HKEY_CURRENT_USER = USER
    HKEY_LOCAL_MACHINE = MACHINE
    KEY_READ = 1
    KEY_WOW64_32KEY = 512
    KEY_WOW64_64KEY = 256

    def __init__(self) -> None:
        self.keys: dict[tuple[str, int, str], dict[str, object]] = {}

    def add(self, hive: str, path: str, view: int = 0, **values: object) -> None:
        parts = path.split("\\")
        for length in range(1, len(parts)):
            self.keys.setdefault((hive, view, "\\".join(parts[:length])), {})
        self.keys[hive, view, path] = values

    def install(self, hive: str, name: str, view: int = 0, **values: object) -> None:
        renamed = {"" if key == "folder" else key: value for key, value in values.items()}
        self.add(hive, rf"Software\Python\{name}\InstallPath", view, **renamed)

    @contextlib.contextmanager
    def _open(self, key: tuple[str, int, str]) -> Iterator[tuple[str, int, str]]:
        yield key

    def OpenKey(self, key: Any, sub_key: str, _reserved: int, access: int) -> Any:  # noqa: ANN401, N802
        opened = (key, access - self.KEY_READ, sub_key)
        if opened not in self.keys:
            raise FileNotFoundError(sub_key)
        return self._open(opened)

    def EnumKey(self, key: Any, index: int) -> str:  # noqa: ANN401, N802
        hive, view, path = key
        beginning = f"{path}\\"
        names = [
            other[len(beginning) :]
            for at, seen, other in self.keys
            if (at, seen) == (hive, view) and other.startswith(beginning)
        ]
        children = list(dict.fromkeys(name.split("\\")[0] for name in names))
        if index >= len(children):
            raise OSError(259, "no more data")
        return children[index]

    def QueryValueEx(self, key: Any, value_name: str) -> tuple[Any, int]:  # noqa: ANN401, N802
        try:
            return self.keys[key][value_name], 1
        except KeyError as error:
            raise FileNotFoundError(value_name) from error


def executable_for(machine: int) -> bytes:
    """Return the beginning of a Windows program for a kind of machine."""
    header = bytearray(0x80)
    header[:2] = b"MZ"
    struct.pack_into("<I", header, 0x3C, 0x40)
    header[0x40:0x44] = b"PE\0\0"
    struct.pack_into("<H", header, 0x44, machine)
    return bytes(header)


def windows_base(
    prefix: Path, version: str, *, machine: int = 0x8664, names: tuple[str, ...] = ("python.exe",)
) -> Path:
    """Make an installation of Windows; return its interpreter."""
    (prefix / "Lib").mkdir(parents=True)
    (prefix / "Lib" / "os.py").touch()
    (prefix / "include").mkdir()
    (prefix / "include" / "patchlevel.h").write_text(f'#define PY_VERSION "{version}"\n')
    digits = "".join(version.split(".")[:2])
    for name in names:
        (prefix / name).write_bytes(executable_for(machine))
        threads = "t" if name.endswith("t.exe") else ""
        (prefix / f"python{digits}{threads}.dll").touch()
    return prefix / names[0]


def test_the_order_of_the_registry_and_what_it_leaves_out() -> None:
    registry = FakeRegistry()
    both = FakeRegistry.KEY_WOW64_64KEY, FakeRegistry.KEY_WOW64_32KEY
    registry.install(MACHINE, r"PythonCore\3.11-32", both[1], ExecutablePath=r"C:\m32\python.exe")
    registry.install(MACHINE, r"PythonCore\3.11", both[0], ExecutablePath=r"C:\m64\python.exe")
    registry.install(USER, r"PythonCore\3.12", ExecutablePath=r'"C:\u\python.exe"')
    registry.install(USER, r"PythonCore\3.8", folder="/c/old")
    registry.install(USER, r"Vendor\X", folder=r"C:\x")
    registry.install(USER, r"PyLauncher\3", ExecutablePath=r"C:\Windows\py.exe")
    registry.install(USER, r"PythonCore\2", ExecutablePath=7)

    assert list(registered_pythons(registry)) == [
        r"C:\u\python.exe",
        "/c/old/python.exe",
        r"C:\m64\python.exe",
        r"C:\m32\python.exe",
    ]


def test_only_windows_has_a_registry() -> None:
    assert system_registry() is None


@pytest.mark.scenario(22)
def test_stale_keys_are_looked_at_before_they_are_believed(bed: Bed, tmp_path: Path) -> None:
    registry = FakeRegistry()
    here = windows_base(tmp_path / "Python312", "3.12.4")
    registry.install(USER, r"PythonCore\3.12", ExecutablePath=str(here))
    registry.install(USER, r"PythonCore\3.7", ExecutablePath=str(tmp_path / "gone" / "python.exe"))
    bed.registry = registry

    found = bed.find(windows=True)

    assert [(one.executable, one.version) for one in found] == [(here, "3.12.4")]


@pytest.mark.scenario(22)
def test_architectures_and_free_threaded_builds_are_told(bed: Bed, tmp_path: Path) -> None:
    registry = FakeRegistry()
    narrow = windows_base(tmp_path / "Python312-32", "3.12.4", machine=0x014C)
    wide = windows_base(tmp_path / "Python313", "3.13.1", names=("python.exe", "python3.13t.exe"))
    for tag, path in (
        ("3.12-32", narrow),
        ("3.13", wide),
        ("3.13t", wide.with_name("python3.13t.exe")),
    ):
        registry.install(USER, rf"PythonCore\{tag}", ExecutablePath=str(path))
    bed.registry = registry

    found = {
        one.executable.name: (one.version, one.architecture, one.free_threaded)
        for one in bed.find(windows=True)
        if one.prefix != narrow.parent
    }

    assert found == {
        "python.exe": ("3.13.1", "x86_64", False),
        "python3.13t.exe": ("3.13.1", "x86_64", True),
    }
    assert [one.architecture for one in bed.find(windows=True) if one.prefix == narrow.parent] == [
        "i686"
    ]


@pytest.mark.scenario(21)
def test_the_alias_of_the_store_is_no_interpreter(bed: Bed, tmp_path: Path) -> None:
    alias = tmp_path / "aliases"
    alias.mkdir()
    (alias / "python.exe").touch()
    store = bed.home / "AppData" / "Local" / "Microsoft" / "WindowsApps"
    store.mkdir(parents=True)
    (store / "python3.exe").write_bytes(executable_for(0x8664))
    whole = windows_base(tmp_path / "Python312", "3.12.4")
    registry = FakeRegistry()
    registry.install(USER, r"PythonCore\3.11", ExecutablePath=str(alias / "python.exe"))
    bed.registry = registry
    bed.environ["PATH"] = f"{alias};{store};{whole.parent}"

    assert [one.executable for one in bed.find(windows=True)] == [whole]


def test_a_package_of_the_store(bed: Bed, tmp_path: Path) -> None:
    name = "PythonSoftwareFoundation.Python.3.12_3.12.1264.0_x64__qbz5n2kfra8p0"
    package = windows_base(tmp_path / "WindowsApps" / name, "3.12.4").parent
    registry = FakeRegistry()
    packages = (
        r"Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion"
        r"\AppModel\Repository\Packages"
    )
    registry.add(USER, rf"{packages}\{name}", PackageRootFolder=str(package))
    registry.add(USER, rf"{packages}\Other.App_1", PackageRootFolder=str(tmp_path))
    bed.registry = registry

    assert [(one.kind.value, one.prefix) for one in bed.find(windows=True)] == [("store", package)]


def test_scoop_winpython_and_the_install_manager(bed: Bed) -> None:
    scoop = windows_base(bed.home / "scoop" / "apps" / "python312" / "3.12.4", "3.12.4")
    (scoop.parent.parent / "current").symlink_to(scoop.parent)
    portable = windows_base(
        bed.home / "Downloads" / "WPy64-31241" / "python-3.12.4.amd64", "3.12.4"
    )
    managed = windows_base(
        bed.home / "AppData" / "Local" / "Python" / "pythoncore-3.14-64", "3.14.0"
    )

    assert [one.executable for one in bed.find(windows=True)] == [managed, scoop, portable]


def test_an_interpreter_that_the_workspace_planted_is_none(bed: Bed) -> None:
    registry = FakeRegistry()
    planted = windows_base(bed.workspace / "Python", "3.12.4")
    registry.install(USER, r"PythonCore\3.12", ExecutablePath=str(planted))
    places = Places((bed.workspace,), {}, bed.home, windows=True, registry=registry)

    assert list(windows_pythons(places)) == []


def test_no_server_is_asked_because_a_file_of_the_workspace_names_it(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The spelling that is an absolute path on every system.
    form = "//server/share"
    asked: list[str] = []
    prefix = bed.workspace / ".venv"
    (prefix / "Scripts").mkdir(parents=True)
    (prefix / "Scripts" / "python.exe").write_bytes(executable_for(0x8664))
    (prefix / "Scripts" / "activate").write_text(f"VIRTUAL_ENV='{form}/x'\n")
    (prefix / "Lib" / "site-packages").mkdir(parents=True)
    (prefix / "pyvenv.cfg").write_text(f"home = {form}\nversion = 3.12.1\n")
    for name in (".python-envs", ".pdm-python"):
        (bed.workspace / name).write_text(f"{form}/env\n")
    (bed.workspace / "pyproject.toml").touch()
    (bed.workspace / "poetry.toml").write_text(f"[virtualenvs]\npath = '{form}'\n")

    for name in ("stat", "lstat", "listdir", "scandir", "readlink"):
        original = getattr(os, name)

        def watching(path: Any = ".", *rest: Any, of: Any = original, **more: Any) -> Any:  # noqa: ANN401
            asked.append(os.fspath(path))
            return of(path, *rest, **more)

        monkeypatch.setattr(os, name, watching)
    found = bed.find(windows=True)
    monkeypatch.undo()

    assert [one.prefix for one in found] == [prefix]
    assert asked
    assert not [path for path in asked if path.startswith(form)]
