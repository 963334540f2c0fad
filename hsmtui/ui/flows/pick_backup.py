"""Letting a backup of a cluster be picked."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from hsmtui.aws.backups import read_backups_in
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import PENDING_DELETION, Backup, lasting
from hsmtui.model.times import age
from hsmtui.ui.dialogs.pick import Choice, PickDialog
from hsmtui.ui.host import ListHost


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
        app, cluster_id = self._app, row.cluster.cluster_id
        try:
            listed = await offload(read_backups_in, row.connection, cluster_id, state)
        except HsmtuiError as error:
            app.drop_keys()
            app.record(error, tell=True)
            return None
        backups = [backup for backup in listed if backup.has_id]
        if not backups:
            app.drop_keys()
            none = f"No backup of this cluster is {state}."
            app.notify("What was listed cannot be read." if listed else none, markup=False)
            return None
        if not self._host.shows(row.connection):
            app.drop_keys()
            return None
        for backup in backups:
            self._on_read(row.connection, backup)
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
