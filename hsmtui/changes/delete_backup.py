"""The deletion of one backup: the only way to DeleteBackup."""

from hsmtui.aws.backups import delete_backup, read_backup, read_ready
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.model.advice import Advice, Step
from hsmtui.model.backup import Backup
from hsmtui.model.gates.delete_backup import (
    DAYS_TO_RESTORE,
    DeleteBackupGate,
    judge_delete_backup,
)


class DeleteBackup(Change[DeleteBackupGate, Backup, Backup]):
    """What is left of the backups of its cluster has to hold still."""

    refusal = "The service refused: nothing was deleted."

    def __init__(self, context: ChangeContext[Backup], backup_id: str, cluster_id: str) -> None:
        recorded = f"{backup_id} of {cluster_id}"
        super().__init__(context, DeleteBackupGate(backup_id), "DeleteBackup", recorded=recorded)
        self.cluster_id = cluster_id
        self._others_problem: HsmtuiError | None = None

    def _read(self, asking: Connection) -> DeleteBackupGate:
        listed = read_backup(asking, self.target)
        return judge_delete_backup(
            self.target,
            self.cluster_id,
            listed,
            self._others(asking),
            why_read_only=asking.why_read_only,
        )

    def _others(self, asking: Connection) -> tuple[Backup, ...] | None:
        """All READY backups of the cluster; None where they could not be read."""
        try:
            others = read_ready(asking, self.cluster_id)
        except HsmtuiError as error:
            self._others_problem = error
            return None
        return None if any(each.odd for each in others) else others

    async def _look(self, asking: Connection) -> HsmtuiError | None:
        """What keeps the other backups from being known blocks nothing, and is told all the
        same."""
        failure = await super()._look(asking)
        problem, self._others_problem = self._others_problem, None
        if problem is not None:
            self.context.on_error(problem)
        return failure

    def _request(self, pinned: Connection) -> Accepted[Backup]:
        return delete_backup(pinned, self.target)

    def _take(self, entry: Backup) -> Outcome:
        self.context.on_read(entry)
        state = entry.backup_state or "without a state"
        return Outcome(
            "The service took the request.",
            f"The backup is {state}. For {DAYS_TO_RESTORE} days it can be restored.",
            Advice(Step("{} restores it", "backup.restore"), "."),
        )
