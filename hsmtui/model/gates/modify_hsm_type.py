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
from hsmtui.model.hsm_types import HSM1, HSM2
from hsmtui.model.times import stamp

MINUTES_AN_HSM = 30
MOST_MIGRATED = 27
"""HSMs of a cluster whose type can be changed."""


def only_type(cluster: Cluster) -> str:
    """The only type that the HSMs of a cluster could be given: a change that is under way can be
    taken back only."""
    is_forward = cluster.hsm_type == HSM1 and cluster.state != "MODIFY_IN_PROGRESS"
    return HSM2 if is_forward else HSM1


@dataclass(frozen=True)
class ModifyHsmTypeGate(Gate):
    """What the last read of a cluster allows; `hsm_type` is the one that it is to have.

    The gate is open only where the cluster is ACTIVE, has HSMs, and each of them is: from
    hsm1.medium to hsm2m.medium, and back before `HsmTypeRollbackExpiration`; until then also while
    the change is under way.
    """

    WORDS: ClassVar[Mapping[Reason, str]] = {
        Reason.UNCHECKED: "the cluster could not be checked",
        Reason.STATE: "the cluster and all its HSMs must be ACTIVE",
    }

    hsm_type: str = HSM2
    cluster: Cluster | None = None

    @property
    def warnings(self) -> frozenset[str]:
        """How long that takes, and what it means meanwhile, in sentences."""
        if self.cluster is None:
            return frozenset()
        number = sum(hsm.hsm_type != self.hsm_type for hsm in self.cluster.hsms or ())
        said = {
            f"HSMs that are replaced: {number}, some {MINUTES_AN_HSM} minutes each.",
            "Until that is done the whole cluster takes few writes.",
        }
        if self.loses_keys:
            said.add("Keys and users that were made since the change are lost.")
        return frozenset(said)

    @property
    def loses_keys(self) -> bool:
        """Whether a change is taken back that was done, so that writes were taken since."""
        is_back = self.hsm_type == HSM1
        return is_back and self.cluster is not None and self.cluster.state == "ACTIVE"


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
    return gate.opened(why_read_only)


def _why_not(cluster: Cluster, hsm_type: str, now: datetime) -> tuple[Reason, str] | None:
    if cluster.hsms is None:
        return Reason.UNCHECKED, "the answer had no HSM list"
    if cluster.state == "MODIFY_IN_PROGRESS" and hsm_type == HSM1:
        return _why_no_way_back(cluster, now)
    if cluster.state != "ROLLBACK_IN_PROGRESS" and (why := _why_never(cluster, hsm_type, now)):
        return why
    if cluster.state != "ACTIVE":
        return Reason.STATE, f"the cluster is {cluster.state}"
    if not cluster.hsms:
        return Reason.STATE, "it has no HSM"
    other = next((hsm for hsm in cluster.hsms if hsm.state != "ACTIVE"), None)
    if other is not None:
        return Reason.STATE, f"{other.hsm_id} is {other.state or 'without a state'}"
    return None


def _why_never(cluster: Cluster, hsm_type: str, now: datetime) -> tuple[Reason, str] | None:
    """Why not whatever becomes of the states: to wait for these would be in vain."""
    if (cluster.hsm_type, hsm_type) == (HSM1, HSM2):
        if len(cluster.hsms or ()) > MOST_MIGRATED:
            return Reason.RULES, f"the cluster has more than {MOST_MIGRATED} HSMs"
        return None
    if (cluster.hsm_type, hsm_type) != (HSM2, HSM1):
        return Reason.RULES, f"from {cluster.hsm_type or 'an unknown type'} to {hsm_type}"
    return _why_no_way_back(cluster, now)


def _why_no_way_back(cluster: Cluster, now: datetime) -> tuple[Reason, str] | None:
    ends = cluster.hsm_type_rollback_expiration
    if ends is None:
        return Reason.RULES, f"{HSM2} is the newest type, and no change can be taken back"
    if ends <= now:
        return Reason.RULES, f"the change could be taken back until {stamp(ends)}"
    return None
