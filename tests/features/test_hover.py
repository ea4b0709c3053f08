from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.advice.context import Context
from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.environments.types import Target
from pinwise.features.hover import Hover, Pending, hover
from pinwise.index.types import (
    About,
    Artifact,
    DistributionFile,
    Listing,
    Metadata,
    Place,
    ProjectLink,
    Release,
)
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    from pinwise.base.facts import Fact

NOT_ASKED = NotChecked(Reason.OFFLINE)
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
    "3.0 needs Python >=3.12.\nThe index says that the project is archived."
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


def context_of(
    listing: Listing,
    name: str = "flask",
    metadata: Fact[Metadata] = NOT_ASKED,
    artifacts: tuple[Artifact, ...] = (),
    target: Target | None = None,
) -> Context:
    documents = Documents(environment={})
    documents.open(ROOT, f"{name}\n", 1)
    return Context(
        read_tree(ROOT, documents),
        Settings(),
        lambda _name: Known(listing),
        target,
        metadata=lambda _name, _version: metadata,
        artifacts=lambda _name, _version: artifacts,
    )


def found_at_start(context: Context) -> Hover:
    found = hover(context, ROOT, 0)
    assert found is not None
    return found


def file(name: str, tags: str = "", python: str = "") -> DistributionFile:
    return DistributionFile(name, tags, python)


ABOUT = About(
    "A small framework.",
    "BSD-3-Clause",
    (
        ProjectLink("Documentation", "https://docs.example/"),
        ProjectLink("Source", "https://code.example/flask"),
    ),
)
TWO = Listing(
    canonicalize_name("flask"), (release("3.0", ">=3.12", day=2), release("2.0", ">=3.8", day=1))
)
WHEELS = (
    Artifact("flask-2.0-py3-none-any.whl", "https://f.example/a", {}, size=102_400),
    Artifact("flask-3.0-py3-none-any.whl", "https://f.example/b", {}, size=1_500_000),
)


def test_what_it_is_comes_first_and_its_links_last() -> None:
    context = context_of(TWO, "flask==2.0", Known(Metadata(about=ABOUT)), WHEELS)
    found = found_at_start(context)
    assert found.plain == (
        "flask\nA small framework.\nNewest: 3.0, 2025-01-02.\n"
        "Version 2.0: released on 2025-01-01, needs Python >=3.8, licence BSD-3-Clause, 102 kB.\n"
        "Documentation: https://docs.example/\nSource: https://code.example/flask"
    )
    assert found.markdown.endswith(
        "\n\n[Documentation](https://docs.example/) · [Source](https://code.example/flask)"
    )
    assert found.pending is None


@pytest.mark.parametrize(
    ("line", "target", "version"),
    [
        ("flask", None, "3.0"),
        ("flask", TARGET, "2.0"),
        ("flask<3", None, "2.0"),
        ("flask==3.0", TARGET, "3.0"),
        # Nothing fits, and yet the name says something.
        ("flask>9", TARGET, "2.0"),
        ("flask>9", None, "3.0"),
        ("flask>=3", TARGET, "3.0"),
    ],
)
def test_the_release_is_the_one_that_the_line_means(
    line: str, target: Target | None, version: str
) -> None:
    pending = NotChecked(Reason.PENDING)
    found = found_at_start(context_of(TWO, line, pending, target=target))
    assert found.pending == Pending(canonicalize_name("flask"), Version(version))


def test_a_pin_to_what_is_not_published_asks_for_nothing() -> None:
    found = found_at_start(context_of(TWO, "flask==9", NotChecked(Reason.PENDING)))
    assert found.pending is None


def test_a_listing_that_is_on_its_way_is_waited_for() -> None:
    documents = Documents(environment={})
    documents.open(ROOT, "flask\n", 1)
    pending = NotChecked(Reason.PENDING)
    context = Context(read_tree(ROOT, documents), Settings(), lambda _name: pending)
    found = found_at_start(context)
    assert found.pending == Pending(canonicalize_name("flask"))
    assert found.plain == "flask\nThe index has not answered yet."


LINUX, MAC = "cp310-cp310-manylinux_2_17_x86_64", "cp310-cp310-macosx_11_0_arm64"
OLD_LINUX = "cp310-abi3-manylinux_2_5_x86_64"
FILES = {
    "x.tar.gz": "",
    "x-py3.whl": "py3-none-any",
    "x-linux.whl": LINUX,
    "x-old.whl": OLD_LINUX,
    "x-mac.whl": MAC,
}
SIZES = {
    "x.tar.gz": 900,
    "x-py3.whl": 30_499,
    "x-linux.whl": 1_550_000,
    "x-old.whl": 2_000_000_000,
    "x-mac.whl": 12_345_678,
}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["x.tar.gz"], "900 bytes as source"),
        (["x.tar.gz", "x-mac.whl"], "900 bytes as source"),
        (["x.tar.gz", "x-py3.whl"], "30 kB"),
        (["x-py3.whl", "x-linux.whl", "x-mac.whl"], "1.6 MB"),
        (["x-linux.whl", "x-old.whl"], "1.6 MB to 2.0 GB"),
        (["x-mac.whl"], ""),
        (["x-linux.whl", "unknown"], "1.6 MB"),
        (["unknown"], ""),
    ],
)
def test_the_size_is_that_of_what_would_be_installed(names: list[str], expected: str) -> None:
    target = Target("3.10.1", {}, frozenset({LINUX, OLD_LINUX, "py3-none-any"}))
    files = tuple(file(name, FILES.get(name, "")) for name in names)
    files = tuple(f for f in files if f.filename in FILES) or files
    artifacts = tuple(Artifact(n, "https://f.example", {}, size=SIZES.get(n)) for n in names)
    listing = Listing(canonicalize_name("x"), (Release(Version("1"), files),))
    context = context_of(listing, "x==1", artifacts=artifacts, target=target)
    said = found_at_start(context).plain.partition("Version 1: ")[2]
    assert said == (f"{expected}." if expected else "")
    at_version = hover(context, ROOT, 3)
    assert (f"To download: {expected}." in at_version.plain if at_version else False) is bool(
        expected
    )


def test_hostile_metadata_shows_as_text() -> None:
    about = About(
        "[x](command:evil) <img src=x> ![p](https://evil.example/p.png)\n# y\u202e https://e.example",
        "`MIT` [y](command:z)",
        (
            ProjectLink("Docu](command:x)[", "https://docs.example/"),
            ProjectLink("Source", "command:evil"),
            ProjectLink("Issues", "https://a.example/) [x](command:evil"),
        ),
    )
    found = found_at_start(context_of(TWO, "flask", Known(Metadata(about=about))))
    # The one link that is left is that of an address, and its text shows as it is.
    assert re.findall(r"(?<!\\)\]\(([^)]*)\)", found.markdown) == ["https://docs.example/"]
    assert "<" not in found.markdown.replace("\\<", "")
    assert "![" not in found.markdown
    assert "\u202e" not in found.markdown + found.plain
    assert "https\\://e" in found.markdown
    assert "command:evil" not in found.plain.splitlines()[-1]
    assert found.plain.splitlines()[1].startswith("[x](command:evil) <img src=x>")


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
    yanked = DistributionFile("flask-3.0.tar.gz", yanked="broken")
    releases = (Release(Version("3.0"), (yanked,)), release("2.0"))
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
        Place("c.example", "https://c.example/flask/?token=secret"),
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
