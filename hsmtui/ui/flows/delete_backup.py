"""Offering deletions of backups."""

from collections.abc import Callable
from functools import partial

from hsmtui.aws.connection import Connection
from hsmtui.changes.delete_backup import DeleteBackup
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import Backup
from hsmtui.ui.dialogs.delete_backup import DeleteBackupDialog
from hsmtui.ui.flows.changes import Changes
from hsmtui.ui.flows.pick_backup import BackupPicker
from hsmtui.ui.host import ListHost


class DeleteBackupFlow:
    """The deletions of backups that are begun from a screen; `renew` is called with each backup
    that was read."""

    def __init__(
        self, host: ListHost, changes: Changes, renew: Callable[[Connection, Backup], object]
    ) -> None:
        self._app = host.hsmtui
        self._changes = changes
        self._renew = renew
        self._picker = BackupPicker(host)

    async def open(self, row: Row, backup: Backup | None) -> None:
        """Open the dialog for this backup, or for one that is picked."""
        chosen = backup or await self._picker.pick(row, "READY", "Delete which backup?")
        if chosen is None:
            return
        self._app.hold_keys()
        pending = self._changes.pending.find(DeleteBackup, row.connection, chosen.backup_id)
        deletion = pending or self._begin(row, chosen.backup_id)
        self._app.push_screen(DeleteBackupDialog(deletion, self._changes.confirm, row.cluster))

    def _begin(self, row: Row, backup_id: str) -> DeleteBackup:
        context = self._changes.context(row.connection, partial(self._renew, row.connection))
        return DeleteBackup(context, backup_id, row.cluster.cluster_id)
