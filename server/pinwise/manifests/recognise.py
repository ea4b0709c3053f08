"""Which files are requirements files: by their name, and by not being prose."""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING

from pinwise.base.patterns import late
from pinwise.manifests.declarations import Role
from pinwise.syntax.lines import logical_lines
from pinwise.syntax.sentences import is_sentence

if TYPE_CHECKING:
    from pathlib import PurePath

_SUFFIXES = (".txt", ".in")
_SAMPLE = 200
"""How many logical lines `looks_like_prose` looks at."""

_LONGEST = 1000
"""Characters of a line that it looks at."""

# What only a requirements file has: a comparison, a reference, an option, a path.
_EVIDENCE = re.compile(
    r"[A-Za-z0-9][\w.-]*[ \t]*(?:\[[^\]]*\][ \t]*)?\(?(?:[=<>!~]{1,3}[ \t]*v?[0-9]|@[ \t]*\S+:)"
    r"|-{1,2}[A-Za-z][\w-]*(?:[ =]\S|$)"
    r"|\.{0,2}/\S+$"
)
_OPTION = re.compile(r"-[A-Za-z]|--[A-Za-z][\w-]*(?:=|$)")
# What no sentence has, whatever words stand around it.
_PROOF = re.compile(
    r"^[a-z+]+://\S+$|--hash[= ]|;[ \t(]*(?:python_|sys_|platform_|os_name|extra\b)"
    # pip's own words, as they get into a file with the list that was asked for.
    r"|^(?:Collecting|Downloading|Using cached|Requirement already satisfied:|Successfully)[ \t]\S"
    r"|^(?:WARNING|DEPRECATION|ERROR|\[notice\]):?[ \t]"
    r"|^You (?:are using|should consider) .*\bpip\b"
    r"|^(?:import[ \t]+[\w.]+|from[ \t]+[\w.]+[ \t]+import[ \t].*)(?:[ \t]+as[ \t]+\w+)?$"
    r"|^[\w\"'-]+[ \t]*=[ \t]*[\"'\[{]"
    # People put spaces around it in a sentence.
    r"|^(?!(?i:python))[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?[=<>!~]{1,3}v?[0-9]"
)
# A package, and what somebody wrote about it: a name, a dash or another mark, and any words.
_GLOSS = late(
    r"[a-z0-9][\w.-]*(?:\[[^\]]*\])?(?:[,;]?$|[ \t]+(?:-{1,2}|//|\N{EN DASH}|\N{EM DASH})[ \t]"
    r"|:[ \t]|[ \t]+\(|[ \t]+v?[0-9]|[ \t]+version[ \t])"
)
_INSTALLATION = re.compile(
    r"(?:[$%!>][ \t]*|RUN[ \t]+)?(?:sudo[ \t]+)?(?:\S+[ \t]+-m[ \t]+)?(?:uv[ \t]+)?pip[0-9.]*"
    r"[ \t]+install\b"
)
_COMMAND = re.compile(
    r"(?:[$%>][ \t]+)(?!pip|python)\S|(?:sudo|git|cd|source|export|mkdir|apt|apt-get|brew|docker"
    r"|npm|make|chmod|curl|wget|virtualenv|conda|python[0-9.]*(?:\.exe)?)[ \t]+\S+"
)
_MARKUP = re.compile(r"\|.*[ \t].*\|$|<[/!?a-zA-Z][^<>=]*>")
_PAGE = re.compile(r"\s*<(?:!doctype|html|\?xml|head|body)\b", re.IGNORECASE)
_LFS = "version https://git-lfs.github.com/spec/"


class _Vote(Enum):
    """What a line speaks for."""

    PROSE = "prose"
    LIST = "list"
    """A line of a requirements file, or what was meant to be one."""
    NAME = "name"
    """A name, which may also be a word."""
    NEITHER = "neither"


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
    """Return whether a text is none of requirements, although its file's name says otherwise.

    It is written for people when most of its first lines are sentences, or commands of a shell
    among them, and nearly none has what only a requirements file has: a comparison, a URL, an
    option, a marker. Comments count for neither side, so that a requirements file may explain
    itself at length, and mistakes are not sentences. What Git LFS puts in the place of a file is
    none of requirements either; a page of HTML is a mistake.

    Cost: linear in the text, of which at most 200 logical lines are looked at.
    """
    if kind_of_content(text):
        return True
    if _PAGE.match(text):
        # The page of an error or a repository, saved as the file: worth a finding.
        return False
    votes = Counter(
        _vote(line.text)
        for line in islice((line for line in logical_lines(text, {}) if line.text), _SAMPLE)
    )
    prose = votes[_Vote.PROSE]
    return prose > 3 * votes[_Vote.LIST] + votes[_Vote.NAME] and 2 * prose > votes[_Vote.NEITHER]


def kind_of_content(text: str) -> str:
    """Return what a text is that is certainly of another kind, as a sentence's part; else ""."""
    if text.startswith(_LFS):
        return "it is what Git LFS has in the place of the file: `git lfs pull` fetches that"
    return ""


def _is_of_options(text: str) -> bool:
    """Return whether a line has options alone, each with one value at most.

    A sentence about an option has more words: "--pre takes pre-releases, too".
    """
    takes_value = False
    for word in text.split():
        if _OPTION.match(word):
            takes_value = "=" not in word
        elif takes_value:
            takes_value = False
        else:
            return False
    return text.startswith("-")


def _vote(text: str) -> _Vote:
    """Return what a line of a file speaks for."""
    text = text[:_LONGEST]
    if _PROOF.search(text) or _is_of_options(text):
        return _Vote.LIST
    if _INSTALLATION.match(text):
        return _Vote.NAME
    if _COMMAND.match(text) or _MARKUP.match(text):
        return _Vote.PROSE
    bare = text.lstrip("-*+\N{BULLET} \t")
    evident = _EVIDENCE.match(text) or _EVIDENCE.match(bare)
    if evident and not is_sentence(text[evident.end() :]):
        return _Vote.LIST
    if _GLOSS.match(bare) and not text.lower().startswith("python"):
        return _Vote.NAME
    return _Vote.PROSE if is_sentence(text) else _Vote.NEITHER
