"""The time as the demo knows it, and what is due to happen at which moment."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """The system's time."""

    def now(self) -> datetime:
        """The time, aware and in UTC."""
        return datetime.now(UTC)


class Schedule:
    """Actions in the order of the times at which they are due."""

    def __init__(self) -> None:
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0

    def at(self, when: datetime, action: Callable[[], None]) -> None:
        """Have `action` run by the first `run` at or after `when`."""
        heapq.heappush(self._due, (when, self._count, action))
        self._count += 1

    def run(self, now: datetime) -> None:
        """Run what is due, including what those actions put on the schedule for the past."""
        while self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[2]()
