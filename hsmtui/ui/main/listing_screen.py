"""What is listed: asking for it, hearing of it, and having the panes show it."""

from collections.abc import Callable, Collection, Coroutine
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual import on

from hsmtui.aws.clusters import LISTING
from hsmtui.aws.connect import Opening, Openings
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages_ahead import Submit
from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.listing import RowKey
from hsmtui.fleet.loader import Loader
from hsmtui.model.cluster import Cluster
from hsmtui.model.history.diff import DifferenceKind
from hsmtui.model.history.history import ClusterDiff
from hsmtui.ui.host import AppHost, is_left, start
from hsmtui.ui.main.acceptances import AcceptanceNotices
from hsmtui.ui.main.first_page import CallerLookup, tell_unmatched_rules
from hsmtui.ui.main.notifications import ChangeNotifications
from hsmtui.ui.main.row_commands import RowScreen
from hsmtui.ui.main.watch import Watch
from hsmtui.ui.widgets.cluster_table import ClusterTable
from hsmtui.ui.widgets.header import Header, header_state
from hsmtui.ui.widgets.severity_counts import SeverityCounts

if TYPE_CHECKING:
    from hsmtui.ui.dialogs.overview import OverviewDialog
    from hsmtui.ui.dialogs.places import PlacesDialog

ASKING = "listing"
"""The group of workers that ask for what is listed."""

ASKING_ONE = "place"
"""The group of workers that ask one of several places, beside those."""

TOGETHER = 0.05
"""Seconds within which what comes of several places is shown together."""


