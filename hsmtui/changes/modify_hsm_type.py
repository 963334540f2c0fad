"""The change of the type of a cluster's HSMs: with `modify_retention` the only way to
ModifyCluster."""

from hsmtui.aws.clusters import modify_hsm_type, read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.key_stores import read_key_stores
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.changes.lookups import RepeatedLookUp, named
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.modify_hsm_type import ModifyHsmTypeGate, judge_modify_hsm_type


class ModifyHsmType(Change[ModifyHsmTypeGate, Cluster, Cluster]):
    """How many HSMs are replaced, and which key stores use the cluster, has to hold still."""

    refusal = "The service refused: nothing was modified."

    def __init__(self, context: ChangeContext[Cluster], cluster_id: str, hsm_type: str) -> None:
        gate = ModifyHsmTypeGate(cluster_id, hsm_type=hsm_type)
        super().__init__(context, gate, "ModifyCluster", words=f"HSM type {hsm_type}")
        self.hsm_type = hsm_type
        self.stores = RepeatedLookUp(read_key_stores)
        """For the key stores that use the cluster."""

    async def look_up(self) -> None:
        """Look for key stores, without the gate having to wait."""
        await self._look_up(self.stores, self.connection, self.target)

    async def _prepare(self, pinned: Connection) -> None:
        await self._look_up(self.stores, pinned, self.target)

    def _warnings(self) -> frozenset[str]:
        stores = self.stores.latest.entries or ()
        return self.gate.warnings | {f"Used by {named(store)}." for store in stores}

    def _read(self, asking: Connection) -> ModifyHsmTypeGate:
        listed, now = read_cluster(asking, self.target), self.context.clock()
        return judge_modify_hsm_type(
            self.target, self.hsm_type, listed, now, why_read_only=asking.why_read_only
        )

    def _request(self, pinned: Connection) -> Accepted[Cluster]:
        return modify_hsm_type(pinned, self.target, self.hsm_type)

    def _take(self, entry: Cluster) -> Outcome:
        return Outcome(
            "The service took the request.", f"The cluster is {entry.state or 'without a state'}."
        )
