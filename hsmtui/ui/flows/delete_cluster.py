"""Offering deletions of clusters, and following those that the service took."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.changes.delete_cluster import DeleteCluster
from hsmtui.fleet.listing import Row
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.delete_cluster import judge_delete_cluster
from hsmtui.model.gates.gate import Reason
from hsmtui.ui.dialogs.delete_cluster import DeleteClusterDialog
from hsmtui.ui.flows.changes import Changes
from hsmtui.ui.flows.delete_hsm import DeleteHsmFlow
from hsmtui.ui.host import start

if TYPE_CHECKING:
    from hsmtui.ui.main.screen import ClusterScreen


class DeleteClusterFlow:
    """The deletions of clusters that are begun from a screen; `of_hsms` deletes what is in the
    way."""

    def __init__(self, screen: "ClusterScreen", changes: Changes, of_hsms: DeleteHsmFlow) -> None:
        self._screen = screen
        self._app = screen.hsmtui
        self._changes = changes
        self._of_hsms = of_hsms

    def offer(self, row: Row) -> None:
        """Open the dialog for this row."""
        app, target = self._app, row.cluster.cluster_id
        deletion = self._changes.pending(DeleteCluster, row.connection, target) or self._begin(row)
        dialog = DeleteClusterDialog(
            deletion,
            name=row.cluster.name,
            poll_seconds=app.settings.poll_seconds,
            clock=app.clock,
            confirm=partial(self._changes.confirm, deletion),
            delete_hsm=partial(self._of_hsms.offer, deletion.connection),
            remapped=app.remapped,
        )
        app.push_screen(dialog)

    def _begin(self, row: Row) -> DeleteCluster:
        app, connection = self._app, row.connection
        cluster_id = row.cluster.cluster_id
        return DeleteCluster(
            connection,
            cluster_id,
            clock=app.clock,
            on_read=partial(self._screen.renew, connection),
            on_accepted=partial(self._follow, connection),
            on_error=app.record,
            recording=self._changes.recording(connection, "DeleteCluster", cluster_id),
        )

    def _follow(self, connection: Connection, cluster: Cluster) -> None:
        self._screen.renew(connection, cluster)
        watch = partial(self._watch, connection, cluster.cluster_id)
        start(self._screen, watch, group="follow")

    async def _watch(self, connection: Connection, cluster_id: str) -> None:
        """Read the cluster until it is DELETED or no longer listed, or something else is shown."""
        gone = False
        while not gone:
            await asyncio.sleep(self._app.settings.poll_seconds)
            if not self._screen.shows(connection):
                return
            try:
                listed = await offload(read_cluster, connection, cluster_id)
            except HsmtuiError as error:
                self._app.record(error)
                continue
            found = judge_delete_cluster(cluster_id, listed, why_read_only="")
            if found.cluster is not None:
                self._screen.renew(connection, found.cluster)
            gone = found.reason in {Reason.GONE, Reason.DELETED}
            if found.reason is Reason.GONE and self._screen.shows(connection):
                self._screen.forget(cluster_id)
        self._changes.tell(f"{cluster_id} is deleted.")
