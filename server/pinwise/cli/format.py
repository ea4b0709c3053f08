"""`pinwise format`: requirements files in one layout, read by pip as before."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.base.paths import absolute
from pinwise.base.text import apply_edits
from pinwise.cli.output import complain, emit, one_line
from pinwise.cli.places import nothing_in, show
from pinwise.cli.rewriting import (
    CannotRewriteError,
    Rewrite,
    decoded,
    diff,
    read_file,
    rewritten,
    write,
)
from pinwise.cli.standard_input import STDIN, read_input
from pinwise.features.formatting import format_edits
from pinwise.features.sorting import sort_edits
from pinwise.project.discovery import workspace_files
from pinwise.project.files import Documents, Unreadable
from pinwise.project.graph import includes_of
from pinwise.syntax.requirements import parse

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterable, Iterator

EXIT_WOULD_CHANGE = 1
EXIT_FAILED = 2


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "format",
        help="lay out requirements files, without a change to what pip reads",
        description=(
            "Lay out requirements files, without a change to what pip reads. Exit code 0: done;"
            " 1: with --check or --diff, something would change; 2: a file could not be formatted,"
            " and is untouched."
        ),
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        type=Path,
        help="files or folders, or - for standard input to standard output (default: here)",
    )
    parser.add_argument("--check", action="store_true", help="write nothing, say what would change")
    parser.add_argument("--diff", action="store_true", help="write nothing, show the changes")
    parser.add_argument(
        "--sort", action="store_true", help="sort the requirements of each block by name, too"
    )
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Format, print what was done, and return the exit code.

    Raises:
        ValueError: a folder has nothing to format, or `-` stands beside other paths.
    """
    dry = given.check or given.diff
    if STDIN in given.paths:
        if len(given.paths) > 1:
            message = "- stands alone: it is standard input, and the result standard output"
            raise ValueError(message)
        return _through(given, dry=dry)
    changed = failed = 0
    paths = _files(given.paths or [Path()])
    for path in paths:
        name = show(path)
        try:
            result = _formatted(read_file(path), sort=given.sort)
            if result.changed and not dry:
                write(path, result)
        except CannotRewriteError as error:
            complain(f"pinwise: {name}: {error}")
            failed += 1
            continue
        except OSError as error:
            complain(f"pinwise: {name}: {error.strerror or error}")
            failed += 1
            continue
        if result.changed:
            changed += 1
            _tell(given, result, name)
    _sum_up(changed, len(paths) - changed - failed, dry=dry)
    if failed:
        return EXIT_FAILED
    return EXIT_WOULD_CHANGE if dry and changed else 0


def _formatted(data: bytes, *, sort: bool) -> Rewrite:
    """Format the bytes of a file; its encoding and its byte-order mark stay.

    Raises:
        CannotRewriteError: the bytes are no text for pip, or not written as they would be.
    """
    found = decoded(data)
    text = found.text
    if sort:
        # First, because what stands side by side decides which comments are aligned.
        text = apply_edits(text, sort_edits(parse(text)))
    text = apply_edits(text, format_edits(parse(text)))
    return rewritten(data, found, text)


def _files(paths: Iterable[Path]) -> list[Path]:
    """Return the files to format, each once: those given, and those of the folders given.

    A folder stands for the files that `check` looks at: those with the names of requirements
    files, and what they include, as far as it lies in the folder. What a link leads to lies where
    it leads: somebody else's file is changed only for who names it. Each such link is told.

    Raises:
        ValueError: a folder has none.
        OSError: it cannot be read.
    """
    # A link stays itself, as for `check`.
    named = [absolute(path) for path in paths]
    allowed = {os.path.realpath(path) for path in named}
    files: dict[str, Path] = {}
    for path in named:
        # `Path.is_dir` raises where a folder above may not be looked into.
        if not os.path.isdir(path):  # noqa: PTH112
            files.setdefault(os.path.realpath(path), path)
            continue
        found = list(_with_included(path))
        if not found:
            raise nothing_in(path)
        folder = Path(os.path.realpath(path))
        for file in found:
            real = os.path.realpath(file)
            if Path(real).is_relative_to(folder):
                files.setdefault(real, file)
            elif real not in allowed:
                why = "it leads out of the folder; name it to have it formatted"
                complain(f"pinwise: {show(file)}: {why}")
    return list(files.values())


def _with_included(folder: Path) -> Iterator[Path]:
    """Yield the requirements files of a folder, and the files of it that they include."""
    documents = Documents()
    pending = list(workspace_files(folder))[::-1]
    seen: set[Path] = set()
    while pending:
        path = pending.pop()
        if path in seen:
            continue
        seen.add(path)
        yield path
        document = documents.read(path)
        if not isinstance(document, Unreadable):
            targets = [include.target for include in includes_of(document) if include.target]
            pending += [
                target
                for target in targets
                # `Path.is_file` raises where a folder above may not be looked into.
                if target.is_relative_to(folder) and os.path.isfile(target)  # noqa: PTH113
            ]


def _through(given: Namespace, *, dry: bool) -> int:
    """Format standard input to standard output, byte for byte.

    Raises:
        ValueError: it is no text for pip, or too large for a requirements file.
    """
    data = read_input()
    try:
        result = _formatted(data, sort=given.sort)
    except CannotRewriteError as error:
        message = f"standard input: {error}"
        raise ValueError(message) from error
    if not dry:
        sys.stdout.buffer.write(result.after)
        return 0
    if result.changed:
        _tell(given, result, "standard input")
    return EXIT_WOULD_CHANGE if result.changed else 0


def _tell(given: Namespace, result: Rewrite, name: str) -> None:
    """Print what became of a file that changed, or would."""
    if given.diff:
        emit("\n".join(diff(result, f"{name} (now)", f"{name} (formatted)")))
    else:
        emit(one_line(f"{'would format' if given.check else 'formatted'} {name}"))


def _sum_up(changed: int, unchanged: int, *, dry: bool) -> None:
    """Print how many files changed or would, and how many need nothing."""
    parts = []
    if changed:
        parts.append(f"{_count(changed)} {'would be formatted' if dry else 'formatted'}")
    if unchanged:
        parts.append(f"{_count(unchanged)} left as {'it is' if unchanged == 1 else 'they are'}")
    if parts:
        emit(f"{', '.join(parts)}.")


def _count(number: int) -> str:
    return f"{number} file{'s' * (number != 1)}"
