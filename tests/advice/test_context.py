from __future__ import annotations

from dataclasses import replace

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.advice.context import Context, same_marker
from pinwise.advice.places import place_of
from pinwise.base.facts import NotChecked
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from tests.harness import FOLDER, World
from tests.harness.facts import target_of


def _context(text: str, python: str | None = "3.12") -> Context:
    world = World(python=python)
    return world.context(world.read(text).files)


def test_declarations_file_by_file_without_invalid_ones() -> None:
    context = _context(
        """
a
-r base.txt
c=1
d
=== base.txt
b
D
"""
    )
    assert [found.declaration.name for found in context.declarations] == ["a", "d", "b", "d"]
    group = context.by_name[canonicalize_name("d")]
    assert [found.path.name for found in group] == ["requirements.txt", "base.txt"]
    assert group[1].includes_through(FOLDER / "requirements.txt")
    assert not group[0].includes_through(FOLDER / "requirements.txt")


def test_prose_declares_nothing() -> None:
    context = _context("The site must be fast and easy to use.\nIt must be cheap, too.\n")
    assert context.declarations == ()
    assert context.first_requirement is None


@pytest.mark.parametrize(
    ("line", "applies"),
    [
        ("a", True),
        ("a ;", True),
        ("a; python_version >= '3.9'", True),
        ("a; python_version < '3.9'", False),
        ("a; sys_platform == 'win32'", False),
        ("a; extra == 'x'", False),
    ],
)
def test_markers(line: str, *, applies: bool) -> None:
    context = _context(f"{line}\n")
    declaration = context.declarations[0].declaration
    assert context.applies(declaration) is applies
    unknown = _context(f"{line}\n", python=None)
    expected = True if applies and "python" not in line else None
    assert unknown.applies(declaration) is expected


@pytest.mark.parametrize(
    ("told", "compared"),
    [("3.12.1", "3.12.1"), ("3.13.0+", "3.13.0"), ("3.15.0a1", "3.15.0"), ("", ""), (None, "")],
)
def test_the_version_of_python_as_pip_compares_it(told: str | None, compared: str) -> None:
    target = target_of("3.12") if told is not None else None
    target = replace(target, python_version=told) if target and told is not None else None
    context = replace(_context("a\n"), target=target)
    assert context.python_version == compared


def test_markers_that_are_spelt_differently() -> None:
    assert same_marker("os_name=='nt'") == same_marker(' os_name  == "nt" ')
    assert same_marker("nonsense ") == "nonsense"


@pytest.mark.parametrize(
    ("pip", "known"), [(None, True), ("25.3", False), ("26.0", True), ("26.1.2", True)]
)
def test_the_version_of_pip_that_reads_the_file(pip: str | None, *, known: bool) -> None:
    context = replace(_context("a\n"), pip=Version(pip) if pip is not None else None)
    assert context.pip_at_least("26.0") is known


def test_without_an_index_nothing_is_known() -> None:
    context = Context(_context("a\n").tree, World().settings)
    assert isinstance(context.listing(canonicalize_name("a")), NotChecked)


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("${TOKEN}\nflask-${TOKEN}\nflask[${TOKEN}]\nflask==1", ["flask", "flask"]),
        ("flask==${VERSION}\nflask>=1,<${VERSION}\n${LINE}\nb", ["b"]),
        ("a @ https://u:${TOKEN}@h.example/a.zip\nb; python_version>'${VERSION}'", ["a", "b"]),
    ],
)
def test_what_comes_from_the_environment_is_not_looked_up(text: str, declared: list[str]) -> None:
    values = {"TOKEN": "secret", "VERSION": "3", "LINE": "flask==1 --hash=sha256:a"}
    documents = Documents(values)
    documents.open(FOLDER / "requirements.txt", text, 1)
    tree = read_tree(FOLDER / "requirements.txt", documents)
    context = Context(tree, World().settings)
    assert [found.declaration.name for found in context.declarations] == declared
    assert set(context.by_name) == set(declared)


def test_places() -> None:
    context = _context("# x\na\n-r sub/base.txt\n=== sub/base.txt\nb\n")
    first, second = context.declarations
    assert place_of(first, FOLDER / "requirements.txt") == "line 2"
    assert place_of(second, FOLDER / "requirements.txt") == "sub/base.txt line 1"
    assert place_of(first, FOLDER / "sub" / "base.txt") == "../requirements.txt line 2"


def test_other_facts_leave_the_lines_and_change_what_depends_on_them() -> None:
    context = _context("a @ https://example.org/a.whl ; python_version < '3.9'\nb\n")
    assert context.explicit == set()
    other = context.with_facts(target=target_of("3.8"), _markers={})
    assert other.by_name is context.by_name
    assert other.declarations is context.declarations
    assert other.explicit == {"a"}
