"""Offering deletions of HSMs, and following those that the service took."""

from collections.abc import Iterable
from functools import partial

from hsmtui.aws.connection import Connection
from hsmtui.changes.delete_hsm import DeleteHsm, deleted_hsms
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.gates.delete_hsm import GOING
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.delete_hsm import DeleteHsmDialog
from hsmtui.ui.dialogs.pick import Choice, only_or_picked
from hsmtui.ui.flows.changes import ChangeFlow, Changes
from hsmtui.ui.host import start


class DeleteHsmFlow(ChangeFlow):
    """The deletions of HSMs that are begun from a screen."""

    def __init__(self, changes: Changes) -> None:
        super().__init__(changes)
        self._followed: dict[tuple[Connection, str], set[str]] = {}

    def open(self, connection: Connection, cluster: Cluster, hsm_id: str | None = None) -> None:
        """Open the dialog for this HSM, for the only one that is not going, or for that which is
        picked."""
        self._ask(partial(self._choose, connection, cluster, hsm_id), "hsm")

    async def _choose(self, connection: Connection, cluster: Cluster, hsm_id: str | None) -> None:
        staying = [hsm for hsm in cluster.hsms or () if hsm.state not in GOING]
        if hsm_id is None and not staying:
            self._app.drop_keys()
            self._app.notify(why_none_stays(cluster), markup=False)
            return
        if hsm_id is None:
            choices = hsm_choices(staying)
            hsm_id = await only_or_picked(self._app, "Delete which HSM?", choices)
        if hsm_id is not None:
            self.show_dialog(connection, cluster, hsm_id)

    def show_dialog(
        self, connection: Connection, cluster: Cluster, hsm_id: str, replacement: str = ""
    ) -> None:
        """Open the dialog for an HSM; `replacement` is the one that takes its place."""
        self._app.hold_keys()
        pending = self._changes.pending.find(DeleteHsm, connection, hsm_id)
        deletion = pending or self._begin(connection, cluster.cluster_id, hsm_id, replacement)
        self._app.push_screen(DeleteHsmDialog(deletion, self._changes.confirm, cluster))

    def _begin(
        self, connection: Connection, cluster_id: str, hsm_id: str, replacement: str
    ) -> DeleteHsm:
        follow = partial(self._follow, connection, cluster_id, hsm_id)
        return DeleteHsm(self._of_cluster(connection, follow), cluster_id, hsm_id, replacement)

    def _follow(self, connection: Connection, cluster_id: str, hsm_id: str) -> None:
        """One watch for all the HSMs of a cluster that are going. A notice that a key deletes the
        HSM is not to be read any more."""
        self._app.take_back(f"deletes {visible(hsm_id)}")
        key = (connection, cluster_id)
        if key in self._followed:
            self._followed[key].add(hsm_id)
        else:
            self._followed[key] = {hsm_id}
            start(self._host, partial(self._watch, connection, cluster_id), group="follow")

    async def _watch(self, connection: Connection, cluster_id: str) -> None:
        """Read the cluster until it lists none of these HSMs, or something else is shown."""
        going = self._followed[connection, cluster_id]

        def take(listed: tuple[Cluster, ...]) -> bool:
            for cluster in listed:
                self._host.renew(connection, cluster)
            gone = deleted_hsms(cluster_id, going, listed)
            going.difference_update(gone)
            self._tell(cluster_id, gone)
            return not going

        await self._changes.follow(connection, cluster_id, take)
        del self._followed[connection, cluster_id]

    def _tell(self, cluster_id: str, gone: Iterable[str]) -> None:
        dialogs = [s for s in self._app.screen_stack if isinstance(s, ChangeDialog)]
        if all(dialog.target != cluster_id for dialog in dialogs):  # which would show it
            for hsm_id in sorted(gone):
                self._changes.tell(f"{hsm_id} is deleted.")


def why_none_stays(cluster: Cluster) -> str:
    """What is said where there is no HSM to pick."""
    return "All its HSMs are being deleted." if cluster.hsms else "It has no HSMs."


def hsm_choices(hsms: Iterable[Hsm]) -> list[Choice]:
    """HSMs to pick one of, those that are DEGRADED first."""
    return [
        Choice(hsm.hsm_id, f"{hsm.hsm_id}  {hsm.availability_zone or '-'}", hsm.state or "")
        for hsm in sorted(hsms, key=lambda hsm: hsm.state != "DEGRADED")
    ]
