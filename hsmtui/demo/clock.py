"""The time as the demo knows it, and what is due to happen at which moment."""

import heapq
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """The system's time, or a time that stands still until it is advanced."""

    def __init__(self, at: datetime | None = None) -> None:
        """Without `at` the clock follows the system; with it, it stands at that aware time."""
        if at is not None and at.tzinfo is None:
            raise ValueError(f"A clock needs a time with a zone, not {at.isoformat()}.")
        self._at = at
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The time in UTC."""
        with self._lock:
            return datetime.now(UTC) if self._at is None else self._at.astimezone(UTC)

    def advance(self, seconds: float) -> None:
        """Move a standing clock forward."""
        with self._lock:
            if self._at is None:
                raise ValueError("Only a clock made with `at` can be advanced.")
            self._at += timedelta(seconds=seconds)


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
