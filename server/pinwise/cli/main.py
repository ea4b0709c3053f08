"""The command line: arguments to commands, failures to exit codes."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final, NoReturn

from pinwise import __version__
from pinwise.base.redaction import redacted
from pinwise.cli.output import LogHandler, abandon, complain, one_line

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

_COMMANDS: Final = (
    "check",
    "fix",
    "explain",
    "format",
    "parse",
    "envs",
    "env",
    "rules",
    "cache",
    "doctor",
)
"""Each is a module of this package, in the order of the help."""

EXIT_FAILED = 2
"""The call itself failed: bad arguments, a file that is not there."""

EXIT_INTERRUPTED = 130
EXIT_UNREAD = 141
"""What the shells report of a program that SIGPIPE ends: the reader went away."""


def main(arguments: Sequence[str]) -> int:
    """Run one command; return the exit code."""
    handler = LogHandler()
    logging.getLogger().addHandler(handler)
    try:
        try:
            return _run(arguments)
        finally:
            # What cannot be written has to fail here, and not at Python's end.
            sys.stdout.flush()
    except BrokenPipeError:
        abandon()
        return EXIT_UNREAD
    except OSError as error:
        # The disk behind standard output is full.
        complain(f"pinwise: {_told(error)}")
        abandon()
        return EXIT_FAILED
    finally:
        logging.getLogger().removeHandler(handler)


class _Parser(argparse.ArgumentParser):
    """Names of files come in as arguments too, and are not to be trusted."""

    def error(self, message: str) -> NoReturn:
        super().error(one_line(redacted(message)))

    def parse_known_args(  # type: ignore[override] # argparse has overloads for each namespace
        self, args: Sequence[str] | None = None, namespace: Namespace | None = None
    ) -> tuple[Namespace, list[str]]:
        """Refuse what the command does not know, with its own usage and not that of `pinwise`."""
        given, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return given, unknown


def _run(arguments: Sequence[str]) -> int:
    parser = _Parser(
        prog="pinwise",
        description="Says what is wrong with Python requirements and environments, and why.",
    )
    parser.add_argument("--version", action="version", version=f"pinwise {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    # Only what is asked for is imported; without a command, the help needs all of them.
    first = set(arguments[:1])
    for name in () if first == {"--version"} else first.intersection(_COMMANDS) or _COMMANDS:
        import_module(f"pinwise.cli.{name}").add(commands)
    serve = commands.add_parser(
        "serve",
        help="run the language server on stdio",
        description="Run the language server on standard input and output: an editor starts it.",
    )
    serve.add_argument("--stdio", action="store_true", help="accepted for clients that send it")
    serve.set_defaults(run=_misplaced)
    given = parser.parse_args(arguments)
    try:
        return int(given.run(given))
    except BrokenPipeError:
        raise
    except OSError as error:
        complain(f"pinwise: {_told(error)}")
        return EXIT_FAILED
    except ValueError as error:
        complain(f"pinwise: {error}")
        return EXIT_FAILED
    except RuntimeError:
        if os.path.expanduser("~") != "~":  # noqa: PTH111 - `Path.home` raises
            raise
        # As in a container whose user has no entry; where to keep anything is then not known.
        complain("pinwise: this user has no home folder: set HOME to one")
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _misplaced(_given: Namespace) -> NoReturn:
    """Refuse a spelling of `serve` that `pinwise.__main__` does not take for one."""
    message = "the language server is started by `pinwise serve`, with or without `--stdio`"
    raise ValueError(message)


def _told(error: OSError) -> str:
    """Return what the system said, as a sentence for a person."""
    if error.strerror is None:
        return str(error)
    if error.filename is None:
        # Of all that is asked, only the current folder has no name.
        gone = isinstance(error, FileNotFoundError)
        return "the current folder is gone" if gone else error.strerror
    from pathlib import Path  # noqa: PLC0415 - few calls fail

    from pinwise.cli.places import show  # noqa: PLC0415 - likewise

    with suppress(OSError):
        return f"{show(Path(str(error.filename)))}: {error.strerror}"
    # There is no current folder to name it from.
    return f"{error.filename}: {error.strerror}"
