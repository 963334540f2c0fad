"""All clusters and backups of some places, read at once as far as they can be."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from hsmtui.aws.backups import fetch_backups
from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.connect import Opening
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Page, Position, walk
from hsmtui.aws.place import Place
from hsmtui.aws.threads import Pool
from hsmtui.fleet.listing import Listing, Row
from hsmtui.fleet.region_backups import RegionBackups
from hsmtui.fleet.same_places import same_places
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster

_Progress: TypeAlias = Callable[[str], object]
"""Is told in words what is being read, in any thread."""


class ReadingStatus(StrEnum):
    """How far a place was read; the worst first."""

    NOT_READ = "not read"
    NEEDS_SIGN_IN = "needs a sign-in"
    NOT_WHOLE = "not whole"
    NOT_ENABLED = "not enabled"
    OK = "ok"


class PlaceReading(NamedTuple):
    """What was read of a place; `problems` say why it is not the whole.

    There is a connection where the place could be opened. `rows` are the clusters that no place
    before it has, of the same account, region and endpoint; `same_as` is the profile of the first
    of these places that was read whole, "" where there is none. `backups` is None where they were
    not, or not wholly, read. `read_at` is when the first page came.
    """

    place: Place
    connection: Connection | None = None
    rows: tuple[Row, ...] = ()
    pages: int = 0
    same_as: str = ""
    backups: RegionBackups | None = None
    problems: tuple[HsmtuiError, ...] = ()
    read_at: datetime | None = None

    @property
    def failed(self) -> bool:
        """Whether it should have been read and was not, or not wholly."""
        return self.status not in {ReadingStatus.OK, ReadingStatus.NOT_ENABLED}

    @property
    def status(self) -> ReadingStatus:
        """How far it was read."""
        if not self.problems:
            return ReadingStatus.OK
        if self.pages:
            return ReadingStatus.NOT_WHOLE
        problem = self.problems[0]
        if problem.is_unsigned:
            return ReadingStatus.NEEDS_SIGN_IN
        return ReadingStatus.NOT_ENABLED if problem.not_enabled else ReadingStatus.NOT_READ

    def backups_of(self, cluster_id: str) -> tuple[Backup, ...] | None:
        """All backups of a cluster; None where they were not read."""
        return None if self.backups is None else self.backups.of(cluster_id)


def read_places(
    openings: Sequence[Opening],
    clock: Callable[[], datetime],
    progress: _Progress,
    pool: Pool,
    *,
    with_backups: bool,
) -> tuple[PlaceReading, ...]:
    """Read what was asked for when the places were opened, in their order.

    Requests go through the pool. A failure ends the reading of its place. Backups follow when the
    clusters of all places have come, and only where there are some that no place before has. STS is
    asked once a profile.
    """
    counted = _CountedProgress(progress, len(openings))
    readers = [_Reader(opening, clock, counted) for opening in openings]
    _finish(pool.submit(reader.read_clusters) for reader in _arrived(readers))
    _finish(pool.submit(reader.ask_caller) for reader in readers)
    with_rows = _leave_out_known(readers)
    if with_backups:
        counted.begin("backups in ", len(with_rows))
        _finish(pool.submit(reader.read_backups) for reader in with_rows)
    return tuple(reader.reading for reader in readers)


def _arrived(readers: Iterable["_Reader"]) -> Iterator["_Reader"]:
    """Each when its first page has come, or will not."""
    awaited = {reader.opening.first_page: reader for reader in readers}
    for first_page in as_completed(awaited):
        yield awaited[first_page]


def _finish(tasks: Iterable["Future[None]"]) -> None:
    """Wait until all are over. Raises what one of them raised."""
    for task in as_completed(list(tasks)):
        task.result()


def _leave_out_known(readers: Sequence["_Reader"]) -> list["_Reader"]:
    """Leave each cluster to the first place that has it; the places which are left with some."""
    listed = [(reader, reader.listing) for reader in readers if reader.listing is not None]
    same = same_places(listed)
    seen: dict[_Reader, set[str]] = defaultdict(set)
    whole: dict[_Reader, str] = {}
    for reader, listing in listed:
        first = same.get(reader, reader)
        reader.leave_out(seen[first])
        if not reader.problems:
            reader.same_as = whole.get(first, "")
            whole.setdefault(first, listing.connection.profile_name)
    return [reader for reader in readers if reader.rows]


class _CountedProgress:
    """Says how far it is: of one place what is read there, of several how many are over."""

    def __init__(self, progress: _Progress, places: int) -> None:
        self._progress = progress
        self._several = places > 1
        self._lock = threading.Lock()
        self._failed: set[_Reader] = set()
        self.begin("", places)
        self.reading("connecting")

    def reading(self, words: str) -> None:
        """What is being read in a place."""
        if not self._several:
            self._progress(words)

    def begin(self, words: str, places: int) -> None:
        """So many places are to be gone through; the words say for what."""
        self._words, self._places, self._over = words, places, -1
        self._count()

    def over(self, reader: "_Reader") -> None:
        """One of them is over."""
        with self._lock:
            if reader.reading.failed:
                self._failed.add(reader)
            self._count()

    def _count(self) -> None:
        self._over += 1
        failed = f", {len(self._failed)} failed" if self._failed else ""
        if self._several:
            self._progress(f"{self._words}{self._over} of {self._places} places{failed}")


class _Reader:
    """Reads one place, step by step; what has come outlives a failure.

    `same_as` is as in a PlaceReading.
    """

    def __init__(
        self, opening: Opening, clock: Callable[[], datetime], counted: _CountedProgress
    ) -> None:
        self.opening = opening
        self.connection: Connection | None = None
        self.same_as = ""
        self.problems: list[HsmtuiError] = []
        self.listing: Listing | None = None
        self._known: frozenset[str] = frozenset()
        self._backups: RegionBackups | None = None
        self._clock = clock
        self._counted = counted
        opening.connection.add_done_callback(lambda _: counted.reading("page 1, 0 clusters ..."))

    @property
    def rows(self) -> tuple[Row, ...]:
        """The clusters that have come and are not left to another place."""
        rows = {} if self.listing is None else self.listing.rows
        return tuple(row for key, row in rows.items() if key not in self._known)

    @property
    def reading(self) -> PlaceReading:
        """What was read so far."""
        return PlaceReading(
            place=self.opening.place,
            connection=self.connection,
            rows=self.rows,
            pages=0 if self.listing is None else self.listing.pages,
            same_as=self.same_as,
            backups=self._backups,
            problems=tuple(self.problems),
            read_at=None if self.listing is None else self.listing.read_at,
        )

    def leave_out(self, known: set[str]) -> None:
        """Leave the clusters with these ids to another place; the ids of the rest are added."""
        self._known = frozenset(known)
        known.update(row.cluster.cluster_id for row in self.rows)

    def read_clusters(self) -> None:
        """Take the first page, which has come, and read those after it."""
        try:
            self.connection = self.opening.connection.result()
            first = self.opening.first_page.result()
            listing = self.listing = Listing(self.connection, self.opening.filters)
            for page in self._pages(self.connection, listing, first):
                listing.extend(page, self._clock())
                self.problems += page.problems
        except HsmtuiError as error:
            self.problems.append(error)
        self._counted.over(self)

    def ask_caller(self) -> None:
        """Have STS say who asks here, unless it has, or is being asked for another place."""
        if self.connection is not None:
            self.connection.ask_caller()

    def _pages(
        self, connection: Connection, listing: Listing, first: Page[Cluster]
    ) -> Iterator[Page[Cluster]]:
        def fetch(position: Position) -> Page[Cluster]:
            self._counted.reading(f"page {listing.pages + 1}, {len(listing.rows)} clusters ...")
            return fetch_page(connection, position)

        yield first
        self._counted.reading("asking who you are")
        connection.ask_caller()
        if first.next is not None and first.problem is None:
            yield from walk(fetch, first.next)

    def read_backups(self) -> None:
        """Read all backups of the region."""
        backups, clusters = RegionBackups(), len(self.rows)

        def fetch(position: Position) -> Page[Backup]:
            self._counted.reading(f"{clusters} clusters, {backups.number} backups ...")
            return fetch_backups(connection, position)

        try:
            connection = self.opening.connection.result()
            for page in walk(fetch, Position()):
                backups.take(page)
                self.problems += page.problems
        except HsmtuiError as error:
            self.problems.append(error)
        self._backups = backups if backups.is_whole else None
        self._counted.over(self)
