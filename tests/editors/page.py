"""What docs/editors.md tells users to put into their configuration, to be run as it is written."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.lsp.editor import LAUNCH, isolated_environment

PAGE = Path(__file__).parent.parent.parent / "docs" / "editors.md"
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


def blocks(heading: str, language: str, below: str = "") -> list[str]:
    """Return the blocks of a language in the section of a heading, or in one within it."""
    section = _section(PAGE.read_text(encoding="utf-8"), heading)
    if below:
        section = _section(section, below)
    found = re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert found, f"no {language} below {heading} {below}"
    return found


def _section(text: str, heading: str) -> str:
    """Return what stands below a heading, up to the next one of its level."""
    headings = list(_HEADING.finditer(text))
    start = next(match for match in headings if match[2] == heading)
    ends = (
        each.start()
        for each in headings
        if each.start() > start.start() and len(each[1]) <= len(start[1])
    )
    return text[start.end() : next(ends, len(text))]


def program(name: str, package: str) -> str:
    """Return an editor; without it, a test cannot pass in CI, and is skipped elsewhere."""
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not installed: apt-get install {package}")
        pytest.skip(f"{name} is not installed: sudo apt install {package}")
    return found


def variables(folder: Path, index: str | None) -> dict[str, str]:
    """Return variables under which `pinwise` is on the PATH, and nothing of this user is seen.

    `folder` is given a home and the program.
    """
    home, programs = folder / "home", folder / "bin"
    home.mkdir()
    programs.mkdir()
    pinwise = programs / "pinwise"
    command = shlex.join([sys.executable, "-I", "-X", "utf8", str(LAUNCH)])
    pinwise.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    pinwise.chmod(0o755)
    inherited = isolated_environment(home, index)
    return {
        **inherited,
        "PATH": os.pathsep.join((str(programs), inherited["PATH"])),
        "SHELL": "/bin/sh",
        "TERM": "dumb",
    }
