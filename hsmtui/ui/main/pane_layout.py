"""Where list, details and notices are on the screen, and which pane is over the whole of it."""

from collections.abc import Mapping
from typing import Any

from textual.containers import Vertical
from textual.screen import Screen

from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.main.arrangement import Panes, arrange, panes_of
from hsmtui.ui.main.details_pane import DetailsPane
from hsmtui.ui.main.list_pane import ListPane
from hsmtui.ui.widgets.notices import NoticeArea

LEAST_ROWS = 2
"""Rows of a pane that notices leave."""


class PaneLayout:
    """Arranges the panes of a screen, whose size decides, and the rows of the notices below them.

    `remapped` is the user's key map.
    """

    def __init__(
        self,
        screen: Screen[Any],
        list_pane: ListPane,
        details: DetailsPane,
        notices: NoticeArea,
        remapped: Mapping[str, str],
    ) -> None:
        self._screen = screen
        self._list = list_pane
        self._details = details
        self._notices = notices
        self._remapped = remapped
        self._is_zoomed = False

    def arrange(self) -> None:
        """Share the room between list and details."""
        screen, several, rows = self._screen, self._several, self._list.rows_needed
        at = arrange(screen.size, several=several, rows=rows, is_zoomed=self._is_zoomed)
        screen.set_class(at.panes is Panes.BESIDE, "wide")
        screen.set_class(at.panes is Panes.ONE, "one-pane")
        self._details.take_room(at, self._how_to_leave if at.panes is Panes.ONE else "")
        self._list.table.choose_for(at.list_width)

    def toggle_zoom(self) -> bool:
        """From now on the pane under the focus over the whole screen, or both panes again; False
        where there is one pane by itself."""
        can_zoom = self._natural is not Panes.ONE
        self._is_zoomed ^= can_zoom
        return can_zoom

    @property
    def is_zoomed(self) -> bool:
        """Whether a pane is over the whole screen that would not be by itself."""
        return self._is_zoomed and self._natural is not Panes.ONE

    def fit_notices(self) -> None:
        """Notices have a part of the rows of the lowest panes, which end above them."""
        lowest = self._lowest
        height = min((pane.region.height for pane in lowest), default=0)
        self._notices.fit(max(1, min(height - LEAST_ROWS, self._screen.size.height // 4)))
        for pane in (self._list, self._details):
            bottom = self._notices.rows if pane in lowest else 0
            pane.styles.padding = (0, 0, bottom, 0)

    @property
    def _several(self) -> bool:
        return not self._list.fleet.is_one

    @property
    def _natural(self) -> Panes:
        """How the panes are while none is zoomed."""
        return panes_of(self._screen.size, several=self._several)

    @property
    def _lowest(self) -> list[Vertical]:
        """The panes that stand right above the footer."""
        panes = [p for p in (self._list, self._details) if p.display and p.region]
        bottom = max((pane.region.bottom for pane in panes), default=0)
        return [pane for pane in panes if pane.region.bottom == bottom]

    @property
    def _how_to_leave(self) -> str:
        """What stands in the details while they hide the list."""
        key = key_of("back", self._remapped)
        return f"{key} {'both panes' if self.is_zoomed else 'back to the list'}"
