"""Where installed distributions came from, if not from an index: `direct_url.json` (PEP 610)."""
# ruff: noqa: PTH120 - plain strings, for speed

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.environments.small_files import read_small
from pinwise.environments.types import Origin

if TYPE_CHECKING:
    from pinwise.environments.installed import Distribution


def origin_of(distribution: Distribution) -> Origin | None:
    """Return where a distribution came from; None for an index, and where nothing tells.

    Reads one small file, which most distributions do not have. What `setup.py develop` linked is
    editable, and its folder is the origin. A file that makes no sense tells nothing.
    """
    if distribution.link:
        folder = Path(os.path.dirname(os.path.abspath(distribution.path)))  # noqa: PTH100 - as above
        return Origin(folder.as_uri(), editable=True)
    try:
        data = json.loads(read_small(f"{distribution.path}/direct_url.json"))
    except (OSError, ValueError, RecursionError):
        return None
    return _origin(data) if isinstance(data, dict) else None


def _origin(data: dict[str, object]) -> Origin | None:
    """Read the object of the file, which whoever built the package may have written."""
    url = _text(data, "url")
    if not url:
        return None
    subdirectory = _text(data, "subdirectory")
    vcs, archive, folder = (data.get(f"{kind}_info") for kind in ("vcs", "archive", "dir"))
    if isinstance(vcs, dict):
        return Origin(
            url,
            vcs=_text(vcs, "vcs"),
            revision=_text(vcs, "requested_revision"),
            commit=_text(vcs, "commit_id"),
            subdirectory=subdirectory,
        )
    if isinstance(archive, dict):
        return Origin(url, digest=_digest(archive), subdirectory=subdirectory)
    editable = isinstance(folder, dict) and folder.get("editable") is True
    return Origin(url, editable=editable, subdirectory=subdirectory)


def _digest(archive: dict[str, object]) -> str:
    """Return the hash of an archive: the older single one, which pip prefers, or the first."""
    single = _text(archive, "hash")
    hashes = archive.get("hashes")
    if single or not isinstance(hashes, dict):
        return single
    return next((f"{name}={value}" for name, value in hashes.items() if isinstance(value, str)), "")


def _text(data: dict[str, object], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""
