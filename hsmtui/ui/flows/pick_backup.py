"""Letting a backup of a cluster be picked."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from hsmtui.aws.backups import read_backups_in
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import PENDING_DELETION, Backup, lasting
from hsmtui.model.times import age
from hsmtui.ui.dialogs.pick import Choice, only_or_picked
from hsmtui.ui.host import ListHost


async def listed_backups(
    host: ListHost, connection: Connection, ask: Callable[[], Sequence[Backup]]
) -> list[Backup] | None:
    """Those that `ask`, called in a thread, lists and that have an id. None where that failed or
    none of them has one, which is said, or where something else is shown by now."""
    app = host.hsmtui
    try:
        listed = await offload(ask)
    except HsmtuiError as error:
        app.drop_keys()
        app.record(error, tell=True)
        return None
    backups = [backup for backup in listed if backup.has_id]
    is_readable = bool(backups) or not listed
    if is_readable and host.shows(connection):
        return backups
    app.drop_keys()
    if not is_readable:
        app.notify("What was listed cannot be read.", markup=False)
    return None


async def pick_backup(
    host: ListHost,
    row: Row,
    state: str,
    heading: str,
    on_read: Callable[[Connection, Backup], object] = lambda connection, backup: None,
) -> Backup | None:
    """The only backup of a cluster that is in a state, else that which is picked; None where there
    is none, which is said. `on_read` is called with each that was read."""
    connection, app = row.connection, host.hsmtui
    ask = partial(read_backups_in, connection, row.cluster.cluster_id, state)
    backups = await listed_backups(host, connection, ask)
    if backups is None:
        return None
    if not backups:
        app.drop_keys()
        app.notify(f"No backup of this cluster is {state}.", markup=False)
        return None
    for backup in backups:
        on_read(connection, backup)
    now = app.clock()
    ordered = sorted(backups, key=lambda backup: _place(backup, now))
    choices = [
        Choice(str(at), backup.backup_id, ", ".join(_remarks(backup, row, now)))
        for at, backup in enumerate(ordered)
    ]
    answer = await only_or_picked(app, heading, choices)
    return None if answer is None else ordered[int(answer)]


def _place(backup: Backup, now: datetime) -> float:
    """Where it stands: of those that can be restored the one with the least time left comes first,
    of others the newest."""
    if backup.backup_state == PENDING_DELETION:
        return (backup.delete_timestamp or now).timestamp()
    made = backup.create_timestamp
    return -made.timestamp() if made is not None else 0.0


def _remarks(backup: Backup, row: Row, now: datetime) -> Iterator[str]:
    if backup.create_timestamp is not None:
        yield f"{age(backup.create_timestamp, now)} old"
    yield lasting(backup, row.cluster.retention_days, now)
