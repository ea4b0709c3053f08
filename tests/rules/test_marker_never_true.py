from __future__ import annotations

from functools import partial

import pytest

from pinwise.advice.findings import Tag
from pinwise.project.settings import Settings
from pinwise.rules.marker_never_true import marker_never_true
from tests import harness

check = partial(harness.check, rules=[marker_never_true])
check_fix = partial(harness.check_fix, rules=[marker_never_true])
messages = partial(harness.messages, rules=[marker_never_true])
fixes_at = partial(harness.fixes_at, rules=[marker_never_true])

CONTRADICTION = "This marker contradicts itself: no environment satisfies it."


@pytest.mark.parametrize(
    "marker",
    [
        'sys_platform == "win32"',
        'sys_platform == "linux2" or sys_platform == "linux"',
        'platform_system == "Windows" and python_version < "3.12"',
        'platform_machine == "AMD64"',
        'platform_machine == "x86_64" or platform_machine == "WIN32"',
        'platform_release >= "20"',
        'python_version > "3.20"',
        'python_version >= "4"',
        'python_version >= "3.10.1"',
        'python_full_version > "3.10.1" and python_full_version < "3.10.3"',
        'implementation_name == "pypy"',
        'implementation_name == "rustpython"',
        'os_name == "java"',
        'sys_platform == "freebsd13"',
        'sys_platform != "windows"',
        'python_version < "3.9" or os_name == "posix"',
        'extra != "x"',
        "",
    ],
)
def test_what_may_be_true(marker: str) -> None:
    check(f"flask ; {marker}\n")
    check(f"flask ; {marker}\n", python=None)


@pytest.mark.parametrize(
    "marker",
    [
        'python_version < "3" and python_version > "3"',
        'os_name == "nt" and sys_platform == "linux"',
        'os_name == "nt" and platform_system == "Linux"',
        'sys_platform == "win32" and sys_platform == "darwin"',
        'platform_machine == "x86_64" and platform_machine == "arm64"',
        'python_full_version < "3.10.1" and python_version >= "3.11"',
        'python_version >= "3.10.1" and python_version < "3.11"',
        'python_version == "3.x"',
        "(python_version<'3' or os_name=='nt') and python_version>='3' and os_name=='posix'",
    ],
)
def test_a_contradiction(marker: str) -> None:
    assert messages(f"flask; {marker}\n") == [CONTRADICTION]


@pytest.mark.parametrize(
    ("marker", "wrong", "meant"),
    [
        ('sys_platform == "Linux"', "Linux", "linux"),
        ('sys_platform == "windows"', "windows", "win32"),
        ('sys_platform == "Win64"', "Win64", "win32"),
        ('sys_platform == "macos"', "macos", "darwin"),
        ('sys_platform == "linux2"', "linux2", "linux"),
        ('platform_system == "linux"', "linux", "Linux"),
        ('platform_system == "Mac"', "Mac", "Darwin"),
        ('platform_system == "darwin"', "darwin", "Darwin"),
        ('os_name == "windows"', "windows", "nt"),
        ('implementation_name == "CPython"', "CPython", "cpython"),
        ('platform_python_implementation == "cpython"', "cpython", "CPython"),
        ('python_implementation == "pypy"', "pypy", "PyPy"),
    ],
)
def test_a_misspelt_value(marker: str, wrong: str, meant: str) -> None:
    assert messages(f"flask; {marker}\n")[0].endswith(f" is never `{wrong}`. Write `{meant}`.")
    before = f"flask; {marker[:-1]}$0\" and os_name != 'x' # why\n"
    after = f"flask; {marker.replace(wrong, meant)} and os_name != 'x' # why\n"
    check_fix(before, after)


def test_a_misspelt_value_counts_beside_a_right_one() -> None:
    check(
        """
pywin32; sys_platform == 'win32' or sys_platform == 'windows'
                                    ^^^^^^^^^^^^^^^^^^^^^^^^^ marker-never-true: `sys_platform` is never `windows`. Write `win32`.
"""  # noqa: E501 - a message stands on one line
    )


