"""`PW402` hash-mismatch: a hash that no file can have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinwise.advice.findings import Finding, Severity
from pinwise.advice.problems import shown
from pinwise.base.text import Span
from pinwise.rules.registry import rule
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context
    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Line

_DIGITS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
"""Hexadecimal digits of a digest, for what pip takes in a `--hash` or in a URL."""

_NO_DIGIT = re.compile(r"[^0-9A-Fa-f]")
_CONTINUATION = re.compile(r"\\\r?\n")
# As in pip's `pip/_internal/models/link.py`: the first one counts.
_URL_HASH = re.compile(r"[#&](sha(?:1|224|384|256|512)|md5)=((?:\\\r?\n|[^&\s])*)")


@rule("PW402", "hash-mismatch", severity=Severity.ERROR)
def hash_mismatch(ctx: Context) -> Iterator[Finding]:
    """A hash that no file can have."""
    for document in ctx.documents:
        if document.prose:
            continue
        for line in document.file.lines:
            if line.kind is not Kind.ERROR:
                yield from _malformed(document, line)


def _malformed(document: Document, line: Line) -> Iterator[Finding]:
    """Find digests that are too short or too long, or hold something else than digits."""
    for written in line.hashes:
        span = written.value_span
        if not document.file.takes_variable(span):
            wrong = _wrong(written.algorithm, written.digest)
            if wrong:
                yield Finding(document.path, span, wrong)
    requirement = line.requirement
    if requirement is None or requirement.url is None or requirement.url_span is None:
        return
    place = requirement.url_span
    text = place.of(document.text)
    if "#" not in text:
        return
    match = _URL_HASH.search(text, text.index("#"))
    if match is not None and not document.file.takes_variable(place):
        wrong = _wrong(match[1], _CONTINUATION.sub("", match[2]))
        if wrong:
            start = place.start + match.start(1)
            yield Finding(document.path, Span(start, place.start + match.end()), wrong)


def _wrong(algorithm: str, digest: str) -> str:
    """Return why no file has the digest, or ""."""
    digits = _DIGITS.get(algorithm)
    if digits is None:
        return ""
    stray = _NO_DIGIT.search(digest)
    if stray is not None:
        return f"{shown(stray[0])} is no hexadecimal digit, so no file has this `{algorithm}` hash."
    if len(digest) == digits:
        return ""
    return (
        f"A `{algorithm}` hash has {digits} digits, and this one has {len(digest)}. "
        "No file matches it."
    )
