"""The dialog that deletes an HSM."""

from collections.abc import Iterator
from typing import ClassVar

from textual.content import Content

from hsmtui.changes.delete_hsm import DeleteHsm
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.gates.delete_hsm import remains
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.consequences import backup_line, good, unsure, warning
from hsmtui.ui.theme import state_content


class DeleteHsmDialog(ChangeDialog[DeleteHsm]):
    """It says what the cluster is left with."""

    VERB: ClassVar = "Delete"
    NOUN: ClassVar = "HSM"
    STAYS: ClassVar = False

    @property
    def heading(self) -> str:
        is_step = self._change.replacement
        return f"Replace {self.target}, step 2 of 2: delete it" if is_step else super().heading

    def what(self) -> Content:
        gate = self._change.gate
        hsm, cluster = gate.hsm, gate.cluster or self._cluster
        parts: list[Content | str | tuple[str, str]] = [(visible(self.target), "bold")]
        if hsm is not None:
            zone = visible(hsm.availability_zone or "no AZ")
            parts += ["   ", zone, "   ", state_content(hsm.state)]
        name = visible(cluster.name or "no Name")
        return Content.assemble(*parts, f"\nof {visible(cluster.cluster_id)}   {name}")

    def gate_open(self) -> list[Content]:
        gate = self._change.gate
        cluster, hsm = gate.cluster, gate.hsm
        if cluster is None or hsm is None:  # an open gate has both
            return []
        loss = "the keys of this cluster are in its HSMs only"
        now, hours = self._change.context.clock(), self._change.context.backup_hours
        newest = backup_line(self._change.backups.latest, cluster, now, hours, loss)
        return [*self._replacement(), *_left_behind(cluster, hsm), newest]

    def _replacement(self) -> Iterator[Content]:
        if lost := self._change.lost_replacement:
            yield warning(f"What is to take its place is not ACTIVE: {visible(lost)}")
        elif replacement := self._change.replacement:
            yield good(f"{visible(replacement)}, which takes its place, is ACTIVE.")


def _left_behind(cluster: Cluster, hsm: Hsm) -> list[Content]:
    left = remains(cluster, hsm)
    count = f"HSMs left: {left.hsms}, active: {left.active}." if left.hsms else "No HSM is left."
    words = f"{count} This cannot be undone."
    lines = [Content(words) if left.active > 1 else warning(words)]
    if left.last_active:
        lines.append(warning("The last active HSM: keys made since the last backup are lost."))
    elif left.last_in_zone is None:
        lines.append(unsure("It may be the last HSM in its AZ: the answer lacks an AZ."))
    elif left.last_in_zone and left.hsms:
        noun = "active HSM" if hsm.state == "ACTIVE" else "HSM"
        lines.append(warning(f"The last {noun} in {visible(hsm.availability_zone or 'no AZ')}."))
    return lines
