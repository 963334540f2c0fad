"""The list of clusters: a line widget that draws a row as few segments and repaints little."""

from collections.abc import Collection, Container, Sequence
from datetime import UTC, datetime
from itertools import zip_longest

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from hsmtui.fleet.listing import Listing, Row, RowKey, View
from hsmtui.model.columns import FINDINGS, WIDEST_NAME, Column, fit
from hsmtui.model.findings.finding import Findings, Judged
from hsmtui.model.history.events import ChangeMarks
from hsmtui.model.state import Tone, appearance
from hsmtui.model.text import visible
from hsmtui.ui.terminal.segments import segments
from hsmtui.ui.theme import MARK, SEVERITY_STYLES, TABLE_STYLES, clip
from hsmtui.ui.widgets.cursor import GoneItem, moved
from hsmtui.ui.widgets.hanging_text import breaks

CURSOR = Style(reverse=True)
CURSOR_AWAY = Style(bold=True)
HEADER = Style(bold=True)
ACCEPTED = Style(dim=True)
END = Style(dim=True)
ODD = TABLE_STYLES[Tone.UNKNOWN]
CHANGED = Style(bold=True, underline=True, dim=False)
TABLE_MARGIN = 3
"""Columns of the table that no cell has: the cursor's at the left, and one at the right."""

MARK_STYLE = Style(bold=True)

PREFETCH_ROWS = 5
"""Rows before the last loaded one at which the next page is asked for."""


class ClusterTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of a view under a header line; the cursor is a row. It posts what the cursor does.

    `was_moved` says that somebody has put the cursor where it is, or means the row that is there,
    and not rows that came.

    Rows carry no metadata and no background of their own, and there is no scroll bar: over SSH
    each of these costs more bytes than the text.
    """

    class Highlighted(Message):
        """The cursor rests on another row, or on none."""

    class NearEnd(Message):
        """The cursor or the last visible row is close to the last loaded one.

        `moved` says that somebody moved there, rather than that rows changed under the cursor.
        """

        def __init__(self, *, moved: bool) -> None:
            super().__init__()
            self.moved = moved

    class HeaderClicked(Message):
        """Somebody wants the list sorted by a column."""

        def __init__(self, column: Column) -> None:
            super().__init__()
            self.column = column

    class MarkClicked(Message):
        """Somebody wants this row marked."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    class ColumnsChanged(Message):
        """Other columns are visible now."""

    def __init__(self, columns: tuple[Column, ...], *, id: str) -> None:
        super().__init__(id=id)
        self.view: View | None = None
        self.cursor = 0
        self.was_moved = False
        self.changed_cells: ChangeMarks[RowKey] = ChangeMarks()
        self.marked: Container[RowKey] = ()
        self.gone = GoneItem()
        self._columns = columns
        self._fitted = fit(columns, 80)
        self._steady_width: int | None = None
        self._longest_name = 0
        self._empty_text: tuple[str, ...] = ()
        self._end_text = ""
        self._announced: RowKey | None = None
        self._revealing = False
        self.now = datetime.now(UTC)

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.view[self.cursor] if self.view else None

    @property
    def key(self) -> RowKey | None:
        """The key of the row under the cursor, also where it is gone from its listing since."""
        return self.view.key(self.cursor) if self.view else None

    @property
    def visible_columns(self) -> tuple[Column, ...]:
        return tuple(column for column, _ in self._fitted)

    @property
    def ending(self) -> list[Listing]:
        """The listings of which the next page is due. What would come above the cursor is not: with
        each page the cursor would be as close to the end as before."""
        top = round(self.scroll_offset.y)
        bottom = top + self._room - 1
        first = self.cursor if top <= self.cursor <= bottom else top
        if self.view is None:
            return []
        return self.view.ending(first, max(self.cursor, bottom) + PREFETCH_ROWS)

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        """Show these columns from now on, as far as the width has room."""
        if columns != self._columns:
            self._columns = columns
            self._fit()

    def choose_for(self, steady_width: int) -> None:
        """Choose the columns, from now on, as if the table were no wider than that."""
        if steady_width != self._steady_width:
            self._steady_width = steady_width
            self._fit()

    def _fit(self) -> None:
        width, steady = self.size.width - TABLE_MARGIN, self._steady_width
        fitted = fit(
            self._columns,
            width,
            steady=None if steady is None else steady - TABLE_MARGIN,
            longest_name=self._longest_name,
        )
        if fitted != self._fitted:
            before, self._fitted = self.visible_columns, fitted
            self.refresh()
            if before != self.visible_columns:
                self.post_message(self.ColumnsChanged())

    def _see_names(self) -> None:
        """Names longer than any that was in sight before get their room, if there is any."""
        top = round(self.scroll_offset.y)
        in_sight = range(top, min(top + self._room, len(self.view or ())))
        names = [self.view[at].cluster.name or "" for at in in_sight] if self.view else []
        longest = max((cell_len(visible(name)) for name in names), default=0)
        if longest > max(WIDEST_NAME, self._longest_name):
            self._longest_name = longest
            self._fit()

    def show_view(
        self, view: View, *, now: datetime, keep: RowKey | None = None, moved_only: bool = False
    ) -> None:
        """Show other rows; the cursor stays on the cluster `keep` where that is still in view.

        Where the same rows were read again it stays on its line, too, except at the top of the
        list, where rows that come are to be seen; from a row that has gone it goes to the next.
        Where other rows are shown, and the cluster is not among them, it goes to the top. What was
        scrolled out of sight of it stays in sight. With `moved_only` the rows are those that were
        shown, some of them elsewhere: only the lines are drawn where another one stands.
        """
        under, lines = self.key, self._lines()
        before, self.view = self.view, view
        again = before is not None and view.repeats(before)
        top = round(self.scroll_offset.y)
        line = self.cursor - top
        self.now = now
        self._resize_virtual()
        at = view.index_of(keep) if keep else None
        if at is None and keep and before is not None and before.query.text == view.query.text:
            self.gone.note(keep.cluster_id, now if self.screen.is_active else None)
        if at is None and keep and again and before is not None:
            at = view.successor(before, self.cursor)
        lost = max(0, min(self.cursor, len(view) - 1)) if again else 0
        self.cursor = at if at is not None else lost
        if not again or 0 <= line < self._room:
            self._reveal_cursor(max(0, self.cursor - line) if again and top else top)
        self._see_names()
        if keep is None and before is not None and view.is_ordered_as(before):
            self._note_other_than(under)
        if moved_only:
            self._refresh_others(lines)
        else:
            self.refresh()
        self._announce()

    def clear(self) -> None:
        self.view, self.cursor, self.was_moved = None, 0, False
        self._longest_name = 0
        self.changed_cells.clear()
        self._resize_virtual()
        self.scroll_to(y=0, animate=False, force=True)
        self.refresh()
        self._announce()

    def add_rows(
        self, listing: Listing, ids: Collection[str], *, now: datetime, follows: bool
    ) -> None:
        """Let rows into the view. The cursor `follows` its row, or stays where it is."""
        if self.view is None:
            return
        under, lines = self.key, self._lines()
        self.view.add(listing, ids)
        self.now = now
        self._resize_virtual()
        if not follows:
            self._note_other_than(under)
        elif under and self.key != under:
            self.cursor = self.view.index_of(under) or 0
            self._reveal_cursor()
        self._see_names()
        self._refresh_others(lines)
        self._announce()

    def _lines(self) -> list[tuple[RowKey, bool]]:
        """The rows in sight from the top, and which has the cursor."""
        view, top = self.view, round(self.scroll_offset.y)
        last = min(top + self._room, len(view or ()))
        return [(view.key(at), at == self.cursor) for at in range(top, last)] if view else []

    def _refresh_others(self, before: list[tuple[RowKey, bool]]) -> None:
        """Draw the lines on which there was something else before."""
        lines, top = self._lines(), round(self.scroll_offset.y)
        if not (before and lines):
            self.refresh()
            return
        for at, (old, new) in enumerate(zip_longest(before, lines)):
            if old != new:
                self._refresh_row(top + at)

    def _note_other_than(self, under: RowKey | None) -> None:
        """Another row than this may have come under the cursor, which nobody moved."""
        if under is not None and self.key != under:
            self.gone.note(under.cluster_id, self.now if self.screen.is_active else None)

    def hold(self) -> None:
        """Keep the cursor on its row from now on, whatever rows come: somebody means that row."""
        self.was_moved = True

    def lists(self, cluster_id: str) -> bool:
        """Whether a cluster of this id is in view."""
        view = self.view
        keys = (RowKey(each.connection, cluster_id) for each in (view.listings if view else ()))
        return view is not None and any(view.index_of(key) is not None for key in keys)

    @property
    def is_on_top(self) -> bool:
        """Whether the first row is in sight and has the cursor."""
        return self.cursor == 0 and round(self.scroll_offset.y) == 0

    def row_changed(self, key: RowKey) -> None:
        """Redraw one row after its cluster was renewed."""
        at = self.view.index_of(key) if self.view else None
        if at is not None:
            self._refresh_row(at)
            if at == self.cursor:
                self._announced = None
                self._announce()

    def redraw_rows(self, keys: Collection[RowKey]) -> None:
        """Redraw those of these rows that are in sight."""
        top = round(self.scroll_offset.y)
        for index in range(top, min(top + self._room, len(self.view or ()))):
            if self.view is not None and self.view.key(index) in keys:
                self._refresh_row(index)

    def fade(self, now: datetime) -> None:
        """Underline changed cells no longer than for their time."""
        for key in self.changed_cells.fade(now):
            at = self.view.index_of(key) if self.view else None
            if at is not None:
                self._refresh_row(at)

    def show_empty_text(self, *lines: str) -> None:
        """What stands in the middle of the table while it has no rows."""
        if lines != self._empty_text:
            self._empty_text = lines
            self.refresh()

    def show_end_text(self, text: str) -> None:
        """What stands under the last row, where there is a line left."""
        if text != self._end_text:
            self._end_text = text
            self._refresh_row(len(self.view or ()))

    def move(self, way: str) -> None:
        """Move the cursor: up, down, page_up, page_down, top or bottom."""
        self._put_cursor(moved(self.cursor, way, len(self.view or ()) - 1, self._room))

    def go_to(self, key: RowKey) -> None:
        """Put the cursor on a row, if it is in view."""
        index = self.view.index_of(key) if self.view is not None else None
        if index is not None:
            self._put_cursor(index)

    def _put_cursor(self, index: int) -> None:
        before, self.cursor, self.was_moved = self.cursor, index, True
        if before != index and not self._reveal_cursor():
            self._refresh_row(before)
            self._refresh_row(index)
        self._announce(moved=True)

    @property
    def _room(self) -> int:
        """How many rows are visible at once."""
        return max(1, self.size.height - 1)

    def _reveal_cursor(self, wanted: int | None = None) -> bool:
        """Scroll the cursor's row into sight, with the row `wanted` at the top if that can be;
        whether that took scrolling."""
        top = round(self.scroll_offset.y)
        lowest = max(0, len(self.view or ()) - self._room)
        first = top if wanted is None else wanted
        target = min(max(first, self.cursor - self._room + 1), self.cursor, lowest)
        if target == top:
            return False
        self._revealing = True
        self.scroll_to(y=target, animate=False, force=True)
        self._revealing = False
        return True

    def _announce(self, *, moved: bool = False) -> None:
        key = self.key
        if key != self._announced or key is None:
            self._announced = key
            self._tell(self.Highlighted())
        if self.ending:
            self._tell(self.NearEnd(moved=moved))

    def _tell(self, message: Message) -> None:
        """Post a message of its own, whoever has it show something: Textual takes the widget whose
        handler runs for the sender, and what the parent has sent does not get past the parent."""
        self.post_message(message.set_sender(self))

    def _resize_virtual(self) -> None:
        """Nothing is laid out afresh, but where it can be scrolled from now on, or no more."""
        before, size = self.virtual_size, Size(self.size.width, len(self.view or ()) + 1)
        scrolled, scrolls = (each.height > self.size.height for each in (before, size))
        if before.width == size.width and scrolled == scrolls:
            self.set_reactive(ClusterTable.virtual_size, size)
        else:
            self.virtual_size = size

    def _refresh_row(self, index: int) -> None:
        y = index - round(self.scroll_offset.y) + 1
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Repaint the rows but not the header, and see whether more rows are due."""
        if round(old_value) != round(new_value):
            self._see_names()
            self.refresh(Region(0, 1, self.size.width, self._room))
            if self.ending and not self._revealing:
                self._tell(self.NearEnd(moved=True))

    def on_resize(self) -> None:
        self._fit()
        self._resize_virtual()
        self._reveal_cursor()
        self._see_names()
        self._announce()

    def on_focus(self) -> None:
        self._refresh_row(self.cursor)

    def on_blur(self) -> None:
        self._refresh_row(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a row, with shift or ctrl mark it too, or sort by the column whose
        header was clicked."""
        if event.y > 0:
            index = round(self.scroll_offset.y) + event.y - 1
            if index < len(self.view or ()):
                self._put_cursor(index)
                if self.row is not None and (event.shift or event.ctrl):
                    self.post_message(self.MarkClicked(self.row))
            return
        x = 2
        for column, width in self._fitted:
            if x <= event.x <= x + width:
                self.post_message(self.HeaderClicked(column))
            x += width + 1

    def render_line(self, y: int) -> Strip:
        """A line on the terminal's own background, or on that of a theme that has one."""
        width = self.size.width
        strip = Strip(self._line_segments(y, width), width)
        return strip if self.app.native_ansi_color else strip.apply_style(self.rich_style)

    def _line_segments(self, y: int, width: int) -> list[Segment]:
        """The header, a row, the empty-state text or a blank."""
        if y == 0:
            return [Segment(clip(self._header(), width), HEADER)]
        index = round(self.scroll_offset.y) + y - 1
        if self.view is not None and index < len(self.view):
            return self._row_segments(index, width)
        if self.view and index == len(self.view):
            return [Segment(clip(f"  {self._end_text}", width), END)]
        return [Segment(clip(self._empty_line(y, width), width))]

    def _header(self) -> str:
        sort = self.view.sort if self.view is not None else None
        cells = []
        for column, width in self._fitted:
            header = column.header
            if sort and sort.column == column:
                header = header[: width - 1] + sort.arrow
            cells.append(clip(header, width, right=column.right))
        return "  " + " ".join(cells)

    def _row_segments(self, index: int, width: int) -> list[Segment]:
        assert self.view is not None  # noqa: S101 - render_line asked
        row = self.view[index]
        judged, changed = row.judged, self.changed_cells.of(row.key)
        is_current = index == self.cursor
        base = (CURSOR if self.has_focus else CURSOR_AWAY) if is_current else None
        styles = {} if is_current else _styles(judged)
        bar = "▌" if is_current else " "
        cells: list[tuple[str, Style | None]] = [(bar, base), (" ", base)]
        if row.key in self.marked:
            cells[1] = (MARK, base or MARK_STYLE)
        for column, room in _odd_columns(self._fitted) if judged.cluster.odd else self._fitted:
            style = styles.get(column.id, base)
            if column.id in changed:
                style = CHANGED if style is None else style + CHANGED
            text = column.cell(judged, self.now, room)
            cells.append((clip(text, room, right=column.right), style))
            cells.append((" ", base))
        return segments(cells, base, width)

    def _empty_line(self, y: int, width: int) -> str:
        if self.view is not None and len(self.view):
            return ""
        room = max(10, width - 4)
        texts = [text for text in self._empty_text if text]
        lines = [text[start:end] for text in texts for start, end in breaks(text, room, 0)]
        at = y - max(1, (self.size.height - len(lines)) // 2)
        if not 0 <= at < len(lines):
            return ""
        return lines[at].center(width - cell_len(lines[at]) + len(lines[at]))


def _odd_columns(fitted: Sequence[tuple[Column, int]]) -> list[tuple[Column, int]]:
    """The columns of a row that is odd: what is odd takes the room from the findings on, or from
    the second column on where they are not in sight."""
    at = next((n for n, (column, _) in enumerate(fitted) if column == FINDINGS), 1)
    room = sum(width + 1 for _, width in fitted[at:]) - 1
    return [*fitted[:at], (FINDINGS, room)]


def _styles(judged: Judged) -> dict[str, Style | None]:
    """What is bad has a colour."""
    return {
        "state": TABLE_STYLES[appearance(judged.cluster.state).tone],
        "findings": ODD if judged.cluster.odd else _style_of(judged.findings),
    }


def _style_of(findings: Findings) -> Style | None:
    if findings.worst is not None:
        return SEVERITY_STYLES[findings.worst]
    return ACCEPTED if findings.accepted else None
