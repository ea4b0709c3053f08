"""pip 26.3's own answer to which lines lack a hash: the judge of `pinwise.advice.hash_mode`.

Only tests import pip. It runs without a network, over wheels that are written here. As a program,
it reads folders from its standard input, runs `pip install --dry-run` in each and prints what pip
rejects: one process for all of them, because starting pip takes longer than its answer.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SECTIONS = {
    "missing": r"Hashes are required in --require-hashes mode",
    "unpinned": r"all requirements must have their versions pinned with ==",
    "folder": r"because they point to directories",
    "repository": r"don't have a way to hash version control",
}
_EDITABLE = re.compile(r"The editable requirement .* cannot be installed when requiring hashes")


def wheel(folder: Path, name: str, version: str) -> str:
    """Write a wheel without content; return its `sha256:digest`."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    extra = 'Provides-Extra: x\nRequires-Dist: cc; extra == "x"\n'
    with zipfile.ZipFile(path, "w") as archive:
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{extra}"
        archive.writestr(f"{info}/METADATA", metadata)
        tags = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(f"{info}/WHEEL", tags)
        archive.writestr(f"{info}/RECORD", "")
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def ask(folders: list[Path], wheels: Path) -> list[dict[str, list[str]]]:
    """Return for each folder's `requirements.txt` what pip rejects: names by kind of reason."""
    call = [sys.executable, "-I", __file__, str(wheels)]
    told = "\n".join(map(str, folders))
    done = subprocess.run(call, input=told, capture_output=True, text=True, check=True, timeout=300)
    answers: list[dict[str, list[str]]] = json.loads(done.stdout)
    return answers


def rejected(said: str) -> dict[str, list[str]]:
    """Read pip's report."""
    found: dict[str, list[str]] = {}
    kind = ""
    for line in said.splitlines():
        heading = next((kind for kind, text in _SECTIONS.items() if re.search(text, line)), "")
        if _EDITABLE.search(line):
            found["editable"] = []
        if heading or not line.startswith("    "):
            kind = heading
        elif kind and (name := re.search(r"\b(aa|bb|cc|proj)\b", line)):
            found.setdefault(kind, []).append(name[0])
    return found


def _run(folder: str, wheels: str) -> dict[str, list[str]]:
    from pip._internal.cli.main import main  # noqa: PLC0415 - only as a program

    os.chdir(folder)
    options = ["--isolated", "--disable-pip-version-check", "--no-cache-dir", "-q"]
    install = ["install", "--dry-run", "--ignore-installed", "--no-deps", "--no-index"]
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        main([*options, *install, "--find-links", wheels, "-r", "requirements.txt"])
    return rejected(said.getvalue())


if __name__ == "__main__":
    answered = [_run(folder, sys.argv[1]) for folder in sys.stdin.read().splitlines()]
    sys.stdout.write(json.dumps(answered))
