"""The one full screen: the list of clusters, and the details of one of them."""

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical

from hsmtui.aws.clusters import LISTING
from hsmtui.aws.connect import Opening, open_again
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.config.trust import read_roots
from hsmtui.fleet.assess import ASSESS_SECONDS, Assessing, Assessor
from hsmtui.fleet.backups import ClusterBackups
from hsmtui.fleet.first_seen import FirstSeen
from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.listing import Row, RowKey
from hsmtui.fleet.loader import Loader
from hsmtui.fleet.location import Location
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import Cluster
from hsmtui.model.columns import choose
from hsmtui.model.filter.query import Query, parse
from hsmtui.model.history.history import ClusterDiff
from hsmtui.ui.commands.keymap import CLUSTERS, COMMANDS, bindings, key_of
from hsmtui.ui.dialogs.dialog import TextDialog
from hsmtui.ui.dialogs.events import events_text
from hsmtui.ui.flows.open import ChangeFlows
from hsmtui.ui.host import AppHost, start
from hsmtui.ui.main.details_pane import DetailsPane
from hsmtui.ui.main.first_page import CallerLookup, tell_unmatched_rules
from hsmtui.ui.main.list_pane import ListPane
from hsmtui.ui.main.notifications import ChangeNotifications
from hsmtui.ui.main.place_switcher import PlaceSwitcher
from hsmtui.ui.main.row_commands import RowScreen
from hsmtui.ui.main.watch import Watch
from hsmtui.ui.theme import place_words
from hsmtui.ui.widgets.cluster_table import ClusterTable
from hsmtui.ui.widgets.detail_view import RelatedData
from hsmtui.ui.widgets.details import DetailBody, TabLine
from hsmtui.ui.widgets.footer import Footer
from hsmtui.ui.widgets.header import Header, header_state
from hsmtui.ui.widgets.severity_counts import SeverityCounts

if TYPE_CHECKING:
    from hsmtui.ui.dialogs.places import PlacesDialog

ASKING = "listing"
"""The group of workers that ask for what is listed."""

ASKING_ONE = "place"
"""The group of workers that ask one of several places, beside those."""

TOGETHER = 0.05
"""Seconds within which what comes of several places is shown together."""

BACKUPS = "backups"
"""The id of the tab that shows the backups of a cluster."""

OPENS = {c.action for c in COMMANDS if c.scope == CLUSTERS and c.everywhere}
"""The actions that take the keys which are typed behind them."""


