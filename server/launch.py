"""Starts Pinwise from an extension's folder, without installation.

The client runs `python -I server/launch.py serve`. In isolated mode neither the script's folder
nor `PYTHONPATH` is on `sys.path`, so nothing from the workspace can get there; what belongs there
is put in front by this file: the bundled dependencies, where they were bundled, and the server.
"""

from __future__ import annotations

import sys
from pathlib import Path

SERVER = Path(__file__).resolve().parent
OLDEST = (3, 10)


def main() -> int:
    """Find our packages, and run the command line."""
    if sys.version_info < OLDEST:
        version = ".".join(map(str, sys.version_info[:2]))
        sys.stderr.write(f"Pinwise needs Python 3.10 or newer to run; this is {version}.\n")
        return 2
    libraries = SERVER.parent / "bundled" / "libs"
    sys.path[:0] = [str(SERVER), *([str(libraries)] if libraries.is_dir() else [])]
    from pinwise.__main__ import main as run  # noqa: PLC0415 - found only now

    return run()


if __name__ == "__main__":
    sys.exit(main())
