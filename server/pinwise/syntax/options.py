r"""How pip reads the options of a line in a requirements file.

pip gives everything from the first word that begins with `-` to `shlex.split` and the result to
`optparse`. Both are followed here to the letter, but every word keeps its place and a bad option
does not end the reading. Which options there are is told by `option_table`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.patterns import late
from pinwise.base.tuples import NamedTuple
from pinwise.syntax.nodes import Hash, Option, Problem, ProblemKind
from pinwise.syntax.option_addresses import bad_address
from pinwise.syntax.option_table import (
    COMMAND_LINE_OPTIONS,
    FEATURES,
    OPTIONS,
    REMOVED,
    OptionSpec,
    invalid_value,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from pinwise.base.text import Span

    Place: TypeAlias = Callable[[int, int], Span]
    """From a stretch of a text to its place in the file."""

_LONG = {spec.name: spec for spec in OPTIONS} | {"--pypi-url": OPTIONS[0]}
_LAST_REMOVED = "--global-option"
"""The one option that pip 24.3 knew and 26.3 does not."""

_SHORT = {spec.short: spec for spec in OPTIONS if spec.short}
_WORD = late(r"[^ \t\r\n]+")
_BLANK = " \t\r\n"
_PACKAGE_LISTS = ("--no-binary", "--only-binary", "--all-releases", "--only-final")


class Word(NamedTuple):
    """One word of the option part, as `shlex` makes it."""

    value: str
    start: int
    end: int
    offsets: tuple[int, ...] | None
    """Where each character of the value stands, where quotes or escapes moved it."""

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the line that `value[start:end]` was made of."""
        if self.offsets is None:
            return self.start + start, self.start + end
        if start >= len(self.offsets):
            return self.end, self.end
        if end <= start:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.offsets[end - 1] + 1


class Value(NamedTuple):
    """The value of an option, with the way from its characters to the file."""

    text: str
    place: Place


class OptionPart(NamedTuple):
    """What the option part of a line says."""

    options: list[Option]
    values: list[Value | None]
    """The value of each option, in the same order."""
    hashes: list[Hash]
    positional: list[Span]
    """Words that pip drops, neighbours merged."""
    problems: list[Problem]


_HASH_RUN = late(r"--hash=(sha256|sha384|sha512):([^\s\"'\\]*)(?:[ \t\r\n]+|\Z)")


def read_options(text: str, start: int, place: Place) -> OptionPart:
    """Read the option part of a logical line: `text` from `start` on.

    Never raises. Cost: linear in the text.
    """
    part = OptionPart([], [], [], [], [])
    # A pinned file is mostly hashes in the one form that tools write; the rest is read by rules.
    at = start
    while match := _HASH_RUN.match(text, at):
        begin, end = match.start(1), match.end(2)
        part.hashes.append(Hash(match[1], match[2], place(at, end), place(begin, end)))
        at = match.end()
    if at < len(text):
        words, error = split_words(text, at)
        if error is not None:
            span = place(error, len(text))
            kind = ProblemKind.UNBALANCED_QUOTE
            part.problems.append(Problem(kind, span, "No closing quotation"))
        _Reader(words, place, part, cut_short=error is not None).read()
    return part


def split_words(text: str, start: int) -> tuple[list[Word], int | None]:
    """Split as `shlex.split(text[start:])` does, keeping places.

    Returns:
        the words, and where the quote or escape stands that nothing ends (then the words are
        those before it), or None.
    """
    if not any(mark in text for mark in "\"'\\"):
        words = [Word(m[0], m.start(), m.end(), None) for m in _WORD.finditer(text, start)]
        return words, None
    words = []
    at = start
    while at < len(text):
        if text[at] in _BLANK:
            at += 1
            continue
        word, end = _read_word(text, at)
        if word is None:
            return words, end
        words.append(word)
        at = word.end
    return words, None


def _read_word(text: str, start: int) -> tuple[Word | None, int]:
    """Read one word as a POSIX shell does; None and the place of an open quote on failure."""
    value: list[str] = []
    offsets: list[int] = []
    at = start
    while at < len(text) and text[at] not in _BLANK:
        character = text[at]
        if character in "'\"":
            opened = at
            at += 1
            while at < len(text) and text[at] != character:
                # Within double quotes a backslash escapes only itself and the quote.
                if text[at] == "\\" and character == '"' and text[at + 1 : at + 2] in ("\\", '"'):
                    at += 1
                value.append(text[at])
                offsets.append(at)
                at += 1
            if at >= len(text):
                return None, opened
        else:
            if character == "\\":
                at += 1
                if at >= len(text):
                    return None, at - 1
            value.append(text[at])
            offsets.append(at)
        at += 1
    joined = "".join(value)
    if joined == text[start:at]:
        return Word(joined, start, at, None), at
    return Word(joined, start, at, tuple(offsets)), at


