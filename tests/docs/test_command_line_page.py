"""The page about the command line names all of it, and its recipes are made of what there is."""

from __future__ import annotations

import re
from argparse import ArgumentParser, _SubParsersAction
from importlib import import_module
from pathlib import Path

import pytest

from pinwise.cli import main as command_line

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "command-line.md").read_text("utf-8")
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")

_YAML = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CALL = re.compile(r"^\s*- (?:run: )?(pinwise .*)$", re.MULTILINE)


def commands() -> dict[str, ArgumentParser]:
    """Return the parser of each command."""
    own = ArgumentParser(prog="pinwise").add_subparsers()
    assert isinstance(own, _SubParsersAction)
    for name in command_line._COMMANDS:  # noqa: SLF001 - its list of all commands
        import_module(f"pinwise.cli.{name}").add(own)
    return dict(own.choices)


@pytest.mark.parametrize("name", [*command_line._COMMANDS, "serve"])  # noqa: SLF001 - as above
def test_every_command_is_named(name: str) -> None:
    assert f"`pinwise {name}" in PAGE


@pytest.mark.parametrize("name", ["check", "fix"])
def test_every_option_of_its_own_is_named(name: str) -> None:
    parser = commands()[name]
    options = set(re.findall(r"--[a-z-]+", parser.format_usage()))
    assert len(options) > 5
    assert not {option for option in options if f"`{option}" not in PAGE and option not in PAGE}


def test_every_format_is_named() -> None:
    usage = commands()["check"].format_usage()
    (formats,) = re.findall(r"--format \{([a-z,]+)\}", usage)
    for name in formats.split(","):
        assert f"| `{name}` |" in PAGE


def test_the_calls_of_the_recipes_are_right() -> None:
    calls = [call for block in _YAML.findall(PAGE) for call in _CALL.findall(block)]
    assert len(calls) >= 3
    parsers = commands()
    for call in calls:
        _, name, *arguments = call.split()
        parsers[name].parse_args(arguments)


def test_the_recipe_for_pre_commit_names_hooks_that_there_are() -> None:
    there = set(re.findall(r"^- id: (\S+)$", HOOKS, re.MULTILINE))
    named = set(re.findall(r"^ +- id: (\S+)$", PAGE, re.MULTILINE))
    assert named == there
