"""`--offline` and the setting keep every command from the network, whatever the cache has."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from pinwise.cli.main import main
from tests.fake_index import FakeIndex, Release
from tests.isolation import make_cache_old

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
--extra-index-url https://index.example.org/simple
flask==2.0.0
requests==2.30.0
no-such-project==1.0
requests @ https://files.example.org/requests-1.0-py3-none-any.whl
"""


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What somebody tried to reach: every connection and every question for a name fails."""
    tried: list[object] = []

    def refuse(*arguments: Any, **_keywords: Any) -> NoReturn:  # noqa: ANN401 - those of sockets
        tried.append(arguments[-1])
        raise OSError

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    return tried


def write(project: Path) -> None:
    (project / "requirements.txt").write_text(TEXT, encoding="utf-8")


COMMANDS = {
    "check": ["check"],
    "every format": ["check", "--format", "json", "--strict"],
    "explain": ["explain", "requirements.txt", "2"],
}


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("setting", [False, True])
def test_nothing_is_reached(
    project: Path, connections: list[object], command: list[str], *, setting: bool
) -> None:
    write(project)
    if setting:
        (project / "pinwise.toml").write_text("offline = true\n", encoding="utf-8")
    else:
        command = [*command, "--offline"]
    assert main(command) in {0, 1}
    assert connections == []


@pytest.mark.usefixtures("index")
def test_the_same_without_it_does_reach_out(project: Path, connections: list[object]) -> None:
    # The trap above would otherwise prove nothing.
    write(project)
    main(["check"])
    assert connections


@pytest.mark.usefixtures("connections")
def test_commands_without_facts_need_no_setting(
    project: Path, connections: list[object], index: FakeIndex
) -> None:
    write(project)
    for command in (["parse", "--format", "json", "requirements.txt"], ["rules"], ["envs"]):
        assert main(command) == 0
    main(["format", "--check", "requirements.txt"])
    assert (connections, index.requests) == ([], [])


def test_what_is_known_still_counts(
    project: Path, index: FakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("flask==2.0.0\n", encoding="utf-8")
    main(["check", "--select", "outdated-version"])
    online = capsys.readouterr().out
    assert "3.0.0" in online
    asked = len(index.requests)
    main(["check", "--select", "outdated-version", "--offline"])
    assert capsys.readouterr().out == online
    assert len(index.requests) == asked


def test_what_the_cache_has_was_checked_however_old_it_is(
    project: Path, index: FakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("flask==2.0.0\nrequests>=2.31\n", encoding="utf-8")
    code = main(["check", "--strict"])
    online = capsys.readouterr()
    assert "3.0.0" in online.out
    make_cache_old(project.parent)
    asked = len(index.requests)
    assert main(["check", "--strict", "--offline"]) == code
    assert capsys.readouterr() == online
    assert len(index.requests) == asked


@pytest.mark.parametrize("line", ["flask==9.0", "flask>=9", "no-such-project"])
def test_what_an_old_answer_lacks_was_not_checked(
    project: Path, index: FakeIndex, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    (project / "requirements.txt").write_text(f"requests==2.31.0\n{line}\n", encoding="utf-8")
    assert main(["check"]) == 1
    make_cache_old(project.parent)
    capsys.readouterr()
    asked = len(index.requests)
    assert main(["check", "--offline"]) == 0
    told = capsys.readouterr().err
    assert f"Not checked: `{line.partition('=')[0].rstrip('>')}`, because" in told
    assert "no package index may be asked" in told
    assert len(index.requests) == asked


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a==1\nb==1\n", "needs `b>=2`"),
        ("a==1\nb<2\n", "Not checked: `a`, `b`, because no package index may be asked"),
        ("a\nb<2\n", "Not checked: `a`, `b`, because no package index may be asked"),
        ("a\nb>1\n", ""),
        ("a==1\n", ""),
    ],
)
def test_old_answers_prove_that_lines_hold_together_and_not_that_they_do_not(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    told: str,
) -> None:
    (project / "requirements.txt").write_text(text, encoding="utf-8")
    projects = {"a": {"1": Release(requires_dist=("b>=2",))}, "b": {"1": Release(), "2": Release()}}
    with FakeIndex(projects) as index:
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        command = ["check", "--select", "dependency-conflict", "--strict"]
        assert main(command) == int(bool(told))
        make_cache_old(project.parent)
        capsys.readouterr()
        assert main([*command, "--offline"]) == int(bool(told))
    shown = "".join(capsys.readouterr())
    assert told in shown
    assert ("Not checked" in shown) is ("Not checked" in told)
