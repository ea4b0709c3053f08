from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.analysis.engine import analyse
from pinwise.base.facts import NotChecked, Reason
from pinwise.index.types import Metadata
from pinwise.rules.unknown_extra import unknown_extra
from tests import harness
from tests.harness import Needs, World

if TYPE_CHECKING:
    from tests.harness.facts import ExtraFacts, IndexFacts

INDEX: IndexFacts = {
    "p": {"1.0": None, "2.0": None, "3.0": Needs(">=3.13"), "4.0rc1": None},
    "q": ["1.0"],
    "r": ["1.0"],
}
EXTRAS: ExtraFacts = {
    "p 1.0": ["old-way", "socks"],
    "p 2.0": ["new-way", "socks"],
    "q 1.0": Metadata(("x; extra == 'Old_Style'", "y; python_version > '3'")),
    "r 1.0": NotChecked(Reason.NOT_STATIC),
}

check = partial(harness.check, rules=[unknown_extra], index=INDEX, extras=EXTRAS)
check_fix = partial(harness.check_fix, rules=[unknown_extra], index=INDEX, extras=EXTRAS)
messages = partial(harness.messages, rules=[unknown_extra], index=INDEX, extras=EXTRAS)


@pytest.mark.parametrize(
    "line",
    [
        "p",
        "p[]",
        "p[socks]",
        "p[New_Way, SOCKS]",
        "p[old.way]==1.0",
        "p[old-way]<2",
        "q[old-style]",
        "r[anything]",
        "p[anything]==9",
        "p[anything]>9",
        "p[anything]==3.0",
        "unasked[anything]",
        "p[anything] ; python_version < '3'",
        "p[anything] @ https://files.example/p-1.0.zip",
    ],
)
def test_known_or_not_to_be_judged(line: str) -> None:
    check(f"{line}\n")


def test_the_version_that_pip_would_take() -> None:
    check(
        """
p[old-way,socks]>=1
  ^^^^^^^ unknown-extra: `p 2.0` has no extra `old-way`. It has `new-way`, `socks`.
""",
    )
    check("p[old-way]\n-c limits.txt\n=== limits.txt\np==1.0\n")
    check("p[new-way]\np<2 ; python_version < '3'\n")
    check("p[new-way]\n  ^^^^^^^ unknown-extra\np<2\n")
    # Two pins are a conflict, which another rule tells.
    check("p[anything]==1.0\np==2.0\n")


def test_what_was_meant() -> None:
    check_fix("p[new-way, sok$0cs]==2.0  # x\n", "p[new-way, socks]==2.0  # x\n")
    assert messages("p[sokcs]\n") == ["`p 2.0` has no extra `sokcs`. Did you mean `socks`?"]


def test_which_extras_there_are() -> None:
    def said(*extras: str) -> str:
        facts: ExtraFacts = {"q 1.0": extras}
        (message,) = harness.messages("q[zzz]\n", rules=[unknown_extra], index=INDEX, extras=facts)
        return message.removeprefix("`q 1.0` has no extra `zzz`")

    assert said() == ", nor any other."
    assert said("a") == ". It has `a`."
    assert said("a", "b", "c", "d", "e") == ". It has `a`, `b`, `c` and 2 more."
    assert said("a`\n\x1b[1m" + "b" * 900) == f". It has `a' [1m{'b' * 33}…`."
    # As near to one as to the other.
    assert said("zza", "zzb") == ". It has `zza`, `zzb`."


def test_metadata_is_asked_for_where_a_line_has_extras_alone() -> None:
    world = World(rules=[unknown_extra], index=INDEX, extras={})
    report = analyse(world.context({"requirements.txt": "p\nq[x]\n"}), [unknown_extra])
    assert [f"{name} {version}" for name, version in report.version_gaps] == ["q 1.0"]
    assert "q" in report.asked


def test_an_obstacle_is_told_once() -> None:
    obstacle = NotChecked(Reason.TIMED_OUT, "too slow")
    world = World(rules=[unknown_extra], index=INDEX, extras={**EXTRAS, "q 1.0": obstacle})
    context = world.context({"requirements.txt": "q[x]\nq[y]\nr[x]\n"})
    report = analyse(context, [unknown_extra])
    assert not report.version_gaps
    assert [(item.what, item.reason) for item in report.unchecked] == [("q", obstacle)]
