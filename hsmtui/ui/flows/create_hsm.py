"""Offering to create HSMs, and following those that the service is creating."""

from functools import partial

from hsmtui.aws.connection import Connection
from hsmtui.changes.create_hsm import CreateHsm, hsm_in
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.gates.create_hsm import Zone, zones_for_hsm
from hsmtui.model.gates.delete_hsm import GOING
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.dialogs.create_hsm import CreateHsmDialog
from hsmtui.ui.dialogs.pick import Choice, only_or_picked
from hsmtui.ui.flows.changes import ChangeFlow, Changes
from hsmtui.ui.host import start


class CreateHsmFlow(ChangeFlow):
    """The creations of HSMs that are begun from a screen."""

    def __init__(self, changes: Changes) -> None:
        super().__init__(changes)
        self.made_for: dict[str, str] = {}
        """The HSMs that were created in this run, each with the one that it replaces, "" where that
        is none."""
        self._unlisted: set[str] = set()
        """Those of them that no answer has listed yet."""

    def open(self, connection: Connection, cluster: Cluster) -> None:
        """Open the dialog for the only zone, or for that which is picked."""
        self._ask(partial(self._choose, connection, cluster), "hsm")

    async def _choose(self, connection: Connection, cluster: Cluster) -> None:
        zones = zones_for_hsm(cluster)
        if not zones:
            self._app.drop_keys()
            self._app.notify("The answer names no subnet of the cluster.", markup=False)
            return
        choices = list(map(_choice, zones))
        chosen = await only_or_picked(self._app, "Create an HSM in which zone?", choices)
        if chosen is not None:
            self.show_dialog(connection, cluster, chosen)

    def show_dialog(
        self, connection: Connection, cluster: Cluster, zone: str, replaced: str = ""
    ) -> None:
        """Open the dialog for a zone; `replaced` is the HSM that is to be deleted afterwards."""
        self._app.hold_keys()
        pending = self._changes.pending.find(
            CreateHsm, connection, cluster.cluster_id, lambda change: change.zone == zone
        )
        creation = pending or self._begin(connection, cluster.cluster_id, zone, replaced)
        self._app.push_screen(CreateHsmDialog(creation, self._changes.confirm, cluster))

    def _begin(
        self, connection: Connection, cluster_id: str, zone: str, replaced: str
    ) -> CreateHsm:
        def follow() -> None:
            if creation.created is not None:
                self.made_for[creation.created.hsm_id] = replaced
                self._unlisted.add(creation.created.hsm_id)
                self.follow(connection, cluster_id, creation.created.hsm_id, replaced)

        creation = CreateHsm(self._of_cluster(connection, follow), cluster_id, zone, replaced)
        return creation

    def unlisted_for(self, replaced: str, cluster: Cluster) -> str | None:
        """The HSM that was created to replace this one, which no answer has listed yet, nor does
        this one: the service may list what it has created after a moment only."""
        self._unlisted -= {hsm.hsm_id for hsm in cluster.hsms or ()}
        return next((new for new in self._unlisted if self.made_for[new] == replaced), None)

    def follow(
        self, connection: Connection, cluster_id: str, hsm_id: str, replaced: str = ""
    ) -> None:
        """Tell when an HSM is created; once it is ACTIVE `replaced` can be deleted."""
        watch = partial(self._watch, connection, cluster_id, hsm_id, replaced)
        start(self._host, watch, group=f"follow {hsm_id}", exclusive=True)

    async def _watch(
        self, connection: Connection, cluster_id: str, hsm_id: str, replaced: str
    ) -> None:
        """Read the cluster until the HSM is ACTIVE or DEGRADED, or is listed no longer."""
        was_listed = False

        def take(listed: tuple[Cluster, ...]) -> bool:
            nonlocal was_listed
            for cluster in listed:
                self._host.renew(connection, cluster)
            hsm = hsm_in(cluster_id, hsm_id, listed)
            if hsm is None:
                if was_listed:
                    self._changes.tell_unlisted(hsm_id)
                return was_listed
            was_listed = True
            self._unlisted.discard(hsm_id)
            if hsm.state == "ACTIVE":
                old = hsm_in(cluster_id, replaced, listed)
                self._changes.tell(f"{hsm_id} is ACTIVE.{self._next_step(old)}")
            elif hsm.state == "DEGRADED":
                key = key_of("details.findings", self._app.remapped)
                why = f": {hsm.state_message}" if hsm.state_message else "."
                words = f"{hsm_id} is DEGRADED{why} {key} says what to do."
                self._changes.tell(words, severity="error")
            return hsm.state in {"ACTIVE", "DEGRADED"}

        await self._changes.follow(connection, cluster_id, take)

    def _next_step(self, old: Hsm | None) -> str:
        if old is None or old.state in GOING:
            return ""
        key = key_of("hsm.replace", self._app.remapped)
        return f" {key} now deletes {old.hsm_id}, step 2 of 2."


def _choice(zone: Zone) -> Choice:
    number = f"{zone.hsms} HSM{'s' if zone.hsms > 1 else ''}" if zone.hsms else "no HSM"
    return Choice(zone.name, f"{zone.name}  {zone.subnet_id}", number)
