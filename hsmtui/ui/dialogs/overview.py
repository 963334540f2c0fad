"""The fleet at a glance: how many clusters of which kind are loaded; each kind is a filter."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from hsmtui.fleet.overview import FleetOverview
from hsmtui.model.filter.query import Query
from hsmtui.model.text import cluster_count, visible
from hsmtui.ui.commands.command import DIALOG
from hsmtui.ui.commands.keymap import bindings, bindings_of, key_of
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.widgets.bars import OverviewBars
from hsmtui.ui.widgets.title import places_read, stale_words

APART = 1.0
"""Seconds between two counts."""

_MOVES = ("move.up", "move.down", "move.top", "move.bottom", "move.page_up", "move.page_down")
_LOADS = ("list.next_page", "list.all_pages")


class OverviewHost(Protocol):
    """What is asked of whoever lists the clusters."""

    def overview_now(self) -> FleetOverview:
        """What is loaded now."""

    def action_next_page(self) -> None:
        """Load the next page."""

    def action_all_pages(self) -> None:
        """Load all pages."""


class OverviewDialog(Dialog[Query]):
    """Answers with the filter of the bar that was chosen. It follows what comes in."""

    BINDINGS: ClassVar = [*bindings(DIALOG), *bindings_of(*_MOVES, *_LOADS)]

    def __init__(self, host: OverviewHost, clock: Callable[[], datetime], remark: str) -> None:
        """`remark` is what else is to be said of what is loaded, such as when a file was made."""
        super().__init__("")
        self._host = host
        self._clock = clock
        self._remark = remark
        self._counted: FleetOverview | None = None
        self._counted_at = 0.0
        self._is_due = False

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield OverviewBars()
            yield Static(id="bar-now", markup=False)

    def begin(self) -> None:
        self._bars.focus()
        self._count()

    @property
    def _bars(self) -> OverviewBars:
        return self.query_one(OverviewBars)

    # What is loaded

    def changed(self) -> None:
        """Something else may be loaded, or known of it: it is counted anew, but not at once where
        that was done a moment ago."""
        if not self._is_due and self.is_shown:
            self._is_due = True
            self.set_timer(max(0.001, self._counted_at + APART - monotonic()), self._count)

    def _count(self) -> None:
        """Count, and draw what differs."""
        self._is_due = False
        if not self.query(OverviewBars):  # it goes
            return
        counted = self._host.overview_now()
        self._counted_at = monotonic()
        heading, box = _heading(counted, self._clock(), self._remark), self.query_one("#box")
        if heading != self._heading:
            self._heading = heading
            box.border_title = Content(heading)
        if counted != self._counted:
            self._counted = counted
            self.tell_keys()
            self._bars.show(counted.sections)
            self._tell()

    @property
    def closing(self) -> str:
        words = ["enter filters by it"]
        counted = self._counted
        if counted is not None and not (counted.is_whole or counted.why_fixed):
            words.append(f"{key_of('list.all_pages', self.remapped)} loads all")
        return " · ".join([*words, super().closing])

    @on(OverviewBars.Highlighted)
    def _tell(self) -> None:
        """All about the bar under the cursor."""
        section, bar, counted = self._bars.chosen_section, self._bars.chosen, self._counted
        if counted is None:
            return
        words = ["Nothing is loaded."]
        if section is not None and bar is not None:
            words = [f"{section.title}: {bar.label}", cluster_count(bar.number)]
            words += [", ".join(part.whole for part in bar.parts)] if bar.parts else []
            words += [f"filter {visible(str(counted.query_of(bar)))}"]
        self.query_one("#bar-now", Static).update(Content(" · ".join(words)), layout=False)

    # Commands

    def action_move(self, way: str) -> None:
        self._bars.move(way)

    @on(OverviewBars.Chosen)
    def _filter(self) -> None:
        if (bar := self._bars.chosen) is not None and self._counted is not None:
            self.dismiss(self._counted.query_of(bar))

    def action_next_page(self) -> None:
        self._load(self._host.action_next_page)

    def action_all_pages(self) -> None:
        self._load(self._host.action_all_pages)

    def _load(self, load: Callable[[], None]) -> None:
        if self._counted is not None and self._counted.why_fixed:
            self.say(self._counted.why_fixed)
        else:
            load()


def _heading(counted: FleetOverview, now: datetime, remark: str) -> str:
    """Such as ``83+ clusters in 57 of 60 places, more unread``."""
    extent = counted.extent
    words = cluster_count(counted.clusters, has_more=not counted.is_whole)
    if extent.places > 1:
        words += f" in {places_read(extent)}"
    told = [words]
    if counted.base:
        told.append(f"filter: {visible(str(counted.base))}")
    if extent.left_out:
        told.append(f"{extent.left_out} place{'s' * (extent.left_out > 1)} left out")
    if not counted.is_whole:
        told.append("more not loaded")
    return ", ".join(filter(None, [*told, stale_words(counted.read_at, now), remark]))
