"""Replacing an HSM in two steps, each a change of its own: create one in its zone, then delete it.

Nothing is kept between the steps: which is the next follows from what the cluster shows.
"""

from functools import partial

from hsmtui.aws.connection import Connection
from hsmtui.fleet.listing import Row
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.gates.create_hsm import CreateHsmGate
from hsmtui.model.gates.delete_hsm import GOING
from hsmtui.model.replacements import replacements
from hsmtui.model.text import visible
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.dialogs.pick import Choice, picked
from hsmtui.ui.flows.changes import ChangeFlow
from hsmtui.ui.flows.create_hsm import CreateHsmFlow
from hsmtui.ui.flows.delete_hsm import DeleteHsmFlow, hsm_choices, why_none_stays


class ReplaceHsmFlow(ChangeFlow):
    """The replacements of HSMs that are begun, or taken up again, from a screen."""

    def open(self, row: Row, hsm_id: str | None) -> None:
        """Read the cluster, and open the dialog of the next step for this HSM, for the only one
        that is DEGRADED, or for that which is picked."""
        self._ask(partial(self._open, row, hsm_id), "hsm")

    async def _open(self, row: Row, hsm_id: str | None) -> None:
        gate, cannot = CreateHsmGate(row.cluster.cluster_id), "No HSM can be replaced"
        cluster = await self._changes.read_now(row.connection, gate, cannot)
        if cluster is None:
            return
        old = await self._choose(cluster, hsm_id)
        if old is None:
            return
        if why := _why_not(old):
            self._tell(why)
            return
        await self._go_on(row.connection, cluster, old)

    async def _choose(self, cluster: Cluster, hsm_id: str | None) -> Hsm | None:
        hsms = {hsm.hsm_id: hsm for hsm in cluster.hsms or ()}
        if hsm_id is not None and hsm_id not in hsms:
            self._tell(f"{hsm_id} is not listed any more.")
        if hsm_id is not None:
            return hsms.get(hsm_id)
        staying = [hsm for hsm in hsms.values() if hsm.state not in GOING]
        degraded = [hsm for hsm in staying if hsm.state == "DEGRADED"]
        if not staying:
            self._tell(why_none_stays(cluster))
            return None
        for only in (degraded, staying):
            if len(only) == 1:
                return only[0]
        chosen = await picked(self._app, "Replace which HSM?", hsm_choices(staying))
        return hsms[chosen] if chosen is not None else None

    async def _go_on(self, connection: Connection, cluster: Cluster, old: Hsm) -> None:
        """The next step. Of HSMs that were there already only the person knows which is new."""
        self._app.hold_keys()
        creations, deletions = self._changes.flow(CreateHsmFlow), self._changes.flow(DeleteHsmFlow)
        ready, coming, possible = replacements(cluster, old, creations.made_for)
        new_id = coming.hsm_id if coming else creations.unlisted_for(old.hsm_id, cluster)
        if ready is None and new_id is not None:
            key = key_of("hsm.replace", self._app.remapped)
            self._tell(
                f"{new_id} is being created in {old.availability_zone}. When it is ACTIVE, "
                f"{key} deletes {old.hsm_id}."
            )
            creations.follow(connection, cluster.cluster_id, new_id, old.hsm_id)
            return
        if ready is None and possible:
            choices = [_creation(old), *(_deletion(old, hsm) for hsm in possible)]
            title = f"AWS does not say which HSM is newer: what replaces {visible(old.hsm_id)}?"
            chosen = await picked(self._app, title, choices)
            if chosen is None:
                return
            ready = next((hsm for hsm in possible if hsm.hsm_id == chosen), None)
        if ready is not None:
            deletions.show_dialog(connection, cluster, old.hsm_id, ready.hsm_id)
        elif zone := old.availability_zone:
            creations.show_dialog(connection, cluster, zone, old.hsm_id)

    def _tell(self, words: str) -> None:
        self._app.drop_keys()
        self._app.notify(visible(words), markup=False, timeout=20)


def _why_not(old: Hsm) -> str:
    """Why an HSM is not one to be replaced; "" where it is."""
    if old.state in GOING:
        return f"{old.hsm_id} is being deleted already."
    if old.state == "CREATE_IN_PROGRESS":
        return f"{old.hsm_id} is being created still: wait until it is ACTIVE."
    return "" if old.availability_zone else f"The answer has no availability zone of {old.hsm_id}."


def _creation(old: Hsm) -> Choice:
    return Choice("", f"a new HSM in {old.availability_zone}", "step 1: create it")


def _deletion(old: Hsm, new: Hsm) -> Choice:
    return Choice(new.hsm_id, f"{new.hsm_id}, ACTIVE", f"step 2: delete {old.hsm_id}")
