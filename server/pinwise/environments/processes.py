"""Starting a program: the only place of Pinwise that does, the keyring question apart.

Every program is started by an absolute path, without a shell, with its input closed, in a
process group of its own that ends as a whole, and without the variables that would make a Python
load code from elsewhere.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.base.records import record
from pinwise.environments.locks import descriptors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_DISTURBING: Final = frozenset(
    {
        "PYTHONHOME",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "PYTHONUSERBASE",
        "PYTHONINSPECT",
        "PYTHONEXECUTABLE",
        "PYTHONSAFEPATH",
        "PYTHONPLATLIBDIR",
        "PYTHONWARNINGS",
        "__PYVENV_LAUNCHER__",
    }
)
_GRACE_SECONDS: Final = 2.0
_KEPT_LINES: Final = 2000


@record(frozen=True, slots=True)
class Completed:
    """How a program ended.

    Attributes:
        code: its exit code; negative for a signal on POSIX.
        lines: the last lines of its output and errors together, without line ends.
        timed_out: whether it was ended because its time was over.
    """

    code: int
    lines: tuple[str, ...]
    timed_out: bool = False


def run(  # noqa: PLR0913 - the settings of one process
    command: Sequence[str | Path],
    *,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Completed:
    """Run a program to its end and return what it printed.

    Args:
        command: the program, by absolute path, and its arguments.
        folder: its working directory; a folder of the system, outside any workspace, by default,
            so that no file beside it is imported or read as configuration.
        environ: its environment variables, which `clean_environment` makes; by default those of
            this process, cleaned.
        timeout: seconds after which it is ended; None waits for ever.
        cancel: ends it: its group is asked to stop, and killed two seconds later; on Windows,
            where there is no asking, it is killed at once.
        on_line: called with each line as it is printed, in this thread.

    Raises:
        CancelledError: `cancel` was cancelled; the program has ended.
        OSError: the program cannot be started.
        ValueError: the program is not named by an absolute path.
    """
    program = Path(command[0])
    if not program.is_absolute():
        message = f"not an absolute path: {program}"
        raise ValueError(message)
    if cancel is not None:
        cancel.check()
    process = _start(
        [str(word) for word in command],
        neutral_folder() if folder is None else folder,
        clean_environment() if environ is None else environ,
    )
    group = _Group(process)
    timer = threading.Timer(timeout, group.time_out) if timeout is not None else None
    lines: deque[str] = deque(maxlen=_KEPT_LINES)
    try:
        if timer is not None:
            timer.daemon = True
            timer.start()
        if cancel is not None:
            cancel.on_cancel(group.end)
        if process.stdout is not None:
            for line in process.stdout:
                lines.append(line.rstrip("\r\n"))
                if on_line is not None:
                    on_line(lines[-1])
        code = process.wait()
    finally:
        # An exception of `on_line` must not leave the program running.
        group.close()
        if timer is not None:
            timer.cancel()
    if cancel is not None and cancel.cancelled:
        raise CancelledError
    return Completed(code, tuple(lines), timed_out=group.timed_out)


def neutral_folder() -> Path:
    """Return a folder for a program to run in that no workspace owns: the root of the disk."""
    return Path(Path(sys.executable).anchor or tempfile.gettempdir())


def clean_environment(
    changes: Mapping[str, str] | None = None, *, without: Sequence[str] = ()
) -> dict[str, str]:
    """Return the environment variables of this process for a program.

    Args:
        changes: variables to set.
        without: beginnings of the names of further variables to drop: "VIRTUALENV_".

    The variables that make a Python load code from elsewhere are dropped, and its output is asked
    to be unbuffered UTF-8, so that lines arrive when they are printed.
    """
    environ = {
        name: value
        for name, value in os.environ.items()
        if name.upper() not in _DISTURBING and not name.upper().startswith(tuple(without))
    }
    environ.update({"PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"})
    environ.update(changes or {})
    return environ


def _start(command: list[str], folder: Path, environ: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        bufsize=1,
        start_new_session=os.name == "posix",
        creationflags=_creation_flags(),
        pass_fds=descriptors() if os.name == "posix" else (),
    )


def _creation_flags() -> int:
    """Return what gives a program its own group, and no console window, on Windows."""
    if sys.platform == "win32":
        return subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    else:  # noqa: RET505 - mypy reads the two branches for their platforms
        return 0


class _Group:
    """A program and everything that it started, to be ended together.

    The lock keeps a signal from reaching a group that took over the number of an ended one.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self.timed_out = False

    def end(self) -> None:
        """Have the group stop; returns at once.

        It is asked to, and killed a little later. Windows has no groups to ask: there it is killed
        right away, by a program that may take seconds, for which no event loop must wait.
        """
        threading.Thread(target=self._stop, name="pinwise-ending", daemon=True).start()

    def time_out(self) -> None:
        """Kill the group: its time is over."""
        self.timed_out = True
        self._signal(kill=True)

    def close(self) -> None:
        """Kill the program if it still runs, wait for it, and let nothing be signalled later."""
        if self._process.poll() is None:
            self._signal(kill=True)
        self._process.wait()
        with self._lock:
            self._closed.set()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _stop(self) -> None:
        self._signal(kill=False)
        if not self._closed.wait(_GRACE_SECONDS):
            self._signal(kill=True)

    def _signal(self, *, kill: bool) -> None:
        with self._lock:
            if self._closed.is_set():
                return
            if sys.platform == "win32":
                _end_tree(self._process)
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL if kill else signal.SIGTERM)


def _end_tree(process: subprocess.Popen[str]) -> None:
    """End a program of Windows with those that it started, which has no groups to signal."""
    system = os.environ.get("SystemRoot", r"C:\Windows")  # noqa: SIM112 - Windows spells it so
    taskkill = Path(system) / "System32" / "taskkill.exe"
    try:
        subprocess.run(
            [str(taskkill), "/F", "/T", "/PID", str(process.pid)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        process.kill()
