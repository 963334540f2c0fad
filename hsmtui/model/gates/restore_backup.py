"""Whether a backup may be taken back from its deletion now, and if not, why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from hsmtui.model.backup import PENDING_DELETION, Backup
from hsmtui.model.gates.gate import Reason, not_exactly
from hsmtui.model.gates.listed import BackupGate, why_of_another


@dataclass(frozen=True)
class RestoreBackupGate(BackupGate):
    """What the last read of a backup allows.

    The gate is open only where the service listed exactly one backup with exactly this id, of
    exactly this cluster, all of it could be read, and it is PENDING_DELETION.
    """

    WORDS: ClassVar[Mapping[Reason, str]] = {
        **BackupGate.WORDS,
        Reason.UNCHECKED: "the cluster and the state of the backup could not be checked",
        Reason.STATE: "only a backup that is PENDING_DELETION can be restored",
    }


def judge_restore_backup(
    backup_id: str, cluster_id: str, listed: Sequence[Backup], *, why_read_only: str
) -> RestoreBackupGate:
    """The gate of a backup of this cluster after a read that listed these backups for its id."""
    if why := not_exactly(backup_id, listed, "backup"):
        return RestoreBackupGate(backup_id, *why)
    backup = listed[0]
    gate = RestoreBackupGate(backup_id, backup=backup)
    if backup.backup_state == "DELETED":
        return gate.shut(Reason.DELETED)
    if backup.odd:
        return gate.shut(Reason.UNCHECKED, backup.why_unchangeable)
    if why := why_of_another(cluster_id, backup):
        return gate.shut(*why)
    if backup.backup_state is None:
        return gate.shut(Reason.UNCHECKED, "the answer had no state")
    if backup.backup_state != PENDING_DELETION:
        return gate.shut(Reason.STATE, f"this one is {backup.backup_state}")
    return gate.opened(why_read_only)
