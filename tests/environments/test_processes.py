from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.environments.processes import clean_environment, neutral_folder, run

PYTHON = Path(sys.executable)


def python(code: str) -> list[str]:
    return [str(PYTHON), "-I", "-S", "-c", code]


def test_lines_arrive_as_they_are_printed() -> None:
    times: list[float] = []
    code = "import time\nprint('ä 1', flush=True)\ntime.sleep(0.3)\nprint('2')"

    completed = run(python(code), on_line=lambda _line: times.append(time.monotonic()))

    assert completed.code == 0
    assert completed.lines == ("ä 1", "2")
    assert times[1] - times[0] > 0.1


def test_errors_and_output_come_together_with_the_code() -> None:
    completed = run(python("import sys\nprint('x', file=sys.stderr)\nsys.exit(3)"))

    assert (completed.code, completed.lines) == (3, ("x",))


def test_the_input_is_closed_and_the_folder_is_neutral() -> None:
    completed = run(python("import os, sys\nprint(repr(sys.stdin.read()), os.getcwd())"))

    assert completed.lines == (f"'' {neutral_folder()}",)


def test_a_relative_program_is_refused() -> None:
    with pytest.raises(ValueError, match="not an absolute path"):
        run(["python", "-c", "pass"])


def test_a_missing_program_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run([tmp_path / "missing"])


def test_time_is_limited() -> None:
    start = time.monotonic()

    completed = run(python("import time; time.sleep(60)"), timeout=0.3)

    assert completed.timed_out
    assert time.monotonic() - start < 30


def alive(process: int) -> bool:
    """Whether a process runs; one that has ended but was not waited for does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the processes of Linux")
def test_cancel_ends_what_the_program_started_too() -> None:
    cancel = CancelToken()
    started: list[int] = []
    code = (
        "import subprocess, sys, time\n"
        "sleep = 'import time; time.sleep(60)'\n"
        "child = subprocess.Popen([sys.executable, '-I', '-S', '-c', sleep])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)"
    )

    def on_line(line: str) -> None:
        started.append(int(line))
        threading.Thread(target=cancel.cancel).start()

    with pytest.raises(CancelledError):
        run(python(code), cancel=cancel, on_line=on_line)

    deadline = time.monotonic() + 10
    while alive(started[0]) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(started[0])


def test_a_program_that_ignores_the_request_is_killed() -> None:
    cancel = CancelToken()
    code = (
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)"
    )
    start = time.monotonic()

    with pytest.raises(CancelledError):
        run(python(code), cancel=cancel, on_line=lambda _line: cancel.cancel())

    assert time.monotonic() - start < 30


@pytest.mark.skipif(sys.platform == "win32", reason="watches the signals of POSIX")
def test_cancelling_does_not_wait_for_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The event loop cancels, and the program of Windows that ends others takes seconds."""
    cancel = CancelToken()
    ending: list[threading.Thread] = []
    killpg = os.killpg

    def end(group: int, number: int) -> None:
        ending.append(threading.current_thread())
        killpg(group, number)

    monkeypatch.setattr(os, "killpg", end)
    code = "import time; print('x', flush=True); time.sleep(60)"
    with pytest.raises(CancelledError):
        run(python(code), cancel=cancel, on_line=lambda _line: cancel.cancel())

    assert ending
    assert threading.current_thread() not in ending


def test_cancelled_before_the_start_starts_nothing(tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()

    with pytest.raises(CancelledError):
        run(python(f"open({str(tmp_path / 'x')!r}, 'w')"), cancel=cancel)

    assert not (tmp_path / "x").exists()


def test_cancelling_after_the_end_signals_nobody() -> None:
    cancel = CancelToken()

    assert run(python("pass"), cancel=cancel).code == 0
    cancel.cancel()


def test_an_error_of_the_listener_ends_the_program() -> None:
    def fail(_line: str) -> None:
        message = "listener"
        raise RuntimeError(message)

    start = time.monotonic()
    with pytest.raises(RuntimeError, match="listener"):
        run(python("import time; print('x', flush=True); time.sleep(60)"), on_line=fail)
    assert time.monotonic() - start < 30


def test_variables_that_disturb_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__", "VIRTUALENV_PIP", "KEPT"):
        monkeypatch.setenv(name, "x")

    environ = clean_environment({"NEW": "1"}, without=["VIRTUALENV_"])

    assert environ["KEPT"] == "x"
    assert environ["NEW"] == "1"
    assert not {"PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__", "VIRTUALENV_PIP"} & set(environ)
    assert environ["PATH"] == os.environ["PATH"]
