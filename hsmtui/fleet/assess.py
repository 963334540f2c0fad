"""What is wrong with the clusters that are listed, by the rules and by all that is known of them.

What needs no certificates is found as a page arrives. The rest follows when the rows have been
drawn, on a thread and a few rows at a time: the library for certificates takes as long to load as
the first screen to draw. Time alone makes findings too: now and then all is looked at again.
"""

from collections.abc import Callable, Collection, Coroutine, Iterable
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias

from hsmtui.aws.connection import Connection
from hsmtui.aws.threads import offload
from hsmtui.fleet.first_seen import FirstSeen
from hsmtui.fleet.listing import Listing, Row
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.evaluate import find, number_of_rules
from hsmtui.model.findings.finding import Findings, Judged, Known, Past
from hsmtui.model.findings.limits import Rules

ASSESS_SECONDS = 60
"""Seconds after which time may have made findings of its own."""

_AT_A_TIME = 100
"""Rows that are looked into before anybody hears of them."""

_BackupsOf: TypeAlias = Callable[[Connection, str], tuple[Backup, ...] | None]
"""All backups of a cluster, None where they were not read."""

_StateSince: TypeAlias = Callable[[Connection, Cluster, datetime], datetime | None]
"""When a cluster was first seen in the state that it is in."""


class Assessor:
    """Judges clusters by the rules and by all that this run knows beside their records."""

    def __init__(self, rules: Rules, state_since: _StateSince, backups_of: _BackupsOf) -> None:
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

    def judge(self, rows: Iterable[Row], now: datetime) -> list[Judged]:
        """All of these rows with all that is found of them, however long that takes."""
        asked = [(row, self.known(row, now)) for row in rows]
        return [
            Judged(row.cluster, findings)
            for (row, _), findings in zip(asked, self.thorough(asked, now), strict=True)
        ]

    def _known(self, connection: Connection, cluster: Cluster, now: datetime) -> Known:
        return Known(
            self._state_since(connection, cluster, now),
            self._backups_of(connection, cluster.cluster_id),
        )


class Assessing:
    """Looks thoroughly at the rows that are due, without holding up anybody.

    `listings` gives those whose rows may be seen. `start` has a coroutine run when what has come
    is drawn. `on_findings` is called with the ids of the rows of which something else is known and,
    if there were any, `on_end` when all are looked into: order and filter follow then.
    """

    def __init__(
        self,
        assessor: Assessor,
        first_seen: FirstSeen,
        clock: Callable[[], datetime],
        *,
        listings: Callable[[], Iterable[Listing]],
        start: Callable[[Callable[[], Coroutine[Any, Any, None]]], object],
        on_findings: Callable[[Collection[str]], object],
        on_end: Callable[[], object],
    ) -> None:
        self.assessor = assessor
        self._first_seen = first_seen
        self._clock = clock
        self._listings = listings
        self._start = start
        self._on_findings = on_findings
        self._on_end = on_end
        self._working = False
        self._last: dict[str, Findings] = {}
        self._past: dict[str, dict[str, Past]] = {}

    def past_of(self, cluster_id: str) -> list[Past]:
        """What was found of a cluster in this run and is no longer, the first that went first."""
        return list(self._past.get(cluster_id, {}).values())

    def begin(self) -> None:
        """Look at what is due."""
        if not self._working:
            self._working = True
            self._start(self._assess_due)

    def again(self, cluster_id: str | None = None) -> None:
        """Look at a cluster again, or at all: more is known of them, or it is later."""
        for listing in self._listings():
            ids = listing.rows if cluster_id is None else listing.rows.keys() & {cluster_id}
            listing.due.update(dict.fromkeys(ids))
        self.begin()

    async def _assess_due(self) -> None:
        any_changed = False
        try:
            while (listing := self._next_listing()) is not None:
                ids = await self._assess_some(listing)
                any_changed = any_changed or bool(ids)
                self._on_findings(ids)
        finally:
            self._working = False
        if any_changed:
            self._on_end()
        if notice := await offload(self._first_seen.save):
            self._first_seen.warn(notice)

    def _next_listing(self) -> Listing | None:
        return next((listing for listing in self._listings() if listing.due), None)

    async def _assess_some(self, listing: Listing) -> list[str]:
        """The ids of the rows of which something else is known now."""
        ids = list(islice(listing.due, _AT_A_TIME))
        for cluster_id in ids:
            del listing.due[cluster_id]
        now = self._clock()
        rows = [listing.rows[cluster_id] for cluster_id in ids if cluster_id in listing.rows]
        asked = [(row, self.assessor.known(row, now)) for row in rows]
        judged = list(zip(rows, await offload(self.assessor.thorough, asked, now), strict=True))
        for row, findings in judged:
            self._compare(row.cluster.cluster_id, findings, now)
        changed = [row for row, findings in judged if listing.assessed(row, findings)]
        return [row.cluster.cluster_id for row in changed]

    def _compare(self, cluster_id: str, findings: Findings, now: datetime) -> None:
        """Keep what was found before and is not any more; what has come back is not past."""
        before, self._last[cluster_id] = self._last.get(cluster_id, findings), findings
        rules = {finding.rule for finding in findings.findings}
        past = self._past.get(cluster_id, {})
        kept = {rule: gone for rule, gone in past.items() if rule not in rules}
        for finding in before.findings:
            if finding.rule not in rules:
                kept[finding.rule] = Past(now, finding)
        if kept or past:
            self._past[cluster_id] = kept
