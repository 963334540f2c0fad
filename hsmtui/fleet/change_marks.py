"""Which cells of the table have changed a short while ago."""

from datetime import datetime
from typing import NamedTuple


class _Mark(NamedTuple):
    columns: frozenset[str]
    until: datetime


class ChangeMarks:
    """The ids of changed columns by cluster, each until a moment."""

    def __init__(self) -> None:
        self._marks: dict[str, _Mark] = {}

    def add(self, cluster_id: str, columns: frozenset[str], until: datetime) -> None:
        """Mark columns of a row; what was marked there before stays as long."""
        if columns:
            self._marks[cluster_id] = _Mark(columns | self.of(cluster_id), until)

    def of(self, cluster_id: str) -> frozenset[str]:
        """The marked columns of a row."""
        mark = self._marks.get(cluster_id)
        return mark.columns if mark is not None else frozenset()

    def fade(self, now: datetime) -> list[str]:
        """Let go of what was marked long enough; the ids of those rows."""
        faded = [cluster_id for cluster_id, mark in self._marks.items() if mark.until <= now]
        for cluster_id in faded:
            del self._marks[cluster_id]
        return faded

    def clear(self) -> None:
        """Mark nothing."""
        self._marks.clear()
