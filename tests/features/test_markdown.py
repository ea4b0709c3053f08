from __future__ import annotations

import re

import pytest

from pinwise.features.markdown import MOST_OF_LINE, escaped, link, linkable, one_line

HOSTILE = (
    "[click](command:workbench.action.terminal.new)",
    "![x](https://evil.example/pixel.png)",
    "<img src=https://evil.example/p.png onerror=x>",
    "<a href='command:x'>x</a> &lt;b&gt;",
    "<https://evil.example>",
    "see https://evil.example/x and www.evil.example",
    "mail a@evil.example",
    "# heading\n\n* item\n\n```js\nx\n```\n---",
    "1. one 1) two",
    "    code",
    "`code` ~~gone~~ **bold** _x_ | a | b | $x$",
    "[ref]: https://evil.example",
    "$(trash) :smile:",
    "a\u202eevil\u2066\u200b\x1b[31m\x07\u2028b",
    "\\[x](y)",
)

_ACTIVE = re.compile(r"(?<!\\)(?:\\\\)*([`*_{}\[\]<>()#|~$!@&]|://|www\.)")


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_others_does_nothing(text: str) -> None:
    shown = escaped(text)
    assert _ACTIVE.search(shown) is None, shown
    assert "\n" not in shown
    assert shown == shown.strip()
    assert all(character.isprintable() for character in shown)
    # It says the same: what was added are backslashes alone.
    assert re.sub(r"\\(.)", r"\1", shown) == one_line(text)


def test_plain_text_stays() -> None:
    assert escaped("A small framework, für alle: yes") == "A small framework, für alle: yes"
    assert one_line("x" * 10_000) == "x" * MOST_OF_LINE


@pytest.mark.parametrize(
    "url",
    [
        "command:evil",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a.example/) [x](command:y",
        "https://a.example/ x",
        "https://user@a.example/",
        "https://ä.example/",
        "https://a.example/\nx",
        'https://a.example/"x',
        "https://a.example/<x>",
        "https://a.example/\\",
        "file:///etc/passwd",
        "HTTPS://a.example",
        "",
    ],
)
def test_what_is_no_safe_address_is_no_link(url: str) -> None:
    assert not linkable(url)
    assert link("Source", url) == "Source"


def test_links_show_their_text_as_it_is() -> None:
    assert link("a](x)", "https://a.example/?q=1#y") == "[a\\]\\(x\\)](https://a.example/?q=1#y)"
