"""What options say of the files that pip, or uv, may take, from wherever they come.

Formats (`--only-binary`, `--no-binary`, `--prefer-binary`), pre-releases (`--pre`,
`--all-releases`, `--only-final`) and upload times (`--uploaded-prior-to`, which no requirements
file may have). As `FormatControl` and `ReleaseControl` in pip's `pip/_internal/models`, and
`handle_option_line` in `pip/_internal/req/req_file.py`: the files of a project go on from what
pip's configuration says, or uv's where the project uses uv (`pinwise.index.uv_choices`).
"""

from __future__ import annotations

import re
from dataclasses import field
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.advice.installable import Admission, Obstacle
from pinwise.advice.places import relative
from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.index.types import IndexOptions
    from pinwise.project.index_options import IndexOption

ONLY_BINARY = "--only-binary"
NO_BINARY = "--no-binary"
ALL_RELEASES = "--all-releases"
ONLY_FINAL = "--only-final"
PREFER_BINARY = "--prefer-binary"
UPLOADED_PRIOR_TO = "--uploaded-prior-to"
_OPPOSITES = {
    ONLY_BINARY: NO_BINARY,
    NO_BINARY: ONLY_BINARY,
    ALL_RELEASES: ONLY_FINAL,
    ONLY_FINAL: ALL_RELEASES,
}
_OF_UV = {UPLOADED_PRIOR_TO: "exclude-newer", ONLY_FINAL: "prerelease", "--pre": "prerelease"}
"""Settings of uv by the options of pip that mean the same; those about formats are called alike."""
_ALL = ":all:"
_NONE = ":none:"
_DAYS = re.compile(r"P([0-9]+)D")
_SECONDS = re.compile(r"PT([0-9]+)S")
_HOUR = timedelta(hours=1)


class Stated(NamedTuple):
    """An option that counts for a project.

    Attributes:
        name: with its hyphens, also where it stands in pip's configuration.
        key: `:all:` or the project; "" for an option that names none.
        option: where it stands in the files; None in the configuration or variables of a tool.
        tool: "pip" or "uv", whose configuration it is.
    """

    name: str
    key: str = ""
    option: IndexOption | None = None
    tool: str = "pip"

    @property
    def called(self) -> str:
        """What its tool calls it: "--only-binary", "exclude-newer"."""
        return _OF_UV.get(self.name, self.name) if self.tool == "uv" else self.name

    def told(self, seen_from: Path) -> str:
        """Return the option and its place: "`--only-binary :all:` in line 1"."""
        written = f"`{self.called}`"
        if self.key and self.called == self.name:
            written = f"`{self.name} {self.key}`"
        if self.option is None:
            return f"{written} in {self.tool}'s configuration"
        document = self.option.document
        line = f"line {document.source.position(self.option.option.span.start).line + 1}"
        if document.path != seen_from:
            line = f"{relative(document.path, seen_from.parent)} {line}"
        return f"{written} in {line}"


@record(frozen=True)
class ReleasePolicy:
    """The options that count for a tree, by what they name: a project, or `:all:`.

    Attributes:
        named: for each of the options that name projects, what it names and where. One that
            names a project counts more than one for all.
        prefer_binary: None where older wheels do not come first.
        uploaded_before: the moment that `--uploaded-prior-to` means.
        uploaded_before_of: that of single projects, None where any time will do.
        tool: "pip" or "uv", whose configuration counts.
    """

    named: dict[str, dict[str, Stated]]
    prefer_binary: Stated | None = None
    uploaded_before: datetime | None = None
    uploaded_before_of: Mapping[str, datetime | None] = field(default_factory=dict)
    tool: str = "pip"

    @cached_property
    def key(self) -> tuple[object, ...]:
        """Equal for policies by which the same files are candidates; hashable."""
        names = (tuple(sorted(keys)) for keys in self.named.values())
        times = tuple(self.uploaded_before_of.items())
        return (*names, self.prefer_binary is not None, self.uploaded_before, times)

    @cached_property
    def singled_out(self) -> frozenset[str]:
        """The projects that an option names; of all others it says the same."""
        named = frozenset(key for keys in self.named.values() for key in keys if key != _ALL)
        return named.union(self.uploaded_before_of)

    def formats(self, name: NormalizedName) -> Stated | None:
        """Return the option that forbids a project's wheels, or its source; None without one."""
        return self._which(name, ONLY_BINARY, NO_BINARY)

    def releases(self, name: NormalizedName) -> Stated | None:
        """Return the option that admits a project's pre-releases, or forbids them."""
        return self._which(name, ALL_RELEASES, ONLY_FINAL)

    def late(self, name: NormalizedName) -> datetime | None:
        """Return the moment before which a project's files had to be uploaded; None for any."""
        return self.uploaded_before_of.get(name, self.uploaded_before)

    def forbidding(self, name: NormalizedName, obstacle: Obstacle) -> Stated | None:
        """Return the option behind an obstacle; None where it is the interpreter or platform."""
        if obstacle is Obstacle.PRERELEASE:
            return self.releases(name)
        if obstacle is Obstacle.LATE:
            return Stated(UPLOADED_PRIOR_TO, tool=self.tool)
        return self.formats(name) if obstacle in {Obstacle.SOURCE, Obstacle.WHEEL} else None

    def admission(
        self, name: NormalizedName, python_version: str = "", tags: frozenset[str] = frozenset()
    ) -> Admission:
        """Return which files of a project are candidates for an interpreter."""
        forbidding, releases = self.formats(name), self.releases(name)
        return Admission(
            python_version,
            tags,
            forbidding is None or forbidding.name != NO_BINARY,
            forbidding is None or forbidding.name != ONLY_BINARY,
            None if releases is None else releases.name != ONLY_FINAL,
            self.late(name),
            self.prefer_binary is not None,
        )

    def _which(self, name: NormalizedName, first: str, second: str) -> Stated | None:
        for key in (name, _ALL):
            for option in (first, second):
                if key in self.named[option]:
                    return self.named[option][key]
        return None


