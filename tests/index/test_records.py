from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from pinwise.index.links import Link, Page
from pinwise.index.records import PageRecord, read_artifacts, record_of, version_key
from pinwise.index.releases import releases_of
from pinwise.index.types import Artifact, DistributionFile, LazyReleases, Listing
from tests.index.support import name

BASE = "https://index.example/simple/flask/"


def record(*links: Link | str) -> PageRecord:
    made = [Link(link, f"../../files/{link}") if isinstance(link, str) else link for link in links]
    return record_of(Page(BASE, made), name("flask"), 1.0)


def listing(*records: PageRecord) -> Listing:
    return Listing(name("flask"), releases_of(records))


def test_releases_come_newest_first_and_by_version() -> None:
    found = listing(
        record("flask-0.9.tar.gz", "flask-1.0rc1.zip", "Flask-1.0.tar.gz", "flask-1!0.1.zip")
    )
    assert [str(release.version) for release in found.releases] == ["1!0.1", "1.0", "1.0rc1", "0.9"]
    assert len(found.releases) == 4
    assert found.releases[0].version == Version("1!0.1")
    assert [str(release.version) for release in found.releases[1:3]] == ["1.0", "1.0rc1"]
    assert found.by_version[Version("1.0.0")].files[0].filename == "Flask-1.0.tar.gz"
    assert Version("1.0") in found.by_version
    assert Version("1.1") not in found.by_version
    assert found.by_version.get(Version("1.1")) is None
    assert list(found.by_version) == [release.version for release in found.releases]


def test_what_a_file_tells_is_kept() -> None:
    link = Link(
        "flask-1.0-py3-none-any.whl",
        "https://f.example/flask-1.0-py3-none-any.whl",
        "sha256=ab,md5=cd",
        ">=3.7",
        "bad upload",
        "2024-01-02T03:04:05.678901Z",
        "sha256=ef",
        17,
    )
    kept = record(link)
    (release,) = listing(kept).releases
    assert release.files == (
        DistributionFile(
            "flask-1.0-py3-none-any.whl",
            "py3-none-any",
            ">=3.7",
            "bad upload",
            datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
        ),
    )
    assert release.yanked == "bad upload"
    assert list(read_artifacts(kept.artifacts)) == [
        Artifact(
            "flask-1.0-py3-none-any.whl",
            "https://f.example/flask-1.0-py3-none-any.whl",
            {"sha256": "ab", "md5": "cd"},
            {"sha256": "ef"},
            17,
        )
    ]


def test_addresses_are_relative_to_the_page() -> None:
    (artifact,) = read_artifacts(record("flask-1.0.zip").artifacts)
    assert artifact == Artifact(
        "flask-1.0.zip", "https://index.example/files/flask-1.0.zip", {}, None, None
    )


def test_files_of_others_and_unreadable_ones_are_left_out() -> None:
    found = listing(
        record("flask_login-1.0.tar.gz", "flask-nonsense.tar.gz", "flask-1.0.exe", "flask-2.0.zip")
    )
    assert [str(release.version) for release in found.releases] == ["2.0"]


def test_spellings_of_one_version_are_one_release() -> None:
    found = listing(record("flask-1.0.tar.gz", "flask-1.0.0-py3-none-any.whl", "flask-1.00.zip"))
    (release,) = found.releases
    assert [file.filename for file in release.files] == [
        "flask-1.0.tar.gz",
        "flask-1.0.0-py3-none-any.whl",
        "flask-1.00.zip",
    ]


def test_several_records_are_united() -> None:
    links = record("flask-2.0-py3-none-any.whl", Link("flask-1.0.zip", "x", yanked="first"))
    index = record("flask-1.0.0.tar.gz", Link("flask-1.0.zip", "y"), "flask-3.0.zip")
    found = listing(links, index)
    assert [str(release.version) for release in found.releases] == ["3.0", "2.0", "1.0"]
    old = found.by_version[Version("1")]
    assert [(file.filename, file.yanked) for file in old.files] == [
        ("flask-1.0.zip", "first"),
        ("flask-1.0.0.tar.gz", None),
    ]


def test_a_project_without_files() -> None:
    found = listing(record())
    assert len(found.releases) == 0
    assert list(found.releases) == []
    assert Version("1.0") not in found.by_version


def test_releases_are_built_once() -> None:
    found = listing(record("flask-1.0.zip", "flask-2.0.zip"))
    assert found.releases[0] is found.by_version[Version("2.0")]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("1", "1"),
        ("1.0.0", "1"),
        ("1.0.1", "1.0.1"),
        ("0.0", "0"),
        ("10.0", "10"),
        ("1!0.0", "1!0"),
        ("1.0rc1", "1rc1"),
        ("1.0.post1", "1.post1"),
        ("1.0.dev0", "1.dev0"),
        ("1.0a1.post0.dev0", "1a1.post0.dev0"),
        ("1.0+ab.0", "1+ab.0"),
        ("1.0.0+0.0", "1+0.0"),
    ],
)
def test_version_key(text: str, key: str) -> None:
    assert version_key(text) == key
    assert Version(key) == Version(text)


