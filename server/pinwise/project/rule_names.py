"""The names of the rules, as settings, comments and the command line may write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.patterns import late
from pinwise.base.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALL = "all"
"""Every rule, where settings ignore them for a package or for files."""

_CODE = late(r"[A-Za-z]{1,3}[0-9]+")


@record(frozen=True, slots=True)
class RuleNames:
    """Finds a rule by its name or its code, in upper or lower case.

    Attributes:
        by_word: the name by what may be written for it, all in lower case.
    """

    by_word: Mapping[str, str]

    @classmethod
    def of(cls, rules: Iterable[tuple[str, str]]) -> RuleNames:
        """Return the names of rules, each given as its code and its name."""
        return cls({word: name for code, name in rules for word in (name, code.lower())})

    def find(self, written: str) -> str | None:
        """Return the name of the rule that is meant; None if there is no such rule."""
        return self.by_word.get(written.lower())

    def nearest(self, written: str) -> str | None:
        """Return the rule that was probably meant by a word that names none.

        Of codes nobody can tell: each is as near to many others.
        """
        return None if _CODE.fullmatch(written) else nearest(written, self.by_word.values())


def nearest(written: str, known: Iterable[str]) -> str | None:
    """Return what was probably meant by a word that is not known; None where that is open."""
    from difflib import get_close_matches  # noqa: PLC0415 - for what is misspelt alone

    close = get_close_matches(written.lower(), sorted(set(known)), n=1, cutoff=0.6)
    return close[0] if close else None


def no_such(what: str, written: str, meant: str | None) -> str:
    """Return the sentences for a name that is not known."""
    question = f" Did you mean `{meant}`?" if meant else ""
    return f"There is no {what} `{written}`.{question}"
