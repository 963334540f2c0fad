"""The deletion of one cluster: the only way to DeleteCluster."""

from collections.abc import Callable
from datetime import datetime

from hsmtui.aws.clusters import Deleted, delete_cluster, read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.model.cluster import Cluster
from hsmtui.model.deletion import DeletionGate, judge
from hsmtui.model.gate import Reason
from hsmtui.ui.changing import Change, Outcome
from hsmtui.ui.recording import Recording


class Deletion(Change[DeletionGate, Deleted]):
    """`on_read` is called with each cluster that a look has read, `on_accepted` with the cluster of
    the service's answer."""

    refusal = "The service refused: nothing was deleted."

    def __init__(
        self,
        connection: Connection,
        cluster_id: str,
        *,
        clock: Callable[[], datetime],
        on_read: Callable[[Cluster], object],
        on_accepted: Callable[[Cluster], object],
        on_error: Callable[[HsmtuiError], object],
        recording: Recording,
    ) -> None:
        gate = DeletionGate(cluster_id)
        super().__init__(connection, gate, clock=clock, on_error=on_error, recording=recording)
        self._on_read = on_read
        self._on_accepted = on_accepted

    def _read(self, asking: Connection) -> DeletionGate:
        listed = read_cluster(asking, self.target)
        return judge(self.target, listed, why_read_only=asking.why_read_only)

    def _seen(self) -> None:
        if self.gate.cluster is not None:
            self._on_read(self.gate.cluster)

    def _request(self, pinned: Connection) -> Deleted:
        return delete_cluster(pinned, self.target)

    def _request_id(self, answer: Deleted) -> str:
        return answer.request_id

    def _take(self, answer: Deleted) -> Outcome:
        self.gate = judge(self.target, [answer.cluster], why_read_only="")
        self._on_accepted(answer.cluster)
        if self.gate.reason in {Reason.DELETING, Reason.DELETED}:
            return Outcome("The service is deleting the cluster.")
        state = answer.cluster.state or "one without a state"
        return Outcome(
            "The service took the request.",
            f"But its answer shows the cluster as {state}.",
            "Watch the state of the row: r reads the list again.",
        )
