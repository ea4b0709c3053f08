"""Wheels at addresses, as `conflicting-pins` judges them."""

from __future__ import annotations

from functools import partial

import pytest

from pinwise.rules.conflicting_pins import conflicting_pins
from tests import harness

messages = partial(harness.messages, rules=[conflicting_pins])


@pytest.mark.parametrize(
    "address",
    [
        "file:///wheels/flask-1.0-py3-none-any.whl",
        "https://files.example/a/flask-1.0-py3-none-any.whl#sha256=00",
        "https://files.example/Flask-1.0-1-py3-none-any.whl?x=flask-3.0.whl",
    ],
)
@pytest.mark.parametrize("written", ["flask @ {}", "{}"])
def test_the_wheel_at_an_address_counts_as_a_pin(written: str, address: str) -> None:
    first, second = messages(f"{written.format(address)}\nflask==2\n")
    assert "the wheel of `flask==1.0`" in first.lower()
    assert "the wheel of `flask==1.0`" in second
    assert messages(f"{written.format(address)}\nflask>=1\n") == []


@pytest.mark.parametrize(
    "address",
    [
        "https://files.example/flask-1.0.tar.gz",
        "https://files.example/other-1.0-py3-none-any.whl",
        "https://files.example/flask-1.0.whl",
        "git+https://code.example/flask-1.0-py3-none-any.whl@main",
        "https://files.example/?flask-1.0-py3-none-any.whl",
    ],
)
def test_what_tells_no_version_proves_nothing(address: str) -> None:
    assert messages(f"flask @ {address}\nflask==2\n") == []


def test_two_wheels_of_one_package_are_told_once() -> None:
    first = "flask @ https://files.example/flask-1.0-py3-none-any.whl"
    second = "flask @ https://files.example/flask-2.0-py3-none-any.whl"
    assert len(messages(f"{first}\n{second}\n")) == 2
