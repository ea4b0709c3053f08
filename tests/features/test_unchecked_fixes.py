from __future__ import annotations

from pathlib import Path

import pytest

from pinwise.advice.context import Context
from pinwise.analysis.report import Unchecked
from pinwise.base.facts import Absent, NotChecked, Reason
from pinwise.base.text import Span
from pinwise.environments.types import Target
from pinwise.features.unchecked_fixes import (
    NOT_CHECKED,
    fixes_for_unchecked,
    section_of,
    sign_in_advice,
)
from pinwise.index.types import Refusal
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings

ROOT = Path("/project/requirements.txt")
HOST = "index.example.org"
GUIDE = "What can be done about it?"
REFUSED = Refusal(HOST, f"https://{HOST}/simple/", keyring="/usr/bin/keyring")


def unchecked(*reasons: Reason) -> list[Unchecked]:
    return [Unchecked(ROOT, Span(0, 5), "flask", NotChecked(reason)) for reason in reasons]


def titles(*reasons: Reason, offline: bool = False, refused: tuple[Refusal, ...] = ()) -> list[str]:
    documents = Documents(environment={})
    documents.open(ROOT, "flask\n", 1)
    context = Context(
        read_tree(ROOT, documents),
        Settings(offline=offline),
        lambda _name: Absent(),
        Target("3.12.1", {}),
    )
    return [fix.title for fix in fixes_for_unchecked(unchecked(*reasons), context, refused)]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (Reason.UNREACHABLE, ["Retry now", GUIDE]),
        (Reason.TIMED_OUT, ["Retry now", GUIDE]),
        (Reason.RATE_LIMITED, ["Retry now", GUIDE]),
        (Reason.SERVER_ERROR, ["Retry now", GUIDE]),
        (Reason.UNREADABLE, ["Retry now", GUIDE]),
        (Reason.UNTRUSTED, ["Manage workspace trust", GUIDE]),
        (Reason.WITHHELD, [GUIDE]),
        (Reason.NOT_STATIC, [GUIDE]),
        (Reason.GAVE_UP, [GUIDE]),
        (Reason.UNDATED, [GUIDE]),
        # A 403: the index knows who asks, or wants to know nobody.
        (Reason.UNAUTHORISED, ["Retry now", GUIDE]),
        # pip's `--no-index`: no setting of ours could take it back.
        (Reason.OFFLINE, [GUIDE]),
        (Reason.PROSE, []),
    ],
)
def test_each_reason_has_its_own_way_out(reason: Reason, expected: list[str]) -> None:
    assert titles(reason) == expected


def test_several_reasons_have_all_of_theirs_once() -> None:
    other = Refusal("b.example", "https://b.example/")
    found = titles(
        Reason.TIMED_OUT,
        Reason.UNAUTHORISED,
        Reason.OFFLINE,
        Reason.PROSE,
        offline=True,
        # Two indexes of one host have one password for the user.
        refused=(REFUSED, Refusal(HOST, f"https://{HOST}/other/"), other),
    )
    assert found == [
        f"Sign in to {HOST}",
        "Sign in to b.example",
        "Work online",
        "Retry now",
        GUIDE,
    ]


def test_nobody_signs_in_where_nothing_asks_for_it() -> None:
    assert titles(Reason.TIMED_OUT, refused=(REFUSED,)) == ["Retry now", GUIDE]


def test_the_guide_opens_where_the_reason_is_told_of() -> None:
    assert section_of(unchecked(Reason.OFFLINE, Reason.OFFLINE)) == "offline"
    assert section_of(unchecked(Reason.OFFLINE, Reason.TIMED_OUT)) == NOT_CHECKED


@pytest.mark.parametrize(
    ("refusal", "trusted", "expected"),
    [
        (REFUSED, True, ""),
        (REFUSED, False, "once you trust this workspace"),
        (Refusal(HOST, "", has_password=True, keyring="/k"), True, "Correct it there"),
        (Refusal(HOST, "", workspace=True), True, "Only a file of this project"),
        (Refusal(HOST, ""), True, "netrc"),
    ],
)
def test_who_cannot_sign_in_is_told_what_helps(
    refusal: Refusal, expected: str, *, trusted: bool
) -> None:
    advice = sign_in_advice(refusal, trusted=trusted)
    assert expected in advice
    assert bool(expected) == bool(advice)
    assert advice.count(". ") <= 1
