"""The dialog that changes for how long the backups of a cluster are kept."""

from typing import ClassVar

from textual.content import Content

from hsmtui.changes.modify_retention import ModifyRetention
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.consequences import doomed_line, good, warning


class ModifyRetentionDialog(ChangeDialog[ModifyRetention]):
    """It says which backups go where they are kept for less time, and then asks for the id."""

    PREFIX: ClassVar = "retention"
    VERB: ClassVar = "Change"
    HEADING: ClassVar = "Change for how long backups are kept"
    NOUN: ClassVar = "cluster"
    _has_looked_up = False

    @property
    def asks(self) -> bool:
        gate = self._change.gate
        return gate.cluster is not None and gate.shortens

    def redraw(self) -> None:
        if self.asks and not self._has_looked_up:
            self._has_looked_up = True
            self._look_up()
        super().redraw()

    def gate_open(self) -> list[Content]:
        change, cluster = self._change, self._change.gate.cluster
        if cluster is None:  # an open gate has one
            return []
        before = cluster.retention_days
        now = "an unknown time" if before is None else f"{before} days"
        days = (f"{change.days} days", "bold")
        kept = Content.assemble("Backups are kept for ", days, f" instead of {now}.")
        if not change.gate.shortens:
            return [kept, good("No backup is deleted by this.")]
        return [
            kept,
            warning("The service deletes those that are older."),
            doomed_line(change.backups.latest, change.days, change.context.clock()),
            Content("Those that never expire, copies and the newest one stay."),
        ]
