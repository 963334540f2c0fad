"""Watching: what is loaded is read again from time to time."""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from textual.dom import DOMNode
from textual.timer import Timer

from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.loader import Loader
from hsmtui.fleet.refresh_schedule import ReadingOutcome, RefreshSchedule
from hsmtui.ui.host import is_left

WATCH_SECONDS = 1.0
"""Seconds between two looks whether a reading is due and nothing is in its way."""


class WatchedList(Protocol):
    """What a watch asks of the screen that lists."""

    @property
    def fleet(self) -> Fleet:
        """Where what is listed comes from."""

    @property
    def is_asking(self) -> bool:
        """Whether an asking is under way, or about to begin."""

    @property
    def is_in_use(self) -> bool:
        """Whether a dialog is open or a filter is being typed."""

    def ask_of(self, loader: Loader, asking: Callable[[], Coroutine[None, None, None]]) -> None:
        """Ask a place for something, beside what the others are asked."""

    def status_changed(self) -> None:
        """Something else is to be said."""


class Watch:
    """Has what is listed read again, wherever that is; its timer belongs to `node`.

    It waits while a dialog is open, while a filter is typed and while anything else is asked for:
    what a person wants comes first, and what they read stays. Several places are read one after the
    other, spread over the time between two readings of one.
    """

    def __init__(
        self, node: DOMNode, watched: WatchedList, seconds: float, clock: Callable[[], datetime]
    ) -> None:
        self._node = node
        self._list = watched
        self._seconds = seconds
        self._clock = clock
        self._schedules: dict[Loader, RefreshSchedule] = {}
        self._timer: Timer | None = None
        self._said = ""

    def toggle(self) -> None:
        """Begin or end."""
        if self._timer is None:
            self._timer = self._node.set_interval(
                min(WATCH_SECONDS, self._seconds), self._read_if_due
            )
        else:
            self._timer.stop()
            self._timer = None
        self.restart()

    def restart(self) -> None:
        """Forget what slowed it down: something else is listed now."""
        loaders, now = self._list.fleet.loaders, self._clock()
        step = timedelta(seconds=self._seconds / len(loaders))
        self._schedules = {
            loader: RefreshSchedule(self._seconds, now + step * at if len(loaders) > 1 else None)
            for at, loader in enumerate(loaders)
        }
        self._say()

    @property
    def words(self) -> str:
        """What the title says of it; "" while nothing is watched."""
        if self._timer is None:
            return ""
        if not self._may_read:
            return "watch paused"
        if len(self._schedules) == 1:
            (schedule,) = self._schedules.values()
            return f"watching {schedule.words}"
        slower = sum(schedule.is_slower for schedule in self._schedules.values())
        words = f"watching every {self._seconds:g} s"
        return f"{words}, {slower} more slowly" if slower else words

    @property
    def _may_read(self) -> bool:
        fleet = self._list.fleet
        return not self._list.is_in_use and (not fleet.is_one or fleet.first.can_reread)

    def _read_if_due(self) -> None:
        if is_left(self._node):
            return
        self._say()
        fleet, now = self._list.fleet, self._clock()
        if not self._may_read or (fleet.is_one and self._list.is_asking):
            return
        for loader, schedule in self._schedules.items():
            shown = loader.shown
            if shown is None or not loader.can_reread or fleet.same_as(loader) is not None:
                continue
            if schedule.is_due(now, shown.read_at):
                self._list.ask_of(loader, partial(self._read, loader, schedule))

    async def _read(self, loader: Loader, schedule: RefreshSchedule) -> None:
        retries = await loader.reread()
        problem = loader.problem
        if retries or (problem is not None and problem.throttled):
            outcome = ReadingOutcome.THROTTLED
        else:
            outcome = ReadingOutcome.WELL if problem is None else ReadingOutcome.FAILED
        schedule.ended(outcome, self._clock())
        self._say()

    def _say(self) -> None:
        """Nothing is drawn again as long as there is nothing else to say."""
        if self._said != self.words:
            self._said = self.words
            self._list.status_changed()
