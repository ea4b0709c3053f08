"""What pip drops of a line that it accepts, without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.syntax.nodes import Kind, Problem, ProblemKind

if TYPE_CHECKING:
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
    text = ProblemKind.IGNORED_TEXT
    dropped: list[Problem] = []
    for option in part.options:
        if option is main or option.name in kept:
            continue
        if kind in (Kind.INCLUDE, Kind.CONSTRAINT):
            beside = main.written if main is not None else "it"
            detail = f"pip ignores {option.written} beside {beside}"
            dropped.append(Problem(text, option.span, detail, fatal=False))
        elif kind is not Kind.OPTION:
            detail = f"pip ignores {option.written} on a requirement's line"
            dropped.append(Problem(text, option.span, detail, fatal=False))
    if kind is Kind.OPTION:
        dropped += _overruled(part.options)
    if kind not in (Kind.REQUIREMENT, Kind.URL, Kind.PATH):
        detail = "pip ignores --hash here"
        dropped += [Problem(text, found.span, detail, fatal=False) for found in part.hashes]
    detail = "pip ignores these words"
    dropped += [Problem(text, span, detail, fatal=False) for span in part.positional]
    return sorted(dropped, key=lambda problem: (problem.span, problem.detail))


def _overruled(options: list[Option]) -> list[Problem]:
    """Return the options of an option line that have no effect, or that others of it overrule."""
    links = [option for option in options if option.name == "--find-links"]
    urls = [option for option in options if option.name == "--index-url"]
    settings = [option for option in options if option.name == "--config-settings"]
    empty = [
        option
        for option in [*links[:1], *urls[-1:], *_others(options)]
        if option.value is not None and not option.value.strip()
    ]
    found = (
        (links[1:], ProblemKind.IGNORED_FOR_FIRST, "pip reads only the first {} of a line"),
        (urls[:-1], ProblemKind.IGNORED_FOR_LAST, "pip reads only the last {} of a line"),
        (settings, ProblemKind.IGNORED_TEXT, "pip ignores {} without a requirement"),
        (empty, ProblemKind.IGNORED_EMPTY_OPTION, "{} has no value"),
    )
    return [
        Problem(kind, option.span, detail.format(option.written), fatal=False)
        for dropped, kind, detail in found
        for option in dropped
    ]


def _others(options: list[Option]) -> list[Option]:
    """Return the options that take a value and of which each counts."""
    return [option for option in options if option.name in ("--extra-index-url", "--trusted-host")]
