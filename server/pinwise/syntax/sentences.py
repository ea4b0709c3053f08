"""What reads as a sentence of some human language, and what as a row of names."""

from __future__ import annotations

import re

from pinwise.base.patterns import late

MAX_LENGTH = 1000
"""A longer line is no requirement, and nobody reads what it might have been."""

ROW = "a row of names"
"""The detail of a line of bare names: two of them may also be one that was written with a space."""

# Short words that hold sentences together, and are hardly names of packages: in English, German,
# French, Spanish and Portuguese.
_GLUE = """
a an the this that these those it its he she they them we you your i my our their which who what
when where how if then than is are was were be been am has have had do does did not no can could
may might must shall should will would need needs of to for with without at by on in into as from
and or but so nor both all any each every some more most other such please before after until there
here only also too very because let us
der die das den dem des ein eine einen ist sind wird werden und oder nicht kann muss sein sich mit
von zu auf für im wir sie
le la les un une des du et ou est sont pour il elle dans avec que qui sur faut ce
el los las una es son para con por se en debe del al um uma os da na em deve ao com
"""
_FUNCTION_WORDS = frozenset(_GLUE.split())
_CONJUNCTIONS = frozenset({"and", "or", "und", "oder", "et", "ou"})
_WORD = re.compile(r"[^\W\d_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}/-][^\W\d_]+)*")
_EDGES = (
    "\N{IDEOGRAPHIC FULL STOP}\N{IDEOGRAPHIC COMMA}\N{FULLWIDTH COMMA}"
    "\"'`*_.,:;!?()[]<>\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
)
_BULLET = "-*+>|\N{BULLET} \t0123456789.)"
_END = late(r"[^\W_][\"')*_]*[.!?]['\")*_]*$")
_TWO = 2
_FEW = 4
_LONGEST = 1000
"""Characters of a line that are looked at."""

_NAME = late(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:\[[A-Za-z0-9,._-]*\])?")
# What else stands beside names.
_BESIDE_NAMES = """
install installed uninstall upgrade version versions latest newest stable package packages
requirement requirements dependency dependencies optional required recommended python pip conda
"""
_NO_NAMES = _FUNCTION_WORDS.union(_BESIDE_NAMES.split())


def is_sentence(text: str) -> bool:
    """Return whether a line reads as a sentence, or as an item of a list that is one.

    Costs at most a thousand characters.
    """
    text = text[:_LONGEST].strip()
    words = [word.strip(_EDGES) for word in text.lstrip(_BULLET).split()]
    words = [word for word in words if word]
    if any(map(_is_of_no_name, words)) and (len(words) > 1 or len(text) > _FEW):
        return True
    plain = sum(1 for word in words if _WORD.fullmatch(word))
    if plain < _TWO or plain * 5 < len(words) * 3:
        return False
    lower = [word.lower() for word in words]
    glue = sum(1 for word in lower if word in _FUNCTION_WORDS)
    if _END.search(text) and (len(words) > _TWO or glue):
        return True
    if glue >= _TWO or lower[0] in _FUNCTION_WORDS:
        return True
    # "numpy, pandas and scipy" is a list of names.
    return glue == 1 and len(words) >= _FEW and not _CONJUNCTIONS.intersection(lower)


def is_row_of_names(text: str) -> bool:
    """Return whether a line is nothing but two or more names of packages with spaces between."""
    words = text[: _LONGEST + 1].split()
    return (
        len(text) <= _LONGEST
        and len(words) >= _TWO
        and all(map(_NAME.fullmatch, words))
        and not any(_is_no_package(word.lower()) for word in words)
    )


def _is_no_package(word: str) -> bool:
    """Return whether a word hardly names a package: it glues a sentence, or is a number."""
    return word in _NO_NAMES or not word.strip("v0123456789.")


def _is_of_no_name(word: str) -> bool:
    """Return whether a word has a letter that no package's name has, and nothing but letters."""
    return not word.isascii() and _WORD.fullmatch(word) is not None
