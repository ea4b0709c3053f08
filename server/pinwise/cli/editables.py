"""What `pinwise env install -e` names, as lines of a requirements file."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.base.paths import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_EXTRAS: Final = re.compile(r"(?P<path>.+?)(?P<extras>\[[\w.,-]*\])")


def editable_line(text: str) -> str:
    """Return the line for a folder, with extras or without, or for an address of a repository.

    Args:
        text: what stands behind `-e`: ".", "../lib[dev]", "git+https://host.example/x.git#egg=x".

    Raises:
        ValueError: there is no such folder, or the line would mean something else than the text.
    """
    if "://" in text:
        # pip puts the values of variables in a file's lines.
        if "${" in text or not text.isprintable() or " " in text:
            message = "-e wants an address without blanks and variables"
            raise ValueError(message)
        return f"-e {text}"
    found = None if os.path.isdir(text) else _EXTRAS.fullmatch(text)  # noqa: PTH112 - raises nothing
    path, extras = (found["path"], found["extras"]) if found else (text, "")
    folder = absolute(Path.cwd() / Path(path).expanduser())
    if not os.path.isdir(folder):  # noqa: PTH112 - likewise
        message = f"{path} is no folder: -e wants one with a project"
        raise ValueError(message)
    # As an address, a path means the same to pip and to uv, whatever characters it has.
    return f"-e {folder.as_uri()}{extras}"


@contextlib.contextmanager
def written(lines: Sequence[str]) -> Iterator[tuple[Path, ...]]:
    """Write lines into a file that only the user can read, and delete it then; none for no lines.

    Raises:
        OSError: it cannot be written.
    """
    if not lines:
        yield ()
        return
    folder = Path(tempfile.mkdtemp(prefix="pinwise-"))
    try:
        path = folder / "editable.txt"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        yield (path,)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
