"""The details of the cluster under the cursor, which follow it."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer

from hsmtui.fleet.listing import Row, RowKey
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.text import visible
from hsmtui.ui.commands.keymap import remapped_in
from hsmtui.ui.host import is_left
from hsmtui.ui.main.arrangement import Arrangement
from hsmtui.ui.widgets.cursor import BackupCursor, GoneItem, HsmCursor, ItemCursor, moved
from hsmtui.ui.widgets.detail_view import DetailView, RelatedData
from hsmtui.ui.widgets.details import DetailBody, TabLine
from hsmtui.ui.widgets.hanging_text import HangingText, Line
from hsmtui.ui.widgets.overview_tab import tells_chain
from hsmtui.ui.widgets.search_line import SearchLine
from hsmtui.ui.widgets.tabs import TABS
from hsmtui.ui.widgets.text_search import TextSearch

REST = 0.1
"""Seconds that the cursor rests before the details follow it."""


class DetailsPane(Vertical):
    """Shows the row that `row` gives and what `related` gives for it, under the tab chosen last.

    `on_shown` is called whenever it may show another row or another tab, or has another size.
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
        self._hsms, self._backups = HsmCursor(), BackupCursor()
        self._tabs = TabLine()
        self._lines: list[Line] = []
        self._search, self.search_line = TextSearch(), SearchLine()
        self._searched_from = 0

    def compose(self) -> ComposeResult:
        yield self._tabs
        yield DetailBody(id="detail-body")
        yield self.search_line

    @property
    def body(self) -> DetailBody:
        """What scrolls and takes the focus."""
        return self.query_one(DetailBody)

    @property
    def has_keys(self) -> bool:
        """Whether keys are for the details."""
        return self.body.has_focus or self.is_typing

    def take_room(self, arrangement: Arrangement, leave: str) -> None:
        """Take the room that there is; `leave` says how to leave what hides the list."""
        self.styles.width, self.styles.height = arrangement.width, arrangement.height
        self._tabs.tab_lines = arrangement.tab_lines
        self._tabs.leave = leave

    def forget(self) -> None:
        """Other places are listed now: nothing is known of what they have."""
        self._hsms, self._backups = HsmCursor(), BackupCursor()
        self.show_row()

    def follow(self) -> None:
        """The cursor has moved: show its row once it rests."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self.show_row)

    def show_row(self) -> None:
        """Show the row under the cursor as it is now; another cluster than before starts at the
        top with its secret masked."""
        if is_left(self):
            return
        is_other = self._take_row()
        self._draw(anew=is_other)
        self._on_shown()

    def _take_row(self) -> bool:
        """Have the row under the cursor as it is now; whether it is of another cluster."""
        row, now = self._row(), self._clock()
        cluster = row.cluster if row else None
        before, self.key = self.key, row.key if row else None
        self.cluster, self._now = cluster, now
        self._related = self._related_to(row)
        if before != self.key or self.key is None:
            self.revealed = False
            self.body.scroll_home(animate=False)
        if row is not None:
            self._move_cursors(row, now if self.screen.is_active else None)
        return before != self.key

    def _move_cursors(self, row: Row, now: datetime | None) -> None:
        """Follow what was read; `now` is None while nobody can see it."""
        for cursor in self._cursors.values():
            if (gone := cursor.follow(row, self._related)) is not None:
                cursor.gone.note(gone, now)

    def refresh_for(self, keys: Collection[RowKey]) -> None:
        """More, or something else, is known of these clusters."""
        if self.key is not None and self.key in keys:
            self.show_row()

    def choose(self, tab_id: str) -> None:
        """Go to a tab of the row under the cursor, at its top."""
        self._take_row()
        self.tab = next(tab for tab in TABS if tab.id == tab_id)
        self.body.scroll_home(animate=False)
        self._draw(anew=True)
        self._on_shown()
        self.body.call_after_refresh(self._reveal_item)

    def toggle_secret(self) -> None:
        """Show the PreCoPassword, or mask it again."""
        self.revealed = not self.revealed
        self._draw()

    @property
    def _cursors(self) -> Mapping[str, ItemCursor[Any]]:
        """The cursors by the ids of their tabs."""
        return {"hsms": self._hsms, "backups": self._backups}

    @property
    def _cursor(self) -> ItemCursor[Any] | None:
        """The cursor, where the tab has one, something is under it, and the focus is there."""
        cursor = self._cursors.get(self.tab.id)
        in_tab = self.cluster is not None and self.body.has_focus
        return cursor if cursor is not None and cursor.items and in_tab else None

    @property
    def gone(self) -> GoneItem:
        """What has gone from under the cursor of the tab."""
        cursor = self._cursors.get(self.tab.id)
        return cursor.gone if cursor is not None else GoneItem()

    def seen(self, now: datetime) -> None:
        """All can be seen again."""
        for cursor in self._cursors.values():
            cursor.gone.seen(now)

    @property
    def hsm_id(self) -> str | None:
        """The HSM under the cursor, where the tab of HSMs has the focus."""
        return self._hsms.item_id if self._cursor is self._hsms else None

    @property
    def backup(self) -> Backup | None:
        """The backup under the cursor, where the tab of backups has the focus."""
        return self._backups.item if self._cursor is self._backups else None

    def move(self, way: str) -> None:
        """Move the cursor where the tab has one, else scroll."""
        cursor = self._cursor
        if cursor is None:
            self.body.move(way)
            return
        page = max(1, self.body.size.height - 1)
        cursor.move(moved(cursor.index, way, len(cursor.items) - 1, page))
        self._draw()
        self._reveal_item()

    def _reveal_item(self) -> None:
        """Scroll what is under the cursor into sight with all of its lines; the first one with what
        stands above it, the last one with what stands below."""
        cursor = self._cursor
        if cursor is None or cursor.item_id is None:
            return
        width = self.body.width
        rows = self._text.rows_of(cursor.item_id, width)
        if cursor.index == len(cursor.items) - 1:
            rows = range(rows.start, len(self._text.rows(width)))
        self.body.reveal(range(rows.stop) if cursor.index == 0 else rows)

    @on(DetailBody.Resized)
    def _keep_cursor_in_sight(self) -> None:
        """Once it is known whether there is anything to scroll."""
        if self._cursor is not None:
            self.call_after_refresh(self._reveal_item)

    def on_descendant_focus(self) -> None:
        self._show_cursor()
        if self.tab.id in self._cursors:
            self.body.call_after_refresh(self._reveal_item)

    def on_descendant_blur(self) -> None:
        self._show_cursor()

    def _show_cursor(self) -> None:
        """Only a tab that has the focus shows its cursor."""
        if self.tab.id in self._cursors:
            self._draw()

    def on_resize(self) -> None:
        if is_left(self):
            return
        self._draw()
        self._on_shown()

    @property
    def needs_roots(self) -> bool:
        """Whether the overview tells of a chain of trust, which only the roots can prove."""
        view = self._view
        return view is not None and self.tab.id == "overview" and tells_chain(view)

    # Search

    @property
    def is_typing(self) -> bool:
        """Whether what is typed is looked for."""
        return self.search_line.is_typing

    @property
    def is_searching(self) -> bool:
        """Whether something is looked for."""
        return bool(self._search.words)

    def edit_search(self) -> None:
        """Let it be typed what is looked for, from what is in sight on."""
        rows = self._text.rows(self.body.width)
        self._searched_from = rows[self.body.top_row].line if self.body.top_row < len(rows) else 0
        self.search_line.open(self._search.words)
        self._show_found()

    def stop_typing(self) -> None:
        """What was typed is looked for; somebody has gone elsewhere."""
        self.search_line.close()
        self._show_found()

    def end_search(self) -> None:
        """Look for nothing any more."""
        self._search.look_for("", (), 0)
        self.search_line.close()
        self._draw()

    def search(self, step: int) -> None:
        """Go to the next place found, or to the previous one."""
        self._search.step(step)
        self._go_to_place()

    @on(SearchLine.Typed)
    def _look_for(self, event: SearchLine.Typed) -> None:
        event.stop()
        self._search.look_for(event.words, self._lines, self._searched_from)
        self._draw()
        self._reveal_place()

    @on(SearchLine.Submitted)
    def _typed(self, event: SearchLine.Submitted) -> None:
        event.stop()
        self.search_line.close()
        self.body.focus()
        self._go_to_place()

    @on(SearchLine.Left)
    def _left(self, event: SearchLine.Left) -> None:
        event.stop()
        self.end_search()
        self.body.focus()

    def _go_to_place(self) -> None:
        """Put the cursor, where the tab has one, on what was found, and bring it into sight."""
        if self.tab.id in self._cursors:
            self._cursors[self.tab.id].move_to(self._search.item)
        self._draw()
        self._reveal_place()

    def _reveal_place(self) -> None:
        place, width = self._search.place, self.body.width
        if place is not None:
            first = self._text.row_of(place.line, place.start, width)
            last = self._text.row_of(place.line, place.end - 1, width)
            self.body.call_after_refresh(self.body.reveal, range(first, last + 1))

    def _show_found(self) -> None:
        self.refresh_bindings()
        self.search_line.show(self._search.words, self._search.count)

    # Drawing

    def _draw(self, *, anew: bool = False) -> None:
        """Draw the tab; `anew` says that it is another one, or of another cluster."""
        if is_left(self):
            return
        cluster = self.cluster
        name = (cluster.name or cluster.cluster_id) if cluster else ""
        self._tabs.show(visible(name), self.tab.id, remapped_in(self.app))
        self._lines = self.tab.lines(self._view) if self._view else []
        if self.is_searching:
            look = self._search.start_in if anew else self._search.follow
            look(self._lines)
            self.body.text.show(HangingText(self._search.marked()))
            if anew:
                self._reveal_place()
        else:
            self.body.text.show(HangingText(self._lines))
        self._show_found()

    @property
    def _text(self) -> HangingText:
        return self.body.text.shown

    @property
    def _view(self) -> DetailView | None:
        if self.cluster is None:
            return None
        return DetailView(
            self.cluster,
            self.body.width,
            self._now,
            remapped_in(self.app),
            self.revealed,
            self._related,
            self._hsms.items,
            self.hsm_id,
            self.body.size.height,
            self.backup.backup_id if self.backup else None,
        )
