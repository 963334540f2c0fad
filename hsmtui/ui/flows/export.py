"""Writing files from a screen: the rows in view, and the page that hands a cluster over.

Not imported before somebody asks for one: the first screen does without.
"""

import socket
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from hsmtui import __version__
from hsmtui.aws.connection import Connection
from hsmtui.aws.threads import offload
from hsmtui.changes.audit import user_name
from hsmtui.config.trust import read_roots
from hsmtui.export.rows import FORMATS, ReadRow, Rows
from hsmtui.fleet.assess import Assessing
from hsmtui.fleet.backups import BackupPages
from hsmtui.fleet.fleet import Extent
from hsmtui.fleet.listing import Row, Sort, View
from hsmtui.fleet.location import origin_of
from hsmtui.model.backup import Backup
from hsmtui.model.certificates.openssl import stem
from hsmtui.model.columns import PLACE_COLUMNS, choose, with_places
from hsmtui.model.findings.finding import Known, Past
from hsmtui.model.history.events import Event
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.pick import Choice, PickDialog
from hsmtui.ui.flows.save_as import PATH_SECONDS, write
from hsmtui.ui.host import AppHost, WorkHost, start
from hsmtui.ui.theme import place_words

LAST_REQUESTS = 20
"""How many of the last requests that changed nothing a page names."""


class _Snapshot(NamedTuple):
    """What changes with the screen, as it was when the page was asked for."""

    written: datetime
    known: Known
    backups: tuple[Backup, ...] | None
    past: list[Past]
    events: list[Event]


def save_rows(node: WorkHost, app: AppHost, view: View | None, extent: Extent) -> None:
    """Write the rows in view, as they are now, in a format that is asked for."""
    if not view:
        _tell(app, "There are no rows to write.")
        app.drop_keys()
        return
    app.hold_keys()
    start(
        node, partial(_save, app, _rows_in_view(app, view, extent)), group="export", exclusive=True
    )


def hand_over(
    node: WorkHost, app: AppHost, row: Row, assessing: Assessing, own: BackupPages | None
) -> None:
    """Write the page on the cluster of this row; `own` are all its backups, if they were read."""
    app.hold_keys()
    start(node, partial(_hand_over, app, row, assessing, own), group="export", exclusive=True)


def _rows_in_view(app: AppHost, view: View, extent: Extent) -> Rows:
    origins = {each.connection: origin_of(each.connection, app.demo) for each in view.listings}
    columns = choose(app.settings.columns or ())
    return Rows(
        tuple(origins.values()),
        app.clock(),
        with_places(columns, PLACE_COLUMNS if len(origins) > 1 else ()),
        [
            ReadRow(row.judged, row.read_at, origins[row.connection])
            for row in map(view.__getitem__, range(len(view)))
        ],
        extent.loaded,
        extent.is_whole,
        view.query.text,
        _sort_words(view.sort),
        extent.unread,
    )


async def _save(app: AppHost, rows: Rows) -> None:
    begin = f"clusters-{stem(rows.where)}-{_for_names(rows.written)}"
    choices = [Choice(key, kind.name, f"{begin}.{kind.suffix}") for key, kind in FORMATS.items()]
    dialog = PickDialog(visible(f"Write {rows.extent}"), choices)
    chosen: str | None = await app.push_screen_wait(dialog)
    if chosen is None:
        return
    kind = FORMATS[chosen]
    path = await write(app, f"{begin}.{kind.suffix}", await offload(kind.text, rows))
    if path is not None:
        unread = "" if rows.whole else f". {rows.what_is_unread}"
        _tell(app, f"Wrote {rows.how_many} to {path}{unread}")


async def _hand_over(app: AppHost, row: Row, assessing: Assessing, own: BackupPages | None) -> None:
    cluster_id, written = row.cluster.cluster_id, app.clock()
    name = f"{stem(cluster_id)}-{_for_names(written)}.md"
    snapshot = _Snapshot(
        written,
        assessing.assessor.known(row, written),
        own.backups if own is not None else None,
        assessing.past_of(row.key),
        app.events.events_of(place_words(row.connection), cluster_id),
    )
    path = await write(app, name, await offload(_page, app, row, assessing, snapshot))
    if path is not None:
        _tell(app, f"Wrote the page on {cluster_id} to {path}")


def _page(app: AppHost, row: Row, assessing: Assessing, snapshot: _Snapshot) -> str:
    """The page on a cluster. Called in a thread: it decodes certificates."""
    from hsmtui.export.handover import Failure, HandOver, page

    settings = app.settings
    (findings,) = assessing.assessor.thorough([(row, snapshot.known)], snapshot.written)
    return page(
        HandOver(
            origin=origin_of(row.connection, app.demo),
            by=f"{user_name()}@{socket.gethostname()}",
            version=__version__,
            written=snapshot.written,
            cluster=row.cluster,
            read_at=row.read_at,
            request_id=row.request_id,
            findings=findings,
            past=snapshot.past,
            roots=read_roots(settings.trust, settings.paths.config_file.parent),
            backups=snapshot.backups,
            events=snapshot.events,
            failures=[
                Failure(
                    error.time, error.operation, error.request_id, str(error), str(error.remedy)
                )
                for error in app.errors.copy()
                if error.place in {"", *_names(row.connection)}
            ],
            requests=row.connection.requests.last(LAST_REQUESTS),
        )
    )


def _tell(app: AppHost, words: str) -> None:
    app.notify(visible(words), markup=False, timeout=PATH_SECONDS)


def _sort_words(sort: Sort) -> str:
    if sort.column is None:
        return ""
    return f"{sort.column.header}{' reversed' if sort.reverse else ''}"


def _for_names(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _names(connection: Connection) -> tuple[str, str]:
    """What errors may call its place."""
    profile = connection.profile or "default"
    return place_words(connection), f"{profile} · {connection.region}"