class ClusterScreen(RowScreen):
    """Owns what is listed and asks for it; the panes draw it and say what the person does."""

    BINDINGS: ClassVar = bindings(CLUSTERS)

    def __init__(
        self, app: AppHost, openings: Sequence[Opening], query: Query, scope: str = ""
    ) -> None:
        super().__init__()
        self.hsmtui = app
        self._clock = app.clock
        self._roots: Roots | None = None
        self._has_told_rules = app.demo or not app.settings.has_profile_rules
        self._is_up = False
        self.backups = ClusterBackups(
            app.clock,
            in_sight=self._row_of_backups,
            shows=self.shows,
            start=partial(start, self, group="backups"),
            on_change=self._backups_changed,
            on_error=app.record,
        )
        seen_file = None if app.demo else app.settings.paths.seen_file
        first_seen = FirstSeen(seen_file, partial(app.notify, severity="warning", markup=False))
        self.assessing = Assessing(
            Assessor(app.settings.rules, first_seen.since, self.backups.of),
            first_seen,
            app.clock,
            listings=lambda: self.fleet.listings,
            start=partial(self.call_after_refresh, start, self, group="findings"),
            on_findings=self._findings_changed,
            on_end=lambda: self.list_pane.findings_changed(),
        )
        self.fleet = self._fleet_at(openings, scope)
        self._comes_together = False
        self._places_dialog: PlacesDialog | None = None
        self._header = Header(id="header")
        columns, sort = choose(app.settings.columns or ()), app.remembered.sort
        self.list_pane = ListPane(columns, self.fleet, query, sort, self._clock, app.remapped)
        self.table = self.list_pane.table
        self.details = DetailsPane(
            lambda: self.table.row, self._related, self.backups.follow, self._clock
        )
        self._notifications = ChangeNotifications(app, self.table.marks)
        self._caller = CallerLookup(self, app, self._caller_known)
        self._watch = Watch(self, self, app.settings.refresh_seconds, self._clock)
        self._places = PlaceSwitcher(self, app, self)
        self.change_flows = ChangeFlows(self, self.backups.renew)

    def compose(self) -> ComposeResult:
        yield self._header
        with Vertical(id="panes"):
            yield self.list_pane
            yield self.details
        yield Footer()

    async def on_mount(self) -> None:
        if self.app.return_code is not None:  # the app is left before it has come up
            return
        self.table.focus()
        self._is_up = True
        self.set_interval(10, self.status_changed)
        self.set_interval(ASSESS_SECONDS, self.assessing.again)
        self.set_interval(10, self.backups.redraw)
        if self.fleet.is_one and self.fleet.first.opening.first_page.done():
            self._show_place()
            await self.fleet.arrive()  # so that the first thing drawn is the rows
        else:
            self._arrive()

    def on_resize(self, event: events.Resize) -> None:
        """From 120 columns side by side, from 150 where places are columns, too; below 80 by 24 one
        pane at a time."""
        width, height = event.size
        wide = width >= (120 if self.fleet.is_one else 150)
        self.set_class(wide, "wide")
        self.set_class(not wide and (width < 80 or height < 24), "one-pane")
        if self._is_up:
            self.backups.follow()

    # What is listed

    def _fleet_at(self, openings: Sequence[Opening], name: str) -> Fleet:
        size, assess = self.hsmtui.settings.page_size, self.assessing.assessor.at_once
        loaders = [Loader(opening, size, self._clock, self, assess) for opening in openings]
        again = partial(open_again, page_size=size)
        return Fleet(loaders, again, self._is_asked, name)

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
        if self.fleet.is_one:
            self.ask(asking)
        elif not loader.doing:
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
        """Whether a dialog is open or a filter is being typed."""
        return self.hsmtui.has_dialog or self.list_pane.is_filtering

    def on_screen_resume(self) -> None:
        for gone in (self.table.gone, self.details.gone):
            gone.seen(self._clock())
        self._notifications.tell()  # a dialog may have been in the way

    def connected(self, loader: Loader) -> None:
        if not self.fleet.is_one:
            self._caller.hear_of(loader.connection)
        self._show_place_soon()

    def listing_changed(self, loader: Loader) -> None:
        self.assessing.begin()
        if self.fleet.is_one or not self.table.view:
            self._show_rows()
        else:
            self._show_soon()
        self._ask_once(loader)

    def rows_added(self, loader: Loader, ids: list[str]) -> None:
        self.assessing.begin()
        self._show_severities()
        if loader.shown is not None and self.fleet.same_as(loader) is None:
            self.list_pane.add(loader.shown, ids)

    def rows_renewed(self, loader: Loader) -> None:
        self.assessing.begin()
        self.table.refresh()
        self.details.show_row()

    def changed(self, loader: Loader, seen: ClusterDiff) -> None:
        if loader.connection is not None and self.fleet.same_as(loader) is None:
            self._notifications.take(loader.connection, seen)

    def failed(self, loader: Loader, error: HsmtuiError) -> None:
        self.hsmtui.record(error)
        self._show_place_soon()
        self.status_changed()
        # who could not sign in is not asked again by STS
        self._ask_once(loader, caller=error.operation == LISTING)

    def _show_rows(self) -> None:
        self.fleet.settle()
        self._show_severities()
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
        self._show_place_soon()
        if self.fleet.is_one and self.list_pane.query_now.reads_account:
            self.list_pane.show()

    def _ask_once(self, loader: Loader, *, caller: bool = True) -> None:
        """What is asked once, when the first page has come or has failed."""
        if caller and self.fleet.is_one:
            self._caller.once(loader.connection)
        if not self._has_told_rules:
            self._has_told_rules = True
            start(self, partial(tell_unmatched_rules, self.hsmtui), group="unmatched")

    @on(ClusterTable.NearEnd)
    def _near_end(self, event: ClusterTable.NearEnd) -> None:
        for loader in self.list_pane.wants_more(moved=event.moved):
            self.ask_of(loader, loader.next_page)

    def shows(self, connection: Connection) -> bool:
        """Whether what is listed came through this connection."""
        return self.fleet.loader_of(connection) is not None

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
        self.details.refresh_for([key])

    def forget(self, connection: Connection, cluster_id: str) -> None:
        """Let go of the row of a cluster that is no longer there."""
        with self._notifications.quietly():
            for listing in self.fleet.with_row(connection):
                listing.remove(cluster_id, self._clock())
        self.list_pane.show()

    def _findings_changed(self, keys: Collection[RowKey]) -> None:
        """The findings of these clusters are others now."""
        self.table.findings_changed(keys)
        self.details.refresh_for(keys)
        self._show_severities()

    # Status

    def _show_place(self) -> None:
        """Say where the screen is and as whom it asks."""
        self._header.show(header_state(self.fleet, self.hsmtui))

    def _show_severities(self) -> None:
        """Say how bad it is."""
        fleet = self.fleet
        self._header.show_counts(SeverityCounts.of(fleet.shown, is_whole=fleet.extent.is_whole))

    def status_changed(self) -> None:
        """Say how much is listed, what is under way and what went wrong last."""
        if self._is_up and self.fleet.is_one:
            self._show_status()
        elif self._is_up:
            self._show_soon()

    def _show_status(self) -> None:
        self._show_severities()
        self.list_pane.show_status(self._doing, self._watch.words)
        if self._places_dialog is not None:
            self._places_dialog.renew()

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

    # Details

    @on(ClusterTable.Highlighted)
    def _highlighted(self) -> None:
        self.details.follow()

    def _related(self, row: Row | None) -> RelatedData:
        """What the details show of a cluster that its own record does not hold."""
        related = RelatedData(roots=self._roots, backups=self.backups.pages(row))
        if row is None:
            return related
        rules = self.assessing.assessor.number_of_rules(row.cluster)
        return related._replace(findings=row.findings, rules=rules)

    @on(TabLine.Chosen)
    def _tab_clicked(self, event: TabLine.Chosen) -> None:
        self.action_show_tab(event.tab_id)

    def action_show_tab(self, tab_id: str) -> None:
        self.details.choose(tab_id)
        if tab_id == "certificates":
            start(self, self._read_roots, group="roots", exclusive=True)
        if self.has_class("one-pane"):
            self.action_enter()
        self.backups.follow()

    async def _read_roots(self) -> None:
        """The roots are read each time that the tab on certificates is opened, never before."""
        settings = self.hsmtui.settings
        roots = await offload(read_roots, settings.trust, settings.paths.config_file.parent)
        if roots != self._roots:
            self._roots = roots
            self.details.show_row()

    def _row_of_backups(self) -> Row | None:
        """The row under the cursor, where its backups are in sight and can be asked for."""
        in_sight = not self.has_class("one-pane") or self.has_class("in-details")
        row = self.table.row if in_sight and self.details.tab.id == BACKUPS else None
        return row if row is not None and row.cluster.has_id else None

    def _backups_changed(self, key: RowKey) -> None:
        """More, or something else, is known of the backups of a cluster."""
        self.details.refresh_for([key])
        self.assessing.again(key)

    @on(DetailBody.NearEnd)
    def _near_end_of_details(self) -> None:
        self.backups.near_end()

    # Panes

    @property
    def _is_in_details(self) -> bool:
        return self.details.body.has_focus

    def action_move(self, way: str) -> None:
        (self.details if self._is_in_details else self.table).move(way)

    def action_enter(self) -> None:
        self.add_class("in-details")
        self.details.show_row()
        self.details.body.focus()

    def _leave_details(self) -> None:
        self.remove_class("in-details")
        self.table.focus()

    def action_back(self) -> None:
        """Out of the details, else stop waiting, else drop the filter."""
        if self._is_in_details:
            self._leave_details()
        elif self.give_up():
            self.notify("Stopped waiting.", markup=False)
        elif self.list_pane.applied:
            self.list_pane.apply(parse(""))

    def action_next_pane(self) -> None:
        if self._is_in_details:
            self._leave_details()
        elif not self.list_pane.is_filtering:
            self.action_enter()

    # Commands of the list

    def action_refresh_list(self) -> None:
        self.backups.refresh()
        self.ask(self.fleet.refresh)

    def action_watch(self) -> None:
        self._watch.toggle()

    def action_events(self) -> None:
        self.hsmtui.hold_keys()
        connection = self.fleet.first.connection if self.fleet.is_one else None
        here = place_words(connection) if connection is not None else ""
        events = events_text(self.hsmtui.events, here, self.hsmtui.remapped)
        self.app.push_screen(TextDialog("Events", events))

    def action_next_page(self) -> None:
        extent = self.fleet.extent
        if self._is_in_details and self._row_of_backups():
            self.backups.more()
        elif extent.is_whole:
            self.notify(f"All {extent.loaded} clusters are loaded.", markup=False)
        elif not self.fleet.doing:
            self.ask(self.fleet.next_page)

    def action_all_pages(self) -> None:
        self.ask(self.fleet.all_pages)

    def give_up(self) -> bool:
        """Stop waiting for what is under way; whether anything was."""
        under_way = bool(self.fleet.doing)
        if under_way:
            for group in (ASKING, ASKING_ONE):
                self.workers.cancel_group(self, group)
            self.hsmtui.prompter.give_up()
        return under_way

    def action_sort(self) -> None:
        self.list_pane.sort_by_next()

    def action_reverse(self) -> None:
        if not self.list_pane.reverse():
            key = key_of("list.sort", self.hsmtui.remapped)
            self.notify(f"Nothing is sorted yet: {key} sorts by a column.", markup=False)

    @on(ListPane.Sorted)
    def _sorted(self, event: ListPane.Sorted) -> None:
        self.hsmtui.remembered.take_sort(event.sort)

    # Filter

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the filter line the keys of what else opens a field or a dialog are text."""
        if action in OPENS and self.list_pane.is_filtering:
            return False
        return super().check_action(action, parameters)

    def action_filter(self) -> None:
        self.list_pane.edit_filter()

    @on(ListPane.Filtered)
    def _filtered(self) -> None:
        self.ask(partial(self.fleet.filter, self.filters))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click elsewhere leaves the filter line as escape does."""
        if self.list_pane.is_filtering and not self.list_pane.is_typed_into(event.widget):
            self.list_pane.drop_edit()

    # Places

    @property
    def location(self) -> Location:
        """The place of the row under the cursor; without one, the first place."""
        row = self.table.row
        loader = self.fleet.loader_of(row.connection) if row is not None else None
        return (loader or self.fleet.first).location

    @property
    def filters(self) -> Mapping[str, Sequence[str]]:
        """What the service does of the filter that applies."""
        return self.list_pane.applied.server_filters

    def action_switch_profile(self) -> None:
        self._places.to_profile()

    def action_switch_region(self) -> None:
        self._places.to_region()

    def action_places(self) -> None:
        from hsmtui.ui.dialogs.places import PlacesDialog  # the first screen does without

        self._places_dialog = PlacesDialog(self, self.hsmtui.prompter)
        self.hsmtui.push_screen(self._places_dialog, self._places_closed)

    def _places_closed(self, _: None) -> None:
        self._places_dialog = None

    def ask_again(self, loaders: Sequence[Loader]) -> None:
        """Read these places afresh; somebody may be asked to sign in."""
        asking = partial(self.fleet.ask_again, [each for each in loaders if not each.doing])
        if self.fleet.is_one:
            self.ask(asking)
        else:
            start(self, partial(self._ask, asking), group=ASKING_ONE)

    def look_at(self, loaders: Sequence[Loader]) -> None:
        """List these places alone, of all that there are."""
        self.fleet.look_at(loaders)
        self._watch.restart()
        self._show_together()
        self.ask(self.fleet.arrive)

    def leave_for(self, openings: Sequence[Opening], name: str = "") -> None:
        """Show what is opened there, from nothing; late answers for what was shown are dropped."""
        self.workers.cancel_group(self, ASKING_ONE)
        self.fleet = self.list_pane.fleet = self._fleet_at(openings, name)
        self._notifications.forget()
        self._watch.restart()
        self.table.clear()
        self.details.forget()
        self._arrive()
        self._show_status()
