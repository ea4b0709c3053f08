"""Long actions on the command line: progress on standard error, and a Ctrl+C that undoes.

So do the ends that others bring: a terminal that is closed, a job of CI that is cancelled.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from pinwise.analysis.actions import ActionError
from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.cli.output import complain, complain_in_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pinwise.base.progress import Progress

R = TypeVar("R")

_POLL_SECONDS = 0.1
"""How long a Ctrl+C waits at most."""


def run_action(action: Callable[[Progress, CancelToken], R]) -> R:
    """Run a long action, telling on standard error what it does, and return its result.

    It runs on a thread of its own: the first Ctrl+C cancels it, and further ones do not keep it
    from clearing away what it began.

    Raises:
        ValueError: it failed; what the tool printed was shown.
        KeyboardInterrupt: it was cancelled.
    """
    work = _Work(action)
    with _interrupts() as seen:
        work.start()
        while not work.ended.wait(_POLL_SECONDS):
            if seen:
                work.cancel.cancel()
    try:
        return work.outcome()
    except CancelledError:
        complain("pinwise: cancelled")
        raise KeyboardInterrupt from None
    except ActionError as error:
        for line in error.details.splitlines():
            complain(f"    {line}")
        if error.needs_environment:
            # What the system's marker tells has several lines, and is told as it is (PEP 668).
            complain_in_lines(f"pinwise: {error}")
            message = "make an environment of its own for the project: `pinwise env create`"
            raise ValueError(message) from error
        raise ValueError(error) from error


def confirmed(question: str, *, yes: bool) -> bool:
    """Return whether the user agrees; where nobody can be asked, only `--yes` does.

    Raises:
        ValueError: there is no terminal to ask on, and `yes` was not given.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        message = "there is no terminal to ask on: say --yes"
        raise ValueError(message)
    complain(f"{question} [y/N]")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


@contextlib.contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Collect the Ctrl+Cs of the block, and what else would end it, which raise nothing meanwhile.

    An exception could come at any place, and leave the action running that it was to cancel.
    """
    seen: list[int] = []
    before = {
        number: signal.signal(number, lambda got, _frame: seen.append(got))
        for number in (signal.SIGINT, *_ends())
    }
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ends() -> Iterator[signal.Signals]:
    """Yield the signals that end a program, but for those that somebody had it ignore (`nohup`)."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            yield number


class _Work(threading.Thread, Generic[R]):
    """An action under way, which keeps what became of it."""

    def __init__(self, action: Callable[[Progress, CancelToken], R]) -> None:
        super().__init__(name="pinwise action")
        self.cancel = CancelToken()
        self.ended = threading.Event()
        self._action = action
        self._results: list[R] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        """Run the action: called on the thread by `start`."""
        try:
            self._results.append(self._action(_Shown(), self.cancel))
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread
            self._error = error
        finally:
            self.ended.set()

    def outcome(self) -> R:
        """Return what the action returned, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._results[0]


class _Shown:
    """Prints each report as a line, but for the last one: the command itself says what it did."""

    def report(self, message: str, fraction: float | None = None) -> None:
        """Print the message; a standard error that nobody reads ends nothing."""
        if fraction == 1.0:
            return
        with contextlib.suppress(OSError):
            complain(message)
