from __future__ import annotations

from pinwise.lsp.giving_way import GivingWay


class Busy:
    """An engine that is at work until `rests`, with a clock that only waiting moves."""

    def __init__(self, rests: float) -> None:
        self.rests = rests
        self.now = 0.0
        self.waits: list[float] = []

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.now = min(self.now + seconds, max(self.now, self.rests))
        return self.now >= self.rests

    def clock(self) -> float:
        return self.now


def test_a_look_does_not_wait_for_an_engine_that_rests() -> None:
    engine = Busy(rests=0.0)
    GivingWay(engine.wait, 1.0, engine.clock)()
    assert engine.waits == [0]
    assert engine.now == 0.0


def test_a_look_waits_until_the_engine_rests() -> None:
    engine = Busy(rests=0.25)
    GivingWay(engine.wait, 1.0, engine.clock)()
    assert engine.now == 0.25


def test_all_steps_of_a_look_together_wait_no_longer_than_its_share() -> None:
    engine = Busy(rests=100.0)
    give_way = GivingWay(engine.wait, 1.0, engine.clock)
    for _ in range(5):
        give_way()
    assert engine.now == 1.0
    engine.rests = 1.5
    give_way()
    assert engine.now == 1.0
