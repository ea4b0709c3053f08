"""The setting `cooldown`: which releases are too young to be suggested.

It is Pinwise's own, and about suggestions alone: what is pinned or installed already may be as
young as it likes, and pip takes young releases. pip's own `--uploaded-prior-to` is part of
`pinwise.advice.policy`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from pinwise.index.types import Release


class Cooldown(NamedTuple):
    """How long a release ripens. Hashable, so that answers can be remembered.

    Attributes:
        days: at least one.
        now: the current time, in UTC.
    """

    days: int
    now: datetime

    def holds(self, release: Release) -> bool:
        """Return whether a release is too young, by its first file.

        One whose index tells no times is not: its age is not known.
        """
        first = _first_upload(release)
        return first is not None and first >= self.now - timedelta(days=self.days)

    def age(self, release: Release) -> str:
        """Return when a release came out: "released 2 days ago"; "" where nobody tells."""
        first = _first_upload(release)
        if first is None:
            return ""
        days = (self.now - first).days
        if days <= 0:
            return "released today"
        return "released yesterday" if days == 1 else f"released {days} days ago"


def _first_upload(release: Release) -> datetime | None:
    times = (file.uploaded for file in release.files if file.uploaded is not None)
    return min(times, default=None)
