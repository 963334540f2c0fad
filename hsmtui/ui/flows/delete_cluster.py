"""Offering deletions of clusters, and following those that the service took."""

from functools import partial

from hsmtui.aws.connection import Connection
from hsmtui.changes.delete_cluster import DeleteCluster, is_deleted
from hsmtui.changes.follow import FollowEnd
from hsmtui.fleet.listing import Row
from hsmtui.model.cluster import Cluster
from hsmtui.ui.dialogs.delete_cluster import DeleteClusterDialog
from hsmtui.ui.flows.changes import ChangeFlow
from hsmtui.ui.flows.delete_hsm import DeleteHsmFlow
from hsmtui.ui.host import start


class DeleteClusterFlow(ChangeFlow):
    """The deletions of clusters that are begun from a screen."""

    def open(self, row: Row) -> None:
        """Open the dialog."""
        connection, cluster_id = row.connection, row.cluster.cluster_id
        pending = self._changes.pending.find(DeleteCluster, connection, cluster_id)
        deletion = pending or self._begin(connection, cluster_id)
        dialog = DeleteClusterDialog(
            deletion,
            self._changes.confirm,
            row.cluster,
            delete_hsm=partial(self._changes.flow(DeleteHsmFlow).open, deletion.connection),
        )
        self._app.push_screen(dialog)

    def _begin(self, connection: Connection, cluster_id: str) -> DeleteCluster:
        follow = partial(self._follow, connection, cluster_id)
        watch = partial(start, self._host, follow, group="follow")
        return DeleteCluster(self._of_cluster(connection, watch), cluster_id)

    async def _follow(self, connection: Connection, cluster_id: str) -> None:
        """Read the cluster until it is DELETED or no longer listed, or something else is shown."""

        def take(listed: tuple[Cluster, ...]) -> bool:
            for cluster in listed:
                if cluster.cluster_id == cluster_id:
                    self._host.renew(connection, cluster)
            if not listed and self._host.shows(connection):
                self._host.forget(connection, cluster_id)
            return is_deleted(cluster_id, listed)

        await self._changes.pause()  # the answer has just shown the cluster
        if await self._changes.follow(connection, cluster_id, take) is FollowEnd.SEEN:
            self._changes.tell(f"{cluster_id} is deleted.")
