"""What features tell of a package beside its versions: what it is, and where to read on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.installable import admitted, python_fits, tags_fit
from pinwise.advice.updates import newest_installable
from pinwise.advice.versions import newest_allowed, pin_of
from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.base.sizes import size_text
from pinwise.base.tuples import NamedTuple
from pinwise.features.releases import day_of
from pinwise.index.types import About

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context
    from pinwise.index.types import DistributionFile, Listing, Release
    from pinwise.syntax.nodes import Requirement

_MOST_PYTHON = 60
"""Characters of a `Requires-Python` that are shown."""


class PackageFacts(NamedTuple):
    """What a release tells of itself.

    Attributes:
        release: the one that is meant.
        about: its summary, licence and links; empty as long as they are not known.
        pending: whether asking for its metadata helps.
    """

    release: Release
    about: About
    pending: bool


def facts_of(context: Context, name: NormalizedName, release: Release) -> PackageFacts:
    """Return what is known of a release; nobody is asked."""
    fact = context.peek(name, release.version)
    about = fact.value.about if isinstance(fact, Known) else About()
    return PackageFacts(release, about, fact == NotChecked(Reason.PENDING))


def release_meant(context: Context, listing: Listing, requirement: Requirement) -> Release | None:
    """Return the release that a line is about: the one it pins, else the newest that fits it.

    Where none fits, it is the newest that the interpreter can install, else the newest of all.
    """
    pin = pin_of(requirement)
    if pin is not None:
        return listing.by_version.get(pin.version)
    specifier = requirement.specifier
    admission = context.admission(listing.name)
    best = newest_installable(listing, admission) if context.target is not None else None
    # What is newer than the interpreter can take is not what the line would install.
    bounds = [(specifier, f"<={best.version.public}")] if best is not None else []
    for specifiers in (*bounds, (specifier,)):
        allowed = newest_allowed(admitted(listing, admission), specifiers, admission)
        if allowed is not None:
            return listing.by_version.get(allowed)
    return best or next(iter(listing.releases), None)


def release_line(
    context: Context, name: NormalizedName, facts: PackageFacts, *, dated: bool
) -> Iterator[str]:
    """Yield a sentence about a release: its day, the Python it needs, licence and size.

    Args:
        context: of the tree that it is asked for.
        name: the project.
        facts: of the release.
        dated: whether its day belongs to it; elsewhere another sentence has told it.
    """
    release = facts.release
    said = []
    if dated and (day := day_of(release)):
        said.append(f"released on {day}")
    if python := next((f.requires_python for f in release.files if f.requires_python), ""):
        shown = python if len(python) <= _MOST_PYTHON else f"{python[:_MOST_PYTHON]}…"
        said.append(f"needs Python {shown}")
    if facts.about.licence:
        said.append(f"licence {facts.about.licence}")
    if size := download_size(context, name, release):
        said.append(size)
    if said:
        yield f"Version {release.version}: {', '.join(said)}."


def download_size(context: Context, name: NormalizedName, release: Release) -> str:
    """Return the size of the file that would be installed, "" where no index tells it.

    "102 kB"; "1.4 MB to 1.6 MB" where several wheels fit the interpreter, since which of them is
    best is not known; "30 kB as source" where only a source archive fits.

    Cost: a millisecond or two for a project of thousands of files.
    """
    files = _installable(context, release)
    sizes = {
        artifact.filename: artifact.size
        for artifact in context.artifacts(name, release.version)
        if artifact.size
    }
    known = sorted(sizes[file.filename] for file in files if file.filename in sizes)
    if not known or len(known) < len(files):
        return ""
    least, most = size_text(known[0]), size_text(known[-1])
    shown = least if least == most else f"{least} to {most}"
    return shown if files[0].is_wheel else f"{shown} as source"


def _installable(context: Context, release: Release) -> Sequence[DistributionFile]:
    """Return the files among which pip would choose: wheels for fewer platforms come first."""
    target = context.target
    python, tags = (target.python_version, target.tags) if target else ("", frozenset[str]())
    yanked = release.yanked is not None
    fitting = [
        file
        for file in release.files
        if (yanked or file.yanked is None)
        and python_fits(file.requires_python, python)
        and tags_fit(file, tags)
    ]
    wheels = [file for file in fitting if file.is_wheel]
    special = [file for file in wheels if not file.tags.endswith("-none-any")]
    return (special if tags else []) or wheels or fitting