class _Reader:
    """Reads words as `optparse.OptionParser` does, but goes on behind an error."""

    def __init__(
        self, words: list[Word], place: Place, part: OptionPart, *, cut_short: bool
    ) -> None:
        """Read `words` into `part`; with `cut_short`, more of them cannot be told apart."""
        self._cut_short = cut_short
        self._words = words
        self._place = place
        self._part = part
        self._at = 0

    def read(self) -> None:
        """Read all words."""
        words = self._words
        dropped: list[int] = []
        while self._at < len(words):
            word = words[self._at]
            self._at += 1
            if word.value == "--":
                dropped += range(self._at, len(words))
                break
            if word.value.startswith("--"):
                self._long(word)
            elif word.value.startswith("-") and len(word.value) > 1:
                self._short(word)
            else:
                dropped.append(self._at - 1)
        self._note_dropped(dropped)

    def _note_dropped(self, dropped: list[int]) -> None:
        """Note the words that pip drops, by their index; neighbours are one stretch."""
        first = 0
        for index in range(1, len(dropped) + 1):
            if index == len(dropped) or dropped[index] != dropped[index - 1] + 1:
                start, end = self._words[dropped[first]].start, self._words[dropped[index - 1]].end
                self._part.positional.append(self._place(start, end))
                first = index

    def _long(self, word: Word) -> None:
        written, equals, _ = word.value.partition("=")
        name_at = word.place(0, len(written))
        spec = self._match(written, word)
        if spec is None:
            return
        glued = len(written) + 1 if equals else None
        if not spec.takes_value:
            if glued is not None:
                detail = f"{spec.name} option does not take a value"
                at = word.place(glued, len(word.value))
                self._problem(ProblemKind.INVALID_OPTION_VALUE, at, detail)
            self._add(spec, written, name_at, (word.start, word.end), None)
            return
        self._take(spec, written, name_at, word, glued)

    def _short(self, word: Word) -> None:
        # Every short option of these files takes a value, so that letters never cluster.
        written = word.value[:2]
        spec = _SHORT.get(written)
        if spec is None:
            self._unknown(word.value, word)
            return
        glued = 2 if len(word.value) > len(written) else None
        long = f"-{word.value.partition('=')[0]}"
        if long in _LONG:
            # `-requirement x` is `-r equirement` to pip, with `x` dropped.
            detail = f"{written} {word.value[2:]}"
            span = self._place(*word.place(0, len(long) - 1))
            kind = ProblemKind.MISREAD_OPTION
            self._part.problems.append(Problem(kind, span, detail, long, fatal=False))
        self._take(spec, written, word.place(0, 2), word, glued)

    def _take(
        self,
        spec: OptionSpec,
        written: str,
        name_at: tuple[int, int],
        word: Word,
        glued: int | None,
    ) -> None:
        """Give an option its value: the rest of its word from `glued` on, or the next word."""
        if glued is not None:
            holder, begin = word, glued
        elif self._at < len(self._words):
            holder, begin = self._words[self._at], 0
            self._at += 1
        else:
            if not self._cut_short:
                option = spec.name if written.startswith("--") else written
                self._problem(ProblemKind.MISSING_OPTION_VALUE, (word.end, word.end), option)
            self._add(spec, written, name_at, (word.start, word.end), None)
            return
        whole = (name_at[0], holder.end)
        self._add(spec, written, name_at, whole, (holder, begin))

    def _add(
        self,
        spec: OptionSpec,
        written: str,
        name_at: tuple[int, int],
        whole: tuple[int, int],
        source: tuple[Word, int] | None,
    ) -> None:
        span = self._place(*whole)
        if source is None:
            option = Option(spec.name, written, span, self._place(*name_at), None, None)
            self._part.options.append(option)
            self._part.values.append(None)
            return
        word, begin = source
        text = word.value[begin:]
        value_at = word.place(begin, len(word.value)) if text else (word.end, word.end)
        value_span = self._place(*value_at)
        if spec.name == "--hash":
            algorithm, colon, digest = text.partition(":")
            if colon:
                self._part.hashes.append(Hash(algorithm, digest, span, value_span))
        else:
            option = Option(spec.name, written, span, self._place(*name_at), text, value_span)
            self._part.options.append(option)

            def place(start: int, end: int) -> Span:
                return self._place(*word.place(begin + start, begin + end))

            self._part.values.append(Value(text, place))
        if detail := invalid_value(spec.name, text):
            self._problem(ProblemKind.INVALID_OPTION_VALUE, value_at, detail)
        elif spec.name in _PACKAGE_LISTS and text.startswith("-"):
            self._problem(ProblemKind.MISSING_OPTION_VALUE, value_at, spec.name)
        elif (bad := bad_address(spec.name, written, text)) is not None:
            kind, at = (
                ProblemKind.INVALID_OPTION_VALUE,
                word.place(begin + bad.start, begin + bad.end),
            )
            problem = Problem(kind, self._place(*at), bad.detail, bad.replacement, fatal=False)
            self._part.problems.append(problem)
        elif spec.name == "--use-feature" and (since := FEATURES[text]):
            detail = f"does not know the feature `{text}`: it needs pip {since}"
            kind = ProblemKind.INVALID_OPTION_VALUE
            problem = Problem(kind, self._place(*value_at), detail, fatal=False, before=since)
            self._part.problems.append(problem)

    def _match(self, written: str, word: Word) -> OptionSpec | None:
        """Find a long option by its name or an unambiguous beginning of it."""
        at = word.place(0, len(written))
        spec = _LONG.get(written)
        if spec is None:
            names = [name for name in _LONG if name.startswith(written)]
            if len(names) != 1:
                self._no_option(written, names, word)
                return None
            spec = _LONG[names[0]]
        if spec.since:
            detail = f"does not know `{written}`: it needs pip {spec.since}"
            problem = Problem(
                ProblemKind.UNKNOWN_OPTION,
                self._place(*at),
                detail,
                fatal=False,
                before=spec.since,
            )
            self._part.problems.append(problem)
        return spec

    def _no_option(self, written: str, names: list[str], word: Word) -> None:
        """Note a word that stands for several options, or for none."""
        if not names:
            self._unknown(written, word)
            return
        # While there was only one of them, it was clear which was meant.
        newer = [_LONG[name].since for name in names if _LONG[name].since]
        since = min(newer) if newer and len(names) == len(newer) + 1 else ""
        kind = ProblemKind.AMBIGUOUS_OPTION
        span = self._place(*word.place(0, len(written)))
        choices = ", ".join(sorted(names))
        self._part.problems.append(Problem(kind, span, choices, since=since))

    def _unknown(self, written: str, word: Word) -> None:
        """Note a word that begins with `written`, which names no option."""
        at = word.place(0, len(written))
        name = written.partition("=")[0]
        removed = next((known for known in REMOVED if known.startswith(name)), "")
        if len(name) <= len("--x") or removed not in {name, _LAST_REMOVED}:
            removed = ""
        span = self._place(*at)
        if removed:
            since = REMOVED[removed] if removed == _LAST_REMOVED else ""
            problem = Problem(ProblemKind.REMOVED_OPTION, span, removed, since=since)
        elif name in COMMAND_LINE_OPTIONS:
            apart = COMMAND_LINE_OPTIONS[name] and name == word.value
            whole = self._with_value(at) if apart else self._place(word.start, word.end)
            problem = Problem(ProblemKind.COMMAND_LINE_OPTION, span, name, "", replaced=whole)
        else:
            import difflib  # noqa: PLC0415 - for what is misspelt alone

            close = difflib.get_close_matches(written, _LONG, n=1, cutoff=0.8)
            replacement = close[0] if close else None
            problem = Problem(ProblemKind.UNKNOWN_OPTION, span, written, replacement)
        self._part.problems.append(problem)

    def _with_value(self, at: tuple[int, int]) -> Span:
        """Return the place of an option together with the word behind it, which is its value."""
        if self._at < len(self._words) and not self._words[self._at].value.startswith("-"):
            return self._place(at[0], self._words[self._at].end)
        return self._place(*at)

    def _problem(self, kind: ProblemKind, at: tuple[int, int], detail: str) -> None:
        self._part.problems.append(Problem(kind, self._place(*at), detail))
