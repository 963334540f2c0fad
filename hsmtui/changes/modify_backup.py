"""The exemption of one backup from the retention of its cluster: the only way to
ModifyBackupAttributes."""

from hsmtui.aws.backups import modify_backup, read_backup
from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.changes.lookups import RepeatedLookUp
from hsmtui.model.backup import Backup
from hsmtui.model.gates.modify_backup import ModifyBackupGate, judge_modify_backup

RETENTION_UNKNOWN = "How long its cluster keeps backups is not known."


class ModifyBackup(Change[ModifyBackupGate, Backup, Backup]):
    """Whether it never expires, or does. How long its cluster keeps backups, which then says when
    it ends, has to hold still."""

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
        self.clusters = RepeatedLookUp(read_cluster)
        """For how long the cluster keeps backups."""

    async def look_up(self) -> None:
        """Look for how long the cluster keeps backups, where that is about to count."""
        if not self.never_expires:
            await self._look_up(self.clusters, self.connection, self._cluster_id)

    async def _prepare(self, pinned: Connection) -> None:
        if not self.never_expires:
            await self._look_up(self.clusters, pinned, self._cluster_id)

    @property
    def retention_days(self) -> int | None:
        """For how many days the cluster keeps backups, as far as that was read."""
        listed = self.clusters.latest.entries or ()
        is_known = self.clusters.latest.problem is None and len(listed) == 1
        return listed[0].retention_days if is_known else None

    def _warnings(self) -> frozenset[str]:
        if self.never_expires:
            return frozenset()
        days = self.retention_days
        known = f"Its cluster keeps backups for {days} days."
        return frozenset({known if days is not None else RETENTION_UNKNOWN})

    def _read(self, asking: Connection) -> ModifyBackupGate:
        return judge_modify_backup(
            self.target,
            self._cluster_id,
            read_backup(asking, self.target),
            never_expires=self.never_expires,
            why_read_only=asking.why_read_only,
        )

    def _request(self, pinned: Connection) -> Accepted[Backup]:
        return modify_backup(pinned, self.target, never_expires=self.never_expires)

    def _take(self, entry: Backup) -> Outcome:
        self.context.on_read(entry)
        if entry.never_expires is not self.never_expires:
            return Outcome("The service took the request.", "Its answer does not show it.")
        return Outcome(
            "✓ The backup never expires."
            if self.never_expires
            else "✓ The backup expires as its cluster's retention says."
        )
