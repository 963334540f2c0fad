"""The list of clusters: a table under a title and a filter line, over a notice."""

from collections.abc import Callable, Collection, Iterable, Mapping
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
from hsmtui.model.columns import Column, with_places
from hsmtui.model.filter.query import Query
from hsmtui.ui.main.marked import MarkedRows
from hsmtui.ui.main.status_text import empty_text, notice_of
from hsmtui.ui.widgets.cluster_table import ClusterTable
from hsmtui.ui.widgets.filter_bar import FilterBar
from hsmtui.ui.widgets.title import Title, marked_words


class ListPane(Vertical):
    """Shows what was loaded, under the filter and in the order of the sort that apply.

    What is typed as a filter narrows the rows that are loaded; what is submitted is also asked of
    the service. `fleet` is where the rows come from: it is only looked at here. `remapped` is the
    user's key map, `marked` has the rows that are marked.
    """

    class Filtered(Message):
        """Another filter applies now."""

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
        marked: MarkedRows,
    ) -> None:
        super().__init__(id="list-pane")
        self.table = ClusterTable(columns, id="table")
        self.table.marked = self._marked = marked
        self.fleet = fleet
        self._columns = columns
        self.applied = query
        self._typed: Query | None = None
        self._sort = sort
        self._clock = clock
        self._remapped = remapped
        self._title = Title(id="title")
        self._bar = FilterBar(id="filter-bar")
        self._bar.display = False
        self._notice = Static(id="notice", markup=False)
        self._doing = self._idle = self._least = ""

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._bar
        yield self.table
        yield self._notice

    # Rows

    def show(self, *, stay_on_top: bool = False) -> None:
        """Show the rows under what is being typed, or else under the filter that applies.

        The cursor stays on its cluster or, if it is on the first row and so asked, on that. Under a
        sort it stays on the first row until somebody has moved it.
        """
        fleet, table = self.fleet, self.table
        listings = fleet.widest if self._typed is not None else fleet.shown
        if not listings:
            if table.view is not None:  # the rows are of places that are left out now
                table.clear()
            self._say()
            return
        table.show_columns(with_places(self._columns, fleet.differing()))
        self._show(View(listings, self.query_now, self._sort), stay_on_top=stay_on_top)

    def _show(self, view: View, *, stay_on_top: bool = False) -> None:
        table = self.table
        untouched = not table.was_moved and self._sort.column is not None
        on_top = untouched or (stay_on_top and table.cursor == 0)
        keep = None if on_top else table.key
        table.show_view(view, now=self._clock(), keep=self.fleet.key_now(keep) if keep else None)
        self._say()

    def add(self, listing: Listing, ids: list[str]) -> None:
        """Show rows that have come."""
        keep, view = self.table.key, self.table.view
        if view is not None and listing in view.listings and listing in self.fleet.shown:
            view.add(listing, ids)
            self.table.rows_added(now=self._clock(), keep=keep)
        self._say()

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
            self._show(renewed)

    def wants_more(self, *, moved: bool) -> list[Loader]:
        """The places of which the next page is due: not where a local filter would make that a
        search of everything nor, under a sort or with several places, before somebody has moved
        there: rows that come above the cursor would bring it there again and again."""
        view = self.table.view
        needs_move = self._sort.column is not None or not self.fleet.is_one
        if view is None or view.query.local or (needs_move and not moved):
            return []
        # asked again: rows may have changed since it was said
        ending = [e for e in self.table.ending if e.filters == view.query.server_filters]
        loaders = [self.fleet.loader_of(listing.connection) for listing in ending]
        going = [each for each in loaders if each is not None and each.can_go_on]
        return going if self._sort.column is None else going[:1]

    # Status

    def tell_marks(self) -> None:
        """Other rows are marked now."""
        self._say()

    def show_status(self, doing: str, idle: str, least: str = "") -> None:
        """Say how much is listed, how old it is, what is under way and what went wrong last.

        `doing` is what is under way, `idle` what is said while nothing is, and `least` what of that
        is said in any case.
        """
        self._doing, self._idle, self._least = doing, idle, least
        self._say()

    def _say(self) -> None:
        fleet, table, now = self.fleet, self.table, self._clock()
        self._marked.follow(fleet)
        marked = marked_words(len(self._marked), self._marked.not_in(table.view))
        doing = self._doing or self._idle
        self._title.show(table.view, fleet.extent, now, doing, self._least, marked)
        table.fade(now)
        table.show_empty_text(*empty_text(fleet, table.view, self._doing, self._remapped))
        problem = fleet.problem if table.view else None
        self._notice.display = problem is not None
        if problem is not None:
            self._notice.update(notice_of(problem, fleet.first, now, self._remapped))

    # Sort

    def sort_by_next(self) -> None:
        """By findings, then by each other column in sight, then in the service's order again."""
        self._sort_as(self._sort.next(self.table.visible_columns))

    @on(ClusterTable.HeaderClicked)
    def _header_clicked(self, event: ClusterTable.HeaderClicked) -> None:
        self._sort_as(self._sort.by(event.column))

    def reverse(self) -> bool:
        """Sort the other way round; False where nothing is sorted."""
        if self._sort.column is None:
            return False
        self._sort_as(self._sort.by(self._sort.column))
        return True

    def _sort_as(self, sort: Sort) -> None:
        self._sort = sort
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
        return self._bar.display

    def edit_filter(self) -> None:
        """Let the filter that applies be edited."""
        self._bar.open(self.applied.text)

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

    def _close_bar(self) -> None:
        self._typed = None
        self._bar.display = False

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
        return self._bar in widget.ancestors
