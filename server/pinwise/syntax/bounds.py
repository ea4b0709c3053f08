"""Bounds as Poetry, Pipfiles and package.json write them, in pip's words."""

from __future__ import annotations

from pinwise.base.patterns import late
from pinwise.syntax.versions import CLAUSE, VERSION

_RELEASE = late(r"[0-9]+(?:\.[0-9]+)*")
_NEWEST = frozenset({"", "*", "latest", "newest", "stable", "any"})


def any_version() -> str:
    """Return what to say to somebody who asks for the newest version."""
    return "without a version, pip takes the newest"


def is_newest(text: str) -> bool:
    """Return whether a word stands for the newest version, whichever that is."""
    return text.lower() in _NEWEST


def caret(version: str) -> str:
    """Return the bounds that `^version` stands for: up to the next change of its first number.

    Args:
        version: a plain release, such as `1.2.3`; its first number that is not 0 is what counts.
    """
    numbers = version.split(".")
    index = next((at for at, number in enumerate(numbers) if int(number)), len(numbers) - 1)
    return f">={version},<{_next(numbers, index)}"


def tilde(version: str) -> str:
    """Return the bounds that `~version` stands for: up to the next change of its second number.

    pip's `~=1.2` is not that: it allows 1.9.

    Args:
        version: a plain release, such as `1.2.3`.
    """
    numbers = version.split(".")
    return f">={version},<{_next(numbers, min(1, len(numbers) - 1))}"


def constraint(text: str) -> str | None:
    """Return a bound in pip's words: "" for any version, None where it has no equal.

    Args:
        text: comparisons with commas between; `^1.2`, `~1.2`, `*` and a bare version, too.
    """
    text = text.strip()
    if is_newest(text):
        return ""
    parts = [_bound(part.strip()) for part in text.split(",")]
    return ",".join(filter(None, parts)) if None not in parts else None


def _bound(text: str) -> str | None:
    if CLAUSE.fullmatch(text):
        return text
    if VERSION.fullmatch(text):
        return f"=={text}"
    version = text[1:].strip()
    if not _RELEASE.fullmatch(version):
        return None
    if text[0] == "^":
        return caret(version)
    return tilde(version) if text[0] == "~" else None


def _next(numbers: list[str], index: int) -> str:
    """Return the release that is one higher at `index`."""
    return ".".join([*numbers[:index], str(int(numbers[index]) + 1)])
