"""Pythons that version managers installed: pyenv, uv, asdf, mise, rye, and those of hatch and pdm.

Their trees are listed; nothing in a `shims` folder is ever looked at, let alone started.
"""
# ruff: noqa: PTH118 - plain strings, for speed

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pinwise.environments.locators.places import Candidate, Places, children
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Iterator


def managed_pythons(places: Places) -> Iterator[Candidate]:
    """Yield every installation of the managers, and pyenv-virtualenv's environments."""
    for root in _pyenv_versions(places):
        for version in children(root):
            yield Candidate(version, EnvironmentKind.PYENV)
            for environment in children(os.path.join(version, "envs")):
                yield Candidate(environment)
    for folder, kind in _install_folders(places):
        for version in children(folder):
            # Rye's first versions, and hatch, put the installation one folder deeper.
            deeper = ("install", "python")
            inner = [os.path.join(version, name) for name in deeper]
            path = next(filter(os.path.isdir, inner), version)
            yield Candidate(path, kind)


def _pyenv_versions(places: Places) -> Iterator[str]:
    roots = [places.variable("PYENV_ROOT"), places.in_home(".pyenv")]
    if places.windows:
        # `PYENV` is pyenv-win's own; the other two may name either folder.
        roots += [places.variable("PYENV"), places.in_home(".pyenv", "pyenv-win")]
    for root in dict.fromkeys(filter(None, roots)):
        yield os.path.join(root, "versions")


def _install_folders(places: Places) -> Iterator[tuple[str, EnvironmentKind | None]]:
    # uv and mise keep to XDG on macOS, too.
    data = places.variable("XDG_DATA_HOME") or places.in_home(".local", "share")
    uv = places.variable("UV_PYTHON_INSTALL_DIR")
    if not uv and places.windows:
        roaming = places.variable("APPDATA") or places.in_home("AppData", "Roaming")
        uv = os.path.join(roaming, "uv", "data", "python")
    yield uv or os.path.join(data, "uv", "python"), EnvironmentKind.UV_PYTHON
    asdf = places.variable("ASDF_DATA_DIR") or places.in_home(".asdf")
    yield os.path.join(asdf, "installs", "python"), EnvironmentKind.ASDF
    mise = places.variable("MISE_DATA_DIR")
    if not mise and places.windows:
        mise = places.data_folder("mise")
    yield (
        os.path.join(mise or os.path.join(data, "mise"), "installs", "python"),
        EnvironmentKind.MISE,
    )
    rye = places.variable("RYE_HOME") or places.in_home(".rye")
    yield os.path.join(rye, "py"), EnvironmentKind.RYE
    hatch = places.variable("HATCH_DATA_DIR") or places.data_folder("hatch")
    yield os.path.join(hatch, "pythons"), None
    yield os.path.join(places.data_folder("pdm"), "python"), None
