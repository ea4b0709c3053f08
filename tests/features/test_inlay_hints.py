"""What stands behind pinned versions, over fixtures with facts."""

from __future__ import annotations

import pytest
from packaging.utils import canonicalize_name

from pinwise.advice.context import Context
from pinwise.base.text import Span
from pinwise.features.inlay_hints import inlay_hints
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from tests.harness.facts import listing_function, target_of
from tests.harness.features import open_files

INDEX = {"flask": ["2.0", "2.1", "3.0"], "click": ["8.0"], "django": ["4.2", "5.0"]}
INSTALLED = {canonicalize_name(name): v for name, v in {"flask": "2.0.0", "click": "7.0"}.items()}


def hints(
    text: str, kind: str, *, visible: Span | None = None, environment: bool = True
) -> dict[str, str]:
    """Return the labels by what stands before them on their line, with their tooltips."""
    files = open_files(text)
    root = files.document.path
    context = Context(
        read_tree(root, files.documents),
        Settings(inlay_hints=kind),
        listing_function(INDEX),
        target_of("3.12"),
    )
    source = files.document.source
    installed = INSTALLED if environment else None
    whole = visible or Span(0, len(source.text))
    return {
        source.text[: hint.offset].rpartition("\n")[2]: f"{hint.label} | {hint.tooltip}"
        for hint in inlay_hints(context, root, whole, installed)
    }


PINS = "flask==2.0  # c\nclick==8.0\nDjango==4.2 ; os_name == 'posix'\nunheard==1\n"


def test_the_newest_stands_behind_what_is_older() -> None:
    assert hints(PINS, "latest") == {
        "flask==2.0": "→ 3.0 | 3.0 is the newest that can be installed.",
        "Django==4.2": "→ 5.0 | 5.0 is the newest that can be installed.",
    }


def test_what_is_held_back_says_so() -> None:
    text = "-c limits.txt\nflask==2.0\n=== limits.txt\nflask<3\n"
    expected = "→ 3.0 | 3.0 is the newest that can be installed, but another line holds it back."
    assert hints(text, "latest") == {"flask==2.0": expected}


@pytest.mark.parametrize("text", ["flask>=2.0\n", "flask==3.0\n", "# flask==2.0\n"])
def test_where_nothing_is_newer_nothing_stands(text: str) -> None:
    assert hints(text, "latest") == {}


def test_what_is_installed_stands_where_it_differs() -> None:
    text = (
        "flask==2\nclick==8.0\ndjango\nclick>=5; os_name == 'nt'\n"
        "click>=5\nx @ https://h.example/x.whl\n"
    )
    assert hints(text, "installed") == {
        "click==8.0": "installed 7.0 | The selected environment has 7.0.",
        "django": "not installed | It is not in the selected environment.",
        "click>=5": "installed 7.0 | The selected environment has 7.0.",
    }
    assert hints(text, "installed", environment=False) == {}


def test_only_what_is_looked_at_counts() -> None:
    assert list(hints(PINS, "latest", visible=Span(0, 12))) == ["flask==2.0"]
    assert list(hints(PINS, "installed", visible=Span(17, 28))) == ["click==8.0"]


def test_nothing_stands_there_by_default() -> None:
    assert hints(PINS, Settings().inlay_hints) == {}
