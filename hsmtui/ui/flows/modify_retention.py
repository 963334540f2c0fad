"""Offering to change for how long backups are kept, and following what the service took."""

from functools import partial

from hsmtui.aws.connection import Connection
from hsmtui.changes.change import Phase
from hsmtui.changes.follow import FollowEnd
from hsmtui.changes.modify_retention import ModifyRetention
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.gate import not_exactly
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.dialogs.modify_retention import ModifyRetentionDialog
from hsmtui.ui.dialogs.retention_days import RetentionDaysDialog
from hsmtui.ui.flows.changes import MOST_READS, ChangeFlow
from hsmtui.ui.host import start


class ModifyRetentionFlow(ChangeFlow):
    """The changes of retention that are begun from a screen."""

    def open(self, connection: Connection, cluster: Cluster) -> None:
        """Ask for the days, then open the dialog. What is on its way is shown first."""
        self._app.hold_keys()
        if sending := self._pending(connection, cluster):
            self._show_dialog(sending, cluster)
            return

        def propose(days: int | None) -> None:
            if days is not None:
                self._app.hold_keys()
                pending = self._pending(connection, cluster, days)
                self._show_dialog(pending or self._begin(connection, cluster, days), cluster)

        self._app.push_screen(RetentionDaysDialog(cluster), propose)

    def _pending(
        self, connection: Connection, cluster: Cluster, days: int | None = None
    ) -> ModifyRetention | None:
        """A request that is on its way, or of which it is not known what came of these days."""

        def is_meant(change: ModifyRetention) -> bool:
            return change.phase is Phase.SENDING or change.days == days

        find = self._changes.pending.find
        return find(ModifyRetention, connection, cluster.cluster_id, is_meant)

    def _show_dialog(self, change: ModifyRetention, cluster: Cluster) -> None:
        self._app.push_screen(ModifyRetentionDialog(change, self._changes.confirm, cluster))

    def _begin(self, connection: Connection, cluster: Cluster, days: int) -> ModifyRetention:
        watch = partial(self._watch, connection, cluster.cluster_id, days)
        follow = partial(start, self._host, watch, group="follow")
        return ModifyRetention(self._of_cluster(connection, follow), cluster.cluster_id, days)

    async def _watch(self, connection: Connection, cluster_id: str, days: int) -> None:
        """Read the cluster until it shows: the service may list the old value for a moment."""

        def take(listed: tuple[Cluster, ...]) -> bool:
            if not_exactly(cluster_id, listed, "cluster"):
                return False
            self._host.renew(connection, listed[0])
            return listed[0].retention_days == days

        end = await self._changes.follow(connection, cluster_id, take, at_most=MOST_READS)
        if end is FollowEnd.UNSEEN:
            self._changes.tell(
                f"{cluster_id}: the service took {days} days for its backups, but does not list "
                f"them yet. {key_of('list.refresh', self._app.remapped)} reads again."
            )
