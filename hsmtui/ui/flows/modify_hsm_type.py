"""Offering to change the type of HSMs, or to take that back, and following it to its end."""

from functools import partial

from hsmtui.aws.connection import Connection
from hsmtui.changes.modify_hsm_type import ModifyHsmType
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.gate import not_exactly
from hsmtui.model.gates.modify_hsm_type import only_type
from hsmtui.ui.dialogs.modify_hsm_type import ModifyHsmTypeDialog
from hsmtui.ui.flows.changes import ChangeFlow
from hsmtui.ui.host import start


class ModifyHsmTypeFlow(ChangeFlow):
    """The changes of the type that are begun from a screen."""

    def open(self, connection: Connection, cluster: Cluster) -> None:
        """Open the dialog for the only type that is possible."""
        self._app.hold_keys()
        pending = self._changes.pending.find(ModifyHsmType, connection, cluster.cluster_id)
        change = pending or self._begin(connection, cluster)
        self._app.push_screen(ModifyHsmTypeDialog(change, self._changes.confirm, cluster))

    def _begin(self, connection: Connection, cluster: Cluster) -> ModifyHsmType:
        cluster_id, hsm_type = cluster.cluster_id, only_type(cluster)
        watch = partial(self._watch, connection, cluster_id, hsm_type)
        follow = partial(start, self._host, watch, group=f"type {cluster_id}", exclusive=True)
        return ModifyHsmType(self._of_cluster(connection, follow), cluster_id, hsm_type)

    async def _watch(self, connection: Connection, cluster_id: str, hsm_type: str) -> None:
        """Read the cluster until it is at rest again; it may be listed as before for a moment."""
        was_busy = False

        def take(listed: tuple[Cluster, ...]) -> bool:
            nonlocal was_busy
            if not listed:
                self._changes.tell_unlisted(cluster_id)
                return True
            if not_exactly(cluster_id, listed, "cluster"):
                return False
            (cluster,) = listed
            self._host.renew(connection, cluster)
            is_busy = cluster.state is None or cluster.state.endswith("_IN_PROGRESS")
            was_busy = was_busy or is_busy
            if is_busy or not (was_busy or cluster.hsm_type == hsm_type):
                return False
            self._tell(cluster, hsm_type)
            return True

        await self._changes.follow(connection, cluster_id, take)

    def _tell(self, cluster: Cluster, hsm_type: str) -> None:
        """What came of it."""
        cluster_id, state = cluster.cluster_id, cluster.state
        if cluster.hsm_type == hsm_type and state == "ACTIVE":
            self._changes.tell(f"{cluster_id} is ACTIVE, with the HSM type {hsm_type}.")
            return
        words = f"{cluster_id} is {state}, with the HSM type {cluster.hsm_type or 'unknown'}"
        why = cluster.state_message
        if cluster.hsm_type != hsm_type:
            words += f", not {hsm_type}: the change was taken back"
        self._changes.tell(f"{words}. {why}" if why else f"{words}.", severity="error")
