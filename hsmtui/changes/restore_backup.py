"""The restoration of one backup: the only way to RestoreBackup."""

from collections.abc import Callable
from datetime import datetime

from hsmtui.aws.backups import Restored, read_backup, restore_backup
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.recording import Recording
from hsmtui.model.advice import Advice, Step
from hsmtui.model.backup import Backup
from hsmtui.model.gates.restore_backup import RestoreBackupGate, judge_restore_backup


class RestoreBackup(Change[RestoreBackupGate, Restored]):
    """`on_read` is called with the backup as each look, and the service's answer, shows it."""

    refusal = "The service refused: nothing was restored."

    def __init__(
        self,
        connection: Connection,
        backup_id: str,
        cluster_id: str,
        *,
        clock: Callable[[], datetime],
        on_read: Callable[[Backup], object],
        on_error: Callable[[HsmtuiError], object],
        recording: Recording,
    ) -> None:
        gate = RestoreBackupGate(backup_id)
        super().__init__(connection, gate, clock=clock, on_error=on_error, recording=recording)
        self._cluster_id = cluster_id
        self._on_read = on_read

    def _read(self, asking: Connection) -> RestoreBackupGate:
        listed = read_backup(asking, self.target)
        why_read_only = asking.why_read_only
        return judge_restore_backup(
            self.target, self._cluster_id, listed, why_read_only=why_read_only
        )

    def _seen(self) -> None:
        if self.gate.backup is not None:
            self._on_read(self.gate.backup)

    def _request(self, pinned: Connection) -> Restored:
        return restore_backup(pinned, self.target, self._cluster_id)

    def _request_id(self, answer: Restored) -> str:
        return answer.request_id

    def _take(self, answer: Restored) -> Outcome:
        self.gate = judge_restore_backup(
            self.target, self._cluster_id, [answer.backup], why_read_only=""
        )
        self._on_read(answer.backup)
        state = answer.backup.backup_state
        if state == "READY":
            return Outcome("✓ The backup is restored: it is READY.")
        return Outcome(
            "The service took the request.",
            f"But its answer shows the backup as {state or 'one without a state'}.",
            Advice(
                "Watch its state in the tab",
                Step(": {} reads the backups again", "list.refresh"),
                ".",
            ),
        )
