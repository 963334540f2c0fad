"""The creation of a cluster from a backup: the only way to CreateCluster."""

from collections.abc import Sequence
from dataclasses import replace

from hsmtui.aws.backups import read_backup
from hsmtui.aws.clusters import create_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.model.advice import Advice, Step
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.create_cluster import CreateClusterGate, judge_create_cluster
from hsmtui.model.gates.gate import not_exactly
from hsmtui.model.new_cluster import NewCluster

IN_CREATION = frozenset({"CREATE_IN_PROGRESS", "INITIALIZE_IN_PROGRESS"})
"""States that a cluster goes through until it is created."""


class CreateCluster(Change[CreateClusterGate, Backup, Cluster]):
    """From a backup of one cluster. The new one has no id before the service gives it one: this is
    about the backup."""

    refusal = "The service refused: nothing was created."
    looks_at = "backup"

    def __init__(
        self,
        context: ChangeContext[Backup],
        backup_id: str,
        cluster_id: str | None,
        new: NewCluster,
    ) -> None:
        gate = CreateClusterGate(backup_id, new=new)
        super().__init__(context, gate, "CreateCluster", words=new.words)
        self.cluster_id = cluster_id
        """Of which cluster the backup is."""
        self.new = new
        self.created: Cluster | None = None
        """The cluster of the service's answer."""

    def _read(self, asking: Connection) -> CreateClusterGate:
        listed, why_read_only = read_backup(asking, self.target), asking.why_read_only
        return judge_create_cluster(
            self.target, self.cluster_id, self.new, listed, why_read_only=why_read_only
        )

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
