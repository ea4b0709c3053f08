from __future__ import annotations

import pytest

from pinwise.features.selection_range import Selections
from tests.harness.features import open_files, selections


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # From the number outwards; the file ends with the last step.
        (
            "flask==1.2$03,<2  # hi\n",
            [
                "23",
                "1.23",
                "==1.23",
                "==1.23,<2",
                "flask==1.23,<2",
                "flask==1.23,<2  # hi",
                "flask==1.23,<2  # hi\n",
            ],
        ),
        ("flask==1.0rc$0\n\n", ["rc", "1.0rc", "==1.0rc", "flask==1.0rc", "flask==1.0rc\n\n"]),
        ("flask=$0=1\n", ["==", "==1", "flask==1", "flask==1\n"]),
        # Between two parts, the word counts: behind, then before.
        ("flask$0==1\n", ["flask", "flask==1", "flask==1\n"]),
        ("flask==$01\n", ["1", "==1", "flask==1", "flask==1\n"]),
        ("flask==1$0\n", ["1", "==1", "flask==1", "flask==1\n"]),
        (
            "a[b-x,c$0c]>1\n",
            ["cc", "b-x,cc", "[b-x,cc]", "a[b-x,cc]", "a[b-x,cc]>1", "a[b-x,cc]>1\n"],
        ),
        (
            "a; (os_name == 'n$0t' or extra == 'x') and python_version < '3'\n",
            [
                "nt",
                "'nt'",
                "os_name == 'nt'",
                "os_name == 'nt' or extra == 'x'",
                "(os_name == 'nt' or extra == 'x')",
                "(os_name == 'nt' or extra == 'x') and python_version < '3'",
                "a; (os_name == 'nt' or extra == 'x') and python_version < '3'",
                "a; (os_name == 'nt' or extra == 'x') and python_version < '3'\n",
            ],
        ),
        (
            "a==1 --hash=sha256:a$0b --hash=sha256:cd\n",
            [
                "ab",
                "sha256:ab",
                "--hash=sha256:ab",
                "--hash=sha256:ab --hash=sha256:cd",
                "a==1 --hash=sha256:ab --hash=sha256:cd",
                "a==1 --hash=sha256:ab --hash=sha256:cd\n",
            ],
        ),
        (
            "a==1 --hash=sha$0256:ab\n",
            [
                "sha256",
                "sha256:ab",
                "--hash=sha256:ab",
                "a==1 --hash=sha256:ab",
                "a==1 --hash=sha256:ab\n",
            ],
        ),
        (
            "-i https://h.example/sim$0ple --pre\n",
            [
                "simple",
                "https://h.example/simple",
                "-i https://h.example/simple",
                "-i https://h.example/simple --pre",
                "-i https://h.example/simple --pre\n",
            ],
        ),
        ("--p$0re\n", ["--pre", "--pre\n"]),
        (
            "-r sub/ba$0se.txt\n",
            ["base.txt", "sub/base.txt", "-r sub/base.txt", "-r sub/base.txt\n"],
        ),
        (
            "a @ git+https://h.example/te$0am/x@v1\n",
            [
                "team",
                "git+https://h.example/team/x@v1",
                "a @ git+https://h.example/team/x@v1",
                "a @ git+https://h.example/team/x@v1\n",
            ],
        ),
        # Comments, their run, the block and the file.
        (
            "# hello wor$0ld\n# x\nflask\n\ny\n",
            [
                "world",
                "hello world",
                "# hello world",
                "# hello world\n# x",
                "# hello world\n# x\nflask",
                "# hello world\n# x\nflask\n\ny\n",
            ],
        ),
        (
            "flask\n    # via re$0quests\ndjango\n\ny\n",
            [
                "requests",
                "via requests",
                "# via requests",
                "flask\n    # via requests",
                "flask\n    # via requests\ndjango",
                "flask\n    # via requests\ndjango\n\ny\n",
            ],
        ),
        # Sections.
        (
            "## Web\nfla$0sk\n\ndjango\n## Tests\npytest\n",
            [
                "flask",
                "## Web\nflask",
                "## Web\nflask\n\ndjango",
                "## Web\nflask\n\ndjango\n## Tests\npytest\n",
            ],
        ),
        # Continuations: a part is taken whole, however it is broken.
        ("fl\\\na$0sk==1\n", ["fl\\\nask", "fl\\\nask==1", "fl\\\nask==1\n"]),
        (
            "a==1.\\\n2\\\n3$0.4\n",
            [
                "2\\\n3",
                "1.\\\n2\\\n3.4",
                "==1.\\\n2\\\n3.4",
                "a==1.\\\n2\\\n3.4",
                "a==1.\\\n2\\\n3.4\n",
            ],
        ),
        (
            "a; os_\\\nname == \\\n  'n$0t'\n",
            [
                "nt",
                "'nt'",
                "os_\\\nname == \\\n  'nt'",
                "a; os_\\\nname == \\\n  'nt'",
                "a; os_\\\nname == \\\n  'nt'\n",
            ],
        ),
        # Nothing but blanks.
        ("a\n$0\nb\n", ["a\n\nb\n"]),
        ("a\n\n   $0   \nb\n", ["a\n\n      \nb\n"]),
        ("$0", [""]),
        ("\n\n$0", ["\n"]),
        ("flask\n$0", ["flask\n"]),
        # pip's lines in one line of the editor.
        ("flask\x0cdj$0ango\n", ["django", "flask\x0cdjango", "flask\x0cdjango\n"]),
        (
            "# see\u2028fla$0sk==2\n",
            ["flask", "flask==2", "# see\u2028flask==2", "# see\u2028flask==2\n"],
        ),
        # What pip rejects has the parts that can be read.
        ("flask=$0=\n", ["flask==", "flask==\n"]),
    ],
)
def test_selection_grows(text: str, expected: list[str]) -> None:
    assert selections(text) == expected


def test_line_ends_of_two_characters() -> None:
    found = selections("fl\\\na$0sk==1\ndjango\n", newline="\r\n")
    assert found == [
        "fl\\\r\nask",
        "fl\\\r\nask==1",
        "fl\\\r\nask==1\r\ndjango",
        "fl\\\r\nask==1\r\ndjango\r\n",
    ]


def test_variables_have_no_parts_within() -> None:
    text = "flask==${VER$0SION} ; ${MARKER}\n"
    variables = {"VERSION": "1.0", "MARKER": "os_name == 'nt'"}
    found = selections(text, variables=variables)
    assert found[0] in {"VERSION", "${VERSION}"}
    assert "flask==${VERSION} ; ${MARKER}" in found


@pytest.mark.parametrize("offset", [-5, 0, 3, 4, 5, 10_000])
def test_any_place_has_a_range(offset: int) -> None:
    for text in ("", "\n", "flask", "fl\\\nask ; '", "# x\x0c\x85[a]==1\r\r\n\\"):
        document = open_files(text).document
        length = len(document.text)
        spans = Selections(document).at(min(max(offset, 0), length))
        assert (spans[-1].start, spans[-1].end) == (0, length)
