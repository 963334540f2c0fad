"""Finding out what is wrong with the clusters that are listed, without holding up the screen.

What needs no certificates is found as a page arrives. The rest follows when the rows have been
drawn, on a thread and a few rows at a time: the library for certificates takes as long to load as
the first screen to draw. Time alone makes findings too: every minute all is looked at again.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial
from itertools import islice

from textual.dom import DOMNode

from hsmtui.aws.connection import Connection
from hsmtui.aws.threads import offload
from hsmtui.fleet.first_seen import FirstSeen
from hsmtui.fleet.listing import Listing, Row
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.evaluate import find, number_of_rules
from hsmtui.model.findings.finding import Findings, Known, Past, Rules
from hsmtui.ui.host import AppHost, start

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


class Assessing:
    """Judges the clusters that a screen lists, and has it show what was found."""

    def __init__(
        self,
        node: DOMNode,
        app: AppHost,
        backups_of: BackupsOf,
        listings: Callable[[], Iterable[Listing]],
        on_news: Callable[[Collection[str]], object],
        on_end: Callable[[], object],
    ) -> None:
        seen_file = None if app.demo else app.settings.paths.seen_file
        self._node = node
        self._listings = listings
        self._on_news = on_news
        self._on_end = on_end
        self._clock = app.clock
        self._sightings = FirstSeen(
            seen_file, partial(app.notify, severity="warning", markup=False)
        )
        self.assessor = Assessor(app.settings.rules, self._sightings.since, backups_of)
        self._working = False
        self._last: dict[str, Findings] = {}
        self._past: dict[str, dict[str, Past]] = {}

    def past_of(self, cluster_id: str) -> list[Past]:
        """What was found of a cluster in this run and is no longer, the first that went first."""
        return list(self._past.get(cluster_id, {}).values())

    def begin(self) -> None:
        """Look at what is due when the screen has drawn what it has to draw."""
        self._node.call_after_refresh(self._start)

    def again(self, cluster_id: str | None = None) -> None:
        """Look at a cluster again, or at all: more is known of them, or it is later."""
        for listing in self._listings():
            ids = listing.rows if cluster_id is None else listing.rows.keys() & {cluster_id}
            listing.due.update(dict.fromkeys(ids))
        self.begin()

    def _start(self) -> None:
        if not self._working:
            self._working = True
            start(self._node, self._look, group="findings")

    async def _look(self) -> None:
        news = False
        try:
            while (listing := self._next_listing()) is not None:
                found = await self._look_at_some(listing)
                news = news or bool(found)
                self._on_news(found)
        finally:
            self._working = False
        start(self._node, self._sightings.save, group="sightings")
        if news:  # order and filter follow once all are known
            self._on_end()

    def _next_listing(self) -> Listing | None:
        return next((listing for listing in self._listings() if listing.due), None)

    async def _look_at_some(self, listing: Listing) -> list[str]:
        """The ids of the rows of which there is news."""
        ids = list(islice(listing.due, CHUNK))
        for cluster_id in ids:
            del listing.due[cluster_id]
        now = self._clock()
        rows = [listing.rows[cluster_id] for cluster_id in ids if cluster_id in listing.rows]
        asked = [(row, self.assessor.known(row, now)) for row in rows]
        findings = await offload(self.assessor.thorough, asked, now)
        for row, found in zip(rows, findings, strict=True):
            self._compare(row.cluster.cluster_id, found, now)
        return [
            row.cluster.cluster_id
            for row, found in zip(rows, findings, strict=True)
            if listing.assessed(row, found)
        ]

    def _compare(self, cluster_id: str, found: Findings, now: datetime) -> None:
        """Keep what was found before and is not any more; what has come back is not past."""
        before, self._last[cluster_id] = self._last.get(cluster_id, found), found
        rules = {finding.rule for finding in found.found}
        past = self._past.get(cluster_id, {})
        kept = {rule: gone for rule, gone in past.items() if rule not in rules}
        for finding in before.found:
            if finding.rule not in rules:
                kept[finding.rule] = Past(now, finding)
        if kept or past:
            self._past[cluster_id] = kept
