"""What the lines are that pip rejects: a shell's command, another tool's syntax, a list.

Only a line that pip rejects comes here. What is recognised takes the place of the problems that
the readers found, so that one mistake is one problem; what is not keeps them.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from pinwise.base.text import Span
from pinwise.syntax.addresses import repository_name
from pinwise.syntax.bounds import any_version, caret, constraint, tilde
from pinwise.syntax.common import read_common
from pinwise.syntax.entry import is_archive, read_entry
from pinwise.syntax.misread import address
from pinwise.syntax.nodes import Kind, Problem, ProblemKind
from pinwise.syntax.option_table import COMMAND_LINE_OPTIONS
from pinwise.syntax.options import split_words
from pinwise.syntax.sentences import MAX_LENGTH, ROW, is_row_of_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from pinwise.syntax.lines import LogicalLine
    from pinwise.syntax.nodes import Requirement
    from pinwise.syntax.options import Place
    from pinwise.syntax.source import Source

    Recogniser: TypeAlias = Callable[[str, Place], Problem | None]

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_NAMED = rf"{_NAME}(?:[ \t]*\[[^\]]*\])?"
_QUOTED_LINE = re.compile(r"(['\"])(?P<inner>[^'\"].*)\1[ \t]*[,;]?")
_COMMAND = re.compile(
    r"(?:[$%!>][ \t]*|RUN[ \t]+)?(?:sudo[ \t]+)?(?:(?:python|py)[0-9.]*[ \t]+-m[ \t]+)?"
    r"(?:(?:uv[ \t]+)?pip[0-9.]*[ \t]+install|(?:uv|poetry|pdm)[ \t]+add"
    r"|(?:pipenv|conda|mamba)[ \t]+install)(?:[ \t]+(?P<rest>.*))?"
)
_IMPORT = re.compile(r"(?:import[ \t]+(?P<name>\w+)|(?:import|from)[ \t]+[\w.]+[ \t,].*)")
_LIST_ITEM = re.compile(r"(?:[*+\N{BULLET}]|[0-9]+[.)])[ \t]+(?P<item>.+)")
_MERGE = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: .*)?")
_CONDA = re.compile(
    r"(?P<channel>[\w.-]+::)?(?P<name>_?[A-Za-z0-9][\w.-]*)(?P<bound>[ \t]*==?[ \t]*"
    r"(?P<version>[\w.*+!]+)(?:=(?P<build>[\w.*]+))?)?"
)
_CARET = re.compile(
    rf"{_NAMED}[ \t]*(?P<bound>(?P<sign>\^|~>?)[ \t]*(?P<version>[0-9]+(?:\.[0-9]+)*))"
    r"(?:[ \t]*;.*)?"
)
_PAIR = re.compile(rf"(?P<name>{_NAME})[ \t]*=[ \t]*(?P<quote>['\"])(?P<value>[^'\"]*)(?P=quote),?")
_TABLE = re.compile(rf"(?P<name>{_NAME})[ \t]*=[ \t]*\{{(?P<inner>.*)\}},?")
_VERSION_KEY = re.compile(r"\bversion[ \t]*=[ \t]*[\"']([^\"']*)[\"']")
_EXTRAS_KEY = re.compile(r"\bextras[ \t]*=[ \t]*\[([^\]]*)\]")
_KEYS = re.compile(r"(?<![\w-])([\w-]+)[ \t]*=(?![=])[ \t]*[\"'\[{\w]")
_JSON = re.compile(rf"\"(?P<name>{_NAME})\"[ \t]*:[ \t]*(?:\"(?P<value>[^\"]*)\",?|.*)")
_SECTION = re.compile(r"\[\[?[\w.\"' /-]+\]\]?")
_BRACKETS = re.compile(r"(?:[\w-]+[ \t]*[=:][ \t]*)?(?:[\[({]|[\])}]),?|[\w-]+[ \t]*=[ \t]*\[.*\]")
_COLON = re.compile(rf"{_NAMED}(?P<bound>[ \t]*:[ \t]*(?P<version>v?[0-9][\w.*]*))")
_KEY = re.compile(r"[A-Za-z_][\w-]*:(?:[ \t].*)?")
_NEWEST = re.compile(
    rf"{_NAMED}(?P<bound>[ \t]*(?:[=<>~!]{{1,3}}[ \t]*|[ \t])(?:latest|newest|stable|any|\*))"
)
_PRINTED = re.compile(
    r"(?:(?:WARNING|DEPRECATION|ERROR|NOTICE):|\[notice\]|Requirement already satisfied:"
    r"|Successfully (?:un)?installed |Installing collected packages:|Using cached ).*"
)
_EDITABLE = re.compile(r"(?:-e|--editable)[ =][ \t]*(?P<value>\S+)")
_LATE_EXTRAS = re.compile(
    rf"(?P<name>{_NAME})(?P<bound>[ \t]*[=<>!~][^\[\];#@/]*)(?P<extras>\[[^\[\]]*\])"
    r"(?P<rest>[ \t]*(?:;.*)?)"
)
_DRIVE = re.compile(r"[A-Za-z]:[\\/](?![\\/])")

_METADATA = frozenset(
    {
        *("name", "version", "description", "category", "optional", "url", "source", "reference"),
        *("python-versions", "python_version", "python_full_version", "requires-python", "index"),
        *("verify_ssl", "sha256", "content-hash", "lock-version", "type", "readme", "license"),
        *("build-backend", "authors", "channels", "dependencies", "prefix", "platforms"),
    }
)
"""Keys of other formats that are no packages."""

_PASSED_ON = {
    **dict.fromkeys(("-r", "-c", "-e", "-f", "-i", "--requirement", "--constraint"), True),
    **dict.fromkeys(("--editable", "--find-links", "--index-url", "--extra-index-url"), True),
    **dict.fromkeys(("--pre", "--no-index", "--prefer-binary", "--require-hashes"), False),
}
"""Options of the command that a file may hold, and whether they take a value."""


def recognised(
    logical: LogicalLine, source: Source, problems: Sequence[Problem]
) -> Sequence[Problem]:
    """Return the problems of a line that pip rejects, told as the one mistake that it is.

    Args:
        logical: the line.
        source: the file.
        problems: what the readers found; at least one of them is fatal.

    Cost: linear in the line.
    """
    text, place = logical.text, logical.span
    if text.endswith("\\"):
        broken = _broken_continuation(logical, source)
        return (*(found for found in problems if found.span.end <= broken.span.start), broken)
    if len(text) > MAX_LENGTH:
        return problems
    for recogniser in _RECOGNISERS:
        if (found := recogniser(text, place)) is not None:
            return (found,)
    return problems


def unlikely_path(logical: LogicalLine, requirement: Requirement) -> Sequence[Problem]:
    """Return what is wrong with a line that could be a folder's path, but hardly is one."""
    text = logical.text
    if len(text) > MAX_LENGTH or is_archive(requirement.path or "") or text.startswith((".", "/")):
        return ()
    for recogniser in (_marks, _command, _printed, _structure, _slashes):
        if (found := recogniser(text, logical.span)) is not None:
            return (found._replace(fatal=False),)
    return ()


