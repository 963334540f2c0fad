"""What is found of clusters, by what is known of them, and when it is looked for."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.pages import Page, Position, walk
from hsmtui.demo.records import Certificates, Cluster
from hsmtui.fleet.assess import Assessing, Assessor
from hsmtui.fleet.first_seen import FirstSeen, load_first_seen
from hsmtui.fleet.listing import Listing, RowKey
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster as ReadCluster
from hsmtui.model.findings.finding import Findings, Past, Unread
from hsmtui.model.findings.limits import Rules
from tests.scripted import ScriptedPlane

HERE = ("111111111111", "us-east-1")
Named = Callable[[str], Cluster]


@pytest.fixture
def named(plane: ScriptedPlane) -> Named:
    return lambda name: next(c for c in plane.clusters(*HERE) if c.name == name)


@pytest.fixture
def plane(clock: Any) -> ScriptedPlane:
    return ScriptedPlane(clock=clock, clusters=120)


class Watched:
    """What is listed, and what somebody is told of it."""

    def __init__(self, connection: Connection, clock: Any, file: Path) -> None:
        self.warnings: list[str] = []
        self.backups: dict[str, tuple[Backup, ...] | Unread] = {}
        self.found: list[list[str]] = []
        self.ends = 0
        self.tasks: list[asyncio.Task[None]] = []
        self._clock = clock
        self._connection = connection
        first_seen = FirstSeen(file, self.warnings.append)
        self.assessor = Assessor(
            Rules(), first_seen.since, lambda _, cluster_id: self.backups.get(cluster_id)
        )
        self.listing = Listing(connection, {}, self.assessor.at_once)
        self.assessing = Assessing(
            self.assessor,
            first_seen,
            clock.now,
            listings=lambda: [self.listing],
            start=self._start,
            on_findings=self._on_findings,
            on_end=self._on_end,
        )

    def read(self) -> None:
        """Read all that is listed; rows that are there change in place."""
        for page in self.pages():
            self.listing.extend(page, self._clock.now())

    async def read_looked_into(self) -> None:
        """Read the same, and list it with all that is found of it."""
        for page in self.pages():
            self.listing.extend(page, self._clock.now(), await self.of_coming(page))

    async def of_coming(self, page: Page[ReadCluster]) -> list[Findings] | None:
        return await self.assessing.of_coming(self._connection, page.entries)

    def pages(self) -> Iterator[Page[ReadCluster]]:
        return walk(partial(fetch_page, self._connection), Position())

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.tasks.append(asyncio.create_task(work()))

    def _on_findings(self, keys: Collection[RowKey]) -> None:
        self.found.append([key.cluster_id for key in keys])

    def _on_end(self, _: Collection[RowKey]) -> None:
        self.ends += 1

    async def looked(self, cluster_id: str | None = None) -> None:
        """Look again, and wait for the end."""
        self.assessing.again(RowKey(self._connection, cluster_id) if cluster_id else None)
        await self.done()

    def past_of(self, cluster: Cluster) -> list[Past]:
        return self.assessing.past_of(RowKey(self._connection, cluster.cluster_id))

    async def done(self) -> None:
        while self.tasks:
            await self.tasks.pop()

    def rules(self, cluster: Cluster) -> set[str]:
        """What was found of a cluster."""
        return rules(self.listing.rows[cluster.cluster_id].findings)

    def unchecked(self, cluster: Cluster) -> set[str]:
        findings = self.listing.rows[cluster.cluster_id].findings
        return {one.rule for one in findings.unchecked}


def rules(findings: Findings) -> set[str]:
    return {finding.rule for finding in findings.findings}


@pytest.fixture
def watched(connection: Connection, clock: Any, tmp_path: Path) -> Watched:
    return Watched(connection, clock, tmp_path / "seen.json")


async def test_certificates_are_left_for_the_thorough_look(watched, named):
    broken = named("payments-prod-01")
    broken.certificates = Certificates(cluster_certificate="no PEM")
    watched.read()
    assert "CERT-EXPIRY" in watched.unchecked(broken)
    watched.assessing.begin()
    await watched.done()
    assert "CERT-UNREADABLE" in watched.rules(broken)
    assert broken.cluster_id in watched.found[0]


async def test_the_screen_and_a_check_judge_alike(watched, clock):
    watched.read()
    await watched.looked()
    rows = list(watched.listing.rows.values())
    judged = watched.assessor.judge(rows, clock.now())
    assert [each.cluster for each in judged] == [row.cluster for row in rows]
    assert [each.findings for each in judged] == [row.findings for row in rows]
    assert len(set().union(*(rules(each.findings) for each in judged))) > 8


async def test_rows_are_looked_at_some_at_a_time_and_once(watched):
    watched.read()
    watched.assessing.begin()
    watched.assessing.begin()
    assert len(watched.tasks) == 1
    await watched.done()
    assert (len(watched.found), watched.ends) == (2, 1)
    assert watched.listing.due == {}
    watched.assessing.begin()
    await watched.done()
    assert (len(watched.found), watched.ends) == (2, 1)
    await watched.looked()
    assert (watched.found[2:], watched.ends) == ([[], []], 1)


async def test_what_is_looked_into_before_it_is_listed_is_judged_once(watched, named, monkeypatch):
    broken, again = named("payments-prod-01"), []
    broken.certificates = Certificates(cluster_certificate="no PEM")
    monkeypatch.setattr(Assessor, "at_once", lambda *_: again.append(1))
    await watched.read_looked_into()
    assert (watched.listing.due, again) == ({}, [])
    assert "CERT-UNREADABLE" in watched.rules(broken)
    before = [row.findings for row in watched.listing.rows.values()]
    await watched.looked()
    assert [row.findings for row in watched.listing.rows.values()] == before
    assert watched.ends == 0
    broken.certificates = None
    await watched.read_looked_into()
    assert "CERT-UNREADABLE" in {past.finding.rule for past in watched.past_of(broken)}


async def test_what_is_looked_into_while_more_becomes_known_is_left_for_later(watched):
    (page, *_) = watched.pages()
    looking = asyncio.create_task(watched.of_coming(page))
    await asyncio.sleep(0)
    watched.assessing.again()
    assert await looking is None
    assert len(await watched.of_coming(page)) == len(page.entries)


async def test_backups_are_taken_into_account_once_they_are_read(watched, named, clock):
    active = named("payments-prod-01")
    watched.read()
    await watched.looked()
    assert "BACKUP-STALE" in watched.unchecked(active)
    watched.backups[active.cluster_id] = ()
    before = len(watched.found)
    await watched.looked(active.cluster_id)
    assert watched.found[before:] == [[active.cluster_id]]
    assert "BACKUP-STALE" in watched.rules(active)
    made = Backup("backup-a", backup_state="READY", create_timestamp=clock.now())
    watched.backups[active.cluster_id] = (made,)
    await watched.looked(active.cluster_id)
    assert "BACKUP-STALE" not in watched.rules(active) | watched.unchecked(active)


async def test_time_alone_makes_findings(watched, named, clock):
    creating = named("treasury-dr")  # CREATE_IN_PROGRESS since some minutes
    watched.read()
    await watched.looked()
    assert "STUCK" not in watched.rules(creating)
    clock.advance(3 * 3600)
    await watched.looked()
    assert "STUCK" in watched.rules(creating)


async def test_a_state_counts_from_when_it_was_first_seen(watched, named, clock, tmp_path):
    updating = named("payments-prod-01")
    updating.state = "UPDATE_IN_PROGRESS"
    watched.read()
    clock.advance(3600)
    await watched.looked()
    (stuck,) = (
        finding
        for finding in watched.listing.rows[updating.cluster_id].findings.findings
        if finding.rule == "STUCK"
    )
    assert "1h" in stuck.title
    kept = load_first_seen(tmp_path / "seen.json")[0].states
    assert updating.cluster_id in {state.cluster_id for state in kept}


async def test_a_state_whose_beginning_nobody_saw_is_not_called_clean(watched, named, clock):
    seen, unseen = named("payments-prod-01"), named("tokenization-staging")
    watched.read()
    clock.advance(60)
    seen.state = "UPDATE_IN_PROGRESS"
    watched.read()
    await watched.looked()
    assert "STUCK" not in watched.rules(seen) | watched.unchecked(seen)
    assert "STUCK" in watched.unchecked(unseen)  # it was UPDATE_IN_PROGRESS from the start
    clock.advance(45 * 60)
    await watched.looked()
    assert "STUCK" in watched.unchecked(seen)  # it may have begun a minute before it was seen
    assert "STUCK" in watched.rules(unseen)
    clock.advance(60)
    await watched.looked()
    assert "STUCK" in watched.rules(seen)


async def test_a_state_is_seen_when_it_is_read_not_when_it_is_judged(watched, named, clock):
    resting = named("payments-prod-01")
    watched.read()
    clock.advance(3600)
    await watched.looked()
    resting.state = "UPDATE_IN_PROGRESS"
    watched.read()
    await watched.looked()
    assert "STUCK" in watched.unchecked(resting)  # it may have begun an hour ago


async def test_that_first_seen_times_cannot_be_kept_is_said_once(watched, tmp_path):
    (tmp_path / "seen.json").mkdir()
    watched.read()
    for _ in range(2):
        await watched.looked()
    assert len([words for words in watched.warnings if "cannot be written" in words]) == 1


async def test_what_is_found_no_longer_is_past_until_it_comes_back(watched, named, clock):
    sick = named("card-issuing-prod-02")
    degraded = next(hsm for hsm in sick.hsms if hsm.state == "DEGRADED")
    watched.read()
    await watched.looked()
    assert watched.past_of(sick) == []
    degraded.state = "ACTIVE"
    clock.advance(60)
    watched.read()
    await watched.looked()
    gone = {past.finding.rule: past.gone for past in watched.past_of(sick)}
    assert gone == {"HSM-DEGRADED": clock.now(), "SINGLE-HSM": clock.now()}
    degraded.state = "DEGRADED"
    watched.read()
    await watched.looked()
    again = {past.finding.rule for past in watched.past_of(sick)}
    assert "HSM-DEGRADED" not in again


async def test_what_cannot_be_evaluated_any_more_is_not_past(watched, named, clock):
    stale = named("legacy-tde")
    watched.read()
    watched.backups[stale.cluster_id] = ()
    await watched.looked()
    assert "BACKUP-STALE" in watched.rules(stale)
    watched.backups[stale.cluster_id] = Unread("denied")
    await watched.looked()
    assert "BACKUP-STALE" in watched.unchecked(stale)
    assert watched.past_of(stale) == []
    ready = Backup("backup-1", backup_state="READY", create_timestamp=clock.now())
    watched.backups[stale.cluster_id] = (ready,)
    clock.advance(60)
    await watched.looked()
    (past,) = watched.past_of(stale)
    assert (past.finding.rule, past.gone) == ("BACKUP-STALE", clock.now())
    watched.backups[stale.cluster_id] = Unread("denied")
    await watched.looked()
    assert watched.past_of(stale) == [past]


async def test_rows_that_go_meanwhile_are_passed_over(watched, named, clock):
    gone, broken = named("legacy-tde"), named("payments-prod-01")
    broken.certificates = Certificates(cluster_certificate="no PEM")
    gone.certificates = Certificates(cluster_certificate="no PEM")
    watched.read()
    watched.assessing.begin()
    watched.listing.due[gone.cluster_id] = None
    del watched.listing.rows[gone.cluster_id]
    await watched.done()
    told = [cluster_id for ids in watched.found for cluster_id in ids]
    assert broken.cluster_id in told
    assert gone.cluster_id not in told


async def test_a_look_that_fails_is_not_the_last(watched, monkeypatch):
    watched.read()

    def fail(*_: object) -> list[Findings]:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Assessor, "thorough", fail)
        watched.assessing.begin()
        with pytest.raises(MemoryError):
            await watched.done()
    await watched.looked()
    assert watched.ends == 1


def test_how_many_rules_are_about_a_cluster(watched, named):
    watched.read()
    row = watched.listing.rows[named("payments-prod-01").cluster_id]
    assert watched.assessor.number_of_rules(row.cluster) > 15
    assert watched.assessor.known(row).certificates
