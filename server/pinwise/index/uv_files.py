"""uv's configuration as it stands in files; `pinwise.index.uv` says what it means."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pinwise.base.files import read_regular
from pinwise.base.toml import parse_toml
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_SIZE = 1024 * 1024
"""Files larger than this many bytes are not read: no configuration is."""


class UvTable(NamedTuple):
    """One configuration of uv: the content of a `uv.toml`, or of `[tool.uv]`.

    Attributes:
        content: as parsed.
        file: where it stands; relative paths in it start from its folder.
        workspace: whether it is the project's word, not the user's.
        sources: `[tool.uv.sources]` of the project, which no `uv.toml` has.
    """

    content: Mapping[str, Any]
    file: Path
    workspace: bool
    sources: Mapping[str, Any] = MappingProxyType({})

    @property
    def own(self) -> Mapping[str, Any]:
        """The table `pip`, for `uv pip` and its like, which comes before the rest."""
        own = self.content.get("pip")
        return own if isinstance(own, dict) else {}


def read_uv_file(file: Path) -> dict[str, Any] | None:
    """Return the content of a `uv.toml`, None where there is none that can be read."""
    try:
        return parse_toml(read_regular(file, MAX_SIZE).decode("utf-8-sig"))
    except (OSError, ValueError):
        return None
