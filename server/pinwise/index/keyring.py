"""Asks the user's `keyring` command for credentials, as pip's `--keyring-provider subprocess` does.

The command is the user's own program, found by its absolute path outside of the workspace. What
it answers stays in memory.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.index.urls import Credentials

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LOG = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds for which an answer is awaited: a locked keyring asks its user first."""

_NAME = "keyring.exe" if os.name == "nt" else "keyring"
_OUTDATED = 2
"""The exit code for arguments that the command does not know."""


def find_keyring(environ: Mapping[str, str], workspace_folders: Sequence[Path] = ()) -> str | None:
    """Return the absolute path of the `keyring` command, None where there is none to trust.

    Relative parts of `PATH` do not count, nor does a program in a folder that is open, by its own
    path or by the one that a link leads to.
    """
    folders = [folder.resolve() for folder in workspace_folders]
    for part in environ.get("PATH", "").split(os.pathsep):
        command = Path(part) / _NAME
        if not command.is_absolute():
            continue
        try:
            if not (command.is_file() and os.access(command, os.X_OK)):
                continue
            places = (Path(os.path.abspath(command)), command.resolve())  # noqa: PTH100 - see above
        except (OSError, RuntimeError):
            continue
        if not any(place.is_relative_to(folder) for place in places for folder in folders):
            return str(command)
    return None


class Keyring:
    """The answers of the command, each asked for once. Safe from any thread.

    Like pip, it is not asked again after it failed as a whole: it hangs, or cannot be started.

    Args:
        command: its absolute path.
        patience: seconds for which an answer is awaited.
    """

    def __init__(self, command: str, patience: float = PATIENCE) -> None:
        self._command = command
        self._patience = patience
        # Replaced as a whole by `forget`, so that what was asked before it is not kept.
        self._answers: dict[tuple[str, str | None], Credentials | None] = {}
        # Held while asking, so that a locked keyring opens one window and not sixteen.
        self._asking = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._disabled = False
        self._closed = False

    def __repr__(self) -> str:
        return f"<{self._command}>"

    def get(self, service: str, user: str | None) -> Credentials | None:
        """Return the credentials for a service, None where the keyring has none.

        Blocks: some tenths of a second, or until the user has unlocked the keyring.

        Args:
            service: the address of an index, or a host with its port.
            user: whose password is wanted, None for whoever the keyring has.
        """
        if user is not None and user.startswith("-"):
            # The command would take it for one of its options.
            return None
        with self._asking:
            key, answers = (service, user), self._answers
            if key not in answers:
                if self._disabled or self._closed:
                    return None
                answers[key] = self._ask(service, user)
            return answers[key]

    def forget(self) -> None:
        """Ask again at the next occasion: the user may have changed what the keyring has.

        Never blocks, even while a question waits for the user.
        """
        self._answers = {}
        self._disabled = False

    def close(self) -> None:
        """End a question under way; later ones are not asked."""
        self._closed = True
        process = self._process
        if process is not None:
            with contextlib.suppress(OSError):
                process.kill()

    def _ask(self, service: str, user: str | None) -> Credentials | None:
        whose = [] if user is None else [user]
        code, told, complaint = self._run("--mode=creds", "--output=json", "get", service, *whose)
        if code == 0:
            return _credentials_in(told)
        if code == _OUTDATED and b"--mode" in complaint and user is not None:
            # Before version 25.2 it gives a password to a known user only.
            code, told, _ = self._run("get", service, user)
            password = told.decode("utf-8", "replace").rstrip("\r\n")
            return Credentials(user, password) if code == 0 and password else None
        return None

    def _run(self, *arguments: str) -> tuple[int | None, bytes, bytes]:
        """Run the command; the code is None where it could not be run to its end."""
        # Modules beside the command line's current folder are none of its business.
        environ = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
        environ["PYTHONIOENCODING"] = "utf-8"
        try:
            process = self._process = subprocess.Popen(  # noqa: S603 - the user's own program
                [self._command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=Path(self._command).parent,
                env=environ,
            )
        except (OSError, ValueError) as error:
            self._give_up(f"could not be started ({type(error).__name__})")
            return None, b"", b""
        if self._closed:
            process.kill()
        try:
            told, complaint = process.communicate(timeout=self._patience)
        except subprocess.TimeoutExpired:
            process.kill()
            # A child of it may hold its output open.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=1.0)
            self._give_up("did not answer in time")
            return None, b"", b""
        finally:
            self._process = None
        return process.returncode, told, complaint

    def _give_up(self, why: str) -> None:
        self._disabled = True
        _LOG.warning("The command %s %s, and is not asked again", self._command, why)


_FOREIGN = frozenset({"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT"})


def _credentials_in(told: bytes) -> Credentials | None:
    try:
        data = json.loads(told)
    except (ValueError, RecursionError):
        return None
    user, password = (
        (data.get("username"), data.get("password")) if isinstance(data, dict) else ("", "")
    )
    if isinstance(password, str) and password:
        return Credentials(user if isinstance(user, str) else "", password)
    return None
