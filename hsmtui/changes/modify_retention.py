"""The change of how long the backups of a cluster are kept: with `modify_hsm_type` the only way to
ModifyCluster."""

from hsmtui.aws.backups import read_ready
from hsmtui.aws.clusters import modify_retention, read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.changes.lookups import RepeatedLookUp
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.modify_retention import ModifyRetentionGate, judge_modify_retention


class ModifyRetention(Change[ModifyRetentionGate, Cluster, Cluster]):
    """For how long they are kept now has to hold still."""

    refusal = "The service refused: nothing was modified."

    def __init__(self, context: ChangeContext[Cluster], cluster_id: str, days: int) -> None:
        gate, words = ModifyRetentionGate(cluster_id, days=days), f"backups kept for {days} days"
        super().__init__(context, gate, "ModifyCluster", words=words)
        self.days = days
        self.backups = RepeatedLookUp(read_ready)
        """For the backups that are READY; none before it is known that they are kept for less
        time."""

    async def look_up(self) -> None:
        """Look for the backups that would be too old, where any can be."""
        if self.gate.cluster is not None and self.gate.shortens:
            await self._look_up(self.backups, self.connection, self.target)

    def _read(self, asking: Connection) -> ModifyRetentionGate:
        listed = read_cluster(asking, self.target)
        return judge_modify_retention(
            self.target, self.days, listed, why_read_only=asking.why_read_only
        )

    def _request(self, pinned: Connection) -> Accepted[Cluster]:
        return modify_retention(pinned, self.target, self.days)

    def _take(self, entry: Cluster) -> Outcome:
        if entry.retention_days == self.days:
            return Outcome(f"✓ Backups are kept for {self.days} days.")
        told = entry.retention_days
        return Outcome(
            "The service took the request.",
            f"In its answer backups are kept for {told} days."
            if told is not None
            else "Its answer does not say for how long backups are kept.",
        )
