"""`pinwise parse`: how pip reads a requirements file, one record a logical line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.cli.output import emit, one_line
from pinwise.cli.standard_input import STDIN, read_input
from pinwise.syntax.decode import Undecodable, decode
from pinwise.syntax.records import records
from pinwise.syntax.requirements import parse

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "parse",
        help="print how pip reads a requirements file",
        description=(
            "Print how pip reads the lines of one file, without those that it includes: of what"
            " kind each is, what it names, and which options it has."
        ),
    )
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="a requirements file, or - for standard input"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Print the records: as a JSON list, or one line each.

    Raises:
        ValueError: the bytes are no text for pip, or too many.
    """
    read = read_input if given.file == STDIN else given.file.read_bytes
    text = decode(read())
    if isinstance(text, Undecodable):
        message = f"{given.file}: {text.message}"
        raise ValueError(message)  # noqa: TRY004 - the file's fault, not the type's
    found = records(parse(text, environment=os.environ), str(given.file))
    if given.format == "json":
        print(json.dumps(found, indent=2))
        return 0
    for record in found:
        fields = {
            key: value
            for key, value in record.items()
            if value and key not in {"file", "line", "end_line", "kind"}
        }
        shown = "  ".join(
            f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()
        )
        emit(one_line(f"{record['file']}:{record['line']}: {record['kind']}  {shown}"))
    return 0
