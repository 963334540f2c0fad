"""The backups of clusters: read page by page when somebody looks at them, then kept."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from itertools import islice
from typing import NamedTuple

from hsmtui.aws.backups import backups_of, fetch_backups
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Page, Position, walk
from hsmtui.aws.threads import offload
from hsmtui.fleet.listing import Row, RowKey
from hsmtui.fleet.sight import ReaderInSight
from hsmtui.model.backup import PENDING_DELETION, Backup


class BackupPages(NamedTuple):
    """Backups in the service's order, newest first, and where their next page starts.

    `read_at` is when the first page was read, None where none was. `is_reading` says that a page is
    asked for, `problem` why the last one did not come, `is_due` that all is to be read again.
    """

    backups: tuple[Backup, ...] = ()
    next: Position | None = None
    pages: int = 0
    read_at: datetime | None = None
    is_reading: bool = False
    problem: HsmtuiError | None = None
    is_due: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether all backups are here, as they were at `read_at`."""
        return self.pages > 0 and self.next is None and self.problem is None

    @property
    def how_many(self) -> str:
        """How many there are, such as ``12``, or ``50+`` while there are more to be read."""
        return f"{len(self.backups)}{'+' if self.next else ''}"

    def extended(self, page: Page[Backup], now: datetime) -> "BackupPages":
        """With one more page; a backup that comes twice stands where it came first."""
        return BackupPages(
            _distinct((*self.backups, *page.entries)),
            page.next,
            self.pages + 1,
            self.read_at or now,
            problem=page.problem,
            is_due=False,
        )

    def renewed(self, backup: Backup) -> "BackupPages":
        """With one backup as it was read afresh, where it stands."""
        fresh = (backup if old.backup_id == backup.backup_id else old for old in self.backups)
        return self._replace(backups=tuple(fresh))


def _distinct(backups: Iterable[Backup]) -> tuple[Backup, ...]:
    by_id: dict[str, Backup] = {}
    for backup in backups:
        by_id.setdefault(backup.backup_id, backup)
    return tuple(by_id.values())


class ClusterBackups(ReaderInSight[BackupPages]):
    """Reads the backups of a cluster page by page."""

    unread = BackupPages()

    def of(self, connection: Connection, cluster_id: str) -> BackupPages | None:
        """All backups of a cluster, newest first; None unless every page of them was read."""
        pages = self._readings.get(RowKey(connection, cluster_id))
        return pages if pages is not None and pages.is_whole else None

    def follow(self) -> None:
        """Read what is in sight and due, as far as it was read before."""
        row = self._sight.row()
        if row is not None and self.known(row).is_due:
            self._ask(row, BackupPages(), pages=max(1, self.known(row).pages))

    def more(self) -> None:
        """The next page for the cluster in sight, or again what failed to come."""
        row, known = self._sight.row(), self.known(self._sight.row())
        if row is not None and (known.next is not None or not known.pages):
            self._ask(row, known._replace(problem=None), pages=1)

    def near_end(self) -> None:
        """The last backups are in sight: the next page is due, unless one has just failed."""
        known = self.known(self._sight.row())
        if known.next is not None and known.problem is None:
            self.more()

    def redraw(self) -> None:
        """Let countdowns go on."""
        row = self._sight.row()
        states = {backup.backup_state for backup in self.known(row).backups}
        if row is not None and PENDING_DELETION in states:
            self._sight.on_change(row.key)

    def renew(self, connection: Connection, backup: Backup) -> None:
        """A backup was read afresh."""
        for key, pages in list(self._readings.items()):  # who hears of one may ask for another
            ids = {each.backup_id for each in pages.backups}
            if key.connection is connection and backup.backup_id in ids:
                self._put(key, pages.renewed(backup))

    def _ask(self, row: Row, begun: BackupPages, pages: int) -> None:
        known = self.known(row)
        if known.is_reading:
            return
        self._put(row.key, known._replace(is_reading=True, problem=None, is_due=False))
        self._sight.start(partial(self._read, row, begun, pages))

    async def _read(self, row: Row, begun: BackupPages, number: int) -> None:
        """So many pages more than `begun` has, all at once or, if one fails, none of them."""
        connection, known = row.connection, begun
        connection.reconsider()
        position = begun.next or backups_of(row.cluster.cluster_id)
        pages = islice(walk(partial(fetch_backups, connection), position), number)
        try:
            while (page := await offload(next, pages, None)) is not None:
                known = known.extended(page, self._sight.clock())
        except HsmtuiError as error:
            known = self.known(row)._replace(is_reading=False, problem=error)
        if known.problem is not None:
            self._sight.on_error(known.problem)
        self._put(row.key, known)
