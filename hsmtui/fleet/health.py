"""The metrics of clusters: read when somebody looks at them, and again after a while."""

from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.fleet.listing import Row, RowKey
from hsmtui.fleet.sight import ReaderInSight
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.finding import Unread
from hsmtui.model.health import SPANS, Health, Span

MOST_OLD = timedelta(minutes=15)
"""After so long, or after a period where that is shorter, metrics in sight are read again."""


class HealthReading(NamedTuple):
    """What is known of the metrics of a cluster; `health` outlives every failure.

    `asked` are the HSMs that were asked for last, and `asked_at` is when. `is_reading` says that
    they are asked for, `problem` why they did not come, `is_due` that they are to be read again.
    """

    health: Health | None = None
    asked: frozenset[str] = frozenset()
    asked_at: datetime | None = None
    is_reading: bool = False
    problem: HsmtuiError | None = None
    is_due: bool = True


class ClusterHealth(ReaderInSight[HealthReading]):
    """Reads the metrics of the HSMs of a cluster, as far back as `span` says."""

    unread = HealthReading()
    span = SPANS[0]

    def of(self, connection: Connection, cluster_id: str) -> Health | Unread | None:
        """The metrics of a cluster, or why there are none; None where nobody has asked."""
        known = self._readings.get(RowKey(connection, cluster_id))
        if known is None or known.health is not None:
            return known and known.health
        denied = known.problem.denied_action if known.problem is not None else ""
        return Unread(f"{denied} is denied") if denied else None

    def follow(self) -> None:
        """Read what is in sight and due; also where the cluster has other HSMs than before."""
        row, known = self._sight.row(), self.known(self._sight.row())
        if row is None or known.is_reading:
            return
        hsms = _live(row.cluster)
        if hsms and (known.is_due or hsms != known.asked):
            asked = known._replace(asked=hsms, asked_at=self._sight.clock(), is_due=False)
            self._put(row.key, asked._replace(is_reading=True, problem=None))
            self._sight.start(partial(self._read, row))

    def look_again(self) -> None:
        """Read what is in sight again where it is old; not where asking again is of no use."""
        row, known = self._sight.row(), self.known(self._sight.row())
        if row is None or known.asked_at is None or known.is_reading:
            return
        is_of_use = known.problem is None or known.problem.retryable
        if is_of_use and self._sight.clock() - known.asked_at >= min(self.span.period, MOST_OLD):
            self._readings[row.key] = known._replace(is_due=True)
            self.follow()

    def next_span(self) -> Span:
        """Look as far back as the next span says, after the last one the first again."""
        self.span = SPANS[(SPANS.index(self.span) + 1) % len(SPANS)]
        self.refresh()
        return self.span

    async def _read(self, row: Row) -> None:
        span, connection = self.span, row.connection
        connection.reconsider()
        health, problem = self.known(row).health, None
        try:
            health = await offload(_read_health, connection, row.cluster, span, self._sight.clock())
        except HsmtuiError as error:
            problem = error
            self._sight.on_error(error)
        known = self.known(row)
        is_due = known.is_due or span is not self.span
        read = known._replace(health=health, is_reading=False, problem=problem, is_due=is_due)
        self._put(row.key, read)
        if self._sight.shows(connection):
            self.follow()


def _read_health(connection: Connection, cluster: Cluster, span: Span, now: datetime) -> Health:
    """Loaded by who asks first: most runs look at no metrics."""
    from hsmtui.aws.metrics import read_health

    return read_health(connection, cluster, span, now)


def _live(cluster: Cluster) -> frozenset[str]:
    return frozenset(hsm.hsm_id for hsm in cluster.live_hsms)
