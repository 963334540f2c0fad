"""The clusters of one place as they were read, and which of them are in view in what order."""

from bisect import insort_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from hsmtui.aws.clusters import Page, Position
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.model.cluster import Cluster
from hsmtui.model.columns import Column
from hsmtui.model.haystack import haystack
from hsmtui.model.query import Query


class Row(NamedTuple):
    """A cluster, the connection that it came from, and when it was read."""

    connection: Connection
    cluster: Cluster
    read_at: datetime


@dataclass
class Sort:
    """By which column, and which way; None is the service's own order."""

    column: Column | None = None
    reverse: bool = False


class Listing:
    """Rows in the service's order, and where its next page starts.

    `problem` is why the last asking failed; the rows and the position outlive it.
    """

    def __init__(self, connection: Connection, filters: Mapping[str, Sequence[str]]) -> None:
        self.connection = connection
        self.filters = filters
        self.rows: dict[str, Row] = {}
        self.pages = 0
        self.next: Position | None = Position(filters)
        self.problem: HsmtuiError | None = None
        self.read_at: datetime | None = None
        self._texts: dict[str, str] = {}

    @property
    def started(self) -> bool:
        """Whether any page has come."""
        return self.pages > 0

    @property
    def whole(self) -> bool:
        """Whether the service has said that there is no more."""
        return self.started and self.next is None and self.problem is None

    def extend(self, page: Page, now: datetime) -> list[str]:
        """Take a page in; the ids that are new. A cluster that comes twice is one row."""
        fresh = [c.cluster_id for c in page.clusters if c.cluster_id not in self.rows]
        for cluster in page.clusters:
            self._put(cluster, now)
        self.pages += 1
        self.next = page.next
        self.problem = page.problem
        self.read_at = self.read_at or now
        return list(dict.fromkeys(fresh))

    def update(self, cluster: Cluster, now: datetime) -> bool:
        """Renew one row where it stands; False where it is not listed."""
        if cluster.cluster_id not in self.rows:
            return False
        self._put(cluster, now)
        return True

    def remove(self, cluster_id: str) -> None:
        """Let a row go."""
        self.rows.pop(cluster_id, None)

    def matches(self, query: Query, cluster_id: str) -> bool:
        """Whether a row matches; the text that free text looks in is made once a row."""
        cluster = self.rows[cluster_id].cluster
        if not query.reads_text:
            return query.matches(cluster)
        text = self._texts.get(cluster_id)
        if text is None:
            text = self._texts[cluster_id] = haystack(cluster)
        return query.matches(cluster, text)

    def replace(self, other: "Listing") -> None:
        """Become what a whole refresh has read."""
        self.rows, self.pages, self.next = other.rows, other.pages, other.next
        self.problem, self.read_at = other.problem, other.read_at
        self._texts.clear()

    def _put(self, cluster: Cluster, now: datetime) -> None:
        self.rows[cluster.cluster_id] = Row(self.connection, cluster, now)
        self._texts.pop(cluster.cluster_id, None)


class View:
    """The ids of a listing that match a query, in the order of a sort."""

    def __init__(self, listing: Listing, query: Query, sort: Sort) -> None:
        self.listing = listing
        self.query = query
        self.sort = sort
        self._ids: list[str] = []
        self._last_is_first = sort.column is not None and sort.reverse
        self.add(listing.rows)

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, index: int) -> Row:
        return self.listing.rows[self.cluster_id(index)]

    def cluster_id(self, index: int) -> str:
        """The id at a place, also where its row is gone from the listing since."""
        return self._ids[self._turned(index)]

    def index_of(self, cluster_id: str) -> int | None:
        """Where a cluster stands; None where it is not in view."""
        try:
            return self._turned(self._ids.index(cluster_id))
        except ValueError:
            return None

    def add(self, ids: Iterable[str]) -> None:
        """Let rows of the listing into the view, each where the sort puts it."""
        rows = self.listing.rows
        matching = [i for i in ids if not self.query or self.listing.matches(self.query, i)]
        column = self.sort.column
        if column is None:
            self._ids += matching
        elif self._ids:
            for cluster_id in matching:
                insort_right(self._ids, cluster_id, key=lambda i: column.key(rows[i].cluster))
        else:
            self._ids = sorted(matching, key=lambda i: column.key(rows[i].cluster))

    def _turned(self, index: int) -> int:
        return len(self._ids) - 1 - index if self._last_is_first else index
