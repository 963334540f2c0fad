"""What is wrong with the clusters that are listed, by the rules and by all that is known of them.

What needs no certificates is found as a page arrives. The rest follows when the rows have been
drawn, on a thread and a few rows at a time: the library for certificates takes as long to load as
the first screen to draw. Where all pages are read, those after the first are looked into once, as
a whole, before they are listed. Time alone makes findings too: now and then all is looked at again.
"""

from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from hsmtui.aws.connection import Connection
from hsmtui.aws.threads import offload
from hsmtui.fleet.first_seen import FirstSeen, Spot, StateStart
from hsmtui.fleet.listing import Listing, Row, RowKey
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.accept import (
    AcceptanceUse,
    accept,
    acceptances_in,
    by_rule,
    day_of,
    ended,
)
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.evaluate import find, number_of_rules
from hsmtui.model.findings.find_dates import find_dates
from hsmtui.model.findings.finding import Finding, Findings, Judged, Known, Past, Unread
from hsmtui.model.findings.limits import Rules
from hsmtui.model.health import Health

ASSESS_SECONDS = 60
"""Seconds after which time may have made findings of its own."""

_AT_A_TIME = 100
"""Rows that are looked into before anybody hears of them."""

_BackupsOf: TypeAlias = Callable[[Connection, str], tuple[Backup, ...] | Unread | None]
"""The backups of a cluster, as `Known` has them."""

_HealthOf: TypeAlias = Callable[[Connection, str], Health | Unread | None]
"""The metrics of a cluster, as `Known` has them."""

_StateSince: TypeAlias = Callable[[Connection, Cluster, datetime], StateStart | None]
"""Since when a cluster was in its state at the time that it was read; None where it may last."""


def _no_metrics(connection: Connection, cluster_id: str) -> None:
    """Where nobody can ask for metrics there are none."""


class Assessor:
    """Judges clusters by the rules and by all that this run knows beside their records."""

    def __init__(
        self,
        rules: Rules,
        state_since: _StateSince,
        backups_of: _BackupsOf,
        health_of: _HealthOf = _no_metrics,
    ) -> None:
        self._rules = rules
        self._health_of = health_of
        self._acceptances = by_rule(rules.accept)
        self._state_since = state_since
        self._backups_of = backups_of

    def at_once(self, connection: Connection, cluster: Cluster, now: datetime) -> Findings:
        """What is found without decoding certificates."""
        return self._find(connection, cluster, now, self._known(connection, cluster, now))

    def number_of_rules(self, cluster: Cluster) -> int:
        """How many rules are about such a cluster."""
        return number_of_rules(cluster, self._rules)

    def ended(self, row: Row, now: datetime) -> Mapping[str, Acceptance]:
        """For each rule of a finding of a row the acceptance of it that has ended last."""
        return ended(row.judged, self._acceptances, day_of(now))

    def acceptances(
        self, rows: Iterable[Row], now: datetime, asked: Iterable[Connection] | None
    ) -> tuple[AcceptanceUse, ...]:
        """How each acceptance of the settings stands; `asked` is where these are all rows."""
        judged = (row.judged for row in rows)
        return acceptances_in(judged, self._rules.accept, day_of(now), asked)

    @property
    def accepts(self) -> bool:
        """Whether the settings accept anything."""
        return bool(self._rules.accept)

    @property
    def reads_account(self) -> bool:
        """Whether what is accepted depends on the account."""
        return any(each.account for each in self._rules.accept)

    def known(self, row: Row) -> Known:
        """What a thorough look at a row takes into account."""
        return self._known(row.connection, row.cluster, row.read_at)._replace(certificates=True)

    def thorough(self, asked: Iterable[tuple[Row, Known]], now: datetime) -> list[Findings]:
        """All that is found of each of these rows."""
        return [self._find(row.connection, row.cluster, now, known) for row, known in asked]

    def judge(self, rows: Iterable[Row], now: datetime) -> list[Judged]:
        """All of these rows with all that is found of them, however long that takes."""
        asked = [(row, self.known(row)) for row in rows]
        return [
            row.judged._replace(findings=findings)
            for (row, _), findings in zip(asked, self.thorough(asked, now), strict=True)
        ]

    def _find(
        self, connection: Connection, cluster: Cluster, now: datetime, known: Known
    ) -> Findings:
        """What the rules find, which of it is accepted as far as the account is known, and the
        dates."""
        found = find(cluster, now, self._rules, known)
        dates = find_dates(cluster, now, known, self._rules.backup_hours)
        judged = Judged(cluster, msgspec.structs.replace(found, dates=dates), connection)
        return accept(judged, self._acceptances, day_of(now))

    def _known(self, connection: Connection, cluster: Cluster, read_at: datetime) -> Known:
        start = self._state_since(connection, cluster, read_at)
        return Known(
            start and start.first,
            self._backups_of(connection, cluster.cluster_id),
            state_before=start and start.before,
            health=self._health_of(connection, cluster.cluster_id),
        )


