"""The dialogs that let a backup never expire, or expire again."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from msgspec.structs import replace
from textual.content import Content

from hsmtui.changes.modify_backup import ModifyBackup
from hsmtui.model.backup import Backup, ends_at, lasting
from hsmtui.model.cluster import Cluster
from hsmtui.model.times import remaining
from hsmtui.ui.dialogs.backup_words import backup_and_cluster, made_line
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.consequences import good, unsure, warning


class KeepBackupDialog(ChangeDialog[ModifyBackup]):
    """It says how long the backup would be kept else. Without a typed id: that can be taken
    back."""

    PREFIX: ClassVar = "keep"
    VERB: ClassVar = "Keep"
    NOUN: ClassVar = "backup"
    ASKS: ClassVar = False

    def what(self) -> Content:
        return backup_and_cluster(self.target, self._change.gate.backup, self._cluster)

    def gate_open(self) -> list[Content]:
        backup, now = self._change.gate.backup, self._change.context.clock()
        if backup is None:  # an open gate has one
            return []
        lasts = lasting(backup, self._cluster.retention_days, now)
        return [
            made_line(backup, now, f"Now: {lasts}."),
            good("Then it never expires. It can still be deleted, or let expire again."),
        ]


class ExpireBackupDialog(ChangeDialog[ModifyBackup]):
    """It says when the service then deletes the backup, which may be at once."""

    PREFIX: ClassVar = "expire"
    VERB: ClassVar = "Let expire"
    NOUN: ClassVar = "backup"

    @property
    def heading(self) -> str:
        return "Let a backup expire again"

    @property
    def action_words(self) -> str:
        return "let it expire"

    def ask(self) -> str:
        return "Type the backup id, then tab and enter to let it expire:"

    def what(self) -> Content:
        return backup_and_cluster(self.target, self._change.gate.backup, self._cluster)

    def gate_open(self) -> list[Content]:
        backup, now = self._change.gate.backup, self._change.context.clock()
        if backup is None:
            return []
        return [
            made_line(backup, now, f"Now: {lasting(backup, None, now)}."),
            *_when_it_ends(backup, self._cluster, now),
        ]


def _when_it_ends(backup: Backup, cluster: Cluster, now: datetime) -> Iterator[Content]:
    """When the service deletes the backup once that expires."""
    days = cluster.retention_days
    ends = ends_at(replace(backup, never_expires=False), days)
    if backup.is_copy:
        yield unsure("It is a copy: whether a retention policy is for it is not known.")
    elif ends is None:
        yield unsure("When it then ends is not known: the service may delete it at once.")
    elif ends <= now:
        yield warning(f"It is older than the {days} days that backups of its cluster are kept.")
        yield warning("The service may delete it at once.")
    else:
        gone = f"{ends:%Y-%m-%d}, in {remaining(ends, now)}"
        yield warning(f"The service then deletes it on {gone} ({days} days).")
