"""The page about settings: its examples are sound, and it knows every key."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.analysis.engine import RULE_NAMES
from pinwise.lsp.settings import engine_settings
from pinwise.project.settings import LoadedSettings, Settings, load_settings
from pinwise.project.settings_file import OpenText

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
FOLDER = Path("/nowhere/project")


def load(name: str, text: str) -> LoadedSettings:
    return load_settings(FOLDER, rules=RULE_NAMES, open_texts={FOLDER / name: OpenText(text, 1)})


def manifest() -> Mapping[str, Mapping[str, object]]:
    """Return the editor's settings, as package.json declares them."""
    text = (ROOT / "package.json").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, object]] = json.loads(text)["contributes"]["configuration"][
        "properties"
    ]
    return found


def test_the_examples_are_sound_and_mean_the_same() -> None:
    pyproject, own = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    one, other = load("pyproject.toml", pyproject), load("pinwise.toml", own)
    assert not one.problems
    assert not other.problems
    assert one.settings == other.settings
    assert one.settings != Settings()


def test_every_key_has_its_row_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| `pinwise\.([\w.]+)` \|", PAGE, re.MULTILINE))
    assert set(rows) == {field.name.replace("_", "-") for field in fields(Settings)}
    declared = manifest()
    defaults = load("pinwise.toml", "").settings
    for key, name in rows.items():
        default = declared[f"pinwise.{name}"]["default"]
        sent: dict[str, object] = {}
        *sections, last = name.split(".")
        inner = sent
        for section in sections:
            inner = inner.setdefault(section, {})  # type: ignore[assignment] # a new one
        inner[last] = default
        assert engine_settings(sent), f"the server does not read pinwise.{name}"
        # What the manifest calls the default is one, and so no problem either.
        loaded = load_settings(FOLDER, engine_settings(sent), rules=RULE_NAMES)
        assert not loaded.problems
        assert loaded.settings == defaults, key


def test_every_setting_of_the_editor_is_told_of() -> None:
    cells = r"^\| (?:`[a-z-]+` \| )?`(pinwise\.[\w.]+)` \|"
    named = set(re.findall(cells, PAGE, re.MULTILINE))
    assert named == set(manifest())


def test_the_defaults_of_the_editor_alone_are_told_of() -> None:
    rows = dict(re.findall(r"^\| `(pinwise\.[\w.]+)` \| .* \| (.+) \|$", PAGE, re.MULTILINE))
    for name, told in rows.items():
        default = manifest()[name]["default"]
        assert told == (f"`{default}`" if default else "found on this machine"), name
