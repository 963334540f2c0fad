"""The newest backup of a cluster, judged once for all who speak of it: findings, dialogs, tabs."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from hsmtui.model.backup import Backup, newest_ready
from hsmtui.model.cluster import Cluster


class Recency(Enum):
    """How recent the newest backup is from which a cluster can be made."""

    RECENT = "recent"
    OLD = "too old"
    NONE = "no backup is READY"
    UNTOLD = "a READY backup has no CreateTimestamp"
    UNREADABLE = "a backup cannot be read"


class NewestBackup(NamedTuple):
    """How recent the newest READY backup is, and which one it is, where that can be said."""

    recency: Recency
    backup: Backup | None = None


def judge_newest(backups: Iterable[Backup], now: datetime, hours: int) -> NewestBackup:
    """The newest READY backup of a cluster at a time; after `hours` it is too old.

    Where one is recent, one more that is odd or has no time makes nothing worse.
    """
    backups = tuple(backups)
    whole = [backup for backup in backups if not backup.odd]
    newest = newest_ready(whole)
    made = newest.create_timestamp if newest else None
    if made is not None and now - made <= timedelta(hours=hours):
        return NewestBackup(Recency.RECENT, newest)
    if len(whole) < len(backups):
        return NewestBackup(Recency.UNREADABLE)
    if (undated := _undated(whole)) is not None:
        return NewestBackup(Recency.UNTOLD, undated)
    return NewestBackup(Recency.NONE if newest is None else Recency.OLD, newest)


def has_ready(backups: Iterable[Backup]) -> bool:
    """Whether a cluster can be made from one of them, however old that is."""
    return any(backup.backup_state == "READY" and not backup.odd for backup in backups)


def is_too_old(newest: NewestBackup, cluster: Cluster) -> bool:
    """Whether the newest backup should be younger: the service makes one at least daily while a
    cluster has an HSM. Of others the last one is kept, and may grow old."""
    return newest.recency is Recency.OLD and bool(cluster.live_hsms)


def enough_to_judge(backups: Sequence[Backup]) -> tuple[Backup, ...]:
    """As few of the backups of a cluster as give the same judgement at any time, each with no more
    than that needs: of many clusters not all can be kept."""
    whole = [backup for backup in backups if not backup.odd]
    odd = next((backup for backup in backups if backup.odd), None)
    few = (newest_ready(whole), _undated(whole), odd)
    return tuple(_bare(backup) for backup in few if backup is not None)


def _undated(backups: Iterable[Backup]) -> Backup | None:
    ready = (backup for backup in backups if backup.backup_state == "READY")
    return next((backup for backup in ready if backup.create_timestamp is None), None)


def _bare(backup: Backup) -> Backup:
    return Backup(
        backup_id=backup.backup_id,
        backup_state=backup.backup_state,
        create_timestamp=backup.create_timestamp,
        odd=backup.odd,
    )
