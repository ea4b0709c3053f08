from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from pinwise.advice.conflicts import conflicts
from pinwise.advice.context import Context
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from tests.harness.facts import listing_function, target_of

FILE = Path("/project/requirements.txt")
VERSIONS = [*map(Version, ["1", "1.5", "2", "2.0rc1", "2.0+cpu", "2.1", "3", "3.post1", "1!2"])]

specifiers = st.sampled_from(
    [
        "",
        "==1",
        "==2",
        "==2.0",
        "==2.*",
        "==2.0+cpu",
        "~=2.0",
        ">=2",
        ">2",
        "<2",
        "<=2",
        "!=2",
        "<3",
    ]
)
markers = st.sampled_from(
    [
        "",
        "",
        'sys_platform == "win32"',
        'sys_platform == "linux"',
        'os_name == "nt"',
        'os_name == "posix"',
        'python_version < "3.11"',
        'python_version >= "3.11"',
        'python_version <= "3.11"',
        'platform_machine == "AMD64"',
        'python_version < "3.12" and sys_platform == "darwin"',
        'sys_platform != "win32" or python_version == "3.10"',
    ]
)
lines = st.lists(st.tuples(specifiers, markers), min_size=2, max_size=6)


def _environments() -> list[dict[str, str]]:
    return [
        {**target.marker_environment, "platform_machine": machine}
        for minor in range(9, 15)
        for platform in ("linux", "win32", "darwin")
        if (target := target_of(f"3.{minor}", platform)) is not None
        for machine in ("x86_64", "AMD64", "arm64")
        # A processor's name that is Windows' own.
        if machine != "AMD64" or platform == "win32"
    ]


ENVIRONMENTS = _environments()


@lru_cache
def _where(marker: str) -> frozenset[int]:
    """Return the environments in which a marker holds."""
    if not marker:
        return frozenset(range(len(ENVIRONMENTS)))
    parsed = Marker(marker)
    return frozenset(
        number
        for number, environment in enumerate(ENVIRONMENTS)
        if parsed.evaluate(dict(environment))
    )


def _fits(chosen: list[str], versions: list[Version]) -> bool:
    """Return whether one of the versions satisfies all specifiers."""
    everything = SpecifierSet(",".join(filter(None, chosen)))
    return any(everything.contains(version, prereleases=True) for version in versions)


def _context(texts: list[tuple[str, str]], python: str | None, *, published: bool) -> Context:
    documents = Documents(environment={})
    text = "".join(f"demo{specifier}; {marker}\n" for specifier, marker in texts)
    documents.open(FILE, text, 1)
    tree = read_tree(FILE, documents)
    index = {"demo": [str(version) for version in VERSIONS[:4]]} if published else {}
    return Context(tree, Settings(), listing_function(index), target_of(python))


@settings(max_examples=300, deadline=None)
@given(lines, st.sampled_from(["3.12", "3.10", None]), st.sampled_from([4, None]))
def test_a_conflict_is_real_where_it_is_said_to_be(
    texts: list[tuple[str, str]], python: str | None, published: int | None
) -> None:
    versions = VERSIONS[:published]
    for conflict in conflicts(_context(texts, python, published=published is not None)):
        found = [
            (each.specifier, each.marker.text if each.marker is not None else "")
            for line in (conflict.located, *conflict.others)
            for each in [line.declaration.requirement]
        ]
        (own, where), *others = found
        if conflict.pairs:
            for other, elsewhere in others:
                assert _where(where) & _where(elsewhere)
                assert not _fits([own, other], versions)
        else:
            assert frozenset.intersection(*(_where(marker) for _, marker in found))
            assert not _fits([specifier for specifier, _ in found], versions)


@settings(max_examples=300, deadline=None)
@given(lines, st.sampled_from(["3.12", "3.10", None]))
def test_no_pair_is_missed(texts: list[tuple[str, str]], python: str | None) -> None:
    said = bool(list(conflicts(_context(texts, python, published=False))))
    apart = any(
        _where(marker) & _where(elsewhere) and not _fits([specifier, other], VERSIONS)
        for number, (specifier, marker) in enumerate(texts)
        for other, elsewhere in texts[number + 1 :]
    )
    # Three that hold in pairs are found as well.
    assert said or not apart
