"""The backups of the regions that are listed: read in the background, for the rule about them."""

from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from hsmtui.aws.backups import fetch_unattended
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.threads import offload
from hsmtui.fleet.backups import BackupPages
from hsmtui.fleet.listing import Listing
from hsmtui.fleet.region_backups import RegionBackups
from hsmtui.model.backup import Backup
from hsmtui.model.findings.finding import Unread
from hsmtui.model.newest_backup import enough_to_judge

OLD_AFTER = timedelta(minutes=15)
"""From this age on what was read is read again, once the list itself is."""

SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
"""How long nothing is asked after a request that was throttled: the first time, and at most; twice
as long after each one more."""

COMING: Final = Unread("backups are being read", is_coming=True)
_THROTTLED: Final = Unread("backups are being read, slowly: AWS throttles it", is_coming=True)
_OFF: Final = Unread("backups are not read: findings.read_backups is false")
_NO_KEYS: Final = Unread("backups were not read: the credentials have expired")


class BackupsHost(Protocol):
    """What the reading needs to know, and whom it tells."""

    @property
    def listed(self) -> Iterable[Listing]:
        """What is listed; the backups of a region are read where it has rows."""

    def shows(self, connection: Connection) -> bool:
        """Whether what is listed, or left out for now, came through this connection."""

    @property
    def is_quiet(self) -> bool:
        """Whether nobody waits for anything that is asked."""

    def own_backups(self, connection: Connection, cluster_id: str) -> BackupPages | None:
        """All backups of a cluster, where they were read by themselves."""

    def start_reading(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Have a coroutine run."""

    def backups_known(self, connection: Connection) -> None:
        """Something else is known of the backups of a region."""

    def backups_failed(self, error: HsmtuiError) -> None:
        """They could not be read."""


class _Region:
    """What is known of the backups of a region.

    `coming` is what has come of those that are being read. `asked_at` is when the last reading
    began. `refused` says that AWS took `keys` no longer, `failures` how often in a row it failed.
    """

    def __init__(self) -> None:
        self.known: RegionBackups | None = None
        self.read_at: datetime | None = None
        self.coming: RegionBackups | None = None
        self.asked_at: datetime | None = None
        self.problem: HsmtuiError | None = None
        self.refused = False
        self.keys: object = None
        self.failures = 0
        self.is_due = True

    @property
    def unread(self) -> Unread:
        """Why they are not known."""
        if self.problem is None:
            return COMING
        if self.problem.throttled:
            return _THROTTLED
        if self.refused:
            return _NO_KEYS
        denied = self.problem.denied_action
        why = f"{denied} is denied" if denied else self.problem.title
        return Unread(f"backups could not be read: {why}")


class BackgroundBackups:
    """Reads the backups of one region after the other, one request at a time over all of them.

    It waits while anybody waits for something else, asks nobody to sign in, and leaves what is
    denied. `go_on` is to be called now and then, and when it may have become quiet.
    """

    def __init__(self, clock: Callable[[], datetime], host: BackupsHost, *, is_on: bool) -> None:
        self._clock = clock
        self._host = host
        self._is_on = is_on
        self._is_reading = False
        self._regions: dict[Connection, _Region] = {}
        self._pause = timedelta()
        self._not_before: datetime | None = None

    def of(self, connection: Connection, cluster_id: str) -> tuple[Backup, ...] | Unread:
        """The backups of a cluster as they were read last, or why they were not: all of them, or
        as many as give the same judgement."""
        region = self._regions.get(connection)
        own = self._host.own_backups(connection, cluster_id)
        if own is not None and own.read_at is not None:
            at = region.read_at if region is not None else None
            if at is None or own.read_at >= at:
                return own.backups
        if not self._is_on:
            return _OFF
        if region is None:
            return COMING
        return region.unread if region.known is None else region.known.of(cluster_id)

    def problem_of(self, connection: Connection | None) -> HsmtuiError | None:
        """Why those of a region could not be read, or read again."""
        region = self._regions.get(connection) if connection is not None else None
        return region.problem if region is not None else None

    @property
    def words(self) -> str:
        """What keeps backups from being read, in a few words; "" where nothing does."""
        problems = [each.problem for each in self._regions.values() if each.problem is not None]
        if not problems:
            return ""
        denied = all(problem.denied_action for problem in problems)
        throttled = all(problem.throttled for problem in problems)
        why = "denied" if denied else "throttled" if throttled else "not read"
        several = len(self._regions) > 1
        where = f" in {len(problems)} of {len(self._regions)} places" if several else ""
        return f"backups {why}{where}"

    def go_on(self) -> None:
        """Read what is due, if it may be read now."""
        if self._is_on and not self._is_reading and self._next() is not None:
            self._is_reading = True
            self._host.start_reading(self._read)

    def read_again(self, connection: Connection | None) -> None:
        """What is listed there was read again: backups that were read long ago follow."""
        region = self._regions.get(connection) if connection is not None else None
        if region is None or region.asked_at is None or region.coming is not None:
            return
        if not timedelta() <= self._clock() - region.asked_at < OLD_AFTER:
            region.is_due = True
            self.go_on()

    def ask_now(self, connection: Connection | None) -> None:
        """Somebody wants those of this region to be read again, whenever they were read."""
        region = self._regions.get(connection) if connection is not None else None
        if region is not None:
            region.is_due, region.refused = True, False
            self.go_on()

    def hold(self) -> None:
        """AWS was asked too much, or does not answer: ask nothing for a while."""
        self._pause = min(max(self._pause * 2, SHORTEST_PAUSE), LONGEST_PAUSE)
        self._not_before = self._clock() + self._pause

    def forget_unlisted(self) -> None:
        """Let go of what was read of places that are not listed any more."""
        shown = (each for each in self._regions if self._host.shows(each))
        self._regions = {each: self._regions[each] for each in shown}

    def renew(self, connection: Connection, backup: Backup) -> None:
        """A backup was read afresh; where another may be the newest now, all are read again."""
        region = self._regions.get(connection)
        if region is None or region.known is None:
            return
        if region.known.renew(backup):
            self._host.backups_known(connection)
        else:
            region.is_due = True
            self.go_on()

    def _next(self) -> Connection | None:
        """Whose backups are to be read now; what has failed comes after what has not."""
        now = self._clock()
        if self._not_before is not None and now < self._not_before:
            return None
        self.forget_unlisted()
        listed = [listing.connection for listing in self._host.listed if listing.rows]
        for connection in listed:
            self._regions.setdefault(connection, _Region())
        due = [each for each in listed if self._is_due(each)]
        if not due or not self._host.is_quiet:
            return None
        return min(due, key=lambda each: self._regions[each].failures)

    def _is_due(self, connection: Connection) -> bool:
        region = self._regions[connection]
        has_no_others = region.refused and region.keys == connection.last_keys
        return region.is_due and not has_no_others

    async def _read(self) -> None:
        try:
            while (connection := self._next()) is not None:
                await self._read_page(connection, self._regions[connection])
        finally:
            self._is_reading = False

    async def _read_page(self, connection: Connection, region: _Region) -> None:
        if region.coming is None:
            region.coming, region.asked_at = RegionBackups(enough_to_judge), self._clock()
        coming, keys = region.coming, connection.last_keys
        try:
            page = await offload(fetch_unattended, connection, coming.next or Position())
        except HsmtuiError as error:
            self._failed(region, error, keys)
            self._tell(connection, region, error)
            return
        self._pause, region.failures, region.refused = timedelta(), 0, False
        coming.take(page)
        if coming.next is not None and coming.problem is None:
            return
        region.coming, region.is_due = None, False
        if coming.is_whole:
            region.known, region.read_at = coming, region.asked_at
        self._tell(connection, region, coming.problem)

    def _failed(self, region: _Region, error: HsmtuiError, keys: object) -> None:
        """What may pass is asked again from the same page after a pause, what ended keys refused
        when there are others, and the rest when it is old."""
        region.failures += 1
        if error.throttled or error.retryable:
            self.hold()
        elif error.expired or error.is_unsigned:
            region.refused, region.keys = True, keys
        else:
            region.coming, region.is_due = None, False

    def _tell(self, connection: Connection, region: _Region, problem: HsmtuiError | None) -> None:
        """Say what came of it, a problem that lasts only once; of what is not shown any more
        nobody hears."""
        before, region.problem = region.problem, problem
        if not self._host.shows(connection):
            return
        if problem is None or before is None or not before.repeats(problem):
            if problem is not None:
                self._host.backups_failed(problem)
            self._host.backups_known(connection)
