"""Rows in the order of a column, each by the value that it had when it was last looked at."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, KeysView, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

_Key = TypeVar("_Key")


class _Entry(NamedTuple):
    """A row: the value by which it stands, its number in the order in which they came, its key.

    No two have one number, so that comparing two never comes to the keys.
    """

    value: Any
    number: int
    key: Any


class RowOrder(Generic[_Key]):
    """Keys of rows by what `value_of` says of each, which is asked once a row and change.

    Of rows of one value those that came first stand first. To find a row, to let one in and to move
    one takes hardly longer among ten thousand than among a few.
    """

    def __init__(
        self, value_of: Callable[[_Key], Any], entries: list[_Entry], entry_of: dict[_Key, _Entry]
    ) -> None:
        """`entries` are sorted; both are the order's own from now on."""
        self._value_of = value_of
        self._entries = entries
        self._entry_of = entry_of

    @classmethod
    def by(cls, value_of: Callable[[_Key], Any], keys: Iterable[_Key]) -> "RowOrder[_Key]":
        """These rows, given in the order in which they came."""
        entries = [_Entry(value_of(key), number, key) for number, key in enumerate(keys)]
        return cls(value_of, sorted(entries), {entry.key: entry for entry in entries})

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> _Key:
        key: _Key = self._entries[index].key
        return key

    def __iter__(self) -> Iterator[_Key]:
        return (entry.key for entry in self._entries)

    @property
    def keys(self) -> KeysView[_Key]:
        """All of them, in no order."""
        return self._entry_of.keys()

    def index(self, key: _Key) -> int | None:
        """Where a row stands; None where it is not among them."""
        entry = self._entry_of.get(key)
        return None if entry is None else bisect_left(self._entries, entry)

    def add(self, keys: Iterable[_Key]) -> None:
        """Let rows in that are not among them, each behind those of its value."""
        for key in keys:  # none ever goes: there are as many as have come
            self._put(_Entry(self._value_of(key), len(self._entries), key))

    def renewed(self, keys: Iterable[_Key]) -> "RowOrder[_Key]":
        """The order by what the values of these rows are now: itself where none has to move."""
        known = (entry for key in keys if (entry := self._entry_of.get(key)) is not None)
        values = {entry: self._value_of(entry.key) for entry in known}
        changed = {entry: value for entry, value in values.items() if value != entry.value}
        if not changed:
            return self
        order = RowOrder(self._value_of, self._entries.copy(), self._entry_of.copy())
        if order.move(changed):
            return order
        self.move(changed)
        return self

    def move(self, values: Mapping[_Entry, Any]) -> bool:
        """Give rows other values; whether any stands elsewhere by that."""
        before = [self.index(entry.key) for entry in values]
        for entry in values:
            del self._entries[bisect_left(self._entries, entry)]
        for entry, value in values.items():
            self._put(entry._replace(value=value))
        return before != [self.index(entry.key) for entry in values]

    def _put(self, entry: _Entry) -> None:
        insort(self._entries, entry)
        self._entry_of[entry.key] = entry
