"""Pages of backups, one backup afresh, and the requests that change one."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from hsmtui.aws.answer import answered_object, odd_entry
from hsmtui.aws.connection import Connection
from hsmtui.aws.pages import ListOperation, Page, Position, fetch, read_all, read_one
from hsmtui.aws.request import Accepted, accepted, writing
from hsmtui.aws.unattended import unattended
from hsmtui.model.backup import Backup, decode_backup
from hsmtui.model.entry import UnreadableAnswerError

BACKUPS_LISTING = "DescribeBackups"

_PAGE_LIMIT = 50
"""The largest MaxResults that DescribeBackups takes."""


def backups_of(cluster_id: str, state: str | None = None) -> Position:
    """Where a listing of the backups of a cluster starts, of those in one state or of all."""
    filters = {"clusterIds": (cluster_id,)}
    return Position(filters if state is None else filters | {"states": (state,)})


def fetch_backups(connection: Connection, position: Position) -> Page[Backup]:
    """The next page that is not empty, newest first. Raises HsmtuiError, after which it may be
    asked again.

    Whose a backup is, is compared with what was asked: a filter may have been ignored.
    """
    client = connection.client
    operation = ListOperation(
        BACKUPS_LISTING,
        "Backups",
        lambda at: client.describe_backups(**at.parameters(_PAGE_LIMIT), SortAscending=False),
        decode_backup,
    )
    page = fetch(connection, operation, position)
    clusters = position.filters.get("clusterIds")
    if clusters is None:
        return page
    wanted = {None, *clusters}
    return page._replace(entries=tuple([b for b in page.entries if b.cluster_id in wanted]))


def fetch_unattended(connection: Connection, position: Position) -> Page[Backup]:
    """The same for somebody who does not wait: nobody is asked to sign in for it, and what fails is
    not tried again. Raises HsmtuiError."""
    with unattended():
        return fetch_backups(connection, position)


def read_backups_in(connection: Connection, cluster_id: str, state: str) -> tuple[Backup, ...]:
    """All backups of a cluster that are in one state, newest first. Raises HsmtuiError."""
    listed = read_all(partial(fetch_backups, connection), backups_of(cluster_id, state))
    return tuple([backup for backup in listed if backup.odd or backup.backup_state == state])


def read_ready(connection: Connection, cluster_id: str) -> tuple[Backup, ...]:
    """All backups of a cluster that a cluster can be made from, newest first. Raises
    HsmtuiError."""
    return read_backups_in(connection, cluster_id, "READY")


def read_all_ready(connection: Connection) -> tuple[Backup, ...]:
    """All backups of a region that are READY, newest first, whosever they are. Raises
    HsmtuiError."""
    listed = read_all(partial(fetch_backups, connection), Position({"states": ("READY",)}))
    return tuple([backup for backup in listed if backup.odd or backup.backup_state == "READY"])


def has_own_backup(connection: Connection, cluster_id: str) -> bool:
    """Whether there is a backup, in any state, that was made of this cluster in this place, and not
    copied to it. Raises HsmtuiError."""
    listed = read_all(partial(fetch_backups, connection), backups_of(cluster_id))
    return any(each.cluster_id == cluster_id and not each.is_copy for each in listed)


def read_newest_ready(connection: Connection, cluster_id: str) -> tuple[Backup, ...]:
    """The newest backup of a cluster that is READY; empty where none is. Raises HsmtuiError, also
    where one that may be newer is odd."""
    for backup in read_all(partial(fetch_backups, connection), backups_of(cluster_id, "READY")):
        if backup.odd:
            raise odd_entry(backup, BACKUPS_LISTING)
        if backup.backup_state == "READY":
            return (backup,)
    return ()


def read_backup(connection: Connection, backup_id: str) -> tuple[Backup, ...]:
    """What the service lists for one id, read afresh: no, one or too many backups.

    Raises HsmtuiError.
    """
    return read_one(partial(fetch_backups, connection), Position({"backupIds": (backup_id,)}))


def read_copies(connection: Connection, backup_id: str) -> tuple[Backup, ...]:
    """The backups of this place that were copied from this one of another region. Raises
    HsmtuiError."""
    position = Position({"sourceBackupIds": (backup_id,)})
    listed = list(read_all(partial(fetch_backups, connection), position))
    return tuple([backup for backup in listed if backup.source_backup == backup_id])


def restore_backup(connection: Connection, backup_id: str, cluster_id: str) -> Accepted[Backup]:
    """Send RestoreBackup once, never again; `cluster_id` is of which cluster the backup is.

    Raises HsmtuiError; unless that is `unsent` or `refused`, the outcome is unknown.
    """
    with writing(connection, "RestoreBackup") as client:
        answer = client.restore_backup(BackupId=backup_id)
        backup = _of_backup(answer, backup_id)
        if backup.cluster_id not in {None, cluster_id}:
            raise UnreadableAnswerError(f"It is about another cluster: {backup.cluster_id}")
        return accepted(answer, backup)


def modify_backup(
    connection: Connection, backup_id: str, *, never_expires: bool
) -> Accepted[Backup]:
    """Send ModifyBackupAttributes once. Raises HsmtuiError as `restore_backup` does."""
    with writing(connection, "ModifyBackupAttributes") as client:
        answer = client.modify_backup_attributes(BackupId=backup_id, NeverExpires=never_expires)
        return accepted(answer, _of_backup(answer, backup_id))


def delete_backup(connection: Connection, backup_id: str) -> Accepted[Backup]:
    """Send DeleteBackup once. Raises HsmtuiError as `restore_backup` does."""
    with writing(connection, "DeleteBackup") as client:
        answer = client.delete_backup(BackupId=backup_id)
        return accepted(answer, _of_backup(answer, backup_id))


def copy_backup(connection: Connection, backup_id: str, region: str) -> Accepted[None]:
    """Send CopyBackupToRegion once. Raises HsmtuiError as `restore_backup` does."""
    with writing(connection, "CopyBackupToRegion") as client:
        answer = client.copy_backup_to_region(BackupId=backup_id, DestinationRegion=region)
        told = answered_object(answer).get("DestinationBackup")
        if not isinstance(told, dict):
            raise UnreadableAnswerError("It names no copy.")
        source = told.get("SourceBackup")
        if source not in {None, backup_id}:
            raise UnreadableAnswerError(f"It is about another backup: {source}")
        return accepted(answer, None)


def _of_backup(answer: Mapping[str, Any], backup_id: str) -> Backup:
    """The backup of an answer, which must be this one."""
    backup = decode_backup(answered_object(answer).get("Backup"))
    if backup.backup_id != backup_id:
        raise UnreadableAnswerError(f"It is about another backup: {backup.backup_id}")
    return backup