def policy_of(
    configured: IndexOptions, options: Iterable[IndexOption], now: datetime
) -> ReleasePolicy:
    """Return what pip's configuration and the options of a tree mean together.

    Args:
        configured: what the configuration of pip or uv says.
        options: those of the files, `IndexOptions.choices` of a tree.
        now: the current time, from which spans of days are counted.
    """
    named: dict[str, dict[str, Stated]] = {
        option: {key: Stated(option, key, None, configured.chosen_by) for key in keys}
        for option, keys in (
            (ONLY_BINARY, configured.only_binary),
            (NO_BINARY, configured.no_binary),
            (ALL_RELEASES, configured.all_releases),
            (ONLY_FINAL, configured.only_final),
        )
    }
    if configured.pre:
        named[ALL_RELEASES][_ALL] = Stated("--pre", tool=configured.chosen_by)
    prefer = Stated(PREFER_BINARY) if configured.prefer_binary else None
    for option in options:
        name = option.option.name
        if name == "--pre":
            # As pip does it: what `--only-final` names stays named.
            named[ALL_RELEASES].setdefault(_ALL, Stated(name, "", option))
        elif name == PREFER_BINARY:
            prefer = prefer or Stated(name, "", option)
        else:
            _apply(named[name], named[_OPPOSITES[name]], option)
    late = moment_of(configured.uploaded_prior_to, now)
    late_of = {name: moment_of(text, now) for name, text in configured.uploaded_prior_to_of}
    return ReleasePolicy(named, prefer, late, late_of, configured.chosen_by)


def _apply(chosen: dict[str, Stated], other: dict[str, Stated], option: IndexOption) -> None:
    """Apply an option that names projects; its opposite then names them no more."""
    name, parts = option.option.name, option.value.split(",")
    if _ALL in parts:
        chosen.clear()
        other.clear()
        chosen[_ALL] = Stated(name, _ALL, option)
        parts = parts[len(parts) - parts[::-1].index(_ALL) :]
        if _NONE not in parts:
            return
    for part in parts:
        if part == _NONE:
            chosen.clear()
            continue
        project = canonicalize_name(part)
        other.pop(project, None)
        chosen[project] = Stated(name, project, option)


def moment_of(text: str, now: datetime) -> datetime | None:
    """Return the moment that a value of `--uploaded-prior-to` means; None for none.

    `P7D` is so many days ago, `PT60S` (uv's alone) so many seconds, and a time without an offset is
    that of this computer's zone. A value that pip would refuse means nothing. `now` may be up to an
    hour old: then a file counts as early that is just too late, and never the other way.
    """
    if not text:
        return None
    try:
        if found := _DAYS.fullmatch(text):
            return now + _HOUR - timedelta(days=int(found[1]))
        if found := _SECONDS.fullmatch(text):
            return now + _HOUR - timedelta(seconds=int(found[1]))
        # Before Python 3.11, a trailing Z cannot be read.
        moment = datetime.fromisoformat(re.sub(r"(?<=[0-9])Z$", "+00:00", text))
        return moment.astimezone(timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None
