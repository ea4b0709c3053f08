"""`PW402` hash-mismatch: a hash that no file can have, or none of the pinned version has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.digests import DIGITS, digests_of
from pinwise.advice.findings import Finding, Severity
from pinwise.advice.problems import shown
from pinwise.advice.versions import pin_of, versions_of
from pinwise.base.facts import Known
from pinwise.base.patterns import late
from pinwise.base.text import Span
from pinwise.resolver.clash import specifier_set
from pinwise.rules.registry import Facts, rule
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context, Located
    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Hash, Line

_NO_DIGIT = late(r"[^0-9A-Fa-f]")
_CONTINUATION = late(r"\\\r?\n")
# As in pip's `pip/_internal/models/link.py`: the first one counts.
_URL_HASH = late(r"[#&](sha(?:1|224|384|256|512)|md5)=((?:\\\r?\n|[^&\s])*)")


@rule("PW402", "hash-mismatch", severity=Severity.ERROR, needs=Facts.TEXT | Facts.INDEX)
def hash_mismatch(ctx: Context) -> Iterator[Finding]:
    """A hash that no file can have, or none of the pinned version has."""
    for document in ctx.documents:
        if document.prose:
            continue
        for line in document.file.lines:
            if line.kind is not Kind.ERROR:
                yield from _malformed(document, line)
    for located in ctx.declarations:
        if located.declaration.hashes and ctx.from_index(located) and _matches_none(ctx, located):
            requirement, hashes = located.declaration.requirement, located.declaration.hashes
            what = f"`{requirement.name}{requirement.specifier}`"
            each = "this hash" if len(hashes) == 1 else "any of these hashes"
            message = f"No file of {what} has {each}. pip refuses to install it."
            yield Finding(located.path, hashes[0].value_span, message)


def _matches_none(ctx: Context, located: Located) -> bool:
    """Return whether it is certain that a line's hashes are those of other files.

    One that matches is enough for pip. What is malformed is told by itself, and says nothing of
    the others.
    """
    pin = pin_of(located.declaration.requirement)
    if pin is None:
        return False
    fact = ctx.listing(located.declaration.name)
    if not isinstance(fact, Known) or not fact.value.complete:
        return False
    if pin.version not in fact.value.by_version:
        return False
    name, document = located.declaration.name, located.document
    hashes = located.declaration.hashes
    if any(
        document.file.takes_variable(written.span) or _wrong(written.algorithm, written.digest)
        for written in hashes
    ):
        return False
    if not _are_others(ctx, name, pin.version, hashes):
        return False
    # `==1.0` admits `1.0+cpu` too, which has files of its own.
    specifiers = specifier_set(located.declaration.requirement.specifier)
    return specifiers is not None and all(
        _are_others(ctx, name, version, hashes)
        for version in versions_of(fact.value)
        if version.local and specifiers.contains(version, prereleases=True)
    )


def _are_others(
    ctx: Context, name: NormalizedName, version: Version, hashes: Sequence[Hash]
) -> bool:
    """Return whether none of the hashes is that of a file of a version, which tells them all."""
    for written in hashes:
        digests = digests_of(ctx, name, version, written.algorithm)
        if digests is None or written.digest.lower() in digests:
            return False
    return True


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
    digits = DIGITS.get(algorithm)
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
