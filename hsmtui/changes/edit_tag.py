"""The change of one tag: the only way to TagResource and UntagResource."""

from collections.abc import Callable
from datetime import datetime

from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.tags import tag_resource, untag_resource
from hsmtui.changes.change import Change, Outcome, Phase
from hsmtui.changes.recording import Recording
from hsmtui.model.cluster import Cluster, Tag
from hsmtui.model.gates.edit_tag import EditTagGate, TagEdit, judge_edit_tag


class EditTag(Change[EditTagGate, str]):
    """`on_read` is called with each cluster that a look has read, `on_accepted` when the service
    took the request."""

    refusal = "The service refused: the tag is as it was."

    def __init__(
        self,
        connection: Connection,
        cluster_id: str,
        edit: TagEdit,
        *,
        clock: Callable[[], datetime],
        on_read: Callable[[Cluster], object],
        on_accepted: Callable[[], object],
        on_error: Callable[[HsmtuiError], object],
        recording: Recording,
    ) -> None:
        gate = EditTagGate(cluster_id)
        super().__init__(connection, gate, clock=clock, on_error=on_error, recording=recording)
        self.edit = edit
        self._on_read = on_read
        self._on_accepted = on_accepted

    @property
    def is_pending(self) -> bool:
        """Only until the request is answered, or given up: what came of it the tags show."""
        return self.phase is Phase.SENDING

    def _read(self, asking: Connection) -> EditTagGate:
        listed = read_cluster(asking, self.target)
        return judge_edit_tag(self.target, self.edit, listed, why_read_only=asking.why_read_only)

    def _seen(self) -> None:
        if self.gate.cluster is not None:
            self._on_read(self.gate.cluster)

    def _warnings(self) -> frozenset[str]:
        return frozenset(self.edit.cautions(self.gate.tags))

    def _request(self, pinned: Connection) -> str:
        key, _, after = self.edit
        if after is None:
            return untag_resource(pinned, self.target, [key])
        return tag_resource(pinned, self.target, Tag(key, after))

    def _request_id(self, answer: str) -> str:
        return answer

    def _take(self, answer: str) -> Outcome:
        self._on_accepted()
        return Outcome("The service took the request.")
