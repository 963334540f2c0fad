"""Watching: what is loaded is read again from time to time."""

from typing import TYPE_CHECKING

from textual.timer import Timer

from hsmtui.fleet.refresh_schedule import ReadingOutcome, RefreshSchedule

if TYPE_CHECKING:
    from hsmtui.ui.main.screen import ClusterScreen

LOOK = 1.0
"""Seconds between two looks whether a reading is due and nothing is in its way."""


class Watch:
    """Has a screen read again what it lists, wherever that is.

    It waits while a dialog is open, while a filter is typed and while anything else is asked for:
    what a person wants comes first, and what they read stays.
    """

    def __init__(self, screen: "ClusterScreen") -> None:
        self._screen = screen
        self._seconds = screen.hsmtui.settings.refresh_seconds
        self._clock = screen.hsmtui.clock
        self._schedule = RefreshSchedule(self._seconds)
        self._timer: Timer | None = None
        self._said = ""

    def toggle(self) -> None:
        """Begin or end."""
        if self._timer is None:
            self._timer = self._screen.set_interval(min(LOOK, self._seconds), self._look)
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
        return self._screen.lister.can_reread and not self._screen.is_in_use

    def _look(self) -> None:
        if not (self._screen.is_attached and self._screen.app.is_running):
            return  # the app is being left, and its widgets go
        self._say()
        shown = self._screen.lister.shown
        if shown is None or not self._may_read or self._screen.is_asking:
            return
        if self._schedule.is_due(self._clock(), shown.read_at):
            self._screen.ask(self._read)

    async def _read(self) -> None:
        lister = self._screen.lister
        retries = await lister.reread()
        problem = lister.problem
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
            self._screen.status_changed()
