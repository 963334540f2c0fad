"""When what is watched is to be read again."""

from datetime import datetime, timedelta
from enum import Enum

SLOWEST = 300.0
"""Seconds between two readings to which failures slow a watch down, unless it is slower anyway."""


class ReadingOutcome(Enum):
    """What came of a reading, in the words that say why the next one comes later."""

    WELL = ""
    THROTTLED = "throttled"
    FAILED = "after a failure"


class RefreshSchedule:
    """A reading every `seconds`; twice as long after each one that was throttled or failed, and
    back to that after one that went well. With `begins` that is when the first one is due."""

    def __init__(self, seconds: float, begins: datetime | None = None) -> None:
        self.every = seconds
        self._seconds = seconds
        self._begins = begins
        self._last = ReadingOutcome.WELL
        self._ended_at: datetime | None = None

    def is_due(self, now: datetime, read_at: datetime | None) -> bool:
        """Whether it is time; `read_at` is when somebody has read it last.

        A time after `now` is that of a clock which was put back since, and says nothing.
        """
        if self._begins is not None and self._ended_at is None:
            return now >= self._begins
        past = [time for time in (self._ended_at, read_at) if time is not None and time <= now]
        return not past or now - max(past) >= timedelta(seconds=self.every)

    def ended(self, outcome: ReadingOutcome, now: datetime) -> None:
        """A reading has ended so."""
        self._ended_at = now
        self._last = outcome
        slower = min(self.every * 2, max(self._seconds, SLOWEST))
        self.every = self._seconds if outcome is ReadingOutcome.WELL else slower

    @property
    def is_slower(self) -> bool:
        """Whether the last reading slowed it down."""
        return self._last is not ReadingOutcome.WELL

    @property
    def words(self) -> str:
        """Such as ``every 60 s, throttled``."""
        why = f", {self._last.value}" if self._last.value else ""
        return f"every {self.every:g} s{why}"
