"""Offering to create HSMs, and following those that the service is creating."""

from functools import partial

from hsmtui.aws.connection import Connection
from hsmtui.changes.create_hsm import CreateHsm, hsm_in
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.create_hsm import Zone, zones_for_hsm
from hsmtui.ui.dialogs.create_hsm import CreateHsmDialog
from hsmtui.ui.dialogs.pick import Choice, PickDialog
from hsmtui.ui.flows.changes import Changes
from hsmtui.ui.host import ListHost, start


class CreateHsmFlow:
    """The creations of HSMs that are begun from a screen."""

    def __init__(self, host: ListHost, changes: Changes) -> None:
        self._host = host
        self._app = host.hsmtui
        self._changes = changes

    def open(self, connection: Connection, cluster: Cluster) -> None:
        """Open the dialog for the only zone, or for that which is picked."""
        self._app.hold_keys()
        work = partial(self._choose, connection, cluster)
        start(self._host, work, group="hsm", exclusive=True)

    async def _choose(self, connection: Connection, cluster: Cluster) -> None:
        zones = zones_for_hsm(cluster)
        if not zones:
            self._app.drop_keys()
            self._app.notify("The answer names no subnet of the cluster.", markup=False)
            return
        chosen: str | None = zones[0].name
        if len(zones) > 1:
            chosen = await self._app.push_screen_wait(
                PickDialog("Create an HSM in which zone?", list(map(_choice, zones)), exact=True)
            )
        if chosen is not None:
            self._show_dialog(connection, cluster, chosen)

    def _show_dialog(self, connection: Connection, cluster: Cluster, zone: str) -> None:
        self._app.hold_keys()
        pending = self._changes.pending.find(
            CreateHsm, connection, cluster.cluster_id, lambda change: change.zone == zone
        )
        creation = pending or self._begin(connection, cluster.cluster_id, zone)
        self._app.push_screen(CreateHsmDialog(creation, self._changes.confirm, cluster))

    def _begin(self, connection: Connection, cluster_id: str, zone: str) -> CreateHsm:
        def follow() -> None:
            if creation.created is not None:
                watch = partial(self._watch, connection, cluster_id, creation.created.hsm_id)
                start(self._host, watch, group="follow")

        renew = partial(self._host.renew, connection)
        creation = CreateHsm(self._changes.context(connection, renew, follow), cluster_id, zone)
        return creation

    async def _watch(self, connection: Connection, cluster_id: str, hsm_id: str) -> None:
        """Read the cluster until the HSM is ACTIVE or DEGRADED, or is listed no longer."""
        was_listed = False

        def take(listed: tuple[Cluster, ...]) -> bool:
            nonlocal was_listed
            for cluster in listed:
                self._host.renew(connection, cluster)
            hsm = hsm_in(cluster_id, hsm_id, listed)
            if hsm is None:
                if was_listed:
                    self._changes.tell(f"{hsm_id} is not listed any more.", severity="warning")
                return was_listed
            was_listed = True
            if hsm.state == "ACTIVE":
                self._changes.tell(f"{hsm_id} is ACTIVE.")
            elif hsm.state == "DEGRADED":
                why = hsm.state_message or "Delete it, and create another."
                self._changes.tell(f"{hsm_id} is DEGRADED: {why}", severity="error")
            return hsm.state in {"ACTIVE", "DEGRADED"}

        await self._changes.follow(connection, cluster_id, take)


def _choice(zone: Zone) -> Choice:
    number = f"{zone.hsms} HSM{'s' if zone.hsms > 1 else ''}" if zone.hsms else "no HSM"
    return Choice(zone.name, f"{zone.name}  {zone.subnet_id}", number)
