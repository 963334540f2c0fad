"""Offering to let backups never expire, or expire again."""

from hsmtui.changes.modify_backup import ModifyBackup
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import Backup
from hsmtui.ui.dialogs.modify_backup import ExpireBackupDialog, KeepBackupDialog
from hsmtui.ui.flows.changes import ChangeFlow
from hsmtui.ui.flows.pick_backup import pick_backup


class ModifyBackupFlow(ChangeFlow):
    """The changes of how long backups are kept that are begun from a screen."""

    async def open(self, row: Row, backup: Backup | None) -> None:
        """Open the dialog for this backup, or for one that is picked: it is to become what it is
        not now."""
        heading = "Keep, or let expire, which one?"
        chosen = backup or await pick_backup(self._host, row, "READY", heading)
        if chosen is None:
            return
        self._app.hold_keys()
        connection, target = row.connection, chosen.backup_id
        change = self._changes.pending.find(ModifyBackup, connection, target) or ModifyBackup(
            self._of_backup(connection),
            target,
            row.cluster.cluster_id,
            never_expires=not chosen.never_expires,
        )
        dialog = KeepBackupDialog if change.never_expires else ExpireBackupDialog
        self._app.push_screen(dialog(change, self._changes.confirm, row.cluster))
