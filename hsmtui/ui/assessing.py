"""Finding out what is wrong with the clusters that are listed, without holding up the screen.

What needs no certificates is found as a page arrives. The rest follows when the rows have been
drawn, on a thread and a few rows at a time: the library for certificates takes as long to load as
the first screen to draw. Time alone makes findings too: every minute all is looked at again.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from itertools import islice
from typing import Protocol

from textual.screen import Screen

from hsmtui.aws.connection import Connection
from hsmtui.aws.offload import offload
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings import Findings, Known, Rules, find, number_of_rules
from hsmtui.ui.listing import Listing, Row
from hsmtui.ui.working import start

CHUNK = 100
"""Rows that are looked into before the screen hears of them."""

AGAIN = 60
"""Seconds after which time may have made findings of its own."""

BackupsOf = Callable[[Connection, str], tuple[Backup, ...] | None]
"""All backups of a cluster, None where they were not read."""

StateSince = Callable[[Connection, Cluster, datetime], datetime | None]
"""When a cluster was first seen in the state that it is in."""


class Assessor:
    """Judges clusters by the rules and by all that this run knows beside their records."""

    def __init__(self, rules: Rules, state_since: StateSince, backups_of: BackupsOf) -> None:
        self._rules = rules
        self._state_since = state_since
        self._backups_of = backups_of

    def at_once(self, connection: Connection, cluster: Cluster, now: datetime) -> Findings:
        """What is found without decoding certificates."""
        return find(cluster, now, self._rules, self._known(connection, cluster, now))

    def number_of_rules(self, cluster: Cluster) -> int:
        """How many rules are about such a cluster."""
        return number_of_rules(cluster, self._rules)

    def known(self, row: Row, now: datetime) -> Known:
        """What a thorough look at a row takes into account."""
        return self._known(row.connection, row.cluster, now)._replace(certificates=True)

    def thorough(self, asked: Iterable[tuple[Row, Known]], now: datetime) -> list[Findings]:
        """All that is found of each of these rows."""
        return [find(row.cluster, now, self._rules, known) for row, known in asked]

    def _known(self, connection: Connection, cluster: Cluster, now: datetime) -> Known:
        return Known(
            self._state_since(connection, cluster, now),
            self._backups_of(connection, cluster.cluster_id),
        )


class Audience(Protocol):
    """Whose rows are looked into, and who hears of what was found."""

    @property
    def listings(self) -> Collection[Listing]:
        """Those whose rows may be seen."""

    def assessed(self, ids: Collection[str]) -> None:
        """There is news of these rows."""

    def all_assessed(self, *, news: bool) -> None:
        """Nothing is due any more; whether there was news of any row since the last time."""


class Assessing:
    """Looks thoroughly at the rows that are due, behind the screen's back."""

    def __init__(
        self,
        screen: Screen[None],
        audience: Audience,
        assessor: Assessor,
        clock: Callable[[], datetime],
    ) -> None:
        self._screen = screen
        self._audience = audience
        self._assessor = assessor
        self._clock = clock
        self._working = False

    def begin(self) -> None:
        """Look at what is due when the screen has drawn what it has to draw."""
        self._screen.call_after_refresh(self._start)

    def again(self, cluster_id: str | None = None) -> None:
        """Look at a cluster again, or at all: more is known of them, or it is later."""
        for listing in self._audience.listings:
            ids = listing.rows if cluster_id is None else listing.rows.keys() & {cluster_id}
            listing.due.update(dict.fromkeys(ids))
        self.begin()

    def _start(self) -> None:
        if not self._working:
            self._working = True
            start(self._screen, self._look, group="findings")

    async def _look(self) -> None:
        news = False
        try:
            while (listing := self._next_listing()) is not None:
                found = await self._look_at_some(listing)
                news = news or bool(found)
                self._audience.assessed(found)
        finally:
            self._working = False
        self._audience.all_assessed(news=news)

    def _next_listing(self) -> Listing | None:
        return next((listing for listing in self._audience.listings if listing.due), None)

    async def _look_at_some(self, listing: Listing) -> list[str]:
        """The ids of the rows of which there is news."""
        ids = list(islice(listing.due, CHUNK))
        for cluster_id in ids:
            del listing.due[cluster_id]
        now = self._clock()
        rows = [listing.rows[cluster_id] for cluster_id in ids if cluster_id in listing.rows]
        asked = [(row, self._assessor.known(row, now)) for row in rows]
        findings = await offload(self._assessor.thorough, asked, now)
        return [
            row.cluster.cluster_id
            for row, found in zip(rows, findings, strict=True)
            if listing.assessed(row, found)
        ]
