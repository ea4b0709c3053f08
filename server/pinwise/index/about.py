"""What a version's metadata tell to people: its summary, its licence, and where to read on.

All of it is what some author wrote. It is made short and harmless where it is read, so that the
cache stays small, and whatever shows it has little left to fear.
"""

from __future__ import annotations

import string
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from pinwise.index.types import About, ProjectLink

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

MOST_SUMMARY = 240
"""Characters of a summary; the specification asks for one line."""

MOST_LICENCE = 80
"""Characters of a licence. What is longer is a licence's text, not its name."""

MOST_URL = 300
"""Characters of an address; a longer one is left out, since a part of it leads elsewhere."""

_LABELS: Mapping[str, Sequence[str]] = {
    "Homepage": ("homepage",),
    "Documentation": ("documentation", "docs"),
    "Source": ("source", "repository", "sourcecode", "github"),
    "Changelog": ("changelog", "changes", "whatsnew", "history", "releasenotes"),
    "Issues": ("issues", "bugs", "issue", "tracker", "issuetracker", "bugtracker"),
}
"""The well-known labels of PEP 753 that we show, normalized, and what counts as the same."""

_LABEL_OF = {alias: label for label, aliases in _LABELS.items() for alias in aliases}
_NOT_IN_LABELS = str.maketrans("", "", string.punctuation + string.whitespace)

_NOT_TOLD = frozenset({"", "unknown", "none", "n/a"})
"""What old tools wrote where the author wrote nothing."""

_IN_URLS = "%/:?#=&;,+~@!$*'-._"
"""What stays as it is in an address; brackets, quotes and backslashes would end a link."""

_NOTHING = About()


def read_about(fields: Mapping[str, Sequence[str]], dynamic: Collection[str] = ()) -> About:
    """Return what the headers of a metadata file tell to people.

    Args:
        fields: the values of each header, by its name in lower case.
        dynamic: the names of those that building may change; they are left out.
    """
    told = {name: values for name, values in fields.items() if name not in dynamic}
    summary = shortened(_first(told, "summary"), MOST_SUMMARY)
    links = {}
    for value in told.get("project-url", ()):
        label, comma, url = value.partition(",")
        known = _LABEL_OF.get(label.translate(_NOT_IN_LABELS).lower()) if comma else None
        if known is not None and known not in links and (safe := safe_url(url)):
            links[known] = safe
    if "Homepage" not in links and (safe := safe_url(_first(told, "home-page"))):
        links["Homepage"] = safe
    found = tuple(ProjectLink(label, links[label]) for label in _LABELS if label in links)
    about = About(summary, _licence(told), found)
    return about if about != _NOTHING else _NOTHING


def packed(about: About) -> str:
    """Return it as text for the cache: a line each, "" for nothing at all."""
    if about == _NOTHING:
        return ""
    links = (f"{link.label} {link.url}" for link in about.links)
    return "\n".join((about.summary, about.licence, *links))


def unpacked(text: str) -> About:
    """Return what `packed` was given; about a microsecond."""
    if not text:
        return _NOTHING
    summary, licence, *links = text.split("\n")
    return About(summary, licence, tuple(ProjectLink(*link.split(" ", 1)) for link in links))


def shortened(text: str, most: int) -> str:
    """Return text of others as one line of `most` characters, without what steers or reorders."""
    line = " ".join(
        "".join(
            " " if unicodedata.category(character).startswith(("C", "Zl", "Zp")) else character
            for character in text[: 4 * most]
        ).split()
    )
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def safe_url(text: str) -> str:
    """Return an address that leads where it says, or "" where that is not certain.

    With http or https alone, a host in ASCII (letters of other scripts that look alike become
    visible as `xn--`), no user part, which looks like a host, and nothing that ends a link.
    """
    text = text.strip()
    if len(text) > MOST_URL or any(
        unicodedata.category(character).startswith(("C", "Z")) for character in text
    ):
        return ""
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or "@" in parts.netloc or "\\" in text:
        return ""
    if not host or not all(character.isalnum() or character in "-._" for character in host):
        return ""
    start = len(parts.scheme) + len("://") + len(parts.netloc)
    url = f"{parts.scheme.lower()}://{host}{port}{quote(text[start:], safe=_IN_URLS)}"
    return url if len(url) <= MOST_URL else ""


def _licence(fields: Mapping[str, Sequence[str]]) -> str:
    """Return the licence in short: as PEP 639 has it, else by its classifiers, else by its field.

    The field may hold the whole text of a licence, which is no name.
    """
    expression = shortened(_first(fields, "license-expression"), MOST_LICENCE)
    if expression:
        return expression
    names = dict.fromkeys(
        words[-1]
        for classifier in fields.get("classifier", ())
        if (words := [word.strip() for word in classifier.split("::")])[0] == "License"
        and len(words) > 1
        and words[-1] != "OSI Approved"
    )
    if names:
        return shortened(", ".join(names), MOST_LICENCE)
    field = _first(fields, "license")
    return shortened(field, MOST_LICENCE) if len(field) <= MOST_LICENCE else ""


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the first value of a header, "" where there is none or it says nothing."""
    value = next(iter(fields.get(name, ())), "").strip()
    return "" if value.lower() in _NOT_TOLD else value
