"""The details of the cluster under the cursor, which follow it."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer

from hsmtui.fleet.listing import Row, RowKey
from hsmtui.model.cluster import Cluster
from hsmtui.model.text import visible
from hsmtui.ui.commands.keymap import remapped_in
from hsmtui.ui.widgets.cursor import GoneItem, HsmCursor
from hsmtui.ui.widgets.detail_view import DetailView, RelatedData
from hsmtui.ui.widgets.details import DetailBody, TabLine
from hsmtui.ui.widgets.tabs import TABS, hsm_blocks, hsm_window

REST = 0.1
"""Seconds that the cursor rests before the details follow it."""


class DetailsPane(Vertical):
    """Shows the row that `row` gives and what `related` gives for it, under the tab chosen last.

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
        self._on_shown = on_shown
        self._clock = clock
        self._resting: Timer | None = None
        self.tab = TABS[0]
        self.key: RowKey | None = None
        self.cluster: Cluster | None = None
        self._now = datetime.now(UTC)
        self._related = RelatedData()
        self.revealed = False
        self._hsms = HsmCursor()
        self.gone = GoneItem()

    def compose(self) -> ComposeResult:
        yield TabLine()
        yield DetailBody(id="detail-body")

    @property
    def body(self) -> DetailBody:
        """What scrolls and takes the focus."""
        return self.query_one(DetailBody)

    def forget(self) -> None:
        """Other places are listed now: nothing is known of their HSMs."""
        self._hsms = HsmCursor()
        self.show_row()

    def follow(self) -> None:
        """The cursor has moved: show its row once it rests."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self.show_row)

    def show_row(self) -> None:
        """Show the row under the cursor as it is now; another cluster than before starts at the
        top with its secret masked."""
        row, now = self._row(), self._clock()
        cluster = row.cluster if row else None
        before, self.key = self.key, row.key if row else None
        self.cluster, self._now = cluster, now
        self._related = self._related_to(row)
        if before != self.key or self.key is None:
            self.revealed = False
            self.body.scroll_home(animate=False)
        if row is not None and (gone := self._hsms.take(row)) is not None:
            self.gone.note(gone, now if self.screen.is_active else None)
        self._draw()
        self._on_shown()

    def refresh_for(self, keys: Collection[RowKey]) -> None:
        """More, or something else, is known of these clusters."""
        if self.key is not None and self.key in keys:
            self.show_row()

    def choose(self, tab_id: str) -> None:
        """Go to a tab of the row under the cursor, at its top."""
        self.show_row()
        self.tab = next(tab for tab in TABS if tab.id == tab_id)
        self.body.scroll_home(animate=False)
        self._draw()

    def toggle_secret(self) -> None:
        """Show the PreCoPassword, or mask it again."""
        self.revealed = not self.revealed
        self._draw()

    @property
    def hsm_id(self) -> str | None:
        """The HSM under the cursor, where the tab has one and the focus is in it."""
        in_tab = self.cluster is not None and self.tab.id == "hsms" and self.body.has_focus
        return self._hsms.hsm.hsm_id if in_tab and self._hsms.hsm else None

    def move(self, way: str) -> None:
        """Move the cursor where the tab has one, else scroll."""
        if self.hsm_id is None:
            self.body.move(way)
            return
        at, page = self._hsms.index, max(1, self.body.size.height - 1)
        steps = {"up": at - 1, "down": at + 1, "page_up": at - page, "page_down": at + page}
        self._hsms.move(steps.get(way, 0 if way == "top" else len(self._hsms.hsms)))
        self._draw()
        self._reveal_hsm()

    def _reveal_hsm(self) -> None:
        """Scroll the HSM under the cursor into sight, with all of its lines."""
        view = self._view
        if view is None:
            return
        at = self._hsms.index - hsm_window(view).start
        heights = [sum(line.get_height({}, view.width) for line in b) for b in hsm_blocks(view)]
        top = sum(heights[: at + 1]) if at else 0  # the first one with the header
        bottom = sum(heights[: at + 2])
        height, now = self.body.size.height, round(self.body.scroll_offset.y)
        if top < now or bottom > now + height:
            to = top if top < now else min(top, bottom - height)
            self.body.scroll_to(y=to, animate=False)

    @on(DetailBody.Resized)
    def _keep_cursor_in_sight(self) -> None:
        """Once it is known whether there is anything to scroll."""
        if self.hsm_id is not None:
            self.call_after_refresh(self._reveal_hsm)

    def on_descendant_focus(self) -> None:
        self._show_cursor()

    def on_descendant_blur(self) -> None:
        self._show_cursor()

    def _show_cursor(self) -> None:
        """Only a tab that has the focus shows its cursor."""
        if self.tab.id == "hsms":
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        cluster = self.cluster
        name = (cluster.name or cluster.cluster_id) if cluster else ""
        self.query_one(TabLine).show(visible(name), self.tab.id, remapped_in(self.app))
        view = self._view
        self.body.show(self.tab.text(view) if view else Content(""))

    @property
    def _view(self) -> DetailView | None:
        if self.cluster is None:
            return None
        return DetailView(
            self.cluster,
            max(20, self.body.scrollable_content_region.width),
            self._now,
            remapped_in(self.app),
            self.revealed,
            self._related,
            self._hsms.hsms,
            self.hsm_id,
        )
