"""Writing the rows in view, or those that are marked, into a file.

Not imported before somebody asks for it: the first screen does without.
"""

from collections.abc import Sequence
from functools import partial

from hsmtui.aws.connection import Connection
from hsmtui.aws.threads import offload
from hsmtui.export.row_columns import ReadRow
from hsmtui.export.rows import FORMATS, Rows
from hsmtui.fleet.fleet import Extent
from hsmtui.fleet.listing import Row, Sort, View
from hsmtui.fleet.location import origin_of
from hsmtui.model.certificates.openssl import stem
from hsmtui.model.columns import PLACE_COLUMNS, with_places
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.pick import Choice, picked
from hsmtui.ui.flows.save_as import for_names, tell, write
from hsmtui.ui.host import AppHost, WorkHost, start
from hsmtui.ui.widgets.notices import unbroken


def save_rows(
    node: WorkHost, app: AppHost, view: View | None, extent: Extent, marked: Sequence[Row]
) -> None:
    """Write the marked rows or, where none is marked, those in view, as they are now, in a format
    that is asked for."""
    if marked:
        rows = _marked_rows(app, view, extent, marked)
    elif view:
        rows = _rows_in_view(app, view, extent)
    else:
        tell(app, "There are no rows to write.")
        app.drop_keys()
        return
    app.hold_keys()
    start(node, partial(_save, app, rows), group="export", exclusive=True)


def _rows_in_view(app: AppHost, view: View, extent: Extent) -> Rows:
    rows = [view[at] for at in range(len(view))]
    connections = [listing.connection for listing in view.listings]
    written = _rows(app, view, extent, rows, connections)
    return written._replace(query=view.query.text, unread=extent.unread)


def _marked_rows(app: AppHost, view: View | None, extent: Extent, marked: Sequence[Row]) -> Rows:
    """Of their places alone, whatever filter applies."""
    connections = [row.connection for row in marked]
    return _rows(app, view, extent, marked, connections)._replace(are_marked=True)


def _rows(
    app: AppHost,
    view: View | None,
    extent: Extent,
    rows: Sequence[Row],
    connections: Sequence[Connection],
) -> Rows:
    origins = {each: origin_of(each, app.demo) for each in connections}
    columns = app.remembered.columns
    return Rows(
        tuple(origins.values()),
        app.clock(),
        with_places(columns, PLACE_COLUMNS if len(origins) > 1 else ()),
        [ReadRow(row.judged, row.read_at, origins[row.connection]) for row in rows],
        extent.loaded,
        extent.is_whole,
        "",
        _sort_words(view.sort) if view else "",
    )


async def _save(app: AppHost, rows: Rows) -> None:
    begin = f"clusters-{stem(rows.where)}-{for_names(rows.written)}"
    choices = [Choice(key, kind.name, f"{begin}.{kind.suffix}") for key, kind in FORMATS.items()]
    chosen = await picked(app, visible(f"Write {rows.extent}"), choices, exact=False)
    if chosen is None:
        return
    kind = FORMATS[chosen]
    path = await write(app, f"{begin}.{kind.suffix}", await offload(kind.text, rows))
    if path is not None:
        unread = "" if rows.whole or rows.are_marked else f". {rows.what_is_unread}"
        tell(app, f"Wrote {rows.how_many} to {unbroken(path)}{unread}")


def _sort_words(sort: Sort) -> str:
    if sort.column is None:
        return ""
    return f"{sort.column.header}{' reversed' if sort.reverse else ''}"
