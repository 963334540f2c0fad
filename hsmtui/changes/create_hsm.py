"""The creation of one HSM: the only way to CreateHsm."""

from collections.abc import Sequence

from hsmtui.aws.clusters import create_hsm, read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.model.advice import Advice, Step
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.gates.create_hsm import CreateHsmGate, judge_create_hsm
from hsmtui.model.gates.gate import not_exactly


class CreateHsm(Change[CreateHsmGate, Cluster, Hsm]):
    """In one availability zone of a cluster. What the cluster then is has to hold still.

    `replaced` is the id of the HSM that is to be deleted once this one is ACTIVE, "" where none is.
    """

    refusal = "The service refused: nothing was created."

    def __init__(
        self, context: ChangeContext[Cluster], cluster_id: str, zone: str, replaced: str = ""
    ) -> None:
        words = f"in {zone}, for {replaced}" if replaced else f"in {zone}"
        super().__init__(context, CreateHsmGate(cluster_id, zone=zone), "CreateHsm", words=words)
        self.zone = zone
        self.replaced = replaced
        self.created: Hsm | None = None
        """The HSM of the service's answer."""

    def _read(self, asking: Connection) -> CreateHsmGate:
        listed = read_cluster(asking, self.target)
        return judge_create_hsm(self.target, self.zone, listed, why_read_only=asking.why_read_only)

    def _request(self, pinned: Connection) -> Accepted[Hsm]:
        cluster = self.gate.cluster
        others = {hsm.hsm_id for hsm in (cluster.hsms if cluster else None) or ()}
        return create_hsm(pinned, self.target, self.zone, others)

    def _take(self, entry: Hsm) -> Outcome:
        self.created = entry
        headline = f"The service is creating {entry.hsm_id}."
        step = Advice(Step("Then {} deletes ", "hsm.replace"), f"{self.replaced}.")
        return Outcome(headline, "That takes some 25 minutes.", step if self.replaced else "")


def hsm_in(cluster_id: str, hsm_id: str, listed: Sequence[Cluster]) -> Hsm | None:
    """An HSM as it was listed for the id of its cluster; None where that does not show it."""
    if not_exactly(cluster_id, listed, "cluster"):
        return None
    return next((hsm for hsm in listed[0].hsms or () if hsm.hsm_id == hsm_id), None)
