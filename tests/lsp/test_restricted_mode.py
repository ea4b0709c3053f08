"""What lies in a workspace that nobody trusts is read, and none of it is started.

The workspace is full of traps: each writes a line when anything starts or imports it. After trust
is granted one of them does, which shows that the traps work.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from tests.environments.beds import MARKING_SCRIPT, fake_venv, place_program

if TYPE_CHECKING:
    from tests.lsp.editor import Editor

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the traps are shell scripts")

BASE = Path(sys.executable).resolve()
VERSION = ".".join(map(str, sys.version_info[:3]))
PROGRAMS = ("python", "python3", "pip", "uv", "git", "keyring", "conda", "poetry", "pyenv", "env")
MODULES = (
    "json",
    "pip",
    "packaging/__init__",
    "sitecustomize",
    "usercustomize",
    "keyring",
    "pinwise",
)


class Traps:
    """A workspace in which everything that could be started or imported leaves a trace."""

    def __init__(self, folder: Path, trace: Path) -> None:
        self.folder = folder
        self.trace = trace
        self.venv = fake_venv(folder / ".venv", BASE, VERSION)
        self.programs(self.venv / "bin", PROGRAMS)
        self.programs(folder, PROGRAMS)
        self.programs(folder / "tools", PROGRAMS)
        self.modules(folder)
        site_packages = next(self.venv.glob("lib/python*/site-packages"))
        self.modules(site_packages)
        (site_packages / "trap.pth").write_text(f"import sys; {self._line()}\n")
        (folder / ".python-version").write_text("3.12\n")
        (folder / "setup.py").write_text(self._line() + "\n")
        (folder / "pip.conf").write_text("[global]\nindex-url = https://planted.example.org/\n")
        shutil.copy(folder / "pip.conf", self.venv / "pip.conf")
        (folder / "uv.lock").touch()

    def programs(self, where: Path, names: tuple[str, ...]) -> None:
        where.mkdir(exist_ok=True)
        for name in names:
            place_program(where / name, MARKING_SCRIPT.format(marker=f"'{self.trace}'"))

    def modules(self, where: Path) -> None:
        for name in MODULES:
            path = where / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._line() + "\n")

    def _line(self) -> str:
        return f"open({str(self.trace)!r}, 'a').write(__name__ + chr(10))"

    @property
    def sprung(self) -> str:
        return self.trace.read_text() if self.trace.exists() else ""


@pytest.fixture
def traps(idle: Editor, tmp_path: Path) -> Traps:
    return Traps(idle.folder, tmp_path / "trace")


async def use_everything(idle: Editor) -> None:
    """Do what a user can do with a folder open."""
    idle.open("requirements.txt", "-e .\nflask==2.0.0\nrequests\nreqeusts>=2\n")
    await idle.wait(lambda: "unknown-package" in idle.codes("requirements.txt"))
    await idle.wait(lambda: idle.statuses and idle.statuses[-1].environment)
    everywhere = types.Range(types.Position(0, 0), types.Position(4, 0))
    document = types.TextDocumentIdentifier(idle.uri("requirements.txt"))
    place = types.Position(1, 1)
    offered = await idle.actions("requirements.txt", everywhere)
    assert not any("Install" in action.title for action in offered)
    await idle.client.text_document_hover_async(types.HoverParams(document, place))
    await idle.client.text_document_completion_async(types.CompletionParams(document, place))
    await idle.command("pinwise.environmentStatus", file=idle.uri("requirements.txt"))
    listed = await idle.command("pinwise.listEnvironments")
    for item in listed:
        if item["inWorkspace"]:
            await idle.command("pinwise.selectEnvironment", path=item["prefix"])
    await idle.command("pinwise.selectEnvironment", path=None)
    inside = str(idle.folder / ".venv" / "bin" / "python")
    await idle.command(
        "pinwise.followEnvironment", folder=idle.folder.as_uri(), path=inside, by="Python"
    )
    # What would change something says why it does not.
    before = len(idle.client.messages)
    assert await idle.command("pinwise.createEnvironment", name="made") is None
    assert await idle.command("pinwise.installRequirements") == {"installed": False}
    assert all("trust" in item.message for item in idle.client.messages[before:])
    assert len(idle.client.messages) > before


@pytest.mark.scenario(15)
async def test_nothing_of_the_workspace_is_started(
    idle: Editor, home: Path, traps: Traps, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An entry of PATH inside the workspace, and the empty and relative ones that mean it, too.
    path = f"{traps.folder / 'tools'}::.:{traps.folder / '.venv' / 'bin'}:/usr/bin:/bin"
    monkeypatch.setenv("PATH", path)
    monkeypatch.chdir(traps.folder)
    await idle.start(home, options={"trusted": False})

    await use_everything(idle)

    assert traps.sprung == ""
    assert not (idle.folder / "made").exists()
    assert idle.statuses[-1].environment.prefix == str(traps.venv)


@pytest.mark.scenario(16)
async def test_trust_that_is_granted_later_verifies_once(
    idle: Editor, home: Path, traps: Traps
) -> None:
    await idle.start(home, options={"trusted": False})
    await idle.wait(lambda: idle.statuses and idle.statuses[-1].environment)
    assert not idle.statuses[-1].environment.broken
    await idle.command("pinwise.listEnvironments")
    assert traps.sprung == ""

    idle.client.protocol.notify("pinwise/didChangeTrust", {"trusted": True})

    # The trap in the place of its interpreter is what the user allowed to start, and nothing else.
    await idle.wait(lambda: idle.statuses[-1].environment.broken)
    assert "is no working Python" in idle.statuses[-1].environment.problems[-1]
    assert traps.sprung == "started\n"
    idle.client.protocol.notify("pinwise/didChangeTrust", {"trusted": True})
    listed = await idle.command("pinwise.listEnvironments")
    assert [item["broken"] for item in listed if item["selected"]] == [True]
    assert traps.sprung == "started\n"


@pytest.mark.scenario(16)
async def test_the_verification_of_an_environment_runs_nothing_of_its_packages(
    idle: Editor, home: Path, traps: Traps
) -> None:
    (traps.venv / "bin" / "python").unlink()
    (traps.venv / "bin" / "python").symlink_to(BASE)
    await idle.start(home, options={"trusted": False})
    await idle.wait(lambda: idle.statuses and idle.statuses[-1].environment)

    idle.client.protocol.notify("pinwise/didChangeTrust", {"trusted": True})

    # Creation is on by now, without a new start of the server.
    made = await idle.command("pinwise.createEnvironment", name="made", install=False)
    assert made is not None
    assert traps.sprung == ""
    status = await idle.command("pinwise.selectEnvironment", path=str(traps.venv))
    assert not status["broken"]
