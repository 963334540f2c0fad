"""Watching: what is loaded is read again from time to time."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Protocol

from textual.dom import DOMNode
from textual.timer import Timer

from hsmtui.fleet.loader import Loader
from hsmtui.fleet.refresh_schedule import ReadingOutcome, RefreshSchedule

WATCH_SECONDS = 1.0
"""Seconds between two looks whether a reading is due and nothing is in its way."""


class WatchedList(Protocol):
    """What a watch asks of the screen that lists."""

    @property
    def loader(self) -> Loader:
        """Where what is listed comes from."""

    @property
    def is_asking(self) -> bool:
        """Whether an asking is under way, or about to begin."""

    @property
    def is_in_use(self) -> bool:
        """Whether a dialog is open or a filter is being typed."""

    def ask(self, asking: Callable[[], Coroutine[None, None, None]]) -> None:
        """Ask for something in place of what is under way."""

    def status_changed(self) -> None:
        """Something else is to be said."""


class Watch:
    """Has what is listed read again, wherever that is; its timer belongs to `node`.

    It waits while a dialog is open, while a filter is typed and while anything else is asked for:
    what a person wants comes first, and what they read stays.
    """

    def __init__(
        self, node: DOMNode, watched: WatchedList, seconds: float, clock: Callable[[], datetime]
    ) -> None:
        self._node = node
        self._list = watched
        self._seconds = seconds
        self._clock = clock
        self._schedule = RefreshSchedule(seconds)
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
        self._schedule = RefreshSchedule(self._seconds)
        self._say()

    @property
    def words(self) -> str:
        """What the title says of it; "" while nothing is watched."""
        if self._timer is None:
            return ""
        return f"watching {self._schedule.words}" if self._may_read else "watch paused"

    @property
    def _may_read(self) -> bool:
        return self._list.loader.can_reread and not self._list.is_in_use

    def _read_if_due(self) -> None:
        if not (self._node.is_attached and self._node.app.is_running):
            return  # the app is being left, and its widgets go
        self._say()
        shown = self._list.loader.shown
        if shown is None or not self._may_read or self._list.is_asking:
            return
        if self._schedule.is_due(self._clock(), shown.read_at):
            self._list.ask(self._read)

    async def _read(self) -> None:
        loader = self._list.loader
        retries = await loader.reread()
        problem = loader.problem
        if retries or (problem is not None and problem.throttled):
            outcome = ReadingOutcome.THROTTLED
        else:
            outcome = ReadingOutcome.WELL if problem is None else ReadingOutcome.FAILED
        self._schedule.ended(outcome, self._clock())
        self._say()

    def _say(self) -> None:
        """Nothing is drawn again as long as there is nothing else to say."""
        if self._said != self.words:
            self._said = self.words
            self._list.status_changed()
