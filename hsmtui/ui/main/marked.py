"""The rows that somebody has marked, for what is done with several of them."""

from collections.abc import Callable
from datetime import datetime

from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.listing import Row, RowKey, View
from hsmtui.ui.widgets.cursor import GoneItem


class MarkedRows:
    """Marked rows by their keys, each as it was read last.

    A mark is of a cluster in its place. It stays while that is not in view, and goes with it.
    `gone` is the last one of all, where it has gone like that.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._rows: dict[RowKey, Row] = {}
        self._clock = clock
        self.gone = GoneItem()

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def toggle(self, row: Row) -> None:
        """Mark a row; take the mark away where it has one."""
        if self._rows.pop(row.key, None) is None:
            self._rows[row.key] = row

    def clear(self) -> None:
        """Mark nothing."""
        self._rows.clear()

    def drop(self, key: RowKey) -> None:
        """The cluster is gone."""
        if self._rows.pop(key, None) is not None:
            self._note_gone(key)

    def follow(self, fleet: Fleet) -> None:
        """Take the rows as they are listed now. What is not listed stays as it was, but where its
        place has been read to the end since."""
        rows = {}
        for key, row in self._rows.items():
            now = fleet.key_now(key)
            if (fresh := _listed(fleet, now, row)) is not None:
                rows[now] = fresh
        before, self._rows = self._rows, rows
        if before and not rows:
            self._note_gone(next(reversed(before)))

    def _note_gone(self, key: RowKey) -> None:
        if not self._rows:
            self.gone.note(key.cluster_id, self._clock())

    def not_in(self, view: View | None) -> int:
        """How many of them are not in view."""
        return sum(view is None or key not in view for key in self._rows)

    def in_order(self, view: View | None) -> list[Row]:
        """As they stand in view, and behind them those that do not, in the order of the marks."""
        if view is None:
            return list(self._rows.values())
        shown = [key for at in range(len(view)) if (key := view.key(at)) in self._rows]
        return [self._rows[key] for key in dict.fromkeys((*shown, *self._rows))]


def _listed(fleet: Fleet, key: RowKey, row: Row) -> Row | None:
    """The row as it was read last; None where it is gone."""
    loader = fleet.loader_of(key.connection)
    listings = loader.listings if loader is not None else set()
    found = [each.rows[key.cluster_id] for each in listings if key.cluster_id in each.rows]
    if found:
        return max(found, key=lambda each: each.read_at)
    whole = [each.read_at for each in listings if each.whole and not each.filters]
    is_gone = any(at is not None and at >= row.read_at for at in whole)
    return None if is_gone else row
