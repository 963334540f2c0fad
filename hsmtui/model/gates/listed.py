"""The gate of a backup, and why what was listed for an id is no cluster, or backup, to change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.gate import Gate, Reason, not_exactly


@dataclass(frozen=True)
class BackupGate(Gate):
    """What the last read of a backup allows; `backup` is the one that was listed."""

    WORDS: ClassVar[Mapping[Reason, str]] = {
        Reason.UNREAD: "the backup has not been read yet",
        Reason.UNCHECKED: "the backup could not be checked",
        Reason.GONE: "the service no longer lists this backup",
        Reason.DELETED: "the backup is deleted for good",
    }

    READS: ClassVar = "backup"
    SEEN: ClassVar = "backup"

    backup: Backup | None = None


def why_no_cluster(cluster_id: str, listed: Sequence[Cluster]) -> tuple[Reason, str] | None:
    """Of exactly one, that could be read whole, that is told its state, and that is staying."""
    if why := not_exactly(cluster_id, listed, "cluster"):
        return why
    cluster = listed[0]
    if cluster.odd:
        return Reason.UNCHECKED, cluster.why_unchangeable
    if cluster.state is None:
        return Reason.UNCHECKED, "the answer had no state"
    if cluster.state == "DELETED":
        return Reason.DELETED, ""
    if cluster.state == "DELETE_IN_PROGRESS":
        return Reason.DELETING, ""
    return None


def why_of_another(cluster_id: str | None, backup: Backup) -> tuple[Reason, str] | None:
    """Of a backup that is of this cluster, as whoever asked was told."""
    if backup.cluster_id == cluster_id:
        return None
    named = backup.cluster_id or "no cluster"
    return Reason.UNCHECKED, f"the answer names {named} as its cluster"


def why_not_ready(backup_id: str, listed: Sequence[Backup]) -> tuple[Reason, str] | None:
    """Of exactly one backup, that could be read whole, and that is READY."""
    if why := not_exactly(backup_id, listed, "backup"):
        return why
    backup = listed[0]
    if backup.backup_state == "DELETED":
        return Reason.DELETED, ""
    if backup.odd:
        return Reason.UNCHECKED, backup.why_unchangeable
    if backup.backup_state is None:
        return Reason.UNCHECKED, "the answer had no state"
    if backup.backup_state != "READY":
        return Reason.STATE, f"this one is {backup.backup_state}"
    return None
