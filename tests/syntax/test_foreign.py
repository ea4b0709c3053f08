"""Lines of other tools, formats and shells: each is one mistake, with what was meant.

A case is the text, the kind of its one problem, and the text after the fix (None: no fix).
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinwise.base.text import TextEdit, apply_edits
from pinwise.syntax.nodes import Kind, ProblemKind
from pinwise.syntax.requirements import parse
from pinwise.syntax.sentences import MAX_LENGTH
from tests.harness.counting import assert_linear, pattern_steps

FOREIGN = ProblemKind.FOREIGN_SYNTAX
MISREAD = ProblemKind.MISREAD_ADDRESS
SEVERAL = ProblemKind.SEVERAL_REQUIREMENTS
VERSION = ProblemKind.MISPLACED_VERSION
URL = ProblemKind.INVALID_URL
QUOTED = ProblemKind.QUOTED_REQUIREMENT
PRINTED = ProblemKind.PRINTED_MESSAGE
TEXT = ProblemKind.UNEXPECTED_TEXT
NO_OPERATOR = ProblemKind.MISSING_OPERATOR

CASES = [
    # conda
    ("numpy=1.26.4=py311h64a7726_0", FOREIGN, "numpy==1.26.4"),
    ("numpy==1.26.4=py311h64a7726_0", FOREIGN, "numpy==1.26.4"),
    ("conda-forge::numpy=1.2", FOREIGN, "numpy==1.2"),
    ("conda-forge::numpy", FOREIGN, "numpy"),
    ("_libgcc_mutex=0.1=main", FOREIGN, ""),
    ("python=3.11", FOREIGN, ""),
    ("numpy=1.26", ProblemKind.SINGLE_EQUALS, "numpy==1.26"),
    # Poetry, Pipfiles, pyproject.toml
    ("flask^2.0", FOREIGN, "flask>=2.0,<3"),
    ("flask ^0.2.3", FOREIGN, "flask >=0.2.3,<0.3"),
    ("flask[async]^0.0.3", FOREIGN, "flask[async]>=0.0.3,<0.0.4"),
    ("flask^0.0", FOREIGN, "flask>=0.0,<0.1"),
    ("flask ~1.2", FOREIGN, "flask >=1.2,<1.3"),
    ("flask~1", FOREIGN, "flask>=1,<2"),
    ("flask[async]~1.2.3 ; os_name == 'nt'", FOREIGN, "flask[async]>=1.2.3,<1.3 ; os_name == 'nt'"),
    ("flask ~> 1.2", ProblemKind.UNKNOWN_OPERATOR, "flask ~= 1.2"),
    ("flask ~> 1", FOREIGN, "flask >=1,<2"),
    ("flask^1 ; os_name == 'nt'", FOREIGN, "flask>=1,<2 ; os_name == 'nt'"),
    ('flask = "^2.0"', FOREIGN, "flask>=2.0,<3"),
    ("flask = '~2.0'", FOREIGN, "flask>=2.0,<2.1"),
    ('flask = "~2"', FOREIGN, "flask>=2,<3"),
    ('flask = "*"', FOREIGN, "flask"),
    ('flask = "2.0"', FOREIGN, "flask==2.0"),
    ('flask = ">=2.0, <3"', FOREIGN, "flask>=2.0,<3"),
    ('flask = "who knows"', FOREIGN, None),
    ('python = "^3.8"', FOREIGN, None),
    ('version = "1.0"', FOREIGN, None),
    ('flask = {version = "^2.0", extras = ["async"]}', FOREIGN, "flask[async]>=2.0,<3"),
    ("flask = {version = '*'}", FOREIGN, "flask"),
    ('flask = {version = ">=2.0", optional = true}', FOREIGN, None),
    ('flask = {git = "https://git.example/x"}', FOREIGN, None),
    ("[packages]", FOREIGN, None),
    ("[[package]]", FOREIGN, None),
    ("dependencies = [", FOREIGN, None),
    ("]", FOREIGN, ""),
    ("],", FOREIGN, ""),
    ('"flask==1.0"', QUOTED, "flask==1.0"),
    ("'flask==1.0',", QUOTED, "flask==1.0"),
    ("\"flask==1.0; python_version < '3'\",", QUOTED, "flask==1.0; python_version < '3'"),
    ("flask ; os_name == 'nt',", TEXT, "flask ; os_name == 'nt'"),
    ("flask,", TEXT, "flask"),
    # JSON and YAML
    ('"flask": "2.0",', FOREIGN, "flask==2.0"),
    ('"flask": "^2.0"', FOREIGN, "flask>=2.0,<3"),
    ('"name": "ours",', FOREIGN, None),
    ('"packages": {', FOREIGN, None),
    ("name: env", FOREIGN, None),
    ("dependencies:", FOREIGN, None),
    ("prefix: /opt/conda", FOREIGN, None),
    ("flask: 2.0", NO_OPERATOR, "flask==2.0"),
    ("flask:2.0", NO_OPERATOR, "flask==2.0"),
    # Versions in words and with letters
    ("flask latest", VERSION, "flask"),
    ("flask==latest", VERSION, "flask"),
    ("flask==*", VERSION, "flask"),
    ("flask>=*", VERSION, "flask"),
    ("flask==2.0.x", VERSION, "flask==2.0.*"),
    ("flask>=2.x", VERSION, "flask>=2"),
    ("flask==2.*.1", VERSION, None),
    ("flask@2.0", MISREAD, "flask==2.0"),
    ("flask @ latest", MISREAD, "flask"),
    ("flask @ ./here.zip", MISREAD, None),
    # Shells, Python, Markdown, HTML, git
    ("pip install flask", FOREIGN, "flask"),
    ("$ pip3 install flask==1", FOREIGN, "flask==1"),
    ("python -m pip install flask", FOREIGN, "flask"),
    ("sudo python3.11 -m pip install -U flask", FOREIGN, "flask"),
    ("!pip install -q flask rich", FOREIGN, "flask\nrich"),
    ("%pip install -r other.txt --pre", FOREIGN, "-r other.txt\n--pre"),
    ("RUN pip install --no-cache-dir -t here 'flask>=2'", FOREIGN, "flask>=2"),
    ("uv add flask", FOREIGN, "flask"),
    ("pip install flask && echo done", FOREIGN, None),
    ("pip install 'flask", FOREIGN, None),
    ("conda install numpy=1.2", FOREIGN, None),
    ("import flask", FOREIGN, "flask"),
    ("from flask import Flask", FOREIGN, None),
    ("```", FOREIGN, ""),
    ("* flask", FOREIGN, "flask"),
    ("1. flask>=2", FOREIGN, "flask>=2"),
    ("<!DOCTYPE html>", FOREIGN, None),
    ("</div>", FOREIGN, None),
    ("<<<<<<< HEAD", FOREIGN, None),
    ("=======", FOREIGN, None),
    ("flask==1.0 // web", TEXT, "flask==1.0  # web"),
    ("flask==1.0 \N{EM DASH} web", TEXT, "flask==1.0  # web"),
    ("flask \N{EN DASH} web, and more", TEXT, "flask  # web, and more"),
    # What pip prints
    ("WARNING: pip is being invoked by an old script", PRINTED, ""),
    ("DEPRECATION: flask is old.", PRINTED, ""),
    ("[notice] A new release of pip is available: 1 -> 2", PRINTED, ""),
    ("Requirement already satisfied: flask in ./lib (2.0)", PRINTED, ""),
    # Extras behind the version
    ("flask==1.0[async]", ProblemKind.INVALID_EXTRA, "flask[async]==1.0"),
    (
        "flask >=1,<2 [a,b] ; os_name == 'nt'",
        ProblemKind.INVALID_EXTRA,
        "flask[a,b] >=1,<2 ; os_name == 'nt'",
    ),
    # Lists
    ("flask==1.0 , rich==2", SEVERAL, "flask==1.0\nrich==2"),
    ("flask>=1,<2, rich, click", SEVERAL, "flask>=1,<2\nrich\nclick"),
    ("flask==1.0 rich==2", SEVERAL, "flask==1.0\nrich==2"),
    # Addresses
    ("git@github.com:me/x.git", MISREAD, "git+ssh://git@github.com/me/x.git"),
    ("git+git@github.com:me/x", MISREAD, "git+ssh://git@github.com/me/x"),
    ("git+ssh://git@git.example:me/x", MISREAD, "git+ssh://git@git.example/me/x"),
    ("ssh://git@git.example/me/x", MISREAD, "git+ssh://git@git.example/me/x"),
    ("git://github.com/me/x", MISREAD, "git+https://github.com/me/x"),
    ("github.com/me/x", MISREAD, "git+https://github.com/me/x"),
    ("https://github.com/me/x", MISREAD, "git+https://github.com/me/x"),
    ("https://github.com/me/x/tree/dev", MISREAD, "git+https://github.com/me/x@dev"),
    ("https://git.example/me/x.git", MISREAD, "git+https://git.example/me/x.git"),
    ("x @ https://github.com/me/x", MISREAD, "x @ git+https://github.com/me/x"),
    ("-e https://github.com/me/x", MISREAD, "-e git+https://github.com/me/x#egg=x"),
    ("-e git@github.com:me/x.git", MISREAD, "-e git+ssh://git@github.com/me/x.git#egg=x"),
    ("-e x @ git+https://git.example/x", MISREAD, '-e "x @ git+https://git.example/x"'),
    ("~/src/x", MISREAD, None),
    ("git+https://git.example/me/x.git@", URL, "git+https://git.example/me/x.git"),
    ("git+https://git.example/x@#egg=x", URL, "git+https://git.example/x#egg=x"),
    ("x @ git+ssh://git@git.example/me/x@", URL, "x @ git+ssh://git@git.example/me/x"),
    ("-e git+https://git.example/x@#egg=x", URL, "-e git+https://git.example/x#egg=x"),
    ("x @ git+https://", URL, None),
    ("https:///a.zip", URL, None),
    ("https://index.example/project/flask/", MISREAD, "flask"),
    ("https://index.example/project/flask/2.0.1/", MISREAD, "flask==2.0.1"),
    ("https://index.example/root/dev/+simple/simple/flask", MISREAD, "flask"),
    ("-e .[a, b]", ProblemKind.SPLIT_VALUE, "-e .[a,b]"),
]

FINE = [
    "https://github.com/me/x/archive/main.zip",
    "https://github.com/me/x/releases/download/v1/x-1.0-py3-none-any.whl",
    "git+https://github.com/me/x",
    "git+file:///srv/x@main",
    "git+https://me@git.example/x@v1",
    "https://index.example/simple/flask/flask-1.0.tar.gz",
    "https://index.example/simple/flask.zip",
    "git+ssh://git@git.example:2222/me/x",
    "flask @ git+https://github.com/me/x@v1",
    "flask @ file:///x.zip",
    "flask @ ${WHERE}/flask.zip",
    "./github.com/me/x",
    "/srv/here",
    "requirements",
    "pip",
    "conda",
    "import",
]


@pytest.mark.parametrize(("text", "kind", "meant"), CASES, ids=[case[0] for case in CASES])
def test_one_mistake(text: str, kind: ProblemKind, meant: str | None) -> None:
    (line,) = parse(text).lines
    shown = [problem for problem in line.problems if problem.kind is not ProblemKind.IGNORED_TEXT]
    # What only an older pip minds is not this mistake.
    (problem,) = [problem for problem in shown if not problem.before]
    assert problem.kind is kind
    if meant is None:
        assert problem.replacement is None
        return
    assert problem.replacement is not None
    edit = TextEdit(problem.replaced or problem.span, problem.replacement)
    fixed = apply_edits(text, [edit])
    assert fixed.rstrip(" ") == meant
    # Nor may it be a mistake of another kind then, such as words that pip drops.
    assert all(again.before for line in parse(fixed).lines for again in line.problems)


@pytest.mark.parametrize("text", FINE)
def test_what_is_meant_as_written(text: str) -> None:
    (line,) = parse(text).lines
    assert line.problems == ()


@pytest.mark.parametrize("windows", ["C:\\wheels\\x-1.0-py3-none-any.whl", ".\\here"])
def test_paths_of_windows(windows: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    (line,) = parse(windows).lines
    assert [problem.kind for problem in line.problems] == [MISREAD]


_words = st.sampled_from(
    [
        *("pip install ", "flask", "==", "=", "1.0", ",", " ", "^", "@", "[", "]", "{", "}", '"'),
        *("'", "<", ":", "//", "git@h:o", "https://github.com/a/b", "import ", "- ", "\\", "-e "),
        *("::", "latest", "*", ".x", "#", ";", "os_name", "\n", "\u2028", "=py3", "~/", "```"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_words, max_size=12).map("".join))
def test_every_problem_has_a_place_in_the_text(text: str) -> None:
    for line in parse(text).lines:
        for problem in line.problems:
            place = problem.replaced or problem.span
            assert max(problem.span.end, place.end) <= len(text)
            if problem.fatal:
                assert line.kind is Kind.ERROR
            if problem.before:
                assert not problem.fatal


@pytest.mark.parametrize(
    "hostile",
    [
        "flask" + " " * 900 + "!",
        "[" * 990,
        "a" * 990 + "=",
        "-e x" + "[a " * 300,
        "pip install " + "a" * 900 + "!",
        '"' + "a" * 900,
        "a," * 450 + "!",
        "a={version='1'" + "a" * 900 + "}",
        "\\a" * 450 + "/",
    ],
    ids=lambda text: text[:12],
)
def test_a_file_of_hostile_lines_is_read_in_linear_time(hostile: str) -> None:
    assert_linear(lambda count: parse(f"{hostile}\n" * count), 3)
    # So many lines of so many characters bound what a line may cost, were it the square.
    assert len(hostile) <= MAX_LENGTH
    assert pattern_steps(lambda: parse(hostile)) < len(hostile) ** 2
