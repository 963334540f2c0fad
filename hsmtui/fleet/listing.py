"""The clusters of one place as they were read, and which of them are in view in what order."""

from bisect import insort_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Page, Position
from hsmtui.model.cluster import Cluster
from hsmtui.model.columns import FINDINGS, Column
from hsmtui.model.filter.query import Query
from hsmtui.model.filter.search_text import search_text
from hsmtui.model.findings.finding import Findings, Judged, Severity
from hsmtui.model.history.history import History, Reading


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
        return Judged(self.cluster, self.findings)


Assess = Callable[[Connection, Cluster, datetime], Findings]
"""What can be said of a cluster at once, when it has been read."""


def _nothing(connection: Connection, cluster: Cluster, now: datetime) -> Findings:
    return Findings()


@dataclass(frozen=True)
class Sort:
    """By which column, and which way; None is the service's own order."""

    column: Column | None = None
    reverse: bool = False

    def next(self, columns: Iterable[Column]) -> "Sort":
        """By findings, then by each other of these columns, then in the service's order again."""
        order = [None, *sorted(columns, key=lambda column: column is not FINDINGS)]
        at = order.index(self.column) if self.column in order else 0
        return Sort(order[(at + 1) % len(order)])

    def by(self, column: Column) -> "Sort":
        """By this column; where it is by that already, the other way round."""
        return Sort(column, self.column is column and not self.reverse)


class Listing:
    """Rows in the service's order, and where its next page starts.

    `problem` is why the last asking failed; the rows and the position outlive it. `due` are the
    ids whose findings are to be looked into further, and `severity_counts` says for each severity
    with how many rows it is the worst. `history` takes everything that is read, unless another
    listing is to take it over.
    """

    def __init__(
        self,
        connection: Connection,
        filters: Mapping[str, Sequence[str]],
        assess: Assess = _nothing,
        history: History | None = None,
    ) -> None:
        self.connection = connection
        self.filters = filters
        self.due: dict[str, None] = {}
        self.severity_counts: Counter[Severity] = Counter()
        self._assess = assess
        self._history = history
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

    def extend(self, page: Page[Cluster], now: datetime) -> list[str]:
        """Take a page in; the ids that are new. A cluster that comes twice is one row."""
        fresh = [c.cluster_id for c in page.entries if c.cluster_id not in self.rows]
        for cluster in page.entries:
            self._take(cluster, now, page.request_id)
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

    def remove(self, cluster_id: str, now: datetime) -> None:
        """Let the row of a cluster go that is there no longer."""
        self._count(self.rows.pop(cluster_id, None), -1)
        self.due.pop(cluster_id, None)
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
            text = self._texts[cluster_id] = search_text(judged.cluster)
        return query.matches(judged, text)

    def replace(self, other: "Listing", now: datetime) -> None:
        """Become what a whole refresh has read; what was found of its rows so far stays known."""
        if self._history is not None:
            self._history.reread(self.reading, other.reading, now)
        before, self.rows, self.pages, self.next = self.rows, other.rows, other.pages, other.next
        self.problem, self.read_at = other.problem, other.read_at
        self._texts.clear()
        self.due = other.due
        self.severity_counts = other.severity_counts
        for cluster_id, row in list(self.rows.items()):
            known = before.get(cluster_id)
            if known is not None and known.cluster == row.cluster:
                self._set(row._replace(findings=known.findings))

    @property
    def reading(self) -> Reading:
        """What was read so far."""
        clusters = {key: row.cluster for key, row in self.rows.items() if row.cluster.has_id}
        return Reading(clusters, self.whole, self.filters.get("states", ()))

    def _take(self, cluster: Cluster, now: datetime, request_id: str = "") -> None:
        if self._history is not None:
            self._history.saw(cluster, now)
        self._put(cluster, now, request_id)

    def _put(self, cluster: Cluster, now: datetime, request_id: str) -> None:
        """Findings of a record that has not changed stand until they are looked into again."""
        before = self.rows.get(cluster.cluster_id)
        if before is not None and before.cluster == cluster:
            findings = before.findings
        else:
            findings = self._assess(self.connection, cluster, now)
        self._set(Row(self.connection, cluster, now, findings, request_id))
        self._texts.pop(cluster.cluster_id, None)
        self.due[cluster.cluster_id] = None

    def _set(self, row: Row) -> None:
        self._count(self.rows.get(row.cluster.cluster_id), -1)
        self.rows[row.cluster.cluster_id] = row
        self._count(row, 1)

    def _count(self, row: Row | None, number: int) -> None:
        if row is not None and row.findings.worst is not None:
            self.severity_counts[row.findings.worst] += number


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

    @property
    def reads_findings(self) -> bool:
        """Whether which rows are in view, or in what order, depends on their findings."""
        return self.query.reads_findings or self.sort.column is FINDINGS

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

    def successor(self, before: "View", index: int) -> int | None:
        """Where that row stands which is still in view and was next to a place of another view."""
        places = {self.cluster_id(at): at for at in range(len(self))}
        for at in (*range(index, len(before)), *reversed(range(index))):
            if (place := places.get(before.cluster_id(at))) is not None:
                return place
        return None

    def repeats(self, other: "View") -> bool:
        """Whether another view is of the same listing, in the same way."""
        same = self.listing is other.listing and self.sort == other.sort
        return same and self.query.text == other.query.text

    def add(self, ids: Iterable[str]) -> None:
        """Let rows of the listing into the view, each where the sort puts it."""
        rows = self.listing.rows
        matching = [i for i in ids if not self.query or self.listing.matches(self.query, i)]
        column = self.sort.column
        if column is None:
            self._ids += matching
        elif self._ids:
            for cluster_id in matching:
                insort_right(self._ids, cluster_id, key=lambda i: column.key(rows[i].judged))
        else:
            self._ids = sorted(matching, key=lambda i: column.key(rows[i].judged))

    def _turned(self, index: int) -> int:
        return len(self._ids) - 1 - index if self._last_is_first else index
