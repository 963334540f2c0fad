"""What can be changed from a screen. The modules for it are imported when somebody first asks for a
change: the first screen does without them."""

from collections.abc import Callable, Coroutine, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from hsmtui.aws.connection import Connection
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import Backup
from hsmtui.ui.host import ListHost, start

if TYPE_CHECKING:
    from hsmtui.ui.flows.changes import Changes
    from hsmtui.ui.flows.copy_backup import CopyBackupFlow
    from hsmtui.ui.flows.create_cluster import CreateClusterFlow
    from hsmtui.ui.flows.create_hsm import CreateHsmFlow
    from hsmtui.ui.flows.delete_backup import DeleteBackupFlow
    from hsmtui.ui.flows.delete_cluster import DeleteClusterFlow
    from hsmtui.ui.flows.delete_hsm import DeleteHsmFlow
    from hsmtui.ui.flows.initialize_cluster import InitializeClusterFlow
    from hsmtui.ui.flows.modify_backup import ModifyBackupFlow
    from hsmtui.ui.flows.modify_hsm_type import ModifyHsmTypeFlow
    from hsmtui.ui.flows.modify_retention import ModifyRetentionFlow
    from hsmtui.ui.flows.replace_hsm import ReplaceHsmFlow
    from hsmtui.ui.flows.restore_backup import RestoreBackupFlow


