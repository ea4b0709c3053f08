"""What pip would choose among the files of an index, with pip itself as the judge."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.advice.installable import admitted
from pinwise.advice.policy import moment_of
from pinwise.advice.solver_facts import IndexProvider
from pinwise.advice.updates import newest_installable
from pinwise.advice.versions import Availability, availability
from pinwise.base.facts import Known
from pinwise.index.types import DistributionFile, IndexOptions, Listing, Release
from pinwise.resolver.outcome import Solution
from pinwise.resolver.problem import Problem, Requirement
from pinwise.resolver.solver import solve
from tests.advice.pip_candidates import candidates
from tests.harness import World
from tests.harness.facts import NOW

if TYPE_CHECKING:
    from pinwise.advice.context import Context

P = canonicalize_name("p")
_TIMES = [datetime(2026, 1, day, 12, tzinfo=timezone.utc) for day in (1, 5, 9)]
_VERSIONS = ["1.0", "1.0+cpu", "1.1", "2.0a1", "2.0", "2.1rc1", "2.1.dev1"]
_TAGS = [
    "",
    "py3-none-any",
    "cp312-cp312-manylinux_2_17_x86_64",
    "cp312-cp312-win_amd64",
    "py2.py3-none-any",
]
_SPECIFIERS = ["", ">=1", "==1.0", "==1.*", "===2.0", "~=2.0", "<2", ">=2.0a1", "==2.1rc1", "!=2.0"]
_NAMES = st.lists(
    st.sampled_from([":all:", ":none:", "p", "P", "q", ""]), min_size=1, max_size=3
).map(",".join)
_OPTIONS = st.one_of(
    st.sampled_from(["--pre", "--prefer-binary"]),
    st.builds(
        "{} {}".format,
        st.sampled_from(["--only-binary", "--no-binary", "--all-releases", "--only-final"]),
        # pip takes a value that is empty for none.
        _NAMES.filter(bool),
    ),
)
_LINES = st.lists(st.lists(_OPTIONS, min_size=1, max_size=2).map(" ".join), max_size=3)
_SETS = st.sampled_from([frozenset[str](), frozenset({":all:"}), frozenset({"p"})])
_CONFIGURED = st.builds(
    lambda pre, only, no, final, prefer, prior: IndexOptions(
        pre=pre,
        only_binary=only,
        no_binary=no - only,
        only_final=final,
        prefer_binary=prefer,
        uploaded_prior_to=prior,
    ),
    st.booleans(),
    _SETS,
    _SETS,
    _SETS,
    st.booleans(),
    st.sampled_from(["", "", "2026-01-05T12:00:00Z", "2026-01-09T12:00:00+00:00"]),
)


def _file(version: str, tags: str, python: str, yanked: str | None, at: int) -> DistributionFile:
    name = f"p-{version}.tar.gz" if not tags else f"p-{version}-{tags}.whl"
    return DistributionFile(name, tags, python, yanked, _TIMES[at])


_FILES = st.lists(
    st.builds(
        _file,
        st.sampled_from(_VERSIONS),
        st.sampled_from(_TAGS),
        st.sampled_from(["", "", "", ">=3.8", ">=3.13"]),
        st.sampled_from([None, None, None, "broken"]),
        st.integers(0, 2),
    ),
    max_size=8,
    unique_by=lambda file: file.filename,
)


def _version_of(file: DistributionFile) -> Version:
    return Version(file.filename.removesuffix(".tar.gz").split("-")[1])


def _listing(files: list[DistributionFile]) -> Listing:
    versions = sorted(set(map(_version_of, files)), reverse=True)
    releases = (
        Release(version, tuple(file for file in files if _version_of(file) == version))
        for version in versions
    )
    return Listing(P, tuple(releases))


def _context(lines: list[str], configured: IndexOptions, listing: Listing) -> Context:
    # Mostly options may be a list of what some program takes, and no requirements file.
    others = (f"other{number}==1.0" for number in range(10))
    text = "".join(f"{line}\n" for line in [*lines, *others])
    context = World(configured=configured).context({"requirements.txt": text})
    return replace(context, listing=lambda _: Known(listing))


def _asked(
    files: list[DistributionFile], requirement: str, lines: list[str], configured: IndexOptions
) -> list[str]:
    """Return the names of the files that pip would try, best first."""
    prior = moment_of(configured.uploaded_prior_to, NOW)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "options.txt"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return candidates("p", files, requirement, path, configured, prior)


@settings(max_examples=150, deadline=None)
@given(_FILES, _LINES, _CONFIGURED)
def test_the_same_files_are_candidates(
    files: list[DistributionFile], lines: list[str], configured: IndexOptions
) -> None:
    listing = _listing(files)
    admission = _context(lines, configured, listing).admission(P)
    ours = {
        file.filename
        for release in listing.releases
        for file in admission.candidates(release, yanked=True)
    }
    theirs = {
        file.filename
        for file in files
        # One by one and pinned, since pip tries one file of a version, and then any version.
        if _asked([file._replace(yanked=None)], f"p==={_version_of(file)}", lines, configured)
    }
    assert ours == theirs


@settings(max_examples=300, deadline=None)
@given(_FILES, st.sampled_from(_SPECIFIERS), _LINES, _CONFIGURED)
def test_the_solver_chooses_as_pip(
    files: list[DistributionFile], specifier: str, lines: list[str], configured: IndexOptions
) -> None:
    listing = _listing(files)
    context = _context(lines, configured, listing)
    theirs = _asked(files, f"p{specifier}", lines, configured)
    outcome = solve(Problem((Requirement(P, specifier),)), IndexProvider(context))
    if theirs:
        assert isinstance(outcome, Solution)
        best = next(file for file in files if file.filename == theirs[0])
        assert outcome.versions[P] == _version_of(best)
        assert not outcome.unoffered
    else:
        # What pip would not take by itself is no solution that is offered.
        assert not isinstance(outcome, Solution) or outcome.unoffered


@settings(max_examples=200, deadline=None)
@given(_FILES, _LINES, _CONFIGURED)
def test_the_newest_is_the_one_that_pip_would_take(
    files: list[DistributionFile], lines: list[str], configured: IndexOptions
) -> None:
    listing = _listing(files)
    admission = _context(lines, configured, listing).admission(P)
    ours = newest_installable(listing, admission)
    theirs = _asked(files, "p", lines, configured)
    best = next((_version_of(file) for file in files if file.filename in theirs[:1]), None)
    if best is not None and best.is_prerelease and admission.prereleases is None:
        # pip takes it where there is nothing else; it is suggested to nobody.
        best = None
    assert (ours.version if ours is not None else None) == best


@settings(max_examples=300, deadline=None)
@given(_FILES, st.sampled_from(_SPECIFIERS), _LINES, _CONFIGURED)
def test_what_the_options_leave(
    files: list[DistributionFile], specifier: str, lines: list[str], configured: IndexOptions
) -> None:
    # Nothing else shall stand against a file.
    files = [
        file._replace(requires_python="") for file in files if not file.filename.endswith("64.whl")
    ]
    listing = _listing(files)
    text = f"p{specifier}\n"
    context = _context([*lines, text], configured, listing)
    requirement = context.by_name[P][0].declaration.requirement
    left = admitted(listing, context.admission(P))
    ours = availability(left, requirement) is Availability.AVAILABLE
    theirs = bool(_asked(files, f"p{specifier}", lines, configured))
    # A yanked final version hides pre-releases from pip. Pinwise then says less than it could.
    hidden = any(file.yanked is not None for file in files)
    hidden = hidden and any(release.version.is_prerelease for release in left.releases)
    assert ours == theirs or (ours and hidden)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-05T12:00:00Z", _TIMES[1]),
        ("2026-01-05T14:00:00+02:00", _TIMES[1]),
        # An hour more, because the current time may be that old.
        ("P7D", NOW - timedelta(days=7) + timedelta(hours=1)),
        ("", None),
        ("P7H", None),
        ("P99999999999D", None),
        ("tomorrow", None),
    ],
)
def test_moments(text: str, moment: datetime | None) -> None:
    assert moment_of(text, NOW) == moment


def test_a_time_without_an_offset_is_of_this_computers_zone() -> None:
    naive = datetime(2026, 1, 5, 12)  # noqa: DTZ001 - that is the point
    assert moment_of("2026-01-05T12:00:00", NOW) == naive.astimezone(timezone.utc)


def test_a_file_without_a_time_is_not_late() -> None:
    # pip ends with an error instead: that is no reason to call a version unpublished.
    configured = IndexOptions(uploaded_prior_to="2020-01-01")
    listing = Listing(P, (Release(Version("1.0"), (DistributionFile("p-1.0.tar.gz"),)),))
    context = _context([], configured, listing)
    assert context.admission(P).admits(listing.releases[0])
