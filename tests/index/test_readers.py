from __future__ import annotations

import json
from typing import Any

import pytest

from pinwise.index import simple_html
from pinwise.index.links import Link, UnreadablePageError
from pinwise.index.pages import read_page

URL = "https://index.example/simple/flask/"
HTML = "text/html; charset=utf-8"
JSON = "application/vnd.pypi.simple.v1+json"


def html(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


# One anchor each, and what it says.
ANCHORS = {
    "machine-made": (
        '<a href="../../files/flask-1.0.tar.gz#sha256=ab12">flask-1.0.tar.gz</a>',
        Link("flask-1.0.tar.gz", "../../files/flask-1.0.tar.gz", "sha256=ab12"),
    ),
    "everything": (
        """<a href="https://f.example/flask-1.0-py3-none-any.whl#sha256=ab"
        data-requires-python="&gt;=3.7,&lt;4" data-yanked="bad &quot;upload&quot; &amp; more"
        data-core-metadata="sha256=cd" data-upload-time="2024-01-02T03:04:05.678901Z">x</a>""",
        Link(
            "flask-1.0-py3-none-any.whl",
            "https://f.example/flask-1.0-py3-none-any.whl",
            "sha256=ab",
            ">=3.7,<4",
            'bad "upload" & more',
            "2024-01-02T03:04:05.678901Z",
            "sha256=cd",
        ),
    ),
    "a greater-than sign inside quotes": (
        '<a href="flask-1.0.zip" data-requires-python=">=3.7">x</a>',
        Link("flask-1.0.zip", "flask-1.0.zip", requires_python=">=3.7"),
    ),
    "yanked without a reason": (
        '<a href="flask-1.0.zip" data-yanked="">x</a>',
        Link("flask-1.0.zip", "flask-1.0.zip", yanked=""),
    ),
    "yanked without a value": (
        '<a href="flask-1.0.zip" data-yanked>x</a>',
        Link("flask-1.0.zip", "flask-1.0.zip", yanked=""),
    ),
    "the old name of the metadata attribute": (
        '<a href="flask-1.0.zip" data-dist-info-metadata="true">x</a>',
        Link("flask-1.0.zip", "flask-1.0.zip", metadata=""),
    ),
    "the new name counts before the old one": (
        '<a href="a-1.zip" data-dist-info-metadata="true" data-core-metadata="sha256=1">x</a>',
        Link("a-1.zip", "a-1.zip", metadata="sha256=1"),
    ),
    "no metadata": (
        '<a href="flask-1.0.zip" data-core-metadata="false">x</a>',
        Link("flask-1.0.zip", "flask-1.0.zip"),
    ),
    "capitals, single quotes, line breaks": (
        "<A\n HREF='flask-1.0.zip'\tData-Yanked='why'>x</A>",
        Link("flask-1.0.zip", "flask-1.0.zip", yanked="why"),
    ),
    "no quotes": (
        "<a href=flask-1.0.zip data-requires-python=~=3.7>x</a>",
        Link("flask-1.0.zip", "flask-1.0.zip", requires_python="~=3.7"),
    ),
    "an escaped filename, and a query": (
        '<a href="/f/torch-2.0%2Bcpu-py3-none-any.whl?token=1#md5=ab">x</a>',
        Link(
            "torch-2.0+cpu-py3-none-any.whl",
            "/f/torch-2.0%2Bcpu-py3-none-any.whl?token=1",
            "md5=ab",
        ),
    ),
    "a hash among other parts of the fragment": (
        '<a href="flask-1.0.zip#egg=flask&amp;sha256=ab">x</a>',
        Link("flask-1.0.zip", "flask-1.0.zip", "sha256=ab"),
    ),
    "a fragment that is no hash": (
        '<a href="flask-1.0.zip#here">x</a>',
        Link("flask-1.0.zip", "flask-1.0.zip"),
    ),
}


@pytest.mark.parametrize("name", ANCHORS)
@pytest.mark.parametrize("around", ["", "<!-- so that only the parser reads it -->"])
def test_an_anchor(name: str, around: str) -> None:
    written, expected = ANCHORS[name]
    page = read_page(html(around + written).encode(), HTML, URL)
    assert page.links == [expected]


def test_comments_and_scripts_hold_no_links() -> None:
    text = html(
        "<!-- <a href='flask-9.zip'>x</a> --><script>'<a href=\"flask-8.zip\">'</script>"
        "<a href='flask-1.0.zip'>x</a>"
    )
    assert [link.filename for link in read_page(text.encode(), HTML, URL).links] == [
        "flask-1.0.zip"
    ]


def test_anchors_without_address_are_skipped() -> None:
    text = html('<a name="top">x</a><a href="">y</a><a>z</a>')
    assert read_page(text.encode(), HTML, URL).links == []


@pytest.mark.parametrize(
    ("head", "base"),
    [
        ("", URL),
        ('<base href="https://files.example/base/">', "https://files.example/base/"),
        ('<base href="/base/">', "https://index.example/base/"),
        ("<BASE HREF='/a/'><base href='/b/'>", "https://index.example/a/"),
        ("<base target='x'>", URL),
    ],
)
def test_base(head: str, base: str) -> None:
    assert read_page(html("", head).encode(), HTML, URL).base == base


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("", ""),
        ('<meta name="pypi:project-status" content="active">', ""),
        ('<meta name="pypi:project-status" content="archived">', "archived"),
        ("<meta content='Quarantined' name='pypi:project-status'/>", "quarantined"),
    ],
)
def test_status_in_html(head: str, status: str) -> None:
    assert read_page(html("", head).encode(), HTML, URL).status == status


