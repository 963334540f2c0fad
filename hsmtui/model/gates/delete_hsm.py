"""Whether an HSM may be deleted now, and what its cluster is left with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.gates.gate import Gate, Reason, not_exactly

GOING = frozenset({"DELETE_IN_PROGRESS", "DELETED"})
"""States of an HSM that is as good as gone."""


@dataclass(frozen=True)
class DeleteHsmGate(Gate):
    """What the last read of its cluster allows to be done to an HSM.

    The gate is open only where the service listed exactly the cluster, of which all could be read
    and that is not being deleted, and in it exactly one HSM with the id, that is not being deleted
    either.
    """

    WORDS: ClassVar[Mapping[Reason, str]] = {
        Reason.UNCHECKED: "it could not be checked whether this HSM is there",
        Reason.GONE: "the service no longer lists this HSM",
        Reason.DELETING: "this HSM is already being deleted",
        Reason.DELETED: "this HSM is already deleted",
    }

    cluster: Cluster | None = None

    @property
    def hsm(self) -> Hsm | None:
        """The HSM as it was read last."""
        listed = (self.cluster.hsms or ()) if self.cluster else ()
        return next((hsm for hsm in listed if hsm.hsm_id == self.target), None)

    @property
    def warnings(self) -> frozenset[str]:
        """What the cluster would be left with, in sentences."""
        if self.cluster is None or self.hsm is None:
            return frozenset()
        left = remains(self.cluster, self.hsm)
        said = {f"HSMs left: {left.hsms}, active: {left.active}."}
        if left.last_active:
            said.add("It is the last active one.")
        elif left.last_in_zone is None:
            said.add("It is not known whether it is the last one in its availability zone.")
        elif left.last_in_zone:
            said.add("It is the last one in its availability zone.")
        return frozenset(said)


def judge_delete_hsm(
    hsm_id: str, cluster_id: str, listed: Sequence[Cluster], *, why_read_only: str
) -> DeleteHsmGate:
    """The gate after a read that listed these clusters for the id of the HSM's cluster."""
    if why := not_exactly(cluster_id, listed, "cluster"):
        reason, detail = why
        return DeleteHsmGate(hsm_id, reason, detail or "nor its cluster")
    return _judge_in(listed[0], hsm_id, why_read_only)


def _judge_in(cluster: Cluster, hsm_id: str, why_read_only: str) -> DeleteHsmGate:
    gate = DeleteHsmGate(hsm_id, cluster=cluster)
    if cluster.odd:
        return gate.shut(Reason.UNCHECKED, cluster.why_unchangeable)
    if cluster.hsms is None:
        return gate.shut(Reason.UNCHECKED, "the answer had no HSM list")
    same_id = [hsm for hsm in cluster.hsms if hsm.hsm_id == hsm_id]
    if len(same_id) > 1:
        return gate.shut(Reason.UNCHECKED, f"{len(same_id)} HSMs have this id")
    if not same_id:
        return gate.shut(Reason.GONE)
    if same_id[0].state in GOING:
        return gate.shut(Reason.DELETED if same_id[0].state == "DELETED" else Reason.DELETING)
    if cluster.state in GOING:
        return gate.shut(Reason.CLUSTER, cluster.state or "")
    return gate.opened(why_read_only)


class Remains(NamedTuple):
    """What a cluster is left with when one of its HSMs goes; HSMs that go too do not count."""

    hsms: int
    active: int
    last_active: bool
    """Whether the one that goes is the only active one."""
    last_in_zone: bool | None
    """Whether none that works as it does is left in its availability zone; None where that cannot
    be said, because a zone is not told."""


def remains(cluster: Cluster, hsm: Hsm) -> Remains:
    """What is left of the cluster without this HSM."""
    others = [
        other
        for other in cluster.hsms or ()
        if other.hsm_id != hsm.hsm_id and other.state not in GOING
    ]
    active = [other for other in others if other.state == "ACTIVE"]
    return Remains(
        hsms=len(others),
        active=len(active),
        last_active=hsm.state == "ACTIVE" and not active,
        last_in_zone=_is_last_in_zone(hsm, active if hsm.state == "ACTIVE" else others),
    )


def _is_last_in_zone(hsm: Hsm, others: Sequence[Hsm]) -> bool | None:
    zone, zones = hsm.availability_zone, {other.availability_zone for other in others}
    if not zones:
        return True
    if zone is None or (zone not in zones and None in zones):
        return None
    return zone not in zones
