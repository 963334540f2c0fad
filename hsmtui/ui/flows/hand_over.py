"""Handing clusters over: a page with all that is known of them, which is read first.

Not imported before somebody asks for it: the first screen does without.
"""

import asyncio
import math
import socket
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from hsmtui import __version__
from hsmtui.aws.backups import backups_of, fetch_backups
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.key_stores import read_key_stores
from hsmtui.aws.pages import read_all
from hsmtui.aws.threads import offload
from hsmtui.changes.audit import user_name
from hsmtui.config.trust import read_roots
from hsmtui.fleet.assess import Assessing
from hsmtui.fleet.listing import Row
from hsmtui.fleet.location import origin_of
from hsmtui.fleet.recorded import RecordedCluster
from hsmtui.model.backup import Backup
from hsmtui.model.certificates.openssl import stem
from hsmtui.model.findings.finding import Known, Past
from hsmtui.model.history.events import Event
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.waiting import WaitingDialog
from hsmtui.ui.flows.save_as import for_names, tell, write
from hsmtui.ui.host import AppHost, WorkHost, start
from hsmtui.ui.theme import place_words
from hsmtui.ui.widgets.notices import unbroken

if TYPE_CHECKING:  # it loads the library for certificates, which takes a moment
    from hsmtui.export.handover import HandOver, InFile, LookedUp, UsingStore

LAST_REQUESTS = 20
"""How many of the last requests that changed nothing a page names."""

AT_A_TIME = 4
"""Clusters whose backups and key stores are read at once."""

SAID_AFTER = 0.2
"""Seconds after which it is said what is waited for: usually it is there before."""

_T = TypeVar("_T")


class _Read(NamedTuple):
    """What is read for the page."""

    backups: "LookedUp[Backup] | InFile"
    stores: "LookedUp[UsingStore] | InFile"


class _Snapshot(NamedTuple):
    """What is read of a row, and what changes with the screen, as it was then."""

    row: Row
    read: _Read
    written: datetime
    judged: datetime
    known: Known
    past: list[Past]
    events: list[Event]


def hand_over(node: WorkHost, app: AppHost, rows: Sequence[Row], assessing: Assessing) -> None:
    """Write the page on the clusters of these rows."""
    app.hold_keys()
    start(node, partial(_hand_over, app, rows, assessing), group="export", exclusive=True)


async def _hand_over(app: AppHost, rows: Sequence[Row], assessing: Assessing) -> None:
    reads = await _read_first(app, rows)
    if reads is None:
        app.notify("Nothing was written.", markup=False)
        return
    written = app.clock()
    what = _what(rows)
    name = f"{stem(what.replace(' ', '-'))}-{for_names(written)}.md"
    snapshots = [
        _snapshot(app, row, assessing, written, read) for row, read in zip(rows, reads, strict=True)
    ]
    text = await offload(_text, app, assessing, snapshots)
    path = await write(app, name, text)
    if path is not None:
        tell(app, f"Wrote the page on {what} to {unbroken(path)}")


def _what(rows: Sequence[Row]) -> str:
    """What the page is on, in words."""
    return rows[0].cluster.cluster_id if len(rows) == 1 else f"{len(rows)} clusters"


def _snapshot(
    app: AppHost, row: Row, assessing: Assessing, written: datetime, read: _Read
) -> _Snapshot:
    from hsmtui.export.handover import LookedUp

    known = assessing.assessor.known(row)
    if isinstance(read.backups, LookedUp) and read.backups.entries is not None:
        known = known._replace(backups=read.backups.entries)
    return _Snapshot(
        row,
        read,
        written,
        assessing.now,
        known,
        assessing.past_of(row.key),
        app.events.events_of(place_words(row.connection), row.cluster.cluster_id),
    )


def _recorded_of(app: AppHost, row: Row) -> RecordedCluster | None:
    """What the file says of a cluster that was opened from one."""
    if app.recorded is None:
        return None
    return app.recorded.cluster_of(row.connection, row.cluster.cluster_id)


def _in_file(recorded: RecordedCluster) -> _Read:
    """What the file says of what would be read."""
    from hsmtui.export.handover import InFile

    return _Read(InFile(*filter(None, [recorded.backups_words])), InFile())


