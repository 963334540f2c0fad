"""What can be changed from a screen. The modules for it are imported when somebody first asks for a
change: the first screen does without them."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from hsmtui.aws.connection import Connection
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import Backup
from hsmtui.ui.host import ListHost, start

if TYPE_CHECKING:
    from hsmtui.ui.flows.changes import Changes
    from hsmtui.ui.flows.create_hsm import CreateHsmFlow
    from hsmtui.ui.flows.delete_cluster import DeleteClusterFlow
    from hsmtui.ui.flows.delete_hsm import DeleteHsmFlow
    from hsmtui.ui.flows.initialize_cluster import InitializeClusterFlow
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
        if row.cluster.odd:
            self._tell("The cluster cannot be read whole: none of its backups can be restored.")
            return
        self._host.hsmtui.hold_keys()
        work = partial(self._restorations.open, row)
        start(self._host, work, group="restore", exclusive=True)

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
    def _hsm_creations(self) -> "CreateHsmFlow":
        from hsmtui.ui.flows.create_hsm import CreateHsmFlow

        return CreateHsmFlow(self._host, self.changes)

    @cached_property
    def _hsm_deletions(self) -> "DeleteHsmFlow":
        from hsmtui.ui.flows.delete_hsm import DeleteHsmFlow

        return DeleteHsmFlow(self._host, self.changes)

    @cached_property
    def _initializations(self) -> "InitializeClusterFlow":
        from hsmtui.ui.flows.initialize_cluster import InitializeClusterFlow

        return InitializeClusterFlow(self._host, self.changes)

    @cached_property
    def _restorations(self) -> "RestoreBackupFlow":
        from hsmtui.ui.flows.restore_backup import RestoreBackupFlow

        return RestoreBackupFlow(self._host, self.changes, self._renew_backup)
