"""The clusters of a place as they were read, and which of all places are in view in what order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from itertools import repeat
from typing import Any, NamedTuple

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Page, Position
from hsmtui.fleet.row_order import RowOrder
from hsmtui.model.cluster import Cluster
from hsmtui.model.columns import FINDINGS, Column
from hsmtui.model.filter.query import Query
from hsmtui.model.filter.search_text import search_text
from hsmtui.model.findings.counts import FindingCounts
from hsmtui.model.findings.finding import Findings, Judged
from hsmtui.model.history.history import History, Reading


class RowKey(NamedTuple):
    """What makes a row the same one from one reading to the next."""

    connection: Connection
    cluster_id: str


class Row(NamedTuple):
    """A cluster, the connection that it came from, when it was read, and what is wrong with it.

    `request_id` is that of the page that it came on, "" where it was read again by itself.
    """

    connection: Connection
    cluster: Cluster
    read_at: datetime
    findings: Findings = Findings()
    request_id: str = ""

    @property
    def judged(self) -> Judged:
        """What columns and filters see of it."""
        return Judged(self.cluster, self.findings, self.connection)

    @property
    def key(self) -> RowKey:
        """What it is known by."""
        return RowKey(self.connection, self.cluster.cluster_id)


Assess = Callable[[Connection, Cluster, datetime], Findings]
"""What can be said of a cluster at once, when it has been read."""


def _nothing(connection: Connection, cluster: Cluster, now: datetime) -> Findings:
    return Findings()


ASCENDING, DESCENDING = "↑", "↓"
"""The signs of a sort: of FINDINGS the worst stand first, and last."""


@dataclass(frozen=True)
class Sort:
    """By which column, and which way; None is the service's own order.

    A column that is not shown sorts as well as one that is.
    """

    column: Column | None = None
    reverse: bool = False

    def by(self, column: Column | None) -> "Sort":
        """By this column; where it is by that already, the other way round."""
        return Sort(column, column is not None and self.column == column and not self.reverse)

    @property
    def arrow(self) -> str:
        """Which way, as a sign of one cell."""
        return DESCENDING if self.reverse else ASCENDING


class Listing:
    """Rows in the service's order, and where its next page starts.

    `problem` is why the last asking failed; the rows and the position outlive it. `due` are the
    ids whose findings are to be looked into further, and `counts` says how many findings the rows
    have. `history` takes everything that is read, unless another listing is to take it over. With
    `names_place` free text also finds what the place is called.
    """

    def __init__(
        self,
        connection: Connection,
        filters: Mapping[str, Sequence[str]],
        assess: Assess = _nothing,
        history: History | None = None,
        *,
        names_place: bool = False,
    ) -> None:
        self.connection = connection
        self.filters = filters
        self.due: dict[str, None] = {}
        self.counts = FindingCounts()
        self._assess = assess
        self._history = history
        self._names_place = names_place
        self.rows: dict[str, Row] = {}
        self.pages = 0
        self.next: Position | None = Position(filters)
        self.problem: HsmtuiError | None = None
        self.read_at: datetime | None = None
        self._texts: dict[str, str] = {}
        self._created: set[str] = set()

    @property
    def started(self) -> bool:
        """Whether any page has come."""
        return self.pages > 0

    @property
    def whole(self) -> bool:
        """Whether the service has said that there is no more."""
        return self.started and self.next is None and self.problem is None

    def extend(
        self, page: Page[Cluster], now: datetime, findings: Sequence[Findings] | None = None
    ) -> list[str]:
        """Take a page in; the ids that are new. A cluster that comes twice is one row.

        `findings` has all that is found of each of its entries, where they were looked into.
        """
        fresh = [c.cluster_id for c in page.entries if c.cluster_id not in self.rows]
        looked_into = repeat(None) if findings is None else findings
        for cluster, found in zip(page.entries, looked_into, strict=findings is not None):
            self._put_in_order(cluster.cluster_id)
            self._take(cluster, now, page.request_id, found)
        self.pages += 1
        self.next = page.next
        self.problem = page.problem
        self.read_at = self.read_at or now
        return list(dict.fromkeys(fresh))

    def update(self, cluster: Cluster, now: datetime) -> bool:
        """Renew one row where it stands; False where it is not listed."""
        if cluster.cluster_id not in self.rows:
            return False
        self._take(cluster, now)
        return True

    def add_created(self, cluster: Cluster, now: datetime) -> bool:
        """Take in a cluster that was just created; False where it is listed already, or the service
        lists only some of them. It stands behind the others until its page comes, or the pages that
        were loaded are read again."""
        if self.filters or cluster.cluster_id in self.rows:
            return False
        self._take(cluster, now)
        self._created.add(cluster.cluster_id)
        return True

    def _put_in_order(self, cluster_id: str) -> None:
        """Let go of where a created cluster stands: the service lists it here."""
        if cluster_id in self._created:
            self._created.remove(cluster_id)
            self._count(self.rows.pop(cluster_id, None), -1)

    def remove(self, cluster_id: str, now: datetime) -> None:
        """Let the row of a cluster go that is there no longer."""
        self._count(self.rows.pop(cluster_id, None), -1)
        self.due.pop(cluster_id, None)
        self._created.discard(cluster_id)
        if self._history is not None:
            self._history.lost(cluster_id, now)

    def assessed(self, row: Row, findings: Findings) -> bool:
        """Take what was found of a row, if it is still there as it was; whether it changed."""
        cluster_id = row.cluster.cluster_id
        current = self.rows.get(cluster_id)
        if current is None or current.cluster is not row.cluster or current.findings == findings:
            return False
        self._set(current._replace(findings=findings))
        return True

    def matches(self, query: Query, cluster_id: str) -> bool:
        """Whether a row matches; the text that free text looks in is made once a row."""
        judged = self.rows[cluster_id].judged
        if not query.reads_text:
            return query.matches(judged)
        text = self._texts.get(cluster_id)
        if text is None:
            place = judged.place if self._names_place else None
            text = self._texts[cluster_id] = search_text(judged.cluster, place)
        return query.matches(judged, text)

    def name_place(self, names_place: bool) -> None:
        """Let free text find what the place is called, as far as that is known now, or not."""
        self._names_place = names_place
        self._texts.clear()

    def replace(self, other: "Listing", now: datetime) -> None:
        """Become what a whole refresh has read; what was found of its rows so far stays known."""
        if self._history is not None:
            self._history.reread(self.reading, other.reading, now)
        before, self.rows, self.pages, self.next = self.rows, other.rows, other.pages, other.next
        self.problem, self.read_at = other.problem, other.read_at
        self._texts.clear()
        self._created.clear()
        self.due = other.due
        self.counts = other.counts
        for cluster_id, row in list(self.rows.items()):
            known = before.get(cluster_id)
            if known is not None and known.cluster == row.cluster:
                self._set(row._replace(findings=known.findings))

    @property
    def reading(self) -> Reading:
        """What was read so far, in the service's order."""
        clusters = {
            key: row.cluster
            for key, row in self.rows.items()
            if row.cluster.has_id and key not in self._created
        }
        return Reading(clusters, self.whole, self.filters.get("states", ()))

    def _take(
        self,
        cluster: Cluster,
        now: datetime,
        request_id: str = "",
        found: Findings | None = None,
    ) -> None:
        if self._history is not None:
            self._history.saw(cluster, now)
        cluster_id = cluster.cluster_id
        if found is None:
            findings = self._found_at_once(cluster, now)
            self.due[cluster_id] = None
        else:
            findings = found
            self.due.pop(cluster_id, None)
        self._set(Row(self.connection, cluster, now, findings, request_id))
        self._texts.pop(cluster_id, None)

    def _found_at_once(self, cluster: Cluster, now: datetime) -> Findings:
        """Findings of a record that has not changed stand until they are looked into again."""
        before = self.rows.get(cluster.cluster_id)
        if before is not None and before.cluster == cluster:
            return before.findings
        return self._assess(self.connection, cluster, now)

    def _set(self, row: Row) -> None:
        self._count(self.rows.get(row.cluster.cluster_id), -1)
        self.rows[row.cluster.cluster_id] = row
        self._count(row, 1)

    def _count(self, row: Row | None, number: int) -> None:
        if row is not None:
            self.counts.add(row.findings, number)


