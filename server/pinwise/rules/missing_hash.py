"""`PW401` missing-hash: a line that pip rejects because it checks hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Finding, Related, Severity
from pinwise.advice.hash_mode import Lack, hash_mode
from pinwise.advice.places import relative
from pinwise.advice.problems import shown
from pinwise.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pinwise.advice.context import Context
    from pinwise.advice.hash_mode import Cause, Rejected
    from pinwise.base.text import Span
    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Line

MOST_LINES = 5
"""Lines without a hash that are each marked even where fewer have one."""

MOST_RELATED = 20
"""Of more lines than that, how many are pointed at; nobody reads more."""

_NOT_ONE_FILE = {
    Lack.EDITABLE: "an editable requirement",
    Lack.REPOSITORY: "a repository",
    Lack.FOLDER: "a folder",
}


@rule("PW401", "missing-hash", severity=Severity.ERROR)
def missing_hash(ctx: Context) -> Iterator[Finding]:
    """A line without a hash in files for which pip demands one for every line."""
    mode = hash_mode(ctx)
    if mode is None:
        return
    without = [found for found in mode.rejected if found.lack is Lack.HASH]
    together = len(without) > max(MOST_LINES, mode.hashed)
    if together:
        # Where hardly any line has a hash, it is the one that has that surprises.
        yield _of_all(mode.cause, without)
    for found in mode.rejected:
        if found.lack is Lack.PIN:
            # Said of a known version only: the newest pip takes the line.
            message = f"pip {ctx.pip} takes a hash only beside a version pinned with `==`."
            yield Finding(found.document.path, _place(found.line), message)
        elif found.lack is not Lack.HASH or not together:
            yield _of_one(found, mode.cause)


def _of_one(found: Rejected, cause: Cause) -> Finding:
    """Say that one line lacks its hash, or can have none."""
    document, place = found.document, _place(found.line)
    line = _line(cause.document, cause.span, document.path)
    because = (
        f"because of `--require-hashes` in {line}" if cause.option else f"because {line} has one"
    )
    if found.lack is Lack.HASH:
        written = shown(place.of(document.text))
        message = f"{written} has no hash. pip demands one for every line, {because}."
    else:
        what = _NOT_ONE_FILE[found.lack]
        message = f"pip can check no hash of {what}. It demands one for every line, {because}."
    switched = "Hashes are demanded here" if cause.option else "The first hash is here"
    related = Related(cause.document.path, cause.span, switched)
    return Finding(document.path, place, message, related=(related,))


def _of_all(cause: Cause, without: Sequence[Rejected]) -> Finding:
    """Say once, of what switched the mode on, that most lines lack a hash."""
    what = (
        "This option makes pip demand a hash" if cause.option else "This hash makes pip demand one"
    )
    related = tuple(
        Related(found.document.path, _place(found.line), "This line has none")
        for found in without[:MOST_RELATED]
    )
    message = f"{what} for every line, and {len(without)} lines have none."
    return Finding(cause.document.path, cause.span, message, related=related)


def _place(line: Line) -> Span:
    """Return where a line says what it asks for: its name, or its URL or path."""
    requirement = line.requirement
    if requirement is None:
        return line.span
    name, url = requirement.name_span, requirement.url_span
    # The name may be part of the URL: that of a wheel, or behind `#egg=`.
    return url if url is not None and (name.empty or name.start >= url.start) else name


def _line(document: Document, span: Span, seen_from: Path) -> str:
    """Return where something stands, for a reader of the file `seen_from`."""
    line = f"line {document.source.position(span.start).line + 1}"
    if document.path == seen_from:
        return line
    return f"{relative(document.path, seen_from.parent)} {line}"
