"""Completion of `--hash`: the digests that the index tells of the pinned version's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.digests import digests_of
from pinwise.advice.versions import pin_of
from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.features.completion.items import Completion, Item, ItemKind
from pinwise.syntax.option_table import HASH_ALGORITHMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.features.completion.part import Place
    from pinwise.manifests.declarations import Declaration

ALGORITHM = "sha256"
"""What indexes tell digests by, and other tools write."""


def complete_hashes(
    place: Place, declaration: Declaration | None, context: Context | None
) -> Completion:
    """Return the digests that the line lacks: all of them in one item, then file by file.

    pip takes a file if any of the line's digests is its own, and which file that is depends on the
    platform: hence all of them first. Without a pin, or where the index tells no digests, the
    algorithms are offered.

    Args:
        place: of the value of `--hash`.
        declaration: the requirement that the option follows; None where it cannot be read.
        context: what the file was analysed with last.
    """
    algorithms = tuple(Item(word, ItemKind.VALUE, f"{word}:") for word in HASH_ALGORITHMS)
    if ":" in place.typed:
        algorithms = ()
    pin = pin_of(declaration.requirement) if declaration is not None else None
    if declaration is None or pin is None or context is None:
        return Completion(place.span, algorithms)
    name = declaration.name
    fact = context.listing(name)
    pending = fact == NotChecked(Reason.PENDING)
    if not isinstance(fact, Known):
        return Completion(
            place.span, algorithms, incomplete=pending, pending=name if pending else None
        )
    files = tuple(_digests(context, declaration, pin.version))
    return Completion(place.span, (*_items(files, place), *algorithms))


def _digests(
    context: Context, declaration: Declaration, version: Version
) -> Iterator[tuple[str, str]]:
    """Yield each file of a version with its digest, wheels first, but for those written already."""
    # It also says whether all of what the index sent are digests: they are written into files.
    known = digests_of(context, declaration.name, version, ALGORITHM)
    if known is None:
        return
    open_ones = set(known) - {found.digest.lower() for found in declaration.hashes}
    artifacts = context.artifacts(declaration.name, version)
    for artifact in sorted(artifacts, key=lambda found: not found.filename.endswith(".whl")):
        digest = artifact.hashes[ALGORITHM].lower()
        if digest in open_ones:
            open_ones.remove(digest)
            yield artifact.filename, digest


def _items(files: tuple[tuple[str, str], ...], place: Place) -> Iterator[Item]:
    """Yield an item for all files, if they are several, and one for each."""
    values = [f"{ALGORITHM}:{digest}" for _, digest in files]
    if len(values) > 1:
        # What is typed selects among the files, and all of them are meant until then.
        whole = " \\\n    --hash=".join(values)
        yield Item(
            f"all {len(values)} files",
            ItemKind.VALUE,
            whole,
            filter=place.typed,
            preferred=True,
        )
    for (filename, digest), value in zip(files, values, strict=True):
        yield Item(filename, ItemKind.VALUE, value, detail=digest[:12], filter=value)
