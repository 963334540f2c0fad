"""The creation of a cluster from a backup: the only way to CreateCluster."""

from collections.abc import Sequence
from dataclasses import replace

from hsmtui.aws.backups import read_backup
from hsmtui.aws.clusters import create_cluster, read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.model.advice import Advice, Step
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.create_cluster import CreateClusterGate, judge_create_cluster
from hsmtui.model.gates.gate import Reason, not_exactly
from hsmtui.model.new_cluster import NewCluster

IN_CREATION = frozenset({"CREATE_IN_PROGRESS", "INITIALIZE_IN_PROGRESS"})
"""States that a cluster goes through until it is created."""


SOURCE_GONE = "Its cluster is not listed any more: retention and tags are those that it had."


class CreateCluster(Change[CreateClusterGate, Backup, Cluster]):
    """From a backup of one cluster. The new one has no id before the service gives it one: this is
    about the backup.

    `source` is the cluster of the backup, where its retention and its tags are to be taken: each
    look reads them afresh, and they have to hold still.
    """

    refusal = "The service refused: nothing was created."

    def __init__(
        self,
        context: ChangeContext[Backup],
        backup_id: str,
        cluster_id: str | None,
        new: NewCluster,
        source: Cluster | None = None,
    ) -> None:
        super().__init__(context, CreateClusterGate(backup_id, new=new), "CreateCluster")
        self.cluster_id = cluster_id
        """Of which cluster the backup is."""
        self._source = source
        self.created: Cluster | None = None
        """The cluster of the service's answer."""

    def _read(self, asking: Connection) -> CreateClusterGate:
        new, why = self._like_source(asking)
        gate = judge_create_cluster(
            self.target,
            self.cluster_id,
            new,
            read_backup(asking, self.target),
            why_read_only=asking.why_read_only,
        )
        if why is None:
            return gate
        reason, detail = why
        if reason is Reason.GONE:
            return replace(gate, is_source_gone=True)
        return gate.shut(reason, f"its cluster: {detail}")

    def _like_source(self, asking: Connection) -> tuple[NewCluster, tuple[Reason, str] | None]:
        """What is asked for by the cluster of the backup as it is now, or why it stays as it was.
        Raises HsmtuiError."""
        if self._source is None:
            return self.new, None
        listed = read_cluster(asking, self._source.cluster_id)
        why = not_exactly(self._source.cluster_id, listed, "cluster")
        return (self.new if why else self.new.like(listed[0])), why

    @property
    def new(self) -> NewCluster:
        """What is asked for, as the last look has it."""
        return self.gate.new

    @property
    def _words(self) -> str:
        return self.new.words

    def _warnings(self) -> frozenset[str]:
        """A value that is another says so, and the keys say which tag there is no longer."""
        new = self.new
        keys = ", ".join(tag.key for tag in new.tags)
        told = {
            f"Backups are kept {new.retention_words}.",
            f"Tags of the new cluster: {keys}." if keys else "No tag is taken.",
            *(f"The tag {tag.key} is {tag.value}." for tag in new.tags),
        }
        return frozenset(told | {SOURCE_GONE} if self.gate.is_source_gone else told)

    def _request(self, pinned: Connection) -> Accepted[Cluster]:
        return create_cluster(pinned, self.target, self.cluster_id, self.new)

    def _take(self, entry: Cluster) -> Outcome:
        self.created = entry
        return Outcome(
            f"The service is creating {entry.cluster_id}.",
            "You are told when it can be given its first HSM.",
        )

    def _failure(self, error: HsmtuiError) -> Outcome:
        """The backup does not show whether a cluster came of it: the list does."""
        outcome = super()._failure(error)
        if outcome.certain:
            return outcome
        remedy = Advice(
            "It is not sent again by itself. Look for a cluster from this backup before you decide",
            Step(": {} reads the list again", "list.refresh"),
            ".",
        )
        return replace(outcome, remedy=remedy)


def created_in(cluster_id: str, listed: Sequence[Cluster]) -> Cluster | None:
    """A cluster as it was listed for its id; None where that does not show it."""
    return None if not_exactly(cluster_id, listed, "cluster") else listed[0]
