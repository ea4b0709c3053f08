"""Environments that pipx and `uv tool` made for one command each."""
# ruff: noqa: PTH118 - plain strings, for speed

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pinwise.environments.locators.places import Candidate, Places, children
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Iterator


def isolated_environments(places: Places) -> Iterator[Candidate]:
    """Yield every command's environment."""
    for root in dict.fromkeys(filter(None, _pipx_homes(places))):
        for folder in children(os.path.join(root, "venvs")):
            yield Candidate(folder, EnvironmentKind.PIPX)
    for root in dict.fromkeys(filter(None, _uv_tools(places))):
        for folder in children(root):
            yield Candidate(folder, EnvironmentKind.UV_TOOL)


def _pipx_homes(places: Places) -> tuple[str, ...]:
    """Return pipx's folders: the configured one, today's default and those of older versions."""
    system = "" if places.windows else places.system("/opt/pipx")
    return (
        places.variable("PIPX_HOME"),
        os.path.join(places.data_folder("pipx"), "pipx")
        if places.windows
        else places.data_folder("pipx"),
        places.in_home(".local", "pipx"),
        places.in_home("pipx"),
        places.variable("PIPX_GLOBAL_HOME") or system,
    )


def _uv_tools(places: Places) -> tuple[str, ...]:
    """Return uv's folders of tools; uv keeps to XDG on macOS, too."""
    if places.windows:
        roaming = places.variable("APPDATA") or places.in_home("AppData", "Roaming")
        default = os.path.join(roaming, "uv", "tools")
    else:
        data = places.variable("XDG_DATA_HOME") or places.in_home(".local", "share")
        default = os.path.join(data, "uv", "tools")
    return places.variable("UV_TOOL_DIR"), default
