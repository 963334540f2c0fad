"""Why what the service listed for an id is no cluster that may be changed."""

from collections.abc import Sequence

from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.gate import Reason, not_exactly


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