class View:
    """The rows of listings that match a query, in the order of a sort.

    Without a sort they stand in the order of the listings, and in each in the service's.
    """

    def __init__(
        self,
        listings: Sequence[Listing],
        query: Query,
        sort: Sort,
        matching: AbstractSet[RowKey] | None = None,
        order: RowOrder[RowKey] | None = None,
    ) -> None:
        """`matching` are the keys of the rows that match, where that is known, and `order` those
        in the order of the sort."""
        self.listings = tuple(listings)
        self.query = query
        self.sort = sort
        self._of = {listing.connection: listing for listing in self.listings}
        self._keys: list[RowKey] | RowOrder[RowKey] = [] if order is None else order
        self._numbers = dict.fromkeys(self._of, 0)
        self._last_is_first = sort.column is not None and sort.reverse
        if order is None:
            self._fill(matching)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def reads_findings(self) -> bool:
        """Whether which rows are in view, or in what order, depends on their findings."""
        return self.query.reads_findings or self.sort.column == FINDINGS

    @property
    def is_started(self) -> bool:
        """Whether any page has come."""
        return any(listing.started for listing in self.listings)

    @property
    def is_whole(self) -> bool:
        """Whether there is no more in any of its listings."""
        return all(listing.whole for listing in self.listings)

    @property
    def read_at(self) -> datetime | None:
        """When the oldest of its listings was read."""
        times = (listing.read_at for listing in self.listings)
        return min((time for time in times if time is not None), default=None)

    def __contains__(self, key: object) -> bool:
        return key in self._shown

    def __getitem__(self, index: int) -> Row:
        return self._row(self.key(index))

    def key(self, index: int) -> RowKey:
        """The key at a place, also where its row is gone from the listing since."""
        return self._keys[self._turned(index)]

    def index_of(self, key: RowKey) -> int | None:
        """Where a row stands; None where it is not in view."""
        try:
            at = self._keys.index(key)
        except ValueError:
            return None
        return None if at is None else self._turned(at)

    def successor(self, before: "View", index: int) -> int | None:
        """Where that row stands which is still in view and was next to a place of another view."""
        places = {self.key(at): at for at in range(len(self))}
        for at in (*range(index, len(before)), *reversed(range(index))):
            if (place := places.get(before.key(at))) is not None:
                return place
        return None

    def renewed(self, keys: Iterable[RowKey]) -> "View":
        """The view after these rows have changed: those of them that match now, and under a sort
        each where that puts it; itself where they are in it as they should."""
        if not self.query and self.sort.column is None:
            return self
        changed = {key for key in keys if self._is_listed(key)}
        matching = {key for key in changed if self._matches(key)}
        if matching == changed & self._shown:
            return self._reordered(matching)
        return View(self.listings, self.query, self.sort, (self._shown - changed) | matching)

    def _reordered(self, keys: AbstractSet[RowKey]) -> "View":
        """The view with these rows where the sort puts them now."""
        if isinstance(self._keys, list):
            return self
        order = self._keys.renewed(keys)
        if order is self._keys:
            return self
        return View(self.listings, self.query, self.sort, order=order)

    def has_lost_rows(self, listing: Listing) -> bool:
        """Whether rows in view are gone from one of its listings."""
        connection, rows = listing.connection, listing.rows
        return self._of.get(connection) is listing and any(
            key.connection is connection and key.cluster_id not in rows for key in self._keys
        )

    def repeats(self, other: "View") -> bool:
        """Whether another view is of the same listings, in the same way."""
        return self.listings == other.listings and self.is_ordered_as(other)

    def is_ordered_as(self, other: "View") -> bool:
        """Whether another view has the same filter and sort."""
        return self.sort == other.sort and self.query.text == other.query.text

    def ending(self, first: int, last: int) -> list[Listing]:
        """The listings with more pages of which the last row stands between two places; under a
        sort, where the last row of all does, all that have more."""
        more = [listing for listing in self.listings if listing.next is not None]
        if not more or self.sort.column is not None or len(self.listings) == 1:
            return more if len(self) - 1 <= last else []
        end, ends = 0, {}
        for connection, number in self._numbers.items():
            end += number
            ends[connection] = end - 1
        return [listing for listing in more if first <= ends[listing.connection] <= last]

    def add(self, listing: Listing, ids: Iterable[str]) -> None:
        """Let rows of one of its listings into the view, each where the sort puts it."""
        fresh, keys = self._matching(listing, ids), self._keys
        if isinstance(keys, list):
            at = self._end_of(listing)
            keys[at:at] = fresh
            vars(self).pop("_in_view", None)  # it is made anew when it is asked for
        else:
            keys.add(fresh)
        self._numbers[listing.connection] += len(fresh)

    def _fill(self, matching: AbstractSet[RowKey] | None) -> None:
        found: list[RowKey] = []
        for listing in self.listings:
            if matching is None:
                fresh = self._matching(listing, listing.rows)
            else:
                keys = (RowKey(listing.connection, cluster_id) for cluster_id in listing.rows)
                fresh = [key for key in keys if key in matching]
            found += fresh
            self._numbers[listing.connection] = len(fresh)
        column = self.sort.column
        if column is None:
            self._keys = found
        else:
            self._keys = RowOrder.by(partial(_sort_value, self._of, column), found)

    def _matching(self, listing: Listing, ids: Iterable[str]) -> list[RowKey]:
        connection, query = listing.connection, self.query
        return [RowKey(connection, i) for i in ids if not query or listing.matches(query, i)]

    @property
    def _shown(self) -> AbstractSet[RowKey]:
        """The rows that are in view."""
        return self._in_view if isinstance(self._keys, list) else self._keys.keys

    @cached_property
    def _in_view(self) -> AbstractSet[RowKey]:
        return set(self._keys)

    def _is_listed(self, key: RowKey) -> bool:
        listing = self._of.get(key.connection)
        return listing is not None and key.cluster_id in listing.rows

    def _matches(self, key: RowKey) -> bool:
        return self._of[key.connection].matches(self.query, key.cluster_id)

    def _end_of(self, listing: Listing) -> int:
        """Behind which of the rows those of a listing end."""
        end = 0
        for connection, number in self._numbers.items():
            end += number
            if connection is listing.connection:
                break
        return end

    def _row(self, key: RowKey) -> Row:
        return self._of[key.connection].rows[key.cluster_id]

    def _turned(self, index: int) -> int:
        return len(self._keys) - 1 - index if self._last_is_first else index


def _sort_value(listings: Mapping[Connection, Listing], column: Column, key: RowKey) -> Any:
    """By what a row is sorted."""
    return column.key(listings[key.connection].rows[key.cluster_id].judged)
