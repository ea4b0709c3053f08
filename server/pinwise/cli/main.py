"""The command line: arguments to commands, failures to exit codes."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pinwise import __version__
from pinwise.cli import check, envs, parse, rules

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_FAILED = 2
"""The call itself failed: bad arguments, a file that is not there."""


def main(arguments: Sequence[str]) -> int:
    """Run one command; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="pinwise",
        description="Says what is wrong with Python requirements and environments, and why.",
    )
    parser.add_argument("--version", action="version", version=f"pinwise {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (check, parse, envs, rules):
        module.add(commands)
    serve = commands.add_parser("serve", help="run the language server on stdio")
    serve.add_argument("--stdio", action="store_true", help="accepted for clients that send it")
    given = parser.parse_args(arguments)
    try:
        return int(given.run(given))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"pinwise: {error}\n")
        return EXIT_FAILED
    except KeyboardInterrupt:
        return 130
