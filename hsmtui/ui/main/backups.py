"""The backups of the clusters that are listed: read when their tab is opened, then kept."""

from collections.abc import Callable
from functools import partial

from hsmtui.aws.backups import BackupPosition, fetch_backups
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.fleet.backup_pages import BackupPages
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import PENDING_DELETION, Backup
from hsmtui.ui.host import AppHost, WorkHost, start

TAB = "backups"
"""The id of the tab that shows them."""

Key = tuple[Connection, str]


class Backups:
    """Reads the backups of a cluster page by page; what was read outlives every failure.

    `on_news` is called with the id of a cluster of which more, or something else, is known now.
    """

    def __init__(
        self,
        node: WorkHost,
        app: AppHost,
        row_in_sight: Callable[[], Row | None],
        shows: Callable[[Connection], bool],
        on_news: Callable[[str], object],
    ) -> None:
        self._node = node
        self._app = app
        self._row_to_read = row_in_sight
        self._shows = shows
        self._on_news = on_news
        self._shelves: dict[Key, BackupPages] = {}

    def of(self, connection: Connection, cluster_id: str) -> tuple[Backup, ...] | None:
        """All backups of a cluster, newest first; None unless every page of them was read."""
        shelf = self._shelves.get((connection, cluster_id))
        return shelf.backups if shelf is not None and shelf.is_whole else None

    def shelf(self, row: Row | None) -> BackupPages:
        """What is known of the backups of a row."""
        return self._shelves.get(_key(row), BackupPages()) if row is not None else BackupPages()

    def follow(self) -> None:
        """Where the tab is in sight, read what is due, as far as it was read before."""
        row = self._row_in_sight
        if row is not None and self.shelf(row).is_due:
            self._ask(row, BackupPages(), pages=max(1, self.shelf(row).pages))

    def more(self) -> None:
        """The next page for the cluster in sight, or again what failed to come."""
        row = self._row_in_sight
        if row is None:
            return
        shelf = self.shelf(row)
        if shelf.next is not None or not shelf.pages:
            self._ask(row, shelf._replace(problem=None), pages=1)

    def near_end(self) -> None:
        """The last backups are in sight: the next page is due, unless one has just failed."""
        row = self._row_in_sight
        if row is not None and self.shelf(row).next and self.shelf(row).problem is None:
            self.more()

    def refresh(self) -> None:
        """All is to be read again when it is looked at; until then what was read is known."""
        self._shelves = {key: shelf._replace(is_due=True) for key, shelf in self._shelves.items()}
        self.follow()

    def redraw(self) -> None:
        """Let countdowns go on."""
        row = self._row_in_sight
        states = {backup.backup_state for backup in self.shelf(row).backups}
        if row is not None and PENDING_DELETION in states:
            self._on_news(row.cluster.cluster_id)

    def renew(self, connection: Connection, backup: Backup) -> None:
        """A backup was read afresh."""
        for key, shelf in self._shelves.items():
            if key[0] is connection and any(b.backup_id == backup.backup_id for b in shelf.backups):
                self._put(key, shelf.renewed(backup))

    @property
    def _row_in_sight(self) -> Row | None:
        """The row, where its backups are to be seen and can be asked for."""
        row = self._row_to_read()
        return row if row is not None and row.cluster.has_id else None

    def _ask(self, row: Row, begun: BackupPages, pages: int) -> None:
        shelf = self.shelf(row)
        if shelf.is_reading:
            return
        self._shelves = {k: s for k, s in self._shelves.items() if k[0] is row.connection}
        self._put(_key(row), shelf._replace(is_reading=True, problem=None, is_due=False))
        start(self._node, partial(self._read, row, begun, pages), group="backups")

    async def _read(self, row: Row, begun: BackupPages, pages: int) -> None:
        """So many pages more than `begun` has, all at once or, if one fails, none of them."""
        connection, cluster_id = row.connection, row.cluster.cluster_id
        connection.reconsider()
        found, wanted = begun, begun.pages + pages
        try:
            while found.pages < wanted and not found.is_whole and found.problem is None:
                position = found.next or BackupPosition(cluster_id)
                page = await offload(fetch_backups, connection, position)
                found = found.extended(page, self._app.clock())
        except HsmtuiError as error:
            found = self.shelf(row)._replace(is_reading=False, problem=error)
        if found.problem is not None:
            self._app.record(found.problem)
        if self._shows(connection):
            self._put(_key(row), found)
        else:
            self._shelves.pop(_key(row), None)

    def _put(self, key: Key, shelf: BackupPages) -> None:
        self._shelves[key] = shelf
        self._on_news(key[1])


def _key(row: Row) -> Key:
    return row.connection, row.cluster.cluster_id
