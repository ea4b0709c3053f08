"""What editor features say of one release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.installable import python_needed

if TYPE_CHECKING:
    from pinwise.index.types import Release


def day_of(release: Release) -> str:
    """Return the day of a release's first file, "2025-01-02"; "" where the index does not tell."""
    days = [file.uploaded for file in release.files if file.uploaded]
    return f"{min(days):%Y-%m-%d}" if days else ""


def dated(release: Release) -> str:
    """Return a version, and its day where the index tells it: "3.0, 2025-01-02"."""
    return ", ".join(filter(None, (str(release.version), day_of(release))))


def release_detail(release: Release, python_version: str) -> str:
    """Return what a list says behind a version: its day, and what speaks against it.

    "2025-01-02, pre-release, needs Python >=3.12".
    """
    said = [day] if (day := day_of(release)) else []
    if release.yanked is not None:
        said.append("yanked")
    if release.version.is_prerelease:
        said.append("pre-release")
    if release.yanked is None and (needed := python_needed(release, python_version)):
        said.append(f"needs Python {needed}")
    return ", ".join(said)


def release_notes(release: Release, python_version: str) -> tuple[str, ...]:
    """Return sentences about one release: its day, Python, files and why it was yanked.

    Args:
        release: any.
        python_version: the selected interpreter's, in numbers; "" where it is not known.
    """
    files = release.files
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
    return tuple(notes)
