"""A backup of a cluster as DescribeBackups and RestoreBackup return it, every field of it."""

from datetime import datetime

import msgspec
from msgspec.structs import force_setattr

from hsmtui.model.cluster import Part, Tag, UnreadableAnswerError, in_utc


class Backup(Part, frozen=True):
    """One backup; everything but its id may be missing. Times are aware and in UTC.

    `source_region`, `source_backup` and `source_cluster` are those of the backup that it was copied
    from. `delete_timestamp` is when one that is PENDING_DELETION is gone for good.
    """

    backup_id: str = ""
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

    def __post_init__(self) -> None:
        for field in ("create_timestamp", "copy_timestamp", "delete_timestamp"):
            moment: datetime | None = getattr(self, field)
            if moment is not None:
                force_setattr(self, field, in_utc(moment))


def decode_backup(answer: object) -> Backup:
    """The backup that boto3 returned as a dictionary.

    Raises UnreadableAnswerError where it has another shape or no BackupId.
    """
    try:
        backup = msgspec.convert(answer, Backup)
    except msgspec.ValidationError as error:
        raise UnreadableAnswerError(f"Not a backup: {error}") from error
    if not backup.backup_id:
        raise UnreadableAnswerError("Not a backup: it has no BackupId")
    return backup