def _broken_continuation(logical: LogicalLine, source: Source) -> Problem:
    """Note a backslash that white space or a comment stands behind."""
    text = source.text
    start = logical.span(len(logical.text) - 1, len(logical.text)).start
    end = start + 1
    while end < len(text) and text[end].isspace() and text[end] not in "\r\n":
        end += 1
    kind = ProblemKind.BROKEN_CONTINUATION
    if text.startswith("#", end):
        return Problem(kind, Span(start, start + 1), "comment")
    return Problem(kind, Span(start, end), "space", "\\")


def _editable_address(text: str, place: Place) -> Problem | None:
    """Recognise `-e` with the address of a repository that lacks `git+`."""
    match = _EDITABLE.fullmatch(text)
    meant = address(match["value"]) if match is not None else None
    if match is None or meant is None:
        return None
    detail = f"`{match['value']}` is no path and no URL of version control"
    kind = ProblemKind.MISREAD_ADDRESS
    fragment = "" if "#" in meant else f"#egg={repository_name(meant)}"
    return Problem(kind, place(*match.span("value")), detail, f"{meant}{fragment}")


def _address(text: str, place: Place) -> Problem | None:
    meant = address(text)
    if meant is None:
        return None
    kind, detail = ProblemKind.MISREAD_ADDRESS, "pip asks for the tool in front of the address"
    return Problem(kind, place(0, len(text)), detail, meant)


def _windows(text: str, place: Place) -> Problem | None:
    if sys.platform == "win32" or not _DRIVE.match(text):
        return None
    detail = "only pip on Windows understands this path"
    return Problem(ProblemKind.MISREAD_ADDRESS, place(0, len(text)), detail)


def _is_clean(text: str) -> bool:
    """Return whether pip takes a text for a requirement, a URL or an archive."""
    entry = read_common(text, Span) or read_entry(text, Span)
    if entry.kind is Kind.PATH and entry.requirement.path == text and "." not in text:
        return False
    return not entry.problems


def _foreign(
    place: Place,
    at: tuple[int, int],
    what: str,
    replacement: str | None = None,
    whole: tuple[int, int] | None = None,
) -> Problem:
    kind = ProblemKind.FOREIGN_SYNTAX
    replaced = place(*whole) if whole is not None else None
    return Problem(kind, place(*at), what, replacement, replaced=replaced)


