from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import Marker

from pinwise.advice.marker_sets import (
    EVERYTHING,
    MOST_COMPARISONS,
    Supported,
    comparisons_of,
    never_holds,
)
from pinwise.advice.marker_witnesses import witnesses

FEATURES = [(2, 7), *((3, minor) for minor in (0, *range(6, 17))), (4, 0)]
PLATFORMS = [
    ("linux", "posix", "Linux"),
    ("linux2", "posix", "Linux"),
    ("win32", "nt", "Windows"),
    ("darwin", "posix", "Darwin"),
    ("cygwin", "posix", "CYGWIN_NT-10.0"),
    ("java1.8.0", "java", "Java"),
    ("android", "posix", "Android"),
]
IMPLEMENTATIONS = [("cpython", "CPython"), ("pypy", "PyPy"), ("graalpy", "GraalVM")]
PATCHES = ["0a0", "0b3", "0rc1", "0", "1", "2rc1", "2", "17"]


def _environment(
    feature: tuple[int, int],
    patch: str,
    platform: tuple[str, str, str] = PLATFORMS[0],
    names: tuple[str, str] = IMPLEMENTATIONS[0],
    machine: str = "x86_64",
) -> dict[str, str]:
    short = f"{feature[0]}.{feature[1]}"
    return {
        "python_version": short,
        "python_full_version": f"{short}.{patch}",
        "sys_platform": platform[0],
        "os_name": platform[1],
        "platform_system": platform[2],
        "implementation_name": names[0],
        "platform_python_implementation": names[1],
        "implementation_version": f"{short}.{patch}",
        "platform_machine": machine,
        "platform_release": "6.1",
        "platform_version": "#1",
        "extra": "",
    }


PYTHONS = [_environment(feature, patch) for feature in FEATURES for patch in PATCHES]
WORLD = [
    _environment(feature, patch, platform, names, machine)
    for feature, patch in itertools.product([(2, 7), (3, 8), (3, 10), (3, 12)], ["0", "2"])
    for platform, names in itertools.product(PLATFORMS, IMPLEMENTATIONS)
    for machine in ("x86_64", "arm64", "AMD64")
]

operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
feature_values = st.sampled_from(
    ["2.7", "3", "3.0", "3.8", "3.10", "3.10.0", "3.10.1", "3.12", "4"]
)
full_values = st.sampled_from(
    ["3.8", "3.10.0", "3.10.1", "3.10.2", "3.10.0rc1", "3.10.2a1", "3.12"]
)
wildcards = st.sampled_from(["2.*", "3.*", "3.8.*", "3.10.*", "3.10.0.*", "3.10.2.*"])
python_comparisons = st.one_of(
    st.builds('python_version {} "{}"'.format, operators, feature_values),
    st.builds('python_full_version {} "{}"'.format, operators, full_values),
    st.builds('"{1}" {0} python_version'.format, operators, feature_values),
    st.builds(
        '{} {} "{}"'.format,
        st.sampled_from(["python_version", "python_full_version"]),
        st.sampled_from(["==", "!="]),
        wildcards,
    ),
    st.builds('python_version ~= "{}"'.format, st.sampled_from(["3.8", "3.10", "3.10.1"])),
    st.builds(
        'python_version {} "{}"'.format,
        st.sampled_from(["in", "not in"]),
        st.sampled_from(["2.7, 3.6", "3.8 3.10 3.12", "3", "13.62"]),
    ),
)
equalities = st.sampled_from(["==", "!="])
text_comparisons = st.one_of(
    st.builds(
        'sys_platform {} "{}"'.format,
        st.sampled_from(["==", "!=", "in", "<", ">="]),
        st.sampled_from(["linux", "linux2", "win32", "darwin", "cygwin", "Linux", "windows"]),
    ),
    st.builds('os_name {} "{}"'.format, equalities, st.sampled_from(["posix", "nt", "java"])),
    st.builds(
        'platform_system {} "{}"'.format,
        equalities,
        st.sampled_from(["Linux", "Windows", "Darwin", "linux", "Java"]),
    ),
    st.builds(
        'implementation_name {} "{}"'.format,
        equalities,
        st.sampled_from(["cpython", "pypy", "graalpy", "CPython"]),
    ),
    st.builds(
        'platform_python_implementation {} "{}"'.format,
        equalities,
        st.sampled_from(["CPython", "PyPy", "GraalVM"]),
    ),
    st.builds(
        'platform_machine {} "{}"'.format,
        st.sampled_from(["==", "!=", "in"]),
        st.sampled_from(["x86_64", "arm64", "AMD64", "x86_64 arm64"]),
    ),
    st.builds(
        '"{1}" {0} sys_platform'.format,
        st.sampled_from(["in", "not in", "=="]),
        st.sampled_from(["linux", "win"]),
    ),
    st.builds('extra {} "{}"'.format, equalities, st.sampled_from(["dev", ""])),
    st.builds('platform_release {} "{}"'.format, operators, st.sampled_from(["6", "7"])),
)  # fmt: skip


