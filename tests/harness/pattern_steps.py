"""How many steps regular expressions take, counted on a machine of ours that works as `re` does.

Patterns backtrack inside of C, where no profiler looks. Here each is translated from the tree that
`re` itself makes of it, and run once more on what it was run on, with a stack of our own: the
steps grow as those of `re` do, give or take a factor, on any machine at any load. Each run is held
to the answer of `re`, so that the machine cannot drift away from it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

_tree: Any = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")

Test = Callable[[str], bool]
Instruction = tuple[Any, ...]
State = tuple[int, tuple[int, ...]]
"""An offset, and the places of groups and loops; -1 for what has none."""


class _Program(NamedTuple):
    """A pattern, translated.

    Attributes:
        code: what is done, one instruction after the other.
        slots: how many places it keeps.
    """

    code: list[Instruction]
    slots: int


class Steps:
    """Counts the steps of all patterns that are run through it.

    Attributes:
        taken: so many instructions were done.
    """

    def __init__(self) -> None:
        self.taken = 0

    def match(self, pattern: re.Pattern[Any], text: str, at: int, *, whole: bool) -> int | None:
        """Return where a match ends that begins at an offset; None where there is none."""
        program = _program(pattern)
        found = self._run(program.code, text, (at, (-1,) * program.slots), whole=whole)
        return found[0] if found is not None else None

    def search(self, pattern: re.Pattern[Any], text: str, at: int, end: int) -> int | None:
        """Return where a match ends that begins in a range of offsets, its end included."""
        for start in range(at, end + 1):
            found = self.match(pattern, text, start, whole=False)
            if found is not None:
                return found
        return None

    def _run(  # noqa: C901, PLR0912 - one branch an instruction
        self, code: list[Instruction], text: str, begin: State, *, whole: bool = False
    ) -> State | None:
        """Run a program with every way that it leaves open, the preferred one first."""
        stack: list[tuple[int, int, tuple[int, ...]]] = [(0, *begin)]
        while stack:
            here, at, slots = stack.pop()
            while True:
                self.taken += 1
                kind, *more = code[here]
                here += 1
                if kind == "char":
                    if at >= len(text) or not more[0](text[at]):
                        break
                    at += 1
                elif kind == "split":
                    stack.append((more[1], at, slots))
                    here = more[0]
                elif kind == "jump":
                    here = more[0]
                elif kind == "save":
                    slots = (*slots[: more[0]], at, *slots[more[0] + 1 :])
                elif kind == "moved":
                    if slots[more[0]] == at:
                        break
                elif kind == "look":
                    inner, width, wanted = more
                    found = None
                    if width is None:
                        found = self._run(inner, text, (at, slots))
                    elif at >= width:
                        found = self._run(inner, text[:at], (at - width, slots), whole=True)
                    if (found is not None) is not wanted:
                        break
                    slots = found[1] if found is not None else slots
                elif kind == "atomic":
                    found = self._run(more[0], text, (at, slots))
                    if found is None:
                        break
                    at, slots = found
                elif kind == "at":
                    if not more[0](text, at):
                        break
                elif kind == "again":
                    start, end = slots[more[0] : more[0] + 2]
                    part = text[start:end]
                    if end < 0 or not more[1](part, text[at : at + len(part)]):
                        break
                    at += len(part)
                elif not whole or at == len(text):
                    return at, slots
                else:
                    break
        return None


@cache
def _program(pattern: re.Pattern[Any]) -> _Program:
    text = pattern.pattern
    # The ends of patterns of bytes are the same with as many characters.
    written = text if isinstance(text, str) else text.decode("latin-1")
    flags = pattern.flags if isinstance(text, str) else pattern.flags | re.ASCII
    tree = _tree.parse(written, flags & ~re.DEBUG)
    writer = _Writer(2 * (pattern.groups + 1))
    writer.write(tree, pattern.flags)
    return _Program([*writer.code, ("match",)], writer.slots)


class _Writer:
    """Writes the instructions of a tree."""

    def __init__(self, slots: int) -> None:
        self.code: list[Instruction] = []
        self.slots = slots

    def write(self, tree: Any, flags: int) -> None:  # noqa: ANN401 - `re`'s own
        """Write what a sequence does, one item after the other."""
        for kind, value in tree:
            getattr(self, f"_{str(kind).lower()}", self._one)(kind, value, flags)

    def _one(self, kind: Any, value: Any, flags: int) -> None:  # noqa: ANN401 - `re`'s own
        self.code.append(("char", _test(kind, value, flags)))

    def _subpattern(self, _kind: object, value: Any, flags: int) -> None:  # noqa: ANN401 - likewise
        group, added, removed, tree = value
        if added & (re.ASCII | re.UNICODE):
            flags &= ~(re.ASCII | re.UNICODE)
        if group is not None:
            self.code.append(("save", 2 * group))
        self.write(tree, (flags | added) & ~removed)
        if group is not None:
            self.code.append(("save", 2 * group + 1))

    def _branch(self, _kind: object, value: Any, flags: int) -> None:  # noqa: ANN401 - likewise
        *others, last = value[1]
        ends = []
        for tree in others:
            split = self._hole()
            self.write(tree, flags)
            ends.append(self._hole())
            self.code[split] = ("split", split + 1, len(self.code))
        self.write(last, flags)
        for end in ends:
            self.code[end] = ("jump", len(self.code))

    def _max_repeat(self, _kind: object, value: Any, flags: int, *, greedy: bool = True) -> None:  # noqa: ANN401 - likewise
        least, most, tree = value
        for _ in range(least):
            self.write(tree, flags)
        if most == _tree.MAXREPEAT:
            slot, self.slots = self.slots, self.slots + 1
            split = self._hole()
            self.code.append(("save", slot))
            self.write(tree, flags)
            # What goes round without a step forward would do so for ever.
            self.code += [("moved", slot), ("jump", split)]
            self._split(split, greedy=greedy)
            return
        splits = []
        for _ in range(most - least):
            splits.append(self._hole())
            self.write(tree, flags)
        for split in splits:
            self._split(split, greedy=greedy)

    def _min_repeat(self, kind: object, value: Any, flags: int) -> None:  # noqa: ANN401 - likewise
        self._max_repeat(kind, value, flags, greedy=False)

    def _possessive_repeat(self, kind: object, value: Any, flags: int) -> None:  # noqa: ANN401 - likewise
        self.code.append(("atomic", self._apart([(_tree.MAX_REPEAT, value)], flags)))
        del kind

    def _atomic_group(self, _kind: object, value: Any, flags: int) -> None:  # noqa: ANN401 - likewise
        self.code.append(("atomic", self._apart(value, flags)))

    def _assert(self, _kind: object, value: Any, flags: int, *, wanted: bool = True) -> None:  # noqa: ANN401 - likewise
        direction, tree = value
        width = tree.getwidth()[0] if direction < 0 else None
        self.code.append(("look", self._apart(tree, flags), width, wanted))

    def _assert_not(self, kind: object, value: Any, flags: int) -> None:  # noqa: ANN401 - likewise
        self._assert(kind, value, flags, wanted=False)

    def _at(self, _kind: object, value: Any, flags: int) -> None:  # noqa: ANN401 - likewise
        self.code.append(("at", _place(str(value), flags)))

    def _groupref(self, _kind: object, value: int, flags: int) -> None:
        ignoring = flags & re.IGNORECASE

        def same(one: str, other: str) -> bool:
            return one.lower() == other.lower() if ignoring else one == other

        self.code.append(("again", 2 * value, same))

    def _groupref_exists(self, *_: object) -> None:
        raise NotImplementedError

    def _apart(self, tree: Any, flags: int) -> list[Instruction]:  # noqa: ANN401 - likewise
        """Return a tree as a program of its own, which shares the slots."""
        inner = _Writer(self.slots)
        inner.write(tree, flags)
        self.slots = inner.slots
        return [*inner.code, ("match",)]

    def _hole(self) -> int:
        """Keep the place of an instruction that is not known yet."""
        self.code.append(())
        return len(self.code) - 1

    def _split(self, at: int, *, greedy: bool) -> None:
        inside, behind = at + 1, len(self.code)
        self.code[at] = ("split", inside, behind) if greedy else ("split", behind, inside)


def _test(kind: Any, value: Any, flags: int) -> Test:  # noqa: ANN401 - `re`'s own
    """Return what tells whether a character is the one that a pattern wants; asked once of each."""
    name = str(kind)
    if name in {"LITERAL", "NOT_LITERAL"}:
        plain = _any_case(lambda char: ord(char) == value, flags)
        wanted = plain if name == "LITERAL" else lambda char: not plain(char)
    elif name == "ANY":

        def wanted(char: str) -> bool:
            return char != "\n" or bool(flags & re.DOTALL)

    elif name == "IN":
        negated = str(value[0][0]) == "NEGATE"
        tests = [_of_set(str(kind), item, flags) for kind, item in value[negated:]]
        found = _any_case(lambda char: any(test(char) for test in tests), flags)

        def wanted(char: str) -> bool:
            return found(char) is not negated

    else:
        raise NotImplementedError(name)
    return cache(wanted)


def _of_set(name: str, value: Any, flags: int) -> Test:  # noqa: ANN401 - `re`'s own
    if name == "LITERAL":
        return lambda char: ord(char) == value
    if name == "RANGE":
        return lambda char: value[0] <= ord(char) <= value[1]
    assert name == "CATEGORY"
    kind = str(value).removeprefix("CATEGORY_")
    wanted = not kind.startswith("NOT_")
    tests: dict[str, Test] = {"DIGIT": str.isdecimal, "SPACE": str.isspace, "WORD": _is_word}
    test = tests[kind.removeprefix("NOT_")]
    ascii_only = bool(flags & re.ASCII)
    return lambda char: (test(char) and (not ascii_only or char.isascii())) is wanted


def _any_case(test: Test, flags: int) -> Test:
    if not flags & re.IGNORECASE:
        return test
    return lambda char: any(test(form) for form in {char, *char.lower()[:1], *char.upper()[:1]})


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _place(name: str, flags: int) -> Callable[[str, int], bool]:
    """Return what tells whether an offset is a place such as `^`, `$` or a border of a word."""
    ascii_only = flags & re.ASCII

    def word(text: str, at: int) -> bool:
        inside = 0 <= at < len(text) and _is_word(text[at])
        return inside and (not ascii_only or text[at].isascii())

    def border(text: str, at: int) -> bool:
        return word(text, at - 1) is not word(text, at)

    lines = flags & re.MULTILINE
    places: dict[str, Callable[[str, int], bool]] = {
        "AT_BEGINNING": lambda text, at: at == 0 or bool(lines and text[at - 1] == "\n"),
        "AT_BEGINNING_STRING": lambda _, at: at == 0,
        "AT_END": lambda text, at: text[at:] in {"", "\n"} or bool(lines and text[at] == "\n"),
        "AT_END_STRING": lambda text, at: at == len(text),
        "AT_BOUNDARY": border,
        "AT_NON_BOUNDARY": lambda text, at: not border(text, at),
    }
    return places[name]


class Counting:
    """A pattern whose steps are counted; it has the methods of one."""

    def __init__(self, pattern: re.Pattern[Any], steps: Steps) -> None:
        self._pattern = pattern
        self._steps = steps

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as those of `re.Pattern`
        return getattr(self._pattern, name)

    def match(self, text: Any, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[Any] | None:  # noqa: ANN401 - text or bytes
        """Do as a pattern does, and count."""
        return self._judged(self._pattern.match(text, pos, endpos), text, pos, endpos, whole=False)

    def fullmatch(self, text: Any, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[Any] | None:  # noqa: ANN401 - likewise
        """Do as a pattern does, and count."""
        found = self._pattern.fullmatch(text, pos, endpos)
        return self._judged(found, text, pos, endpos, whole=True)

    def search(self, text: Any, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[Any] | None:  # noqa: ANN401 - likewise
        """Do as a pattern does, and count."""
        found = self._pattern.search(text, pos, endpos)
        within = _within(text, endpos)
        last = found.start() if found is not None else len(within)
        end = self._steps.search(self._pattern, within, pos, last)
        assert end == (found.end() if found is not None else None), self._pattern
        return found

    def finditer(
        self,
        text: Any,  # noqa: ANN401 - likewise
        pos: int = 0,
        endpos: int = sys.maxsize,
    ) -> Iterator[re.Match[Any]]:
        """Do as a pattern does, and count as far as somebody asks."""
        within = _within(text, endpos)
        for found in self._pattern.finditer(text, pos, endpos):
            self._steps.search(self._pattern, within, pos, found.start())
            pos = found.end()
            yield found
        self._steps.search(self._pattern, within, pos, len(within))

    def findall(self, text: Any, *places: int) -> list[Any]:  # noqa: ANN401 - likewise
        """Do as a pattern does, and count."""
        self._all(text)
        return self._pattern.findall(text, *places)

    def sub(self, replacement: Any, text: Any, count: int = 0) -> Any:  # noqa: ANN401 - likewise
        """Do as a pattern does, and count."""
        self._all(text)
        return self._pattern.sub(replacement, text, count)

    def split(self, text: Any, maxsplit: int = 0) -> list[Any]:  # noqa: ANN401 - likewise
        """Do as a pattern does, and count."""
        self._all(text)
        return self._pattern.split(text, maxsplit)

    def _all(self, text: Any) -> None:  # noqa: ANN401 - likewise
        for _ in self.finditer(text):
            pass

    def _judged(
        self,
        found: re.Match[Any] | None,
        text: Any,  # noqa: ANN401 - likewise
        pos: int,
        endpos: int,
        *,
        whole: bool,
    ) -> re.Match[Any] | None:
        end = self._steps.match(self._pattern, _within(text, endpos), pos, whole=whole)
        assert end == (found.end() if found is not None else None), (self._pattern, text[pos:])
        return found


def _within(text: Any, endpos: int) -> str:  # noqa: ANN401 - text or bytes
    shown: str = text if isinstance(text, str) else bytes(text).decode("latin-1")
    return shown[:endpos]
