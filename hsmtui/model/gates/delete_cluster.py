"""Whether a cluster may be deleted now, and if not, why not."""

from collections.abc import Sequence
from dataclasses import dataclass

from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.gates.gate import Gate, Reason, not_exactly


@dataclass(frozen=True)
class DeleteClusterGate(Gate):
    """What the last read of a cluster allows.

    The gate is open only where the service listed exactly one cluster with exactly this id, all of
    it could be read, and its list of HSMs is there and is empty.
    """

    cluster: Cluster | None = None

    @property
    def hsms(self) -> tuple[Hsm, ...]:
        """The HSMs that stand in the way, in whatever state they are."""
        shown = self.reason in {Reason.HSMS, Reason.READ_ONLY}
        return (self.cluster.hsms or ()) if self.cluster and shown else ()

    @property
    def why_shut(self) -> str:
        """Why it is shut, with the HSMs that shut it."""
        names = ", ".join(hsm.hsm_id for hsm in self.hsms)
        named = self.reason is Reason.HSMS and names
        return f"{super().why_shut} ({names})" if named else super().why_shut


def judge_delete_cluster(
    cluster_id: str, listed: Sequence[Cluster], *, why_read_only: str
) -> DeleteClusterGate:
    """The gate after a read that listed these clusters for the id."""
    if why := not_exactly(cluster_id, listed, "cluster"):
        return DeleteClusterGate(cluster_id, *why)
    cluster = listed[0]
    gate = DeleteClusterGate(cluster_id, cluster=cluster)
    if cluster.state == "DELETED":
        return gate.shut(Reason.DELETED)
    if cluster.state == "DELETE_IN_PROGRESS":
        return gate.shut(Reason.DELETING)
    if cluster.odd:
        return gate.shut(Reason.UNCHECKED, cluster.why_unchangeable)
    if cluster.hsms is None:
        return gate.shut(Reason.UNCHECKED, "the answer had no HSM list")
    if cluster.hsms and not why_read_only:
        return gate.shut(Reason.HSMS)
    return gate.opened(why_read_only)