class Assessing:
    """Looks thoroughly at the rows that are due, without holding up anybody.

    `listings` gives those whose rows may be seen. `start` has a coroutine run when what has come
    is drawn. `on_findings` is called with the keys of the rows of which something else is known
    and, if there were any, `on_end` with all of them when all are looked into: order and filter
    follow then.
    """

    def __init__(
        self,
        assessor: Assessor,
        first_seen: FirstSeen,
        clock: Callable[[], datetime],
        *,
        listings: Callable[[], Iterable[Listing]],
        start: Callable[[Callable[[], Coroutine[Any, Any, None]]], object],
        on_findings: Callable[[Collection[RowKey]], object],
        on_end: Callable[[Collection[RowKey]], object],
    ) -> None:
        self.assessor = assessor
        self._first_seen = first_seen
        self._clock = clock
        self._listings = listings
        self._start = start
        self._on_findings = on_findings
        self._on_end = on_end
        self._working = False
        self._renewals = 0
        self._found: dict[tuple[Spot, str], tuple[Finding, ...]] = {}
        self._past: dict[tuple[Spot, str], dict[str, Past]] = {}

    @property
    def now(self) -> datetime:
        """The time by which it is judged."""
        return self._clock()

    def past_of(self, key: RowKey) -> list[Past]:
        """What was found of a cluster in this run and is no longer, the first that went first."""
        return list(self._past.get(_lasting(key), {}).values())

    async def of_coming(
        self, connection: Connection, clusters: Sequence[Cluster]
    ) -> list[Findings] | None:
        """All that is found of clusters that have come and are not listed yet; they are to be, at
        once. None where more has become known meanwhile, so that this would be out of date."""
        now, renewals = self._clock(), self._renewals
        rows = [Row(connection, cluster, now) for cluster in clusters]
        asked = [(row, self.assessor.known(row)) for row in rows]
        findings = await offload(self.assessor.thorough, asked, now)
        if self._renewals != renewals:
            return None
        for (row, _), found in zip(asked, findings, strict=True):
            self._compare(row.key, found, now)
        return findings

    def begin(self) -> None:
        """Look at what is due."""
        if not self._working:
            self._working = True
            self._start(self._assess_due)

    def again(self, key: RowKey | None = None) -> None:
        """Look at a cluster again, or at all: more is known of them, or it is later."""
        if key is None:
            self.again_in(self._listings())
            return
        self._renewals += 1
        for listing in self._listings():
            if key.connection is listing.connection and key.cluster_id in listing.rows:
                listing.due[key.cluster_id] = None
        self.begin()

    def again_in(self, listings: Iterable[Listing]) -> None:
        """Look at all clusters of these listings again."""
        self._renewals += 1
        for listing in listings:
            listing.due.update(dict.fromkeys(listing.rows))
        self.begin()

    async def _assess_due(self) -> None:
        changed: set[RowKey] = set()
        try:
            while due := self._next_due():
                keys = await self._assess_some(due)
                changed.update(keys)
                self._on_findings(keys)
        finally:
            self._working = False
        if changed:
            self._on_end(changed)
        if notice := await offload(self._first_seen.save):
            self._first_seen.warn(notice)

    def _next_due(self) -> list[tuple[Listing, Row]]:
        """The next rows that are due, which are so no longer, and the listing of each."""
        due: list[tuple[Listing, Row]] = []
        for listing in self._listings():
            while listing.due and len(due) < _AT_A_TIME:
                cluster_id = next(iter(listing.due))
                del listing.due[cluster_id]
                if (row := listing.rows.get(cluster_id)) is not None:  # it may have gone
                    due.append((listing, row))
        return due

    async def _assess_some(self, due: list[tuple[Listing, Row]]) -> list[RowKey]:
        """The keys of the rows of which something else is known now."""
        now = self._clock()
        asked = [(row, self.assessor.known(row)) for _, row in due]
        judged = list(zip(due, await offload(self.assessor.thorough, asked, now), strict=True))
        for (_, row), findings in judged:
            self._compare(row.key, findings, now)
        return [row.key for (of, row), findings in judged if of.assessed(row, findings)]

    def _compare(self, row_key: RowKey, findings: Findings, now: datetime) -> None:
        """Keep what was found before and is not any more; what has come back is not past, nor is
        what cannot be evaluated now."""
        key = _lasting(row_key)
        found = {finding.rule for finding in findings.found}
        unknown = {each.rule for each in findings.unchecked}
        missing = [each for each in self._found.get(key, ()) if each.rule not in found]
        unsettled = (each for each in missing if each.rule in unknown)
        self._found[key] = (*findings.found, *unsettled)
        past = self._past.get(key, {})
        kept = {rule: gone for rule, gone in past.items() if rule not in found}
        kept |= {each.rule: Past(now, each) for each in missing if each.rule not in unknown}
        if kept or past:
            self._past[key] = kept


def _lasting(key: RowKey) -> tuple[Spot, str]:
    """The same cluster in this run, also after its place was left and gone to again."""
    return Spot.of(key.connection), key.cluster_id
