from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from pinwise.environments import locks
from pinwise.environments.locks import HeldError, claimed

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO


def test_a_claim_excludes_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "claim"

    with claimed(path), pytest.raises(HeldError), claimed(path):
        pass
    assert list(path.parent.iterdir()) == []
    with claimed(path):
        pass


def test_a_claim_on_a_file_that_was_deleted_meanwhile_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "claim"
    try_lock = locks._try_lock  # noqa: SLF001 - what happens between opening and locking
    rounds: list[int] = []

    def deleted_at_first(file: IO[bytes]) -> bool:
        rounds.append(file.fileno())
        if len(rounds) == 1:
            path.unlink()
        return try_lock(file)

    monkeypatch.setattr(locks, "_try_lock", deleted_at_first)

    with claimed(path):
        assert path.exists()
    assert len(rounds) == 2


def test_never_two_hold_a_claim(tmp_path: Path) -> None:
    path = tmp_path / "claim"
    holders: list[str] = []
    most: list[int] = []

    def claim(name: str) -> None:
        for _ in range(200):
            with contextlib.suppress(HeldError), claimed(path):
                holders.append(name)
                most.append(len(holders))
                holders.remove(name)

    threads = [threading.Thread(target=claim, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(most) == {1}
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="its locks are a process's own")
def test_a_program_keeps_the_claim_of_who_was_killed(tmp_path: Path) -> None:
    claim, gate = tmp_path / "claim", tmp_path / "gate"
    os.mkfifo(gate)
    program = f"print('runs', flush=True); open({str(gate)!r}).read()"
    code = (
        "from pathlib import Path\n"
        "from pinwise.environments.locks import claimed\n"
        "from pinwise.environments.processes import run\n"
        f"with claimed(Path({str(claim)!r})):\n"
        f"    command = [{sys.executable!r}, '-c', {program!r}]\n"
        "    run(command, on_line=lambda line: print(line, flush=True))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "runs\n"
        killed.kill()

    try:
        with pytest.raises(HeldError), claimed(claim):
            pass
    finally:
        # The program waits for somebody to open it, and ends then.
        gate.open("w").close()

    with claim.open("a+b") as file:
        # Waits for the program to end.
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
    with claimed(claim):
        pass
