"""The dialog that deletes a cluster."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.widget import Widget

from hsmtui.changes.delete_cluster import DeleteCluster
from hsmtui.changes.lookups import named
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.gates.delete_hsm import GOING
from hsmtui.model.gates.gate import Reason
from hsmtui.model.text import visible
from hsmtui.ui.commands.command import DELETE
from hsmtui.ui.commands.keymap import bindings, key_of
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.change_words import blocked
from hsmtui.ui.dialogs.consequences import backup_line, stores_lines
from hsmtui.ui.theme import state_content
from hsmtui.ui.widgets.confirmation import CompactCheckbox

_ALL_STORES_STOP = "The key stores that use it stop working"


class DeleteClusterDialog(ChangeDialog[DeleteCluster]):
    """While the cluster has HSMs it lists them, and opens by itself when the last is gone.

    `delete_hsm` is called with the cluster where the person wants to delete one of them.
    """

    BINDINGS: ClassVar = bindings(DELETE)
    VERB: ClassVar = "Delete"
    NOUN: ClassVar = "cluster"

    def __init__(
        self,
        deletion: DeleteCluster,
        confirm: Callable[[DeleteCluster, str], None],
        cluster: Cluster,
        *,
        delete_hsm: Callable[[Cluster], None],
    ) -> None:
        self._checkbox = CompactCheckbox(id="delete-stores")
        super().__init__(deletion, confirm, cluster, [self._checkbox])
        self._delete_hsm = delete_hsm
        self._had_hsms = False

    def _look_again_without_hsms(self) -> None:
        """It takes long until they are gone, and the service makes a backup of the last."""
        if self._change.gate.hsms:
            self._had_hsms = True
        elif self._had_hsms and self.gate_lets:
            self._had_hsms = False
            self._look_up()

    def gate_open(self) -> list[Content]:
        empty = Content.assemble(("✓ No HSMs.", "ansi_green"), " This cannot be undone.")
        stores = self._change.stores.latest
        lines = stores_lines(stores)
        if len(stores.entries or ()) == 1:
            lines = lines[1:]  # the checkbox names the one
        return [empty, self._backup_line(), *lines]

    def gate_shut(self) -> list[Content]:
        gate = self._change.gate
        lines = super().gate_shut()
        if gate.reason is Reason.HSMS:
            noun = "HSM" if len(gate.hsms) == 1 else "HSMs"
            lines = [blocked(f"{len(gate.hsms)} {noun} must be deleted before this cluster can be")]
        lines += [_hsm_line(hsm) for hsm in gate.hsms]
        going = gate.reason in {Reason.GONE, Reason.DELETED, Reason.DELETING}
        return (
            lines
            if going
            else [*lines, self._backup_line(), *stores_lines(self._change.stores.latest)]
        )

    def _backup_line(self) -> Content:
        cluster = self._change.gate.cluster or self._cluster
        loss = "if you delete the cluster, its keys are lost for ever"
        now, hours = self._change.context.clock(), self._change.context.backup_hours
        return backup_line(self._change.backups.latest, cluster, now, hours, loss)

    def opens_when(self) -> str:
        hsms = self._change.gate.reason is Reason.HSMS
        return " and opens when the list is empty" if hsms else ""

    def hint(self) -> str:
        key = key_of("dialog.delete_hsm", self.remapped)
        return f"{key} deletes one of its HSMs." if self._deletable else ""

    @property
    def _deletable(self) -> bool:
        """Whether HSMs stand in the way that are not being deleted already."""
        gate = self._change.gate
        return gate.reason is Reason.HSMS and any(hsm.state not in GOING for hsm in gate.hsms)

    def action_delete_hsm(self) -> None:
        cluster = self._change.gate.cluster
        if self._deletable and cluster is not None:
            self._delete_hsm(cluster)

    # Key stores

    @property
    def asked_checkboxes(self) -> Sequence[Widget]:
        return [self._checkbox] if self._change.stores.latest.entries else []

    def redraw(self) -> None:
        if not self.is_shown:
            return
        self._look_again_without_hsms()
        stores, checkbox = self._change.stores.latest.entries or (), self._checkbox
        was_there = checkbox.display
        words = f"{named(stores[0])} stops" if len(stores) == 1 else _ALL_STORES_STOP
        checkbox.show(f"{words} working.", ticked=self._change.accepts_stores)
        super().redraw()
        if checkbox.display and not was_there and not self._typed:
            self.focus_first()  # they were found while the empty field had the focus

    def ask(self) -> str:
        if self._change.accepts_stores:
            return super().ask()
        return "Tick that with space, then type the cluster id:"

    def contradiction(self) -> str:
        if self._typed != self.target or self._change.accepts_stores:
            return super().contradiction()
        return "Not ticked: shift+tab, then space."

    def focus_first(self) -> None:
        if self._change.accepts_stores:
            super().focus_first()
        else:
            self.set_focus(self._checkbox)

    @on(CompactCheckbox.Toggled)
    def _ticked(self, event: CompactCheckbox.Toggled) -> None:
        self._change.accept_stores(accepted=event.ticked)


def _hsm_line(hsm: Hsm) -> Content:
    place = visible(hsm.availability_zone or "-")
    return Content.assemble(f"  {visible(hsm.hsm_id)}  {place}  ", state_content(hsm.state))
