"""Values that many entries have alike, kept in memory once."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class OneOfEqual(Generic[Value]):
    """Gives for equal values the one that came first.

    It knows at most `most` and then begins anew, so that what is used no longer goes.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, Value] = {}

    def of(self, key: Hashable, value: Value) -> Value:
        """The value that came first under a key, under which all are equal."""
        if len(self._values) >= self._most:
            self._values.clear()
        return self._values.setdefault(key, value)
