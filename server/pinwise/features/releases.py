"""What editor features say of one release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.held import forbidden
from pinwise.advice.installable import Obstacle, python_needed

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context
    from pinwise.index.types import Release


def day_of(release: Release) -> str:
    """Return the day of a release's first file, "2025-01-02"; "" where the index does not tell."""
    days = [file.uploaded for file in release.files if file.uploaded]
    return f"{min(days):%Y-%m-%d}" if days else ""


def dated(release: Release) -> str:
    """Return a version, and its day where the index tells it: "3.0, 2025-01-02"."""
    return ", ".join(filter(None, (str(release.version), day_of(release))))


def release_detail(context: Context | None, name: NormalizedName, release: Release) -> str:
    """Return what a list says behind a version: its day, and what speaks against it.

    "2025-01-02, pre-release, needs Python >=3.12". A young one says how young: "released 2 days
    ago, in cooldown".

    Args:
        context: of the tree that it is for; None where it is not known yet.
        name: the project.
        release: any of it.
    """
    cooldown = context.cooldown if context is not None else None
    young = cooldown is not None and cooldown.holds(release)
    said = []
    if cooldown is not None and young:
        said += [cooldown.age(release), "in cooldown"]
    elif day := day_of(release):
        said.append(day)
    if release.yanked is not None:
        said.append("yanked")
    if release.version.is_prerelease:
        said.append("pre-release")
    if context is None:
        return ", ".join(said)
    needed = python_needed(release, context.python_version)
    if release.yanked is None and needed:
        said.append(f"needs Python {needed}")
    obstacles = context.admission(name).everywhere().obstacles(release, yanked=True)
    # In the order in which pip comes to them, and not in that of a set.
    options = (context.policy.forbidding(name, each) for each in Obstacle if each in obstacles)
    if (option := next(filter(None, options), None)) is not None:
        said.append(f"excluded by {option.called}")
    return ", ".join(said)


def release_notes(
    context: Context, name: NormalizedName, release: Release, seen_from: Path
) -> tuple[str, ...]:
    """Return sentences about one release: its day, Python, files, and what speaks against it.

    Args:
        context: of the tree that speaks for the file.
        name: the project.
        release: any of it.
        seen_from: the file, from which other places are named.
    """
    files, python_version = release.files, context.python_version
    notes = [f"Released on {day}."] if (day := day_of(release)) else []
    if release.yanked is not None:
        notes.append(f"Yanked: {release.yanked}" if release.yanked else "Yanked without a reason.")
    if release.version.is_prerelease:
        notes.append("A pre-release.")
    needs = next((file.requires_python for file in files if file.requires_python), "")
    if release.yanked is None and (needed := python_needed(release, python_version)):
        notes.append(f"Needs Python {needed}, which {python_version} is not.")
    elif needs:
        notes.append(f"Needs Python {needs}.")
    if not any(file.is_wheel for file in files):
        notes.append("Has no wheel: pip builds it from source.")
    obstacles = context.admission(name).everywhere().obstacles(release, yanked=True)
    if why := forbidden(context.policy, name, obstacles, seen_from):
        notes.append(f"{context.policy.tool} does not take it: {why}.")
    elif context.cooldown is not None and context.cooldown.holds(release):
        notes.append(f"In cooldown: {context.cooldown.age(release)}, and not suggested yet.")
    return tuple(notes)
