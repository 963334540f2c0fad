"""A backup of a cluster as DescribeBackups and RestoreBackup return it, every field of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from hsmtui.model.cluster import Id, Tag
from hsmtui.model.entry import Entry, read_entry
from hsmtui.model.redaction import known_secrets
from hsmtui.model.times import age, remaining

PENDING_DELETION = "PENDING_DELETION"
"""The state in which a backup can be restored."""

RETENTION_DAYS = range(7, 380)
"""For how many days a policy can keep backups (API reference, BackupRetentionPolicy)."""

RETENTION_WORDS = f"{RETENTION_DAYS[0]} to {RETENTION_DAYS[-1]}"


class Backup(Entry, frozen=True):
    """One backup; everything but its id may be missing. Times are aware and in UTC.

    `source_region`, `source_backup` and `source_cluster` are those of the backup that it was copied
    from. `delete_timestamp` is when one that is PENDING_DELETION is gone for good.
    """

    ID: ClassVar = "backup_id"

    backup_id: Id = ""
    backup_arn: str | None = None
    backup_state: str | None = None
    cluster_id: str | None = None
    create_timestamp: datetime | None = None
    copy_timestamp: datetime | None = None
    never_expires: bool | None = None
    source_region: str | None = None
    source_backup: str | None = None
    source_cluster: str | None = None
    delete_timestamp: datetime | None = None
    tag_list: tuple[Tag, ...] | None = None
    hsm_type: str | None = None
    mode: str | None = None

    @property
    def is_copy(self) -> bool:
        """Whether it was copied here from another backup; the cluster's policy is not for it."""
        copied = (self.source_backup, self.source_region, self.copy_timestamp)
        return any(value is not None for value in copied)


def decode_backup(answer: object, place: str = "no id") -> Backup:
    """The backup that came as JSON; what is odd is in `odd`. `place` is where it stood, in words.

    Secrets that are known are masked: its tags may be those of its cluster.
    """
    return read_entry(Backup, answer, place, *known_secrets())


def ends_at(backup: Backup, retention_days: int | None) -> datetime | None:
    """When the service does away with a backup by itself; None where never, or it is not known.

    `retention_days` is what the policy of its cluster says.
    """
    if backup.backup_state == PENDING_DELETION:
        return backup.delete_timestamp
    if backup.backup_state != "READY" or backup.never_expires or backup.is_copy:
        return None
    if retention_days is None or backup.create_timestamp is None:
        return None
    try:
        return backup.create_timestamp + timedelta(days=retention_days)
    except OverflowError:
        return None


def lasting(backup: Backup, retention_days: int | None, now: datetime) -> str:
    """How long a backup lasts, in a few words."""
    ends = ends_at(backup, retention_days)
    if backup.backup_state == PENDING_DELETION:
        return _countdown(ends, now)
    if backup.backup_state == "DELETED":
        return "gone for good"
    if backup.never_expires:
        return "never expires"
    if backup.is_copy:
        return "no policy: a copy"
    if ends is None:
        return "not known"
    return (
        f"until {ends:%Y-%m-%d} ({age(now, ends)})" if ends > now else f"due since {ends:%Y-%m-%d}"
    )


def _countdown(gone: datetime | None, now: datetime) -> str:
    if gone is None:
        return "end not known"
    return f"gone in {remaining(gone, now)}" if gone > now else "its time is over"


def newest_ready(backups: Iterable[Backup]) -> Backup | None:
    """The newest backup that a cluster can be made from."""
    ready = (backup for backup in backups if backup.backup_state == "READY")
    dated = ((backup.create_timestamp, backup) for backup in ready if backup.create_timestamp)
    return max(dated, key=lambda pair: pair[0], default=(None, None))[1]
