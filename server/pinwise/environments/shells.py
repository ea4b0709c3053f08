"""The shells whose lines are known: their names, and how each of them quotes a text."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_ALIASES: Final = {
    "dash": "sh",
    "ksh": "sh",
    "mksh": "sh",
    "ash": "sh",
    "tcsh": "csh",
    "pwsh": "powershell",
    "nu": "nushell",
    "gitbash": "bash",
    "wsl": "bash",
}
_UNTYPABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, halves of pairs (bytes that are no text) and separators of lines."""


class ActivationError(Exception):
    """The environment cannot be activated; the message is a sentence that says why."""


def shell_name(shell: str) -> str:
    """Return our name of a shell: "powershell" for "/usr/bin/pwsh", "sh" for "dash".

    Args:
        shell: a name or the path of its program, in any case, with or without `.exe`; login
            shells may bear a hyphen before it.

    Raises:
        ActivationError: the shell is not known.
    """
    stem = shell.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")
    stem = stem.removeprefix("-")
    name = _ALIASES.get(stem, stem)
    if name not in _QUOTES:
        shown = "".join(char for char in stem if is_typable(char))
        message = f"Pinwise does not know the shell `{shown}`; it knows {', '.join(SHELLS)}."
        raise ActivationError(message)
    return name


def is_typable(text: str) -> bool:
    """Whether a text can be typed as it is: a terminal takes control characters for keys."""
    return not any(unicodedata.category(char) in _UNTYPABLE for char in text)


def quoted(text: str, shell: str) -> str:
    """Return a text as one word of a line that is typed at the shell's prompt.

    Args:
        text: mostly a path.
        shell: one of `SHELLS`.

    Raises:
        ActivationError: the shell has no way to say the text: a newline ends the line wherever
            it stands, and cmd replaces `%NAME%` between quotation marks, too.
    """
    if is_typable(text):
        word = _QUOTES[shell](text)
        if word is not None:
            return word
    shown = "".join(char if is_typable(char) else "\N{REPLACEMENT CHARACTER}" for char in text)
    message = f"`{shown}` cannot be written in a line of {shell}. Rename the folder."
    raise ActivationError(message)


def posix_spelling(path: str) -> str:
    r"""Return a path of Windows as Git Bash spells it: `C:\x` is `/c/x`."""
    drive, colon, rest = path.partition(":")
    if colon and len(drive) == 1:
        path = f"/{drive.lower()}{rest}"
    return path.replace("\\", "/")


def _quote_posix(text: str) -> str:
    """Quote for bash, zsh, sh: everything is plain between apostrophes but the apostrophe."""
    if text.isascii() and text.translate(_PLAIN).isalnum():
        return text
    return "'" + text.replace("'", "'\"'\"'") + "'"


_PLAIN: Final = str.maketrans("", "", "/_-.")


def _quote_fish(text: str) -> str:
    """Quote for fish: between apostrophes a backslash quotes itself and the apostrophe."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _quote_csh(text: str) -> str:
    """Quote for csh, which expands `!` even between apostrophes."""
    return "'" + text.replace("'", "'\"'\"'").replace("!", "\\!") + "'"


def _quote_powershell(text: str) -> str:
    """Quote for PowerShell, which takes the typographic apostrophes for plain ones."""
    for apostrophe in "'\u2018\u2019\u201a\u201b":
        text = text.replace(apostrophe, apostrophe * 2)
    return f"'{text}'"


def _quote_cmd(text: str) -> str | None:
    """Quote for cmd; a file name of Windows holds no quotation mark.

    At the prompt, unlike in a batch file, nothing quotes `%`. A single one stays as it is, but
    what stands between two may be the name of a variable.
    """
    return None if '"' in text or text.count("%") > 1 else f'"{text}"'


def _quote_nushell(text: str) -> str:
    """Quote for nushell: apostrophes quote everything; a raw string takes those with one."""
    if "'" not in text:
        return f"'{text}'"
    hashes = "#"
    while f"'{hashes}" in text:
        hashes += "#"
    return f"r{hashes}'{text}'{hashes}"


_QUOTES: Final[dict[str, Callable[[str], str | None]]] = {
    "bash": _quote_posix,
    "zsh": _quote_posix,
    "sh": _quote_posix,
    "fish": _quote_fish,
    "csh": _quote_csh,
    "powershell": _quote_powershell,
    "cmd": _quote_cmd,
    "nushell": _quote_nushell,
    # A xonsh string is one of Python.
    "xonsh": repr,
}
SHELLS: Final = tuple(_QUOTES)
"""Our names of the shells; `shell_name` finds them for those that understand the same."""
