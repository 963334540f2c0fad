"""Whether the type of the HSMs of a cluster may be changed now, or that taken back.

Facts: "Migrating from hsm1.medium to hsm2m.medium" in the user guide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.gate import Gate, Reason
from hsmtui.model.gates.listed import why_no_cluster

OLD_TYPE, NEW_TYPE = "hsm1.medium", "hsm2m.medium"
MINUTES_AN_HSM = 30


@dataclass(frozen=True)
class ModifyHsmTypeGate(Gate):
    """What the last read of a cluster allows; `hsm_type` is the one that it is to have.

    The gate is open only where the cluster is ACTIVE, has HSMs, and each of them is: from
    hsm1.medium to hsm2m.medium, and back before `HsmTypeRollbackExpiration`.
    """

    WORDS: ClassVar[Mapping[Reason, str]] = {
        Reason.UNCHECKED: "the cluster could not be checked",
        Reason.STATE: "the cluster and all its HSMs must be ACTIVE",
    }

    hsm_type: str = NEW_TYPE
    cluster: Cluster | None = None

    @property
    def warnings(self) -> frozenset[str]:
        """How long that takes, and what it means meanwhile, in sentences."""
        if self.cluster is None:
            return frozenset()
        number = len(self.cluster.hsms or ())
        return frozenset(
            {
                f"HSMs that are replaced: {number}, some {MINUTES_AN_HSM} minutes each.",
                "Until that is done the whole cluster takes few writes.",
            }
        )


def judge_modify_hsm_type(
    cluster_id: str,
    hsm_type: str,
    listed: Sequence[Cluster],
    now: datetime,
    *,
    why_read_only: str,
) -> ModifyHsmTypeGate:
    """The gate after a read that listed these clusters for the id."""
    if why := why_no_cluster(cluster_id, listed):
        return ModifyHsmTypeGate(cluster_id, *why, hsm_type=hsm_type)
    gate = ModifyHsmTypeGate(cluster_id, hsm_type=hsm_type, cluster=listed[0])
    if why := _why_not(listed[0], hsm_type, now):
        return gate.shut(*why)
    return gate.shut(Reason.READ_ONLY, f"by {why_read_only}") if why_read_only else gate.opened()


def _why_not(cluster: Cluster, hsm_type: str, now: datetime) -> tuple[Reason, str] | None:
    if cluster.hsms is None:
        return Reason.UNCHECKED, "the answer had no HSM list"
    if cluster.state != "ACTIVE":
        return Reason.STATE, f"the cluster is {cluster.state}"
    if not cluster.hsms:
        return Reason.STATE, "it has no HSM"
    other = next((hsm for hsm in cluster.hsms if hsm.state != "ACTIVE"), None)
    if other is not None:
        return Reason.STATE, f"{other.hsm_id} is {other.state or 'without a state'}"
    if (cluster.hsm_type, hsm_type) == (OLD_TYPE, NEW_TYPE):
        return None
    if (cluster.hsm_type, hsm_type) != (NEW_TYPE, OLD_TYPE):
        return Reason.RULES, f"from {cluster.hsm_type or 'an unknown type'} to {hsm_type}"
    ends = cluster.hsm_type_rollback_expiration
    if ends is None or ends <= now:
        return Reason.RULES, "the time to take the change back is over"
    return None
