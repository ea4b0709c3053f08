"""The edits that fixes are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import FileEdit
from pinwise.base.text import TextEdit

if TYPE_CHECKING:
    from pinwise.advice.context import Located
    from pinwise.base.text import Span


def replacement(located: Located, span: Span, text: str) -> FileEdit:
    """Put `text` at `span` of the file that a declaration stands in."""
    return FileEdit(located.path, TextEdit(span, text))


def removal(located: Located) -> FileEdit:
    """Take the whole of a declaration's lines out of its file, their terminator included."""
    return replacement(located, located.declaration.full_span, "")
