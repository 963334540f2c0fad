"""Whether a cluster may be deleted now, and if not, why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from hsmtui.model.cluster import Cluster, Hsm


class Reason(Enum):
    """Why the gate is shut."""

    READ_ONLY = "this connection is read-only"
    CALLER = "the credentials are no longer those of the caller above"
    UNREAD = "the cluster has not been read yet"
    UNCHECKED = "it could not be checked whether the cluster has HSMs"
    GONE = "the service no longer lists this cluster"
    DELETING = "the cluster is already being deleted"
    DELETED = "the cluster is already deleted"
    HSMS = "its HSMs must be deleted before the cluster can be"


@dataclass(frozen=True)
class DeletionGate:
    """What the latest look at a cluster allows.

    The gate is open only where the service listed exactly one cluster with exactly this id, with a
    list of HSMs that is there and is empty. Everything else, and not knowing, shuts it.
    """

    cluster_id: str
    cluster: Cluster | None = None
    reason: Reason | None = Reason.UNREAD
    detail: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a delete may be offered."""
        return self.reason is None

    @property
    def hsms(self) -> tuple[Hsm, ...]:
        """The HSMs that stand in the way, in whatever state they are."""
        shown = self.reason in {Reason.HSMS, Reason.READ_ONLY}
        return (self.cluster.hsms or ()) if self.cluster and shown else ()

    def allows(self, typed: str) -> bool:
        """Whether the open gate lets a delete through with this confirmation, the exact id."""
        return self.is_open and typed == self.cluster_id


def why_shut(gate: DeletionGate) -> str:
    """Why the gate is shut, in a line of plain words; nothing where it is open."""
    if gate.reason is None:
        return ""
    words = gate.reason.value
    if gate.reason is Reason.HSMS:
        words += f" ({', '.join(hsm.hsm_id for hsm in gate.hsms)})"
    return f"{words}: {gate.detail}" if gate.detail else words


def judge(cluster_id: str, listed: Sequence[Cluster], *, why_read_only: str) -> DeletionGate:
    """The gate after a read that listed these clusters for the id.

    `why_read_only` says what forbids changes, or nothing.
    """

    def shut(reason: Reason, cluster: Cluster | None = None, detail: str = "") -> DeletionGate:
        return DeletionGate(cluster_id, cluster, reason, detail)

    if not listed:
        return shut(Reason.GONE)
    if len(listed) > 1:
        return shut(Reason.UNCHECKED, detail=f"{len(listed)} clusters came for one id")
    cluster = listed[0]
    if cluster.cluster_id != cluster_id:
        return shut(Reason.UNCHECKED, detail="another cluster came than was asked for")
    if cluster.state == "DELETED":
        return shut(Reason.DELETED, cluster)
    if cluster.state == "DELETE_IN_PROGRESS":
        return shut(Reason.DELETING, cluster)
    if cluster.hsms is None:
        return shut(Reason.UNCHECKED, cluster, "the answer had no HSM list")
    if why_read_only:
        return shut(Reason.READ_ONLY, cluster, f"by {why_read_only}")
    if cluster.hsms:
        return shut(Reason.HSMS, cluster)
    return DeletionGate(cluster_id, cluster, None)


def of_another_caller(gate: DeletionGate, detail: str) -> DeletionGate:
    """The gate where the credentials that would sign are somebody else's: no look opens it."""
    return DeletionGate(gate.cluster_id, gate.cluster, Reason.CALLER, detail)


def unchecked(gate: DeletionGate, detail: str) -> DeletionGate:
    """The gate after a read that failed: what was known stays shown, and it shuts."""
    return DeletionGate(gate.cluster_id, gate.cluster, Reason.UNCHECKED, detail)
