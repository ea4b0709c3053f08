"""Variables that pip leaves as they are written, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.patterns import late

if TYPE_CHECKING:
    from pinwise.advice.context import Context
    from pinwise.base.text import Span
    from pinwise.project.files import Document

BRACED = late(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""What a shell takes for a variable. pip knows only upper-case letters, digits and `_`."""

BARE = late(
    r"(?<![^:/@=\s\\])(?:\$([A-Za-z_][A-Za-z0-9_]+)|%([A-Za-z_][A-Za-z0-9_]+)%|\$\(([A-Z_]+)\))"
    r"(?=[:@/\\\s]|$)"
)
"""What other tools take for a variable, as a whole part of an address or a path: a password may
hold a dollar or a percent sign."""

RULE = "undefined-variable"
"""The rule that speaks of such variables."""


def lacks_variable(ctx: Context, document: Document, part: Span) -> bool:
    """Return whether a part of a file is wrong only for want of a variable, and a rule says so.

    One mistake is one finding: what pip makes of the text `${NAME}` need not be told as well.
    Where that rule is off for the file or for any package, the other findings stand for it.
    """
    text = part.of(document.text)
    if "$" not in text and "%" not in text:
        return False
    if not (document.file.lacks_variable(part) or _has_lower_case(text) or BARE.search(text)):
        return False
    settings = ctx.settings
    off = settings.rules.get(RULE) == "off" or RULE in settings.ignore
    off = off or any(RULE in rules for rules in settings.per_package_ignores.values())
    return not off and not settings.ignores_in_file(RULE, document.path)


def _has_lower_case(text: str) -> bool:
    return any(name != name.upper() for name in BRACED.findall(text))
