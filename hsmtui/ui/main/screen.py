"""The one full screen: the list of clusters, and the details of one of them."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.dom import DOMNode
from textual.notifications import Notification

from hsmtui.aws.connect import Openings
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.config.trust import read_roots
from hsmtui.fleet.assess import ASSESS_SECONDS, Assessing, Assessor
from hsmtui.fleet.background_backups import BackgroundBackups
from hsmtui.fleet.backups import BackupPages
from hsmtui.fleet.first_seen import FirstSeen
from hsmtui.fleet.listing import Listing, Row, RowKey, Sort
from hsmtui.fleet.loader import Loader
from hsmtui.fleet.location import Location
from hsmtui.model.backup import Backup
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.columns import Column
from hsmtui.model.filter.query import Query, parse
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import APP, CLUSTERS, FILTER, SEARCH
from hsmtui.ui.commands.footer_keys import footer_keys
from hsmtui.ui.commands.keymap import bindings, key_of
from hsmtui.ui.dialogs.dialog import TextDialog
from hsmtui.ui.dialogs.events import events_text
from hsmtui.ui.dialogs.pick import CURRENT, picked
from hsmtui.ui.flows.open import ChangeFlows
from hsmtui.ui.host import AppHost, start
from hsmtui.ui.main.acceptances import AcceptanceNotices
from hsmtui.ui.main.details_pane import DetailsPane
from hsmtui.ui.main.list_pane import ListPane
from hsmtui.ui.main.listing_screen import ASKING, ASKING_ONE, ListingScreen
from hsmtui.ui.main.marked import MarkedRows
from hsmtui.ui.main.notifications import ChangeNotifications
from hsmtui.ui.main.pane_layout import PaneLayout
from hsmtui.ui.main.place_switcher import PlaceSwitcher
from hsmtui.ui.main.situation import situation_of
from hsmtui.ui.main.tab_readings import HEALTH, TabReadings
from hsmtui.ui.main.watch import Watch
from hsmtui.ui.theme import place_words
from hsmtui.ui.widgets.cluster_table import ClusterTable
from hsmtui.ui.widgets.detail_view import RelatedData
from hsmtui.ui.widgets.details import DetailBody, TabLine
from hsmtui.ui.widgets.footer import Footer
from hsmtui.ui.widgets.header import Header
from hsmtui.ui.widgets.notices import NoticeArea
from hsmtui.ui.widgets.search_line import SearchLine
from hsmtui.ui.widgets.tabs import TABS

if TYPE_CHECKING:
    from hsmtui.fleet.overview import FleetOverview
    from hsmtui.ui.dialogs.palette import Argument
    from hsmtui.ui.dialogs.sort import ToColumns

BACKUPS_SECONDS = 1.0
"""Seconds between two looks whether backups are to be read in the background."""

OPENS = {c.action for c in COMMANDS if c.scope == CLUSTERS and c.everywhere}
"""The actions that take the keys which are typed behind them."""


class ClusterScreen(ListingScreen):
    """Owns what is listed and asks for it; the panes draw it and say what the person does."""

    AUTO_FOCUS = ClusterTable.__name__
    BINDINGS: ClassVar = bindings(CLUSTERS)

    def __init__(
        self,
        app: AppHost,
        openings: Openings,
        query: Query,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__(app, clock or app.clock)
        self._roots: Roots | None = None
        self.readings = TabReadings(
            self,
            app,
            in_sight=self._row_in_sight,
            shows=self.shows,
            on_change=self._known_anew,
            on_trail=lambda key: self.details.refresh_for([key]),
        )
        reads = app.settings.reads_backups and app.recorded is None
        self.region_backups = BackgroundBackups(app.clock, self, is_on=reads)
        seen_file = None if app.demo or app.recorded else app.settings.paths.seen_file
        first_seen = FirstSeen(seen_file, partial(app.notify, severity="warning", markup=False))
        self.assessing = Assessing(
            self._new_assessor(first_seen),
            first_seen,
            self._clock,
            listings=lambda: self.fleet.listings,
            start=partial(self.call_after_refresh, start, self, group="findings"),
            on_findings=self._findings_changed,
            on_end=lambda keys: self.list_pane.findings_changed(keys),
        )
        self._acceptances = AcceptanceNotices(app, self.assessing.assessor, self._clock)
        self.fleet = self._fleet_at(openings)
        kept = app.remembered
        self.marked = MarkedRows(self._clock)
        self.list_pane = ListPane(
            kept.columns,
            self.fleet,
            query,
            kept.sort,
            self._clock,
            app.remapped,
            app.read_places,
            self.marked,
        )
        self.table = self.list_pane.table
        self.details = DetailsPane(
            lambda: self.table.row, self._related, self._details_shown, self._clock
        )
        self._footer = Footer()
        self._notifications = ChangeNotifications(app, self.table.changed_cells)
        self._watch = Watch(self, self, app.settings.refresh_seconds, self._clock)
        self._places = PlaceSwitcher(app, self)
        self.change_flows = ChangeFlows(self, self._renew_backup)
        self._notices = NoticeArea()
        self._pane_layout = PaneLayout(
            self, self.list_pane, self.details, self._notices, app.remapped
        )

    def _new_assessor(self, first_seen: FirstSeen) -> Assessor:
        rules, health = self.hsmtui.settings.rules, self.readings.health
        return Assessor(rules, first_seen.since, self.region_backups.of, health.of)

    def compose(self) -> ComposeResult:
        yield self._header
        with Vertical(id="panes"):
            yield self.list_pane
            yield self.details
        yield self._notices
        yield self._footer

    async def on_mount(self) -> None:
        if self.app.return_code is not None:  # the app is left before it has come up
            return
        self._arrange()
        self._has_come_up = True
        self.bindings_updated_signal.subscribe(self, lambda _: self._show_footer())
        self.screen_layout_refresh_signal.subscribe(self, self._fit_notices, immediate=True)
        self.set_interval(10, self.status_changed)
        self.set_interval(ASSESS_SECONDS, self.assessing.again)
        self.set_interval(10, self.readings.go_on)
        self.set_interval(BACKUPS_SECONDS, self.region_backups.go_on)
        first = self.fleet.first
        if has_come := first.opening.first_page.done():
            self._show_place()
            await first.arrive()  # so that the first thing drawn is the rows
        if not (has_come and self.fleet.is_one):
            self._arrive()
        self.call_after_refresh(self.fleet.go_on)
        self.call_after_refresh(self.region_backups.go_on)

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()
        if self.is_current and event.size == self.outer_size:
            event.prevent_default()  # it is laid out for this size

    # Notices

    def show_notices(self, notices: Sequence[Notification]) -> None:
        """Show these, of those that were shown what is among them."""
        self._notices.show(notices)
        self._fit_notices()

    def _fit_notices(self, _: object = None) -> None:
        if self._is_up:
            self._pane_layout.fit_notices()

    # Room

    @on(ListPane.RowsNeeded)
    def _arrange(self) -> None:
        self._pane_layout.arrange()
        if self._is_up:
            self.readings.follow()

    @property
    def is_zoomed(self) -> bool:
        """Whether a pane is over the whole screen that would not be by itself."""
        return self._pane_layout.is_zoomed

    def action_zoom(self) -> None:
        """The pane under the focus over the whole screen, and back; nothing where it is so by
        itself."""
        if self._pane_layout.toggle_zoom():
            self._arrange()
            self.refresh_bindings()

    # Details

    @on(ClusterTable.Highlighted)
    def _highlighted(self) -> None:
        self.details.follow()
        self._show_footer()

    def _related(self, row: Row | None) -> RelatedData:
        """What the details show of a cluster that its own record does not hold."""
        settings, readings = self.hsmtui.settings.rules, self.readings
        related = RelatedData(
            roots=self._roots,
            backups=readings.backups.known(row),
            trail=readings.trail(row),
            backup_hours=settings.backup_hours,
            health=readings.health.known(row),
            health_span=readings.health.span,
            near_limit_percent=settings.near_limit_percent,
        )
        if row is None:
            return related
        backups = self.region_backups.of(row.connection, row.cluster.cluster_id)
        assessor = self.assessing.assessor
        rules, ended = assessor.number_of_rules(row.cluster), assessor.ended(row, self._clock())
        place = "" if self.fleet.is_one else place_words(row.connection, account=True)
        return related._replace(
            place=place, findings=row.findings, rules=rules, ended=ended, known_backups=backups
        )

    @on(ClusterTable.MarkClicked)
    def _mark_clicked(self, event: ClusterTable.MarkClicked) -> None:
        if self._row_meant() is not None:
            self.toggle_mark(event.row)

    @on(TabLine.Chosen)
    def _tab_clicked(self, event: TabLine.Chosen) -> None:
        self.action_show_tab(event.tab_id)

    def action_show_tab(self, tab_id: str) -> None:
        self.table.hold()
        self.details.choose(tab_id)
        if tab_id == "certificates":
            start(self, self._read_roots, group="roots", exclusive=True)
        if self.has_class("one-pane"):
            self.action_enter()

    def action_next_tab(self, step: int) -> None:
        at = TABS.index(self.details.tab) + step
        self.action_show_tab(TABS[at % len(TABS)].id)

    def _details_shown(self) -> None:
        """The details may show something else, or have more room."""
        self.readings.follow()
        self.refresh_bindings()
        if self._roots is None and self.details.needs_roots:
            start(self, self._read_roots, group="roots", exclusive=True)

    def action_choose_tab(self) -> None:
        self.hsmtui.hold_keys()
        start(self, self._choose_tab, group="tab", exclusive=True)

    async def _choose_tab(self) -> None:
        from hsmtui.ui.main.palette_arguments import TAB_CHOICES  # the first screen does without

        choices = [
            c._replace(remark=CURRENT * (c.value == self.details.tab.id)) for c in TAB_CHOICES
        ]
        chosen = await picked(self.hsmtui, "Details", choices, exact=False)
        if chosen is not None:
            self.action_show_tab(chosen)

    async def palette_arguments(self) -> "Mapping[str, Argument]":
        """What may be typed behind a word in the palette."""
        from hsmtui.ui.main.palette_arguments import screen_arguments  # as above

        may_ask = self.hsmtui.recorded is None
        show_tab = self.action_show_tab
        return await screen_arguments(self.list_pane, self._places, show_tab, may_ask=may_ask)

    async def _read_roots(self) -> None:
        """The roots are read each time that the tab on certificates is opened; before that once,
        where the overview has room for a chain of trust."""
        settings = self.hsmtui.settings
        roots = await offload(read_roots, settings.trust, settings.paths.config_file.parent)
        if roots != self._roots:
            self._roots = roots
            self.details.show_row()

    def _row_in_sight(self, tab_id: str) -> Row | None:
        """The row under the cursor, where this tab of it is in sight and can be asked for."""
        in_sight = not self.has_class("one-pane") or self.has_class("in-details")
        row = self.table.row if in_sight and self.details.tab.id == tab_id else None
        return row if row is not None and row.cluster.has_id else None

    def _known_anew(self, key: RowKey) -> None:
        """Something else is known of the backups or the metrics of a cluster."""
        self.details.refresh_for([key])
        self.assessing.again(key)

    def action_health_span(self) -> None:
        """Look further back, where the metrics are shown; else show them."""
        if self.details.tab.id == HEALTH:
            self.readings.health.next_span()
            self.details.show_row()
        else:
            self.action_show_tab(HEALTH)

    @property
    def listed(self) -> Sequence[Listing]:
        """Of what backups are read in the background."""
        return self.fleet.widest

    @property
    def is_quiet(self) -> bool:
        """Whether rows are drawn, and nobody waits for what is asked: of several places, whether
        there is a slot that nobody waits for. A dialog asks for what it tells."""
        follows = self._places_dialog is not None or self._overview_dialog is not None
        if not self.table.view or (self.hsmtui.has_dialog and not follows):
            return False
        first = self.fleet.first
        if not self.fleet.is_one:
            return self.fleet.has_room
        asks_who = self._unasked is first or self._caller.is_under_way(first.connection)
        return not (first.doing or self.is_asking or asks_who)

    def own_backups(self, connection: Connection, cluster_id: str) -> BackupPages | None:
        return self.readings.backups.of(connection, cluster_id)

    def start_reading(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        start(self, work, group="region-backups")

    def backups_known(self, connection: Connection) -> None:
        """Something else is known of the backups of a region."""
        listings = self.fleet.listings
        self.assessing.again_in(each for each in listings if each.connection is connection)
        if self.details.key is not None and self.details.key.connection is connection:
            self.details.show_row()
        self.status_changed()

    def backups_failed(self, error: HsmtuiError) -> None:
        self.hsmtui.record(error)

    def backups_problem(self, loader: Loader) -> HsmtuiError | None:
        """Why the backups of a place could not be read."""
        return self.region_backups.problem_of(loader.connection)

    def _renew_backup(self, connection: Connection, backup: Backup) -> None:
        """A backup was read afresh."""
        self.readings.backups.renew(connection, backup)
        self.region_backups.renew(connection, backup)

    @on(DetailBody.NearEnd)
    def _near_end_of_details(self) -> None:
        self.readings.near_end()

    # Panes

    def action_move(self, way: str) -> None:
        (self.details if self.details.has_keys else self.table).move(way)

    def action_enter(self) -> None:
        self.table.hold()
        self.add_class("in-details")
        self.details.show_row()
        self.details.body.focus()

    def _leave_details(self) -> None:
        self.remove_class("in-details")
        self.table.focus()

    def action_back(self) -> None:
        """End the search in the details, else show both panes again, else go out of the details;
        else stop waiting, else end the search, else unmark all rows, else drop the filter; first
        the filter where no row matches it."""
        if self.details.has_keys and self.details.is_searching:
            self.details.end_search()
        elif self.is_zoomed:
            self.action_zoom()
        elif self.details.has_keys:
            self._leave_details()
        elif self.give_up():
            self.notify("Stopped waiting.", markup=False)
        elif self.details.is_searching:
            self.details.end_search()
        elif self.list_pane.gives_up_marks:
            self.unmark_all()
        elif self.list_pane.applied:
            self.hsmtui.remembered.take_filter(self.list_pane.applied.text)
            self.list_pane.apply(parse(""))

    def action_next_pane(self) -> None:
        if self.details.has_keys:
            self._leave_details()
        elif not self.list_pane.is_filtering:
            self.action_enter()

    # Commands of the list

    def action_refresh_list(self) -> None:
        self.readings.refresh()
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
        if self.details.has_keys and self.readings.more():
            return
        if extent.is_whole:
            self.notify(f"All {extent.loaded} clusters are loaded.", markup=False)
        elif not (self.fleet.is_one and self.fleet.doing):
            self.ask_beside(self.fleet.next_page)

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
        from hsmtui.ui.dialogs.sort import SortDialog  # the first screen does without

        self.hsmtui.hold_keys()
        pane = self.list_pane
        self.hsmtui.push_screen(SortDialog(pane.sort, pane.sortable), self._sort_closed)

    def _sort_closed(self, chosen: "Sort | ToColumns | None") -> None:
        if isinstance(chosen, Sort):
            self.list_pane.sort_as(chosen)
        elif chosen is not None:
            self.action_columns()

    def action_columns(self) -> None:
        from hsmtui.ui.dialogs.columns import ColumnsDialog  # the first screen does without

        self.hsmtui.hold_keys()
        self.hsmtui.push_screen(ColumnsDialog(self.list_pane.columns, self._take_columns))

    def _take_columns(self, columns: Sequence[Column] | None) -> tuple[Column, ...]:
        """Show these columns, or those of the settings; what is shown now."""
        remembered = self.hsmtui.remembered
        remembered.take_columns(columns)
        self.list_pane.choose_columns(remembered.columns)
        return remembered.columns

    def action_reverse(self) -> None:
        if not self.list_pane.reverse():
            key = key_of("list.sort", self.hsmtui.remapped)
            self.notify(f"Nothing is sorted yet: {key} sorts by a column.", markup=False)

    @on(ListPane.Sorted)
    def _sorted(self, event: ListPane.Sorted) -> None:
        self.hsmtui.remembered.take_sort(event.sort)

    # Filter

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In a line that is typed into the keys of what else opens a field or a dialog are
        text."""
        if action in OPENS and self.is_typing:
            return False
        return super().check_action(action, parameters)

    @property
    def is_typing(self) -> bool:
        """Whether a filter or a search is there to be typed into."""
        return self.list_pane.is_filtering or self.details.is_typing

    def action_filter(self) -> None:
        """In the details, search; else filter the list."""
        if self.details.has_keys:
            self.details.edit_search()
        else:
            self.list_pane.edit_filter(self.hsmtui.remembered.filters)

    def action_search(self, step: int) -> None:
        if not self.details.is_searching:
            keys = self.hsmtui.remapped
            enter, search = key_of("details.enter", keys), key_of("list.filter", keys)
            first = "" if self.details.has_keys else f"{enter} goes into the details, "
            words = f"Nothing is searched for: {first}{search} searches there."
            self.notify(words, markup=False)
            return
        if self.has_class("one-pane") and not self.details.has_keys:
            self.action_enter()
        self.details.search(step)

    @on(ListPane.Filtered)
    def _filtered(self) -> None:
        self.hsmtui.remembered.take_filter(self.list_pane.applied.text)
        self.ask(partial(self.fleet.filter, self.filters))

    @on(Header.CountClicked)
    def _count_clicked(self, event: Header.CountClicked) -> None:
        self.list_pane.toggle_severity(event.severity)
        self._leave_details()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click elsewhere leaves the filter line as escape does, and that of a search as enter
        does. The pane that has the focus is the one that is shown where there is one at a time."""
        if event.widget is not self.focused:
            return  # it came back as a dialog closed, and a key has taken it since
        self.set_class(self.details in event.widget.ancestors, "in-details")
        if self.list_pane.is_filtering and not self.list_pane.is_typed_into(event.widget):
            self.list_pane.drop_edit()
        if self.details.is_typing and not isinstance(event.widget.parent, SearchLine):
            self.details.stop_typing()

    # Keys at the bottom

    def _show_footer(self) -> None:
        """Name the keys that are of use now."""
        if self._is_up:
            situation = situation_of(
                self.list_pane,
                self.details,
                self.readings.backups.known(self.table.row),
                self.hsmtui.remembered.state.recent_filters,
                has_more_events=self.readings.has_more_events,
                is_zoomed=self.is_zoomed,
            )
            self._footer.show(footer_keys(situation))

    @on(Footer.Clicked)
    async def _footer_clicked(self, event: Footer.Clicked) -> None:
        command = next(each for each in COMMANDS if each.id == event.command)
        nodes: Mapping[str, DOMNode] = {
            APP: self.app,
            FILTER: self.list_pane.bar,
            SEARCH: self.details.search_line,
        }
        await self.app.run_action(command.action, nodes.get(command.scope, self))

    # Overview

    def action_overview(self) -> None:
        from hsmtui.ui.dialogs.overview import OverviewDialog  # the first screen does without

        self.hsmtui.hold_keys()
        self._overview_dialog = OverviewDialog(self, self._clock, self._least)
        self.hsmtui.push_screen(self._overview_dialog, self._overview_closed)

    def overview_now(self) -> "FleetOverview":
        """What is loaded now, counted."""
        from hsmtui.fleet.overview import count_fleet  # as above

        hours = self.hsmtui.settings.rules.backup_hours
        return count_fleet(self.fleet, self.list_pane.applied, self._clock(), hours)

    def _overview_closed(self, query: Query | None) -> None:
        self._overview_dialog = None
        if query is not None:
            self._leave_details()
            self.list_pane.apply(query)

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
        self.ask_beside(partial(self.fleet.ask_again, loaders))
        for loader in loaders:
            self.region_backups.ask_now(loader.connection)

    def look_at(self, loaders: Sequence[Loader]) -> None:
        """List these places alone, of all that there are."""
        self.fleet.look_at(loaders)
        self._watch.restart()
        self._arrange()
        self._show_together()
        self.ask(self.fleet.arrive)

    def leave_for(self, openings: Openings) -> None:
        """Show what is opened there, from nothing; late answers for what was shown are dropped."""
        self.workers.cancel_group(self, ASKING_ONE)
        self.hsmtui.read_places.leave(self.fleet)
        self.fleet = self.list_pane.fleet = self._fleet_at(openings)
        self._notifications.forget()
        self.marked.clear()
        self._watch.restart()
        self._arrange()
        self.table.clear()
        self.details.forget()
        self.readings.forget_unlisted()
        self.region_backups.forget_unlisted()
        self._arrive()
        self._show_status()
