from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.environments.calling_shell import calling_shell

if TYPE_CHECKING:
    from pathlib import Path


def processes(folder: Path, *names: str) -> Path:
    """List processes as Linux does, each the child of the one after it; the first is number 1."""
    for number, name in enumerate(names, start=1):
        (folder / str(number)).mkdir()
        text = f"{number} ({name}) S {number + 1} 1 1 0 -1 4194560"
        (folder / str(number) / "stat").write_text(text, encoding="utf-8")
    return folder


def test_the_nearest_shell_among_the_ancestors(tmp_path: Path) -> None:
    found = processes(tmp_path, "uv", "my (odd) prog", "-zsh", "tmux: server", "bash")

    assert calling_shell({"SHELL": "/bin/sh"}, processes=found, process=1) == "zsh"


def test_without_a_shell_among_them_that_of_the_login(tmp_path: Path) -> None:
    found = processes(tmp_path, "uv", "python3")

    assert calling_shell({"SHELL": "/usr/bin/fish"}, processes=found, process=1) == "fish"
    assert calling_shell({"SHELL": "/bin/elvish"}, processes=found, process=1) is None
    assert calling_shell({}, processes=found, process=1, windows=False) is None


def test_on_windows(tmp_path: Path) -> None:
    def ask(**variables: str) -> str | None:
        return calling_shell(variables, processes=tmp_path, windows=True)

    assert ask(PROMPT="$P$G") == "cmd"
    assert ask() == "powershell"
    assert ask(SHELL=r"C:\Program Files\Git\usr\bin\bash.exe") == "bash"
