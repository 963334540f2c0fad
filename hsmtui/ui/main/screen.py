"""The one full screen: the list of clusters of a place, and the details of one of them."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical

from hsmtui.aws.clusters import LISTING
from hsmtui.aws.connect import Opening
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.fleet.listing import Row
from hsmtui.fleet.loader import Loader
from hsmtui.model.cluster import Cluster
from hsmtui.model.columns import choose
from hsmtui.model.filter.query import Query, parse
from hsmtui.model.history.history import ClusterDiff
from hsmtui.model.text import visible
from hsmtui.ui.commands.keymap import CLUSTERS, COMMANDS, bindings
from hsmtui.ui.dialogs.dialog import TextDialog
from hsmtui.ui.dialogs.events import events_text
from hsmtui.ui.flows.copy import offer_copies
from hsmtui.ui.flows.open import ChangeFlows
from hsmtui.ui.main.backups import TAB, Backups
from hsmtui.ui.main.caller import CallerLookup
from hsmtui.ui.main.details_pane import Inspecting
from hsmtui.ui.main.filtering import Filtering
from hsmtui.ui.main.findings import AGAIN, Assessing
from hsmtui.ui.main.list_pane import Viewing
from hsmtui.ui.main.notifications import ChangeNotifications
from hsmtui.ui.main.place_switcher import Switching
from hsmtui.ui.main.status import Status
from hsmtui.ui.main.unmatched_rules import UnmatchedRules
from hsmtui.ui.main.watching import Watch
from hsmtui.ui.terminal.private import BaseScreen
from hsmtui.ui.theme import place_words
from hsmtui.ui.widgets.cluster_table import ClusterTable
from hsmtui.ui.widgets.details import DetailBody, Details, TabLine
from hsmtui.ui.widgets.filter_bar import FilterBar
from hsmtui.ui.widgets.footer import Footer
from hsmtui.ui.working import start

if TYPE_CHECKING:
    from hsmtui.ui.app import HsmtuiApp

ASKING = "listing"
"""The group of workers that ask for what is listed."""

OPENS = {c.action for c in COMMANDS if c.scope == CLUSTERS and c.everywhere}
"""The actions that take the keys which are typed behind them."""


class ClusterScreen(BaseScreen[None]):
    """Owns what is listed and asks for it; the widgets draw it and say what the person does."""

    BINDINGS: ClassVar = bindings(CLUSTERS)

    def __init__(self, opening: Opening, query: Query) -> None:
        super().__init__()
        app = self.hsmtui
        self._settings = app.settings
        self._clock = app.clock
        self.table = ClusterTable(choose(app.settings.columns or ()), id="table")
        self.details = Details(id="details")
        self._filter_bar = FilterBar(id="filter-bar")
        self.backups = Backups(self, self.backups_changed)
        self.assessing = Assessing(self)
        self.lister = self._lister_at(opening)
        self._switching = Switching(self)
        self.offers = ChangeFlows(self)
        self._news = ChangeNotifications(self)
        self.watching = Watch(self)
        self.identifying = CallerLookup(self)
        self.inspecting = Inspecting(self, self.details)
        self._unmatched = UnmatchedRules(app)
        self.filtering = Filtering(self, self._filter_bar, query)
        self.viewing = Viewing(self)
        self.around = Status(self)
        self._ready = False

    @property
    def hsmtui(self) -> "HsmtuiApp":
        """The app, as the class it is."""
        return cast("HsmtuiApp", self.app)

    def compose(self) -> ComposeResult:
        yield self.around.header
        with Vertical(id="panes"):
            with Vertical(id="list-pane"):
                yield self.around.title
                yield self._filter_bar
                yield self.table
                yield self.around.notice
            yield self.details
        yield Footer()

    async def on_mount(self) -> None:
        if self.app.return_code is not None:  # the app is left before it has come up
            return
        self.table.focus()
        self._ready = True
        self.set_interval(10, self.around.show_status)
        self.set_interval(AGAIN, self.assessing.again)
        self.set_interval(10, self.backups.redraw)
        if self.lister.opening.first_page.done():
            self.around.show_place()
            await self.lister.arrive()  # so that the first thing drawn is the rows
        else:
            self._arrive()

    def on_resize(self, event: events.Resize) -> None:
        """From 120 columns side by side; below 80 by 24 one pane at a time."""
        width, height = event.size
        self.set_class(width >= 120, "wide")
        self.set_class(width < 120 and (width < 80 or height < 24), "one-pane")
        if self._ready:
            self.backups.follow()

    # What is listed

    def _lister_at(self, opening: Opening) -> Loader:
        size, assess = self._settings.page_size, self.assessing.assessor.at_once
        return Loader(opening, size, self._clock, self, assess)

    def _arrive(self) -> None:
        self.around.show_place()
        self.ask(self.lister.arrive)

    def ask(self, asking: Callable[[], Coroutine[None, None, None]]) -> None:
        """One asking at a time; another one gives up the one under way."""

        async def ask() -> None:
            await asking()
            self._news.tell()

        start(self, ask, group=ASKING, exclusive=True)

    @property
    def is_asking(self) -> bool:
        """Whether an asking is under way, or about to begin."""
        return any(w.group == ASKING and not w.is_finished for w in self.workers)

    @property
    def is_in_use(self) -> bool:
        """Whether a dialog is open or a filter is being typed."""
        return len(self.app.screen_stack) > 1 or self.filtering.is_open

    def on_screen_resume(self) -> None:
        for gone in (self.table.gone, self.details.gone):
            gone.seen(self._clock())
        self._news.tell()  # a dialog may have been in the way

    def connected(self) -> None:
        self.around.show_place()

    def listing_changed(self) -> None:
        self.assessing.begin()
        self.viewing.show()
        self.identifying.once()
        self._unmatched.once()

    def rows_added(self, ids: list[str]) -> None:
        self.assessing.begin()
        self.viewing.add(ids)

    def changed(self, seen: ClusterDiff) -> None:
        self._news.take(seen)

    def rows_renewed(self) -> None:
        self.assessing.begin()
        self.table.refresh()
        self.inspecting.show()

    def status_changed(self) -> None:
        if self._ready:
            self.around.show_status()

    def failed(self, error: HsmtuiError) -> None:
        self.hsmtui.record(error)
        self.around.show_place()
        self.around.show_status()
        if error.operation == LISTING:  # who could not sign in is not asked again by STS
            self.identifying.once()
        self._unmatched.once()

    @on(ClusterTable.NearEnd)
    def _near_end(self, event: ClusterTable.NearEnd) -> None:
        if self.viewing.wants_more(moved=event.moved):
            self.ask(self.lister.next_page)

    def shows(self, connection: Connection) -> bool:
        """Whether what is listed came through this connection."""
        return connection is self.lister.connection

    def renew(self, connection: Connection, cluster: Cluster) -> None:
        """A cluster was read afresh: its row and its details follow, if they are still shown."""
        if not self.shows(connection):
            return
        with self._news.quietly():
            for listing in self.lister.listings:
                listing.update(cluster, self._clock())
        self.assessing.begin()
        self.table.row_changed(cluster.cluster_id)
        self.inspecting.news_of([cluster.cluster_id])

    def forget(self, cluster_id: str) -> None:
        """Let go of the row of a cluster that is no longer there."""
        with self._news.quietly():
            for listing in self.lister.listings:
                listing.remove(cluster_id, self._clock())
        self.viewing.show()

    # Details

    @on(ClusterTable.Highlighted)
    def _highlighted(self) -> None:
        self.inspecting.follow()

    @on(TabLine.Chosen)
    def _tab_clicked(self, event: TabLine.Chosen) -> None:
        self.inspecting.choose(event.tab_id)

    def backups_changed(self, cluster_id: str) -> None:
        """There is news of the backups of a cluster."""
        self.inspecting.news_of([cluster_id])
        self.assessing.again(cluster_id)

    @on(DetailBody.NearEnd)
    def _near_end_of_details(self) -> None:
        self.backups.near_end()

    # Commands

    def action_move(self, way: str) -> None:
        (self.details if self.inspecting.is_entered else self.table).move(way)

    def action_enter(self) -> None:
        self.inspecting.enter()

    def action_back(self) -> None:
        """Out of the details, else stop waiting, else drop the filter."""
        if self.inspecting.is_entered:
            self.inspecting.leave()
        elif self.give_up():
            self.notify("Stopped waiting.", markup=False)
        elif self.filtering.applied:
            self.filtering.apply(parse(""))

    def action_next_pane(self) -> None:
        if self.inspecting.is_entered:
            self.inspecting.leave()
        elif not self.filtering.is_open:
            self.inspecting.enter()

    def action_show_tab(self, tab_id: str) -> None:
        self.inspecting.choose(tab_id)

    def action_refresh_list(self) -> None:
        self.backups.refresh()
        self.ask(self.lister.refresh)

    def action_watch(self) -> None:
        self.watching.toggle()

    def action_events(self) -> None:
        connection = self.lister.connection
        place = place_words(connection) if connection is not None else ""
        self.hsmtui.hold_keys()
        self.app.push_screen(TextDialog("Events", events_text(self.hsmtui.events, place)))

    def action_next_page(self) -> None:
        listing = self.lister.shown
        if self.inspecting.is_entered and self.inspecting.shows_tab(TAB):
            self.backups.more()
        elif listing is not None and listing.whole:
            self.notify(f"All {len(listing.rows)} clusters are loaded.", markup=False)
        elif not self.lister.doing:
            self.ask(self.lister.next_page)

    def action_all_pages(self) -> None:
        self.ask(self.lister.all_pages)

    def give_up(self) -> bool:
        """Stop waiting for what is under way; whether anything was."""
        under_way = bool(self.lister.doing)
        if under_way:
            self.workers.cancel_group(self, ASKING)
            self.hsmtui.prompter.give_up()
        return under_way

    def action_sort(self) -> None:
        self.viewing.sort_by_next()

    def action_reverse(self) -> None:
        self.viewing.reverse()

    @on(ClusterTable.HeaderClicked)
    def _header_clicked(self, event: ClusterTable.HeaderClicked) -> None:
        self.viewing.sort_by(event.column)

    # Filter

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the filter line the keys of what else opens a field or a dialog are text."""
        if action in OPENS and self.filtering.is_open:
            return False
        return super().check_action(action, parameters)

    def action_filter(self) -> None:
        self.filtering.open()

    @on(FilterBar.Typed)
    def _narrow(self, event: FilterBar.Typed) -> None:
        self.filtering.narrow(event.query)

    @on(FilterBar.Submitted)
    def _submitted(self, event: FilterBar.Submitted) -> None:
        self.filtering.submit(event.query)

    @on(FilterBar.Left)
    def _filter_left(self) -> None:
        self.filtering.leave()
        self.table.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click elsewhere leaves the filter line as escape does."""
        if self.filtering.is_open and self._filter_bar not in event.widget.ancestors:
            self.filtering.leave()

    # Places

    def action_switch_profile(self) -> None:
        self._switching.to_profile()

    def action_switch_region(self) -> None:
        self._switching.to_region()

    def leave_for(self, opening: Opening) -> None:
        """Show what is opened there, from nothing; late answers for what was shown are dropped."""
        self.lister = self._lister_at(opening)
        self._news.forget()
        self.watching.restart()
        self.table.clear()
        self.inspecting.show()
        self._arrive()

    # Copies and files

    def _row_meant(self) -> Row | None:
        """The row that a command is for. Where there is none, or where another one was until a
        moment ago, that is said, and what was typed behind the command is for nothing."""
        gone, row = self.table.gone.lately(self._clock()), self.table.row
        if row is not None and not gone:
            return row
        self._refuse(
            f"The row under the cursor has gone: {visible(gone)}. Nothing was done."
            if gone
            else "There is no cluster under the cursor."
        )
        return None

    def _refuse(self, words: str) -> None:
        self.notify(words, severity="warning", markup=False)
        self.hsmtui.drop_keys()

    def action_copy_id(self) -> None:
        row = self._row_meant()
        if row is not None and row.cluster.has_id:
            self.hsmtui.copy(row.cluster.cluster_id)
        elif row is not None:
            self.notify("This entry of the answer has no id.", markup=False)

    def action_copy(self) -> None:
        if row := self._row_meant():
            self.hsmtui.hold_keys()
            start(self, partial(offer_copies, self.hsmtui, row), group="copy", exclusive=True)

    def action_save_rows(self) -> None:
        from hsmtui.ui.flows.export import save_rows  # the first screen does without

        save_rows(self)

    def action_hand_over(self) -> None:
        from hsmtui.ui.flows.export import hand_over  # the first screen does without

        if row := self._row_meant():
            hand_over(self, row)

    def action_save_certificates(self) -> None:
        if row := self._row_meant():
            self.inspecting.proving.save(row.cluster)

    def action_show_secret(self) -> None:
        if self._row_meant():
            self.inspecting.show()
            self.details.toggle_secret()

    # Changes

    def action_delete(self) -> None:
        if row := self._row_meant():
            self.offers.delete(row)

    def action_delete_hsm(self) -> None:
        row = self._row_meant()
        if row is None:
            return
        self.inspecting.show()  # so that what is under its cursor is of the row
        hsm_id, gone = self.details.hsm_id, self.details.gone.lately(self._clock())
        if hsm_id is not None and gone:
            self._refuse(f"The HSM under the cursor has gone: {visible(gone)}. Nothing was done.")
        else:
            self.offers.delete_hsm(row, hsm_id)

    def action_restore_backup(self) -> None:
        if row := self._row_meant():
            self.offers.restore(row)

    def action_edit_tags(self) -> None:
        if row := self._row_meant():
            self.offers.edit_tags(row)
