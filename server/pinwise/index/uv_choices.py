"""What uv's configuration says of the files that it may take, where a project uses uv.

Requirements files belong to uv's interface that is like pip's: `uv pip compile` and its like. What
counts there differs from `uv lock`: the table `pip` comes before the other settings, and of the
variables `UV_PRERELEASE` and `UV_EXCLUDE_NEWER` alone are read, none of those about formats. See
the pages "Settings" and "Environment variables" of uv's documentation, and `PipSettings::combine`
in its sources.

As with places (`pinwise.index.uv`), uv's word replaces pip's as a whole, where there is one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pinwise.index.types import IndexOptions
    from pinwise.index.uv_files import UvTable

_ALL = ":all:"
_KEYS = frozenset(
    {
        "exclude-newer",
        "exclude-newer-package",
        "no-binary",
        "no-binary-package",
        "no-build",
        "no-build-package",
        "only-binary",
        "prerelease",
    }
)
_VARIABLES = {"prerelease": "UV_PRERELEASE", "exclude-newer": "UV_EXCLUDE_NEWER"}
_SECONDS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
_ISO_SPAN = re.compile(
    r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE
)
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[Tt ]\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)?")
_SPAN_PART = re.compile(
    r"\s*(\d+)\s*(weeks?|wks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)\s*,?",
    re.IGNORECASE,
)


def with_choices(
    options: IndexOptions, tables: Iterable[UvTable], environ: Mapping[str, str]
) -> IndexOptions:
    """Return the options with uv's choices among files, where it is told of any.

    A value that uv would refuse means nothing.

    Args:
        options: those of pip's configuration.
        tables: those of the project and of the user, the stronger first.
        environ: the variables, normally `os.environ`.
    """
    tables = list(tables)
    own = [table.own for table in tables]
    variables = {key: environ.get(name) for key, name in _VARIABLES.items()}
    # Each table is made one of all files before the table `pip` comes before the rest.
    rest = [table.content for table in tables]
    levels = [{key: text for key, text in variables.items() if text}, *own, *rest]
    if not any(_KEYS.intersection(level) for level in levels):
        return options
    no_binary = _named(own, "no-binary") | _named(rest, "no-binary", "no-binary-package")
    no_build = _named(own, "no-build", "only-binary")
    no_build |= _named(rest, "no-build", "no-build-package")
    prerelease = _first(levels, "prerelease", str)
    times: dict[str, str] = {}
    for level in reversed(levels):
        own = level.get("exclude-newer-package")
        for name, value in own.items() if isinstance(own, dict) else ():
            if value is False:
                times[canonicalize_name(name)] = ""
            elif moment := _moment(value):
                times[canonicalize_name(name)] = moment
    return replace(
        options,
        chosen_by="uv",
        pre=prerelease == "allow",
        all_releases=frozenset(),
        only_final=frozenset({_ALL} if prerelease == "disallow" else ()),
        prefer_binary=False,
        only_binary=no_build,
        # uv takes neither of a project that both name; pip has no such thing.
        no_binary=no_binary - no_build,
        uploaded_prior_to="" if _differ_by_index(rest) else _general_moment(levels),
        uploaded_prior_to_of=tuple(sorted(times.items())),
    )


def _first(levels: Sequence[Mapping[str, Any]], key: str, kind: type) -> Any:  # noqa: ANN401
    return next((level[key] for level in levels if isinstance(level.get(key), kind)), None)


def _named(levels: Sequence[Mapping[str, Any]], *keys: str) -> frozenset[str]:
    """Return the projects that any level names, `:all:` where a flag says so."""
    found: set[str] = set()
    for key in keys:
        if _first(levels, key, bool):
            found.add(_ALL)
        for level in levels:
            names = level.get(key)
            found |= _listed(names if isinstance(names, list) else ())
    return frozenset(found)


def _listed(names: Iterable[object]) -> set[str]:
    found: set[str] = set()
    for name in names:
        if name == ":none:":
            # As for pip, what stands before it is taken back.
            found.clear()
        elif isinstance(name, str):
            found.add(name if name == _ALL else canonicalize_name(name))
    return found


def _general_moment(levels: Sequence[Mapping[str, Any]]) -> str:
    for level in levels:
        value = level.get("exclude-newer")
        if value in (False, "false"):
            # It takes back what weaker levels say; a variable has no other way to say it.
            return ""
        if moment := _moment(value):
            return moment
    return ""


def _differ_by_index(tables: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an index has an `exclude-newer` of its own, which counts more than the general one.

    Files are not told apart by their index here. So that none is called too late that is not, no
    general moment counts then; those of single packages count more than both.
    """
    entries = (table.get("index") for table in tables)
    return any(
        isinstance(entry, dict) and "exclude-newer" in entry
        for each in entries
        if isinstance(each, list)
        for entry in each
    )


def _moment(value: object) -> str:
    """Return a value of `exclude-newer` as `IndexOptions.uploaded_prior_to` has it, "" for none.

    A day means all of it, also where a time without an offset follows; a span counts back from
    now, whatever its sign.
    """
    if not isinstance(value, str):
        # TOML has dates and times of its own, which uv reads as texts alone.
        return ""
    text = value.strip()
    try:
        if day := _DAY.fullmatch(text):
            return (date(*map(int, day.groups())) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return ""
    if re.match(r"\d{4}-", text):
        return text
    seconds = _span(text)
    return "" if seconds is None else f"PT{seconds}S"


def _span(text: str) -> int | None:
    """Return the seconds of "7 days", "1 week ago", "P7D" or "PT24H"; None where it is none."""
    text = text[1:] if text.startswith(("-", "+")) else text
    if (iso := _ISO_SPAN.fullmatch(text)) and any(iso.groups()):
        return sum(
            int(number or 0) * unit
            for number, unit in zip(iso.groups(), _SECONDS.values(), strict=True)
        )
    bare = re.sub(r"\s+ago$", "", text)
    total = at = 0
    while found := _SPAN_PART.match(bare, at):
        total += int(found[1]) * _SECONDS[found[2][0].lower()]
        at = found.end()
    return total if at and at == len(bare) else None
