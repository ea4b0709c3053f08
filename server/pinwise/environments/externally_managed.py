"""The marker of Pythons that a system's package manager owns (PEP 668)."""

from __future__ import annotations

import configparser
import locale
from typing import TYPE_CHECKING

from pinwise.environments.base_installs import base_install

if TYPE_CHECKING:
    from pinwise.environments.types import Environment

_DEFAULT = (
    "This Python is managed by the system: installing into it could break what the system needs."
)


def refusal_text(environment: Environment) -> str:
    """Return what the marker tells the user, in the user's language if it has that.

    As PEP 668 asks: `Error-LANGUAGE` of the section `externally-managed`, else `Error`, else a
    sentence of our own.
    """
    base = base_install(str(environment.executable))
    if base is None:
        return _DEFAULT
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with open(base.marker, encoding="utf-8") as file:  # noqa: PTH123 - the path is a string
            parser.read_file(file)
        section = parser["externally-managed"]
    except (OSError, UnicodeDecodeError, configparser.Error, KeyError):
        return _DEFAULT
    for key in (*_language_keys(), "Error"):
        text = section.get(key, "").strip()
        if text:
            return text
    return _DEFAULT


def _language_keys() -> list[str]:
    """Return the keys of the user's language, the most exact first: `Error-de_AT`, `Error-de`."""
    language = (locale.getlocale(getattr(locale, "LC_MESSAGES", locale.LC_CTYPE))[0]) or ""
    short = language.partition("_")[0]
    return [f"Error-{name}" for name in dict.fromkeys((language, short)) if name]
