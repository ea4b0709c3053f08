"""`python -m pinwise`: the language server or the command line, importing only the one asked."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn


def run() -> NoReturn:
    """Run the program `pinwise`: as `main`, and end the process with its exit code."""
    code = main()
    if sys.argv[1:2] != ["serve"]:
        import threading  # noqa: PLC0415 - every command has it by now, and no server is here

        if threading.active_count() == 1:
            # All is written and closed, and nobody works. Python would give back one object after
            # the other: 6 milliseconds.
            os._exit(code)
    sys.exit(code)


def main() -> int:
    """Dispatch by the first argument; return the exit code."""
    # Collecting while 554 protocol classes are made is a fifth of the server's start; it collects
    # from `initialized` on (`lsp/handlers/lifecycle.py`). A command is over before a collection
    # pays: with 100,000 lines it takes a third of the time.
    gc.disable()
    # The language client of VS Code appends "--stdio", the only transport that there is.
    if sys.argv[1:2] == ["serve"] and set(sys.argv[2:]) <= {"--stdio"}:
        from pinwise.lsp.server import serve  # noqa: PLC0415 - half a second of imports

        return serve()
    try:
        return _command()
    except KeyboardInterrupt:
        # It came while the engine was being imported: nothing has begun.
        return 130


def _command() -> int:
    """Run the command line; return the exit code."""
    from pinwise.cli.main import main as run  # noqa: PLC0415 - not needed by the server
    from pinwise.cli.output import show_any_character  # noqa: PLC0415 - likewise

    show_any_character()
    try:
        return run(sys.argv[1:])
    finally:
        # Python's own last collection would go through everything for nothing: 40 milliseconds.
        gc.freeze()


def _leave_current_folder_out() -> None:
    """Take back that `-m` puts the current folder first, where what is imported is looked for.

    A `json.py` of the project would run in the place of Python's own. What a variable or an
    installation puts there stays.
    """
    try:
        current = os.getcwd()  # noqa: PTH109 - a string of `sys.path`
    except OSError:
        # The folder was deleted: nothing lies there.
        return
    if sys.path[:1] == [current] and not sys.flags.isolated:
        del sys.path[0]


if __name__ == "__main__":
    _leave_current_folder_out()
    sys.exit(main())
