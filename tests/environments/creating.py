"""What tests of creation share."""

from __future__ import annotations

import os
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.creation import CreateRequest, CreationError, create
from tests.environments.beds import place_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinwise.base.cancellation import CancelToken

BASE = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"


class Steps:
    """Keeps what was reported, and may cancel or do something else at a step."""

    def __init__(
        self,
        cancel: CancelToken | None = None,
        at: str = "",
        do: Callable[[], None] = lambda: None,
    ) -> None:
        self.messages: list[str] = []
        self._cancel = cancel
        self._at = at
        self._do = do

    def report(self, message: str, fraction: float | None = None) -> None:
        assert fraction is None or 0 <= fraction <= 1
        self.messages.append(message)
        if not message.startswith(self._at):
            return
        self._do()
        if self._cancel is not None:
            self._cancel.cancel()


def failure_of(request: CreateRequest, cancel: CancelToken | None = None) -> CreationError:
    with pytest.raises(CreationError) as caught:
        create(request, cancel=cancel)
    return caught.value


def failing_base(folder: Path) -> Path:
    script = folder / "not-python"
    place_program(script, "#!/bin/sh\necho nothing to see\nexit 3\n")
    return script


def put_uv_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let uv be found, which the development extras install beside this interpreter."""
    scripts = sysconfig.get_path("scripts")
    monkeypatch.setenv("PATH", os.pathsep.join((scripts, os.environ["PATH"])))


def offer_wheels(folder: Path, monkeypatch: pytest.MonkeyPatch, **versions: str) -> None:
    """Let pip find these distributions, and no others; each has a module of its name."""
    folder.mkdir(exist_ok=True)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name, version in versions.items():
        info = f"{name}-{version}.dist-info"
        with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}.py", "")
            metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            wheel.writestr(f"{info}/METADATA", metadata)
            tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            wheel.writestr(f"{info}/WHEEL", tag)
            wheel.writestr(f"{info}/RECORD", "")
