"""The dialog that takes a backup back from its deletion."""

from typing import ClassVar

from textual.content import Content

from hsmtui.changes.restore_backup import RestoreBackup
from hsmtui.model.backup import lasting
from hsmtui.ui.dialogs.backup_words import backup_and_cluster, made_line
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.consequences import good, warning


class RestoreBackupDialog(ChangeDialog[RestoreBackup]):
    """It says how much time is left, and whose backup it is."""

    PREFIX: ClassVar = "restore"
    VERB: ClassVar = "Restore"
    NOUN: ClassVar = "backup"

    def what(self) -> Content:
        return backup_and_cluster(self.target, self._change.gate.backup, self._cluster)

    def gate_open(self) -> list[Content]:
        backup, now = self._change.gate.backup, self._change.context.clock()
        if backup is None:
            return []
        gone, words = backup.delete_timestamp, f"PENDING_DELETION, {lasting(backup, None, now)}."
        return [
            good(words) if gone is not None and gone > now else warning(words),
            made_line(backup, now, "Restoring makes it READY again; nothing else changes."),
        ]