async def _read_first(app: AppHost, rows: Sequence[Row]) -> list[_Read] | None:
    """What is not in the rows, read now; None where the person does not wait for it."""
    reading = asyncio.ensure_future(_read_all(app, rows))
    try:
        await asyncio.wait({reading}, timeout=SAID_AFTER)
        if not reading.done():
            seconds = app.settings.read_timeout * math.ceil(len(rows) / AT_A_TIME)
            words = (
                f"… reading the backups and the KMS key stores of {_what(rows)}, "
                f"for {seconds:g} s at most"
            )
            await app.push_screen_wait(WaitingDialog("Hand over", visible(words), reading))
        return await reading if reading.done() else None
    finally:
        reading.cancel()


async def _read_all(app: AppHost, rows: Sequence[Row]) -> list[_Read]:
    """Of each row what its file says, or what is read: so many clusters at a time."""
    room = asyncio.Semaphore(AT_A_TIME)

    async def read(row: Row) -> _Read:
        recorded = _recorded_of(app, row)
        if recorded is not None:
            return _in_file(recorded)
        async with room:
            return await _read(app, row)

    return await asyncio.gather(*map(read, rows))


async def _read(app: AppHost, row: Row) -> _Read:
    from hsmtui.export.handover import UsingStore

    connection, cluster_id = row.connection, row.cluster.cluster_id
    connection.reconsider()

    def backups() -> tuple[Backup, ...]:
        listed = list(read_all(partial(fetch_backups, connection), backups_of(cluster_id)))
        return tuple(listed)

    def stores() -> tuple[UsingStore, ...]:
        using = read_key_stores(connection, cluster_id)
        return tuple(
            [
                UsingStore(s.entry_id, s.custom_key_store_name or "", s.connection_state or "")
                for s in using
            ]
        )

    return _Read(*await asyncio.gather(_look_up(app, row, backups), _look_up(app, row, stores)))


async def _look_up(app: AppHost, row: Row, ask: Callable[[], tuple[_T, ...]]) -> "LookedUp[_T]":
    """What is asked, as far as it comes in time; what keeps it from coming is said in the page."""
    from hsmtui.export.handover import LookedUp

    seconds = app.settings.read_timeout
    if row.connection.is_recorded:
        return LookedUp(
            app.clock(), None, "the cluster was opened from a file, and AWS is not asked"
        )
    if not row.cluster.has_id:
        return LookedUp(app.clock(), None, "the cluster came without an id")
    try:
        async with asyncio.timeout(seconds):
            return LookedUp(app.clock(), await offload(ask))
    except TimeoutError:
        why = f"there was no answer within {seconds:g} s"
    except HsmtuiError as error:
        app.record(error)
        why = str(error)
    return LookedUp(app.clock(), None, why)


def _text(app: AppHost, assessing: Assessing, snapshots: Sequence[_Snapshot]) -> str:
    """The page on the clusters. Called in a thread: it decodes certificates."""
    from hsmtui.export.handover import page, page_of_several

    cases = [_case(app, assessing, snapshot) for snapshot in snapshots]
    return page(cases[0]) if len(cases) == 1 else page_of_several(cases)


def _case(app: AppHost, assessing: Assessing, snapshot: _Snapshot) -> "HandOver":
    from hsmtui.export.handover import Failure, HandOver

    row, read, settings = snapshot.row, snapshot.read, app.settings
    recorded = _recorded_of(app, row)
    is_judged = recorded is not None and recorded.findings is not None
    (findings,) = assessing.assessor.thorough([(row, snapshot.known)], snapshot.judged)
    return HandOver(
        origin=origin_of(row.connection, app.demo),
        by=f"{user_name()}@{socket.gethostname()}",
        version=__version__,
        written=snapshot.written,
        cluster=row.cluster,
        read_at=row.read_at,
        request_id=row.request_id,
        findings=findings,
        off=recorded.off if recorded is not None and is_judged else settings.rules.off,
        past=snapshot.past,
        roots=read_roots(settings.trust, settings.paths.config_file.parent),
        backups=read.backups,
        stores=read.stores,
        events=snapshot.events,
        failures=[
            Failure(error.time, error.operation, error.request_id, str(error), str(error.remedy))
            for error in app.errors.copy()
            if error.place in {"", *_names(row.connection)}
        ],
        requests=row.connection.requests.last(LAST_REQUESTS),
    )


def _names(connection: Connection) -> tuple[str, str]:
    """What errors may call its place."""
    profile = connection.profile or "default"
    return place_words(connection), f"{profile} · {connection.region}"