def test_the_quotes_of_the_author_stay() -> None:
    check_fix(
        "flask; sys_platform=='Linux$0'\n",
        "flask; sys_platform=='linux'\n",
        title="Change to `linux`",
    )


def test_three_numbers_for_two() -> None:
    check_fix(
        "flask; python_version == '3.10.1$0' or os_name == 'nt'\n",
        "flask; python_full_version == '3.10.1' or os_name == 'nt'\n",
    )
    check('flask; python_version == "3.10.0"\n')


def test_a_comparison_over_two_lines() -> None:
    check(
        """
flask; sys_platform \\
       ^^^^^^^^^^^^^^> marker-never-true
  == "windows"
^^^^^^^^^^^^^^<
"""
    )


def test_old_pythons() -> None:
    check(
        """
flask==2 ; python_version<"3.8" \\
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^> marker-never-true: No Python from 3.9 on satisfies this marker.
  --hash=sha256:a # old
^^^^^^^^^^^^^^^^^<
./wheels/six-1.0-py2-none-any.whl ; python_version < "3"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ marker-never-true
-c limits.txt
=== limits.txt
click<8; python_version in "3.6, 3.7"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ marker-never-true
"""
    )
    check('flask; python_version < "3.8"\n', python="3.7")
    assert messages('flask; python_version < "3.8"\n', python="3.8") == [
        "No Python from 3.8 on satisfies this marker."
    ]
    check_fix("flask; python_version < '3.8'$0 # old\nclick\n", "click\n", title="Remove this line")


def test_what_the_settings_support() -> None:
    old = 'flask; python_version < "3.10"\n'
    windows = 'flask; sys_platform == "win32"\n'
    both = 'flask; sys_platform == "win32" and python_version == "3.12" or python_version < "3"\n'
    settings = Settings(python_versions=("3.11", "3.13"), platforms=("linux",))
    assert messages(old, settings=settings, python="3.12") == [
        "No Python that this project supports (3.11, 3.12, 3.13) satisfies this marker."
    ]
    assert messages(windows, settings=settings) == [
        "No platform that this project supports (Linux) satisfies this marker."
    ]
    assert messages(both, settings=settings) == [
        "No Python on a platform that this project supports satisfies this marker."
    ]
    check(old + windows, settings=Settings(python_versions=("3.9",)))
    check(windows, settings=settings, platform="win32")
    check('flask; python_version < "3.8"\n', settings=Settings(python_versions=("3.7",)))
    without = messages(old, settings=settings, python=None)
    assert without == ["No Python that this project supports (3.11, 3.13) satisfies this marker."]


def test_an_extra() -> None:
    assert messages('flask; extra == "dev"\n') == [
        "This marker is never true, because pip knows no `extra` in such a file."
    ]


def test_what_is_no_finding_of_this_rule() -> None:
    check(
        """
flask; python_version < 3
The product must be fast; python_version == "1".
-r base.txt ; sys_platform == "windows"
"""
    )


def test_the_line_is_faded_and_a_mistake_is_not() -> None:
    world = harness.World(rules=[marker_never_true])
    text = 'flask; python_version < "3"\nflask; os_name == "windows"\n'
    found = world.diagnostics({"requirements.txt": text})
    assert [item.finding.tags for item in found] == [(Tag.UNNECESSARY,), ()]


@pytest.mark.parametrize("operator", ["==", "===", "== "])
def test_a_python_without_its_second_number(operator: str) -> None:
    (said,) = messages(f"flask; python_version {operator}'3'\n")
    assert said == '`python_version` is never `3`: it has two numbers. Write `>= "3"`.'
    check_fix(
        f"flask; python_version {operator}'3$0' and os_name != 'nt'\n",
        "flask; python_version >= \"3\" and os_name != 'nt'\n",
        title='Change to `>= "3"`',
    )


def test_python_2_is_none_that_is_used() -> None:
    (said,) = messages('flask; python_version == "2"\n')
    assert said == "No Python from 3.9 on satisfies this marker."
