"""The change of one tag: the only way to TagResource and UntagResource."""

from hsmtui.aws.clusters import read_cluster, tag_resource, untag_resource
from hsmtui.aws.connection import Connection
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome, Phase
from hsmtui.changes.context import ChangeContext
from hsmtui.model.cluster import Cluster, Tag
from hsmtui.model.gates.edit_tag import EditTagGate, TagEdit, judge_edit_tag


class EditTag(Change[EditTagGate, Cluster, None]):
    """One tag of one cluster, from the value that it has to another, to none, or from none."""

    refusal = "The service refused: the tag is as it was."

    def __init__(self, context: ChangeContext[Cluster], cluster_id: str, edit: TagEdit) -> None:
        super().__init__(context, EditTagGate(cluster_id), edit.operation, words=edit.words)
        self.edit = edit

    @property
    def is_pending(self) -> bool:
        """Only until the request is answered, or given up: what came of it the tags show."""
        return self.phase is Phase.SENDING

    def _read(self, asking: Connection) -> EditTagGate:
        listed = read_cluster(asking, self.target)
        return judge_edit_tag(self.target, self.edit, listed, why_read_only=asking.why_read_only)

    def _warnings(self) -> frozenset[str]:
        return frozenset(self.edit.cautions(self.gate.tags))

    def _request(self, pinned: Connection) -> Accepted[None]:
        key, _, after = self.edit
        if after is None:
            return untag_resource(pinned, self.target, [key])
        return tag_resource(pinned, self.target, Tag(key, after))

    def _take(self, entry: None) -> Outcome:
        return Outcome("The service took the request.")
