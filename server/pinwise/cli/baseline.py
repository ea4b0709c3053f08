"""The baseline of `pinwise check`: the findings that a project knows of and lives with for now.

A file of JSON with one entry a line, sorted, so that a change of it reads well in a review. An
entry is a rule, a file, what the line asks for and how often; lines may move, be laid out anew
and get other hashes without being told again. Files are named from the folder of the baseline.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from pinwise.analysis.engine import RULE_NAMES
from pinwise.base.files import read_regular, write_atomically
from pinwise.base.paths import absolute
from pinwise.base.tuples import NamedTuple
from pinwise.cli.fingerprints import Fingerprint, fingerprints
from pinwise.cli.render import dumped
from pinwise.rules.registry import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pinwise.analysis.report import Diagnostic
    from pinwise.cli.checked import Checked

VERSION = 1

MAX_SIZE = 64 * 1024 * 1024
"""Files larger than this many bytes are not read."""

_KEPT = "it is not written over: delete it first, or name another file"


class Filtered(NamedTuple):
    """What a baseline leaves of a check.

    Attributes:
        new: the findings that it does not have.
        known: how many it has.
        stale: its entries, with how many of each, that nothing was found for, though everything
            was looked at that they depend on.
    """

    new: list[Diagnostic]
    known: int
    stale: list[tuple[Fingerprint, int]]


class Baseline:
    """The known findings, each with its number.

    Args:
        path: the file, absolute.
    """

    def __init__(self, path: Path, counts: Counter[Fingerprint] | None = None) -> None:
        self.path = path
        self.counts: Counter[Fingerprint] = Counter() if counts is None else counts

    @classmethod
    def read(cls, path: Path, *, to_write: bool = False) -> Baseline:
        """Read a baseline.

        Args:
            path: the file, absolute.
            to_write: whether it is read to be written anew, which the messages then do not advise.

        Raises:
            OSError: it cannot be read.
            ValueError: it is none, or one of a newer version.
        """
        data = read_regular(path, MAX_SIZE)
        try:
            content: object = json.loads(data)
        except (ValueError, RecursionError):
            content = None
        findings = content.get("findings") if isinstance(content, dict) else None
        if not isinstance(content, dict) or not isinstance(findings, list):
            way_out = _KEPT if to_write else "`pinwise check --write-baseline` writes one"
            message = f"{path.name} is no baseline; {way_out}"
            raise ValueError(message)  # noqa: TRY004 - it is the file that is wrong
        if content.get("version") != VERSION:
            way_out = _KEPT if to_write else "delete it and write it anew"
            message = f"{path.name} is a baseline of another version of Pinwise; {way_out}"
            raise ValueError(message)
        counts: Counter[Fingerprint] = Counter()
        for number, entry in enumerate(findings, 1):
            found = _counted(entry, path)
            if found is None:
                way_out = f"; {_KEPT}" if to_write else ""
                message = f"{path.name}: entry {number} has no file, rule and line{way_out}"
                raise ValueError(message)
            counts[found[0]] += found[1]
        return cls(path, counts)

    def filtered(self, checked: Checked) -> Filtered:
        """Return what is new in a check. Where a line has more than it had, the last are new."""
        left = self.counts.copy()
        new = []
        found = fingerprints(checked.diagnostics, checked.texts)
        for item, fingerprint in zip(checked.diagnostics, found, strict=True):
            if left[fingerprint] > 0:
                left[fingerprint] -= 1
            else:
                new.append(item)
        judge = _Judge(checked)
        stale = [
            (item, count)
            for item, count in sorted(left.items())
            if count > 0 and judge.is_stale(item)
        ]
        return Filtered(new, len(checked.diagnostics) - len(new), stale)

    def updated(self, checked: Checked) -> Baseline:
        """Return the baseline of a check; what it did not look at stays as it was known."""
        judge = _Judge(checked)
        counts = Counter(fingerprints(checked.diagnostics, checked.texts))
        for item, count in self.counts.items():
            if item not in counts and not judge.was_looked_at(item):
                counts[item] = count
        return Baseline(self.path, counts)

    def write(self) -> None:
        """Write it, atomically.

        Raises:
            OSError: it cannot be written.
        """
        entries = [
            {
                "file": _name(item.path, self.path.parent),
                "rule": item.rule,
                "line": item.line,
                **({"count": count} if count > 1 else {}),
            }
            for item, count in self.counts.items()
            if count > 0
        ]
        entries.sort(key=lambda entry: (entry["file"], entry["line"], entry["rule"]))
        text = dumped({"version": VERSION, "findings": entries})
        write_atomically(self.path, f"{text}\n".encode("ascii"))


class _Judge:
    """Says of an entry whether a check could have found it."""

    def __init__(self, checked: Checked) -> None:
        self._files = {*checked.files, *checked.texts}
        self._rules = {rule.name: rule for rule, _ in checked.rules}
        self._complete = not checked.unchecked and not checked.unread

    def was_looked_at(self, item: Fingerprint) -> bool:
        """Return whether what an entry is about was looked at, with all facts that count."""
        if item.path not in self._files and os.path.lexists(item.path):
            return False
        rule = self._rules.get(item.rule)
        if rule is None:
            # It was left out of this check, or there is no such rule any more.
            return RULE_NAMES.find(item.rule) is None
        return self._complete or Facts.INDEX not in rule.needs

    def is_stale(self, item: Fingerprint) -> bool:
        """Return whether an entry has become useless; not if another machine may need it."""
        rule = self._rules.get(item.rule)
        elsewhere = rule is not None and rule.needs & (Facts.ENVIRONMENT | Facts.MACHINE)
        return not elsewhere and self.was_looked_at(item)


def describe_stale(stale: Iterable[tuple[Fingerprint, int]], baseline: Path) -> str:
    """Say which entries of a baseline are no longer needed, in one line."""
    items = list(stale)
    first = items[0][0]
    place = f"{first.rule} in {_name(first.path, baseline.parent)}"
    count = sum(count for _, count in items)
    if count == 1:
        told = f"1 finding of {baseline.name} is gone: {place}."
    else:
        told = f"{count} findings of {baseline.name} are gone, such as {place}."
    return f"{told} `--write-baseline {baseline.name}` takes note."


def stale_record(stale: Iterable[tuple[Fingerprint, int]], baseline: Path) -> list[dict[str, Any]]:
    """Return the same for programs."""
    return [
        {
            "file": _name(item.path, baseline.parent),
            "rule": item.rule,
            "line": item.line,
            "count": count,
        }
        for item, count in stale
    ]


def _name(path: Path, folder: Path) -> str:
    """Return a path from a folder, with `/`, the same on every machine."""
    try:
        name = os.path.relpath(path, folder)
    except ValueError:
        # On Windows: another drive.
        return path.as_posix()
    return name.replace(os.sep, "/")


def _counted(entry: object, baseline: Path) -> tuple[Fingerprint, int] | None:
    """Return the fingerprint that an entry stands for, and its number; None if it is no entry."""
    if not isinstance(entry, dict):
        return None
    file, rule, line, count = (entry.get(key) for key in ("file", "rule", "line", "count"))
    if not isinstance(file, str) or not isinstance(rule, str) or not isinstance(line, str):
        return None
    path = absolute(baseline.parent / file)
    return Fingerprint(path, rule, line), max(0, count) if isinstance(count, int) else 1
