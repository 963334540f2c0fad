"""Offering to take backups back from their deletion."""

from hsmtui.changes.restore_backup import RestoreBackup
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import PENDING_DELETION
from hsmtui.ui.dialogs.restore_backup import RestoreBackupDialog
from hsmtui.ui.flows.changes import ChangeFlow
from hsmtui.ui.flows.pick_backup import pick_backup


class RestoreBackupFlow(ChangeFlow):
    """The restorations of backups that are begun from a screen."""

    async def open(self, row: Row) -> None:
        """Find out which backups can be restored, let one be chosen, and open its dialog."""
        heading, renew = "Restore which backup?", self._changes.renew_backup
        chosen = await pick_backup(self._host, row, PENDING_DELETION, heading, renew)
        if chosen is None:
            return
        connection, target = row.connection, chosen.backup_id
        restoration = self._changes.pending.find(RestoreBackup, connection, target)
        if restoration is None:
            context = self._of_backup(connection)
            restoration = RestoreBackup(context, target, row.cluster.cluster_id)
        self._app.push_screen(RestoreBackupDialog(restoration, self._changes.confirm, row.cluster))
