"""What the guide tells people to type: each command is one, and does what is shown below it.

In a `console` block, a line that begins with `$ ` is run, and the lines below are what it prints;
`...` stands for any lines. A comment `<!-- NAME -->` above a block makes its text a file for the
blocks that follow on that page. The README's blocks run in the examples' folder.
"""

from __future__ import annotations

import re
import shlex
import shutil
from argparse import ArgumentError, ArgumentParser
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinwise.cli import main as command_line
from tests.fake_index import FakeIndex, Release
from tests.isolation import isolate

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_BLOCK = re.compile(
    r"(?:^<!-- (?P<file>\S+) -->\n+)?^(?P<fence>`{3,})(?P<language>\w*)\n(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_INLINE = re.compile(r"`(pinwise [a-z][^`\n]*)`")
_OPTIONAL = re.compile(r"\[[^\]]*\]|\.\.\.")
_VALUES = {"LINE": "1"}

INDEX = {
    **{name: {"0.1": Release()} for name in ("click", "colorama", "django", "httpx", "jinja2")},
    "flask": {
        "2.3.3": Release(requires_dist=("werkzeug>=2.3.7",)),
        "3.0.0": Release(requires_dist=("werkzeug>=3.0",)),
        "3.1.0": Release(requires_dist=("werkzeug>=3.1",)),
    },
    "requests": {"2.30.0": Release(), "2.31.0": Release()},
    "werkzeug": {"2.0.3": Release(), "3.0.6": Release(), "3.1.3": Release()},
}
"""What the index has in the examples; in those of the README nothing but names counts."""


def _blocks(page: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the language, the text, and the file name of each block."""
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        yield block["language"], block["text"], block["file"] or ""


def _typed(page: Path) -> Iterator[str]:
    """Yield every call of Pinwise that stands in a block to be typed."""
    for language, text, _ in _blocks(page):
        for line in text.splitlines():
            typed = line.removeprefix("$ ")
            if language in {"sh", "console"} and typed.startswith("pinwise "):
                yield typed


def _named(page: Path) -> Iterator[str]:
    """Yield every call of Pinwise that a page names within its sentences and tables."""
    prose = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    yield from _INLINE.findall(prose)


def _parser() -> ArgumentParser:
    """Return a parser of all commands, as the command line makes it."""
    parser = ArgumentParser(prog="pinwise", exit_on_error=False)
    parser.add_argument("--version", action="store_true")
    commands = parser.add_subparsers(required=True)
    for name in command_line._COMMANDS:  # noqa: SLF001 - its list of all commands
        import_module(f"pinwise.cli.{name}").add(commands)
    commands.add_parser("serve").add_argument("--stdio", action="store_true")
    return parser


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_is_one(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = _parser()
    for command in _typed(page):
        assert _refusal(parser, command, capsys) == "", command
    for command in _named(page):
        # Where a sentence names an option, its value may be left out.
        refusal = _refusal(parser, command, capsys)
        assert not refusal or "expected one argument" in refusal or "required" in refusal, command


def _refusal(parser: ArgumentParser, command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Return why the command line refuses a call; "" if it does not."""
    # What tables show in brackets may be left out.
    plain = _OPTIONAL.sub("", command.partition(" #")[0].partition(" | ")[0])
    words = [_VALUES.get(word, word) for word in shlex.split(plain)[1:]]
    try:
        parser.parse_args(words)
    except ArgumentError as error:
        return str(error)
    except SystemExit:
        return capsys.readouterr().err
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_prints_what_is_shown(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = isolate(monkeypatch, tmp_path)
    if page.name == "README.md" and page.parent == ROOT:
        shutil.copytree(ROOT / "examples", folder, dirs_exist_ok=True)
    monkeypatch.chdir(folder)
    with FakeIndex(INDEX) as index:
        monkeypatch.delenv("PIP_NO_INDEX", raising=False)
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        for language, text, name in _blocks(page):
            if name:
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
            if language == "console":
                for command, expected in _calls(text):
                    command_line.main(shlex.split(command)[1:])
                    printed = capsys.readouterr()
                    assert _matches(printed.out + printed.err, expected), printed.out + printed.err


def _calls(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a block with what is shown below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield command, expected


def _matches(printed: str, expected: str) -> bool:
    """Compare; a line `...` stands for any lines, and blank lines at the end do not count."""
    parts = re.split(r"^\.\.\.\n", expected.rstrip() + "\n", flags=re.MULTILINE)
    pattern = r"(?:.*\n)*?".join(map(re.escape, parts))
    return re.fullmatch(pattern, printed.rstrip() + "\n") is not None
