"""Whether a backup may be deleted now, and what is left of its cluster's backups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from hsmtui.model.backup import Backup, newest_ready
from hsmtui.model.gates.gate import Reason
from hsmtui.model.gates.listed import BackupGate, why_not_ready, why_of_another

DAYS_TO_RESTORE = 7
"""For how long the deletion can be taken back (API reference, DeleteBackup)."""


@dataclass(frozen=True)
class DeleteBackupGate(BackupGate):
    """What the last read of a backup allows.

    `others` are the other READY backups of its cluster, None while that is not known.
    """

    WORDS: ClassVar[Mapping[Reason, str]] = {
        **BackupGate.WORDS,
        Reason.STATE: "only a backup that is READY can be deleted",
    }

    others: tuple[Backup, ...] | None = None

    @property
    def warnings(self) -> frozenset[str]:
        """What is left, in sentences."""
        if self.backup is None:
            return frozenset()
        if self.others is None:
            return frozenset({"It is not known which other backups its cluster has."})
        if not self.others:
            return frozenset({"It is the last READY backup of its cluster."})
        left = f"READY backups left: {len(self.others)}."
        return frozenset({left, "It is the newest one."} if self.is_newest else {left})

    @property
    def is_newest(self) -> bool:
        """Whether none of the others is newer, as far as they are known."""
        backup = self.backup
        return backup is not None and newest_ready((backup, *(self.others or ()))) is backup


def judge_delete_backup(
    backup_id: str,
    cluster_id: str,
    listed: Sequence[Backup],
    of_cluster: Sequence[Backup] | None,
    *,
    why_read_only: str,
) -> DeleteBackupGate:
    """The gate of a backup of this cluster after a read that listed these backups for its id;
    `of_cluster` are all of the cluster, None where they are not known."""
    if why := why_not_ready(backup_id, listed):
        return DeleteBackupGate(backup_id, *why)
    others = None
    if of_cluster is not None:
        others = tuple(
            each
            for each in of_cluster
            if each.backup_state == "READY" and each.backup_id != backup_id
        )
    gate = DeleteBackupGate(backup_id, backup=listed[0], others=others)
    if why := why_of_another(cluster_id, listed[0]):
        return gate.shut(*why)
    return gate.opened(why_read_only)
