"""Whether a cluster may be given an HSM now, and what it then is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.delete_hsm import GOING
from hsmtui.model.gates.gate import Gate, Reason
from hsmtui.model.gates.listed import why_no_cluster
from hsmtui.model.state import CHANGING_TYPE, NOT_YET_IN_USE

MOST_OF_A_CLUSTER = 28
"""HSMs that a cluster can have (user guide, AWS CloudHSM quotas)."""

HSMS_BY_DEFAULT = 6
"""HSMs that an account can have in a region until AWS raises that (the same page)."""

_TAKES_NONE = CHANGING_TYPE | {"CREATE_IN_PROGRESS"}
_TAKES_ONE = NOT_YET_IN_USE - _TAKES_NONE


class Zone(NamedTuple):
    """An availability zone that the cluster has a subnet in, and its HSMs there that stay."""

    name: str
    subnet_id: str
    hsms: int


def zones_for_hsm(cluster: Cluster) -> list[Zone]:
    """Where an HSM can be created, the zone with the fewest HSMs first."""
    staying = Counter(hsm.availability_zone for hsm in cluster.hsms or () if hsm.state not in GOING)
    found = [
        Zone(name, subnet, staying[name]) for name, subnet in (cluster.subnet_mapping or {}).items()
    ]
    return sorted(found, key=lambda zone: (zone.hsms, zone.name))


@dataclass(frozen=True)
class CreateHsmGate(Gate):
    """What the last read of a cluster allows to be added to it.

    The gate is open only where the service listed exactly the cluster, of which all could be read,
    with an HSM list and a subnet in the zone, in a state in which it takes an HSM.
    """

    WORDS: ClassVar[Mapping[Reason, str]] = {
        Reason.UNCHECKED: "it could not be checked which HSMs the cluster has",
        Reason.STATE: "the cluster takes no HSM in its state",
        Reason.RULES: "the service would refuse another HSM",
    }

    zone: str = ""
    cluster: Cluster | None = None

    @property
    def warnings(self) -> frozenset[str]:
        """What the cluster then is, in a sentence."""
        if self.cluster is None:
            return frozenset()
        staying = [hsm for hsm in self.cluster.hsms or () if hsm.state not in GOING]
        in_zones = {hsm.availability_zone for hsm in staying} | {self.zone}
        return frozenset({f"Then: {_counted(len(staying) + 1, len(in_zones))}."})


def judge_create_hsm(
    cluster_id: str, zone: str, listed: Sequence[Cluster], *, why_read_only: str
) -> CreateHsmGate:
    """The gate for a zone after a read that listed these clusters for the id."""
    if why := why_no_cluster(cluster_id, listed):
        return CreateHsmGate(cluster_id, *why, zone=zone)
    gate = CreateHsmGate(cluster_id, zone=zone, cluster=listed[0])
    if why := _why_not(listed[0], zone):
        return gate.shut(*why)
    return gate.opened(why_read_only)


def _why_not(cluster: Cluster, zone: str) -> tuple[Reason, str] | None:
    state = cluster.state or ""
    if cluster.hsms is None:
        return Reason.UNCHECKED, "the answer had no HSM list"
    if state in _TAKES_NONE:
        return Reason.STATE, state
    if cluster.hsms and state in _TAKES_ONE:
        return Reason.RULES, f"the cluster is {state}, which has one HSM at most"
    if len(cluster.hsms) >= MOST_OF_A_CLUSTER:
        return Reason.RULES, f"a cluster has {MOST_OF_A_CLUSTER} HSMs at most"
    if zone not in (cluster.subnet_mapping or {}):
        return Reason.RULES, f"the cluster has no subnet in {zone}"
    return None


def _counted(hsms: int, in_zones: int) -> str:
    return (
        f"{hsms} HSM{'s' if hsms > 1 else ''} in {in_zones} "
        f"availability zone{'s' if in_zones > 1 else ''}"
    )
