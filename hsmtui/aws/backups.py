"""Pages of backups, one backup afresh, and the request that takes one back from its deletion."""

from typing import TYPE_CHECKING, NamedTuple

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.request import read, request
from hsmtui.model.backup import Backup, decode_backup
from hsmtui.model.cluster import UnreadableAnswerError

if TYPE_CHECKING:
    from mypy_boto3_cloudhsmv2.type_defs import (
        DescribeBackupsRequestTypeDef,
        DescribeBackupsResponseTypeDef,
    )

OPERATION = "DescribeBackups"

PAGE_LIMIT = 50
"""The largest MaxResults that DescribeBackups takes."""


class BackupPosition(NamedTuple):
    """Where a listing of backups goes on. Without a `cluster_id` it is of all clusters, without a
    `state` of all states."""

    cluster_id: str | None = None
    state: str | None = None
    token: str | None = None
    seen: frozenset[str] = frozenset()


class BackupPage(NamedTuple):
    """Backups, newest first as the service sorts them, and where the next page starts."""

    backups: tuple[Backup, ...]
    next: BackupPosition | None
    problem: HsmtuiError | None = None


def fetch_backups(connection: Connection, position: BackupPosition) -> BackupPage:
    """The page at this position. Raises HsmtuiError, after which it may be asked again."""
    asked: DescribeBackupsRequestTypeDef = {"MaxResults": PAGE_LIMIT, "SortAscending": False}
    filters = {"clusterIds": position.cluster_id, "states": position.state}
    if chosen := {name: [value] for name, value in filters.items() if value is not None}:
        asked["Filters"] = chosen
    if position.token:
        asked["NextToken"] = position.token
    client = connection.client
    return read(
        connection, OPERATION, lambda: _read_page(client.describe_backups(**asked), position)
    )


def read_backups_in(connection: Connection, cluster_id: str, state: str) -> tuple[Backup, ...]:
    """All backups of a cluster that are in one state, newest first. Raises HsmtuiError."""
    found: tuple[Backup, ...] = ()
    position: BackupPosition | None = BackupPosition(cluster_id, state)
    while position is not None:
        page = fetch_backups(connection, position)
        if page.problem is not None:
            raise page.problem
        found, position = found + page.backups, page.next
    return found


def read_newest_ready(connection: Connection, cluster_id: str) -> tuple[Backup, ...]:
    """The newest backup of a cluster that is READY; empty where none is. Raises HsmtuiError."""
    position: BackupPosition | None = BackupPosition(cluster_id, "READY")
    while position is not None:
        page = fetch_backups(connection, position)
        if page.problem is not None:
            raise page.problem
        ready = next((b for b in page.backups if b.backup_state == "READY"), None)
        if ready is not None:
            return (ready,)
        position = page.next
    return ()


def read_backup(connection: Connection, backup_id: str) -> tuple[Backup, ...]:
    """What the service lists for one id, read afresh. Raises HsmtuiError."""
    client = connection.client
    return read(
        connection,
        OPERATION,
        lambda: _decoded(client.describe_backups(Filters={"backupIds": [backup_id]})),
    )


class Restored(NamedTuple):
    """The service's answer to RestoreBackup: the backup as it is now, and the request's id."""

    backup: Backup
    request_id: str


def restore_backup(connection: Connection, backup_id: str) -> Restored:
    """Send RestoreBackup once, never again.

    Raises HsmtuiError; unless that is `unsent` or `refused`, the outcome is unknown.
    """
    with request(connection, "RestoreBackup"):
        answer = connection.writing_client().restore_backup(BackupId=backup_id)
        backup = decode_backup(answer.get("Backup"))
        if backup.backup_id != backup_id:
            raise UnreadableAnswerError(f"It is about another backup: {backup.backup_id}")
        return Restored(backup, answer["ResponseMetadata"]["RequestId"])


def _read_page(answer: "DescribeBackupsResponseTypeDef", position: BackupPosition) -> BackupPage:
    backups, token = _decoded(answer), answer.get("NextToken")
    if not token:
        return BackupPage(backups, None)
    if token in position.seen:
        return BackupPage(backups, None, _repeated())
    return BackupPage(backups, position._replace(token=token, seen=position.seen | {token}))


def _decoded(answer: "DescribeBackupsResponseTypeDef") -> tuple[Backup, ...]:
    return tuple(decode_backup(item) for item in answer["Backups"])


def _repeated() -> HsmtuiError:
    return HsmtuiError(
        title="The service gave a page token a second time",
        detail="The backups stop here, so that it does not go round in circles.",
        remedy="Read them afresh.",
        operation=OPERATION,
    )