def test_the_fast_path_reads_what_the_parser_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    anchors = "\n".join(written for written, _ in ANCHORS.values() if '"' in written)
    fast = simple_html.read_html(html(anchors), URL)

    monkeypatch.setattr(simple_html, "_scan", lambda _: None)
    assert fast.links == simple_html.read_html(html(anchors), URL).links


def page(**changes: object) -> bytes:
    data: dict[str, Any] = {"meta": {"api-version": "1.4"}, "name": "flask", "files": []}
    data.update(changes)
    return json.dumps(data).encode()


JSON_FILES: dict[str, tuple[Any, Link | None]] = {
    "everything": (
        {
            "filename": "flask-1.0.zip",
            "url": "https://f.example/flask-1.0.zip",
            "hashes": {"sha256": "ab", "md5": "cd"},
            "requires-python": ">=3.7",
            "yanked": "bad",
            "upload-time": "2024-01-02T03:04:05Z",
            "core-metadata": {"sha256": "ef"},
            "size": 17,
        },
        Link(
            "flask-1.0.zip",
            "https://f.example/flask-1.0.zip",
            "sha256=ab,md5=cd",
            ">=3.7",
            "bad",
            "2024-01-02T03:04:05Z",
            "sha256=ef",
            17,
        ),
    ),
    "little": ({"url": "flask-1.0.zip"}, Link("flask-1.0.zip", "flask-1.0.zip")),
    "yanked is true": (
        {"url": "flask-1.0.zip", "yanked": True},
        Link("flask-1.0.zip", "flask-1.0.zip", yanked=""),
    ),
    "yanked is false": (
        {"url": "flask-1.0.zip", "yanked": False},
        Link("flask-1.0.zip", "flask-1.0.zip"),
    ),
    "metadata without hash, by its old name": (
        {"url": "flask-1.0.zip", "dist-info-metadata": True},
        Link("flask-1.0.zip", "flask-1.0.zip", metadata=""),
    ),
    "nulls": (
        {"url": "flask-1.0.zip", "requires-python": None, "hashes": None, "size": None},
        Link("flask-1.0.zip", "flask-1.0.zip"),
    ),
    "wrong types": (
        {
            "url": "flask-1.0.zip",
            "requires-python": 3,
            "hashes": ["sha256"],
            "size": "big",
            "upload-time": 7,
        },
        Link("flask-1.0.zip", "flask-1.0.zip"),
    ),
    "hashes that are none": (
        {"url": "flask-1.0.zip", "hashes": {"sha256": "a\tb", "sha512": 5, "md5": "ok"}},
        Link("flask-1.0.zip", "flask-1.0.zip", "md5=ok"),
    ),
    "no address": ({"filename": "flask-1.0.zip"}, None),
    "no object": ("flask-1.0.zip", None),
}


@pytest.mark.parametrize("name", JSON_FILES)
def test_a_file_in_json(name: str) -> None:
    written, expected = JSON_FILES[name]
    links = read_page(page(files=[written]), JSON, URL).links
    assert links == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, ""),
        ({"project-status": {"status": "active"}}, ""),
        ({"project-status": {"status": "deprecated", "reason": "use x"}}, "deprecated"),
        ({"meta": {"api-version": "1.3", "project-status": "archived"}}, "archived"),
        ({"project-status": 5}, ""),
    ],
)
def test_status_in_json(changes: dict[str, Any], status: str) -> None:
    assert read_page(page(**changes), JSON, URL).status == status


