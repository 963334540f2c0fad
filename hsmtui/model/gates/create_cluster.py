"""Whether a cluster may be created from a backup now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from hsmtui.model.backup import Backup
from hsmtui.model.gates.gate import Reason
from hsmtui.model.gates.listed import BackupGate, why_not_ready, why_of_another
from hsmtui.model.hsm_types import HSM1, HSM2
from hsmtui.model.new_cluster import NewCluster
from hsmtui.model.subnets import subnets_problem


@dataclass(frozen=True)
class CreateClusterGate(BackupGate):
    """What the last read of a backup allows; `new` is what is to be created from it.

    The gate is open only where the service listed exactly this backup, of the cluster that was
    shown, READY and read whole, of a type and a mode that such a cluster takes.
    """

    WORDS: ClassVar[Mapping[Reason, str]] = {
        **BackupGate.WORDS,
        Reason.STATE: "a cluster is created only from a backup that is READY",
    }

    new: NewCluster = field(kw_only=True)
    is_source_gone: bool = False
    """Whether the cluster of the backup, whose retention and tags are taken, is not listed any
    more."""


def judge_create_cluster(
    backup_id: str,
    cluster_id: str | None,
    new: NewCluster,
    listed: Sequence[Backup],
    *,
    why_read_only: str,
) -> CreateClusterGate:
    """The gate of a backup of this cluster after a read that listed these backups for its id."""
    if why := why_not_ready(backup_id, listed):
        return CreateClusterGate(backup_id, *why, new=new)
    gate = CreateClusterGate(backup_id, new=new, backup=listed[0])
    if why := _why_not(listed[0], cluster_id, new):
        return gate.shut(*why)
    return gate.opened(why_read_only)


def _why_not(backup: Backup, cluster_id: str | None, new: NewCluster) -> tuple[Reason, str] | None:
    if why := why_of_another(cluster_id, backup):
        return why
    if new.mode is None:
        return Reason.UNCHECKED, "neither the backup nor its cluster tells the mode"
    if backup.mode not in {None, new.mode}:
        return Reason.RULES, f"the backup is {backup.mode}, and the cluster would be {new.mode}"
    if new.hsm_type != HSM2:
        return Reason.RULES, f"clusters are created of {HSM2}, not of {new.hsm_type}"
    if backup.hsm_type not in {None, HSM1, HSM2}:
        return Reason.RULES, f"the backup is of {backup.hsm_type}, the cluster of {new.hsm_type}"
    if problem := subnets_problem(new.subnet_ids):
        return Reason.RULES, problem
    return None
