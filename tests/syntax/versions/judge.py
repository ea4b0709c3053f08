"""What the pip of the running interpreter makes of texts: run by it, with nothing of ours.

python judge.py CASES: a JSON list of [text, whether it is a constraints file]. Prints a JSON
object with pip's `version` and `accepted`, a list of booleans.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import warnings
from pathlib import Path

import pip
from pip._internal.cli import cmdoptions
from pip._internal.network.session import PipSession
from pip._internal.req import req_file
from pip._internal.req.constructors import install_req_from_parsed_requirement
from pip._internal.req.req_install import check_invalid_constraint_type


def accepts(path: str, session: PipSession, *, constraint: bool) -> bool:
    """Return whether pip reads a file and takes all that it asks for."""
    # pip shares this default between its parsers, so that each line adds to it.
    cmdoptions.use_new_feature().default.clear()
    try:
        with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for parsed in req_file.parse_requirements(path, session, constraint=constraint):
                requirement = install_req_from_parsed_requirement(parsed)
                if parsed.constraint and check_invalid_constraint_type(requirement):
                    return False
                requirement.match_markers()
    except Exception:  # noqa: BLE001 - pip ends with any exception, and with tracebacks
        return False
    return True


def main() -> None:
    """Judge the cases in a folder with the projects `.` and `./local`."""
    cases = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    session = PipSession()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "local").mkdir()
        for project in (here, here / "local"):
            (project / "pyproject.toml").touch()
            (project / "setup.py").touch()
        (here / "other.txt").touch()
        os.chdir(here)
        file = here / "requirements.txt"
        accepted = []
        for text, constraint in cases:
            file.write_text(text, encoding="utf-8", newline="")
            accepted.append(accepts(str(file), session, constraint=constraint))
        os.chdir(here.parent)
    sys.stdout.write(json.dumps({"version": pip.__version__, "accepted": accepted}))


if __name__ == "__main__":
    main()
