"""The exemption of one backup from the retention of its cluster: the only way to
ModifyBackupAttributes."""

from hsmtui.aws.backups import modify_backup, read_backup
from hsmtui.aws.connection import Connection
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.model.backup import Backup
from hsmtui.model.gates.gate import Reason
from hsmtui.model.gates.modify_backup import ModifyBackupGate, judge_modify_backup


class ModifyBackup(Change[ModifyBackupGate, Backup, Backup]):
    """Whether it never expires, or does."""

    refusal = "The service refused: nothing was modified."

    def __init__(
        self,
        context: ChangeContext[Backup],
        backup_id: str,
        cluster_id: str,
        *,
        never_expires: bool,
    ) -> None:
        gate = ModifyBackupGate(backup_id, never_expires=never_expires)
        words = "never expires" if never_expires else "expires"
        super().__init__(context, gate, "ModifyBackupAttributes", words=words)
        self.never_expires = never_expires
        self._cluster_id = cluster_id

    def _read(self, asking: Connection) -> ModifyBackupGate:
        return judge_modify_backup(
            self.target,
            self._cluster_id,
            read_backup(asking, self.target),
            never_expires=self.never_expires,
            why_read_only=asking.why_read_only,
        )

    @property
    def _seen(self) -> Backup | None:
        return self.gate.backup

    def _request(self, pinned: Connection) -> Accepted[Backup]:
        return modify_backup(pinned, self.target, never_expires=self.never_expires)

    def _take(self, entry: Backup) -> Outcome:
        self.gate = self.gate.shut(Reason.UNREAD)
        self.context.on_read(entry)
        if entry.never_expires is not self.never_expires:
            return Outcome("The service took the request.", "Its answer does not show it.")
        return Outcome(
            "✓ The backup never expires."
            if self.never_expires
            else "✓ The backup expires as its cluster's retention says."
        )
