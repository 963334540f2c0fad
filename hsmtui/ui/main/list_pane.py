"""The list of clusters: a table under a title and a filter line, over a notice."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.listing import Listing, RowKey, Sort, View
from hsmtui.fleet.loader import Loader
from hsmtui.fleet.read_places import ReadPlaces
from hsmtui.model.columns import COLUMNS, Column, with_places
from hsmtui.model.filter.known_values import KnownValues
from hsmtui.model.filter.query import Query
from hsmtui.model.filter.term import Term
from hsmtui.model.findings.severity import Severity
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.host import is_left
from hsmtui.ui.main.marked import MarkedRows
from hsmtui.ui.main.status_text import empty_text, notice_of, searched_text
from hsmtui.ui.widgets.cluster_table import ClusterTable
from hsmtui.ui.widgets.filter_bar import FilterBar
from hsmtui.ui.widgets.title import SortedWords, Title, TitleWords, marked_words

OTHER_LINES = 4
"""Lines of the pane besides its rows: the title, the names of the columns, and two blank ones."""

MOST_NOTICE = 3
"""Lines of the notice at the most."""


class ListPane(Vertical):
    """Shows what was loaded, under the filter and in the order of the sort that apply.

    What is typed as a filter narrows the rows that are loaded; what is submitted is also asked of
    the service. `fleet` is where the rows come from: it is only looked at here. `remapped` is the
    user's key map, `read_places` has what was read of others, `marked` the rows that are marked.
    """

    class Filtered(Message):
        """Another filter applies now."""

    class RowsNeeded(Message):
        """It needs more lines than before, or fewer."""

    class Sorted(Message):
        """Another sort was chosen."""

        def __init__(self, sort: Sort) -> None:
            super().__init__()
            self.sort = sort

    def __init__(
        self,
        columns: tuple[Column, ...],
        fleet: Fleet,
        query: Query,
        sort: Sort,
        clock: Callable[[], datetime],
        remapped: Mapping[str, str],
        read_places: ReadPlaces,
        marked: MarkedRows,
    ) -> None:
        super().__init__(id="list-pane")
        self._read_places = read_places
        self.table = ClusterTable(columns, id="table")
        self.table.marked = self._marked = marked
        self.fleet = fleet
        self.columns = columns
        """Those that are shown as far as the width has room, without those of the place that come
        by themselves."""
        self.applied = query
        self._typed: Query | None = None
        self.sort = sort
        self._clock = clock
        self._remapped = remapped
        self._title = Title(id="title")
        self._known: KnownValues | None = None
        self._known_rows = 0
        self.bar = FilterBar(self._values_of, id="filter-bar")
        self.bar.display = False
        self._notice = Static(id="notice", markup=False)
        self._doing = self._idle = self._least = ""
        self.rows_needed: int | None = None

    def compose(self) -> ComposeResult:
        yield self._title
        yield self.bar
        yield self.table
        yield self._notice

    # Rows

    def show(self, *, stay_on_top: bool = False) -> None:
        """Show the rows under what is being typed, or else under the filter that applies.

        The cursor stays on its cluster or, if it is on the first row and so asked, on that. Under a
        sort it stays on the first row until somebody has put it somewhere.
        """
        fleet, table = self.fleet, self.table
        listings = fleet.widest if self._typed is not None else fleet.shown
        if not listings:
            if table.view is not None:  # the rows are of places that are left out now
                table.clear()
            self.tell()
            return
        table.show_columns(with_places(self.columns, fleet.differing()))
        self._show(View(listings, self.query_now, self.sort), stay_on_top=stay_on_top)

    def _show(self, view: View, *, stay_on_top: bool = False, moved_only: bool = False) -> None:
        table = self.table
        if is_left(self):
            return
        on_top = self._is_untouched or (stay_on_top and table.cursor == 0)
        keep = None if on_top else table.key
        keep = self.fleet.key_now(keep) if keep else None
        table.show_view(view, now=self._clock(), keep=keep, moved_only=moved_only)
        self.tell()

    @property
    def _is_untouched(self) -> bool:
        """Whether the cursor is on the first row of a sort because nobody has put it elsewhere."""
        return not self.table.was_moved and self.sort.column is not None

    def add(self, listing: Listing, ids: list[str]) -> None:
        """Show rows that have come."""
        view = self.table.view
        if is_left(self):
            return
        if view is not None and listing in view.listings and listing in self.fleet.shown:
            follows = not self._is_untouched
            self.table.add_rows(listing, ids, now=self._clock(), follows=follows)
        self.tell()

    def findings_changed(self, keys: Collection[RowKey]) -> None:
        """The findings of these rows are others: where order or filter depend on them they
        follow."""
        view = self.table.view
        if view is not None and view.reads_findings:
            self.rows_changed(keys)

    def rows_changed(self, keys: Iterable[RowKey]) -> None:
        """These rows are others now: filter and order follow; the cursor stays on its cluster."""
        view = self.table.view
        if view is None:
            return
        renewed = view.renewed(keys)
        if renewed is not view:
            self._show(renewed, moved_only=not renewed.query)

    def wants_more(self, *, moved: bool) -> list[Loader]:
        """The places of which the next page is due: not where a local filter would make that a
        search of everything nor, with several places, before somebody has moved there. Under a
        sort rows that come above the cursor would bring it there again and again: until somebody
        has moved there it is only while the cursor is on top, so that the view is filled."""
        view = self.table.view
        waits = not self.fleet.is_one or (self.sort.column is not None and not self.table.is_on_top)
        if view is None or view.query.local or (waits and not moved):
            return []
        # asked again: rows may have changed since it was said
        ending = [e for e in self.table.ending if e.filters == view.query.server_filters]
        loaders = [self.fleet.loader_of(listing.connection) for listing in ending]
        going = [each for each in loaders if each is not None and each.can_go_on]
        return going if self.sort.column is None else going[:1]

    # Status

    @property
    def gives_up_marks(self) -> bool:
        """Whether escape takes the marks away; where a filter leaves no row that goes first."""
        return bool(self._marked) and bool(self.table.view or not self.applied)

    def show_status(self, doing: str, idle: str, least: str = "") -> None:
        """Say how much is listed, how old it is, what is under way and what went wrong last.

        `doing` is what is under way, `idle` what is said while nothing is, and `least` what of that
        is said in any case.
        """
        self._doing, self._idle, self._least = doing, idle, least
        self.tell()

    def tell(self) -> None:
        """Say all that as it is now."""
        if is_left(self):
            return
        fleet, table, now = self.fleet, self.table, self._clock()
        is_typed, view = self._typed is not None, table.view
        searched, how = searched_text(fleet, view, self._remapped, is_typed=is_typed)
        self._marked.follow(fleet)
        words = TitleWords(
            doing=self._doing or self._idle,
            least=self._least,
            more=how,
            order=self._sorted_words,
            marked=marked_words(len(self._marked), self._marked.not_in(view)),
        )
        self._title.show(view, fleet.extent, now, words)
        table.fade(now)
        table.show_end_text(f"{searched}; {how}" if searched else "")
        if not view:
            elsewhere = self._read_places.words(fleet, now)
            table.show_empty_text(
                *empty_text(fleet, view, self._doing, self._remapped, elsewhere, is_typed=is_typed)
            )
        problem = fleet.problem if table.view else None
        self._notice.display = problem is not None
        if problem is not None:
            told = notice_of(problem, fleet.first, now, self._remapped)
            if told != self._notice.content:
                self._notice.update(told)
        self._need_rows()
        self.refresh_bindings()  # other keys may be of use now

    def _need_rows(self) -> None:
        """Say how many lines are needed, where that has changed; None for as many as there are,
        since more rows come when the cursor gets to their end.

        While rows are on their way, or a filter is typed, it stays as it was: nothing is to jump.
        """
        if self.fleet.doing or self._typed is not None:
            return
        view = self.table.view
        needed = None
        if view and (view.query.local or all(each.next is None for each in view.listings)):
            notice = MOST_NOTICE if self._notice.display else 0
            needed = len(view) + OTHER_LINES + notice
        if needed != self.rows_needed:
            self.rows_needed = needed
            self.post_message(self.RowsNeeded())

    @property
    def _sorted_words(self) -> SortedWords:
        """What the title says of the sort."""
        column, extent = self.sort.column, self.fleet.extent
        if column is None:
            return SortedWords()
        in_sight = column in self.table.visible_columns
        by = "" if in_sight else f"sorted by {column.header} {self.sort.arrow}"
        key = key_of("list.all_pages", self._remapped)
        can_load = not (extent.is_whole or self.fleet.is_recorded)
        of = f"only what is loaded is sorted, {key} loads all" if can_load else ""
        return SortedWords(by, of)

    # Columns and sort

    def choose_columns(self, columns: tuple[Column, ...]) -> None:
        """Show other columns; the sort stays, also by one that is shown no longer."""
        self.columns = columns
        self.show()

    @property
    def sortable(self) -> tuple[Column, ...]:
        """By what can be sorted: first what is shown, in its order."""
        shown = with_places(self.columns, self.fleet.differing())
        return tuple(dict.fromkeys((*shown, *COLUMNS)))

    @on(ClusterTable.ColumnsChanged)
    def _columns_changed(self, event: ClusterTable.ColumnsChanged) -> None:
        """The title names the sort where its column is not visible."""
        event.stop()
        self.tell()

    @on(ClusterTable.HeaderClicked)
    def _header_clicked(self, event: ClusterTable.HeaderClicked) -> None:
        self.sort_as(self.sort.by(event.column))

    def sort_by(self, column: Column | None) -> None:
        """Sort by a column, the other way round where it is by that; None is the service's
        order."""
        self.sort_as(self.sort.by(column) if column is not None else Sort())

    def reverse(self) -> bool:
        """Sort the other way round; False where nothing is sorted."""
        if self.sort.column is None:
            return False
        self.sort_as(self.sort.by(self.sort.column))
        return True

    def sort_as(self, sort: Sort) -> None:
        """Sort like this from now on."""
        self.sort = sort
        self.post_message(self.Sorted(sort))
        self.show(stay_on_top=True)

    # Filter

    @property
    def query_now(self) -> Query:
        """What narrows the rows now."""
        return self.applied if self._typed is None else self._typed

    @property
    def is_filtering(self) -> bool:
        """Whether the filter line is there to be typed into."""
        return self.bar.display

    def edit_filter(self, earlier: Sequence[str]) -> None:
        """Let the filter that applies be edited; `earlier` ones can be called up."""
        self._known = None
        self.bar.open(self.applied.text, earlier)

    def _values_of(self, key: str) -> Sequence[Sequence[str]]:
        number = sum(len(listing.rows) for listing in self.fleet.widest)
        if self._known is None or number != self._known_rows:
            self._known, self._known_rows = self.known_values(), number
        return self._known.of(key)

    def known_values(self) -> KnownValues:
        """What a filter can look for in the rows that are loaded by now."""
        listings = self.fleet.widest
        return KnownValues(
            lambda: (row.cluster for listing in listings for row in listing.rows.values()),
            lambda: (listing.connection for listing in listings),
        )

    def drop_edit(self) -> None:
        """What was typed is dropped; the filter that applied before still does."""
        self._close_bar()
        self.show()

    def apply(self, query: Query) -> None:
        """Show what is loaded under this filter at once; the service is to be asked for the
        rest."""
        self.applied = query
        self.show()
        self.post_message(self.Filtered())

    def toggle_severity(self, severity: Severity) -> None:
        """List only clusters with findings as severe as this, or worse; or all again."""
        self._close_bar()
        self.apply(self.applied.toggled(Term("severity", (severity.word,))))

    def _close_bar(self) -> None:
        self._typed = None
        self.bar.display = False

    @on(FilterBar.Typed)
    def _narrow(self, event: FilterBar.Typed) -> None:
        event.stop()
        self._typed = event.query
        self.show()

    @on(FilterBar.Submitted)
    def _submit(self, event: FilterBar.Submitted) -> None:
        event.stop()
        self._close_bar()
        self.table.focus()
        self.apply(event.query)

    @on(FilterBar.Left)
    def _leave(self, event: FilterBar.Left) -> None:
        event.stop()
        self.drop_edit()
        self.table.focus()

    def is_typed_into(self, widget: Widget) -> bool:
        """Whether this is a part of the filter line."""
        return self.bar in widget.ancestors
