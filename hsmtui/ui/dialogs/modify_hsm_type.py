"""The dialog that changes the type of the HSMs of a cluster, or takes that back."""

from collections.abc import Iterator
from typing import ClassVar

from textual.content import Content

from hsmtui.changes.modify_hsm_type import ModifyHsmType
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.modify_hsm_type import MINUTES_AN_HSM
from hsmtui.model.hsm_types import HSM2
from hsmtui.model.times import remaining, stamp
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.consequences import stores_lines, unsure, warning

UNSEEN = (
    "AWS does not show, but wants: in the last 7 days at least one client connected, all with SDK "
    "5.9 or newer (5.13 to verify ECDSA), and nothing deprecated was used."
)
"""What the service asks before the newer type, and no answer of it has."""

FEW_WRITES = (
    "Until it is done, keys and users cannot be made, changed or deleted (session keys can), nor "
    "HSMs added or removed."
)


class ModifyHsmTypeDialog(ChangeDialog[ModifyHsmType]):
    """It says what becomes of the HSMs, what the cluster does not take meanwhile, and what the
    service asks before."""

    PREFIX: ClassVar = "type"
    VERB: ClassVar = "Change"
    NOUN: ClassVar = "cluster"

    @property
    def _is_forward(self) -> bool:
        return self._change.hsm_type == HSM2

    @property
    def heading(self) -> str:
        return "Change the HSM type" if self._is_forward else "Take back the change of the HSM type"

    @property
    def verb(self) -> str:
        return "Change" if self._is_forward else "Take back"

    @property
    def action_words(self) -> str:
        return super().action_words if self._is_forward else "take it back"

    def what(self) -> Content:
        return Content.assemble(super().what(), "\nto ", (self._change.hsm_type, "bold"))

    def gate_open(self) -> list[Content]:
        cluster = self._change.gate.cluster
        return [] if cluster is None else [*self._lines(cluster), *self._of_stores()]

    def _lines(self, cluster: Cluster) -> Iterator[Content]:
        number = sum(hsm.hsm_type != self._change.hsm_type for hsm in cluster.hsms or ())
        replaced = f"HSMs that are replaced: {number}, some {MINUTES_AN_HSM} minutes each."
        yield warning(f"{replaced} Their IPs stay." if number else "No HSM has the new type yet.")
        yield warning(FEW_WRITES)
        if self._is_forward:
            key = key_of("cluster.hsm_type", self.remapped)
            yield Content(
                "AWS makes a backup before each HSM, and takes all back by itself where a check "
                f"fails. For 24 hours {key} takes it back, too."
            )
            yield unsure(UNSEEN)
            return
        if self._change.gate.loses_keys:
            yield warning("Keys and users that were made since the change are lost.")
        if ends := cluster.hsm_type_rollback_expiration:
            left = remaining(ends, self._change.context.clock())
            yield Content(f"It can be taken back until {stamp(ends)}, for {left}.")

    def _of_stores(self) -> list[Content]:
        stores = self._change.stores.latest
        lines = stores_lines(stores)
        if stores.entries and self._is_forward:
            lines.append(Content(f"The guide of KMS says whether key stores take {HSM2}."))
        return lines