def _quoted(text: str, place: Place) -> Problem | None:
    """Recognise a requirement as lists of Python and TOML have it."""
    span = place(0, len(text))
    kind = ProblemKind.QUOTED_REQUIREMENT
    match = _QUOTED_LINE.fullmatch(text)
    if match is not None and _is_clean(match["inner"].strip()):
        detail = "a requirement stands without quotes and commas"
        return Problem(kind, span, detail, match["inner"].strip())
    bare = text.rstrip(",;").rstrip()
    if bare != text and text.endswith(",") and _is_clean(bare):
        kind = ProblemKind.UNEXPECTED_TEXT
        return Problem(kind, place(len(bare), len(text)), "no comma stands at the end", "")
    return None


def _command(text: str, place: Place) -> Problem | None:
    match = _COMMAND.fullmatch(text)
    if match is None:
        return None
    lines = list(_arguments(match["rest"] or ""))
    meant = "\n".join(filter(None, lines)) if lines and None not in lines else None
    return _foreign(place, (0, len(text)), "a command for a shell", meant)


def _arguments(rest: str) -> Iterator[str | None]:
    """Yield what the arguments of `pip install` are as lines of a file; None for what is none."""
    words, error = split_words(rest, 0)
    if error is not None:
        yield None
    values = iter([word.value for word in words])
    for word in values:
        name, equals, _ = word.partition("=")
        if name in COMMAND_LINE_OPTIONS or name in {"-y", "--yes"}:
            if COMMAND_LINE_OPTIONS.get(name) and not equals:
                next(values, None)
        elif name in _PASSED_ON:
            value = next(values, None) if _PASSED_ON[name] and not equals else ""
            yield None if value is None else f"{word} {value}".rstrip()
        else:
            yield word if not word.startswith("-") and _is_clean(word) else None


def _printed(text: str, place: Place) -> Problem | None:
    if not _PRINTED.fullmatch(text):
        return None
    span, detail = place(0, len(text)), "a message that pip printed"
    return Problem(ProblemKind.PRINTED_MESSAGE, span, detail, "")


def _python(text: str, place: Place) -> Problem | None:
    match = _IMPORT.fullmatch(text)
    return _foreign(place, (0, len(text)), "Python code", match["name"]) if match else None


def _marks(text: str, place: Place) -> Problem | None:
    """Recognise what cannot be a requirement by its first characters."""
    whole = (0, len(text))
    if text.startswith(("```", "~~~")):
        return _foreign(place, whole, "Markdown", "")
    if re.match(r"<(?:!|/?[A-Za-z])", text):
        return _foreign(place, whole, "HTML")
    match = _LIST_ITEM.fullmatch(text)
    if match is not None and _is_clean(match["item"]):
        return _foreign(place, whole, "Markdown", match["item"])
    if _MERGE.fullmatch(text):
        return _foreign(place, whole, "the mark of a merge conflict")
    return None


def _conda(text: str, place: Place) -> Problem | None:
    match = _CONDA.fullmatch(text)
    if match is None or not (match["channel"] or match["bound"]):
        return None
    what, whole = "conda's syntax", (0, len(text))
    if match["name"].lower() == "python":
        return _foreign(place, whole, "conda's syntax for the version of Python", "")
    if not (match["channel"] or match["build"]):
        return None
    version = f"=={match['version']}" if match["bound"] else ""
    meant = f"{match['name']}{version}"
    start = 0 if match["channel"] else match.start("bound")
    if not _is_clean(meant):
        # No index has a package whose name begins so: it is a part of conda.
        return _foreign(place, whole, what, "" if match["name"][0] == "_" else None)
    if not match["channel"]:
        return _foreign(place, (start, len(text)), what, version)
    return _foreign(place, (0, match.end("channel")), what, meant, whole)


def _poetry(text: str, place: Place) -> Problem | None:
    """Recognise the ways in which Poetry and Pipfiles write a version."""
    match = _CARET.fullmatch(text)
    # Ruby's `~>` is pip's `~=`, but for a single number.
    if match is not None and not (match["sign"] == "~>" and "." in match["version"]):
        what = "Ruby's syntax" if match["sign"] == "~>" else "Poetry's syntax"
        meant = (caret if match["sign"] == "^" else tilde)(match["version"])
        return _foreign(place, match.span("bound"), what, meant)
    match = _PAIR.fullmatch(text)
    if match is None:
        return _table(text, place)
    return _pair(match["name"], match["value"], "TOML", place, len(text))


