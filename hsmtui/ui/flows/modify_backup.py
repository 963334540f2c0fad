"""Offering to let backups never expire, or expire again."""

from collections.abc import Callable
from functools import partial

from hsmtui.aws.connection import Connection
from hsmtui.changes.modify_backup import ModifyBackup
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import Backup
from hsmtui.ui.dialogs.modify_backup import ExpireBackupDialog, KeepBackupDialog
from hsmtui.ui.flows.changes import Changes
from hsmtui.ui.flows.pick_backup import BackupPicker
from hsmtui.ui.host import ListHost


class ModifyBackupFlow:
    """The changes of how long backups are kept that are begun from a screen; `renew` is called with
    each backup that was read."""

    def __init__(
        self, host: ListHost, changes: Changes, renew: Callable[[Connection, Backup], object]
    ) -> None:
        self._app = host.hsmtui
        self._changes = changes
        self._renew = renew
        self._picker = BackupPicker(host)

    async def open(self, row: Row, backup: Backup | None) -> None:
        """Open the dialog for this backup, or for one that is picked: it is to become what it is
        not now."""
        chosen = backup or await self._picker.pick(row, "READY", "Keep, or let expire, which one?")
        if chosen is None:
            return
        self._app.hold_keys()
        pending = self._changes.pending.find(ModifyBackup, row.connection, chosen.backup_id)
        change = pending or self._begin(row, chosen)
        dialog = KeepBackupDialog if change.never_expires else ExpireBackupDialog
        self._app.push_screen(dialog(change, self._changes.confirm, row.cluster))

    def _begin(self, row: Row, backup: Backup) -> ModifyBackup:
        context = self._changes.context(row.connection, partial(self._renew, row.connection))
        return ModifyBackup(
            context,
            backup.backup_id,
            row.cluster.cluster_id,
            never_expires=not backup.never_expires,
        )
