from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.rules.project_status import project_status
from tests import harness
from tests.harness import Status

if TYPE_CHECKING:
    from tests.harness.facts import IndexFacts

check = partial(harness.check, rules=[project_status])
messages = partial(harness.messages, rules=[project_status])

INDEX: IndexFacts = {
    "plain": ["1.0"],
    "archived": Status(["1.0"], "archived"),
    "deprecated": Status(["1.0"], "deprecated", "Use flask.\nIt is better."),
    "quarantined": Status([], "quarantined"),
    "active": Status(["1.0"], "active"),
    "later": Status(["1.0"], "hibernating"),
    "none": None,
}


@pytest.mark.parametrize(
    "line",
    [
        "plain==1.0",
        "active",
        "later",
        "none",
        "unasked",
        "archived @ https://files.example/archived-1.0.zip",
    ],
)
def test_nothing_to_say(line: str) -> None:
    check(f"{line}\n", index=INDEX)


def test_each_status() -> None:
    check(
        """
Archived[x]>=1 ; python_version < "3"
^^^^^^^^ project-status: `Archived` is archived: nobody maintains it any more.
deprecated==1.0
^^^^^^^^^^ project-status
quarantined
^^^^^^^^^^^ project-status
""",
        index=INDEX,
    )


def test_what_is_in_quarantine() -> None:
    said = "`quarantined` is in quarantine, and must not be installed: it may be malicious."
    assert messages("quarantined\n", index=INDEX) == [said]


def test_the_reason_is_on_one_line() -> None:
    (message,) = messages("deprecated\n", index=INDEX)
    assert message.endswith(" The index tells why: `Use flask. It is better.`.")


def test_a_long_reason_that_steers() -> None:
    reason = "\x1b]8;;https://evil.example\x07`click`\u2066" * 500
    (message,) = messages("p\n", index={"p": Status(["1"], "archived", reason)})
    assert len(message) < 220
    assert message.isprintable()
    assert message.count("`") == 4


def test_once_in_each_file_and_not_for_constraints() -> None:
    check(
        """
archived>=1
^^^^^^^^ project-status
archived<2
-r base.txt
-c limits.txt
=== base.txt
archived
^^^^^^^^ project-status
=== limits.txt
archived==1.0
deprecated==1.0
""",
        index=INDEX,
    )
