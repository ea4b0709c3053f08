"""The data of package indexes: what rules and features may know of this layer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple
from pinwise.index.urls import label_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.base.facts import Fact, NotChecked


class ConfigurationProblem(NamedTuple):
    """Something in pip's configuration that could not be used.

    Attributes:
        place: the file, or the variable of the environment.
        why: a clause for a person, which quotes no value: it may be a password.
    """

    place: str
    why: str


@record(frozen=True, slots=True)
class IndexOptions:
    """Where pip would look, as plain values (pip's `--index-url` and its relatives).

    Attributes:
        index_url: the main index, or None for the default one.
        extra_index_urls: asked besides the main one, none before another.
        first_index: the first index that has a project is the only one that counts for it, the
            extra ones before the main one, as uv does it; pip counts all of them.
        no_index: neither the main nor an extra index is asked.
        find_links: folders, pages and files that are looked at besides the indexes.
        assigned: projects by their normalized names, each with the address of an index that
            counts for it besides the other places, as uv's `tool.uv.sources` says. pip knows of
            none.
        trusted_hosts: `host` or `host:port`, whose certificates are not checked and which may
            be asked without encryption.
        cert: a file or folder of certificates to trust besides the system's.
        client_cert: a file with a certificate and its key to show.
        proxy: an address that may have credentials, or None for those of the environment; "" for
            none at all.
        timeout: seconds without any answer.
        retries: how often a request is repeated that failed for a passing reason.
        offline: nothing is sent over a network.
        trusted: whether the user trusts the workspace.
        workspace_urls: those of the addresses that only the workspace's files name; an
            untrusted workspace's are not asked.
        user_hosts: the hosts that the user's own configuration names.
        variable_urls: those of the addresses in files that take a value of the environment, each
            with where it stands ("requirements.txt line 1"). They are asked only on `user_hosts`,
            and messages tell the place in their stead.
        keyring: the absolute path of the user's `keyring` command, which is asked after a 401;
            None where pip would not ask it, or it may not be started.
        pre: pre-releases of every project are candidates (`--pre`).
        all_releases: the normalized names of projects whose pre-releases are candidates, or
            `:all:`; `only_final` likewise of those whose pre-releases are none, whatever else
            there is.
        uploaded_prior_to: files that were uploaded later are no candidates: a moment in ISO 8601,
            or `P7D` for seven days ago, or `PT60S` for sixty seconds; "" for no such bound.
        uploaded_prior_to_of: likewise of single projects, by their normalized names.
        prefer_binary: an older wheel comes before a newer source archive.
        only_binary: the normalized names of projects whose source archives are no candidates,
            or `:all:`; `no_binary` likewise for wheels. A name counts more than `:all:`.
        chosen_by: whose configuration says so, "pip" or "uv".
        problems: what of the configuration is missing here, because it could not be used.

    Those from `pre` on say what pip would choose among the files. They leave out nothing of a
    listing; `pinwise.advice.policy` says what they mean together with a tree's own.
    """

    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    first_index: bool = False
    no_index: bool = False
    find_links: tuple[str, ...] = ()
    assigned: tuple[tuple[str, str], ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    cert: str | None = None
    client_cert: str | None = None
    proxy: str | None = None
    timeout: float = 15.0
    retries: int = 2
    offline: bool = False
    trusted: bool = True
    workspace_urls: frozenset[str] = frozenset()
    user_hosts: frozenset[str] = frozenset()
    variable_urls: frozenset[tuple[str, str]] = frozenset()
    keyring: str | None = None
    pre: bool = False
    all_releases: frozenset[str] = frozenset()
    only_final: frozenset[str] = frozenset()
    uploaded_prior_to: str = ""
    uploaded_prior_to_of: tuple[tuple[str, str], ...] = ()
    prefer_binary: bool = False
    only_binary: frozenset[str] = frozenset()
    no_binary: frozenset[str] = frozenset()
    chosen_by: str = "pip"
    problems: tuple[ConfigurationProblem, ...] = ()

    def __repr__(self) -> str:
        """Name the hosts and folders alone: addresses and proxies may hold secrets."""
        places = [self.index_url, *self.extra_index_urls, *self.find_links]
        places += dict.fromkeys(url for _, url in self.assigned)
        hidden = {url for url, _ in self.variable_urls}
        told = ["..." if url in hidden else label_of(url) for url in places if url is not None]
        return f"<IndexOptions {', '.join(told) or 'without places'}>"


class DistributionFile(NamedTuple):
    """One file of a release: a wheel or a source distribution.

    Attributes:
        tags: the compressed tag set of a wheel's name (`py3-none-any`), "" for an sdist.
        requires_python: the specifier text, "" where the file tells none.
        yanked: None if it is not, else the reason, which may be "".
    """

    filename: str
    tags: str = ""
    requires_python: str = ""
    yanked: str | None = None
    uploaded: datetime | None = None

    @property
    def is_wheel(self) -> bool:
        """Whether it is a wheel."""
        return bool(self.tags)


class Artifact(NamedTuple):
    """What a download of a file, or a rewrite of its `--hash` options, needs to know.

    Attributes:
        url: absolute, without credentials.
        hashes: hexadecimal digests by the name of the algorithm; empty where the index has none.
        metadata_hashes: None where the index offers no separate metadata file (PEP 658), else
            its digests, which may be empty.
        size: in bytes, None where it is not told.
    """

    filename: str
    url: str
    hashes: Mapping[str, str]
    metadata_hashes: Mapping[str, str] | None = None
    size: int | None = None


class Release(NamedTuple):
    """One version of a project and its files; never without files."""

    version: Version
    files: tuple[DistributionFile, ...]

    @property
    def yanked(self) -> str | None:
        """The reason if every file is yanked (PEP 592), "" without one; None if not yanked."""
        for file in self.files:
            if file.yanked is None:
                return None
        return next((file.yanked for file in self.files if file.yanked), "")


class ProjectLink(NamedTuple):
    """An address that a version's metadata name.

    Attributes:
        label: what it leads to, a word of ours: "Documentation".
        url: with http or https, in ASCII, without a user part.
    """

    label: str
    url: str


class About(NamedTuple):
    """What a version's core metadata tell to people; all of it is short, and some author's word.

    Attributes:
        summary: one line, "" where there is none.
        licence: an SPDX expression, or the name of a licence; "" where none is told in short.
        links: those that are well known, each label once.
    """

    summary: str = ""
    licence: str = ""
    links: tuple[ProjectLink, ...] = ()


class Metadata(NamedTuple):
    """What a version's core metadata say, above all of its dependencies.

    Attributes:
        requires_dist: PEP 508 texts as written, markers and extras included; one may be invalid.
        requires_python: the specifier text, "" where there is none.
        provides_extra: the names of the extras, normalized.
        about: what it is, for people.
    """

    requires_dist: tuple[str, ...] = ()
    requires_python: str = ""
    provides_extra: tuple[str, ...] = ()
    about: About = About()


class Refusal(NamedTuple):
    """An index that asked for credentials (401), and how its user can give them.

    Attributes:
        label: names the index for a person, without secrets.
        url: its address without credentials, as pip names it to the keyring; the host alone
            where the path may hold a token.
        user: the user that the configuration names, "" where it names none, or what may be a
            token.
        has_password: whether the configuration has a password, which was refused: the keyring is
            not asked then.
        keyring: the absolute path of the command that is asked for the index; "" where there is
            none, or it must not be asked.
        workspace: whether only the workspace names the host, for which no keyring is asked.
    """

    label: str
    url: str
    user: str = ""
    has_password: bool = False
    keyring: str = ""
    workspace: bool = False


@record(frozen=True, slots=True)
class Place:
    """One of the places that list a project: an index, or links.

    Attributes:
        label: names the place for a person, without secrets.
        url: the address of the project's page, without credentials; "" for links, for a path,
            where no message may show it, and for the default index as long as none of the places
            tells of others (PEP 708).
        default: whether it is the index that is asked where nothing is configured.
        index: whether it is an index, not a place of `--find-links`.
        tracks: the addresses of the project elsewhere that the place says to extend (PEP 708).
        alternate_locations: those that the place says the project may be mixed with.
    """

    label: str
    url: str = ""
    default: bool = False
    index: bool = True
    tracks: tuple[str, ...] = ()
    alternate_locations: tuple[str, ...] = ()


class Shapes(NamedTuple):
    """What the files of many versions are like, but for their names and times.

    A kind is what files alike have in common. There are far more kinds than tags and specifiers:
    whoever judges these first looks at each of them once.

    Attributes:
        tags: the distinct `DistributionFile.tags`.
        requires: the distinct `DistributionFile.requires_python`.
        reasons: the distinct `DistributionFile.yanked`.
        kinds: of each kind the places of its texts in these three.
        sets: distinct sets of files, as masks: bit `i` is the kind `i`.
        runs: how many versions in a row have the same files, newest first, and the place of those
            in `sets`.
    """

    tags: Sequence[str]
    requires: Sequence[str]
    reasons: Sequence[str | None]
    kinds: Sequence[tuple[int, int, int]]
    sets: Sequence[int]
    runs: Sequence[tuple[int, int]]

    def where(self, holds: Iterable[bool]) -> int:
        """Return the mask of the kinds of which something holds, told of each in order."""
        return int("".join(["1" if each else "0" for each in holds])[::-1] or "0", 2)

    def files(self, kinds: int) -> tuple[DistributionFile, ...]:
        """Return a file of each kind of a mask, without its name and time."""
        found = []
        bits = f"{kinds:b}"[::-1]
        at = bits.find("1")
        while at >= 0:
            tags, requires, reason = self.kinds[at]
            file = DistributionFile("", self.tags[tags], self.requires[requires])
            found.append(file._replace(yanked=self.reasons[reason]))
            at = bits.find("1", at + 1)
        return tuple(found)


class LazyReleases(Sequence[Release]):
    """Releases, newest first, that are read from a stored page only where they are looked at.

    A line that pins a version looks at one release of possibly thousands.
    """

    @property
    @abstractmethod
    def by_version(self) -> Mapping[Version, Release]:
        """The releases by version; asking for one of them builds that one alone."""

    @property
    @abstractmethod
    def texts(self) -> Sequence[str]:
        """The versions as the index spells them, in the same order; builds no release."""

    @property
    @abstractmethod
    def shapes(self) -> Shapes | None:
        """What the files of the versions are like; None where that takes building the releases.

        That is so where several places list some, or where hardly two files are alike.
        """


@record(frozen=True)
class Listing:
    """What the indexes in use know of one project.

    Attributes:
        name: the normalized name.
        releases: newest first, by PEP 440. Those of the index layer are built where they are
            looked at: take the newest from the front, and a certain one from `by_version`.
        stale: whether the answer is older than its time to live; a refresh is under way or due,
            and asking `Index.fetch` helps.
        incomplete: what could not be asked, for a person; "" where every index answered. That
            includes an old answer which cannot be renewed, as where nobody may ask (offline).
        obstacles: the reasons behind `incomplete`, each place's own; "pending" is not among them.
        status: the project's status (PEP 792): "archived", "quarantined", "deprecated"; "" where
            the index tells none, or "active".
        status_reason: why it has that status, "" where the index does not say.
        places: those that list the project, in the order in which they are asked; empty in
            listings that were made by hand.
        kept: whether every place did answer, and nothing but being offline keeps the old answers
            from being renewed. `incomplete` then, but what it does list can be relied on.
    """

    name: NormalizedName
    releases: Sequence[Release]
    stale: bool = False
    incomplete: str = ""
    status: str = ""
    obstacles: tuple[NotChecked, ...] = ()
    status_reason: str = ""
    places: tuple[Place, ...] = ()
    kept: bool = False

    @property
    def complete(self) -> bool:
        """Whether what it does not list does not exist: every index said so a moment ago."""
        return not self.stale and not self.incomplete

    @cached_property
    def by_version(self) -> Mapping[Version, Release]:
        """The releases by version; `1.0` finds `1.0.0`, as everywhere in PEP 440."""
        if isinstance(self.releases, LazyReleases):
            return self.releases.by_version
        return {release.version: release for release in self.releases}


class Index(Protocol):
    """What the analysis asks of this layer. Every method is safe from any thread."""

    def listing(self, name: NormalizedName) -> Fact[Listing]:
        """Answer from the cache alone, at once; `NotChecked(PENDING)` where it has nothing."""

    def fetch(
        self,
        names: Iterable[NormalizedName],
        on_batch: Callable[[frozenset[NormalizedName]], None],
        *,
        urgent: bool = False,
        is_wanted: Callable[[NormalizedName], bool] | None = None,
    ) -> None:
        """Ask the network for what is missing or stale, in the background.

        Requests for one name are merged. Each name given comes back exactly once through
        `on_batch` (from another thread), whether or not it could be had; afterwards `listing`
        answers. A failed look-up is remembered for a short while, so that asking again at once
        costs nothing. Only `close` breaks this: after it, nothing is called any more.

        Args:
            names: those given first are asked first.
            on_batch: called with the names that came.
            urgent: whether somebody looks at these: they go before all that are not urgent, also
                those that wait in the queue already.
            is_wanted: asked right before a request is sent, from any thread and under a lock, so
                that it answers at once. A name that nobody who asked for it wants any more is
                not looked up: it comes back, too, and `listing` says what it said before.
        """

    def seen_names(self) -> frozenset[NormalizedName]:
        """Return the projects that the places in use were seen to have, from what is known."""

    def refusals(self) -> tuple[Refusal, ...]:
        """Return the indexes that asked for credentials since failures were forgotten."""

    def listed_names(self) -> frozenset[NormalizedName]:
        """Return the names that the user's own indexes list at their roots, as far as known.

        Each such index is asked for its list in the background, once a day: only for users who
        asked for that (`list_index_names`). The default index is not asked.
        """

    def metadata(self, name: NormalizedName, version: Version) -> Fact[Metadata]:
        """Answer for one version from memory and the cache alone, at once.

        `NotChecked(PENDING)` where `fetch_metadata` helps.
        """

    def fetch_metadata(
        self,
        pairs: Iterable[tuple[NormalizedName, Version]],
        on_batch: Callable[[frozenset[tuple[NormalizedName, Version]]], None],
        *,
        urgent: bool = False,
        is_wanted: Callable[[tuple[NormalizedName, Version]], bool] | None = None,
    ) -> None:
        """Ask for the metadata that are pending, in the background; as `fetch`.

        What waits in the queue already keeps its place, but for the listings that it needs.
        """

    def close(self) -> None:
        """Cancel what is under way and release sockets and threads; a shared cache stays open."""
