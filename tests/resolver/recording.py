"""What an index said of real packages, kept as plain data, and trees that are judged by it.

One line of JSON a package, in `data/packages.jsonl`, written by `bench.record_conflicts`:

- `name`;
- `versions`: all of them, newest first;
- `files`: the distinct sets of files of a version, each file as its wheel tags ("" for a source
  archive) and its `Requires-Python`; what fits none of the interpreters here is `OTHER`;
- `holds`: pairs of a count and a place in `files`, in the order of `versions`;
- `yanked`: those versions of which every file is;
- `needs`: the distinct sets of `Requires-Dist`, and `metadata` which version has which; null
  where only a build would tell. Requirements of extras that nobody asked for are left out.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.tags import compatible_tags, cpython_tags
from packaging.version import Version

from pinwise.advice.context import Context
from pinwise.analysis.engine import analyse
from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.environments.types import Target
from pinwise.index.types import DistributionFile, Listing, Metadata, Release
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.rules.dependency_conflict import dependency_conflict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from packaging.utils import NormalizedName

    from pinwise.advice.findings import Finding
    from pinwise.analysis.report import Report
    from pinwise.base.facts import Fact

DATA = Path(__file__).with_name("data")
PACKAGES = DATA / "packages.jsonl"
VERDICTS = DATA / "verdicts.json"
FOLDER = Path("/project")
OTHER = "cp39-cp39-other"
PYTHONS = ("3.10", "3.12")


@cache
def target_for(python: str) -> Target:
    """Return CPython on Linux with glibc 2.28 and an x86-64 processor, whatever runs the test."""
    major, minor = map(int, python.split("."))
    platforms = [f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)]
    platforms += ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"]
    platforms += ["linux_x86_64"]
    own = cpython_tags((major, minor), [f"cp{major}{minor}"], platforms)
    common = compatible_tags((major, minor), f"cp{major}{minor}", platforms)
    markers = {
        "implementation_name": "cpython",
        "implementation_version": f"{python}.0",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "linux",
    }
    return Target(f"{python}.0", markers, frozenset(map(str, chain(own, common))), "the recording")


@cache
def _packages() -> dict[str, Any]:
    lines = map(json.loads, PACKAGES.read_text("utf-8").splitlines())
    return {package["name"]: package for package in lines}


@cache
def verdicts() -> dict[str, dict[str, dict[str, str] | None]]:
    """Return what uv, and of a few pip, said of each case: versions by name, None: a conflict.

    The names of sets that hold begin with "set ".
    """
    found: dict[str, dict[str, dict[str, str] | None]] = json.loads(VERDICTS.read_text("utf-8"))
    return found


@cache
def recorded_listing(name: NormalizedName) -> Fact[Listing]:
    """Return what the index listed; of what was not recorded nothing is known."""
    data = _packages().get(name)
    if data is None:
        return NotChecked(Reason.PENDING)
    if not data["versions"]:
        return Absent()
    sets = [[tuple(file) for file in files] for files in data["files"]]
    of_version = chain.from_iterable(repeat(sets[at], count) for count, at in data["holds"])
    yanked = set(data["yanked"])
    releases = tuple(
        Release(
            Version(version),
            tuple(
                DistributionFile(
                    f"{name}-{version}-{tags or 'sdist'}",
                    tags,
                    requires_python,
                    "" if version in yanked else None,
                )
                for tags, requires_python in files
            ),
        )
        for version, files in zip(data["versions"], of_version, strict=True)
    )
    return Known(Listing(name, releases))


@cache
def recorded_metadata(name: NormalizedName, version: Version) -> Fact[Metadata]:
    """Return what a version needs; of what was not recorded nothing is known."""
    data = _packages().get(name)
    if data is None or str(version) not in data["metadata"]:
        return NotChecked(Reason.PENDING)
    place = data["metadata"][str(version)]
    if place is None:
        return NotChecked(Reason.NOT_STATIC)
    return Known(Metadata(tuple(data["needs"][place])))


def context_of(
    files: Mapping[str, str],
    python: str = "3.12",
    *,
    listing: Callable[[NormalizedName], Fact[Listing]] = recorded_listing,
    metadata: Callable[[NormalizedName, Version], Fact[Metadata]] = recorded_metadata,
    settings: Settings | None = None,
) -> Context:
    """Return the tree whose root is the first of the files, with what was recorded."""
    documents = Documents(environment={})
    for name, text in files.items():
        documents.open(FOLDER / name, text, 1)
    return Context(
        read_tree(FOLDER / next(iter(files)), documents),
        settings or Settings(),
        listing,
        target_for(python),
        metadata=metadata,
    )


def report_of(context: Context) -> Report:
    """Return what is found and what is missing, of conflicts through dependencies alone."""
    return analyse(context, [dependency_conflict])


def findings_of(context: Context) -> Sequence[Finding]:
    """Return the conflicts of a tree, in the order of its files."""
    found = report_of(context).diagnostics
    return [item.finding for path in found for item in found[path]]
