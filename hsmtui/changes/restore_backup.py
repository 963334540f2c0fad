"""The restoration of one backup: the only way to RestoreBackup."""

from hsmtui.aws.backups import read_backup, restore_backup
from hsmtui.aws.connection import Connection
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.model.advice import Advice, Step
from hsmtui.model.backup import Backup
from hsmtui.model.gates.restore_backup import RestoreBackupGate, judge_restore_backup


class RestoreBackup(Change[RestoreBackupGate, Backup, Backup]):
    """Of the backup of one cluster, which then is READY again."""

    refusal = "The service refused: nothing was restored."

    def __init__(self, context: ChangeContext[Backup], backup_id: str, cluster_id: str) -> None:
        super().__init__(context, RestoreBackupGate(backup_id), "RestoreBackup")
        self._cluster_id = cluster_id

    def _read(self, asking: Connection) -> RestoreBackupGate:
        listed = read_backup(asking, self.target)
        why_read_only = asking.why_read_only
        return judge_restore_backup(
            self.target, self._cluster_id, listed, why_read_only=why_read_only
        )

    def _request(self, pinned: Connection) -> Accepted[Backup]:
        return restore_backup(pinned, self.target, self._cluster_id)

    def _take(self, entry: Backup) -> Outcome:
        self.gate = judge_restore_backup(self.target, self._cluster_id, [entry], why_read_only="")
        self.context.on_read(entry)
        state = entry.backup_state
        if state == "READY":
            return Outcome("✓ The backup is restored: it is READY.")
        return Outcome(
            "The service took the request.",
            f"But in its answer the backup is {state or 'without a state'}.",
            Advice(
                "Watch its state in the tab",
                Step(": {} reads the backups again", "list.refresh"),
                ".",
            ),
        )
