"""Writing files from a screen: the rows in view, and the page that hands a cluster over."""

import os
import re
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from hsmtui import __version__
from hsmtui.audit import user_name
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.offload import offload
from hsmtui.model.columns import choose
from hsmtui.model.findings import Known, Rules, find
from hsmtui.model.origin import Origin
from hsmtui.model.rows import FORMATS, ReadRow, Rows
from hsmtui.model.text import visible
from hsmtui.settings import Findings
from hsmtui.ui.dialogs.pick import Choice, PickDialog
from hsmtui.ui.filing import SHOWN, write
from hsmtui.ui.listing import Row, Sort
from hsmtui.ui.working import start

if TYPE_CHECKING:
    from hsmtui.ui.screens.clusters import ClusterScreen

LAST_REQUESTS = 20
"""How many of the last requests a page names."""


def origin_of(connection: Connection, *, demo: bool) -> Origin:
    """Where a connection asks and as whom, as far as is known now."""
    caller, unknown = connection.known_caller, ""
    if caller is None and connection.caller.done():
        unknown = f"STS could not be asked: {connection.caller.exception()}"
    elif caller is None:
        unknown = "STS has not answered yet"
    return Origin(
        partition=connection.partition,
        region=connection.region,
        account=caller.account if caller else None,
        caller=caller.arn if caller else None,
        unknown=unknown,
        profile=connection.profile,
        credentials=connection.credentials,
        endpoint=connection.endpoint,
        config_file=os.environ.get("AWS_CONFIG_FILE") if demo else None,
    )


class Exports:
    """The files that are written from a screen, each into a folder that is said."""

    def __init__(self, screen: "ClusterScreen") -> None:
        self._screen = screen
        self._app = screen.hsmtui

    def save_rows(self) -> None:
        """Write the rows in view, as they are now, in a format that is asked for."""
        rows = self._rows_in_view()
        if rows is None:
            self._tell("There are no rows to write.")
            return
        self._app.hold_keys()
        start(self._screen, partial(self._save, rows), group="export", exclusive=True)

    def hand_over(self) -> None:
        """Write the page on the cluster under the cursor."""
        if row := self._screen.table.row:
            self._app.hold_keys()
            start(self._screen, partial(self._hand_over, row), group="export", exclusive=True)

    def _rows_in_view(self) -> Rows | None:
        view = self._screen.table.view
        if not view:
            return None
        listing, settings = view.listing, self._app.settings
        return Rows(
            origin_of(listing.connection, demo=self._app.demo),
            self._app.clock(),
            choose(settings.columns or ()),
            [ReadRow(row.cluster, row.read_at) for row in map(view.__getitem__, range(len(view)))],
            len(listing.rows),
            listing.whole,
            view.query.text,
            _sort_words(view.sort),
        )

    async def _save(self, rows: Rows) -> None:
        stem = f"clusters-{_plain(rows.origin.region)}-{_for_names(rows.written)}"
        choices = [Choice(key, kind.name, f"{stem}.{kind.suffix}") for key, kind in FORMATS.items()]
        dialog = PickDialog(visible(f"Write {rows.extent}"), choices)
        chosen: str | None = await self._app.push_screen_wait(dialog)
        if chosen is None:
            return
        kind = FORMATS[chosen]
        path = await write(self._app, f"{stem}.{kind.suffix}", await offload(kind.text, rows))
        if path is not None:
            unread = "" if rows.whole else ". More pages are unread"
            self._tell(f"Wrote {rows.how_many} to {path}{unread}")

    async def _hand_over(self, row: Row) -> None:
        app = self._app
        written = app.clock()
        name = f"{_plain(row.cluster.cluster_id)}-{_for_names(written)}.md"
        text = await offload(
            _page,
            row,
            origin_of(row.connection, demo=app.demo),
            written,
            _rules(app.settings.findings),
            tuple(app.errors),
        )
        path = await write(self._app, name, text)
        if path is not None:
            self._tell(f"Wrote the page on {row.cluster.cluster_id} to {path}")

    def _tell(self, words: str) -> None:
        self._app.notify(visible(words), markup=False, timeout=SHOWN)


def _page(
    row: Row, origin: Origin, written: datetime, rules: Rules, errors: Sequence[HsmtuiError]
) -> str:
    """The page on a cluster. Called in a thread: it decodes certificates."""
    from hsmtui.model.report import Failure, HandOver, page

    cluster = row.cluster
    return page(
        HandOver(
            origin=origin,
            by=f"{user_name()}@{socket.gethostname()}",
            version=__version__,
            written=written,
            cluster=cluster,
            read_at=row.read_at,
            request_id=row.request_id,
            findings=find(cluster, written, rules, Known(certificates=True)),
            backups=None,
            failures=[Failure(e.time, e.operation, e.request_id, str(e), e.remedy) for e in errors],
            requests=row.connection.requests.answers[-LAST_REQUESTS:],
        )
    )


def _rules(settings: Findings) -> Rules:
    return Rules(
        off=frozenset(settings.off),
        required_tags=settings.required_tags,
        hsm1_end_of_support=settings.hsm1_end_of_support,
        certificate_high_days=settings.certificate_high_days,
        certificate_warning_days=settings.certificate_warning_days,
        stuck_warning_minutes=settings.stuck_warning_minutes,
        stuck_critical_minutes=settings.stuck_critical_minutes,
        stale_hours=settings.stale_hours,
        backup_hours=settings.backup_hours,
    )


def _sort_words(sort: Sort) -> str:
    if sort.column is None:
        return ""
    return f"{sort.column.header}{' reversed' if sort.reverse else ''}"


def _plain(text: str) -> str:
    """A text as a part of a file's name: no folder, nothing to quote, not too long."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", text)[:100]


def _for_names(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
