"""Paths as pip takes them."""

from __future__ import annotations

import os
from pathlib import Path


def absolute(path: Path) -> Path:
    """Return a path made absolute and without `..`, by its text alone.

    Links are not followed, as in pip's own reading (`os.path.abspath`): a link stays itself.
    """
    return Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would follow links
