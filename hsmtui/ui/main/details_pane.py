"""The details of the cluster under the cursor, which follow it."""

from collections.abc import Callable, Collection
from datetime import datetime

from textual.timer import Timer

from hsmtui.fleet.listing import Row
from hsmtui.ui.widgets.detail_view import RelatedData
from hsmtui.ui.widgets.details import Details

REST = 0.1
"""Seconds that the cursor rests before the details follow it."""


class DetailsPane(Details):
    """Shows the row that `row` gives, together with what `related` gives.

    `on_shown` is called whenever it may show another row or another tab.
    """

    def __init__(
        self,
        row: Callable[[], Row | None],
        related: Callable[[Row | None], RelatedData],
        on_shown: Callable[[], object],
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(id="details")
        self._row = row
        self._related_to = related
        self._shown = on_shown
        self._clock = clock
        self._resting: Timer | None = None

    def follow(self) -> None:
        """The cursor has moved: show its row once it rests."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self.show_row)

    def show_row(self) -> None:
        """Show the row under the cursor as it is now."""
        row = self._row()
        self.show(row.cluster if row else None, self._clock(), self._related_to(row))
        self._shown()

    def refresh_for(self, ids: Collection[str]) -> None:
        """More, or something else, is known of these clusters."""
        if self.cluster is not None and self.cluster.cluster_id in ids:
            self.show_row()

    def choose(self, tab_id: str) -> None:
        """Go to a tab of the row under the cursor."""
        self.show_row()
        super().choose(tab_id)
