from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.advice.context import Context
from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.environments.types import Target
from pinwise.features.hover import hover
from pinwise.index.types import DistributionFile, Listing, Release
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings

ROOT = Path("/project/requirements.txt")
TARGET = Target("3.10.1", {"python_version": "3.10"})


def release(version: str, requires_python: str = "", day: int = 0) -> Release:
    uploaded = datetime(2025, 1, day, tzinfo=timezone.utc) if day else None
    wheel = DistributionFile(
        f"flask-{version}-py3-none-any.whl", "py3-none-any", requires_python, None, uploaded
    )
    return Release(Version(version), (wheel,))


def text_at(text: str, fact: object) -> str | None:
    """Return the hover at `$0` of a fixture."""
    offset = text.index("$0")
    documents = Documents(environment={})
    documents.open(ROOT, text.replace("$0", ""), 1)
    tree = read_tree(ROOT, documents)
    context = Context(tree, Settings(), lambda _name: fact, TARGET)  # type: ignore[arg-type,return-value]
    found = hover(context, ROOT, offset)
    return found.plain if found else None


FLASK = Known(
    Listing(
        canonicalize_name("flask"),
        (release("4.0rc1"), release("3.0", ">=3.12", day=2), release("2.0", day=1)),
        status="archived",
    )
)


@pytest.mark.parametrize(
    ("text", "fact", "expected"),
    [
        (
            "Fl$0ask==2.0\n",
            FLASK,
            (
                "flask\nNewest: 3.0, 2025-01-02.\nNewest for Python 3.10.1: 2.0, 2025-01-01.\n"
                "The index says that the project is archived."
            ),
        ),
        ("flask$0==2.0\n", Absent(), None),
        ("flask$0\n", NotChecked(Reason.OFFLINE, "Offline."), "flask\nOffline."),
        ("flask$0\n", NotChecked(Reason.TIMED_OUT), "flask\nNot checked: timed-out."),
        ("flask==2$0.0\n", FLASK, None),
        ("# a fl$0ask\n", FLASK, None),
        ("flask$0 @ https://files.example/flask.whl\n", FLASK, None),
    ],
)
def test_hover_says_what_is_known(text: str, fact: object, expected: str | None) -> None:
    assert text_at(text, fact) == expected


def test_text_from_the_network_is_escaped() -> None:
    documents = Documents(environment={})
    documents.open(ROOT, "flask\n", 1)
    evil = NotChecked(Reason.UNREADABLE, "[click](command:evil) <b>")
    context = Context(read_tree(ROOT, documents), Settings(), lambda _name: evil)
    found = hover(context, ROOT, 0)
    assert found is not None
    assert found.markdown == "**flask**\n\n\\[click\\]\\(command:evil\\) \\<b\\>"
