from __future__ import annotations

import contextlib

import pytest
from packaging.utils import canonicalize_name

from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.index.client import IndexClient
from pinwise.index.other_pages import other_than_project
from pinwise.index.pages import read_page
from pinwise.index.types import IndexOptions
from tests.fake_index import FakeIndex
from tests.index.support import fetch, name

PROJECT = canonicalize_name("zope.interface")
URL = "https://index.example/simple/zope-interface/"


def other(text: str) -> str:
    body = text.encode()
    return other_than_project(read_page(body, "text/html; charset=utf-8", URL), body, PROJECT)


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html><body></body></html>",
        "<html><head><title>Links for zope-interface</title></head></html>",
        "<html><body><h1>Zope.Interface</h1></body></html>",
        "<html><body><h1>zope_interface.</h1></body></html>",
        "<html><body><p>Links for all</p></body></html>",
        '<meta name="pypi:repository-version" content="1.0"><body>Hello</body>',
        '<html><body>Hello <a href="zope.interface-1.0-py2.7-win32.egg">it</a></body></html>',
        '<html><body>Hello <a href="zope.interface-1.0.TAR.GZ">it</a></body></html>',
        # Indexes of several makers, none of which has a file of it.
        '<html><head><title>Simple Index</title><meta name="api-version" value="2"></head></html>',
        "<title>root/dev: links for zope.interface</title><a href='https://zope.example'>Home</a>",
        '<html><body><h1>Index of /simple/zope-interface/</h1><a href="../">../</a></body></html>',
        '<a href="https://home.example/">Home</a><a href="/f/zope.interface-1.tar.bz2#md5=1">1</a>',
    ],
)
def test_what_may_be_a_project(text: str) -> None:
    assert other(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>Welcome to the Grand Hotel!</body></html>",
        '<html><body>Please <a href="https://login.example/room">log in</a>.</body></html>',
        '<body><a href="/simple/flask/">flask</a><a href="/simple/six/">six</a></body>',
        '<h1>Index of /simple/</h1><a href="six/">six</a><a href="zope-interface/">zope</a>',
        '<p>Quick links for guests of zope.interface</p><a href="/login">Log in</a>',
    ],
)
def test_a_page_for_people(text: str) -> None:
    assert "a page for people" in other(text)


@pytest.mark.parametrize("text", ["", " \n"])
def test_nothing_is_no_page(text: str) -> None:
    assert other(text) == "the answer is empty"


@pytest.mark.parametrize("behaviour", ["greeting", "front-page", "nothing"])
def test_such_a_page_says_nothing_of_a_project(behaviour: str) -> None:
    with FakeIndex({"six": {}}, {"flask": behaviour}) as index:
        options = IndexOptions(index_url=index.url, retries=0)
        with contextlib.closing(IndexClient(options, window=0.0)) as client:
            fetch(client, "flask", "click", "six")
            fact = client.listing(name("flask"))
            assert isinstance(fact, NotChecked)
            assert fact.reason is Reason.UNREADABLE
            assert client.listing(name("click")) == Absent()
            assert isinstance(client.listing(name("six")), Known)


def test_nothing_has_changed_since_nothing() -> None:
    with FakeIndex({}, {"flask": "304"}) as index:
        options = IndexOptions(index_url=index.url, retries=0)
        with contextlib.closing(IndexClient(options, window=0.0)) as client:
            fetch(client, "flask")
            fact = client.listing(name("flask"))
    assert isinstance(fact, NotChecked)
    assert fact.reason is Reason.UNREADABLE
    assert "answers with status 304" in fact.detail
