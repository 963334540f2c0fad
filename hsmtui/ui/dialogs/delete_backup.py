"""The dialog that deletes a backup."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from textual.content import Content

from hsmtui.changes.delete_backup import DeleteBackup
from hsmtui.model.advice import Advice, Step
from hsmtui.model.backup import Backup, newest_ready
from hsmtui.model.gates.delete_backup import DAYS_TO_RESTORE, DeleteBackupGate
from hsmtui.model.times import age
from hsmtui.ui.dialogs.change_backup import BackupDialog, made_line
from hsmtui.ui.dialogs.consequences import unsure, warning


class DeleteBackupDialog(BackupDialog[DeleteBackup]):
    """It says what backups are left, and for how long the deletion can be taken back."""

    VERB: ClassVar = "Delete"

    def lines(self, backup: Backup, now: datetime) -> Iterator[Content]:
        yield made_line(backup, now, "Clusters made from it stay.")
        if backup.never_expires:
            yield warning("It was set never to expire: somebody wanted to keep it.")
        yield from self._left_behind(self._change.gate, now)
        restore = Step("{} can restore it", "backup.restore")
        yield Content(self.spelt(Advice(f"For {DAYS_TO_RESTORE} days ", restore, ".")))

    def _left_behind(self, gate: DeleteBackupGate, now: datetime) -> Iterator[Content]:
        """What of its cluster's backups is left."""
        if gate.others is None:
            yield from map(unsure, gate.warnings)
        elif not gate.others:
            yield from map(warning, gate.warnings)
            if not self._cluster.hsms:
                yield warning("The cluster has no HSMs: its keys are in this backup only.")
        else:
            yield Content(f"READY backups left: {len(gate.others)}.")
            next_one = newest_ready(gate.others)
            if gate.is_newest and next_one is not None and next_one.create_timestamp:
                old = age(next_one.create_timestamp, now)
                words = f"The next is {old} old: keys made since are in no backup then."
                yield warning(f"It is the newest one. {words}")
