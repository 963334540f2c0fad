"""Letting a backup of a cluster be picked."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from hsmtui.aws.backups import read_backups_in
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import PENDING_DELETION, Backup, lasting
from hsmtui.model.times import age
from hsmtui.ui.dialogs.pick import Choice, PickDialog
from hsmtui.ui.host import ListHost


async def listed_backups(
    host: ListHost, connection: Connection, ask: Callable[[], Sequence[Backup]]
) -> list[Backup] | None:
    """Those that `ask`, called in a thread, lists and that have an id. None where that failed or
    none of them has one, which is said, or where something else is shown by now."""
    app = host.hsmtui
    try:
        listed = await offload(ask)
    except HsmtuiError as error:
        app.drop_keys()
        app.record(error, tell=True)
        return None
    backups = [backup for backup in listed if backup.has_id]
    is_readable = bool(backups) or not listed
    if is_readable and host.shows(connection):
        return backups
    app.drop_keys()
    if not is_readable:
        app.notify("What was listed cannot be read.", markup=False)
    return None


class BackupPicker:
    """Reads the backups of a cluster that are in a state, and lets one of them be picked; `on_read`
    is called with each that was read."""

    def __init__(
        self,
        host: ListHost,
        on_read: Callable[[Connection, Backup], object] = lambda connection, backup: None,
    ) -> None:
        self._host = host
        self._app = host.hsmtui
        self._on_read = on_read

    async def pick(self, row: Row, state: str, heading: str) -> Backup | None:
        """The only one that there is, else that which is picked; None where there is none, which is
        said."""
        connection, app = row.connection, self._app
        ask = partial(read_backups_in, connection, row.cluster.cluster_id, state)
        backups = await listed_backups(self._host, connection, ask)
        if backups is None:
            return None
        if not backups:
            app.drop_keys()
            app.notify(f"No backup of this cluster is {state}.", markup=False)
            return None
        for backup in backups:
            self._on_read(connection, backup)
        return backups[0] if len(backups) == 1 else await self._choose(row, backups, heading)

    async def _choose(self, row: Row, backups: Sequence[Backup], heading: str) -> Backup | None:
        now = self._app.clock()
        ordered = sorted(backups, key=lambda backup: _place(backup, now))
        choices = [
            Choice(str(at), backup.backup_id, ", ".join(_remarks(backup, row, now)))
            for at, backup in enumerate(ordered)
        ]
        answer: str | None = await self._app.push_screen_wait(
            PickDialog(heading, choices, exact=True)
        )
        return None if answer is None else ordered[int(answer)]


def _place(backup: Backup, now: datetime) -> float:
    """Where it stands: of those that can be restored the one with the least time left comes first,
    of others the newest."""
    if backup.backup_state == PENDING_DELETION:
        return (backup.delete_timestamp or now).timestamp()
    made = backup.create_timestamp
    return -made.timestamp() if made is not None else 0.0


def _remarks(backup: Backup, row: Row, now: datetime) -> Iterator[str]:
    if backup.create_timestamp is not None:
        yield f"{age(backup.create_timestamp, now)} old"
    yield lasting(backup, row.cluster.retention_days, now)
