"""Which markers no environment satisfies, proven without trying all environments.

Markers have `and` and `or` but no `not`, so that taking a comparison that is not understood for
true can only hide a finding. What remains is compared at points that stand for all environments:
for the Pythons, those on and beside every version that the marker names; for text, every value
that it names, and "another one". A point is left out only where it is certain that no environment
is like it; so what is called impossible is, and some of what is impossible is not noticed.

A comparison means what `_eval_op` of `packaging/markers.py` makes of it. Not understood are the
variables that hold the release of a kernel or of an implementation, orderings of text, and text
that reads as a version, because packaging changed there from version to version.
"""

from __future__ import annotations

import ast
import itertools
import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, Specifier

from pinwise.advice.marker_values import MAIN_PLATFORMS, misspelt
from pinwise.advice.versions import parse_version
from pinwise.base.patterns import late
from pinwise.base.text import Span
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from packaging.version import Version

    from pinwise.advice.context import Context

OLDEST_PYTHON = (3, 9)
"""The oldest Python that anybody is expected to use; pip 26.3 itself runs on 3.10 and newer."""

MOST_COMPARISONS = 24
"""Comparisons of a marker that is looked at; what is longer is taken to hold somewhere."""

LONGEST_MARKER = 2000
"""Characters of a marker that is looked at."""

MOST_COMBINATIONS = 20_000
"""Combinations of points that are tried; beyond, a marker is taken to hold somewhere."""

_FAR = 99_999
"""A version component beyond any that a marker names, where it stands for "some later one"."""

_FEATURE = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}")
_DIGITS = late(r"[0-9]+\.[0-9]+")


class Comparison(NamedTuple):
    """One comparison of a marker.

    Attributes:
        variable: by PEP 508's name; "" where both sides are variables.
        operator: one of `==`, `!=`, `<`, `<=`, `>`, `>=`, `~=`, `===`, `in`, `not in`.
        value: the text that it is compared with.
        reversed: whether the text stands on the left.
        span: the comparison, in the marker's text.
        variable_span: the variable.
        value_span: the value, with its quotes.
    """

    variable: str
    operator: str
    value: str
    reversed: bool
    span: Span
    variable_span: Span
    value_span: Span


class Supported(NamedTuple):
    """The environments that are asked about.

    Attributes:
        oldest: no Python before this one; None for every Python that there ever was.
        pythons: these alone, as (3, 12); empty for all from `oldest` on.
        platforms: these alone, of `sys_platform`'s "linux", "win32" and "darwin"; empty for all.
    """

    oldest: tuple[int, int] | None = None
    pythons: tuple[tuple[int, int], ...] = ()
    platforms: tuple[str, ...] = ()

    def has_python(self, feature: tuple[int, int]) -> bool:
        """Return whether a Python is among them."""
        if self.pythons:
            return feature in self.pythons
        return self.oldest is None or feature >= self.oldest


EVERYTHING = Supported()
"""Every environment that there ever was, and those to come."""


class _Formula(NamedTuple):
    """A marker: its comparisons, and in which order to join them.

    `program` is in postfix order: a number is the place of a comparison.
    """

    comparisons: tuple[Comparison, ...]
    program: tuple[int | str, ...]

    def holds(self, true: int) -> bool:
        """Evaluate with those comparisons true whose bits are set."""
        stack: list[bool] = []
        for step in self.program:
            if isinstance(step, int):
                stack.append(bool(true >> step & 1))
            else:
                right, left = stack.pop(), stack.pop()
                stack.append((left and right) if step == "and" else (left or right))
        return stack[0]


@lru_cache(maxsize=4096)
def comparisons_of(text: str) -> tuple[Comparison, ...]:
    """Return the comparisons of a marker in order; none where it is not looked at."""
    formula = _formula(text)
    return formula.comparisons if formula is not None else ()


