"""Whatever happens in whatever order: in the end, what is shown is what a fresh start shows."""

from __future__ import annotations

import random

import pytest

from pinwise.base.cancellation import CancelToken
from tests.lsp.backend_world import World

NAMES = [f"requirements-{number}.txt" for number in range(8)] + ["base.txt", "constraints.txt"]
ENDS = ("\n", "\r\n", "\r")
LINES = (
    "flask==2.0",
    "flask==3.0",
    "flask>2,<1",
    "django=1",
    "# \N{GRINNING FACE} pinwise: ignore",
    "django==9.9  # \N{GRINNING FACE} pinwise: ignore[conflicting-pins]",
    "-r base.txt",
    "-c constraints.txt",
    "-r requirements-1.txt",
    "-r missing.txt",
    "\N{MATHEMATICAL SCRIPT CAPITAL X}==1",
    "a\ud800b",
    "\x0cflask",
    "flask \\",
    "",
)


class Storm:
    """Somebody who does everything at once, in a folder of files that include each other."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)  # noqa: S311 - to do things with
        self.texts: dict[str, str] = {}
        for name in NAMES:
            self.save(name, self.some_text())

    def some_text(self) -> str:
        """Return what somebody may write."""
        end = self.chance.choice(ENDS)
        return end.join(self.chance.choices(LINES, k=self.chance.randrange(5)))

    def save(self, name: str, text: str) -> None:
        """Write a file as an editor does."""
        written = text.encode("utf-8", errors="surrogatepass").decode("utf-8", errors="replace")
        self.world.path(name).write_text(written, encoding="utf-8", newline="")

    def blow(self) -> None:
        """Do something."""
        world, name = self.world, self.chance.choice(NAMES)
        match self.chance.randrange(9):
            case 0 | 1 if name not in self.texts:
                self.texts[name] = self.some_text()
                world.open(name, self.texts[name])
            case 2 | 3 | 4 if name in self.texts:
                self.texts[name] = self.some_text()
                world.type(name, self.texts[name])
            case 5 if name in self.texts:
                del self.texts[name]
                world.backend.close(world.path(name))
            case 6:
                self.replace(name)
            case 7:
                self.work_a_little()
            case 8:
                folders = self.chance.choice([(), (world.folder,)])
                world.workspace.set_folders(folders)
                world.backend.refresh()
            case _:
                world.backend.save(world.path(name))

    def replace(self, name: str) -> None:
        """Have something else on disk, or nothing."""
        path = self.world.path(name)
        if self.chance.random() < 0.5:
            path.unlink(missing_ok=True)
        else:
            self.save(name, self.some_text())
        self.world.backend.files_changed([path], only_texts=False)

    def work_a_little(self) -> None:
        """Let the engine begin, and be interrupted as often as not."""
        for _ in range(self.chance.randrange(4)):
            token = CancelToken()
            if self.chance.random() < 0.5:
                token.cancel()
            self.world.backend.work(token)


def shown(world: World) -> dict[str, object]:
    """Return what a client shows: the findings of each file that has any, and their places."""
    return {
        name: (codes, world.ranges[name], world.versions[name] is None)
        for name, codes in world.shown.items()
        if codes
    }


@pytest.mark.parametrize("seed", range(20))
def test_what_is_shown_in_the_end_is_what_a_fresh_start_shows(
    world: World, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    storm = Storm(world, seed)
    for _ in range(60):
        storm.blow()
    world.workspace.set_folders((world.folder,))
    world.backend.refresh()
    world.work()
    fresh = World(world.folder)
    for name, text in storm.texts.items():
        fresh.open(name, text)
    fresh.work()
    fresh.workspace.close()
    assert shown(world) == shown(fresh)
    assert not caplog.records


def test_a_storm_leaves_nothing_behind_once_all_files_are_closed(world: World) -> None:
    storm = Storm(world, 7)
    for _ in range(100):
        storm.blow()
    for name in list(storm.texts):
        world.backend.close(world.path(name))
    world.work()
    assert shown(world) == {}
