"""Standard input, which `-` stands for where a command takes files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from pinwise.project.files import MAX_SIZE

STDIN: Final = Path("-")


def read_input() -> bytes:
    """Read standard input to its end.

    Raises:
        ValueError: it is too large for a requirements file.
    """
    data = sys.stdin.buffer.read(MAX_SIZE + 1)
    if len(data) > MAX_SIZE:
        message = f"standard input is larger than {MAX_SIZE // (1024 * 1024)} MB"
        raise ValueError(message)
    return data
