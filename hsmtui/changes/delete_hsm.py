"""The deletion of one HSM: the only way to DeleteHsm."""

from collections.abc import Collection, Sequence

from hsmtui.aws.backups import read_newest_ready
from hsmtui.aws.clusters import delete_hsm, read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.changes.lookups import RepeatedLookUp, backup_warnings
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.delete_hsm import DeleteHsmGate, judge_delete_hsm
from hsmtui.model.gates.gate import Reason, not_exactly


class DeleteHsm(Change[DeleteHsmGate, Cluster, None]):
    """What the cluster would be left with is told before, and has to hold still.

    `replacement` is the id of the HSM that takes its place, "" where none does; it has to be ACTIVE
    still.
    """

    refusal = "The service refused: nothing was deleted."

    def __init__(
        self, context: ChangeContext[Cluster], cluster_id: str, hsm_id: str, replacement: str = ""
    ) -> None:
        recorded, words = f"{hsm_id} of {cluster_id}", f"replaced by {replacement}"
        super().__init__(
            context,
            DeleteHsmGate(hsm_id),
            "DeleteHsm",
            recorded=recorded,
            words=words if replacement else None,
        )
        self.cluster_id = cluster_id
        self.replacement = replacement
        self.backups = RepeatedLookUp(read_newest_ready)
        """For the newest READY backup of the cluster."""

    async def look_up(self) -> None:
        """Look for the newest backup, without the gate having to wait."""
        await self._look_up(self.backups, self.connection, self.cluster_id)

    async def _prepare(self, pinned: Connection) -> None:
        """What was said of backups has to hold still; where nothing was, nobody waits for it."""
        if self.backups.latest.entries is not None:
            await self._look_up(self.backups, pinned, self.cluster_id)

    def _warnings(self) -> frozenset[str]:
        now, hours = self.context.clock(), self.context.backup_hours
        backups = backup_warnings(self.backups.latest, self.gate.cluster, now, hours)
        lost = {self.lost_replacement} - {""}
        return backups | self.gate.warnings | lost

    @property
    def lost_replacement(self) -> str:
        """What has become of the HSM that was to take its place, in a sentence; "" where it is
        ACTIVE, or none was."""
        if not self.replacement or self.gate.cluster is None:
            return ""
        others = {hsm.hsm_id: hsm.state for hsm in self.gate.cluster.hsms or ()}
        state = others.get(self.replacement, "listed no longer")
        return "" if state == "ACTIVE" else f"{self.replacement} is {state or 'without a state'}."

    def _read(self, asking: Connection) -> DeleteHsmGate:
        listed = read_cluster(asking, self.cluster_id)
        why_read_only = asking.why_read_only
        return judge_delete_hsm(self.target, self.cluster_id, listed, why_read_only=why_read_only)

    def _request(self, pinned: Connection) -> Accepted[None]:
        return delete_hsm(pinned, self.cluster_id, self.target)

    def _take(self, entry: None) -> Outcome:
        self.gate = self.gate.shut(Reason.DELETING)
        return Outcome("The service is deleting the HSM.")


def deleted_hsms(
    cluster_id: str, hsm_ids: Collection[str], listed: Sequence[Cluster]
) -> frozenset[str]:
    """Which of these HSMs are gone, as far as what was listed for the id of their cluster says.

    An answer about another cluster, without an HSM list, or one that is odd says nothing of them.
    """
    if not listed:
        return frozenset(hsm_ids)
    cluster = listed[0]
    if not_exactly(cluster_id, listed, "cluster") or cluster.hsms is None or cluster.odd:
        return frozenset()
    return frozenset(hsm_ids) - {hsm.hsm_id for hsm in cluster.hsms}
