"""Hover: what is known of the distribution that a line names, of its extras and its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.held import hold_sentence
from pinwise.advice.installable import admitted
from pinwise.advice.updates import Question, newest_installable, why_held
from pinwise.advice.versions import newest_allowed, parse_version, pin_of
from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.base.records import record
from pinwise.features.derivation import conflict_texts
from pinwise.features.fitting import fits_sentence
from pinwise.features.markdown import escaped, link, linkable, one_line
from pinwise.features.package_facts import download_size, facts_of, release_line, release_meant
from pinwise.features.releases import dated, release_notes
from pinwise.index.types import ProjectLink

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context, Located
    from pinwise.base.text import Span
    from pinwise.index.types import Listing, Release
    from pinwise.syntax.nodes import Clause


@record(frozen=True, slots=True)
class Pending:
    """What has to be asked for before more can be told.

    Attributes:
        version: None where the project's listing is meant, else whose metadata are.
    """

    name: NormalizedName
    version: Version | None = None


@record(frozen=True, slots=True)
class Hover:
    """A text about a place.

    Attributes:
        span: the part of the line that it is about.
        lines: plain sentences, the first a heading.
        links: what the project's author names: its documentation and the like.
        pages: the project's pages on the indexes that the user named.
        conflicts: how it follows that the line cannot hold together with others, step by step.
        pending: what would tell more; None where nothing would.
    """

    span: Span
    lines: tuple[str, ...]
    links: tuple[ProjectLink, ...] = ()
    pages: tuple[ProjectLink, ...] = ()
    conflicts: tuple[str, ...] = ()
    pending: Pending | None = None

    @property
    def plain(self) -> str:
        """The text for a client that shows plain text."""
        told = map(one_line, (*self.lines, *self.conflicts))
        return "\n".join((*told, *self._plain_links()))

    @property
    def facts(self) -> tuple[str, ...]:
        """The lines of the plain text but for the conflicts."""
        return (*map(one_line, self.lines), *self._plain_links())

    def _plain_links(self) -> Iterator[str]:
        return (f"{link.label}: {link.url}" for link in self.links if linkable(link.url))

    @property
    def markdown(self) -> str:
        """The text as Markdown; what came from the network is escaped."""
        heading, *rest = map(escaped, (*self.lines, *self.conflicts))
        links = " · ".join(link(each.label, each.url) for each in self.links)
        pages = ", ".join(link(each.label, each.url) for each in self.pages)
        listed = f"Listed by {pages}." if pages else ""
        return "\n\n".join([f"**{heading}**", *rest, *filter(None, (links, listed))])


def hover(
    context: Context,
    path: Path,
    offset: int,
    installed: Mapping[NormalizedName, str] | None = None,
) -> Hover | None:
    """Return what is known at an offset of a file: of a name, an extra, or a version.

    What was found wrong is not repeated: an editor shows that where it is underlined. But how it
    follows that lines cannot hold together is told here in full.

    Args:
        context: of the tree that speaks for the file.
        path: the file.
        offset: the cursor's place.
        installed: the versions in the selected environment by name; None where there is none.
    """
    for located in context.declarations:
        span = located.declaration.span
        if located.path != path or not span.start <= offset <= span.end:
            continue
        # Of what no index has, the finding on the same name has said all.
        fact = context.listing(located.declaration.name)
        if isinstance(fact, Absent) or not context.from_index(located):
            continue
        listing = fact.value if isinstance(fact, Known) else None
        if listing is not None and (clause := _clause_at(located, offset)):
            return _version_hover(context, located, clause, listing)
        if part := _part_at(located, offset):
            return _project_hover(context, located, part, installed)
    return None


def _part_at(located: Located, offset: int) -> Span | None:
    """Return the name or the extra at an offset."""
    requirement = located.declaration.requirement
    spans = (requirement.name_span, *(extra.span for extra in requirement.extras))
    return next((span for span in spans if span.start <= offset <= span.end), None)


def _clause_at(located: Located, offset: int) -> Clause | None:
    """Return the comparison at an offset."""
    for clause in located.declaration.requirement.clauses:
        # Between `==` and the name the name is meant.
        if clause.operator_span.start < offset <= clause.version_span.end:
            return clause
    return None


def _version_hover(
    context: Context, located: Located, clause: Clause, listing: Listing
) -> Hover | None:
    """Return what is known of the release that a comparison names, and what the line allows."""
    version = parse_version(clause.version)
    release = listing.by_version.get(version) if version is not None else None
    requirement = located.declaration.requirement
    name = located.declaration.name
    lines: list[str] = []
    if release is not None:
        lines += release_notes(context, name, release, located.path)
    if pin_of(requirement) is None:
        admission = context.admission(name)
        allowed = newest_allowed(admitted(listing, admission), (requirement.specifier,), admission)
        found = listing.by_version.get(allowed) if allowed is not None else None
        if found is not None:
            lines.append(f"The newest that the line allows: {dated(found)}.")
    if release is not None and (size := download_size(context, located.declaration.name, release)):
        lines.append(f"To download: {size}.")
    if fits := fits_sentence(context, located):
        lines.append(fits)
    conflicts = tuple(_conflicts(context, located))
    if not lines and not conflicts:
        return None
    span = type(clause.version_span)(clause.operator_span.start, clause.version_span.end)
    heading = f"{located.declaration.name} {clause.version}"
    return Hover(span, (heading, *lines), conflicts=conflicts)


def _conflicts(context: Context, located: Located) -> Iterator[str]:
    """Yield how it follows that the line cannot hold together with others, step by step."""
    for _, steps in conflict_texts(context, located):
        yield "Conflict:"
        yield from (f"{step}." for step in steps)


def _project_hover(
    context: Context,
    located: Located,
    part: Span,
    installed: Mapping[NormalizedName, str] | None,
) -> Hover:
    """Return what is known of the project that a line names."""
    name = located.declaration.name
    fact = context.listing(name)
    lines, links = [str(name)], tuple[ProjectLink, ...]()
    pending = Pending(name) if fact == NotChecked(Reason.PENDING) else None
    if isinstance(fact, Known):
        listing = fact.value
        meant = release_meant(context, listing, located.declaration.requirement)
        facts = facts_of(context, name, meant) if meant is not None else None
        if facts is not None and facts.about.summary:
            lines.append(facts.about.summary)
        told = tuple(listing_lines(context, listing))
        lines += told
        if facts is not None:
            day_told = any(line.endswith(f": {dated(facts.release)}.") for line in told)
            lines += release_line(context, name, facts, dated=not day_told)
            links = facts.about.links
            pending = Pending(name, facts.release.version) if facts.pending else None
    elif pending is not None:
        lines.append("The index has not answered yet.")
    elif isinstance(fact, NotChecked):
        lines.append(fact.detail or f"Not checked: {fact.reason.value}.")
    lines += _installed(context, name, installed)
    conflicts = tuple(_conflicts(context, located))
    pages = _pages(fact.value) if isinstance(fact, Known) else ()
    return Hover(part, tuple(lines), links, pages, conflicts, pending)


def _installed(
    context: Context, name: NormalizedName, installed: Mapping[NormalizedName, str] | None
) -> Iterator[str]:
    """Yield what is installed in the selected environment, where there is one."""
    if installed is None:
        return
    state = context.environment
    chosen = state.selection.environment if state is not None else None
    where = f" in {chosen.name}" if chosen is not None else ""
    version = installed.get(name)
    yield f"Installed{where}: {version}." if version else f"Not installed{where}."


def listing_lines(context: Context, listing: Listing) -> Iterator[str]:
    """Yield sentences: the newest release, and the newest that the interpreter can install."""
    newest = _newest(listing)
    if newest is None:
        yield "It has no releases."
        return
    yield f"Newest: {dated(newest)}."
    target = context.target
    if target is not None:
        admission = context.admission(listing.name)
        best = newest_installable(listing, admission, context.cooldown)
        # What is too young can be installed all the same.
        best = best or newest_installable(listing, admission)
        where = f"Python {target.python_version}"
        if best is None and listing.complete:
            yield f"No release can be installed with {where}."
        elif best is not None and best is not newest:
            yield f"Newest for {where}: {dated(best)}."
        if best is not newest and (why := _why_not(context, listing, newest)):
            yield why
    if listing.status:
        reason = f": {listing.status_reason}" if listing.status_reason else "."
        yield f"The index says that the project is {listing.status}{reason}"
    if listing.kept:
        yield f"This is what the cache has ({listing.incomplete})."
    elif listing.incomplete:
        yield f"Not every index could be asked: {listing.incomplete}."


def _why_not(context: Context, listing: Listing, newest: Release) -> str:
    """Return why the newest release is not the one that is suggested; "" where it may be."""
    name, cooldown = listing.name, context.cooldown
    question = Question("", context.admission(name), (), context.settings.prerelease, cooldown)
    held = why_held(newest, question, None)
    if held is None:
        return ""
    return hold_sentence(context, name, held, context.tree.root).replace("`", "")


def _newest(listing: Listing) -> Release | None:
    """Return the newest release that pip would take by itself; of others where there is none."""
    usable = (r for r in listing.releases if r.yanked is None and not r.version.is_prerelease)
    return next(usable, None) or next(iter(listing.releases), None)


def _pages(listing: Listing) -> tuple[ProjectLink, ...]:
    """Return the project's pages: on indexes that are configured, and that a browser can show.

    An address with parameters is left out: they may be a secret that lets the user in.
    """
    return tuple(
        ProjectLink(place.label, place.url)
        for place in listing.places
        if place.index
        and not place.default
        and linkable(place.url)
        and not {"?", "#"} & set(place.url)
    )
