r"""What one entry of a requirements file asks for: a requirement, a URL, a path, an editable.

This is `parse_req_from_line` and `parse_editable` of pip 26.3
(`pip/_internal/req/constructors.py`) without their looks at the disk: whether a path exists is
for a rule to say, so that a text that could be a path is one here.
"""

from __future__ import annotations

import math
import os
import posixpath
import sys
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from pinwise.base.patterns import late
from pinwise.base.tuples import NamedTuple
from pinwise.syntax.addresses import (
    PROJECT_NAME,
    file_url_problem,
    is_encodable,
    names_host,
    repository_name,
)
from pinwise.syntax.nodes import Extra, Kind, Marker, Problem, ProblemKind, Requirement
from pinwise.syntax.requirement import NAME, SpecifierReader

if TYPE_CHECKING:
    import re

    from pinwise.base.text import Span
    from pinwise.syntax.options import Place

VCS_SCHEMES = frozenset(
    {f"bzr+{transport}" for transport in ("file", "ftp", "http", "https", "lp", "sftp", "ssh")}
    | {f"git+{transport}" for transport in ("file", "git", "http", "https", "ssh")}
    | {f"hg+{transport}" for transport in ("file", "http", "https", "ssh", "static-http")}
    | {f"svn+{transport}" for transport in ("file", "http", "https", "ssh", "svn")}
)
"""The schemes of version control that pip knows (`pip/_internal/vcs/`)."""

URL_SCHEMES = VCS_SCHEMES | {"http", "https", "file", "ftp"}
"""The schemes that make a line a URL."""

_COMPRESSIONS = ("", ".bz2", ".gz", ".xz", ".lz", ".lzma")
ARCHIVE_EXTENSIONS = frozenset(
    {".zip", ".whl", ".tbz", ".tgz", ".txz", ".tlz", *(f".tar{end}" for end in _COMPRESSIONS)}
)
"""The endings that make a line a path, whether or not there is such a file."""

_LAST_EXTENSIONS = frozenset(extension.rpartition(".")[2] for extension in ARCHIVE_EXTENSIONS)

_MOST_TAGS = 10_000
"""A wheel whose file name stands for more tags is not looked at: their number is a product."""

