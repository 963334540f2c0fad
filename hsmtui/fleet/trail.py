"""What CloudTrail knows of clusters: read page by page when somebody looks at it, then kept.

A cluster and each of its HSMs is a listing of its own, newest first. They are merged: an event is
told once none of the listings can bring a newer one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.rate_limit import RateLimit
from hsmtui.aws.threads import offload
from hsmtui.aws.trail import LOOKUP, EventPage, events_of, fetch_events
from hsmtui.fleet.listing import Row
from hsmtui.fleet.sight import ReaderInSight, Sight
from hsmtui.model.cluster import Cluster
from hsmtui.model.trail import TrailEvent

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient

MOST_HSMS_ASKED: Final = 30
"""HSMs of which the events are asked for: two more than a cluster can have."""

CHANGES_AT_ONCE: Final = 40
"""Changes that are read at a time: those that are in sight, and a few more."""

MOST_PAGES_AT_ONCE: Final = 10
"""Pages that are read at a time, besides the first ones of all listings, where few of the events
are changes."""

REQUESTS_A_SECOND: Final = 2
"""What the service allows an account in a region."""

A_SECOND: Final = 1.1
"""Seconds in which so many are sent: requests are not equally long on their way."""

PAUSES: Final = (1.0, 3.0)
"""Seconds without a request after each throttled one; the one after them fails."""


_NEWEST: Final = datetime.max.replace(tzinfo=UTC)


def _limit_of_the_service() -> RateLimit:
    return RateLimit(REQUESTS_A_SECOND, A_SECOND)


class EventStream(NamedTuple):
    """The events of a cluster or of an HSM as far as they were read, each with the time that it
    stands at: its own, or that of the one before it where it has none.

    `next` is where the next page starts, None at the end; `back_to` is the time of the last one
    that was read, None where none was.
    """

    next: Position | None
    events: tuple[tuple[datetime, TrailEvent], ...] = ()
    back_to: datetime | None = None

    def extended(self, page: EventPage, now: datetime) -> "EventStream":
        """With one more page; where that has a problem, it can be asked for again."""
        at, dated = self.back_to or now, list(self.events)
        for event in page.events:
            at = event.time or at
            dated.append((at, event))
        following = page.next if page.problem is None else page.next or self.next
        back_to = min((when for when, _ in dated), default=at)
        return EventStream(following, tuple(dated), back_to)


class Trail(NamedTuple):
    """What is known of the events of a cluster, newest first.

    `events` are those of which it is sure that none is missing between them. `back_to` is how far
    back that is, None where nothing was read, or all. `hsms_left_out` says how many HSMs are not
    asked for. `requests` is how many pages were read, `read_at` when the first one was.
    `is_reading` says that a page is asked for, `is_throttled` that this waits because the service
    asks for it, `problem` why the last page did not come, `is_due` that all is to be read again.
    """

    streams: tuple[EventStream, ...] = ()
    hsms_left_out: int = 0
    events: tuple[TrailEvent, ...] = ()
    back_to: datetime | None = None
    requests: int = 0
    read_at: datetime | None = None
    is_reading: bool = False
    is_throttled: bool = False
    problem: HsmtuiError | None = None
    is_due: bool = True

    @classmethod
    def begun(cls, cluster: Cluster) -> "Trail":
        """Nothing read of a cluster yet; HSMs that have gone are in the events of the cluster."""
        hsms = [hsm.hsm_id for hsm in cluster.hsms or () if hsm.hsm_id]
        ids = dict.fromkeys((cluster.cluster_id, *hsms[:MOST_HSMS_ASKED]))
        streams = tuple(EventStream(events_of(each)) for each in ids)
        return cls(streams, max(0, len(hsms) - MOST_HSMS_ASKED), is_due=False)

    @property
    def is_whole(self) -> bool:
        """Whether all that CloudTrail has is here, as it was at `read_at`."""
        return bool(self.streams) and all(stream.next is None for stream in self.streams)

    @property
    def has_more(self) -> bool:
        """Whether there may be older events than those that are told."""
        return bool(self.streams) and not self.is_whole

    @property
    def is_started(self) -> bool:
        """Whether the first page of every listing has come."""
        return bool(self.streams) and all(_is_read(stream) for stream in self.streams)

    @property
    def changes(self) -> tuple[TrailEvent, ...]:
        """The events that changed something, or may have."""
        return tuple([event for event in self.events if not event.reads])

    @property
    def readings(self) -> tuple[TrailEvent, ...]:
        """The events that only read."""
        return tuple([event for event in self.events if event.reads])

    @property
    def due_stream(self) -> int:
        """Which listing is read next: the one that keeps most from being told."""
        open_at = [at for at, stream in enumerate(self.streams) if stream.next is not None]
        return max(open_at, key=lambda at: self.streams[at].back_to or _NEWEST)

    def extended(self, at: int, page: EventPage, now: datetime) -> "Trail":
        """With one more page of a listing."""
        longer = self.streams[at].extended(page, now)
        streams = (*self.streams[:at], longer, *self.streams[at + 1 :])
        events, back_to = merged(streams)
        return self._replace(
            streams=streams,
            events=events,
            back_to=back_to,
            requests=self.requests + 1,
            read_at=self.read_at or now,
            is_throttled=False,
            problem=page.problem,
        )


def _is_read(stream: EventStream) -> bool:
    return stream.back_to is not None or stream.next is None


def merged(
    streams: Iterable[EventStream],
) -> tuple[tuple[TrailEvent, ...], datetime | None]:
    """The events of all listings of which none can bring a newer one any more, newest first and
    each of them once; and back to when that is, None where it is nothing, or everything."""
    every, going_on = list(streams), [stream for stream in streams if stream.next is not None]
    marks = [stream.back_to for stream in going_on if stream.back_to is not None]
    if len(marks) < len(going_on):
        return (), None
    back_to = max(marks, default=None)
    dated = {event.key: (when, event) for each in reversed(every) for when, event in each.events}
    told = [pair for pair in dated.values() if back_to is None or pair[0] >= back_to]
    told.sort(key=lambda pair: pair[0], reverse=True)
    return tuple([event for _, event in told]), back_to


class ClusterTrails(ReaderInSight[Trail]):
    """Reads the events of a cluster page by page; for one that is left nothing more is asked.

    `limits` makes the limit of an account in a region, `sleep` waits for a turn.
    """

    unread = Trail()

    def __init__(
        self,
        sight: Sight,
        limits: Callable[[], RateLimit] = _limit_of_the_service,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        super().__init__(sight)
        self._new_limit = limits
        self._sleep = sleep
        self._limits: dict[tuple[str, str], RateLimit] = {}

    def follow(self) -> None:
        """Read what is in sight and due, as far as it was read before, or go on where that was
        left."""
        row, known = self._sight.row(), self.known(self._sight.row())
        if row is None:
            return
        if known.is_due:
            self._ask(row, Trail.begun(row.cluster), known.requests)
        elif not known.is_started and known.problem is None:
            self._ask(row, known)

    def more(self) -> None:
        """What is older for the cluster in sight, or again what failed to come."""
        row, known = self._sight.row(), self.known(self._sight.row())
        if row is not None and not known.is_whole:
            self._ask(row, known if known.streams else Trail.begun(row.cluster))

    def near_end(self) -> None:
        """The last events are in sight: older ones are due, unless a page has just failed."""
        known = self.known(self._sight.row())
        if known.has_more and known.problem is None:
            self.more()

    def _ask(self, row: Row, begun: Trail, least: int = 0) -> None:
        known = self.known(row)
        if known.is_reading:
            return
        self._put(row.key, known._replace(is_reading=True, problem=None, is_due=False))
        self._sight.start(partial(self._read, row, begun._replace(problem=None), least))

    async def _read(self, row: Row, begun: Trail, least: int) -> None:
        """Page after page, until enough is known and there were so many; all that was known before
        stays until as much is known again."""
        row.connection.reconsider()
        trail, is_new = begun, self.known(row).requests == begun.requests
        try:
            client = await offload(row.connection.reading_client, "cloudtrail", LOOKUP)
            while _needs_more(trail, begun, least) and self._is_in_sight(row):
                trail = await self._next_page(row, client, trail)
                if is_new:
                    is_due = self._is_due_again(row)
                    self._put(row.key, trail._replace(is_reading=True, is_due=is_due))
        except HsmtuiError as error:
            known = trail if is_new else self.known(row)
            trail = known._replace(problem=error)
        is_due = self._is_due_again(row)
        if trail.problem is not None:
            self._sight.on_error(trail.problem)
        elif _needs_more(trail, begun, least) and not is_new:  # it was left before it was over
            trail, is_due = self.known(row), True
        self._put(row.key, trail._replace(is_reading=False, is_throttled=False, is_due=is_due))
        if is_due and self._is_in_sight(row):
            self.follow()

    def _is_due_again(self, row: Row) -> bool:
        """Whether somebody has asked for all to be read again since this reading began."""
        return row.key in self._readings and self._readings[row.key].is_due

    async def _next_page(self, row: Row, client: "CloudTrailClient", trail: Trail) -> Trail:
        """One page more, after a pause where the service asks for fewer requests; none where the
        row was left meanwhile. Raises HsmtuiError."""
        connection, at = row.connection, trail.due_stream
        position, limit = trail.streams[at].next, self._limit_of(row.connection)
        assert position is not None  # noqa: S101 - of one that is at its end no page is due
        for pause in (*PAUSES, None):
            if (wait := limit.take()) > 0:
                await self._sleep(wait)
                if not self._is_in_sight(row):
                    return trail
            try:
                page = await offload(fetch_events, connection, client, position)
            except HsmtuiError as error:
                if pause is None or not error.throttled:
                    raise
                limit.hold(pause)
                self._put(row.key, self.known(row)._replace(is_throttled=True))
            else:
                return trail.extended(at, page, self._sight.clock())
        raise AssertionError("The last time what is throttled is raised.")

    def _is_in_sight(self, row: Row) -> bool:
        now = self._sight.row()
        return now is not None and now.key == row.key

    def _limit_of(self, connection: Connection) -> RateLimit:
        """The limit of the account and region, or of the profile while the account is not known."""
        key = (connection.account or connection.profile_name, connection.region)
        if key not in self._limits:
            self._limits[key] = self._new_limit()
        return self._limits[key]


def _needs_more(trail: Trail, begun: Trail, least: int) -> bool:
    """Whether another page is to be read, after those that were there when it began."""
    if trail.is_whole or trail.problem is not None:
        return False
    read = trail.requests - begun.requests
    if read < least or not trail.is_started:
        return True
    enough = len(trail.changes) - len(begun.changes) >= CHANGES_AT_ONCE
    return not enough and read < max(least, len(trail.streams) + MOST_PAGES_AT_ONCE)