@lru_cache(maxsize=4096)
def never_holds(text: str, among: Supported = EVERYTHING) -> bool:
    """Return whether it is certain that none of some environments satisfies a marker.

    Cost: some 50 µs for a usual marker, and at most some 50 ms; remembered.
    """
    formula = _formula(text)
    if formula is None or len(formula.comparisons) > MOST_COMPARISONS:
        return False
    return not _may_hold(formula, among)


def supported_by(ctx: Context) -> Supported:
    """Return the environments that a project is for, as far as its settings tell.

    The selected interpreter is always among them, and without settings every Python from
    `OLDEST_PYTHON` on, or from the selected one if that is older.
    """
    settings, target = ctx.settings, ctx.target
    selected = _features_of([target.python_version] if target is not None else [])
    platforms = settings.platforms
    if platforms and target is not None:
        platforms = tuple(sorted({*platforms, target.marker_environment["sys_platform"]}))
    pythons = _features_of(settings.python_versions)
    if pythons:
        return Supported(None, tuple(sorted(pythons | selected)), platforms)
    return Supported(min({OLDEST_PYTHON, *selected}), (), platforms)


def _features_of(versions: Iterable[str]) -> set[tuple[int, int]]:
    """Return the (3, 12) of each "3.12.1"."""
    found = map(_FEATURE.match, versions)
    numbers = (match[0].split(".") for match in found if match is not None)
    return {(int(major), int(minor)) for major, minor in numbers}


# Reading


@lru_cache(maxsize=4096)
def _formula(text: str) -> _Formula | None:
    """Read a marker; None where packaging would not, and for one that nobody writes."""
    if len(text) > LONGEST_MARKER:
        return None
    from pinwise.syntax.markers import read_marker  # noqa: PLC0415 - most files have none

    reading = read_marker(text)
    if reading.problems or not reading.parts:
        return None
    comparisons: list[Comparison] = []
    output: list[int | str] = []
    waiting: list[str] = []
    operands = []
    for part in reading.parts:
        word = text[part.start : part.end]
        if part.kind == "parenthesis":
            if word == "(":
                waiting.append(word)
                continue
            while waiting[-1] != "(":
                output.append(waiting.pop())
            waiting.pop()
        elif part.kind == "joint":
            # `and` binds tighter than `or`, and both join what stands left of them first.
            while waiting and (waiting[-1] == "and" or waiting[-1] == word):
                output.append(waiting.pop())
            waiting.append(word)
        else:
            operands.append(part)
            if len(operands) == 3:  # noqa: PLR2004 - left, operator, right
                output.append(len(comparisons))
                comparisons.append(_comparison(text, operands))
                operands = []
    output += reversed(waiting)
    return _Formula(tuple(comparisons), tuple(output))


def _comparison(text: str, parts: Sequence[tuple[str, int, int]]) -> Comparison:
    """Read the three parts of a comparison."""
    (left_kind, start, _), (_, from_, to), (right_kind, _, end) = parts
    operator = " ".join(text[from_:to].split())
    turned = left_kind == "string"
    variable_part, value_part = (parts[2], parts[0]) if turned else (parts[0], parts[2])
    variable = text[variable_part[1] : variable_part[2]].replace(".", "_")
    if variable == "python_implementation":
        variable = "platform_python_implementation"
    literal = text[value_part[1] : value_part[2]]
    value = ""
    if left_kind == right_kind or "\\" in literal:
        # packaging compares with the other variable's name; an escape is nobody's real marker.
        variable = ""
    else:
        value = str(ast.literal_eval(literal))
    return Comparison(
        variable,
        operator,
        value,
        turned,
        Span(start, end),
        Span(variable_part[1], variable_part[2]),
        Span(value_part[1], value_part[2]),
    )


# Comparing


@lru_cache(maxsize=4096)
def _specifier(text: str) -> Specifier | None:
    """Read a comparison of versions; None where it is none."""
    try:
        return Specifier(text)
    except InvalidSpecifier:
        return None