_EGG = late(r"[#&]egg=([^&]*)")
_SPECIFIER_LIKE = late(
    r"[ \t]*[a-zA-Z0-9][a-zA-Z0-9._-]*[ \t]*(?:\[[^\]]*\][ \t]*)?(?:@|\(?[ \t]*[=<>!~])"
)
_FOREIGN_SCHEME = late(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_EDITABLE_MARKER = late(r"[ \t]+;")


class Entry(NamedTuple):
    """An entry, and what pip would say against it."""

    kind: Kind
    requirement: Requirement
    problems: list[Problem]


def read_entry(text: str, place: Place) -> Entry:
    """Read the part of a line before its options. Never raises; linear in the text."""
    problems: list[Problem] = []
    try:
        url = is_url(text)
    except ValueError as error:
        # pip ends with a traceback here, at a bracket in the host for instance.
        problems.append(Problem(ProblemKind.INVALID_URL, place(0, len(text)), str(error)))
        url = True
    # pip cuts at the semicolon before it looks at anything else, so that a semicolon within
    # `name @ url` ends the URL.
    head, semicolon, tail = text.partition("; " if url else ";")
    marker = None
    if semicolon and (stripped := tail.strip()):
        start = len(head) + len(semicolon) + tail.index(stripped)
        marker = read_marker_at(stripped, start, place, problems)
    target = head.strip()
    if not target:
        # What stands behind the semicolon may be no marker at all.
        problems.clear()
    lead = head.index(target) if target else 0
    last = lead + len(target)
    span_end = len(text.rstrip()) if marker is not None else last
    span = place(lead, max(span_end, lead))
    builder = _Builder(target, _shifted(place, lead), span, marker, problems)
    if url:
        return builder.url()
    return builder.named_or_path()


def read_editable(text: str, place: Place) -> Entry:
    """Read the value of `-e`. Never raises; linear in the text."""
    problems: list[Problem] = []
    match = _EDITABLE_MARKER.search(text)
    head = text[: match.start()] if match else text
    reader = SpecifierReader(head, place)
    if reader.url is not None and not reader.problems:
        marker = None
        if match:
            tail = text[match.end() :]
            stripped = tail.strip(" \t")
            start = match.end() + (tail.index(stripped) if stripped else 0)
            marker = read_marker_at(stripped, start, place, problems)
        detail = "does not read `name @ URL` behind -e: it needs pip 25.3"
        problems.append(_needs_newer(detail, place(0, len(text))))
        builder = _Builder(head, place, place(0, len(text)), marker, problems)
        return builder.editable_reference(reader)
    builder = _Builder(text, place, place(0, len(text)), None, problems)
    return builder.editable()


def _needs_newer(detail: str, span: Span) -> Problem:
    """Return the problem that pip before 25.3 has with an editable."""
    return Problem(ProblemKind.INVALID_URL, span, detail, fatal=False, before="25.3")


def is_url(text: str) -> bool:
    """Return whether pip takes a line for a URL: by its scheme.

    Raises:
        ValueError: from `urlsplit`, where pip fails too.
    """
    if ":" not in text and not text.startswith("//"):
        return False
    return urlsplit(text).scheme in URL_SCHEMES


def looks_like_path(text: str) -> bool:
    """Return whether pip looks for a folder of this name: a separator, or a dot in front."""
    return "/" in text or text.startswith(".") or (os.sep == "\\" and "\\" in text)


def may_be_folder(text: str) -> bool:
    """Return whether a text that is no requirement may be meant as a folder's path.

    pip looks at the disk to tell. Here a text counts that has a separator, is not the beginning
    of a specifier and holds no URL.
    """
    return looks_like_path(text) and "://" not in text and not _SPECIFIER_LIKE.match(text)


def is_archive(path: str) -> bool:
    """Return whether a path ends like an archive or a wheel."""
    if "/" not in path and path.rpartition(".")[2].lower() not in _LAST_EXTENSIONS:
        return False
    base, extension = posixpath.splitext(posixpath.normpath("/" + path))
    if base.lower().endswith(".tar"):
        extension = base[-4:] + extension
    return extension.lower() in ARCHIVE_EXTENSIONS


def split_extras(text: str) -> tuple[str, int]:
    """Return a path without the extras at its end, and where their bracket opens (-1: none)."""
    opened = text.rfind("[")
    if opened <= 0 or not text.endswith("]"):
        return text, -1
    if text.find("]", opened) != len(text) - 1 or text.endswith("[]"):
        return text, -1
    return text[:opened].rstrip(), opened


def read_marker_at(text: str, start: int, place: Place, problems: list[Problem]) -> Marker:
    """Read the marker `text`, which begins at `start` of the entry; add to `problems`."""
    from pinwise.syntax.markers import read_marker  # noqa: PLC0415 - most lines have none

    for found in read_marker(text).problems:
        span = place(start + found.start, start + found.end)
        problems.append(Problem(found.kind, span, found.detail, found.replacement))
    return Marker(text, place(start, start + len(text)))


def _shifted(place: Place, by: int) -> Place:
    """Return the way from the text that begins `by` characters later."""
    return place if by == 0 else lambda start, end: place(by + start, by + end)


class _Builder:
    """Makes the entry of one target, once the marker is off."""

    def __init__(
        self,
        target: str,
        place: Place,
        span: Span,
        marker: Marker | None,
        problems: list[Problem],
    ) -> None:
        self._target = target
        self._place = place
        self._span = span
        self._marker = marker
        self._problems = problems

    def named_or_path(self) -> Entry:
        """Return the entry of what is no URL."""
        target = self._target
        bare, opened = split_extras(target.rstrip("/") or target[:1])
        before_at, at, _ = target.partition("@")
        archive = is_archive(bare)
        if archive and not (at and not looks_like_path(before_at)):
            return self._path(bare, opened)
        reader = SpecifierReader(target, self._place)
        if reader.problems and not archive and may_be_folder(target):
            return self._path(bare, opened)
        self._problems += reader.problems
        if not reader.problems and opened > reader.name_at[1]:
            self._late_extras(opened, reader)
        if reader.url is not None:
            self._link(reader.url, reader.url_at[0])
        return self._entry(Kind.REQUIREMENT, self._named(reader))

    def _late_extras(self, opened: int, reader: SpecifierReader) -> None:
        """Take the extras at the end of a target, which pip reads before anything else.

        They replace those behind the name, and pip crashes where they are odd: a URL that ends
        in brackets meets with that.
        """
        late = self._extras_reader(opened, len(self._target.rstrip("/")))
        if late.problems:
            span = self._place(opened, len(self._target))
            detail = "pip takes this for extras, and fails on it"
            self._problems.append(Problem(ProblemKind.INVALID_EXTRA, span, detail))
        reader.extras = late.extras

    def url(self) -> Entry:
        """Return the entry of a bare URL."""
        target = self._target
        name, at, implied = "", (0, 0), None
        parts = (
            None
            if self._problems_of(ProblemKind.INVALID_URL)
            else self._link(target, 0, alone=True)
        )
        if parts is not None:
            name, at, implied = self._link_name(target, parts)
        requirement = Requirement(
            name,
            self._place(*at),
            self._span,
            marker=self._marker,
            url=target,
            url_span=self._place(0, len(target)),
            implied_version=implied,
        )
        return self._entry(Kind.URL, requirement)

    def editable_reference(self, reader: SpecifierReader) -> Entry:
        """Return the entry of `-e "name @ url"`."""
        url = reader.url or ""
        parts = self._link(url, reader.url_at[0])
        if parts is not None and parts.scheme not in VCS_SCHEMES and not url.startswith("file:"):
            self._not_editable(reader.url_at)
        return self._entry(Kind.EDITABLE, self._named(reader, editable=True))

    def editable(self) -> Entry:
        """Return the entry of any other value of `-e`."""
        target = self._target
        bare, opened = split_extras(target)
        extras = self._path_extras(opened)
        lower = target.lower()
        if lower.startswith("file:"):
            return self._editable_url(bare, bare, extras)
        version_control = next(
            (v for v in ("bzr", "git", "hg", "svn") if lower.startswith(f"{v}:")), ""
        )
        url = f"{version_control}+{target}" if version_control else target
        try:
            scheme = urlsplit(url).scheme
        except ValueError:
            return self._editable_url(target, url, [])
        if scheme in VCS_SCHEMES:
            return self._editable_url(target, url, [])
        if scheme in URL_SCHEMES or _FOREIGN_SCHEME.match(target) or not bare:
            self._not_editable((0, len(target)))
        elif looks_like_path(target) or NAME.fullmatch(bare):
            if len(bare) < opened:
                detail = "reads no extras behind a space: it needs pip 25.3"
                self._problems.append(_needs_newer(detail, self._place(len(bare), len(target))))
        elif SpecifierReader(target, self._place).clauses:
            self._not_editable((0, len(target)))
        requirement = Requirement(
            "",
            self._place(0, 0),
            self._span,
            extras=tuple(extras),
            path=bare,
            url_span=self._place(0, len(bare)),
            editable=True,
        )
        return self._entry(Kind.EDITABLE, requirement)

    def _editable_url(self, written: str, url: str, extras: list[Extra]) -> Entry:
        """Return the entry of `-e` with a URL; `written` is what the file has of it."""
        parts = self._link(written, 0, url, editable=True)
        name, at = self._egg(written)
        if parts is not None and not url.startswith("file:"):
            if parts.scheme == "file":
                self._not_editable((0, len(written)))
            elif not name:
                detail = "pip cannot tell the name: write `name @ URL`, or `#egg=name`"
                span = self._place(len(written), len(written))
                guess = repository_name(written)
                meant = f"#egg={guess}" if guess else None
                self._problems.append(Problem(ProblemKind.INVALID_URL, span, detail, meant))
        requirement = Requirement(
            name,
            self._place(*at),
            self._span,
            extras=tuple(extras),
            url=url,
            url_span=self._place(0, len(written)),
            editable=True,
        )
        return self._entry(Kind.EDITABLE, requirement)

    def _not_editable(self, at: tuple[int, int]) -> None:
        detail = "an editable is a local path or a URL of version control"
        self._problems.append(Problem(ProblemKind.INVALID_URL, self._place(*at), detail))

    def _path(self, bare: str, opened: int) -> Entry:
        """Return the entry of a local path."""
        name, at, implied = "", (0, 0), None
        if not is_encodable(bare):
            self._bad_url((0, len(bare)), "half a surrogate pair is no character")
        elif names_host(bare) and sys.platform != "win32":
            self._bad_url((0, len(bare)), "pip takes this for a file on another host")
        file = posixpath.basename(posixpath.normpath("/" + bare))
        if posixpath.splitext(file)[1] == ".whl":
            name, at, implied = self._wheel_name(file)
        requirement = Requirement(
            name,
            self._place(*at),
            self._span,
            extras=tuple(self._path_extras(opened)),
            marker=self._marker,
            path=bare,
            url_span=self._place(0, len(bare)),
            implied_version=implied,
        )
        return self._entry(Kind.PATH, requirement)

    def _path_extras(self, opened: int) -> list[Extra]:
        """Return the extras behind a path, and note bad ones."""
        if opened < 0:
            return []
        end = self._target.rindex("]") + 1
        reader = self._extras_reader(opened, end)
        if reader.problems:
            self._problems += reader.problems
        return reader.extras

    def _extras_reader(self, opened: int, end: int) -> SpecifierReader:
        """Read `[a, b]` as pip does: behind a stand-in for the name, in lower case."""

        def place(start: int, stop: int) -> Span:
            return self._place(max(opened + start - 1, opened), max(opened + stop - 1, opened))

        return SpecifierReader("x" + self._target[opened:end].lower(), place)

    def _link(
        self,
        written: str,
        start: int,
        url: str = "",
        *,
        alone: bool = False,
        editable: bool = False,
    ) -> SplitResult | None:
        """Check a URL as pip's `Link` does; None, and a problem, if it fails.

        Args:
            written: what the file has of the URL.
            start: where that stands in the target.
            url: the URL itself, where it is more than what is written.
            alone: whether it is the whole target, not behind a name or `-e`.
            editable: whether it is the whole value of `-e`.
        """
        url = url or written
        at = (start, start + len(written))
        try:
            parts = urlsplit(url)
        except ValueError as error:
            self._bad_url(at, str(error))
            return None
        egg = _EGG.search(written)
        if egg is not None and not PROJECT_NAME.fullmatch(egg[1]):
            self._bad_egg(egg, start, written, editable=editable)
            return None
        if parts.scheme == "file" and (detail := file_url_problem(url, parts, alone=alone)):
            self._bad_url(at, detail)
            return None
        return parts

    def _bad_egg(self, egg: re.Match[str], start: int, written: str, *, editable: bool) -> None:
        """Note a fragment that names more than a project; pip took that up to 25.3."""
        since, meant = "", None
        if not SpecifierReader(egg[1].partition(";")[0], self._place).problems:
            since = "26.0"
            rest = f"{written[: egg.start()]}{'#' if egg.end() < len(written) else ''}"
            reference = f"{egg[1]} @ {rest}{written[egg.end() + 1 :]}"
            # Only extras can stand before a URL, no version and no marker.
            if start == 0 and egg[1].endswith("]"):
                meant = f'"{reference}"' if editable else reference
        self._problems.append(
            Problem(
                ProblemKind.INVALID_URL,
                self._place(start + egg.start(1), start + egg.end(1)),
                f"#egg= takes a bare project name, not `{egg[1]}`",
                meant,
                since=since,
                replaced=self._place(start, start + len(written)) if meant else None,
            )
        )

    def _link_name(self, url: str, parts: SplitResult) -> tuple[str, tuple[int, int], str | None]:
        """Return the name that a URL tells, where, and the version that a wheel's name tells."""
        file = posixpath.basename(unquote(parts.path).rstrip("/"))
        if posixpath.splitext(file)[1] == ".whl":
            return self._wheel_name(file)
        if parts.scheme == "file" and "../" in url:
            # pip resolves a URL that goes up, and loses its fragment.
            return "", (0, 0), None
        name, at = self._egg(url)
        return name, at, None

    def _wheel_name(self, file: str) -> tuple[str, tuple[int, int], str | None]:
        """Return the name and the version in the file name of a wheel."""
        start = max(self._target.rfind(file), 0)
        if math.prod(part.count(".") + 1 for part in file.rsplit("-", 3)[1:]) > _MOST_TAGS:
            return "", (0, 0), None
        try:
            name, version, _, _ = parse_wheel_filename(file)
        except InvalidWheelFilename as error:
            self._bad_url((start, min(start + len(file), len(self._target))), str(error))
            return "", (0, 0), None
        if not NAME.fullmatch(name):
            self._bad_url((start, start + file.index("-")), f"{name} is no project name")
            return "", (0, 0), None
        if not self._target.startswith(file, start):
            return name, (0, 0), str(version)
        return name, (start, start + file.index("-")), str(version)

    def _egg(self, url: str) -> tuple[str, tuple[int, int]]:
        """Return the name in a URL's fragment, and where it stands."""
        match = _EGG.search(url)
        if match is None or not PROJECT_NAME.fullmatch(match[1]):
            # Any other text there is a problem already.
            return "", (0, 0)
        if not NAME.fullmatch(match[1]):
            # pip's pattern ignores case so widely that it takes the long s for an s.
            self._bad_url(match.span(1), f"{match[1]} is no project name")
        return match[1], match.span(1)

    def _bad_url(self, at: tuple[int, int], detail: str) -> None:
        self._problems.append(Problem(ProblemKind.INVALID_URL, self._place(*at), detail))

    def _problems_of(self, kind: ProblemKind) -> bool:
        return any(problem.kind is kind for problem in self._problems)

    def _named(self, reader: SpecifierReader, *, editable: bool = False) -> Requirement:
        """Return the requirement that a specifier reader found."""
        url = reader.url
        return Requirement(
            reader.name,
            self._place(*reader.name_at),
            self._span,
            tuple(reader.extras),
            tuple(reader.clauses),
            self._marker,
            url,
            self._place(*reader.url_at) if url is not None else None,
            editable=editable,
        )

    def _entry(self, kind: Kind, requirement: Requirement) -> Entry:
        return Entry(kind, requirement, self._problems)
