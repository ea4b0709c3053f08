from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.base.facts import NotChecked, Reason
from pinwise.project.settings import Settings
from pinwise.rules.yanked_version import yanked_version
from tests import harness
from tests.harness import Aged, Sdist, Wheel, Yanked

if TYPE_CHECKING:
    from tests.harness.facts import IndexFacts

check = partial(harness.check, rules=[yanked_version])
check_fix = partial(harness.check_fix, rules=[yanked_version])
fixes_at = partial(harness.fixes_at, rules=[yanked_version])
messages = partial(harness.messages, rules=[yanked_version])

INDEX: IndexFacts = {
    "p": {
        "1.0": None,
        "1.1": None,
        "1.1.1": Yanked("bad build"),
        "1.1.2": Yanked(),
        "1.2": None,
        "2.0": None,
    },
    "unanswered": NotChecked(Reason.TIMED_OUT),
}


@pytest.mark.parametrize(
    "line",
    [
        "p",
        "p==1.1",
        "p==1.1.*",
        "p>=1.1.1,<1.1.3",
        "p==9.9",
        "p @ https://files.example/p-1.1.1.zip",
        "unanswered==1.0",
        "unasked==1.0",
    ],
)
def test_nothing_yanked_or_no_pin(line: str) -> None:
    check(f"{line}\n", index=INDEX)


def test_with_and_without_a_reason() -> None:
    check(
        """
P[x] == 1.1.1  # why
        ^^^^^ yanked-version: `P 1.1.1` was yanked: `bad build`.
p===1.1.2.0 ; python_version < "3"
    ^^^^^^^ yanked-version: `p 1.1.2.0` was yanked.
""",
        index=INDEX,
    )


def test_also_in_constraints() -> None:
    check(
        """
-c limits.txt
=== limits.txt
p==1.1.1
   ^^^^^ yanked-version
""",
        index=INDEX,
    )


def test_the_reason_is_short_and_steers_nothing() -> None:
    reason = "a`b [x](command:evil)\n\x1b[31m\u202e" + "long " * 1000
    (message,) = messages("p==1\n", index={"p": {"1": Yanked(reason)}})
    assert message.startswith("`p 1` was yanked: `a'b [x](command:evil) [31m long")
    assert message.endswith("…`.")
    assert len(message) < 160
    assert message.count("`") == 4
    assert message.isprintable()


def test_the_nearest_versions_are_offered() -> None:
    fixes = fixes_at("p==1.1$0.1\n", index=INDEX)
    assert [(fix.title, fix.preferred) for fix in fixes] == [
        ("Change to `1.1`", True),
        ("Change to `1.2`", False),
    ]
    check_fix("p == 1.1$0.1 # x\n", "p == 1.1 # x\n", index=INDEX)


def test_what_the_other_lines_allow() -> None:
    check_fix(
        "p==1.1.$01\np>1.1\np==1.1.1 ; python_version > '3'\n-r base.txt\n=== base.txt\np!=1.2\n",
        "p==2.0\np>1.1\np==2.0 ; python_version > '3'\n-r base.txt\n=== base.txt\np!=1.2\n",
        index=INDEX,
    )
    assert not fixes_at("p==1.1.$01\np<1.1.2,>1.1\n", index=INDEX)


def test_pre_releases_only_for_who_has_one() -> None:
    index: IndexFacts = {"p": {"1.0rc1": None, "1.0rc2": Yanked(), "1.0": Yanked(), "0.9": None}}
    check_fix("p==1.$00\n", "p==0.9\n", index=index)
    check_fix("p==1.0$0rc2\n", "p==1.0rc1\n", index=index)


def test_no_fix_beside_hashes() -> None:
    check("p==1.1.1 --hash=sha256:00\n   ^^^^^ yanked-version\n", index=INDEX)
    assert not fixes_at("p==1.1$0.1 --hash=sha256:00\n", index=INDEX)


def test_some_files_yanked() -> None:
    linux = Wheel("cp312-cp312-manylinux_2_17_x86_64", yanked="broken here")
    windows = Wheel("cp312-cp312-win_amd64")
    index: IndexFacts = {"p": {"1.0": [linux, windows], "1.1": [linux, windows, Sdist()]}}
    said = "Every file of `p 1.0` that this Python can install was yanked: `broken here`."
    assert messages("p==1.0\np==1.1\n", index=index) == [said]
    assert messages("p==1.0\n", index=index, platform="win32") == []
    assert messages("p==1.0\n", index=index, python=None) == []
    # The line is for Windows.
    assert messages("p==1.0; sys_platform=='win32'\n", index=index) == []


def test_what_is_too_young_is_not_offered() -> None:
    index: IndexFacts = {"p": {"1.0": Aged(9), "1.0.1": Yanked(), "1.0.2": Aged(1)}}
    fixes = fixes_at("p==1.0$0.1\n", index=index, settings=Settings(cooldown=2))
    assert [fix.title for fix in fixes] == ["Change to `1.0`"]