def _compare(comparison: Comparison, value: str | None) -> bool | None:
    """Return whether a comparison holds for a value of its variable; None where that is unclear.

    The value None is one that the marker does not name.
    """
    if comparison.variable in ("python_version", "python_full_version"):
        return _compare_python(comparison, value or "")
    operator, wanted = comparison.operator, comparison.value
    if operator in ("==", "!="):
        if _specifier(f"=={wanted}") is not None:
            return None
        return (value == wanted) is (operator == "==")
    if value is None or operator not in ("in", "not in"):
        return None
    left, right = (wanted, value) if comparison.reversed else (value, wanted)
    return (left in right) is (operator == "in")


def _compare_python(comparison: Comparison, value: str) -> bool | None:
    """Return whether a comparison holds for a Python; None where the points cannot tell."""
    short = comparison.variable == "python_version"
    operator, wanted = comparison.operator, comparison.value
    if operator in ("in", "not in"):
        if comparison.reversed or not short:
            return None
        return (value in wanted) is (operator == "in")
    left, right = (wanted, value) if comparison.reversed else (value, wanted)
    specifier = _specifier(f"{operator}{right}")
    version = parse_version(wanted) if comparison.reversed else _version_in(wanted)
    if specifier is not None and version is not None:
        # Turned round, the limits lie where the interpreter's own version has them.
        unclear = comparison.reversed and not short
        return None if unclear else specifier.contains(left, prereleases=True)
    if short and operator in ("==", "!=") and not comparison.reversed:
        # What is no version is compared as text, and no Python calls itself "3.x".
        return operator == "!="
    return None


def _version_in(text: str) -> Version | None:
    """Return the version of a comparison, without its wildcard."""
    return parse_version(text.removesuffix(".*"))


# Points


def _may_hold(formula: _Formula, among: Supported) -> bool:
    """Return whether any combination of points satisfies a marker, as far as can be told."""
    comparisons = formula.comparisons
    groups = [
        (("python_version", "python_full_version"), _pythons(comparisons, among)),
        (("implementation_name", "platform_python_implementation"), _implementations(comparisons)),
        (("sys_platform", "os_name", "platform_system"), _platforms(comparisons, among)),
        (("platform_machine",), ((value,) for value in _named(comparisons, "platform_machine"))),
        # pip asks for no extra of a requirements file (`match_markers` in `req_install.py`).
        (("extra",), ((value,) for value in ("",))),
    ]
    known: set[str] = set()
    masks = []
    for variables, points in groups:
        known.update(variables)
        if any(comparison.variable in variables for comparison in comparisons):
            masks.append(_largest({_mask(comparisons, variables, point) for point in points}))
    unclear = sum(1 << place for place, c in enumerate(comparisons) if c.variable not in known)
    if math.prod(map(len, masks)) > MOST_COMBINATIONS:
        return True
    return any(formula.holds(unclear | sum(chosen)) for chosen in itertools.product(*masks))


def _mask(
    comparisons: Sequence[Comparison], variables: Sequence[str], point: Sequence[str | None]
) -> int:
    """Return which comparisons of some variables hold at a point, as bits; what is unclear does."""
    mask = 0
    for place, comparison in enumerate(comparisons):
        if comparison.variable in variables:
            value = point[variables.index(comparison.variable)]
            if _compare(comparison, value) is not False:
                mask |= 1 << place
    return mask


def _largest(masks: set[int]) -> list[int]:
    """Return the masks that are part of no other: a marker that holds at one holds at those."""
    return [mask for mask in masks if not any(mask != it and mask & it == mask for it in masks)]


def _named(comparisons: Sequence[Comparison], variable: str) -> set[str | None]:
    """Return the values of a variable that a marker names, and None for every other."""
    values: set[str | None] = {None}
    for comparison in comparisons:
        if (
            comparison.variable == variable
            and comparison.operator in ("==", "!=")
            and misspelt(variable, comparison.value) is None
        ):
            values.add(comparison.value)
    return values


