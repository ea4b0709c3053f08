"""Which files are requirements files: by their name, and by not being prose."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from pinwise.manifests.declarations import Role
from pinwise.syntax.lines import logical_lines

if TYPE_CHECKING:
    from pathlib import PurePath

_SUFFIXES = (".txt", ".in")
_SAMPLE = 200
"""How many logical lines `looks_like_prose` looks at."""

# A comparison, a reference, a marker or an option: what only a requirements file has.
_EVIDENCE = re.compile(
    r"^[A-Za-z0-9][\w.-]*[ \t]*(?:\[[^\]]*\][ \t]*)?\(?(?:[=<>!~]{1,3}[ \t]*v?[0-9]|@[ \t]*\S+:)"
    r"|^-{1,2}[A-Za-z][\w-]*(?:[ =]\S|$)"
    r"|^[a-z+]+://\S+|--hash[= ]|^\.{0,2}/\S+$|;[ \t]*(?:python_|sys_|platform_|os_|extra\b)"
)
_WORD = re.compile(r"[^\W\d_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}-][^\W\d_]+)*[.,:;!?)]*$")
_SENTENCE_END = re.compile(r"[^\W_][.!?:,]['\")]?$")
_WORDS_OF_A_SENTENCE = 4


def role_of(path: PurePath) -> Role | None:
    """Return what a file of this name declares; None if it is no requirements file.

    `*requirements*`, `constraints*` and everything in a folder `requirements`, ending in `.txt` or
    `.in`. Upper and lower case are the same.
    """
    name = path.name.lower()
    if not name.endswith(_SUFFIXES):
        return None
    if name.startswith("constraints"):
        return Role.CONSTRAINT
    if "requirements" in name or path.parent.name.lower() == "requirements":
        return Role.REQUIREMENT
    return None


def is_requirements_file(path: PurePath) -> bool:
    """Return whether a file bears the name of a requirements or constraints file."""
    return role_of(path) is not None


def looks_like_prose(text: str) -> bool:
    """Return whether a text is written for people, although its file's name says otherwise.

    It is when most of its first lines are sentences, and nearly none has what only a requirements
    file has: a comparison, a URL, an option, a marker. Comments count for neither side, so that a
    requirements file may explain itself at length, and mistakes are not sentences.

    Cost: linear in the text, of which at most 200 logical lines are looked at.
    """
    sentences = evidence = others = 0
    for line in islice((line for line in logical_lines(text, {}) if line.text), _SAMPLE):
        if _EVIDENCE.search(line.text):
            evidence += 1
        elif _is_sentence(line.text):
            sentences += 1
        else:
            others += 1
    return sentences > 3 * evidence and sentences > others


def _is_sentence(text: str) -> bool:
    """Return whether a line reads as a sentence, a list item or a title of several words."""
    words = text[:1000].lstrip("-*+>\N{BULLET} \t0123456789.)").split()
    if len(words) < _WORDS_OF_A_SENTENCE and not (
        len(words) > 1 and _SENTENCE_END.search(words[-1])
    ):
        return False
    plain = sum(1 for word in words if _WORD.match(word))
    return plain * 4 >= len(words) * 3