def _table(text: str, place: Place) -> Problem | None:
    """Recognise `flask = {version = "^2.0", extras = ["async"]}`."""
    match = _TABLE.fullmatch(text)
    if match is None:
        return None
    inner, meant = match["inner"], None
    version, extras = _VERSION_KEY.search(inner), _EXTRAS_KEY.search(inner)
    # Any other key says more than a requirement can.
    if version is not None and set(_KEYS.findall(inner)) <= {"version", "extras"}:
        names = re.findall(r"[\w.-]+", extras[1]) if extras is not None else []
        bracketed = f"[{','.join(names)}]" if names else ""
        meant = f"{match['name']}{bracketed}"
    whole = (0, len(text))
    if version is None or meant is None or (bound := constraint(version[1])) is None:
        return _foreign(place, whole, "TOML")
    return _foreign(place, whole, "TOML", f"{meant}{bound}")


def _pair(name: str, value: str, what: str, place: Place, length: int) -> Problem:
    """Return the problem of a name and a version that another format ties together."""
    bound = None if name.lower() in _METADATA or name.lower() == "python" else constraint(value)
    return _foreign(place, (0, length), what, None if bound is None else f"{name}{bound}")


def _structure(text: str, place: Place) -> Problem | None:
    """Recognise lines of TOML, JSON and YAML that hold no requirement."""
    whole = (0, len(text))
    match = _JSON.fullmatch(text)
    if match is not None:
        return _pair(match["name"], match["value"] or "?", "JSON", place, len(text))
    if _SECTION.fullmatch(text):
        return _foreign(place, whole, "TOML")
    if _BRACKETS.fullmatch(text):
        alone = text.rstrip(",") in "[](){}"
        return _foreign(place, whole, "a list of another file format", "" if alone else None)
    match = _COLON.fullmatch(text)
    name = text.partition(":")[0].strip().lower()
    if match is not None and name not in _METADATA and _is_clean(f"x=={match['version']}"):
        kind, at = ProblemKind.MISSING_OPERATOR, match.span("bound")
        detail = "a version stands behind =="
        return Problem(kind, place(*at), detail, f"=={match['version']}")
    return _foreign(place, whole, "YAML") if _KEY.fullmatch(text) else None


def _newest(text: str, place: Place) -> Problem | None:
    match = _NEWEST.fullmatch(text)
    if match is None:
        return None
    at = match.span("bound")
    kind = ProblemKind.MISPLACED_VERSION
    lead = len(text[at[0] :]) - len(text[at[0] :].lstrip(" \t=<>~!"))
    return Problem(kind, place(at[0] + lead, at[1]), any_version(), "", replaced=place(*at))


def _several(text: str, place: Place) -> Problem | None:
    """Recognise a list: commas between, or spaces where each part has a version or is a name."""
    if " -" in text:
        return None
    detail = "one requirement a line"
    parts: list[str] = []
    for part in text.split(","):
        if parts and not re.match(r"[ \t]*[A-Za-z]", part):
            parts[-1] += f",{part}"
        else:
            parts.append(part)
    first = len(parts[0].rstrip())
    if len(parts) < 2:  # noqa: PLR2004 - two are a list
        parts = text.split()
        first = len(parts[0])
        if is_row_of_names(text):
            detail = ROW
        elif not all(re.search(r"[=<>~]", part) for part in parts):
            return None
    parts = [part.strip() for part in parts if part.strip()]
    if len(parts) < 2 or not all(map(_is_clean, parts)):  # noqa: PLR2004 - two are a list
        return None
    lines = "\n" + "\n".join(parts[1:])
    kind = ProblemKind.SEVERAL_REQUIREMENTS
    return Problem(kind, place(first, len(text)), detail, lines)


def _late_extras(text: str, place: Place) -> Problem | None:
    """Recognise extras that stand behind the version."""
    match = _LATE_EXTRAS.fullmatch(text)
    if match is None:
        return None
    bound = match["bound"].rstrip()
    meant = f"{match['name']}{match['extras']}{bound}{match['rest']}"
    if not _is_clean(meant):
        return None
    span, detail = place(*match.span("extras")), "they must stand right behind the name"
    kind, whole = ProblemKind.INVALID_EXTRA, place(0, match.end())
    return Problem(kind, span, detail, meant, replaced=whole)


def _slashes(text: str, place: Place) -> Problem | None:
    before, slashes, words = text.partition(" //")
    head = before.rstrip()
    if not slashes or not _is_clean(head):
        return None
    detail = "a comment begins with #"
    comment = f"  # {words.lstrip('/ ')}"
    return Problem(ProblemKind.UNEXPECTED_TEXT, place(len(head), len(text)), detail, comment)


_RECOGNISERS: tuple[Recogniser, ...] = (
    _quoted,
    _marks,
    _windows,
    _editable_address,
    _address,
    _command,
    _printed,
    _python,
    _newest,
    _conda,
    _poetry,
    _structure,
    _several,
    _late_extras,
    _slashes,
)
"""In the order in which they are asked; the first that knows a line tells what it is."""
