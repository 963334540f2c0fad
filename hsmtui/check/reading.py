"""All clusters and backups of a place, page by page, as far as they can be read."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import NamedTuple

from hsmtui.aws.answer import odd_entry
from hsmtui.aws.backups import OPERATION, BackupPosition, fetch_backups
from hsmtui.aws.clusters import LISTING, Position, fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.session import open_connection
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.filter.query import Query

Progress = Callable[[str], object]


class BackupsRead(NamedTuple):
    """All backups of the region by the id of their cluster, and how many there are."""

    of_cluster: Mapping[str, tuple[Backup, ...]]
    number: int


class PlaceReading(NamedTuple):
    """What was read; `problems` say why it is not the whole.

    `backups` is None where they were not, or not wholly, read.
    """

    connection: Connection | None = None
    clusters: tuple[Cluster, ...] = ()
    pages: int = 0
    backups: BackupsRead | None = None
    problems: tuple[HsmtuiError, ...] = ()


def read_place(
    place: Place, terms: Terms, query: Query, progress: Progress, *, with_backups: bool
) -> PlaceReading:
    """Read what the service selects for the query; a failure ends the reading, not the program."""
    progress("connecting")
    try:
        connection = open_connection(place, Future(), terms)
    except HsmtuiError as error:
        return PlaceReading(problems=(error,))
    progress("asking who you are")
    connection.ask_caller()
    reading = _read_clusters(PlaceReading(connection), connection, query, progress)
    if with_backups and reading.clusters:
        return _read_backups(reading, connection, progress)
    return reading


def _read_clusters(
    reading: PlaceReading, connection: Connection, query: Query, progress: Progress
) -> PlaceReading:
    found: dict[str, Cluster] = {}  # one that moves to a later page comes twice
    pages = 0
    problems: list[HsmtuiError] = []
    problem: HsmtuiError | None = None
    position: Position | None = Position(query.server_filters)
    while position is not None and problem is None:
        progress(f"page {pages + 1}, {len(found)} clusters ...")
        try:
            page = fetch_page(connection, position)
        except HsmtuiError as error:
            problem = error
            break
        found |= {cluster.cluster_id: cluster for cluster in page.clusters}
        problems += [odd_entry(c, LISTING, page.request_id) for c in page.clusters if c.odd]
        pages += 1
        position, problem = page.next, page.problem
    return reading._replace(
        clusters=tuple(found.values()), pages=pages, problems=_with(reading, *problems, problem)
    )


def _read_backups(
    reading: PlaceReading, connection: Connection, progress: Progress
) -> PlaceReading:
    found: dict[str, list[Backup]] = defaultdict(list)
    count = 0
    position: BackupPosition | None = BackupPosition()
    while position is not None:
        progress(f"{len(reading.clusters)} clusters, {count} backups ...")
        try:
            page = fetch_backups(connection, position)
        except HsmtuiError as error:
            return reading._replace(problems=_with(reading, error))
        for backup in page.backups:
            found[backup.cluster_id or ""].append(backup)
        odd = (odd_entry(backup, OPERATION) for backup in page.backups if backup.odd)
        reading = reading._replace(problems=_with(reading, *odd))
        count += len(page.backups)
        if page.problem is not None:
            return reading._replace(problems=_with(reading, page.problem))
        position = page.next
    if any(backup.odd for backup in found[""]):  # it may be of any of the clusters
        return reading
    backups = {cluster_id: tuple(each) for cluster_id, each in found.items()}
    return reading._replace(backups=BackupsRead(backups, count))


def _with(reading: PlaceReading, *problems: HsmtuiError | None) -> tuple[HsmtuiError, ...]:
    return (*reading.problems, *(problem for problem in problems if problem is not None))
