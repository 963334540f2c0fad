"""What can be changed from a screen. The modules for it are imported when somebody first asks for a
change: the first screen does without them."""

from collections.abc import Callable, Coroutine, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from hsmtui.aws.connection import Connection
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.ui.host import ListHost, start

if TYPE_CHECKING:
    from hsmtui.ui.flows.changes import Changes

_FOR_HSMS = ("", "ClusterId", "Hsms", "SubnetMapping")
"""What has to be read whole of a cluster before it gets an HSM."""


class ChangeFlows:
    """Opens the dialog for each kind of change of a row; `renew_backup` is called with each backup
    that is read for one."""

    def __init__(
        self, host: ListHost, renew_backup: Callable[[Connection, Backup], object]
    ) -> None:
        self._host = host
        self._renew_backup = renew_backup

    def _is_free(self, obstacle: object, words: str) -> bool:
        """Whether nothing is in the way; what is, is said in these words."""
        if obstacle:
            self._host.hsmtui.notify(words, severity="warning", markup=False)
        return not obstacle

    def _can_be(self, row: Row, what: str) -> bool:
        """Whether an entry has an id: else it names nothing that could be changed."""
        words = f"This entry of the answer has no id: it cannot be {what}."
        return self._is_free(not row.cluster.has_id, words)

    def _backups_can_be(self, row: Row, what: str) -> bool:
        """Whether a cluster is not odd, which keeps its backups from being changed."""
        words = f"The cluster cannot be read whole: none of its backups can be {what}."
        return self._is_free(row.cluster.odd, words)

    def delete(self, row: Row) -> None:
        """Delete the cluster."""
        from hsmtui.ui.flows.delete_cluster import DeleteClusterFlow

        if self._can_be(row, "deleted"):
            self._host.hsmtui.hold_keys()
            self.changes.flow(DeleteClusterFlow).open(row)

    def delete_hsm(self, row: Row, hsm_id: str | None) -> None:
        """Delete this HSM, or one that is picked."""
        from hsmtui.ui.flows.delete_hsm import DeleteHsmFlow

        words = "Its HSMs cannot be read whole: none of them can be deleted."
        if self._is_free(row.cluster.is_odd_in("", "ClusterId", "Hsms"), words):
            self.changes.flow(DeleteHsmFlow).open(row.connection, row.cluster, hsm_id)

    def create_hsm(self, row: Row) -> None:
        """Create an HSM in a zone that is picked."""
        from hsmtui.ui.flows.create_hsm import CreateHsmFlow

        words = "The cluster cannot be read whole: no HSM can be added."
        if self._is_free(row.cluster.is_odd_in(*_FOR_HSMS), words):
            self.changes.flow(CreateHsmFlow).open(row.connection, row.cluster)

    def replace_hsm(self, row: Row, hsm_id: str | None) -> None:
        """Take the next step of replacing this HSM, the only DEGRADED one, or one that is
        picked."""
        from hsmtui.ui.flows.replace_hsm import ReplaceHsmFlow

        words = "The cluster cannot be read whole: no HSM can be replaced."
        if self._is_free(row.cluster.is_odd_in(*_FOR_HSMS), words):
            self.changes.flow(ReplaceHsmFlow).open(row, hsm_id)

    def modify_retention(self, row: Row) -> None:
        """Change for how long backups are kept, to days that are typed."""
        from hsmtui.ui.flows.modify_retention import ModifyRetentionFlow

        if self._can_be(row, "changed"):
            self.changes.flow(ModifyRetentionFlow).open(row.connection, row.cluster)

    def modify_hsm_type(self, row: Row) -> None:
        """Change the type of the HSMs, or take that back."""
        from hsmtui.ui.flows.modify_hsm_type import ModifyHsmTypeFlow

        if self._can_be(row, "changed"):
            self.changes.flow(ModifyHsmTypeFlow).open(row.connection, row.cluster)

    def create_cluster(self, row: Row) -> None:
        """Create a cluster from a backup that is picked."""
        words = "The cluster cannot be read whole: none is created from its backups."
        if self._is_free(row.cluster.odd, words):
            self.create_cluster_in(row.connection, row.cluster)

    def create_cluster_in(self, connection: Connection, cluster: Cluster | None = None) -> None:
        """The same in a place, where that has no cluster yet."""
        from hsmtui.ui.flows.create_cluster import CreateClusterFlow

        self.changes.flow(CreateClusterFlow).open(connection, cluster)

    def initialize(self, row: Row) -> None:
        """Lead through the initialization of the cluster."""
        from hsmtui.ui.flows.initialize_cluster import InitializeClusterFlow

        words = "The cluster cannot be read whole: it cannot be initialized."
        if self._is_free(row.cluster.odd, words):
            self._open(partial(self.changes.flow(InitializeClusterFlow).open, row), "initialize")

    def restore(self, row: Row) -> None:
        """Restore a backup that is picked."""
        from hsmtui.ui.flows.restore_backup import RestoreBackupFlow

        if self._backups_can_be(row, "restored"):
            self._open(partial(self.changes.flow(RestoreBackupFlow).open, row))

    def modify_backup(self, row: Row, backup: Backup | None) -> None:
        """Let this backup, or one that is picked, never expire, or expire again."""
        from hsmtui.ui.flows.modify_backup import ModifyBackupFlow

        if self._backups_can_be(row, "modified"):
            self._open(partial(self.changes.flow(ModifyBackupFlow).open, row, backup))

    def copy_backup(self, row: Row, backup: Backup | None) -> None:
        """Copy this backup, or one that is picked, to a region that is picked."""
        from hsmtui.ui.flows.copy_backup import CopyBackupFlow

        if self._backups_can_be(row, "copied"):
            self._open(partial(self.changes.flow(CopyBackupFlow).open, row, backup))

    def delete_backup(self, row: Row, backup: Backup | None) -> None:
        """Delete this backup, or one that is picked."""
        from hsmtui.ui.flows.delete_backup import DeleteBackupFlow

        if self._backups_can_be(row, "deleted"):
            self._open(partial(self.changes.flow(DeleteBackupFlow).open, row, backup))

    def _open(self, work: Callable[[], Coroutine[Any, Any, None]], group: str = "backup") -> None:
        """Find out what is to be known, and open a dialog; what is typed meanwhile is for that."""
        self._host.hsmtui.hold_keys()
        start(self._host, work, group=group, exclusive=True)

    def edit_tags(self, rows: Sequence[Row]) -> None:
        """The tags of a row, or one tag of several."""
        from hsmtui.ui.flows.edit_several_tags import edit_several_tags
        from hsmtui.ui.flows.edit_tags import EditTagsFlow

        if len(rows) > 1:
            edit_several_tags(self.changes, rows)
            return
        (row,) = rows
        if self._can_be(row, "tagged"):
            self._host.hsmtui.hold_keys()
            EditTagsFlow(self.changes, row).begin()

    @cached_property
    def changes(self) -> "Changes":
        """Those that are begun."""
        from hsmtui.ui.flows.changes import Changes

        return Changes(self._host, self._renew_backup)
