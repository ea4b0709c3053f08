"""What is being written at the `$0` of half-typed lines."""

from __future__ import annotations

import pytest

from pinwise.features.completion.part import Place, Wanted
from pinwise.features.completion.place import place_at
from pinwise.syntax.source import Source
from tests.harness.counting import assert_linear


def place(text: str) -> tuple[Place | None, str]:
    offset = text.index("$0")
    text = text.replace("$0", "")
    return place_at(Source(text), offset), text


@pytest.mark.parametrize(
    ("text", "wanted", "part", "typed"),
    [
        ("$0", Wanted.NAME, "", ""),
        ("fl$0", Wanted.NAME, "fl", "fl"),
        ("fl$0ask==1.0", Wanted.NAME, "flask", "fl"),
        ("a==1\r\n  fl$0\r\nb", Wanted.NAME, "fl", "fl"),
        ("a==1\x0cfl$0", Wanted.NAME, "fl", "fl"),
        ("# one \\\nfl$0", Wanted.NAME, "fl", "fl"),
        ("flask $0", Wanted.OPERATOR, "", ""),
        ("flask=$0", Wanted.OPERATOR, "=", "="),
        ("flask~$0", Wanted.OPERATOR, "~", "~"),
        ("flask>$0=1.0", Wanted.OPERATOR, ">=", ">"),
        ("flask$0==1.0", Wanted.NAME, "flask", "flask"),
        ("flask>=1,$0", Wanted.OPERATOR, "", ""),
        ("flask[async]$0", Wanted.OPERATOR, "", ""),
        ("flask==$0", Wanted.VERSION, "", ""),
        ("flask== $0", Wanted.VERSION, "", ""),
        ("flask>$0", Wanted.VERSION, "", ""),
        ("flask==2.$0", Wanted.VERSION, "2.", "2."),
        ("flask==2.$00.1 # old", Wanted.VERSION, "2.0.1", "2."),
        ("flask==2.$00.1; python_version > '3'", Wanted.VERSION, "2.0.1", "2."),
        ("flask>=1.0, <2$0", Wanted.VERSION, "2", "2"),
        ("flask (>=1$0)", Wanted.VERSION, "1", "1"),
        ("flask[async, dotenv] ~=2$0", Wanted.VERSION, "2", "2"),
        ("flask \\\n  ==2$0 \\\n  --hash=x", Wanted.VERSION, "2", "2"),
        ("flask[$0", Wanted.EXTRA, "", ""),
        ("flask[as$0]==1", Wanted.EXTRA, "as", "as"),
        ("flask[async, do$0t]==1", Wanted.EXTRA, "dot", "do"),
        ("flask;$0", Wanted.MARKER_VARIABLE, "", ""),
        ("flask==1 ; py$0", Wanted.MARKER_VARIABLE, "py", "py"),
        ("flask;(sys$0_platform == 'x')", Wanted.MARKER_VARIABLE, "sys_platform", "sys"),
        ("flask; python_version $0", Wanted.MARKER_OPERATOR, "", ""),
        ("flask; python_version =$0", Wanted.MARKER_OPERATOR, "=", "="),
        ("flask; os_name not $0", Wanted.MARKER_OPERATOR, "", ""),
        ("flask; python_version >=$0", Wanted.MARKER_VALUE, "", ""),
        ('flask; python_version >= "3$0', Wanted.MARKER_VALUE, "3", "3"),
        ('flask; python_version >= "3$0.9" and x', Wanted.MARKER_VALUE, "3.9", "3"),
        ("flask; sys_platform == lin$0", Wanted.MARKER_VALUE, "lin", "lin"),
        ('flask; python_version >= "3.9" $0', Wanted.MARKER_JOINT, "", ""),
        ('flask; python_version >= "3.9" an$0', Wanted.MARKER_JOINT, "an", "an"),
        ('flask; python_version >= "3.9" and $0', Wanted.MARKER_VARIABLE, "", ""),
        ('flask; "3.9" <= py$0', Wanted.MARKER_VARIABLE, "py", "py"),
        ("x @ https://h.example/x.whl ; py$0", Wanted.MARKER_VARIABLE, "py", "py"),
        ("-$0", Wanted.OPTION, "-", "-"),
        ("--ind$0ex-url", Wanted.OPTION, "--index-url", "--ind"),
        ("flask==1 --h$0", Wanted.OPTION, "--h", "--h"),
        ("flask==1 \\\n    --h$0", Wanted.OPTION, "--h", "--h"),
        ("--pre --$0", Wanted.OPTION, "--", "--"),
        ("flask==1 --hash=$0", Wanted.OPTION_VALUE, "", ""),
        ("flask==1 --hash=sha2$056:abc", Wanted.OPTION_VALUE, "sha256:abc", "sha2"),
        ("flask==1 --hash=sha256:ab$0c \\", Wanted.OPTION_VALUE, "sha256:abc", "sha256:ab"),
        ("flask==1 --hash sha$0", Wanted.OPTION_VALUE, "sha", "sha"),
        ("-r $0", Wanted.OPTION_VALUE, "", ""),
        ("-r ba$0se.txt", Wanted.OPTION_VALUE, "base.txt", "ba"),
        ("-rba$0", Wanted.OPTION_VALUE, "ba", "ba"),
        ("-r req/ba$0", Wanted.OPTION_VALUE, "ba", "ba"),
        ('-e "my pro$0"', Wanted.OPTION_VALUE, "my pro", "my pro"),
        ("--requirement=ba$0", Wanted.OPTION_VALUE, "ba", "ba"),
        ("--only-binary flask,:a$0ll:", Wanted.OPTION_VALUE, ":all:", ":a"),
        ("--use-feature=fa$0", Wanted.OPTION_VALUE, "fa", "fa"),
        ("./pro$0", Wanted.PROJECT_PATH, "pro", "pro"),
        ("packages/o$0ne", Wanted.PROJECT_PATH, "one", "o"),
    ],
)
def test_what_is_written(text: str, wanted: Wanted, part: str, typed: str) -> None:
    found, bare = place(text)
    assert found is not None
    assert (found.wanted, found.span.of(bare), found.typed) == (wanted, part, typed)
    assert bare[found.span.start :].startswith(typed)


