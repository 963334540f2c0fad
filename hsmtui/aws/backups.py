"""Pages of backups, one backup afresh, and the request that takes one back from its deletion."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from hsmtui.aws.answer import came, listed, odd_entry
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.request import read, request
from hsmtui.model.backup import Backup, decode_backup
from hsmtui.model.entry import UnreadableAnswerError

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
    `state` of all states, without a `backup_id` of all backups of those."""

    cluster_id: str | None = None
    state: str | None = None
    token: str | None = None
    seen: frozenset[str] = frozenset()
    backup_id: str | None = None


class BackupPage(NamedTuple):
    """Backups, newest first as the service sorts them, and where the next page starts."""

    backups: tuple[Backup, ...]
    next: BackupPosition | None
    problem: HsmtuiError | None = None


def fetch_backups(connection: Connection, position: BackupPosition) -> BackupPage:
    """The page at this position. Raises HsmtuiError, after which it may be asked again."""
    asked: DescribeBackupsRequestTypeDef = {"MaxResults": PAGE_LIMIT, "SortAscending": False}
    filters = {
        "clusterIds": position.cluster_id,
        "states": position.state,
        "backupIds": position.backup_id,
    }
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
    found = _each(connection, BackupPosition(cluster_id, state))
    return tuple([backup for backup in found if backup.odd or backup.backup_state == state])


def read_newest_ready(connection: Connection, cluster_id: str) -> tuple[Backup, ...]:
    """The newest backup of a cluster that is READY; empty where none is. Raises HsmtuiError, also
    where one that may be newer is odd."""
    for backup in _each(connection, BackupPosition(cluster_id, "READY")):
        if backup.odd:
            raise odd_entry(backup, OPERATION)
        if backup.backup_state == "READY":
            return (backup,)
    return ()


def read_backup(connection: Connection, backup_id: str) -> tuple[Backup, ...]:
    """What the service lists for one id, read afresh: no, one or too many backups.

    Raises HsmtuiError.
    """
    found = list(islice(_each(connection, BackupPosition(backup_id=backup_id)), 2))
    return tuple(found)


def _each(connection: Connection, position: BackupPosition | None) -> Iterator[Backup]:
    """One backup after the other; a page is read when it is needed. Raises HsmtuiError.

    Make a list of them: a tuple that grows while its thread waits cannot be finished where
    `gc.get_objects` has seen it meanwhile.
    """
    while position is not None:
        page = fetch_backups(connection, position)
        if page.problem is not None:
            raise page.problem
        yield from page.backups
        position = page.next


class Restored(NamedTuple):
    """The service's answer to RestoreBackup: the backup as it is now, and the request's id."""

    backup: Backup
    request_id: str


def restore_backup(connection: Connection, backup_id: str, cluster_id: str) -> Restored:
    """Send RestoreBackup once, never again; `cluster_id` is of which cluster the backup is.

    Raises HsmtuiError; unless that is `unsent` or `refused`, the outcome is unknown.
    """
    with request(connection, "RestoreBackup"):
        answer = connection.writing_client().restore_backup(BackupId=backup_id)
        backup = decode_backup(came(answer).get("Backup"))
        if backup.backup_id != backup_id:
            raise UnreadableAnswerError(f"It is about another backup: {backup.backup_id}")
        if backup.cluster_id not in {None, cluster_id}:
            raise UnreadableAnswerError(f"It is of another cluster: {backup.cluster_id}")
        return Restored(backup, answer["ResponseMetadata"]["RequestId"])


def _read_page(answer: "DescribeBackupsResponseTypeDef", position: BackupPosition) -> BackupPage:
    """What the answer names is compared with what was asked: a filter may have been ignored."""
    page = listed(answer, "Backups", OPERATION)
    number = len(position.seen) + 1
    decoded = [
        decode_backup(entry, f"entry {at}, page {number}")
        for at, entry in enumerate(page.entries, 1)
    ]
    wanted = {None, position.cluster_id}
    backups = tuple(b for b in decoded if position.cluster_id is None or b.cluster_id in wanted)
    if page.token is None:
        return BackupPage(backups, None, page.problem)
    if page.token in position.seen:
        return BackupPage(backups, None, _repeated())
    after = position._replace(token=page.token, seen=position.seen | {page.token})
    return BackupPage(backups, after)


def _repeated() -> HsmtuiError:
    return HsmtuiError(
        title="The service gave a page token a second time",
        detail="The backups stop here, so that it does not go round in circles.",
        remedy="Read them afresh.",
        operation=OPERATION,
    )
