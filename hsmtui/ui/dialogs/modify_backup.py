"""The dialogs that let a backup never expire, or expire again."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from msgspec.structs import replace
from textual.content import Content

from hsmtui.changes.modify_backup import ModifyBackup
from hsmtui.model.backup import Backup, ends_at, lasting
from hsmtui.model.times import remaining
from hsmtui.ui.dialogs.change_backup import BackupDialog, made_line
from hsmtui.ui.dialogs.consequences import good, not_checked, unsure, warning


class KeepBackupDialog(BackupDialog[ModifyBackup]):
    """It says how long the backup would be kept else. Without a typed id: that can be taken
    back."""

    VERB: ClassVar = "Keep"
    ASKS: ClassVar = False

    def lines(self, backup: Backup, now: datetime) -> Iterator[Content]:
        lasts = lasting(backup, self._cluster.retention_days, now)
        yield made_line(backup, now, f"Now: {lasts}.")
        yield good("Then it never expires. It can still be deleted, or let expire again.")


class ExpireBackupDialog(BackupDialog[ModifyBackup]):
    """It says when the service then deletes the backup, which may be at once."""

    PREFIX: ClassVar = "expire"
    VERB: ClassVar = "Let expire"
    HEADING: ClassVar = "Let a backup expire again"

    @property
    def action_words(self) -> str:
        return "let it expire"

    def lines(self, backup: Backup, now: datetime) -> Iterator[Content]:
        """Also when the service deletes the backup once that expires."""
        yield made_line(backup, now, f"Now: {lasting(backup, None, now)}.")
        latest = self._change.clusters.latest
        if backup.is_copy:
            yield good("It is a copy, which no retention policy deletes.")
        elif latest.entries is None or latest.problem is not None:
            yield not_checked("The days that its cluster keeps backups", latest.problem)
            yield warning("The service may delete it at once.")
        else:
            yield from _end(backup, self._change.retention_days, now)


def _end(backup: Backup, days: int | None, now: datetime) -> Iterator[Content]:
    """The same where the days that its cluster keeps backups have been read."""
    ends = ends_at(replace(backup, never_expires=False), days)
    if ends is None:
        yield unsure("When it then ends is not known: the service may delete it at once.")
    elif ends <= now:
        yield warning(f"It is older than the {days} days that backups of its cluster are kept.")
        yield warning("The service may delete it at once.")
    else:
        gone = f"{ends:%Y-%m-%d}, in {remaining(ends, now)}"
        yield warning(f"The service then deletes it on {gone} ({days} days).")
