"""A `keyring` command for tests: a shell script that knows what a test tells it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SCRIPT = """#!/bin/sh
echo "$@" >> '{folder}/asked'
case "$1" in
  --mode=creds) {modern};;
  get) file="$2 $3-old";;
esac
file="{folder}/$(echo "$file" | tr -c 'a-zA-Z0-9\\n-' _)"
[ -f "$file" ] || exit 1
cat "$file"
"""


class FakeKeyring:
    """Writes the command into `folder`/bin and notes what it is asked.

    Args:
        folder: made where it is missing.
        outdated: whether it is of the versions that know no `--mode=creds`.
    """

    def __init__(self, folder: Path, *, outdated: bool = False) -> None:
        self._folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        self.command = self.bin / "keyring"
        refusal = "echo 'error: unrecognized arguments: --mode=creds' >&2; exit 2"
        modern = refusal if outdated else 'file="$4 $5"'
        self.write(_SCRIPT.format(folder=folder, modern=modern))

    def write(self, script: str) -> None:
        """Replace the command."""
        self.command.write_text(script, encoding="utf-8")
        self.command.chmod(0o755)

    def tell(self, service: str, user: str, password: str, *, asked_with: str = "") -> None:
        """Let it know credentials, for a question with the user `asked_with`, "" for none."""
        answer = json.dumps({"username": user, "password": password})
        self._file(f"{service} {asked_with}").write_text(answer, encoding="utf-8")
        self._file(f"{service} {asked_with}-old").write_text(f"{password}\n", encoding="utf-8")

    @property
    def asked(self) -> list[str]:
        """The arguments of each call so far."""
        file = self._folder / "asked"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def _file(self, name: str) -> Path:
        return self._folder / re.sub(r"[^a-zA-Z0-9-]", "_", name)
