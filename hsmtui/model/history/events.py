"""What has changed in this run, as far as it was seen, and which cells have a short while ago."""

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from hsmtui.model.history.diff import Difference
from hsmtui.model.history.history import ClusterDiff

_Key = TypeVar("_Key")

EVENTS_KEPT = 1000
"""How many events of a run are kept: a list that is watched for days adds up."""


class Event(NamedTuple):
    """One change as it was seen; the service does not say when it happened, so `time` is that of
    the reading. `place` says where, such as ``prod-pki · us-east-1``."""

    time: datetime
    place: str
    cluster_id: str
    name: str | None
    difference: Difference


class Events:
    """The last EVENTS_KEPT events of a run, the oldest first."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=EVENTS_KEPT)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def add(self, place: str, seen: ClusterDiff) -> list[Event]:
        """Keep what was seen of a cluster; the events that this makes."""
        cluster = seen.cluster
        events = [
            Event(seen.time, place, cluster.cluster_id, cluster.name, difference)
            for difference in seen.differences
        ]
        self._events.extend(events)
        return events

    def events_of(self, place: str, cluster_id: str) -> list[Event]:
        """Those of one cluster, the oldest first."""
        return [e for e in self._events if (e.place, e.cluster_id) == (place, cluster_id)]


class _Mark(NamedTuple):
    columns: frozenset[str]
    until: datetime


class ChangeMarks(Generic[_Key]):
    """The ids of changed columns by the key of a row, each until a moment."""

    def __init__(self) -> None:
        self._marks: dict[_Key, _Mark] = {}

    def add(self, key: _Key, columns: frozenset[str], until: datetime) -> None:
        """Mark columns of a row; what was marked there before stays as long."""
        if columns:
            self._marks[key] = _Mark(columns | self.of(key), until)

    def of(self, key: _Key) -> frozenset[str]:
        """The marked columns of a row."""
        mark = self._marks.get(key)
        return mark.columns if mark is not None else frozenset()

    def fade(self, now: datetime) -> list[_Key]:
        """Remove the marks whose moment has passed; the keys of those rows."""
        faded = [key for key, mark in self._marks.items() if mark.until <= now]
        for key in faded:
            del self._marks[key]
        return faded

    def clear(self) -> None:
        """Mark nothing."""
        self._marks.clear()
