r"""A file's parts as their author wrote them: what a reader may be shown of them.

The tree holds the values that pip reads: variables replaced, continuations joined. Of a value that
comes from the environment nobody but pip needs to know, so that such a part is shown as it stands
in the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinwise.base.text import Span
    from pinwise.syntax.nodes import RequirementsFile

CONTINUATION = re.compile("\\\\+(?:\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029])\\\\*")
"""What pip takes out where it joins two lines: the backslashes at both sides, and the line end."""

_USER = re.compile(r"(?<=://)[^/?#\s]*@")
_LONGEST = 200
"""Characters of a part that an outline has room for; more only slows the editor down."""


class Written:
    """The parts of one file as they may be shown.

    Building it is linear in the number of the file's variables; each question is a binary search.
    """

    def __init__(self, file: RequirementsFile) -> None:
        self._text = file.source.text
        # `RequirementsFile.takes_variable` looks at all of them, for every part of every line.
        self._ends = [variable.end for variable in file.expansions]
        self._variables = file.expansions

    def takes_variable(self, part: Span) -> bool:
        """Return whether the value of a part comes from the environment, in whole or in part."""
        at = bisect_right(self._ends, part.start)
        return at < len(self._variables) and self._variables[at].start < part.end

    def joined(self, part: Span) -> str:
        """Return the text of a part with its continuations joined."""
        return CONTINUATION.sub("", part.of(self._text))

    def shown(self, part: Span, value: str) -> str:
        """Return `value`, or the text that it was read from where a variable is in it.

        User names and passwords of addresses are left out, and so is what no line has room for.
        """
        text = self.joined(part) if self.takes_variable(part) else value
        text = without_user(" ".join(text.split()))
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"


def without_user(text: str) -> str:
    """Return a text with the user parts of its addresses left out (RFC 3986, 3.2.1)."""
    return _USER.sub("", text) if "@" in text else text
