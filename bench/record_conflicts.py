"""Records what the tests of real conflicts need to know of real packages.

    python -m bench.record_conflicts

Asks the index that this machine's default is, through Pinwise's own index layer, for what the
solver wants to know of the cases in `tests/resolver/real_cases.py`, and writes that, and no more,
into `tests/resolver/data`. `uv pip compile` says its verdict on each of them, and pip on a few.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from platformdirs import user_cache_path

from pinwise.advice import dependency_conflicts
from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.index.cache import Cache
from pinwise.index.client import IndexClient
from pinwise.index.types import IndexOptions
from tests.resolver.real_cases import CONFLICTS, SETS, files_of
from tests.resolver.recording import (
    DATA,
    OTHER,
    PACKAGES,
    PYTHONS,
    VERDICTS,
    context_of,
    report_of,
    target_for,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from packaging.markers import Marker
    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.base.facts import Fact
    from pinwise.index.types import Listing, Metadata, Release

WAVES = 120
"""More than any case takes."""

ROUNDS = 5
"""Likewise."""

PATIENCE = 120.0
"""Seconds without an answer."""

PIP_ASKED = ("direct", "through-an-unpinned-package", "sphinx-theme", "constraint", "web", "boto")
"""The cases that pip is asked about: it takes some ten seconds for each."""


class Recorder:
    """Passes questions on to an index, and remembers those that were answered."""

    def __init__(self, index: IndexClient) -> None:
        self.index = index
        self.listings: dict[NormalizedName, Fact[Listing]] = {}
        self.metadata: dict[tuple[NormalizedName, Version], Fact[Metadata]] = {}

    def listing(self, name: NormalizedName) -> Fact[Listing]:
        """Ask for a listing."""
        found = self.listings[name] = self.index.listing(name)
        return found

    def metadata_of(self, name: NormalizedName, version: Version) -> Fact[Metadata]:
        """Ask for the metadata of a version."""
        found = self.index.metadata(name, version)
        if found != NotChecked(Reason.PENDING):
            self.metadata[name, version] = found
        return found

    def learn(self) -> None:
        """Analyse the cases, one after the other, until none of them wants to know more.

        What was learnt for one may send another one's search elsewhere.
        """
        trees = list(_trees())
        for _ in range(ROUNDS):
            dependency_conflicts.forget()
            if not sum([self._learn_one(*tree) for tree in trees]):
                return

    def _learn_one(self, name: str, files: Mapping[str, str], python: str) -> int:
        """Ask until nothing is missing; return how many waves of questions that took."""
        for wave in range(WAVES):
            report = report_of(
                context_of(files, python, listing=self.listing, metadata=self.metadata_of)
            )
            if not report.gaps and not report.version_gaps:
                print(f"{name}: {wave} waves, {len(self.metadata)} versions known", flush=True)
                return wave
            self._fetch(report.gaps, report.version_gaps)
        print(f"{name}: still not known after {WAVES} waves", flush=True)
        return 0

    def _fetch(
        self, names: AbstractSet[NormalizedName], pairs: AbstractSet[tuple[NormalizedName, Version]]
    ) -> None:
        missing: set[object] = {*names, *pairs}
        changed = threading.Condition()

        def arrived(found: AbstractSet[object]) -> None:
            with changed:
                missing.difference_update(found)
                changed.notify()

        if names:
            self.index.fetch(names, arrived)
        if pairs:
            self.index.fetch_metadata(pairs, arrived)
        with changed:
            while missing and changed.wait(PATIENCE):
                pass


def _trees() -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield the name, the files and the Python of each case."""
    for case in CONFLICTS:
        yield case.name, case.files, case.python
    for name, text in SETS.items():
        yield f"set {name}", files_of(text), python_of(name)


def python_of(name: str) -> str:
    """Return the Python that a set is judged for."""
    return "3.10" if name == "old-python" else "3.12"


def write(recorder: Recorder) -> None:
    """Write what was asked and answered, a line a package."""
    extras = _extras_asked(recorder)
    lines = []
    for name, listing in sorted(recorder.listings.items()):
        if isinstance(listing, NotChecked):
            print(f"{name}: {listing.detail or listing.reason.value}", file=sys.stderr)
            continue
        needs: dict[tuple[str, ...], int] = {}
        metadata: dict[str, int | None] = {}
        for (of, version), fact in sorted(recorder.metadata.items(), key=_pair, reverse=True):
            if of != name or isinstance(fact, Absent):
                continue
            if isinstance(fact, NotChecked):
                metadata[str(version)] = None
                continue
            kept = tuple(text for text in fact.value.requires_dist if _matters(text, extras[name]))
            metadata[str(version)] = needs.setdefault(kept, len(needs))
        releases = () if isinstance(listing, Absent) else listing.value.releases
        package = {
            "name": name,
            **_versions(releases),
            "needs": list(needs),
            "metadata": metadata,
        }
        lines.append(json.dumps(package, separators=(",", ":")) + "\n")
    DATA.mkdir(exist_ok=True)
    PACKAGES.write_text("".join(lines), "utf-8")


