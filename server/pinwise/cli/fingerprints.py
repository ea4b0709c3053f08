"""What makes a finding the same finding tomorrow: its rule and what its line asks for.

Neither the number of the line, nor the message, which names what is newest today, nor hashes,
comments and spacing count.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.base.redaction import redacted
from pinwise.base.tuples import NamedTuple
from pinwise.project.files import Document
from pinwise.project.suppressions import line_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pinwise.analysis.report import Diagnostic
    from pinwise.project.settings_file import SettingsFile

LONGEST = 300
"""Characters of a line that count: what nobody reads need not be kept either."""

_CONTINUATION = re.compile(r"\\\r?\n")
_HASH = re.compile(r"(?<!\S)--hash(?:=|[ \t]+)\S+")
_SPACE = re.compile(r"\s+")
_HIDDEN = re.compile(r"\*{2,}")
_TIGHT = re.compile(r"\s*([<>=!~]=?=?|,|;)\s*")


class Fingerprint(NamedTuple):
    """A kind of finding in a file; several of one kind are told apart by counting alone.

    Attributes:
        line: what the line asks for, without secrets; "" where a finding is about no line.
    """

    path: Path
    rule: str
    line: str


def fingerprints(
    diagnostics: Iterable[Diagnostic], texts: Mapping[Path, Document | SettingsFile]
) -> Iterator[Fingerprint]:
    """Yield the fingerprint of each finding. Costs a look at its line."""
    known: dict[tuple[Path, int], str] = {}
    for item in diagnostics:
        path, start = item.finding.path, item.finding.span.start
        if item.finding.lineless:
            # Another first line does not make it another finding.
            yield Fingerprint(path, item.rule.name, "")
            continue
        if (path, start) not in known:
            known[path, start] = _line_text(texts[path], start)
        yield Fingerprint(path, item.rule.name, known[path, start])


def digests(names: Mapping[Path, str], found: Iterable[Fingerprint]) -> Iterator[str]:
    """Yield a digest for each fingerprint that no other one of the same call has.

    Args:
        names: what each file is called, the same on every machine.
        found: in the order of their places.
    """
    seen: Counter[Fingerprint] = Counter()
    for item in found:
        seen[item] += 1
        text = "\0".join((names[item.path], item.rule, item.line, str(seen[item])))
        yield hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _line_text(text: Document | SettingsFile, start: int) -> str:
    """Return what the line at an offset asks for, however it is laid out."""
    source = text.source
    line = line_at(text.file, start) if isinstance(text, Document) else None
    if line is not None:
        said = _HASH.sub(" ", _CONTINUATION.sub("", redacted(line.span.of(source.text))))
        if line.requirement is not None and line.requirement.name:
            said = _with_plain_name(said, line.requirement.name)
    elif source.text:
        # Of settings, and of comments: the line as editors count.
        said = redacted(source.line_span(source.position(start).line).of(source.text))
    else:
        said = ""
    said = _SPACE.sub(" ", _HIDDEN.sub("***", said)).strip()
    return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"


def _with_plain_name(said: str, name: str) -> str:
    """Return a requirement with its name and its spacing as PEP 503 and pip's own output have."""
    head, found, rest = said.partition(name)
    if not found or head.strip():
        return said
    # A long run of blanks would be gone through from each of them.
    return canonicalize_name(name) + _TIGHT.sub(r"\1", _SPACE.sub(" ", rest))
