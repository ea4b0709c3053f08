from __future__ import annotations

import copy
import pickle
import typing
from typing import Any

import pytest

from pinwise.base.tuples import NamedTuple


class Own(NamedTuple):
    """A version in a list."""

    name: str
    sizes: tuple[int, ...] = ()
    note: str = ""

    @property
    def total(self) -> int:
        return sum(self.sizes)


class Standard(typing.NamedTuple):
    """A version in a list."""

    name: str
    sizes: tuple[int, ...] = ()
    note: str = ""


class Unmade(NamedTuple):
    name: str
    number: int = 0


class Single(NamedTuple):
    name: str


class Nothing(NamedTuple):
    """Its class says all."""


@pytest.mark.parametrize(
    ("values", "named"),
    [(("a",), {}), (("a", (1, 2)), {"note": "x"}), ((), {"note": "x", "name": "a"})],
)
def test_it_is_made_and_shown_as_the_standard_one(
    values: tuple[Any, ...], named: dict[str, Any]
) -> None:
    own = Own(*values, **named)
    standard = Standard(*values, **named)
    assert (own.name, own.sizes, own.note) == (standard.name, standard.sizes, standard.note)
    assert tuple(own) == tuple(standard)
    assert own == tuple(standard)
    assert hash(own) == hash(standard)
    assert repr(own) == repr(standard).replace("Standard", "Own")
    assert own._asdict() == standard._asdict()
    assert own._replace(note="y") == tuple(standard._replace(note="y"))
    assert type(own._replace(note="y")) is Own
    assert Own._make(own) == own


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), (("a", (), "", "more"), {}), (("a",), {"other": 1}), (("a",), {"name": "b"})],
)
def test_it_refuses_what_the_standard_one_refuses(
    values: tuple[Any, ...], named: dict[str, Any]
) -> None:
    for made in (Own, Standard):
        with pytest.raises(TypeError):
            made(*values, **named)


def test_its_class_tells_what_the_standard_one_does() -> None:
    for name in ("_fields", "_field_defaults", "__match_args__", "__doc__", "__module__"):
        assert getattr(Own, name) == getattr(Standard, name)
    assert Own.__annotations__.keys() == Standard.__annotations__.keys()
    assert (type(Own), Own.__qualname__) == (type, "Own")


def test_it_has_no_dictionary_and_takes_no_assignment() -> None:
    own: Any = Own("a")
    assert not hasattr(own, "__dict__")
    for name in ("name", "other"):
        with pytest.raises(AttributeError):
            setattr(own, name, "b")
    with pytest.raises((TypeError, ValueError)):
        own._replace(other=1)


def test_a_constructor_is_compiled_when_it_is_first_called() -> None:
    before = Unmade.__new__
    assert Unmade("a") == ("a", 0)
    compiled = Unmade.__new__
    assert compiled is not before
    assert Unmade("b", 1) == ("b", 1)
    assert Unmade.__new__ is compiled


def test_it_has_properties_patterns_copies_and_single_fields() -> None:
    own = Own("a", (1, 2))
    assert own.total == 3
    match own:
        case Own(name=name, sizes=(first, *_)):
            assert (name, first) == ("a", 1)
        case _:
            pytest.fail("no match")
    for same in (copy.copy(own), copy.deepcopy(own), pickle.loads(pickle.dumps(own))):  # noqa: S301
        assert same == own
        assert type(same) is Own
    assert Single("a") == ("a",)
    assert Nothing() == ()
    assert repr(Nothing()) == "Nothing()"
    assert list(map(Single, "ab")) == [("a",), ("b",)]