def _joined(comparisons: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return markers of some comparisons, with and without parentheses."""
    return st.recursive(
        comparisons,
        lambda inner: st.builds(
            lambda left, joint, right, nested: (
                f"({left} {joint} {right})" if nested else f"{left} {joint} {right}"
            ),
            inner,
            st.sampled_from(["and", "and", "or"]),
            inner,
            st.booleans(),
        ),
        max_leaves=6,
    )


@settings(max_examples=200, deadline=None)
@given(_joined(python_comparisons | text_comparisons))
def test_what_is_called_impossible_no_environment_satisfies(marker: str) -> None:
    if never_holds(marker):
        parsed = Marker(marker)
        assert not any(parsed.evaluate(dict(one)) for one in WORLD)
        assert not witnesses(marker)


@settings(max_examples=200, deadline=None)
@given(_joined(python_comparisons))
def test_about_pythons_alone_nothing_is_missed(marker: str) -> None:
    parsed = Marker(marker)
    holds = any(parsed.evaluate(dict(one)) for one in PYTHONS)
    # The list of Pythons has gaps that a marker may fit into; where it has none, both agree.
    assert not (holds and never_holds(marker))
    if not holds and "full" not in marker and "python_version >" not in marker:
        far = [_environment((major, 99_999), "0") for major in (0, 2, 3)]
        near = [_environment((3, minor), "0") for minor in range(1, 6)]
        rest = [_environment(feature, "0") for feature in [(0, 0), (1, 0), (2, 0), (2, 6), (2, 8)]]
        others = [_environment((3, 62), "0"), _environment((13, 6), "0"), _environment((5, 0), "0")]
        found = any(parsed.evaluate(dict(one)) for one in (*far, *near, *rest, *others))
        assert never_holds(marker) is not found


@settings(max_examples=200, deadline=None)
@given(_joined(python_comparisons), st.sampled_from([(3, 9), (3, 10), (3, 12)]))
def test_of_a_part_of_the_pythons(marker: str, oldest: tuple[int, int]) -> None:
    parsed = Marker(marker)
    pythons = {
        feature: any(
            parsed.evaluate(_environment(feature, patch)) for patch in PATCHES
        )
        for feature in FEATURES
    }  # fmt: skip
    if never_holds(marker, Supported(oldest)):
        assert not any(holds for feature, holds in pythons.items() if feature >= oldest)
    if never_holds(marker, Supported(pythons=(oldest,))):
        assert not pythons[oldest]
    elif "full" not in marker:
        assert pythons[oldest]


@pytest.mark.parametrize(
    "marker",
    [
        "",
        "junk",
        "python_version > ",
        'python_version > "' + "9" * 5000 + '"',
        "os_name == 'a\\x62' and os_name == 'c'",
        "os_name == sys_platform and os_name == 'nt'",
        'python_version in "' + "3.6 " * 600 + '" and python_version == "3.7"',
        " and ".join(f'os_name == "{number}x"' for number in range(MOST_COMPARISONS + 1)),
        'platform_machine == "1" and platform_machine == "1.0"',
        'python_full_version == "3.12.1+local"',
        '"3.*" == python_version',
    ],
)
def test_what_is_not_understood_may_hold(marker: str) -> None:
    assert not never_holds(marker)


def test_and_binds_tighter_than_or() -> None:
    assert not never_holds('os_name == "nt" or os_name == "posix" and os_name == "nt"')
    assert never_holds('(os_name == "nt" or os_name == "posix") and os_name == "java"')
    assert not never_holds('os_name == "java" and os_name == "x" or os_name == "java"')


def test_platforms() -> None:
    linux, both = Supported(platforms=("linux",)), Supported(platforms=("linux", "win32"))
    assert never_holds('sys_platform == "win32"', linux)
    assert never_holds('sys_platform == "cygwin"', both)
    assert not never_holds('os_name == "nt"', both)
    assert not never_holds('sys_platform == "win32"')


@settings(max_examples=200, deadline=None)
@given(
    _joined(python_comparisons | text_comparisons),
    st.sampled_from([("linux",), ("linux", "win32"), ("darwin",)]),
)
def test_of_some_platforms(marker: str, platforms: tuple[str, ...]) -> None:
    if never_holds(marker, Supported(platforms=platforms)):
        parsed = Marker(marker)
        ours = [one for one in WORLD if one["sys_platform"] in platforms]
        assert not any(parsed.evaluate(dict(one)) for one in ours)


def test_places_of_comparisons() -> None:
    text = "( 'nt' == os.name ) or python_version  not  in '3.8'"
    first, second = comparisons_of(text)
    assert (first.variable, first.operator, first.value, first.reversed) == (
        "os_name",
        "==",
        "nt",
        True,
    )
    assert first.span.of(text) == "'nt' == os.name"
    assert (second.variable, second.operator, second.value) == ("python_version", "not in", "3.8")
    assert second.variable_span.of(text) == "python_version"
    assert second.value_span.of(text) == "'3.8'"


def test_witnesses() -> None:
    everywhere = witnesses("")
    assert everywhere == witnesses('python_version >= "3"') == witnesses("os_name != 'x'")
    windows, linux = witnesses('sys_platform == "win32"'), witnesses("platform_system == 'Linux'")
    assert windows
    assert linux
    assert not windows & linux
    assert windows & witnesses('python_version < "3.11"')
    assert not witnesses('python_version < "3.8"')
    assert not witnesses('sys_platform == "linux" and platform_machine == "AMD64"')
    assert not witnesses("junk")
    assert witnesses('python_version == "3.8"', Supported(pythons=((3, 8),)))
    assert not witnesses('sys_platform == "win32"', Supported(platforms=("linux",)))
    assert witnesses('implementation_name == "pypy"', EVERYTHING)
