"""The dialog that takes a backup back from its deletion."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from textual.content import Content

from hsmtui.changes.restore_backup import RestoreBackup
from hsmtui.model.backup import Backup, lasting
from hsmtui.ui.dialogs.change_backup import BackupDialog, made_line
from hsmtui.ui.dialogs.consequences import good, warning


class RestoreBackupDialog(BackupDialog[RestoreBackup]):
    """It says how much time is left, and whose backup it is."""

    VERB: ClassVar = "Restore"

    def lines(self, backup: Backup, now: datetime) -> Iterator[Content]:
        gone, words = backup.delete_timestamp, f"PENDING_DELETION, {lasting(backup, None, now)}."
        yield good(words) if gone is not None and gone > now else warning(words)
        yield made_line(backup, now, "Restoring makes it READY again; nothing else changes.")
