"""Offering deletions of backups."""

from hsmtui.changes.delete_backup import DeleteBackup
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import Backup
from hsmtui.ui.dialogs.delete_backup import DeleteBackupDialog
from hsmtui.ui.flows.changes import ChangeFlow
from hsmtui.ui.flows.pick_backup import pick_backup


class DeleteBackupFlow(ChangeFlow):
    """The deletions of backups that are begun from a screen."""

    async def open(self, row: Row, backup: Backup | None) -> None:
        """Open the dialog for this backup, or for one that is picked."""
        chosen = backup or await pick_backup(self._host, row, "READY", "Delete which backup?")
        if chosen is None:
            return
        self._app.hold_keys()
        connection, target = row.connection, chosen.backup_id
        deletion = self._changes.pending.find(DeleteBackup, connection, target) or DeleteBackup(
            self._of_backup(connection), target, row.cluster.cluster_id
        )
        self._app.push_screen(DeleteBackupDialog(deletion, self._changes.confirm, row.cluster))
