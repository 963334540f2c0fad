"""The dialog that takes a backup back from its deletion."""

from typing import ClassVar

from textual.content import Content

from hsmtui.changes.restore_backup import RestoreBackup
from hsmtui.model.backup import lasting
from hsmtui.model.text import visible
from hsmtui.model.times import age, stamp
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.consequences import good, warning
from hsmtui.ui.theme import state_content


class RestoreBackupDialog(ChangeDialog[RestoreBackup]):
    """It says how much time is left, and whose backup it is."""

    PREFIX: ClassVar = "restore"
    VERB: ClassVar = "Restore"
    NOUN: ClassVar = "backup"

    def what(self) -> Content:
        backup, cluster = self._change.gate.backup, self._cluster
        state = state_content(backup.backup_state) if backup else Content("")
        of = visible(f"of {cluster.cluster_id}   {cluster.name or 'no Name'}")
        return Content.assemble((visible(self.target), "bold"), "   ", state, "\n", of)

    def gate_open(self) -> list[Content]:
        backup, now = self._change.gate.backup, self._change.context.clock()
        if backup is None:
            return []
        made = backup.create_timestamp
        when = f"Made on {stamp(made)}, {age(made, now)} ago. " if made else ""
        gone, words = backup.delete_timestamp, f"PENDING_DELETION, {lasting(backup, None, now)}."
        return [
            good(words) if gone is not None and gone > now else warning(words),
            Content(f"{when}Restoring makes it READY again; nothing else changes."),
        ]
