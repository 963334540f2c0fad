"""Comparing clusters field by field.

Not imported before somebody asks for it: the first screen does without.
"""

from collections.abc import Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING

from hsmtui.aws.threads import offload
from hsmtui.fleet.assess import Assessing
from hsmtui.fleet.listing import Row
from hsmtui.fleet.location import origin_of
from hsmtui.model.backup import Backup
from hsmtui.model.findings.finding import Unread
from hsmtui.ui.dialogs.compare import CompareDialog
from hsmtui.ui.host import AppHost, WorkHost, start

if TYPE_CHECKING:  # it loads the library for certificates, which takes a moment
    from hsmtui.model.comparison import ComparedCluster, Comparison


def compare_rows(node: WorkHost, app: AppHost, rows: Sequence[Row], assessing: Assessing) -> None:
    """Show what differs between the clusters of these rows, as they are known now."""
    app.hold_keys()
    start(node, partial(_compare, app, rows, assessing), group="compare", exclusive=True)


async def _compare(app: AppHost, rows: Sequence[Row], assessing: Assessing) -> None:
    comparison = await offload(_comparison, app, rows, [_backups(app, r, assessing) for r in rows])
    app.push_screen(CompareDialog(comparison, app.copy))


def _comparison(
    app: AppHost, rows: Sequence[Row], backups: Sequence[tuple[Backup, ...] | Unread | None]
) -> "Comparison":
    """Called in a thread: it decodes certificates."""
    from hsmtui.model.comparison import Comparison

    return Comparison([_compared(app, *pair) for pair in zip(rows, backups, strict=True)])


def _compared(
    app: AppHost, row: Row, backups: tuple[Backup, ...] | Unread | None
) -> "ComparedCluster":
    from hsmtui.model.comparison import ComparedCluster

    return ComparedCluster(
        row.cluster,
        row.connection.profile_name,
        row.connection.account,
        row.connection.region,
        row.read_at,
        row.findings,
        _off(app, row),
        backups,
        origin_of(row.connection, app.demo).unknown,
    )


def _off(app: AppHost, row: Row) -> Collection[str]:
    """The rules that were not asked of a cluster."""
    if app.recorded is None:
        return app.settings.rules.off
    recorded = app.recorded.cluster_of(row.connection, row.cluster.cluster_id)
    return app.settings.rules.off if recorded.findings is None else recorded.off


def _backups(app: AppHost, row: Row, assessing: Assessing) -> tuple[Backup, ...] | Unread | None:
    """The backups of a cluster as far as they are known; of a file the newest that it tells."""
    if app.recorded is None:
        return assessing.assessor.known(row).backups
    recorded = app.recorded.cluster_of(row.connection, row.cluster.cluster_id)
    if recorded.backups is None:
        return Unread("not in this file")
    return (recorded.newest,) if recorded.newest is not None else ()
