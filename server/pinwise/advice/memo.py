"""Remembering what was worked out about an object for as long as the object lives."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

K = TypeVar("K")
V = TypeVar("V")


class IdentityMemo(Generic[K, V]):
    """A function of an object's identity that is called once for each object.

    A `WeakKeyDictionary` would hash and compare the object, which for a listing means all its
    releases. Safe from any thread: two that ask first may both work, and one answer is kept.

    Args:
        make: works the value out; must not keep a reference to the object.
    """

    def __init__(self, make: Callable[[K], V]) -> None:
        self._make = make
        self._values: dict[int, tuple[weakref.ref[K], V]] = {}

    def __call__(self, item: K) -> V:
        """Return the value for `item`, from memory where it was asked for before."""
        key = id(item)
        entry = self._values.get(key)
        # A dead object's number may be given to a new one before the callback has run.
        if entry is not None and entry[0]() is item:
            return entry[1]
        value = self._make(item)
        self._values[key] = (weakref.ref(item, lambda dead: self._forget(key, dead)), value)
        return value

    def clear(self) -> None:
        """Forget all values."""
        self._values.clear()

    def __len__(self) -> int:
        return len(self._values)

    def _forget(self, key: int, dead: weakref.ref[K]) -> None:
        """Drop the entry of an object that is gone."""
        entry = self._values.get(key)
        if entry is not None and entry[0] is dead:
            del self._values[key]
