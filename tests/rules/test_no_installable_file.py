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
