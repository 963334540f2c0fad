"""The metrics of clusters: read when somebody looks at them, and again after a while."""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.fleet.listing import Row, RowKey
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


class ClusterHealth:
    """Reads the metrics of the HSMs of a cluster, as far back as `span` says.

    `in_sight` gives the row whose metrics are looked at, if there is one, and `shows` says whether
    what came through a connection is still listed. `start` has a coroutine run. `on_change` is
    called with the key of a cluster of which something else is known now, `on_error` with what
    failed.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        in_sight: Callable[[], Row | None],
        shows: Callable[[Connection], bool],
        start: Callable[[Callable[[], Coroutine[Any, Any, None]]], object],
        on_change: Callable[[RowKey], object],
        on_error: Callable[[HsmtuiError], object],
    ) -> None:
        self._clock = clock
        self._in_sight = in_sight
        self._shows = shows
        self._start = start
        self._on_change = on_change
        self._on_error = on_error
        self._readings: dict[RowKey, HealthReading] = {}
        self.span = SPANS[0]

    def reading(self, row: Row | None) -> HealthReading:
        """What is known of the metrics of a row."""
        if row is None:
            return HealthReading()
        return self._readings.get(row.key, HealthReading())

    def of(self, connection: Connection, cluster_id: str) -> Health | Unread | None:
        """The metrics of a cluster, or why there are none; None where nobody has asked."""
        known = self._readings.get(RowKey(connection, cluster_id))
        if known is None or known.health is not None:
            return known and known.health
        denied = known.problem.denied_action if known.problem is not None else ""
        return Unread(f"{denied} is denied") if denied else None

    def follow(self) -> None:
        """Read what is in sight and due; also where the cluster has other HSMs than before."""
        row, known = self._in_sight(), self.reading(self._in_sight())
        if row is None or known.is_reading:
            return
        hsms = _live(row.cluster)
        if hsms and (known.is_due or hsms != known.asked):
            self._readings[row.key] = known._replace(
                asked=hsms, asked_at=self._clock(), is_reading=True, problem=None, is_due=False
            )
            self._on_change(row.key)
            self._start(partial(self._read, row))

    def look_again(self) -> None:
        """Read what is in sight again where it is old; not where asking again is of no use."""
        row, known = self._in_sight(), self.reading(self._in_sight())
        if row is None or known.asked_at is None or known.is_reading:
            return
        is_of_use = known.problem is None or known.problem.retryable
        if is_of_use and self._clock() - known.asked_at >= min(self.span.period, MOST_OLD):
            self._readings[row.key] = known._replace(is_due=True)
            self.follow()

    def refresh(self) -> None:
        """All is to be read again when it is looked at; until then what was read is known."""
        self._readings = {key: e._replace(is_due=True) for key, e in self._readings.items()}
        self.follow()

    def next_span(self) -> Span:
        """Look as far back as the next span says, after the last one the first again."""
        self.span = SPANS[(SPANS.index(self.span) + 1) % len(SPANS)]
        self.refresh()
        return self.span

    def forget_unlisted(self) -> None:
        """Something else is listed now: let go of what was read of other places."""
        listed = [key for key in self._readings if self._shows(key.connection)]
        self._readings = {key: self._readings[key] for key in listed}

    async def _read(self, row: Row) -> None:
        span, connection = self.span, row.connection
        connection.reconsider()
        health, problem = self.reading(row).health, None
        try:
            health = await offload(_read_health, connection, row.cluster, span, self._clock())
        except HsmtuiError as error:
            problem = error
            self._on_error(error)
        if not self._shows(connection):
            self._readings.pop(row.key, None)
            return
        known = self.reading(row)
        self._readings[row.key] = known._replace(
            health=health,
            is_reading=False,
            problem=problem,
            is_due=known.is_due or span is not self.span,
        )
        self._on_change(row.key)
        self.follow()


def _read_health(connection: Connection, cluster: Cluster, span: Span, now: datetime) -> Health:
    """Loaded by who asks first: most runs look at no metrics."""
    from hsmtui.aws.metrics import read_health

    return read_health(connection, cluster, span, now)


def _live(cluster: Cluster) -> frozenset[str]:
    return frozenset(hsm.hsm_id for hsm in cluster.live_hsms)
