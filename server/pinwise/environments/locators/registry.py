"""Pythons that the registry of Windows names (PEP 514)."""
# ruff: noqa: PTH118 - plain strings, for speed

from __future__ import annotations

import contextlib
import importlib
import os
from typing import TYPE_CHECKING, Any, Final, Protocol

from pinwise.environments.layout import WINDOWS

if TYPE_CHECKING:
    from collections.abc import Iterator

_PYTHON: Final = r"Software\Python"
_PACKAGES: Final = (
    r"Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion"
    r"\AppModel\Repository\Packages"
)
_NOT_A_VENDOR: Final = "PyLauncher"
_MOST_KEYS: Final = 10_000


class Registry(Protocol):
    """What is used of the standard library's `winreg`, so that tests bring a registry along."""

    HKEY_CURRENT_USER: Any
    HKEY_LOCAL_MACHINE: Any
    KEY_READ: int
    KEY_WOW64_32KEY: int
    KEY_WOW64_64KEY: int

    def OpenKey(self, key: Any, sub_key: str, reserved: int, access: int) -> Any:  # noqa: ANN401, N802 - winreg's
        """Open a key, as a context manager; OSError where there is none."""

    def EnumKey(self, key: Any, index: int) -> str:  # noqa: ANN401, N802 - winreg's
        """Return the name of a key's child; OSError after the last."""

    def QueryValueEx(self, key: Any, value_name: str) -> tuple[Any, int]:  # noqa: ANN401, N802 - winreg's
        """Return a value and its type; OSError where there is none. "" is the default value."""


def system_registry() -> Registry | None:
    """Return the registry of this machine; None where it is not Windows."""
    # It exists on Windows alone.
    return importlib.import_module("winreg") if WINDOWS else None


def registered_pythons(registry: Registry) -> Iterator[str]:
    r"""Yield the interpreters of `Software\Python\COMPANY\TAG\InstallPath`.

    The user's come before the machine's, 64-bit before 32-bit, as PEP 514 has it. The same one
    may come several times, and one that is gone, too: uninstallers leave keys behind.
    """
    views = (registry.KEY_WOW64_64KEY, registry.KEY_WOW64_32KEY)
    # The user's part has one view; asking for it twice would only repeat it.
    places = [(registry.HKEY_CURRENT_USER, 0)]
    places += [(registry.HKEY_LOCAL_MACHINE, view) for view in views]
    for hive, view in places:
        access = registry.KEY_READ | view
        for company in _children(registry, hive, _PYTHON, access):
            if company == _NOT_A_VENDOR:
                continue
            for tag in _children(registry, hive, rf"{_PYTHON}\{company}", access):
                path = rf"{_PYTHON}\{company}\{tag}\InstallPath"
                executable = _value(registry, hive, path, "ExecutablePath", access)
                folder = _value(registry, hive, path, "", access)
                # Only `PythonCore`'s folder says by itself what the interpreter is called.
                if not executable and folder and company == "PythonCore":
                    executable = os.path.join(folder, "python.exe")
                if executable:
                    yield executable


def store_packages(registry: Registry, beginning: str) -> Iterator[str]:
    """Yield the folders of the user's packages of the Store whose names have this beginning."""
    hive, access = registry.HKEY_CURRENT_USER, registry.KEY_READ
    for package in _children(registry, hive, _PACKAGES, access):
        if package.startswith(beginning):
            path = rf"{_PACKAGES}\{package}"
            folder = _value(registry, hive, path, "PackageRootFolder", access)
            if folder:
                yield folder


def _children(registry: Registry, hive: object, path: str, access: int) -> list[str]:
    try:
        with registry.OpenKey(hive, path, 0, access) as key:
            names: list[str] = []
            # The end of the keys is told by an error.
            with contextlib.suppress(OSError):
                for index in range(_MOST_KEYS):
                    names.append(registry.EnumKey(key, index))  # noqa: PERF401 - keeps what came
            return names
    except OSError:
        return []


def _value(registry: Registry, hive: object, path: str, name: str, access: int) -> str:
    try:
        with registry.OpenKey(hive, path, 0, access) as key:
            value, _ = registry.QueryValueEx(key, name)
    except OSError:
        return ""
    return value.strip('"') if isinstance(value, str) else ""
