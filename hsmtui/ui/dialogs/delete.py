"""The dialog that deletes a cluster."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual.content import Content

from hsmtui.model.cluster import Hsm
from hsmtui.model.gate import Reason
from hsmtui.model.text import visible
from hsmtui.ui.deleting import Deletion
from hsmtui.ui.dialogs.change import ChangeDialog, blocked
from hsmtui.ui.look import cluster_line, state_content


class DeleteDialog(ChangeDialog[Deletion]):
    """While the cluster has HSMs it lists them, and opens by itself when the last is gone."""

    PREFIX: ClassVar = "delete"
    VERB: ClassVar = "Delete"
    ASK: ClassVar = "Type the cluster id, then tab and enter to delete it:"
    PLACEHOLDER: ClassVar = "the cluster id"

    def __init__(
        self,
        deletion: Deletion,
        *,
        name: str | None,
        poll_seconds: float,
        clock: Callable[[], datetime],
        confirm: Callable[[str], None],
    ) -> None:
        super().__init__(
            "Delete cluster", deletion, poll_seconds=poll_seconds, clock=clock, confirm=confirm
        )
        self._name = name

    def what(self) -> Content:
        return cluster_line(self.target, self._change.gate.cluster, self._name)

    def gate_open(self) -> list[Content]:
        return [
            Content.assemble(("✓ No HSMs.", "ansi_green"), " This cannot be undone; backups stay.")
        ]

    def gate_shut(self) -> list[Content]:
        gate = self._change.gate
        lines = super().gate_shut()
        if gate.reason is Reason.HSMS:
            noun = "HSM" if len(gate.hsms) == 1 else "HSMs"
            lines = [blocked(f"{len(gate.hsms)} {noun} must be deleted before this cluster can be")]
        return lines + [_hsm_line(hsm) for hsm in gate.hsms]

    def opens_when(self) -> str:
        hsms = self._change.gate.reason is Reason.HSMS
        return " and opens when the list is empty" if hsms else ""


def _hsm_line(hsm: Hsm) -> Content:
    place = visible(hsm.availability_zone or "-")
    return Content.assemble(f"  {visible(hsm.hsm_id)}  {place}  ", state_content(hsm.state))
