"""The client's settings, as the engine names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pinwise.analysis.workspace import Workspace

_NESTED = {
    ("environments", "creator"): "creator",
    ("environments", "installer"): "installer",
    ("environments", "suggestCreation"): "missing_environment_notice",
}
_FLAT = (
    "rules",
    "ignore",
    "perPackageIgnores",
    "perFileIgnores",
    "offline",
    "creator",
    "installer",
    "prerelease",
    "cooldown",
    "pythonVersions",
    "platforms",
    "codeLens",
    "inlayHints",
    "listIndexNames",
)


def engine_settings(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the client's settings that are the engine's, by its names.

    The client has settings of its own in the section, which mean nothing here; what is null is
    not set.
    """
    found = {key: sent[key] for key in _FLAT if sent.get(key) is not None}
    for (section, key), name in _NESTED.items():
        values = sent.get(section)
        if isinstance(values, dict) and values.get(key) is not None:
            found[name] = values[key]
    return found


def take_settings(workspace: Workspace, folder: Path | None, sent: Mapping[str, Any]) -> bool:
    """Give the engine the client's settings for a folder, or with None those for all.

    Beside its own, the client may send under `python` what the settings of VS Code's Python
    extensions say; `environments/python_settings.py` has the shape.

    Returns:
        whether environments are to be looked for anew because of them.
    """
    # After `initialize`.
    from pinwise.environments.python_settings import python_settings  # noqa: PLC0415

    workspace.set_editor_settings(folder, engine_settings(sent))
    return workspace.environments.set_python_settings(folder, python_settings(sent.get("python")))
