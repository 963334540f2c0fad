"""All clusters and backups of a place, read at once as far as they can be."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import NamedTuple, TypeAlias

from hsmtui.aws.backups import fetch_backups
from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Page, Position, walk
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.session import open_connection
from hsmtui.fleet.listing import Listing, Row
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.filter.query import Query

_Progress: TypeAlias = Callable[[str], object]
"""Is told in words what is being read."""


class RegionBackups(NamedTuple):
    """All backups of a region by the id of their cluster, and how many there are."""

    of_cluster: Mapping[str, tuple[Backup, ...]]
    number: int


class PlaceReading(NamedTuple):
    """What was read; `problems` say why it is not the whole.

    There is a listing where there is a connection. `backups` is None where they were not, or not
    wholly, read.
    """

    listing: Listing | None = None
    backups: RegionBackups | None = None
    problems: tuple[HsmtuiError, ...] = ()

    @property
    def connection(self) -> Connection | None:
        """Through which it was read; None where there could be none."""
        return None if self.listing is None else self.listing.connection

    @property
    def rows(self) -> tuple[Row, ...]:
        """The clusters that were read."""
        return () if self.listing is None else tuple(self.listing.rows.values())

    @property
    def pages(self) -> int:
        """On how many pages they came."""
        return 0 if self.listing is None else self.listing.pages

    def backups_of(self, _: Connection, cluster_id: str) -> tuple[Backup, ...] | None:
        """All backups of a cluster; None where they were not read."""
        return None if self.backups is None else self.backups.of_cluster.get(cluster_id, ())


def read_place(
    place: Place,
    terms: Terms,
    query: Query,
    clock: Callable[[], datetime],
    progress: _Progress,
    *,
    with_backups: bool,
) -> PlaceReading:
    """Read what the service selects for the query; a failure ends the reading, not the program."""
    progress("connecting")
    try:
        connection = open_connection(place, Future(), terms)
    except HsmtuiError as error:
        return PlaceReading(problems=(error,))
    progress("asking who you are")
    connection.ask_caller()
    listing = Listing(connection, query.server_filters)
    problems = _read_clusters(listing, clock, progress)
    backups = None
    if with_backups and listing.rows:
        backups, more = _read_backups(listing, progress)
        problems += more
    return PlaceReading(listing, backups, tuple(problems))


def _read_clusters(
    listing: Listing, clock: Callable[[], datetime], progress: _Progress
) -> list[HsmtuiError]:
    problems: list[HsmtuiError] = []

    def fetch(position: Position) -> Page[Cluster]:
        progress(f"page {listing.pages + 1}, {len(listing.rows)} clusters ...")
        return fetch_page(listing.connection, position)

    try:
        for page in walk(fetch, Position(listing.filters)):
            listing.extend(page, clock())
            problems += page.problems
    except HsmtuiError as error:
        problems.append(error)
    return problems


def _read_backups(
    listing: Listing, progress: _Progress
) -> tuple[RegionBackups | None, list[HsmtuiError]]:
    backups: list[Backup] = []
    problems: list[HsmtuiError] = []
    is_whole = False

    def fetch(position: Position) -> Page[Backup]:
        progress(f"{len(listing.rows)} clusters, {len(backups)} backups ...")
        return fetch_backups(listing.connection, position)

    try:
        for page in walk(fetch, Position()):
            backups += page.entries
            problems += page.problems
            is_whole = page.next is None and page.problem is None
    except HsmtuiError as error:
        problems.append(error)
    whose = defaultdict(list)
    for backup in backups:
        whose[backup.cluster_id or ""].append(backup)
    if not is_whole or any(backup.odd for backup in whose[""]):  # it may be of any cluster
        return None, problems
    of_cluster = {cluster_id: tuple(each) for cluster_id, each in whose.items()}
    return RegionBackups(of_cluster, len(backups)), problems
