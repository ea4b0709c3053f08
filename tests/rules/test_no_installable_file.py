from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pinwise.index.types import IndexOptions
from pinwise.rules.no_installable_file import no_installable_file
from tests import harness
from tests.harness import Sdist, Wheel

if TYPE_CHECKING:
    from tests.harness.facts import IndexFacts

check = partial(harness.check, rules=[no_installable_file])
messages = partial(harness.messages, rules=[no_installable_file])

WINDOWS = Wheel("cp312-cp312-win_amd64")
LINUX = Wheel("cp312-cp312-manylinux_2_17_x86_64")
INDEX: IndexFacts = {
    "pure": ["1.0"],
    "source": {"1.0": Sdist(), "2.0": [Sdist(), Wheel()]},
    "native": {"1.0": [Sdist(), WINDOWS, LINUX], "2.0": [Sdist(), WINDOWS], "3.0": WINDOWS},
}


def test_neither_a_wheel_that_fits_nor_source() -> None:
    lack = "no wheel for this Python and platform"
    lines = "pure==1.0\nsource==1.0\nnative==1.0\nnative==2.0\nnative==3.0\n"
    assert messages(lines, index=INDEX) == [
        f"pip cannot install `native 3.0` here: it has {lack}, and no source archive.",
    ]
    assert messages(lines, index=INDEX, platform="win32") == []
    assert messages("native==3.0 ; sys_platform == 'win32'\n", index=INDEX) == []
    check(lines, index=INDEX, python=None)


def test_only_wheels_are_allowed() -> None:
    check(
        """
--only-binary :all:
------------------- 1: Source is forbidden here
pure==1.0
-r base.txt
=== base.txt
native==2.0
        ^^^ 1 no-installable-file
# Whatever the platform: that is `no-matching-version`'s.
source==1.0
""",
        index=INDEX,
    )
    said = (
        "pip cannot install `native 2.0` here: it has no wheel for this Python and platform, and "
        "`--only-binary :all:` in base.txt line 1 allows nothing else."
    )
    text = "-r base.txt\nnative==2.0\n=== base.txt\n--only-binary :all:\n"
    assert messages(text, index=INDEX) == [said]


def test_only_wheels_are_allowed_by_the_configuration() -> None:
    said = (
        "pip cannot install `native 2.0` here: it has no wheel for this Python and platform, and "
        "`--only-binary native` in pip's configuration allows nothing else."
    )
    configured = IndexOptions(only_binary=frozenset({"native"}))
    assert messages("native==2.0\nsource==1.0\n", index=INDEX, configured=configured) == [said]
    # The file has the last word.
    text = "--no-binary native\nnative==2.0\n"
    assert messages(text, index=INDEX, configured=configured) == []


def test_no_version_that_a_range_allows() -> None:
    lack = "no such version has a wheel for this Python and platform"
    index: IndexFacts = {
        "native": {
            "1.0": Wheel("cp39-cp39-manylinux_2_17_x86_64", requires_python=">=3.9"),
            "1.1": Wheel("cp310-cp310-manylinux_2_17_x86_64", requires_python="<3.11"),
            "2.0": LINUX,
        },
        "elsewhere": {"1.0": WINDOWS, "2.0": WINDOWS},
        "yanked": {"1.0": WINDOWS, "1.1": Wheel(yanked="broken")},
        "older": {"1.0": Wheel("cp39-cp39-any", requires_python="<3.10")},
        "early": {"1.0": WINDOWS, "2.0rc1": LINUX},
        "source": {"1.0": Sdist(), "2.0": WINDOWS},
    }
    check(
        """
native<2
      ^^ no-installable-file
elsewhere
^^^^^^^^^ no-installable-file
yanked
^^^^^^ no-installable-file
# That is `python-incompatible`'s.
older>=1
# pip takes a pre-release, or builds, where nothing else fits.
early>=1
source
elsewhere ; sys_platform == "win32"
""",
        index=index,
    )
    assert messages("native<2\n", index=index) == [
        f"pip cannot install any `native<2` here: {lack}, or a source archive.",
    ]
    assert messages("native>=1\n", index=index) == []
    assert messages("elsewhere\n", index=index, platform="win32") == []
    check("elsewhere\n", index=index, python=None)


def test_a_constraint_that_leaves_nothing_to_install() -> None:
    index: IndexFacts = {"native": {"1.0": WINDOWS, "2.0": LINUX}}
    check(
        """
native
-c bounds.txt
=== bounds.txt
native<2
      ^^ no-installable-file
""",
        index=index,
    )
    check("-c bounds.txt\n=== bounds.txt\nnative<2\n", index=index)


def test_only_wheels_are_allowed_for_a_range() -> None:
    said = (
        "pip cannot install any `native<3` here: no such version has a wheel for this Python and "
        "platform, and `--only-binary :all:` in line 1 allows nothing else."
    )
    index: IndexFacts = {"native": {"2.0": [Sdist(), WINDOWS], "3.0": LINUX}}
    assert messages("--only-binary :all:\nnative<3\n", index=index) == [said]
    assert messages("native<3\n", index=index) == []