UNREADABLE = {
    "no type": (b"<html></html>", "", "type unknown"),
    "another type": (b"<html></html>", "text/plain", "type text/plain"),
    "plain JSON, which pip does not read": (page(), "application/json", "type application/json"),
    "cut HTML": (b'<html><body><a href="flask', HTML, "cut short"),
    "JSON sent as HTML": (page(), HTML, "no page of an index"),
    "noise": (bytes(range(256)) * 20, HTML, "no page of an index"),
    "a login page": (html("<form></form>").encode(), HTML, "for people"),
    "a page that leads on to one": (
        html("", '<meta content="0; url=/login" http-equiv=refresh>').encode(),
        HTML,
        "for people",
    ),
    "HTML of version 2": (
        html("", '<meta name="pypi:repository-version" content="2.0">').encode(),
        HTML,
        "version 2.0",
    ),
    "cut JSON": (page()[:-3], JSON, "not valid JSON"),
    "HTML sent as JSON": (html("").encode(), JSON, "not valid JSON"),
    "not UTF-8": (b'{"files": "\xff"}', JSON, "not valid JSON"),
    "nested without end": (b"[" * 100_000, JSON, "not valid JSON"),
    "a list": (b"[]", JSON, "not a project page"),
    "the list of projects": (b'{"meta": {}, "projects": []}', JSON, "not a project page"),
    "JSON of version 2": (page(meta={"api-version": "2.0"}), JSON, "version 2.0"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable(name: str) -> None:
    body, content_type, message = UNREADABLE[name]
    with pytest.raises(UnreadablePageError, match=message):
        read_page(body, content_type, URL)


@pytest.mark.parametrize("version", ["1.0", "1.4", "1.99", ""])
def test_later_minor_versions_are_read(version: str) -> None:
    head = f'<meta name="pypi:repository-version" content="{version}">'
    assert read_page(html("", head).encode(), HTML, URL).links == []


def test_charset() -> None:
    text = html('<a href="flask-1.0.zip" data-yanked="schön">x</a>')
    none = ("no-such-charset", "undefined", "punycode", "IDNA", "rot13", "\0")
    for charset in ("latin-1", "utf-8", *none):
        encoding = "utf-8" if charset in none else charset
        links = read_page(text.encode(encoding), f"text/html; charset={charset}", URL).links
        assert links[0].yanked == "schön"


def test_an_empty_page_is_a_project_without_files() -> None:
    for body in (b"", b"<!DOCTYPE html>", html("<h1>Links for flask</h1>").encode()):
        assert read_page(body, HTML, URL).links == []


@pytest.mark.parametrize(
    "part",
    ["<meta ", "<a ", '<a href="', "<a href='", "<base ", "<!--", "<![CDATA[", "&amp", " "],
)
def test_no_page_takes_long(part: str) -> None:
    """Whoever reads one word again for each word before it would take minutes."""
    assert read_page(f"{part * 20_000}>".encode(), HTML, URL).links is not None


_SHAPES = (
    "",
    ' data-requires-python="&gt;=3.8,&lt;4"',
    ' data-yanked="broken &amp; gone"',
    " data-yanked",
    ' data-yanked=""',
    ' data-requires-python="&gt;=3" data-yanked="x" data-upload-time="2024-01-02T03:04:05Z"',
    ' data-dist-info-metadata="sha256=ab" data-core-metadata="sha256=ab"',
    ' data-dist-info-metadata="true"',
    ' data-core-metadata="false"',
    ' data-dist-info-metadata="sha256=ab" data-core-metadata=""',
    ' data-requires-python="" data-core-metadata="md5=ab" data-upload-time=""',
    ' data-upload-time="2024-01-02T03:04:05Z" data-requires-python="&gt;=3"',
    ' data-gpg-sig="true"',
    ' rel="internal" class="x"',
    ' data-yanked="a" data-yanked="b"',
    ' data-requires-python=">=3.8"',
)
_ADDRESSES = (
    "https://files.example.org/a/b/foo-1.0.tar.gz#sha256=abc",
    "../../foo-1.0%2Bcpu-py3-none-any.whl#md5=abc",
    "foo-1.0.zip",
    "foo-1.0.zip?token=a&amp;b=c#sha256=abc",
    "foo-1.0.zip#egg=foo&amp;sha1=abc",
    "foo-1.0.zip#egg=foo",
    "#sha256=abc",
    "",
)


@pytest.mark.parametrize("shape", _SHAPES)
@pytest.mark.parametrize("address", _ADDRESSES)
def test_every_way_to_read_an_anchor_reads_the_same(shape: str, address: str) -> None:
    usual = '<a href="https://files.example.org/foo-0.9.zip#sha256=a">foo-0.9.zip</a><br/>\n'
    text = f'{usual}<a href="{address}"{shape}>foo</a><br/>\n'
    # A comment takes the page to the parser of the standard library.
    parsed = simple_html.read_html(f"<!-- -->{text}", URL)
    assert simple_html.read_html(text, URL) == parsed
    assert parsed.links[0].filename == "foo-0.9.zip"
