"""The deletion of one cluster: the only way to DeleteCluster."""

import asyncio
from collections.abc import Sequence

from hsmtui.aws.backups import read_newest_ready
from hsmtui.aws.clusters import delete_cluster, read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.key_stores import read_key_stores
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.changes.lookups import STORES_UNCHECKED, RepeatedLookUp, backup_warnings, named
from hsmtui.model.advice import Advice, Step
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.delete_cluster import DeleteClusterGate, judge_delete_cluster
from hsmtui.model.gates.gate import Reason


class DeleteCluster(Change[DeleteClusterGate, Cluster, Cluster]):
    """Key stores that use the cluster have to be accepted; what could not be looked up does not
    block."""

    refusal = "The service refused: nothing was deleted."

    def __init__(self, context: ChangeContext[Cluster], cluster_id: str) -> None:
        super().__init__(context, DeleteClusterGate(cluster_id), "DeleteCluster")
        self.backups = RepeatedLookUp(read_newest_ready)
        """For the newest READY backup of the cluster."""
        self.stores = RepeatedLookUp(read_key_stores)
        """For the key stores that use the cluster."""
        self._accepted: frozenset[str] = frozenset()

    async def look_up(self) -> None:
        """Look for the newest backup and for key stores, without the gate having to wait."""
        await asyncio.gather(
            self._look_up(self.backups, self.connection, self.target),
            self._look_up(self.stores, self.connection, self.target),
        )

    async def _prepare(self, pinned: Connection) -> None:
        """What was said of backups has to hold still; where nothing was, nobody waits for it."""
        looks = [self._look_up(self.stores, pinned, self.target)]
        if self.backups.latest.entries is not None:
            looks.append(self._look_up(self.backups, pinned, self.target))
        await asyncio.gather(*looks)

    def _warnings(self) -> frozenset[str]:
        unchecked = {STORES_UNCHECKED} if self.stores.latest.problem is not None else set()
        now, hours = self.context.clock(), self.context.backup_hours
        backups = backup_warnings(self.backups.latest, self.gate.cluster, now, hours)
        return backups | unchecked

    @property
    def accepts_stores(self) -> bool:
        """Whether every key store that is known to use the cluster was accepted."""
        return {store.entry_id for store in self.stores.latest.entries or ()} <= self._accepted

    def accept_stores(self, *, accepted: bool) -> None:
        """The person accepts that these key stores lose their cluster, or takes that back."""
        stores = self.stores.latest.entries or ()
        self._accepted = frozenset(store.entry_id for store in stores if accepted)
        self._changed()

    def allows(self, typed: str) -> bool:
        """Whether the gate allows it and every key store that uses the cluster was accepted."""
        return super().allows(typed) and self.accepts_stores

    def _missing(self) -> str:
        if self.accepts_stores or not self.gate.is_open:
            return ""
        unaccepted = ", ".join(map(named, self.stores.latest.entries or ()))
        return f"Not ticked yet: {unaccepted}."

    def _read(self, asking: Connection) -> DeleteClusterGate:
        listed = read_cluster(asking, self.target)
        return judge_delete_cluster(self.target, listed, why_read_only=asking.why_read_only)

    def _request(self, pinned: Connection) -> Accepted[Cluster]:
        return delete_cluster(pinned, self.target)

    def _take(self, entry: Cluster) -> Outcome:
        self.gate = judge_delete_cluster(self.target, [entry], why_read_only="")
        self.context.on_read(entry)
        if self.gate.reason in {Reason.DELETING, Reason.DELETED}:
            return Outcome("The service is deleting the cluster.")
        state = entry.state or "without a state"
        return Outcome(
            "The service took the request.",
            f"But in its answer the cluster is {state}.",
            Advice(
                "Watch the state of the row", Step(": {} reads the list again", "list.refresh"), "."
            ),
        )


def is_deleted(cluster_id: str, listed: Sequence[Cluster]) -> bool:
    """Whether these, listed for the id, say that the cluster is deleted, or is no longer there."""
    gate = judge_delete_cluster(cluster_id, listed, why_read_only="")
    return gate.reason in {Reason.GONE, Reason.DELETED}
