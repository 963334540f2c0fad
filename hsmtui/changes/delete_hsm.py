"""The deletion of one HSM: the only way to DeleteHsm."""

from collections.abc import Callable
from datetime import datetime

from hsmtui.aws.backups import read_newest_ready
from hsmtui.aws.clusters import DeletedHsm, delete_hsm, read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.lookups import Looker, LookUp, backup_warnings
from hsmtui.changes.recording import Recording
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.delete_hsm import DeleteHsmGate, judge_delete_hsm
from hsmtui.model.gates.gate import Reason


class DeleteHsm(Change[DeleteHsmGate, DeletedHsm]):
    """`on_read` is called with each cluster that a look has read, `on_accepted` when the service
    took the request."""

    refusal = "The service refused: nothing was deleted."

    def __init__(
        self,
        connection: Connection,
        cluster_id: str,
        hsm_id: str,
        *,
        clock: Callable[[], datetime],
        on_read: Callable[[Cluster], object],
        on_accepted: Callable[[], object],
        on_error: Callable[[HsmtuiError], object],
        recording: Recording,
    ) -> None:
        gate = DeleteHsmGate(hsm_id)
        super().__init__(connection, gate, clock=clock, on_error=on_error, recording=recording)
        self.cluster_id = cluster_id
        self._backups = Looker(read_newest_ready)
        self._on_read = on_read
        self._on_accepted = on_accepted

    async def look_beside(self) -> None:
        """Look for the newest backup, without the gate having to wait."""
        await self._look_for_backups(self.connection)

    async def _look_for_backups(self, asking: Connection) -> None:
        problem = await self._backups.look(asking, self.cluster_id)
        self._changed()
        await self._note(problem)

    @property
    def backups(self) -> LookUp[Backup]:
        """The newest READY backup of the cluster, as far as it is known."""
        return self._backups.known

    async def _prepare(self, pinned: Connection) -> None:
        """What was said of backups has to hold still; where nothing was, nobody waits for it."""
        if self.backups.found is not None:
            await self._look_for_backups(pinned)

    def _warnings(self) -> frozenset[str]:
        return backup_warnings(self.backups) | self.gate.warnings

    def _read(self, asking: Connection) -> DeleteHsmGate:
        listed = read_cluster(asking, self.cluster_id)
        why_read_only = asking.why_read_only
        return judge_delete_hsm(self.target, self.cluster_id, listed, why_read_only=why_read_only)

    def _seen(self) -> None:
        cluster = self.gate.cluster
        if cluster is not None:
            self._on_read(cluster)

    def _request(self, pinned: Connection) -> DeletedHsm:
        return delete_hsm(pinned, self.cluster_id, self.target)

    def _request_id(self, answer: DeletedHsm) -> str:
        return answer.request_id

    def _take(self, answer: DeletedHsm) -> Outcome:
        self.gate = self.gate.shut(Reason.DELETING)
        self._on_accepted()
        return Outcome("The service is deleting the HSM.")
