from __future__ import annotations

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.index.about import MOST_SUMMARY, MOST_URL, packed, safe_url, shortened, unpacked
from pinwise.index.core_metadata import read_core_metadata
from pinwise.index.types import About, ProjectLink

FLASK = canonicalize_name("flask")


def about(*headers: str) -> About:
    text = "\n".join(["Metadata-Version: 2.4", "Name: flask", "Version: 1.0", *headers, "", "x"])
    return read_core_metadata(text.encode(), FLASK, Version("1.0")).metadata.about


FULL = About(
    "A small framework.",
    "BSD-3-Clause",
    (
        ProjectLink("Homepage", "https://flask.example/"),
        ProjectLink("Documentation", "https://docs.example/x?a=1#b"),
        ProjectLink("Source", "https://code.example/flask"),
        ProjectLink("Changelog", "https://docs.example/changes"),
        ProjectLink("Issues", "https://code.example/flask/issues"),
    ),
)


def test_everything_that_is_shown() -> None:
    assert (
        about(
            "Summary: A small framework.",
            "License-Expression: BSD-3-Clause",
            "License: something else",
            "Project-URL: Issue Tracker, https://code.example/flask/issues",
            "Project-URL: Source Code, https://code.example/flask",
            "Project-URL: Repository, https://code.example/another",
            "Project-URL: docs, https://docs.example/x?a=1#b",
            "Project-URL: What's New, https://docs.example/changes",
            "Project-URL: Chat, https://chat.example",
            "Home-page: https://flask.example/",
        )
        == FULL
    )


def test_nothing_to_show() -> None:
    assert about() == About()
    assert about("Summary: UNKNOWN", "License: UNKNOWN", "Home-page: UNKNOWN") == About()
    assert about("Project-URL: https://no-label.example") == About()


def test_what_building_may_change_is_not_told() -> None:
    assert about("Summary: x", "License: MIT", "Dynamic: Summary") == About("", "MIT")


@pytest.mark.parametrize(
    ("headers", "licence"),
    [
        (["License: MIT"], "MIT"),
        (["License: MIT", "Classifier: License :: OSI Approved :: BSD License"], "BSD License"),
        (
            [
                "Classifier: License :: OSI Approved",
                "Classifier: License :: OSI Approved :: MIT License",
                "Classifier: License :: Public Domain",
                "Classifier: License :: OSI Approved :: MIT License",
            ],
            "MIT License, Public Domain",
        ),
        (["Classifier: License"], ""),
        (["Classifier: Topic :: License"], ""),
        ([f"License: Permission is hereby granted {'and so on ' * 20}"], ""),
        (["License: Copyright", "        all of it"], "Copyright all of it"),
    ],
)
def test_the_licence_is_named_in_short(headers: list[str], licence: str) -> None:
    assert about(*headers).licence == licence


def test_text_is_short_and_steers_nothing() -> None:
    evil = "a\x1b[2J\u202eb\u2066c\u200bd\x00e\u2028f"
    assert shortened(evil, 100) == "a [2J b c d e f"
    assert about(f"Summary: {'x' * 10_000}").summary == "x" * (MOST_SUMMARY - 1) + "…"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://a.example", "https://a.example"),
        ("  HTTP://A.example:8080/x  ", "http://a.example:8080/x"),
        ("https://a.example/x_(y)", "https://a.example/x_%28y%29"),
        ("https://a.example/[x](y)<z>", "https://a.example/%5Bx%5D%28y%29%3Cz%3E"),
        ("https://a.example/ü", "https://a.example/%C3%BC"),
        ("https://a.example/%C3%BC?q=a&b#c", "https://a.example/%C3%BC?q=a&b#c"),
        # A Cyrillic letter that looks like a Latin one becomes visible.
        ("https://ex\u0430mple.example/", "https://xn--exmple-4nf.example/"),
        ("command:evil", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("//a.example/x", ""),
        ("vscode://a.example/x", ""),
        ("https://trusted.example@evil.example/", ""),
        ("https://evil.example\\@trusted.example/", ""),
        ("https://a.example/ x", ""),
        ("https://a.example/\u202egnp.exe", ""),
        ("https://a.example/\x00", ""),
        ("https://[::1]/", ""),
        ("https://[x/", ""),
        ("https://a.example:port/", ""),
        ("https:///x", ""),
        (f"https://a.example/{'x' * MOST_URL}", ""),
        (f"https://a.example/{'ü' * 100}", ""),
        (f"https://{'a' * 70}.example/", ""),
        ("", ""),
    ],
)
def test_links_lead_where_they_say(text: str, url: str) -> None:
    assert safe_url(text) == url


def test_it_is_kept_as_text() -> None:
    for each in (FULL, About(), About("x"), About(licence="MIT"), About(links=FULL.links[:1])):
        assert unpacked(packed(each)) == each
    assert not packed(About())
