"""The rows that the table shows of what is listed, and their order."""

from typing import TYPE_CHECKING

from hsmtui.fleet.listing import Sort, View
from hsmtui.model.columns import Column
from hsmtui.ui.commands.keymap import key_of

if TYPE_CHECKING:
    from hsmtui.ui.main.screen import ClusterScreen


class Viewing:
    """Puts the listing of a screen into its table, under the filter and in the order of a sort."""

    def __init__(self, screen: "ClusterScreen") -> None:
        self._screen = screen
        self._app = screen.hsmtui
        self._sort = self._app.remembered_sort()

    def show(self, *, stay_on_top: bool = False) -> None:
        """Show the listing under what is being typed, or else under the filter that applies.

        The cursor stays on its cluster or, if it is on the first row and so asked, on that.
        """
        screen, table = self._screen, self._screen.table
        lister, filtering = screen.lister, screen.filtering
        listing = (lister.whole if filtering.is_typed else None) or lister.shown
        if listing is None:
            return
        keep = None if stay_on_top and table.cursor == 0 else table.cluster_id
        view = View(listing, filtering.query, self._sort)
        table.show_view(view, now=self._app.clock(), keep=keep)
        screen.status_changed()

    def add(self, ids: list[str]) -> None:
        """Show rows that have come."""
        table = self._screen.table
        keep, view = table.cluster_id, table.view
        if view is not None and view.listing is self._screen.lister.shown:
            view.add(ids)
            table.rows_added(now=self._app.clock(), keep=keep)
        self._screen.status_changed()

    def findings_changed(self) -> None:
        """Where order or filter depend on findings, they follow."""
        view = self._screen.table.view
        if view is not None and view.reads_findings:
            self.show()

    def wants_more(self, *, moved: bool) -> bool:
        """Whether the next page is due: not where a local filter would make that a search of
        everything nor, under a sort, before somebody has moved there."""
        lister, table = self._screen.lister, self._screen.table
        listing, view = lister.shown, table.view
        if lister.doing or lister.problem or lister.awaited or listing is None or view is None:
            return False
        filtered = view.query.local or view.query.server_filters != listing.filters
        unasked = self._sort.column is not None and not moved
        # near_end is asked again: rows may have changed since it was said
        return listing.next is not None and table.near_end and not filtered and not unasked

    def sort_by_next(self) -> None:
        """By findings, then by each other column in sight, then in the service's order again."""
        self._sort_as(self._sort.next(self._screen.table.visible_columns))

    def sort_by(self, column: Column) -> None:
        """By this column; where it is by that already, the other way round."""
        self._sort_as(self._sort.by(column))

    def reverse(self) -> None:
        """The other way round."""
        if self._sort.column is None:
            key = key_of("list.sort", self._app.remapped)
            self._app.notify(f"Nothing is sorted yet: {key} sorts by a column.", markup=False)
        else:
            self.sort_by(self._sort.column)

    def _sort_as(self, sort: Sort) -> None:
        self._sort = sort
        self._app.remember_sort(sort)
        self.show(stay_on_top=True)
