"""The claim of one cluster: the only way to InitializeCluster."""

from collections.abc import Callable

from hsmtui.aws.clusters import initialize_cluster, read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.model.certificates.certificate import decode_pem
from hsmtui.model.certificates.pem import UnreadablePemError
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.initialize_cluster import (
    Claim,
    InitializeClusterGate,
    judge_initialize_cluster,
)


class InitializeCluster(Change[InitializeClusterGate, Cluster, str]):
    """With a certificate and the root that signed it; `roots` gives the user's roots, by which the
    chain of trust is judged, and is called in a thread."""

    refusal = "The service refused: the cluster was not initialized."

    def __init__(
        self,
        context: ChangeContext[Cluster],
        cluster_id: str,
        claim: Claim,
        roots: Callable[[], Roots],
    ) -> None:
        words = f"certificate {_fingerprint(claim.signed)}, root {_fingerprint(claim.anchor)}"
        gate = InitializeClusterGate(cluster_id)
        super().__init__(context, gate, "InitializeCluster", words=words)
        self.claim = claim
        self._roots = roots

    def _read(self, asking: Connection) -> InitializeClusterGate:
        listed, now = read_cluster(asking, self.target), self.context.clock()
        return judge_initialize_cluster(
            self.target,
            self.claim,
            listed,
            self._roots(),
            now,
            why_read_only=asking.why_read_only,
        )

    def _request(self, pinned: Connection) -> Accepted[str]:
        return initialize_cluster(pinned, self.target, *self.claim)

    def _take(self, entry: str) -> Outcome:
        return Outcome(
            "The service took the request.",
            f"The cluster is {entry or 'without a state'}.",
            "That takes some minutes; you are told when it is INITIALIZED.",
        )


def _fingerprint(pem: str) -> str:
    """The SHA-256 of a certificate, in words where it is none."""
    try:
        return decode_pem(pem).fingerprint or "that is a request"
    except UnreadablePemError:
        return "that cannot be read"
