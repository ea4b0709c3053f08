"""What a test says of indexes and environments, in few words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from pinwise.advice.context import EnvironmentState
from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.environments.types import (
    Environment,
    EnvironmentKind,
    EnvironmentProblem,
    Installed,
    Origin,
    ProblemKind,
    Selection,
    Target,
)
from pinwise.index.types import Artifact, DistributionFile, Listing, Metadata, Place, Release

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pinwise.base.facts import Fact

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
"""The time at which every fixture is judged."""

FOLDER = Path("/project")
"""The folder of every fixture. Nothing reads it: all texts come from memory."""


@dataclass(frozen=True)
class Wheel:
    """A wheel of a release."""

    tags: str = "py3-none-any"
    requires_python: str = ""
    yanked: str | None = None


@dataclass(frozen=True)
class Sdist:
    """A source archive of a release."""

    requires_python: str = ""


@dataclass(frozen=True)
class Yanked:
    """A release that was withdrawn."""

    reason: str = ""


@dataclass(frozen=True)
class Needs:
    """A release for certain Pythons only."""

    requires_python: str


@dataclass(frozen=True)
class Partly:
    """Versions of a package of which not every index could be asked."""

    versions: Sequence[str]
    why: str = "one index did not answer"


@dataclass(frozen=True)
class Stale:
    """Versions of a package as they were known some time ago; the index is being asked again."""

    versions: Sequence[str]


@dataclass(frozen=True)
class Status:
    """Versions of a package whose project is not simply active (PEP 792)."""

    versions: Sequence[str]
    status: str
    reason: str = ""


@dataclass(frozen=True)
class Listed:
    """Versions of a package that certain places list."""

    versions: Sequence[str]
    places: Sequence[Place]


@dataclass(frozen=True)
class Aged:
    """A release that came out some days ago."""

    days: float


Content: TypeAlias = "Wheel | Sdist | Yanked | Needs | Aged | Sequence[Wheel | Sdist] | None"
Package: TypeAlias = (
    "Sequence[str] | Mapping[str, Content] | Partly | Stale | Status | Listed | NotChecked | None"
)
ExtraFacts: TypeAlias = "Mapping[str, Sequence[str] | Metadata | NotChecked]"
DigestFacts: TypeAlias = "Mapping[str, Sequence[Mapping[str, str] | Artifact]]"
IndexFacts: TypeAlias = "Mapping[str, Package]"
InstalledFacts: TypeAlias = "Mapping[str, str | tuple[str, Origin]]"


def listing_function(index: IndexFacts) -> Callable[[NormalizedName], Fact[Listing]]:
    """Return the look-up that a context asks.

    Each package is given as a list of versions, as a mapping from version to what it holds, as
    `Partly`, `Stale`, `Status` or `Listed`, as a `NotChecked`, or as None where the index has no
    such package. What is not given is not known yet.
    """
    facts: dict[NormalizedName, Fact[Listing]] = {}
    for written, package in index.items():
        name = canonicalize_name(written)
        facts[name] = _fact(name, package)
    return lambda name: facts.get(name, NotChecked(Reason.PENDING))


def metadata_function(extras: ExtraFacts) -> Callable[[NormalizedName, Version], Fact[Metadata]]:
    """Return the look-up of metadata that a context asks: of the extras alone.

    Each version is given as "name version", with its extras or a `NotChecked`. What is not given
    is not known yet.
    """

    def metadata(name: NormalizedName, version: Version) -> Fact[Metadata]:
        found = extras.get(f"{name} {version}", NotChecked(Reason.PENDING))
        if isinstance(found, (NotChecked, Metadata)):
            return found if isinstance(found, NotChecked) else Known(found)
        return Known(Metadata(provides_extra=tuple(found)))

    return metadata


def artifacts_function(
    digests: DigestFacts,
) -> Callable[[NormalizedName, Version], tuple[Artifact, ...]]:
    """Return the look-up of hashes that a context asks.

    Each version is given as "name version", with each of its files, or their hashes by algorithm
    alone.
    """

    def artifacts(name: NormalizedName, version: Version) -> tuple[Artifact, ...]:
        return tuple(
            file
            if isinstance(file, Artifact)
            else Artifact(f"file-{place}", f"https://files.example/file-{place}", file)
            for place, file in enumerate(digests.get(f"{name} {version}", ()))
        )

    return artifacts


def _fact(name: NormalizedName, package: Package) -> Fact[Listing]:
    if package is None or isinstance(package, NotChecked):
        return package or Absent()
    match package:
        case Partly(versions, why):
            listing = _listing(name, dict.fromkeys(versions), why)
        case Stale(versions):
            listing = replace(_listing(name, dict.fromkeys(versions)), stale=True)
        case Status(versions, status, reason):
            listing = _listing(name, dict.fromkeys(versions))
            listing = replace(listing, status=status, status_reason=reason)
        case Listed(versions, places):
            listing = replace(_listing(name, dict.fromkeys(versions)), places=tuple(places))
        case Mapping():
            listing = _listing(name, package)
        case _:
            listing = _listing(name, dict.fromkeys(package))
    return Known(listing)


def _listing(name: NormalizedName, contents: Mapping[str, Content], why: str = "") -> Listing:
    releases = [_release(name, text, content) for text, content in contents.items()]
    releases.sort(key=lambda release: release.version, reverse=True)
    return Listing(name, tuple(releases), incomplete=why)


def _release(name: NormalizedName, version: str, content: Content) -> Release:
    return Release(Version(version), tuple(_files(f"{name}-{version}", content)))


def _files(stem: str, content: Content) -> Iterable[DistributionFile]:
    match content:
        case None:
            yield DistributionFile(f"{stem}-py3-none-any.whl", "py3-none-any")
        case Wheel(tags, requires_python, yanked):
            yield DistributionFile(f"{stem}-{tags}.whl", tags, requires_python, yanked)
        case Sdist(requires_python):
            yield DistributionFile(f"{stem}.tar.gz", "", requires_python)
        case Yanked(reason):
            yield DistributionFile(f"{stem}-py3-none-any.whl", "py3-none-any", yanked=reason)
        case Needs(requires_python):
            yield DistributionFile(f"{stem}-py3-none-any.whl", "py3-none-any", requires_python)
        case Aged(days):
            uploaded = NOW - timedelta(days=days)
            name = f"{stem}-py3-none-any.whl"
            yield DistributionFile(name, "py3-none-any", uploaded=uploaded)
        case _:
            for part in content:
                yield from _files(stem, part)


def target_of(python: str | None, platform: str = "linux") -> Target | None:
    """Return the interpreter of a version on a platform; None where none was found."""
    if python is None:
        return None
    parts = python.split(".")
    full = python if len(parts) > 2 else f"{python}.0"
    short = ".".join(parts[:2])
    name = {"linux": "Linux", "win32": "Windows", "darwin": "Darwin"}[platform]
    machine = "AMD64" if platform == "win32" else "x86_64"
    markers = {
        "implementation_name": "cpython",
        "implementation_version": full,
        "os_name": "nt" if platform == "win32" else "posix",
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": name,
        "platform_version": "",
        "python_full_version": full,
        "python_version": short,
        "sys_platform": platform,
    }
    wheel_platform = {
        "linux": "manylinux_2_17_x86_64",
        "win32": "win_amd64",
        "darwin": "macosx_11_0_x86_64",
    }[platform]
    cpython = f"cp{short.replace('.', '')}"
    tags = frozenset({f"{cpython}-{cpython}-{wheel_platform}", "py3-none-any"})
    return Target(full, markers, tags, origin="the fixture")


def virtual(
    name: str = ".venv", version: str = "3.12.1", *, broken: bool | str = False
) -> Environment:
    """Return a virtual environment in the fixture's folder, broken for the reason that is given."""
    prefix = FOLDER / name
    why = broken if isinstance(broken, str) else "Its Python is gone."
    problems = (EnvironmentProblem(ProblemKind.BASE_MISSING, why),)
    return Environment(
        prefix,
        prefix / "bin" / "python",
        EnvironmentKind.VENV,
        version,
        problems=problems if broken else (),
    )


def base(version: str = "3.11.2") -> Environment:
    """Return a base interpreter."""
    prefix = Path("/usr")
    return Environment(
        prefix, prefix / "bin" / "python3", EnvironmentKind.SYSTEM, version, is_base=True
    )


def environments(
    own: Sequence[Environment] = (),
    selected: Environment | None = None,
    *,
    explicit: bool = False,
) -> EnvironmentState:
    """Return what is known of the folder's environments."""
    return EnvironmentState(
        FOLDER, Selection(selected, explicit, "the fixture says so"), tuple(own)
    )


def installed_in(state: EnvironmentState | None, facts: InstalledFacts | None) -> Installed | None:
    """Return what is installed in the selected environment; `.venv` where none is selected.

    Each package is given with its version, or with that and where it came from.
    """
    if facts is None:
        return None
    chosen = state.selection.environment if state is not None else None
    versions, origins = {}, {}
    for written, fact in facts.items():
        name = canonicalize_name(written)
        versions[name] = fact if isinstance(fact, str) else fact[0]
        if not isinstance(fact, str):
            origins[name] = fact[1]
    return Installed(chosen or virtual(), versions, origins)
