"""Offering to take backups back from their deletion."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from hsmtui.aws.backups import read_backups_in
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.changes.restore_backup import RestoreBackup
from hsmtui.fleet.backups import ClusterBackups
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import PENDING_DELETION, Backup, lasting
from hsmtui.model.times import age
from hsmtui.ui.dialogs.pick import Choice, PickDialog
from hsmtui.ui.dialogs.restore_backup import RestoreBackupDialog
from hsmtui.ui.flows.changes import Changes

if TYPE_CHECKING:
    from hsmtui.ui.main.screen import ClusterScreen


class RestoreBackupFlow:
    """The restorations of backups that are begun from a screen."""

    def __init__(self, screen: "ClusterScreen", changes: Changes, backups: ClusterBackups) -> None:
        self._screen = screen
        self._app = screen.hsmtui
        self._changes = changes
        self._backups = backups

    async def offer(self, row: Row) -> None:
        """Find out which backups can be restored, let one be chosen, and open its dialog."""
        app, cluster_id = self._app, row.cluster.cluster_id
        try:
            found = await offload(read_backups_in, row.connection, cluster_id, PENDING_DELETION)
        except HsmtuiError as error:
            app.drop_keys()
            app.record(error, tell=True)
            return
        odd = [backup for backup in found if not backup.has_id]
        found = tuple(backup for backup in found if backup.has_id)
        if not found:
            app.drop_keys()
            words = (
                "What was listed cannot be read."
                if odd
                else "No backup of this cluster is PENDING_DELETION."
            )
            app.notify(words, markup=False)
            return
        if not self._screen.shows(row.connection):
            app.drop_keys()
            return
        for backup in found:
            self._backups.renew(row.connection, backup)
        chosen = found[0] if len(found) == 1 else await self._pick(found)
        if chosen is not None:
            self._open(row, chosen)

    async def _pick(self, found: Iterable[Backup]) -> Backup | None:
        """The one with the least time left comes first."""
        now = self._app.clock()
        offered = sorted(found, key=lambda backup: backup.delete_timestamp or now)
        choices = [
            Choice(str(number), backup.backup_id, ", ".join(_remarks(backup, now)))
            for number, backup in enumerate(offered)
        ]
        answer: str | None = await self._app.push_screen_wait(
            PickDialog("Restore which backup?", choices)
        )
        return None if answer is None else offered[int(answer)]

    def _open(self, row: Row, backup: Backup) -> None:
        app, connection, target = self._app, row.connection, backup.backup_id
        restoration = self._changes.pending(RestoreBackup, connection, target) or RestoreBackup(
            connection,
            target,
            row.cluster.cluster_id,
            clock=app.clock,
            on_read=partial(self._backups.renew, connection),
            on_error=app.record,
            recording=self._changes.recording(connection, "RestoreBackup", target),
        )
        dialog = RestoreBackupDialog(
            restoration,
            cluster=row.cluster,
            poll_seconds=app.settings.poll_seconds,
            clock=app.clock,
            confirm=partial(self._changes.confirm, restoration),
        )
        app.push_screen(dialog)


def _remarks(backup: Backup, now: datetime) -> Iterator[str]:
    if backup.create_timestamp is not None:
        yield f"{age(backup.create_timestamp, now)} old"
    yield lasting(backup, None, now)
