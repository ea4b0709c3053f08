from __future__ import annotations

import gc

from pinwise.advice.memo import IdentityMemo


class Thing:
    """Something whose equality is not its identity."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing)

    def __hash__(self) -> int:
        raise AssertionError


def test_each_object_is_asked_once() -> None:
    asked: list[int] = []

    def make(thing: Thing) -> int:
        asked.append(thing.number)
        return thing.number * 10

    memo = IdentityMemo(make)
    first, second = Thing(1), Thing(2)
    assert [memo(first), memo(second), memo(first)] == [10, 20, 10]
    assert asked == [1, 2]


def test_what_is_gone_is_forgotten() -> None:
    memo: IdentityMemo[Thing, int] = IdentityMemo(lambda thing: thing.number)
    kept = Thing(1)
    memo(kept)
    memo(Thing(2))
    gc.collect()
    assert len(memo) == 1
    assert memo(kept) == 1