VERSIONS = st.from_regex(
    r"\A(?:[01]!)?[0-2](?:\.[0-2]){0,3}(?:(?:a|b|rc)[01])?(?:\.post[01])?(?:\.dev[01])?"
    r"(?:\+(?:0|a|1)(?:\.(?:0|a)){0,2})?\Z"
)


@given(st.lists(VERSIONS, max_size=8))
def test_every_version_is_found_again(texts: list[str]) -> None:
    found = listing(record(*(f"flask-{text}-py3-none-any.whl" for text in texts)))
    expected = sorted({Version(text) for text in texts}, reverse=True)
    assert [release.version for release in found.releases] == expected
    for text in texts:
        release = found.by_version[Version(text)]
        assert f"flask-{text}-py3-none-any.whl" in {file.filename for file in release.files}


@given(st.lists(st.lists(VERSIONS, max_size=40), max_size=4))
def test_any_records_are_united_in_order(groups: list[list[str]]) -> None:
    records = [record(*(f"flask-{text}-py3-none-any.whl" for text in texts)) for texts in groups]
    found = listing(*records)
    expected = sorted({Version(text) for texts in groups for text in texts}, reverse=True)
    assert [release.version for release in found.releases] == expected
    assert all(version in found.by_version for version in expected)


@pytest.mark.parametrize("moment", ["", "yesterday", "2024-13-01T00:00:00Z", "0", "2024"])
def test_a_moment_that_is_none(moment: str) -> None:
    (release,) = listing(record(Link("flask-1.0.zip", "x", uploaded=moment))).releases
    assert release.files[0].uploaded is None


def test_fields_cannot_break_the_table_of_artifacts() -> None:
    odd = Link("flask-1.0.zip", "https://f.example/a\tb/flask-1.0.zip")
    kept = record(odd, "flask-2.0.zip")
    assert [artifact.filename for artifact in read_artifacts(kept.artifacts)] == ["flask-2.0.zip"]
    assert len(listing(kept).releases) == 2


def test_versions_of_the_same_files_share_a_shape() -> None:
    yanked = Link("flask-2.0.tar.gz", "flask-2.0.tar.gz", "", "", "bad")
    found = listing(
        record(
            "flask-1.0.tar.gz",
            "flask-1.0-py3-none-any.whl",
            "flask-1.1-py3-none-any.whl",
            "flask-1.1.tar.gz",
            "flask-1.2.tar.gz",
            yanked,
        )
    ).releases
    assert isinstance(found, LazyReleases)
    shapes = found.shapes
    assert shapes is not None
    told = [
        (count, {(file.tags, file.yanked) for file in shapes.files(shapes.sets[place])})
        for count, place in shapes.runs
    ]
    both = {("", None), ("py3-none-any", None)}
    assert told == [(1, {("", "bad")}), (1, {("", None)}), (2, both)]
    assert len(shapes.sets) == 3
    merged = listing(record("flask-1.0.tar.gz"), record("flask-2.0.tar.gz")).releases
    assert isinstance(merged, LazyReleases)
    assert merged.shapes is None


def test_files_of_which_hardly_two_are_alike_have_no_shapes() -> None:
    def shapes(count: int, *, alike: bool) -> object:
        links = (
            Link(f"flask-1.{at}-py3-none-any.whl", f"{at}", "", "" if alike else f">=3.{at}")
            for at in range(count)
        )
        found = listing(record(*links)).releases
        assert isinstance(found, LazyReleases)
        assert len(found) == count
        return found.shapes

    assert shapes(400, alike=True) is not None
    assert shapes(40, alike=False) is not None
    assert shapes(400, alike=False) is None


@pytest.mark.parametrize("zeros", ["", ".0", ".0.0"])
def test_a_version_is_found_however_its_zeros_are_written(zeros: str) -> None:
    written = ["2.0", "1.2.0", "1.2.0rc1", "1.2.0.post1", "1.0.1", "1.0+local.1", "1", "0.10"]
    found = record(*(f"flask-{version}.tar.gz" for version in written))
    assert found.texts[0] == "2.0"
    for position, text in enumerate(found.texts):
        assert found.position_of(version_key(Version(text))) == position
    for asked, text in (("2", "2.0"), ("1.2", "1.2.0"), ("1.0", "1"), ("0.10", "0.10")):
        position_of = found.position_of(version_key(Version(asked + zeros)))
        assert position_of == found.texts.index(text)
    for asked in ("1.0.0.1", "0.1", "10", "1.2.0rc", "2.0+local"):
        assert found.position_of(version_key(Version(asked))) is None
