"""Whether a backup may be exempted now from the retention of its cluster, or not any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from hsmtui.model.backup import Backup
from hsmtui.model.gates.gate import Reason
from hsmtui.model.gates.listed import BackupGate, why_not_ready, why_of_another


@dataclass(frozen=True)
class ModifyBackupGate(BackupGate):
    """What the last read of a backup allows; `never_expires` is what it is to be."""

    WORDS: ClassVar[Mapping[Reason, str]] = {
        **BackupGate.WORDS,
        Reason.STATE: "only a backup that is READY can be modified",
    }

    never_expires: bool = True


def judge_modify_backup(
    backup_id: str,
    cluster_id: str,
    listed: Sequence[Backup],
    *,
    never_expires: bool,
    why_read_only: str,
) -> ModifyBackupGate:
    """The gate of a backup of this cluster after a read that listed these backups for its id."""
    if why := why_not_ready(backup_id, listed):
        return ModifyBackupGate(backup_id, *why, never_expires=never_expires)
    gate = ModifyBackupGate(backup_id, never_expires=never_expires, backup=listed[0])
    if why := why_of_another(cluster_id, listed[0]):
        return gate.shut(*why)
    if listed[0].never_expires is never_expires:
        words = "it never expires already" if never_expires else "it expires already"
        return gate.shut(Reason.RULES, words)
    return gate.opened(why_read_only)
