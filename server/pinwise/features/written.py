r"""A file's parts as their author wrote them: what a reader may be shown of them.

The tree holds the values that pip reads: variables replaced, continuations joined. Of a value that
comes from the environment nobody but pip needs to know, so that such a part is shown as it stands
in the file.
"""

from __future__ import annotations

import re
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
    """The parts of one file as they may be shown."""

    def __init__(self, file: RequirementsFile) -> None:
        self._file = file
        self._text = file.source.text

    def joined(self, part: Span) -> str:
        """Return the text of a part with its continuations joined."""
        return CONTINUATION.sub("", part.of(self._text))

    def shown(self, part: Span, value: str) -> str:
        """Return `value`, or the text that it was read from where a variable is in it.

        User names and passwords of addresses are left out, and so is what no line has room for.
        """
        text = self.joined(part) if self._file.takes_variable(part) else value
        text = without_user(" ".join(text.split()))
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"


def without_user(text: str) -> str:
    """Return a text with the user parts of its addresses left out (RFC 3986, 3.2.1)."""
    return _USER.sub("", text) if "@" in text else text
