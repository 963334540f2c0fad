"""Offering to take backups back from their deletion."""

from collections.abc import Callable
from functools import partial

from hsmtui.aws.connection import Connection
from hsmtui.changes.restore_backup import RestoreBackup
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import PENDING_DELETION, Backup
from hsmtui.ui.dialogs.restore_backup import RestoreBackupDialog
from hsmtui.ui.flows.changes import Changes
from hsmtui.ui.flows.pick_backup import BackupPicker
from hsmtui.ui.host import ListHost


class RestoreBackupFlow:
    """The restorations of backups that are begun from a screen; `renew` is called with each backup
    that was read."""

    def __init__(
        self, host: ListHost, changes: Changes, renew: Callable[[Connection, Backup], object]
    ) -> None:
        self._app = host.hsmtui
        self._changes = changes
        self._renew = renew
        self._picker = BackupPicker(host, renew)

    async def open(self, row: Row) -> None:
        """Find out which backups can be restored, let one be chosen, and open its dialog."""
        chosen = await self._picker.pick(row, PENDING_DELETION, "Restore which backup?")
        if chosen is not None:
            self._show_dialog(row, chosen)

    def _show_dialog(self, row: Row, backup: Backup) -> None:
        connection, target = row.connection, backup.backup_id
        restoration = self._changes.pending.find(RestoreBackup, connection, target)
        if restoration is None:
            context = self._changes.context(connection, partial(self._renew, connection))
            restoration = RestoreBackup(context, target, row.cluster.cluster_id)
        dialog = RestoreBackupDialog(restoration, self._changes.confirm, row.cluster)
        self._app.push_screen(dialog)
