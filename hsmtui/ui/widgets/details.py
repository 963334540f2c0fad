"""What the details of a cluster are made of: a line of tabs, and a text that scrolls."""

from collections.abc import Iterator, Mapping

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.selection import Selection
from textual.widgets import Static

from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.widgets.hanging_text import HangingText
from hsmtui.ui.widgets.tabs import TABS

NEAR_END = 5
"""Lines below the last one in sight from which on the end of the text is near."""


GIVING_WAY = (
    *("json", "trail", "tags", "backups", "certificates", "health", "hsms", "overview", "findings"),
)
"""The tabs in the order in which their titles go where there is no room for all."""

NAME_CELLS = 24
"""Cells of the cluster's name where it shares a line with the tabs."""


class TabLine(Static):
    """The cluster's name and the tabs; a click chooses one.

    `tab_lines` is how many lines the tabs may take below the name, 0 where they share its line;
    `leave` is what stands at the right of the name where it has a line of its own.
    """

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab_id: str) -> None:
            super().__init__()
            self.tab_id = tab_id

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.tab_lines = 0
        self.leave = ""
        self._starts: list[tuple[int, int, str]] = []

    def show(self, name: str, chosen: str, remapped: Mapping[str, str]) -> None:
        """Draw the tabs with their keys, one of them chosen and with its title whole.

        Where not all titles fit the others get shorter, then all but the keys of some goes. Before
        they do the name in the same line keeps NAME_CELLS.
        """
        width = self.size.width
        if not width:  # it is drawn when it has its room
            return
        keys = {tab.id: key_of(f"details.{tab.id}", remapped) for tab in TABS}
        rows = tab_rows(keys, chosen, width, self.tab_lines)
        above = [self._name_line(name, width)] if self.tab_lines else []
        beside = Content("") if above else _cut(name, self._room_beside(rows[0], width))
        self._starts = []
        start, first = beside.cell_length, len(above)
        lines = [self._tab_row(row, chosen, y, start) for y, row in enumerate(rows, first)]
        lines = [*above, Content.assemble(beside, lines[0]), *lines[1:]]
        self.styles.height = len(lines)
        self.update(Content("\n").join(lines), layout=False)

    def _name_line(self, name: str, width: int) -> Content:
        """The name, and at the right how to leave, which the name gives way to."""
        leave = Content.styled(self.leave, "dim").truncate(max(0, width - 2), ellipsis=True)
        room = max(0, width - leave.cell_length - 1)
        return Content.assemble(_cut(name, room).truncate(room, pad=True), leave)

    def _room_beside(self, row: dict[str, str], width: int) -> int:
        """Cells of the name beside the tabs: no more while a title is short, so that it loses none
        where that gets whole."""
        room = max(0, width - _cells(row))
        is_whole = all(row.get(tab.id, "").endswith(tab.title) for tab in TABS)
        return room if is_whole else min(room, NAME_CELLS + 1)

    def _tab_row(self, row: dict[str, str], chosen: str, y: int, start: int) -> Content:
        """A line of tabs; the one that is chosen is reversed, with a blank at either side."""
        parts, at, before = list[Content](), start, ""
        for tab_id, label in row.items():
            self._starts.append((y, at, tab_id))
            parts.append(Content.styled(" ", "reverse" if chosen in {before, tab_id} else ""))
            parts.append(Content.styled(label, "reverse" if tab_id == chosen else ""))
            at, before = at + 1 + cell_len(label), tab_id
        parts.append(Content.styled(" ", "reverse" if before == chosen else ""))
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        for y, start, tab_id in reversed(self._starts):
            if event.y == y and event.x >= start:
                self.post_message(self.Chosen(tab_id))
                return


def _cut(name: str, room: int) -> Content:
    """The name with a blank before it, in so many cells at most."""
    title = Content.styled(f" {name}" if name and room > 3 else "", "bold")
    return title.truncate(max(room, 0), ellipsis=True)


def tab_rows(
    keys: Mapping[str, str], chosen: str, width: int, tab_lines: int
) -> list[dict[str, str]]:
    """The labels of the tabs by their ids, in lines of so many cells: at most `tab_lines`, or one
    that they share with the name, which keeps NAME_CELLS where no title is shorter."""
    room = width if tab_lines else width - NAME_CELLS - 1
    rows: list[dict[str, str]] = []
    for titles in _titles(chosen):
        labels = {tab_id: f"{keys[tab_id]} {title}".strip() for tab_id, title in titles.items()}
        rows = _in_lines(labels, room)
        if len(rows) <= max(1, tab_lines) and all(_cells(row) <= room for row in rows):
            break
        room = width
    at = next(n for n, row in enumerate(rows) if chosen in row)
    return rows[max(0, at + 1 - max(1, tab_lines)) :][: max(1, tab_lines)]


def _titles(chosen: str) -> Iterator[dict[str, str]]:
    """The titles of all tabs by their ids, from all whole to none but that which is chosen."""
    titles = {tab.id: tab.title for tab in TABS}
    yield titles
    titles = {tab.id: tab.title if tab.id == chosen else tab.short for tab in TABS}
    yield titles
    for tab_id in GIVING_WAY:
        if tab_id != chosen:
            titles = titles | {tab_id: ""}
            yield titles


def _in_lines(labels: Mapping[str, str], width: int) -> list[dict[str, str]]:
    """The labels in as many lines as they need."""
    rows: list[dict[str, str]] = [{}]
    for tab_id, label in labels.items():
        if rows[-1] and _cells({**rows[-1], tab_id: label}) > width:
            rows.append({})
        rows[-1][tab_id] = label
    return rows


def _cells(row: Mapping[str, str]) -> int:
    """Cells of a line of tabs, with a blank around each."""
    return sum(cell_len(label) + 1 for label in row.values()) + 1


class DetailText(Static):
    """The text of a tab."""

    shown = HangingText(())

    def show(self, text: HangingText) -> None:
        """Show this."""
        self.shown = text
        self.update(text)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract(self.shown.drawn(self.size.width).plain), "\n"


class DetailBody(VerticalScroll, inherit_bindings=False):
    """The text of the tab; the screen's move commands scroll it."""

    def compose(self) -> ComposeResult:
        yield DetailText(markup=False)

    @property
    def text(self) -> "DetailText":
        """What is shown."""
        return self.query_one(DetailText)

    @property
    def width(self) -> int:
        """Cells that a line of the text may have."""
        return max(20, self.scrollable_content_region.width)

    @property
    def top_row(self) -> int:
        """The first row in sight."""
        return round(self.scroll_offset.y)

    def reveal(self, rows: range) -> None:
        """Scroll so far that these rows are in sight, or as many as there is room for."""
        height, top = self.size.height, self.top_row
        if rows.start < top or rows.stop > top + height:
            to = rows.start if rows.start < top else min(rows.start, rows.stop - height)
            self.scroll_to(y=to, animate=False)

    class NearEnd(Message):
        """The end of the text has come near."""

    class Resized(Message):
        """Another number of lines is in sight."""

    def on_resize(self) -> None:
        self.post_message(self.Resized())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if new_value > old_value and self.max_scroll_y - new_value <= NEAR_END:
            self.post_message(self.NearEnd())

    def move(self, way: str) -> None:
        """Scroll: up, down, page_up, page_down, top or bottom."""
        {
            "up": self.scroll_up,
            "down": self.scroll_down,
            "page_up": self.scroll_page_up,
            "page_down": self.scroll_page_down,
            "top": self.scroll_home,
            "bottom": self.scroll_end,
        }[way](animate=False)
