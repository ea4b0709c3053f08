"""Which kinds of files pip may take: `--only-binary` and `--no-binary` in the files.

As `FormatControl` in pip's `pip/_internal/models/format_control.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.utils import NormalizedName

    from pinwise.project.index_options import IndexOption

ONLY_BINARY = "--only-binary"
NO_BINARY = "--no-binary"
_OPPOSITE = {ONLY_BINARY: NO_BINARY, NO_BINARY: ONLY_BINARY}
_ALL = ":all:"
_NONE = ":none:"


@dataclass(frozen=True, slots=True)
class Formats:
    """The options that count, by the normalized name of a project, or `:all:`."""

    only_binary: dict[str, IndexOption]
    no_binary: dict[str, IndexOption]

    def forbidding(self, name: NormalizedName) -> IndexOption | None:
        """Return the option that forbids a project's wheels, or its source; None where none does.

        What names the project counts more than what is for all.
        """
        for key in (name, _ALL):
            for options in (self.only_binary, self.no_binary):
                if key in options:
                    return options[key]
        return None


def formats_of(options: Iterable[IndexOption]) -> Formats:
    """Return what options mean together; a project that one names is taken from its opposite.

    Args:
        options: the `--only-binary`s and `--no-binary`s, in the order in which pip reads them.
    """
    found: dict[str, dict[str, IndexOption]] = {ONLY_BINARY: {}, NO_BINARY: {}}
    for option in options:
        name = option.option.name
        chosen, other = found[name], found[_OPPOSITE[name]]
        parts = [part.strip() for part in option.value.split(",")]
        if _ALL in parts:
            chosen.clear()
            other.clear()
            chosen[_ALL] = option
            parts = parts[len(parts) - parts[::-1].index(_ALL) :]
            if _NONE not in parts:
                continue
        for part in parts:
            if part == _NONE:
                chosen.clear()
            elif part:
                project = canonicalize_name(part)
                other.pop(project, None)
                chosen[project] = option
    return Formats(found[ONLY_BINARY], found[NO_BINARY])
