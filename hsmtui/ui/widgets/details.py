"""The details of one cluster: a line of tabs over a text that scrolls."""

from collections.abc import Mapping
from datetime import UTC, datetime

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from hsmtui.model.cluster import Cluster
from hsmtui.model.text import visible
from hsmtui.ui.commands.keymap import key_of, remapped_in
from hsmtui.ui.widgets.cursor import GoneItem, HsmCursor
from hsmtui.ui.widgets.detail_view import DetailView, RelatedData
from hsmtui.ui.widgets.tabs import TABS, hsm_blocks, hsm_window

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
        """Put another text in."""
        self.query_one(Static).update(text)

    class NearEnd(Message):
        """The end of the text has come near."""

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


class Details(Vertical):
    """Shows a cluster under the tab that was chosen last."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.tab = TABS[0]
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

    def show(self, cluster: Cluster | None, now: datetime, related: RelatedData) -> None:
        """Show this cluster; another one starts at the top with its secret masked."""
        before, self.cluster, self._now = self.cluster, cluster, now
        self._related = related
        if before is None or cluster is None or before.cluster_id != cluster.cluster_id:
            self.revealed = False
            self.body.scroll_home(animate=False)
        if cluster is not None and (gone := self._hsms.take(cluster)) is not None:
            self.gone.note(gone, now if self.screen.is_active else None)
        self._draw()

    def choose(self, tab_id: str) -> None:
        """Go to a tab, at its top."""
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
