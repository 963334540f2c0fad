"""The dialog that creates an HSM."""

from typing import ClassVar

from textual.content import Content

from hsmtui.changes.create_hsm import CreateHsm
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.create_hsm import HSMS_BY_DEFAULT
from hsmtui.model.text import visible
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.consequences import quota, warning


class CreateHsmDialog(ChangeDialog[CreateHsm]):
    """It says what the cluster then is, and that an HSM costs money. Without a typed id: an HSM
    that nobody wants can be deleted."""

    VERB: ClassVar = "Create"
    NOUN: ClassVar = "HSM"
    ASKS: ClassVar = False

    @property
    def heading(self) -> str:
        replaced = self._change.replaced
        return f"Replace {replaced}, step 1 of 2: create an HSM" if replaced else super().heading

    def what(self) -> Content:
        cluster = self._change.gate.cluster or self._cluster
        subnet = (cluster.subnet_mapping or {}).get(self._change.zone, "no subnet")
        where = visible(f"{self._change.zone}   {subnet}")
        of = visible(f"for {cluster.cluster_id}   {cluster.name or 'no Name'}")
        return Content.assemble((where, "bold"), "\n", of)

    def gate_open(self) -> list[Content]:
        cluster = self._change.gate.cluster
        if cluster is None:  # an open gate has one
            return []
        lines = [
            warning(f"{words} AWS bills each HSM by the hour.")
            for words in self._change.gate.warnings
        ]
        if not cluster.hsms and cluster.state == "UNINITIALIZED":
            lines.append(Content("It is the first one: the CSR of the cluster comes with it."))
        elif not cluster.hsms:
            lines.append(Content(_keys_come_from(cluster)))
        if replaced := self._change.replaced:
            key = key_of("hsm.replace", self.remapped)
            lines.append(Content(f"Step 2, once it is ACTIVE: {key} deletes {visible(replaced)}."))
        return [*lines, quota(HSMS_BY_DEFAULT, "HSMs")]


def _keys_come_from(cluster: Cluster) -> str:
    source = cluster.source_backup_id
    words = "Its keys come from the newest backup of the cluster"
    return visible(f"{words}, from {source} if it has none.") if source else f"{words}."
