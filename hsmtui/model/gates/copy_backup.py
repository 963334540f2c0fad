"""Whether a backup may be copied now to another region."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from hsmtui.model.backup import Backup
from hsmtui.model.gates.gate import Reason
from hsmtui.model.gates.listed import BackupGate, why_not_ready, why_of_another


@dataclass(frozen=True)
class CopyBackupGate(BackupGate):
    """What the last read of a backup allows; `region` is where the copy is to be."""

    WORDS: ClassVar[Mapping[Reason, str]] = {
        **BackupGate.WORDS,
        Reason.STATE: "only a backup that is READY can be copied",
    }

    region: str = ""


def judge_copy_backup(
    backup_id: str,
    cluster_id: str,
    region: str,
    listed: Sequence[Backup],
    others: Collection[str],
    *,
    why_read_only: str,
) -> CopyBackupGate:
    """The gate of a backup of this cluster after a read that listed these backups for its id;
    `others` are the regions of the partition in which the service is, without that of the
    backup."""
    if why := why_not_ready(backup_id, listed):
        return CopyBackupGate(backup_id, *why, region=region)
    gate = CopyBackupGate(backup_id, region=region, backup=listed[0])
    if why := why_of_another(cluster_id, listed[0]):
        return gate.shut(*why)
    if region not in others:
        return gate.shut(Reason.RULES, f"{region} is no other region of CloudHSM")
    return gate.opened(why_read_only)
