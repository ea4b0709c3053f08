"""`pyvenv.cfg`, the file that makes a folder a virtual environment (PEP 405)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from pinwise.base.records import record
from pinwise.environments.small_files import read_small
from pinwise.environments.version_numbers import is_complete, normalised_version

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "pyvenv.cfg"
_LIMIT: Final = 32 * 1024
"""Bytes: CPython does not start with a file of that size or more (`Modules/getpath.c`)."""


@record(frozen=True, slots=True)
class PyvenvCfg:
    """What the file says.

    Attributes:
        values: everything, by key in lower case (PEP 405 makes keys case-insensitive).
        version: the version it was made with: "3.12.1", "3.12" (PEP 838 asks only for X.Y), "".
        is_utf8: whether it is text in UTF-8; `site` of CPython stops Python's start where it is
            not.
        is_too_large: whether it has more than Python reads at its start (from 3.11 on).
    """

    values: Mapping[str, str]
    version: str
    is_utf8: bool = True
    is_too_large: bool = False

    @property
    def home(self) -> str:
        """The folder of the base Python's interpreter, or ""."""
        return self.values.get("home", "")

    @property
    def prompt(self) -> str:
        """The prompt that was asked for, without the quotes that `venv` and virtualenv write."""
        prompt = self.values.get("prompt", "")
        if len(prompt) >= 2 and prompt[0] == prompt[-1] and prompt[0] in "'\"":  # noqa: PLR2004 - a pair of quotes
            return prompt[1:-1]
        return prompt

    @property
    def system_site_packages(self) -> bool:
        """Whether the base Python's packages are visible."""
        return self.values.get("include-system-site-packages", "").lower() == "true"


def read_pyvenv_cfg(path: str) -> PyvenvCfg:
    """Read the file at `path`; about 10 microseconds.

    Raises:
        OSError: it cannot be read.
    """
    cfg = parse_pyvenv_cfg(read_small(path))
    size = os.stat(path).st_size  # noqa: PTH116 - a string, for speed
    return cfg if size < _LIMIT else PyvenvCfg(cfg.values, cfg.version, cfg.is_utf8, True)  # noqa: FBT003 - the last of four


def parse_pyvenv_cfg(text: str) -> PyvenvCfg:
    """Read `key = value` lines as CPython's `site` does: split at the first `=`, others skipped."""
    values: dict[str, str] = {}
    for line in text.lstrip("\ufeff").splitlines():
        key, equals, value = line.partition("=")
        if equals:
            values[key.strip().lower()] = value.strip()
    # Bytes that are no UTF-8 came as surrogates.
    is_utf8 = not any("\ud800" <= character <= "\udfff" for character in text)
    return PyvenvCfg(values, _version(values), is_utf8)


def _version(values: Mapping[str, str]) -> str:
    found = ""
    for key in ("version_info", "version", "python-version"):
        if key in values and not is_complete(found):
            found = normalised_version(values[key]) or found
    return found
