"""A workspace folder in which something is to be selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.environments.choices import Choices
from pinwise.environments.discovery import discover
from pinwise.environments.inspection import inspect
from pinwise.environments.python_settings import NO_SETTINGS
from pinwise.environments.selection import Followed, Wishes, select
from tests.environments.beds import fake_base, fake_venv

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.environments.types import Environment, Selection


class SelectionBed:
    """A workspace folder, the record of choices, and what else is asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "work"
        self.folder.mkdir()
        self.base = fake_base(root / "opt" / "python", "3.12.1")
        self.choices = Choices(root / "state")
        self.environ: dict[str, str] = {}
        self.followed: Followed | None = None
        self.settings = NO_SETTINGS
        self.trusted = True

    def venv(self, path: str) -> Path:
        return fake_venv(self.folder / path, self.base, "3.12.1")

    def select(self, file: Path | None = None, *, discovered: bool = True) -> Selection:
        found: list[Environment] = []
        if discovered:
            all_of_them = discover([self.folder], environ={"PATH": ""}, home=self.root)
            found = [one for one in all_of_them if one.executable.is_relative_to(self.root)]
            base = inspect(self.base)
            assert base is not None
            found.append(base)
        return self.of(found, file)

    def of(self, found: list[Environment], file: Path | None = None) -> Selection:
        wishes = Wishes(
            choice=self.choices.choice,
            followed=self.followed,
            settings=self.settings,
            trusted=self.trusted,
            environ=self.environ,
            home=self.root,
        )
        return select(self.folder, found, wishes, file=file)

    def prefix(self, file: Path | None = None, *, discovered: bool = True) -> Path | None:
        environment = self.select(file, discovered=discovered).environment
        return environment.prefix if environment else None
