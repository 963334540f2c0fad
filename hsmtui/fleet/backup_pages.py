"""What is known of the backups of one cluster."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from hsmtui.aws.backups import BackupPage, BackupPosition
from hsmtui.aws.errors import HsmtuiError
from hsmtui.model.backup import Backup


class BackupPages(NamedTuple):
    """Backups in the service's order, newest first, and where their next page starts.

    `read_at` is when the first page was read, None where none was. `is_reading` says that a page is
    asked for, `problem` why the last one did not come, `is_due` that all is to be read again.
    """

    backups: tuple[Backup, ...] = ()
    next: BackupPosition | None = None
    pages: int = 0
    read_at: datetime | None = None
    is_reading: bool = False
    problem: HsmtuiError | None = None
    is_due: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether all backups are here, as they were at `read_at`."""
        return self.pages > 0 and self.next is None and self.problem is None

    @property
    def how_many(self) -> str:
        """How many there are, such as ``12``, or ``50+`` while there are more to be read."""
        return f"{len(self.backups)}{'+' if self.next else ''}"

    def extended(self, page: BackupPage, now: datetime) -> "BackupPages":
        """With one more page; a backup that comes twice stands where it came first."""
        return BackupPages(
            _distinct((*self.backups, *page.backups)),
            page.next,
            self.pages + 1,
            self.read_at or now,
            problem=page.problem,
            is_due=False,
        )

    def renewed(self, backup: Backup) -> "BackupPages":
        """With one backup as it was read afresh, where it stands."""
        fresh = (backup if old.backup_id == backup.backup_id else old for old in self.backups)
        return self._replace(backups=tuple(fresh))


def _distinct(backups: Iterable[Backup]) -> tuple[Backup, ...]:
    found: dict[str, Backup] = {}
    for backup in backups:
        found.setdefault(backup.backup_id, backup)
    return tuple(found.values())