class ChangeFlows:
    """Opens the dialog for each kind of change of a row; `renew_backup` is called with each backup
    that is read for one."""

    def __init__(
        self, host: ListHost, renew_backup: Callable[[Connection, Backup], object]
    ) -> None:
        self._host = host
        self._renew_backup = renew_backup

    def _cannot_be(self, row: Row, what: str) -> bool:
        """Say that an entry without an id names nothing that could be changed, if it is one."""
        if not row.cluster.has_id:
            self._tell(f"This entry of the answer has no id: it cannot be {what}.")
        return not row.cluster.has_id

    def _tell(self, words: str) -> None:
        self._host.hsmtui.notify(words, severity="warning", markup=False)

    def delete(self, row: Row) -> None:
        """Delete the cluster."""
        if self._cannot_be(row, "deleted"):
            return
        self._host.hsmtui.hold_keys()
        self._deletions.open(row)

    def delete_hsm(self, row: Row, hsm_id: str | None) -> None:
        """Delete this HSM, or one that is picked."""
        if row.cluster.is_odd_in("", "ClusterId", "Hsms"):
            self._tell("Its HSMs cannot be read whole: none of them can be deleted.")
            return
        self._hsm_deletions.open(row.connection, row.cluster, hsm_id)

    def create_hsm(self, row: Row) -> None:
        """Create an HSM in a zone that is picked."""
        if row.cluster.is_odd_in("", "ClusterId", "Hsms", "SubnetMapping"):
            self._tell("The cluster cannot be read whole: no HSM can be added.")
            return
        self._hsm_creations.open(row.connection, row.cluster)

    def replace_hsm(self, row: Row, hsm_id: str | None) -> None:
        """Take the next step of replacing this HSM, the only DEGRADED one, or one that is
        picked."""
        if row.cluster.is_odd_in("", "ClusterId", "Hsms", "SubnetMapping"):
            self._tell("The cluster cannot be read whole: no HSM can be replaced.")
            return
        self._hsm_replacements.open(row, hsm_id)

    def modify_retention(self, row: Row) -> None:
        """Change for how long backups are kept, to days that are typed."""
        if not self._cannot_be(row, "changed"):
            self._retentions.open(row.connection, row.cluster)

    def modify_hsm_type(self, row: Row) -> None:
        """Change the type of the HSMs, or take that back."""
        if not self._cannot_be(row, "changed"):
            self._hsm_types.open(row.connection, row.cluster)

    def create_cluster(self, row: Row) -> None:
        """Create a cluster from a backup that is picked."""
        if row.cluster.odd:
            self._tell("The cluster cannot be read whole: none is created from its backups.")
            return
        self._cluster_creations.open(row.connection, row.cluster)

    def create_first_cluster(self, connection: Connection) -> None:
        """Create a cluster from a backup in a place that has none."""
        self._cluster_creations.open(connection, None)

    def initialize(self, row: Row) -> None:
        """Lead through the initialization of the cluster."""
        if row.cluster.odd:
            self._tell("The cluster cannot be read whole: it cannot be initialized.")
            return
        self._host.hsmtui.hold_keys()
        work = partial(self._initializations.open, row)
        start(self._host, work, group="initialize", exclusive=True)

    def restore(self, row: Row) -> None:
        """Restore a backup that is picked."""
        if not self._keeps_backups_from_being(row, "restored"):
            self._open(partial(self._restorations.open, row))

    def modify_backup(self, row: Row, backup: Backup | None) -> None:
        """Let this backup, or one that is picked, never expire, or expire again."""
        if not self._keeps_backups_from_being(row, "modified"):
            self._open(partial(self._backup_modifications.open, row, backup))

    def copy_backup(self, row: Row, backup: Backup | None) -> None:
        """Copy this backup, or one that is picked, to a region that is picked."""
        if not self._keeps_backups_from_being(row, "copied"):
            self._open(partial(self._backup_copies.open, row, backup))

    def delete_backup(self, row: Row, backup: Backup | None) -> None:
        """Delete this backup, or one that is picked."""
        if not self._keeps_backups_from_being(row, "deleted"):
            self._open(partial(self._backup_deletions.open, row, backup))

    def _keeps_backups_from_being(self, row: Row, what: str) -> bool:
        """Say that a cluster that is odd keeps its backups from being changed, if it is."""
        if row.cluster.odd:
            words = f"The cluster cannot be read whole: none of its backups can be {what}."
            self._tell(words)
        return bool(row.cluster.odd)

    def _open(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Find out what of backups is to be known, and open a dialog; what is typed meanwhile is
        for that."""
        self._host.hsmtui.hold_keys()
        start(self._host, work, group="backup", exclusive=True)

    def edit_tags(self, rows: Sequence[Row]) -> None:
        """The tags of a row, or one tag of several."""
        from hsmtui.ui.flows.edit_several_tags import edit_several_tags
        from hsmtui.ui.flows.edit_tags import EditTagsFlow

        if len(rows) > 1:
            edit_several_tags(self._host, self.changes, rows)
            return
        (row,) = rows
        if self._cannot_be(row, "tagged"):
            return
        self._host.hsmtui.hold_keys()
        EditTagsFlow(self._host, self.changes, row).begin()

    @cached_property
    def changes(self) -> "Changes":
        """Those that are begun."""
        from hsmtui.ui.flows.changes import Changes

        return Changes(self._host)

    @cached_property
    def _deletions(self) -> "DeleteClusterFlow":
        from hsmtui.ui.flows.delete_cluster import DeleteClusterFlow

        return DeleteClusterFlow(self._host, self.changes, self._hsm_deletions)

    @cached_property
    def _cluster_creations(self) -> "CreateClusterFlow":
        from hsmtui.ui.flows.create_cluster import CreateClusterFlow

        return CreateClusterFlow(self._host, self.changes, self._renew_backup)

    @cached_property
    def _hsm_creations(self) -> "CreateHsmFlow":
        from hsmtui.ui.flows.create_hsm import CreateHsmFlow

        return CreateHsmFlow(self._host, self.changes)

    @cached_property
    def _hsm_deletions(self) -> "DeleteHsmFlow":
        from hsmtui.ui.flows.delete_hsm import DeleteHsmFlow

        return DeleteHsmFlow(self._host, self.changes)

    @cached_property
    def _hsm_replacements(self) -> "ReplaceHsmFlow":
        from hsmtui.ui.flows.replace_hsm import ReplaceHsmFlow

        return ReplaceHsmFlow(self._host, self.changes, self._hsm_creations, self._hsm_deletions)

    @cached_property
    def _retentions(self) -> "ModifyRetentionFlow":
        from hsmtui.ui.flows.modify_retention import ModifyRetentionFlow

        return ModifyRetentionFlow(self._host, self.changes)

    @cached_property
    def _hsm_types(self) -> "ModifyHsmTypeFlow":
        from hsmtui.ui.flows.modify_hsm_type import ModifyHsmTypeFlow

        return ModifyHsmTypeFlow(self._host, self.changes)

    @cached_property
    def _backup_modifications(self) -> "ModifyBackupFlow":
        from hsmtui.ui.flows.modify_backup import ModifyBackupFlow

        return ModifyBackupFlow(self._host, self.changes, self._renew_backup)

    @cached_property
    def _backup_copies(self) -> "CopyBackupFlow":
        from hsmtui.ui.flows.copy_backup import CopyBackupFlow

        return CopyBackupFlow(self._host, self.changes, self._renew_backup)

    @cached_property
    def _backup_deletions(self) -> "DeleteBackupFlow":
        from hsmtui.ui.flows.delete_backup import DeleteBackupFlow

        return DeleteBackupFlow(self._host, self.changes, self._renew_backup)

    @cached_property
    def _initializations(self) -> "InitializeClusterFlow":
        from hsmtui.ui.flows.initialize_cluster import InitializeClusterFlow

        return InitializeClusterFlow(self._host, self.changes)

    @cached_property
    def _restorations(self) -> "RestoreBackupFlow":
        from hsmtui.ui.flows.restore_backup import RestoreBackupFlow

        return RestoreBackupFlow(self._host, self.changes, self._renew_backup)
