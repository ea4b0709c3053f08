from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest

from pinwise.base.records import record


@record(frozen=True, slots=True)
class Slotted:
    name: str
    sizes: tuple[int, ...] = ()
    secret: str = field(default="", repr=False)
    note: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Standard:
    name: str
    sizes: tuple[int, ...] = ()
    secret: str = field(default="", repr=False)
    note: str = field(default="", compare=False)


@record(frozen=True)
class Open:
    number: int

    @cached_property
    def double(self) -> int:
        return 2 * self.number


@record(frozen=True, slots=True)
class Own:
    name: str

    def __repr__(self) -> str:
        return "hidden"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own)

    def __hash__(self) -> int:
        return 1


@record(frozen=True, slots=True)
class Nothing:
    pass


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (("a",), ("a",), True),
        (("a",), ("b",), False),
        (("a", (1,)), ("a", (1,)), True),
        (("a", (1,)), ("a", (2,)), False),
        (("a", (), "x"), ("a", (), "y"), False),
        (("a", (), "x", "n"), ("a", (), "x", "m"), True),
    ],
)
def test_it_compares_hashes_and_shows_as_the_standard_one(
    one: tuple[Any, ...], other: tuple[Any, ...], *, equal: bool
) -> None:
    for made in (Slotted, Standard):
        assert (made(*one) == made(*other)) is equal
        assert (hash(made(*one)) == hash(made(*other))) is equal
    assert repr(Slotted(*one)) == repr(Standard(*one)).replace("Standard", "Slotted")


def test_it_equals_nothing_of_another_class() -> None:
    others: list[object] = [Standard("a"), ("a", (), ""), Open(1), None]
    assert Slotted("a") not in others
    assert Nothing() not in [(), *others]
    assert Nothing() == Nothing()
    assert {Nothing(), Nothing()} == {Nothing()}


@record(frozen=True)
class Checked:
    names: list[str] = field(default_factory=list)
    note: str = field(default="none", repr=False)
    size: int = 1

    def __post_init__(self) -> None:
        if self.size < 0:
            message = "negative"
            raise ValueError(message)


def test_it_is_made_as_the_standard_one() -> None:
    one, other = Checked(), Checked(size=2)
    assert (one.names, one.note, one.size, other.size) == ([], "none", 1, 2)
    assert one.names is not other.names
    assert Checked.note == "none"
    assert not hasattr(Checked, "names")
    with pytest.raises(ValueError, match="negative"):
        Checked(size=-1)
    wrong: list[dict[str, Any]] = [{}, {"name": "a", "other": 1}]
    for arguments in wrong:
        with pytest.raises(TypeError):
            Slotted(**arguments)


def test_what_may_change_is_not_hashed_and_may_equal_only_itself() -> None:
    @record(frozen=False, slots=True)
    class Count:
        number: int = 0

    @record(frozen=True, eq=False)
    class Same:
        number: int = 0

    count = Count()
    count.number += 1
    assert count == Count(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(count)
    same = Same()
    assert same == same  # noqa: PLR0124 - that is the question
    assert len({same, Same()}) == 2


def test_an_initializer_is_compiled_when_it_is_first_called() -> None:
    @record(frozen=True, slots=True)
    class Late:
        name: str

    before = Late.__init__
    assert Late("a").name == "a"
    compiled = Late.__init__
    assert compiled is not before
    assert Late("b") == Late(name="b")
    assert Late.__init__ is compiled


def test_what_a_class_says_itself_stays() -> None:
    assert repr(Own("a")) == "hidden"
    assert Own("a") == Own("b")
    assert hash(Own("a")) == 1


def test_it_is_a_dataclass_for_everybody_else() -> None:
    made = Slotted("a", (1,))
    assert dataclasses.replace(made, name="b") == Slotted("b", (1,))
    assert [each.name for each in dataclasses.fields(made)] == ["name", "sizes", "secret", "note"]
    assert copy.deepcopy(made) == made
    assert not hasattr(made, "__dict__")
    assert Open(2).double == 4
    match made:
        case Slotted(name, (size,)):
            assert (name, size) == ("a", 1)
        case _:
            pytest.fail("it has no __match_args__")
