"""What the details of a cluster are made of: a line of tabs, and a text that scrolls."""

from collections.abc import Mapping

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.widgets.tabs import TABS

NEAR_END = 5
"""Lines below the last one in sight from which on the end of the text is near."""


class TabLine(Static):
    """The cluster's name and the tabs; a click chooses one."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab_id: str) -> None:
            super().__init__()
            self.tab_id = tab_id

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._starts: list[tuple[int, str]] = []

    def show(self, name: str, chosen: str, remapped: Mapping[str, str]) -> None:
        """Draw the tabs with their keys, one of them chosen; the name keeps at least 16 cells if it
        can.

        Where not even the short titles fit, only the one that is chosen has one.
        """
        width = self.size.width
        keys = [key_of(f"details.{tab.id}", remapped) for tab in TABS]
        labels = _labels(keys, [tab.title for tab in TABS])
        if _cells(labels) + 18 > width:
            labels = _labels(keys, [tab.short for tab in TABS])
        if _cells(labels) + 2 > width:
            labels = _labels(keys, [tab.title if tab.id == chosen else "" for tab in TABS])
        room = width - _cells(labels) - 2
        title = Content.styled(f" {name}" if room > 3 else "", "bold")
        title = title.truncate(max(room, 0), ellipsis=True)
        parts, at = [title, Content("  ")], title.cell_length + 2
        self._starts = []
        for tab, label in zip(TABS, labels, strict=True):
            self._starts.append((at, tab.id))
            parts.append(Content.styled(label, "reverse" if tab.id == chosen else ""))
            at += cell_len(label)
        self.update(Content.assemble(*parts))

    def on_click(self, event: events.Click) -> None:
        for start, tab_id in reversed(self._starts):
            if event.x >= start:
                self.post_message(self.Chosen(tab_id))
                return


def _labels(keys: list[str], titles: list[str]) -> list[str]:
    """Each tab's key and title, with blanks around them."""
    return [
        f" {key} {title} " if title else f" {key} " for key, title in zip(keys, titles, strict=True)
    ]


def _cells(labels: list[str]) -> int:
    return sum(map(cell_len, labels))


class DetailBody(VerticalScroll, inherit_bindings=False):
    """The text of the tab; the screen's move commands scroll it."""

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def show(self, text: Content) -> None:
        self.query_one(Static).update(text)

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
