"""What the dialogs of changes of a backup share."""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from textual.content import Content

from hsmtui.model.backup import Backup
from hsmtui.model.text import visible
from hsmtui.model.times import age, stamp
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.change_words import AnyChange
from hsmtui.ui.theme import state_content


class BackupDialog(ChangeDialog[AnyChange]):
    """It names the backup with its state, and whose it is."""

    NOUN: ClassVar = "backup"

    def what(self) -> Content:
        backup = self._change.gate.backup
        state = state_content(backup.backup_state) if backup else Content("")
        of = visible(f"of {self.owner}")
        return Content.assemble((visible(self.target), "bold"), "   ", state, "\n", of)

    @property
    def owner(self) -> str:
        """Whose it is."""
        return f"{self._cluster.cluster_id}   {self._cluster.name or 'no Name'}"

    def gate_open(self) -> list[Content]:
        backup: Backup | None = self._change.gate.backup
        now = self._change.context.clock()
        return list(self.lines(backup, now)) if backup else []  # an open gate has one

    @abstractmethod
    def lines(self, backup: Backup, now: datetime) -> Iterable[Content]:
        """What the open gate says of the backup."""


def made_line(backup: Backup, now: datetime, words: str) -> Content:
    """When it was made, where that is known, and what else is said of it."""
    made = backup.create_timestamp
    when = f"Made on {stamp(made)}, {age(made, now)} ago. " if made else ""
    return Content(f"{when}{words}")
