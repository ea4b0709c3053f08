"""What pip drops of a line that it accepts, without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.syntax.nodes import Kind, Problem, ProblemKind

if TYPE_CHECKING:
    from pinwise.base.text import Span
    from pinwise.syntax.nodes import Option
    from pinwise.syntax.options import OptionPart


def ignored(
    kind: Kind, part: OptionPart, kept: tuple[str, ...], main: Option | None
) -> list[Problem]:
    """Return what pip drops of a line, in the order of the text (for `--hash` it warns).

    Args:
        kind: what the line is.
        part: its options.
        kept: the names of the options that count beside what the line is.
        main: the option that makes the line what it is, if one does.
    """
    dropped: list[tuple[Span, str]] = []
    for option in part.options:
        if option is main or option.name in kept:
            continue
        if kind in (Kind.INCLUDE, Kind.CONSTRAINT):
            beside = main.written if main is not None else "it"
            dropped.append((option.span, f"pip ignores {option.written} beside {beside}"))
        elif kind is not Kind.OPTION:
            dropped.append((option.span, f"pip ignores {option.written} on a requirement's line"))
    if kind is Kind.OPTION:
        dropped += _overruled(part.options)
    if kind not in (Kind.REQUIREMENT, Kind.URL, Kind.PATH):
        dropped += [(found.span, "pip ignores --hash here") for found in part.hashes]
    dropped += [(span, "pip ignores these words") for span in part.positional]
    dropped.sort()
    return [
        Problem(ProblemKind.IGNORED_TEXT, span, detail, fatal=False) for span, detail in dropped
    ]


def _overruled(options: list[Option]) -> list[tuple[Span, str]]:
    """Return the options of an option line that have no effect, or that others of it overrule."""
    links = [option for option in options if option.name == "--find-links"]
    urls = [option for option in options if option.name == "--index-url"]
    settings = [option for option in options if option.name == "--config-settings"]
    empty = [
        option
        for option in [*links[:1], *urls[-1:], *_others(options)]
        if option.value is not None and not option.value.strip()
    ]
    return [
        *((o.span, f"pip reads only the first {o.written} of a line") for o in links[1:]),
        *((o.span, f"pip reads only the last {o.written} of a line") for o in urls[:-1]),
        *((o.span, f"pip ignores {o.written} without a requirement") for o in settings),
        *((o.span, f"{o.written} has no value") for o in empty),
    ]


def _others(options: list[Option]) -> list[Option]:
    """Return the options that take a value and of which each counts."""
    return [option for option in options if option.name in ("--extra-index-url", "--trusted-host")]
