from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.advice.context import Context
from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.environments.types import Target
from pinwise.features.hover import hover
from pinwise.index.types import DistributionFile, Listing, Place, Release
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

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
    assert found is None or found.span.start <= offset <= found.span.end
    return found.plain if found else None


FLASK = Known(
    Listing(
        canonicalize_name("flask"),
        (release("4.0rc1"), release("3.0", ">=3.12", day=2), release("2.0", day=1)),
        status="archived",
    )
)


ABOUT_FLASK = (
    "flask\nNewest: 3.0, 2025-01-02.\nNewest for Python 3.10.1: 2.0, 2025-01-01.\n"
    "The index says that the project is archived."
)
BEYOND = "flask 3\nReleased on 2025-01-02.\nNeeds Python >=3.12, which 3.10.1 is not."


@pytest.mark.parametrize(
    ("text", "fact", "expected"),
    [
        (
            "Fl$0ask==2.0\n",
            FLASK,
            ABOUT_FLASK,
        ),
        ("flask$0==2.0\n", Absent(), None),
        ("flask$0\n", NotChecked(Reason.OFFLINE, "Offline."), "flask\nOffline."),
        ("flask$0\n", NotChecked(Reason.TIMED_OUT), "flask\nNot checked: timed-out."),
        ("flask[as$0ync]==2.0\n", FLASK, ABOUT_FLASK),
        ("flask==2$0.0\n", FLASK, "flask 2.0\nReleased on 2025-01-01."),
        ("flask==3$0\n", FLASK, BEYOND),
        (
            "flask>=2.0,<$03\n",
            FLASK,
            f"{BEYOND}\nThe newest that the line allows: 2.0, 2025-01-01.",
        ),
        ("flask==7$0.0\n", FLASK, None),
        ("flask==2.0 # n$0o\n", FLASK, None),
        ("flask==2.0; os_$0name == 'nt'\n", FLASK, None),
        ("flask==2$0.0\n", NotChecked(Reason.OFFLINE, "Offline."), None),
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


def context_of(listing: Listing, name: str = "flask") -> Context:
    documents = Documents(environment={})
    documents.open(ROOT, f"{name}\n", 1)
    return Context(read_tree(ROOT, documents), Settings(), lambda _name: Known(listing))


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ({canonicalize_name("flask"): "1.9"}, "Installed: 1.9."),
        ({}, "Not installed."),
        (None, "Newest: 2.0, 2025-01-01."),
    ],
)
def test_what_is_installed_is_told(
    installed: dict[NormalizedName, str] | None, expected: str
) -> None:
    listing = Listing(canonicalize_name("flask"), (release("2.0", day=1),))
    found = hover(context_of(listing), ROOT, 0, installed)
    assert found is not None
    assert found.lines[-1] == expected


def test_a_yanked_release_is_not_the_newest() -> None:
    file = DistributionFile("flask-3.0.tar.gz", yanked="broken")
    releases = (Release(Version("3.0"), (file,)), release("2.0"))
    found = hover(context_of(Listing(canonicalize_name("flask"), releases)), ROOT, 0)
    assert found is not None
    assert found.lines[1] == "Newest: 2.0."


def test_links_lead_to_indexes_that_are_configured() -> None:
    places = (
        Place("the default index", "https://default.example/simple/flask/", default=True),
        Place("a.example", "https://a.example/simple/flask/"),
        Place("b_b.example", "http://b_b.example:8080/flask/"),
        Place("/srv/wheels", ""),
        Place("/srv/index", "file:///srv/index/flask/"),
        Place("links", "https://links.example/", index=False),
        Place("evil.example", "https://evil.example/) [x](command:evil"),
    )
    listing = Listing(canonicalize_name("flask"), (release("2.0"),), places=places)
    found = hover(context_of(listing), ROOT, 0)
    assert found is not None
    assert found.markdown.endswith(
        "\n\nListed by [a\\.example](https://a.example/simple/flask/), "
        "[b\\_b\\.example](http://b_b.example:8080/flask/)."
    )
    assert "http" not in found.plain