def _pair(entry: tuple[tuple[NormalizedName, Version], object]) -> tuple[NormalizedName, Version]:
    return entry[0]


def _versions(releases: Sequence[Release]) -> dict[str, Any]:
    kinds: dict[tuple[tuple[str, str], ...], int] = {}
    held = [kinds.setdefault(_files(release), len(kinds)) for release in releases]
    return {
        "versions": [str(release.version) for release in releases],
        "files": list(kinds),
        "holds": [(len(list(group)), kind) for kind, group in groupby(held)],
        "yanked": [str(release.version) for release in releases if release.yanked is not None],
    }


def _files(release: Release) -> tuple[tuple[str, str], ...]:
    """Return the files that differ for the interpreters of the tests."""
    found: dict[tuple[str, str], None] = {}
    for file in release.files:
        tags = file.tags
        for python in PYTHONS:
            fitting = sorted(_expanded(tags) & target_for(python).tags) if tags else [""]
            found[fitting[0] if fitting else OTHER, file.requires_python] = None
    # A wheel for nobody here matters only if there is nothing else.
    usable = [kind for kind in found if kind[0] != OTHER]
    return tuple(sorted(usable or found))


def _expanded(tags: str) -> set[str]:
    python, abi, platform = tags.split("-")
    return {
        f"{a}-{b}-{c}"
        for a in python.split(".")
        for b in abi.split(".")
        for c in platform.split(".")
    }


def _extras_asked(recorder: Recorder) -> dict[NormalizedName, set[str]]:
    """Return the extras that lines or packages ask for, by name."""
    found: dict[NormalizedName, set[str]] = {name: set() for name in recorder.listings}
    texts = [
        line for _, files, _ in _trees() for text in files.values() for line in text.splitlines()
    ]
    for fact in recorder.metadata.values():
        if isinstance(fact, Known):
            texts += fact.value.requires_dist
    for text in texts:
        try:
            parsed = Requirement(text)
        except InvalidRequirement:
            continue
        found.setdefault(canonicalize_name(parsed.name), set()).update(
            canonicalize_name(extra) for extra in parsed.extras
        )
    return found


def _matters(text: str, extras: set[str]) -> bool:
    """Return whether a requirement counts for an interpreter of the tests and an extra asked."""
    try:
        parsed = Requirement(text)
    except InvalidRequirement:
        return True
    return parsed.marker is None or any(
        _holds(parsed.marker, python, extra) for python in PYTHONS for extra in ("", *extras)
    )


def _holds(marker: Marker, python: str, extra: str) -> bool:
    return marker.evaluate({**target_for(python).marker_environment, "extra": extra})


def verdicts() -> dict[str, Any]:
    """Return what uv, and of a few pip, say of each case: versions by name, None for a conflict."""
    found: dict[str, Any] = {}
    for name, files, python in _trees():
        with tempfile.TemporaryDirectory() as folder:
            for file, text in files.items():
                (Path(folder) / file).write_text(text, "utf-8")
            found[name] = {"uv": _ask_uv(folder, python)}
            if name.removeprefix("set ") in PIP_ASKED:
                found[name]["pip"] = _ask_pip(folder, python)
        told = {who: "conflict" if pins is None else len(pins) for who, pins in found[name].items()}
        print(f"{name}: {told}", flush=True)
    return found


def _ask_uv(folder: str, python: str) -> dict[str, str] | None:
    uv = Path(sys.executable).with_name("uv")
    options = ["--no-build", "--no-config", "--no-header", "--no-annotate", "--quiet"]
    options += ["--python-version", python, "--python-platform", "linux", "--strip-extras"]
    done = subprocess.run(
        [uv, "pip", "compile", "requirements.txt", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        if "No solution found" not in done.stderr:
            raise SystemExit(done.stderr)
        return None
    lines = (line.split("==") for line in done.stdout.split())
    return dict(lines)


def _ask_pip(folder: str, python: str) -> dict[str, str] | None:
    options = ["--dry-run", "--ignore-installed", "--quiet", "--report", "report.json"]
    options += ["--only-binary", ":all:", "--target", "none", "--python-version", python]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "-r", "requirements.txt", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        if "ResolutionImpossible" not in done.stderr:
            raise SystemExit(done.stderr)
        return None
    report = json.loads((Path(folder) / "report.json").read_text("utf-8"))
    installed = (item["metadata"] for item in report["install"])
    return {canonicalize_name(item["name"]): item["version"] for item in installed}


def main() -> None:
    """Record everything."""
    place = user_cache_path("pinwise-bench") / "conflicts.sqlite"
    place.parent.mkdir(parents=True, exist_ok=True)
    with closing(Cache(place)) as cache, closing(IndexClient(IndexOptions(), cache)) as index:
        recorder = Recorder(index)
        recorder.learn()
        write(recorder)
    if "--no-verdicts" not in sys.argv:
        text = json.dumps(verdicts(), indent=0, sort_keys=True)
        VERDICTS.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
