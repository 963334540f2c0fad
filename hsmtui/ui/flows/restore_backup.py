"""Offering to take backups back from their deletion."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial

from hsmtui.aws.backups import read_backups_in
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.changes.restore_backup import RestoreBackup
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import PENDING_DELETION, Backup, lasting
from hsmtui.model.times import age
from hsmtui.ui.dialogs.pick import Choice, PickDialog
from hsmtui.ui.dialogs.restore_backup import RestoreBackupDialog
from hsmtui.ui.flows.changes import Changes
from hsmtui.ui.host import ListHost


class RestoreBackupFlow:
    """The restorations of backups that are begun from a screen; `renew` is called with each backup
    that was read."""

    def __init__(
        self, host: ListHost, changes: Changes, renew: Callable[[Connection, Backup], object]
    ) -> None:
        self._host = host
        self._app = host.hsmtui
        self._changes = changes
        self._renew = renew

    async def open(self, row: Row) -> None:
        """Find out which backups can be restored, let one be chosen, and open its dialog."""
        app, cluster_id = self._app, row.cluster.cluster_id
        try:
            backups = await offload(read_backups_in, row.connection, cluster_id, PENDING_DELETION)
        except HsmtuiError as error:
            app.drop_keys()
            app.record(error, tell=True)
            return
        odd = [backup for backup in backups if not backup.has_id]
        backups = tuple(backup for backup in backups if backup.has_id)
        if not backups:
            app.drop_keys()
            words = (
                "What was listed cannot be read."
                if odd
                else "No backup of this cluster is PENDING_DELETION."
            )
            app.notify(words, markup=False)
            return
        if not self._host.shows(row.connection):
            app.drop_keys()
            return
        for backup in backups:
            self._renew(row.connection, backup)
        chosen = backups[0] if len(backups) == 1 else await self._pick(backups)
        if chosen is not None:
            self._show_dialog(row, chosen)

    async def _pick(self, backups: Iterable[Backup]) -> Backup | None:
        """The one with the least time left comes first."""
        now = self._app.clock()
        ordered = sorted(backups, key=lambda backup: backup.delete_timestamp or now)
        choices = [
            Choice(str(number), backup.backup_id, ", ".join(_remarks(backup, now)))
            for number, backup in enumerate(ordered)
        ]
        answer: str | None = await self._app.push_screen_wait(
            PickDialog("Restore which backup?", choices, exact=True)
        )
        return None if answer is None else ordered[int(answer)]

    def _show_dialog(self, row: Row, backup: Backup) -> None:
        connection, target = row.connection, backup.backup_id
        restoration = self._changes.pending.find(RestoreBackup, connection, target)
        if restoration is None:
            context = self._changes.context(connection, partial(self._renew, connection))
            restoration = RestoreBackup(context, target, row.cluster.cluster_id)
        dialog = RestoreBackupDialog(restoration, self._changes.confirm, row.cluster)
        self._app.push_screen(dialog)


def _remarks(backup: Backup, now: datetime) -> Iterator[str]:
    if backup.create_timestamp is not None:
        yield f"{age(backup.create_timestamp, now)} old"
    yield lasting(backup, None, now)
