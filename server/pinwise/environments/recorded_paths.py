"""The paths that an environment records of itself, in activation scripts and commands."""
# ruff: noqa: PTH117, PTH118, PTH119, PTH120, PTH208 - plain strings, for speed

from __future__ import annotations

import os
import re
from typing import Final

from pinwise.base.patterns import late
from pinwise.environments.layout import is_interpreter_name
from pinwise.environments.small_files import read_small

_PLAIN = re.compile(r"[\w@%+=:,./ -]*")
_ASSIGNMENT = re.compile(
    r"^[ \t]*(?:export[ \t]+)?VIRTUAL_ENV=(?P<value>.*)$"
    r"|^[ \t]*set -gx VIRTUAL_ENV (?P<fish>.*)$",
    re.MULTILINE,
)
_PIP: Final = ("pip", "pip3")
_MOST_COMMANDS: Final = 8
_LONGEST_HEAD: Final = 1024
_EXEC = late(r"'''exec' (?:\"(?P<quoted>[^\"]+)\"|(?P<plain>\S+)) ")


def recorded_prefix(scripts: str) -> str | None:
    """Return the path that an activation script sets VIRTUAL_ENV to.

    Args:
        scripts: the folder of the scripts, `bin` or `Scripts`.

    Returns:
        None where there is no script, or where it computes the path when it runs
        (`Activate.ps1`, `uv venv --relocatable`).
    """
    for name in ("activate", "activate.fish"):
        try:
            text = read_small(os.path.join(scripts, name))
        except OSError:
            continue
        for match in _ASSIGNMENT.finditer(text):
            value = _literal(match["value"] or match["fish"] or "")
            if value is not None and os.path.isabs(value):
                return value
    return None


def _literal(shell: str) -> str | None:
    """Return what a shell would make of a word, or None if it would have to compute it."""
    word = shell.strip().rstrip(";")
    if word.startswith("$(cygpath ") and word.endswith(")"):
        word = word[len("$(cygpath ") : -1].strip()
    if _PLAIN.fullmatch(word):
        return word
    if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"" and _PLAIN.fullmatch(word[1:-1]):
        return word[1:-1]
    if not word.startswith("'") and ("$" in word or "`" in word):
        return None
    import shlex  # noqa: PLC0415 - only paths with unusual characters need it

    try:
        words = shlex.split(word)
    except ValueError:
        return None
    return words[0] if len(words) == 1 else None


def commands_prefix(scripts: str) -> str | None:
    """Return the prefix whose Python an environment's commands run, by their first lines.

    pip's own command is looked at, and where there is none some others, which then have to
    agree: a package may bring a script that somebody wrote for another Python.

    Args:
        scripts: the folder of the commands.

    Returns:
        None where there are no commands of Python's, where they disagree, and where they find
        their Python when they run (`uv venv --relocatable`).
    """
    prefixes = {prefix for name in _PIP if (prefix := _prefix_of(os.path.join(scripts, name)))}
    if not prefixes:
        prefixes = {
            prefix
            for name in _commands(scripts)
            if (prefix := _prefix_of(os.path.join(scripts, name)))
        }
    return next(iter(prefixes)) if len(prefixes) == 1 else None


def _commands(scripts: str) -> list[str]:
    try:
        names = sorted(os.listdir(scripts))
    except OSError:
        return []
    ours = [
        name
        for name in names
        if not name.lower().startswith("activate") and not is_interpreter_name(name)
    ]
    return ours[:_MOST_COMMANDS]


def _prefix_of(command: str) -> str | None:
    """Return the prefix of the interpreter in a script's first line, or None."""
    try:
        head = read_small(command, limit=_LONGEST_HEAD)
    except OSError:
        return None
    if not head.startswith("#!"):
        return None
    first, _, rest = head[2:].partition("\n")
    interpreter = first.strip()
    if interpreter == "/bin/sh":
        # Installers write so where the path is too long for the system, or has spaces.
        match = _EXEC.match(rest)
        interpreter = (match["quoted"] or match["plain"]) if match else ""
    if not os.path.isabs(interpreter) or not is_interpreter_name(os.path.basename(interpreter)):
        return None
    return os.path.dirname(os.path.dirname(interpreter))