def _implementations(comparisons: Sequence[Comparison]) -> Iterator[tuple[str | None, ...]]:
    """Yield implementations of Python, by both of their names."""
    main = {"cpython": "CPython", "pypy": "PyPy"}
    yield from main.items()
    others = _named(comparisons, "implementation_name") - main.keys()
    yield from itertools.product(others, _named(comparisons, "platform_python_implementation"))


def _platforms(
    comparisons: Sequence[Comparison], among: Supported
) -> Iterator[tuple[str | None, ...]]:
    """Yield platforms, by all three of their names."""
    for names in MAIN_PLATFORMS:
        if not among.platforms or names[0] in among.platforms:
            yield names
    if among.platforms:
        return
    main = {names[0] for names in MAIN_PLATFORMS}
    for others in itertools.product(
        _named(comparisons, "sys_platform") - main,
        _named(comparisons, "os_name"),
        _named(comparisons, "platform_system"),
    ):
        if others[1:] not in _NOWHERE:
            yield others


_NOWHERE = {("nt", "Linux"), ("nt", "Darwin"), ("posix", "Windows")}
"""What `os_name` and `platform_system` are together on no platform; Cygwin's name is another."""


def _pythons(comparisons: Sequence[Comparison], among: Supported) -> Iterator[tuple[str, str]]:
    """Yield Pythons that stand for all, by both of their versions."""
    about = [c for c in comparisons if c.variable in ("python_version", "python_full_version")]
    versions = [version for c in about if (version := _version_in(c.value)) is not None]
    full = any(c.variable == "python_full_version" for c in about)
    features = {(0, 0), OLDEST_PYTHON, *among.pythons}
    if among.oldest is not None:
        features.add(among.oldest)
    named = {(*version.release, 0)[:2] for version in versions}
    for comparison in about:
        if comparison.operator in ("in", "not in"):
            named |= _features_in(comparison.value)
    for major, minor in named:
        features |= {(major, minor - 1), (major, minor), (major, minor + 1)}
        features |= {(major - 1, _FAR), (major, 0), (major, _FAR), (major + 1, 0)}
    for major, minor in features:
        if major >= 0 and minor >= 0 and among.has_python((major, minor)):
            name = f"{major}.{minor}"
            patches = set(_patches(major, minor, versions)) if full else {f"{name}.0"}
            yield from ((name, patch) for patch in patches)


def _features_in(text: str) -> set[tuple[int, int]]:
    """Return every "3.12" that is part of a text, also of longer numbers."""
    found = set()
    for run in _DIGITS.finditer(text):
        major, minor = run[0].split(".")
        for begin, end in itertools.product(range(len(major)), range(1, len(minor) + 1)):
            name = f"{major[begin:]}.{minor[:end]}"
            if _FEATURE.fullmatch(name):
                numbers = name.split(".")
                found.add((int(numbers[0]), int(numbers[1])))
    return found


def _patches(major: int, minor: int, versions: Iterable[Version]) -> Iterator[str]:
    """Yield full versions of a Python that stand for all: on and beside each one named."""
    yield from (f"{major}.{minor}.{patch}" for patch in ("0a0", "0", _FAR))
    for version in versions:
        first, second, patch = (*version.release, 0, 0)[:3]
        if (first, second) != (major, minor):
            continue
        yield str(version)
        for number in {max(patch - 1, 0), patch, patch + 1}:
            name = f"{major}.{minor}.{number}"
            yield name
            for phase in ("a", "b", "rc"):
                yield from (f"{name}{phase}0", f"{name}{phase}{_FAR}")
        if version.pre is not None:
            phase, number = version.pre
            for near in {max(number - 1, 0), number, number + 1}:
                yield f"{major}.{minor}.{patch}{phase}{near}"