@pytest.mark.parametrize(
    "text",
    [
        "# fl$0",
        "  # fl$0",
        "flask  # see ==$0",
        "flask==1 \\\n  # a co$0mment",
        "flask==${VER$0",
        "flask==${VER$0SION}",
        "flask==1.${MI$0NOR}",
        "-r ${DIR$0}",
        "fla\\\nsk$0",
        "flask==2.\\\n0$0",
        "flask 1.0$0",
        "flask==1.0 $0",
        "flask @ https://h.example/$0",
        "https://h.example/fl$0",
        "git+https://h.example/fl$0",
        "-e git+https://h.example/fl$0",
        "--index-url https://h.exa$0",
        "--index-url=$0",
        "--no-index=$0",
        "--nonsense=$0",
        "flask; 'x$0'",
        "flask; python_version ? $0",
        'flask; python_version >= "3.9"$0',
        "-e //host/sha$0",
        "é$0",
    ],
)
def test_where_nothing_is_offered(text: str) -> None:
    found, _ = place(text)
    assert found is None


def test_what_belongs_to_the_part() -> None:
    found, _ = place("Flask[async, $0, dotenv] >=1")
    assert found is not None
    assert (found.name, found.extras) == ("Flask", ("async", "dotenv"))
    found, _ = place("Flask>=1, !=$0")
    assert found is not None
    assert (found.name, found.operator) == ("Flask", "!=")
    found, _ = place("x; sys_platform not in '$0")
    assert found is not None
    assert (found.variable, found.operator, found.quote) == ("sys_platform", "not in", "'")
    found, _ = place("x; sys_platform == '$0'")
    assert found is not None
    assert (found.quote, found.quoted) == ("", True)
    found, _ = place("-c ../shared/con$0")
    assert found is not None
    assert found.before == "../shared/"


def test_a_long_line_is_read_in_linear_time() -> None:
    hashes = " \\\n    --hash=sha256:" + "a" * 64

    def in_options(count: int) -> None:
        found, _ = place("flask==1" + hashes * count + " \\\n    --h$0")
        assert found is not None
        assert found.wanted is Wanted.OPTION

    def in_a_marker(count: int) -> None:
        found, _ = place("flask; " + "os_name == 'x' and " * count + "py$0")
        assert found is not None
        assert found.wanted is Wanted.MARKER_VARIABLE

    assert_linear(in_options, 50)
    assert_linear(in_a_marker, 100)
