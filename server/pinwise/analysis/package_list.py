"""The packages of an environment as clients see them; ARCHITECTURE.md has the shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from pinwise.advice.versions import parse_version
from pinwise.base.redaction import redacted
from pinwise.environments.dependencies import needed_by
from pinwise.environments.packages import packages
from pinwise.environments.target import target_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.analysis.asked import Asked
    from pinwise.environments.packages import Package
    from pinwise.environments.types import Environment


class PackageInfo(TypedDict):
    """An installed package in a list."""

    name: str
    version: str
    size: int | None
    editable: bool
    origin: str
    latest: str | None
    outdated: bool
    requiredBy: list[str]
    askedFor: bool
    summary: str


class PackageDetails(PackageInfo):
    """All that is shown of one package."""

    licence: str
    homepage: str
    requires: list[str]
    location: str
    files: int
    installer: str
    installedAt: str


def list_packages(
    environment: Environment, asked: Asked, latest: Mapping[NormalizedName, Version]
) -> list[PackageInfo]:
    """Return every package of an environment, sorted by name. Safe from any thread.

    Args:
        environment: read anew; see `packages` for the cost.
        asked: what the project's lines ask for.
        latest: the versions that Pinwise would suggest, as far as they are known.
    """
    return [info for _, info in _listed(environment, asked, latest)]


def show_package(
    environment: Environment,
    name: NormalizedName,
    asked: Asked,
    latest: Mapping[NormalizedName, Version],
) -> PackageDetails | None:
    """Return all that is known of one package; None if it is not installed."""
    for package, info in _listed(environment, asked, latest):
        if package.key == name:
            at = package.installed_at
            return PackageDetails(
                **info,
                licence=package.licence,
                homepage=redacted(package.homepage),
                requires=[redacted(text) for text in package.requires],
                location=package.location,
                files=package.files or 0,
                installer=package.installer,
                installedAt=at.isoformat() if at is not None else "",
            )
    return None


def _listed(
    environment: Environment, asked: Asked, latest: Mapping[NormalizedName, Version]
) -> list[tuple[Package, PackageInfo]]:
    found = packages(environment)
    target = target_of(environment)
    needing = needed_by(found, target.marker_environment if target is not None else {})
    names = asked.names
    listed = []
    for package in found:
        newest, present = latest.get(package.key), parse_version(package.version)
        info = PackageInfo(
            name=package.name,
            version=package.version,
            size=package.size,
            editable=package.editable,
            origin=redacted(package.origin.url) if package.origin is not None else "",
            latest=str(newest) if newest is not None else None,
            outdated=newest is not None and present is not None and newest > present,
            requiredBy=needing.get(package.key, []),
            askedFor=package.key in names,
            summary=package.summary,
        )
        listed.append((package, info))
    return listed
