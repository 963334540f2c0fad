"""Offering deletions of HSMs, and following those that the service took."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.changes.delete_hsm import DeleteHsm
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.delete_hsm import GOING
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.delete_hsm import DeleteHsmDialog
from hsmtui.ui.dialogs.pick import Choice, PickDialog
from hsmtui.ui.flows.changes import Changes
from hsmtui.ui.host import start

if TYPE_CHECKING:
    from hsmtui.ui.main.screen import ClusterScreen


class DeleteHsmFlow:
    """The deletions of HSMs that are begun from a screen."""

    def __init__(self, screen: "ClusterScreen", changes: Changes) -> None:
        self._screen = screen
        self._app = screen.hsmtui
        self._changes = changes
        self._followed: dict[tuple[Connection, str], set[str]] = {}

    def offer(self, connection: Connection, cluster: Cluster, hsm_id: str | None = None) -> None:
        """Open the dialog for this HSM, for the only one that is not going, or for that which is
        picked."""
        self._app.hold_keys()
        offering = partial(self._offer, connection, cluster, hsm_id)
        start(self._screen, offering, group="hsm", exclusive=True)

    async def _offer(self, connection: Connection, cluster: Cluster, hsm_id: str | None) -> None:
        staying = [hsm for hsm in cluster.hsms or () if hsm.state not in GOING]
        if hsm_id is None and not staying:
            self._app.drop_keys()
            words = "All its HSMs are being deleted." if cluster.hsms else "It has no HSMs."
            self._app.notify(words, markup=False)
            return
        if hsm_id is None and len(staying) == 1:
            hsm_id = staying[0].hsm_id
        if hsm_id is None:
            choices = [
                Choice(hsm.hsm_id, f"{hsm.hsm_id}  {hsm.availability_zone or '-'}", hsm.state or "")
                for hsm in sorted(staying, key=lambda hsm: hsm.state != "DEGRADED")
            ]
            hsm_id = await self._app.push_screen_wait(PickDialog("Delete which HSM?", choices))
        if hsm_id is not None:
            self._open(connection, cluster, hsm_id)

    def _open(self, connection: Connection, cluster: Cluster, hsm_id: str) -> None:
        app, changes = self._app, self._changes
        app.hold_keys()
        deletion = changes.pending(DeleteHsm, connection, hsm_id) or self._begin(
            connection, cluster.cluster_id, hsm_id
        )
        dialog = DeleteHsmDialog(
            deletion,
            cluster=cluster,
            poll_seconds=app.settings.poll_seconds,
            clock=app.clock,
            confirm=partial(changes.confirm, deletion),
        )
        app.push_screen(dialog)

    def _begin(self, connection: Connection, cluster_id: str, hsm_id: str) -> DeleteHsm:
        app, target = self._app, f"{hsm_id} of {cluster_id}"
        return DeleteHsm(
            connection,
            cluster_id,
            hsm_id,
            clock=app.clock,
            on_read=partial(self._screen.renew, connection),
            on_accepted=partial(self._follow, connection, cluster_id, hsm_id),
            on_error=app.record,
            recording=self._changes.recording(connection, "DeleteHsm", target),
        )

    def _follow(self, connection: Connection, cluster_id: str, hsm_id: str) -> None:
        """One watch for all the HSMs of a cluster that are going."""
        key = (connection, cluster_id)
        if key in self._followed:
            self._followed[key].add(hsm_id)
        else:
            self._followed[key] = {hsm_id}
            start(self._screen, partial(self._watch, connection, cluster_id), group="follow")

    async def _watch(self, connection: Connection, cluster_id: str) -> None:
        """Read the cluster until it lists none of these HSMs, or something else is shown."""
        going = self._followed[connection, cluster_id]
        while going and self._screen.shows(connection):
            try:
                listed = await offload(read_cluster, connection, cluster_id)
            except HsmtuiError as error:
                self._app.record(error)
            else:
                for cluster in listed:
                    self._screen.renew(connection, cluster)
                self._let_go(cluster_id, going, listed)
            await asyncio.sleep(self._app.settings.poll_seconds if going else 0)
        del self._followed[connection, cluster_id]

    def _let_go(self, cluster_id: str, going: set[str], listed: tuple[Cluster, ...]) -> None:
        """Forget those that are gone; an answer about another cluster, without an HSM list, or
        one that is odd, says nothing of them."""
        if any(c.cluster_id != cluster_id or c.hsms is None or c.odd for c in listed):
            return
        gone = going - {hsm.hsm_id for cluster in listed for hsm in cluster.hsms or ()}
        going -= gone
        dialogs = [s for s in self._app.screen_stack if isinstance(s, ChangeDialog)]
        if all(dialog.target != cluster_id for dialog in dialogs):  # which would show it
            for hsm_id in sorted(gone):
                self._changes.tell(f"{hsm_id} is deleted.")
