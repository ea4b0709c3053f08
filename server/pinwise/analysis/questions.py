"""What the rules of one pass asked, and what they could not learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.facts import Known, NotChecked, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.base.facts import Fact
    from pinwise.index.types import Listing, Metadata


class Questions:
    """Passes look-ups on, and remembers each answer for the pass: one project, one answer."""

    def __init__(self, context: Context) -> None:
        self._listing = context.listing
        self._metadata = context.metadata
        self.answers: dict[NormalizedName, Fact[Listing]] = {}
        self.versions: dict[tuple[NormalizedName, Version], Fact[Metadata]] = {}

    def __call__(self, name: NormalizedName) -> Fact[Listing]:
        """Pass a look-up of a project on."""
        answer = self.answers.get(name)
        if answer is None:
            answer = self.answers[name] = self._listing(name)
        return answer

    def metadata(self, name: NormalizedName, version: Version) -> Fact[Metadata]:
        """Pass a look-up of a version's metadata on."""
        answer = self.versions.get((name, version))
        if answer is None:
            answer = self.versions[name, version] = self._metadata(name, version)
        return answer

    def complete(self) -> bool:
        """Return whether every answer is one that more facts would not change."""
        return not any(
            isinstance(answer, NotChecked)
            or (isinstance(answer, Known) and not answer.value.complete)
            for answer in self.answers.values()
        ) and not any(isinstance(answer, NotChecked) for answer in self.versions.values())

    def obstacles(self) -> dict[NormalizedName, tuple[NotChecked, str]]:
        """Return why something could not be learnt, by project, where asking again does not help.

        With the version whose metadata is missing where that is all, else "".

        That a version tells its metadata only when it is built is none: nobody will know more.
        Nor is that an answer is old where nobody may ask; see `unchecked_of`.
        """
        found: dict[NormalizedName, tuple[NotChecked, str]] = {}
        quiet = {Reason.PENDING, Reason.NOT_STATIC}
        for (name, version), metadata in self.versions.items():
            if isinstance(metadata, NotChecked) and metadata.reason not in quiet:
                found[name] = metadata, str(version)
        for name, answer in self.answers.items():
            match answer:
                case NotChecked(reason) if reason is not Reason.PENDING:
                    found[name] = answer, ""
                case Known(listing) if listing.obstacles and not listing.stale and not listing.kept:
                    found[name] = listing.obstacles[0], ""
                case _:
                    pass
        return found

    def gaps(self) -> Iterator[NormalizedName]:
        """Yield the projects whose facts are missing or old, and can be asked for."""
        for name, answer in self.answers.items():
            match answer:
                case Known(listing) if listing.stale:
                    yield name
                case NotChecked(Reason.PENDING):
                    yield name
                case _:
                    pass

    def version_gaps(self) -> Iterator[tuple[NormalizedName, Version]]:
        """Yield the versions whose metadata is missing, and can be asked for."""
        for pair, answer in self.versions.items():
            if answer == NotChecked(Reason.PENDING):
                yield pair
