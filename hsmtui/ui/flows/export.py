"""Writing the rows in view into a file.

Not imported before somebody asks for it: the first screen does without.
"""

from functools import partial

from hsmtui.aws.threads import offload
from hsmtui.export.row_columns import ReadRow
from hsmtui.export.rows import FORMATS, Rows
from hsmtui.fleet.fleet import Extent
from hsmtui.fleet.listing import Sort, View
from hsmtui.fleet.location import origin_of
from hsmtui.model.certificates.openssl import stem
from hsmtui.model.columns import PLACE_COLUMNS, with_places
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.pick import Choice, PickDialog
from hsmtui.ui.flows.save_as import for_names, tell, write
from hsmtui.ui.host import AppHost, WorkHost, start
from hsmtui.ui.widgets.notices import unbroken


def save_rows(node: WorkHost, app: AppHost, view: View | None, extent: Extent) -> None:
    """Write the rows in view, as they are now, in a format that is asked for."""
    if not view:
        tell(app, "There are no rows to write.")
        app.drop_keys()
        return
    app.hold_keys()
    start(
        node, partial(_save, app, _rows_in_view(app, view, extent)), group="export", exclusive=True
    )


def _rows_in_view(app: AppHost, view: View, extent: Extent) -> Rows:
    origins = {each.connection: origin_of(each.connection, app.demo) for each in view.listings}
    columns = app.remembered.columns
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
    begin = f"clusters-{stem(rows.where)}-{for_names(rows.written)}"
    choices = [Choice(key, kind.name, f"{begin}.{kind.suffix}") for key, kind in FORMATS.items()]
    dialog = PickDialog(visible(f"Write {rows.extent}"), choices)
    chosen: str | None = await app.push_screen_wait(dialog)
    if chosen is None:
        return
    kind = FORMATS[chosen]
    path = await write(app, f"{begin}.{kind.suffix}", await offload(kind.text, rows))
    if path is not None:
        unread = "" if rows.whole else f". {rows.what_is_unread}"
        tell(app, f"Wrote {rows.how_many} to {unbroken(path)}{unread}")


def _sort_words(sort: Sort) -> str:
    if sort.column is None:
        return ""
    return f"{sort.column.header}{' reversed' if sort.reverse else ''}"