class ListingScreen(RowScreen):
    """Asks the places of a fleet, and shows what comes of them; several places together."""

    _acceptances: AcceptanceNotices
    _notifications: ChangeNotifications
    _watch: Watch

    def __init__(self, app: AppHost, clock: Callable[[], datetime]) -> None:
        """`clock` is the time for all that is shown of clusters."""
        super().__init__()
        self.hsmtui = app
        self._clock = clock
        has_profiles = not (app.demo or app.recorded)
        self._has_told_rules = not (has_profiles and app.settings.has_profile_rules)
        self._has_come_up = False
        self._comes_together = False
        self._unasked: Loader | None = None
        self._places_dialog: PlacesDialog | None = None
        self._overview_dialog: OverviewDialog | None = None
        self._header = Header(id="header")
        self._caller = CallerLookup(self, app, self._caller_known)

    @property
    def _is_up(self) -> bool:
        """Whether all widgets are there: not before they are mounted, nor while the app is left."""
        return self._has_come_up and not is_left(self)

    # What is listed

    def _fleet_at(self, openings: Openings) -> Fleet:
        size, assessing = self.hsmtui.settings.page_size, self.assessing

        def loader(opening: Opening, submit: Submit) -> Loader:
            at_once, look_into = assessing.assessor.at_once, assessing.of_coming
            return Loader(opening, size, self._clock, self, at_once, submit, look_into)

        return Fleet(openings, size, loader, self._is_asked)

    def _is_asked(self, profile: str | None) -> bool:
        return self.hsmtui.prompter.subject_for(profile) is not None

    def _arrive(self) -> None:
        self._show_place()
        self.ask(self.fleet.arrive)

    def ask(self, asking: Callable[[], Coroutine[None, None, None]]) -> None:
        """One asking at a time; another one gives up what is under way."""
        self.workers.cancel_group(self, ASKING_ONE)
        start(self, partial(self._ask, asking), group=ASKING, exclusive=True)

    def ask_of(self, loader: Loader, asking: Callable[[], Coroutine[None, None, None]]) -> None:
        """Ask a place for something, beside what the others are asked."""

        async def ask_idle() -> None:
            if not loader.is_busy:
                await asking()

        self.ask_beside(asking if self.fleet.is_one else ask_idle)

    def ask_beside(self, asking: Callable[[], Coroutine[None, None, None]]) -> None:
        """Ask some of several places, beside what the others are asked."""
        if self.fleet.is_one:
            self.ask(asking)
        else:
            start(self, partial(self._ask, asking), group=ASKING_ONE)

    async def _ask(self, asking: Callable[[], Coroutine[None, None, None]]) -> None:
        await asking()
        self._notifications.tell()

    @property
    def is_asking(self) -> bool:
        """Whether an asking is under way, or about to begin."""
        return any(w.group == ASKING and not w.is_finished for w in self.workers)

    @property
    def is_in_use(self) -> bool:
        """Whether a dialog is open, but for one that follows what is read, or a filter is being
        typed."""
        follows = self._overview_dialog is not None and self._overview_dialog.is_active
        return (self.hsmtui.has_dialog and not follows) or self.list_pane.is_filtering

    def on_screen_resume(self) -> None:
        self.table.gone.seen(self._clock())
        self.details.seen(self._clock())
        self._notifications.tell()  # a dialog may have been in the way
        self.region_backups.go_on()

    def connected(self, loader: Loader) -> None:
        if not self.fleet.is_one:
            self._caller.hear_of(loader.connection)
        self._show_place_soon()

    def listing_changed(self, loader: Loader) -> None:
        self.assessing.begin()
        if not self.fleet.is_one:
            self._caller.hear_of(loader.connection)
        view, shown = self.table.view, loader.shown
        if self.fleet.is_one or not view or (shown and view.has_lost_rows(shown)):
            self._show_rows()
        else:
            self._show_soon()
        self._ask_when_drawn(loader)
        self.region_backups.read_again(loader.connection)

    def rows_added(self, loader: Loader, ids: list[str]) -> None:
        self.assessing.begin()
        self._show_severities()
        if loader.shown is not None and self.fleet.same_as(loader) is None:
            self.list_pane.add(loader.shown, ids)
        self._tell_acceptances()

    def rows_renewed(self, loader: Loader, ids: Collection[str]) -> None:
        self.assessing.begin()
        self._show_severities()
        if loader.connection is not None:
            self.list_pane.rows_changed([RowKey(loader.connection, id_) for id_ in ids])
        self.table.refresh()
        self.details.show_row()

    def changed(self, loader: Loader, seen: ClusterDiff) -> None:
        if loader.connection is None:
            return
        if any(each.kind is DifferenceKind.GONE for each in seen.differences):
            key = RowKey(loader.connection, seen.cluster.cluster_id)
            self.marked.drop(self.fleet.key_now(key))
        if self.fleet.same_as(loader) is None:
            self._notifications.take(loader.connection, seen)

    def failed(self, loader: Loader, error: HsmtuiError) -> None:
        self.hsmtui.record(error)
        if error.throttled:
            self.region_backups.hold()
        self._show_place_soon()
        self.status_changed()
        # who could not sign in is not asked again by STS
        self._ask_when_drawn(loader, caller=error.operation == LISTING)

    def _show_rows(self) -> None:
        self.fleet.settle()
        self._show_severities()
        if self.table.view is not None and not self.fleet.shown:
            self.table.clear()  # all that was listed is left out
        self.list_pane.show()

    def _show_soon(self) -> None:
        """Show rows and status of several places together with what else comes in a moment: with
        hundreds of places each by itself would keep the cursor waiting."""
        if not self._comes_together:
            self._comes_together = True
            self.set_timer(TOGETHER, self._show_together)

    def _show_together(self) -> None:
        self._comes_together = False
        self._show_rows()
        self._show_place()
        self._show_status()

    def action_save_rows(self) -> None:
        """The rows of all that is said to be read."""
        if self._comes_together:
            self._show_together()
        super().action_save_rows()

    def _show_place_soon(self) -> None:
        if self.fleet.is_one:
            self._show_place()
        else:
            self._show_soon()

    def _caller_known(self, connection: Connection) -> None:
        """STS has said who asks there, or has not."""
        for loader in self.fleet.loaders:
            if loader.connection is not None and loader.connection.caller is connection.caller:
                loader.account_known()
                if self.assessing.assessor.reads_account:
                    self.assessing.again_in(loader.listings)
        self._show_place_soon()
        if self.fleet.is_one and self.list_pane.query_now.reads_account:
            self.list_pane.show()
        self.region_backups.go_on()

    def _ask_when_drawn(self, loader: Loader, *, caller: bool = True) -> None:
        """Ask for the rest once the rows are drawn: the threads would take the interpreter from
        the screen."""
        self._unasked = loader
        self.call_after_refresh(self._ask_once, loader, caller=caller)

    def _ask_once(self, loader: Loader, *, caller: bool) -> None:
        """What is asked once, when the first page has come or has failed."""
        if loader is self._unasked:
            self._unasked = None
        if caller and self.fleet.is_one and loader is self.fleet.first:
            self._caller.once(loader.connection)
        if not self._has_told_rules:
            self._has_told_rules = True
            start(self, partial(tell_unmatched_rules, self.hsmtui), group="unmatched")

    @on(ClusterTable.NearEnd)
    def _near_end(self, event: ClusterTable.NearEnd) -> None:
        if self.fleet.is_one and self.is_asking:
            return  # what somebody asked for may not have begun: it is not given up for this
        for loader in self.list_pane.wants_more(moved=event.moved):
            self.ask_of(loader, loader.next_page)

    def shows(self, connection: Connection) -> bool:
        """Whether what is listed came through this connection."""
        return self.fleet.loader_of(connection) is not None

    def beside(self, connection: Connection, region: str) -> Connection | None:
        """How a region is read with the same credentials, where it is listed."""
        return self.fleet.beside(connection, region)

    def renew(self, connection: Connection, cluster: Cluster) -> None:
        """A cluster was read afresh: its row and its details follow, if they are still shown."""
        if not self.shows(connection):
            return
        with self._notifications.quietly():
            for listing in self.fleet.with_row(connection):
                listing.update(cluster, self._clock())
        self.assessing.begin()
        key = self.fleet.key_now(RowKey(connection, cluster.cluster_id))
        self.table.row_changed(key)
        self.list_pane.rows_changed([key])
        self.details.refresh_for([key])
        self._tell_overview()

    def add_created(self, connection: Connection, cluster: Cluster) -> None:
        """A cluster was created: it has a row where all clusters are listed."""
        with self._notifications.quietly():
            listings = self.fleet.with_row(connection)
            added = [each for each in listings if each.add_created(cluster, self._clock())]
        for listing in added:
            self.list_pane.add(listing, [cluster.cluster_id])
        self._show_severities()
        self.renew(connection, cluster)

    def go_to(self, connection: Connection, cluster_id: str) -> None:
        """Put the cursor on a cluster, if its row is in view."""
        self.table.go_to(self.fleet.key_now(RowKey(connection, cluster_id)))

    def forget(self, connection: Connection, cluster_id: str) -> None:
        """Let go of the row of a cluster that is no longer there."""
        with self._notifications.quietly():
            for listing in self.fleet.with_row(connection):
                listing.remove(cluster_id, self._clock())
        self._show_severities()
        self.list_pane.show()

    def _findings_changed(self, keys: Collection[RowKey]) -> None:
        """The findings of these clusters are others now."""
        self.table.redraw_rows(keys)
        self.details.refresh_for(keys)
        self._show_severities()
        self._tell_acceptances()

    def _tell_acceptances(self) -> None:
        if not any(listing.due for listing in self.fleet.listings):
            self._acceptances.tell(self.fleet)

    # Status

    def _show_place(self) -> None:
        """Say where the screen is and as whom it asks."""
        self._header.show(header_state(self.fleet, self.hsmtui))
        self.refresh_bindings()  # it may be read-only now
        self._tell_overview()

    def _show_severities(self) -> None:
        """Say how bad it is."""
        fleet = self.fleet
        self._header.show_counts(SeverityCounts.of(fleet.shown, is_whole=fleet.extent.is_whole))
        self._tell_overview()

    def _tell_overview(self) -> None:
        """Something else may be loaded now, or be known of it."""
        if self._overview_dialog is not None:
            self._overview_dialog.changed()

    def status_changed(self) -> None:
        """Say how much is listed, what is under way and what went wrong last."""
        if self._is_up and self.fleet.is_one:
            self._show_status()
        elif self._is_up:
            self._show_soon()

    def _show_status(self) -> None:
        self._show_severities()
        self.list_pane.show_status(self._doing, self._idle, self._least)
        if self._places_dialog is not None:
            self._places_dialog.renew()

    @property
    def _idle(self) -> str:
        """What is said while nothing is under way."""
        return " · ".join(filter(None, (self._watch.words, self.region_backups.words)))

    @property
    def _least(self) -> str:
        """What of that is said in any case, however short the line is."""
        return ""

    @property
    def _doing(self) -> str:
        """What is under way. The threads of what was given up go on to tell what they wait for:
        that counts as long as anybody waits for an answer."""
        fleet, prompter = self.fleet, self.hsmtui.prompter
        if not fleet.is_one:
            return fleet.doing
        asks = self._caller.is_under_way(fleet.first.connection)
        waits = bool(fleet.doing) or self.hsmtui.has_dialog or asks
        return (prompter.waiting_for if waits else "") or fleet.doing
