"""The way of a cluster from its creation until it can be used, and the step that comes next."""

from enum import Enum

from hsmtui.model.advice import Advice, Step
from hsmtui.model.cluster import Cluster


class Stage(Enum):
    """Where a cluster is on that way."""

    NO_HSM = "it has no HSM yet"
    NO_CSR = "its first HSM is not ACTIVE yet"
    UNPROVEN = "the chain of trust of its HSM does not hold"
    CLAIMABLE = "its CSR can be signed"
    IN_PROGRESS = "it is being initialized"
    INITIALIZED = "it is not activated yet"


def stage_of(cluster: Cluster, *, is_trusted: bool) -> Stage | None:
    """Where a cluster is, None where it has gone that way, or is not on it.

    `is_trusted` says whether the chain of trust of its HSM is verified.
    """
    if cluster.state == "INITIALIZE_IN_PROGRESS":
        return Stage.IN_PROGRESS
    if cluster.state == "INITIALIZED":
        return Stage.INITIALIZED
    if cluster.state != "UNINITIALIZED":
        return None
    if cluster.certificates and cluster.certificates.cluster_csr:
        return Stage.CLAIMABLE if is_trusted else Stage.UNPROVEN
    return Stage.NO_CSR if cluster.hsms else Stage.NO_HSM


def next_step(stage: Stage) -> Advice:
    """What is to be done next, in a sentence."""
    return _NEXT[stage]


_NEXT = {
    Stage.NO_HSM: Advice(
        Step("{} adds the first HSM", "cluster.add_hsm"), ": the CSR of the cluster comes with it."
    ),
    Stage.NO_CSR: Advice(
        "wait until the first HSM is ACTIVE: the CSR comes with it; ",
        Step("{} reads again", "list.refresh"),
        ".",
    ),
    Stage.UNPROVEN: Advice(
        "the chain of trust must hold before you sign; ",
        Step("{} says what to do", "cluster.initialize"),
        ".",
    ),
    Stage.CLAIMABLE: Advice(
        Step("{} saves the CSR", "cluster.initialize"),
        ", then initializes with the signed certificate.",
    ),
    Stage.IN_PROGRESS: Advice(
        "it is being initialized; ", Step("{} follows it", "cluster.initialize"), "."
    ),
    Stage.INITIALIZED: Advice(
        "activate the cluster with CloudHSM CLI; ",
        Step("{} shows the commands", "cluster.initialize"),
        ".",
    ),
}
