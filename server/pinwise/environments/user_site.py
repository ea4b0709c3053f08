"""The folder of packages in the user's home: where `pip install --user` puts them (PEP 370)."""
# ruff: noqa: PTH111, PTH118 - plain strings, as in `installed`

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from pinwise.environments.version_numbers import feature_version

if TYPE_CHECKING:
    from pinwise.environments.types import Environment, EnvironmentKind


def user_site(environment: Environment) -> str:
    """Return the user's folder of packages that an environment sees; "" where it sees none.

    A base Python sees it, and a virtual environment that sees the packages of its base. As
    `_get_path` in Python's `site`. Looks at no disk: the folder may not exist.
    """
    if not (environment.is_base or environment.system_site_packages):
        return ""
    if os.environ.get("PYTHONNOUSERSITE"):
        return ""
    feature = feature_version(environment.version)
    if not feature:
        return ""
    threads = "t" if environment.free_threaded else ""
    base = os.environ.get("PYTHONUSERBASE", "")
    if sys.platform == "win32":
        root = base or os.path.join(os.environ.get("APPDATA") or os.path.expanduser("~"), "Python")
        return os.path.join(root, f"Python{feature.replace('.', '')}{threads}", "site-packages")
    if sys.platform == "darwin" and not base and _is_framework(environment.kind):
        home = os.path.expanduser("~")
        return os.path.join(home, "Library/Python", feature, "lib/python/site-packages")
    root = base or os.path.expanduser("~/.local")
    return os.path.join(root, "lib", f"python{feature}{threads}", "site-packages")


def _is_framework(kind: EnvironmentKind) -> bool:
    """Return whether such a Python of macOS is a framework build, whose folder is another."""
    return kind.value in {"framework", "homebrew"}
