"""The backups of clusters: what is read when somebody looks, and what stays of it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from hsmtui.aws.backups import read_backup
from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.fleet.backups import BackupPages, ClusterBackups
from hsmtui.fleet.listing import Row, RowKey
from hsmtui.fleet.sight import Sight
from hsmtui.model.backup import PENDING_DELETION
from tests.conftest import NOON
from tests.scripted import Gate, Refuse, ScriptedPlane, reply_json

HERE = ("111111111111", "us-east-1")
LIST = "DescribeBackups"
DENIED = Refuse("AccessDeniedException", "Computer says no.")


class Looking:
    """Somebody who looks at one row after the other, and what they are told."""

    def __init__(self, connection: Connection, plane: ScriptedPlane, clock: Any) -> None:
        self.row: Row | None = None
        self.shown = {connection}
        self.news: list[RowKey] = []
        self.errors: list[HsmtuiError] = []
        self.tasks: list[asyncio.Task[None]] = []
        self._connection = connection
        self._plane = plane
        sight = Sight(
            clock.now,
            row=lambda: self.row,
            shows=lambda connection: connection in self.shown,
            start=self._start,
            on_change=self.news.append,
            on_error=self.errors.append,
        )
        self.backups = ClusterBackups(sight)

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.tasks.append(asyncio.create_task(work()))

    def at(self, name: str, connection: Connection | None = None) -> Row:
        """Look at the cluster of this name."""
        connection = connection or self._connection
        wanted = next(c.cluster_id for c in self._plane.clusters(*HERE) if c.name == name)
        (cluster,) = read_cluster(connection, wanted)
        self.row = Row(connection, cluster, NOON)
        return self.row

    async def done(self) -> None:
        """Wait until nothing is read any more."""
        while self.tasks:
            await self.tasks.pop()

    @property
    def pages(self) -> BackupPages:
        return self.backups.known(self.row)


@pytest.fixture
def looking(connection: Connection, plane: ScriptedPlane, clock: Any) -> Looking:
    return Looking(connection, plane, clock)


async def test_they_are_read_when_they_are_looked_at_and_then_kept(looking, asked):
    looking.backups.follow()
    assert (looking.tasks, looking.pages) == ([], BackupPages())
    row = looking.at("legacy-tde")
    looking.backups.follow()
    assert looking.pages.is_reading
    looking.backups.follow()
    assert len(looking.tasks) == 1
    await looking.done()
    assert (looking.pages.is_whole, looking.pages.how_many) == (True, "6")
    assert looking.pages.read_at == NOON
    assert looking.news == [row.key] * 2
    looking.backups.follow()
    assert looking.tasks == []
    assert len(asked(LIST)) == 1


async def test_further_pages_are_read_as_their_end_comes_near(looking, asked):
    row = looking.at("payments-prod-01")
    looking.backups.more()
    await looking.done()
    assert looking.pages.how_many == "50+"
    assert looking.backups.of(row.connection, row.cluster.cluster_id) is None
    looking.backups.near_end()
    await looking.done()
    known = looking.backups.of(row.connection, row.cluster.cluster_id)
    made = [backup.create_timestamp for backup in known.backups]
    assert (len(made), made) == (90, sorted(made, reverse=True))
    looking.backups.near_end()
    looking.backups.more()
    assert looking.tasks == []
    assert "NextToken" in asked(LIST)[1]


async def test_a_refresh_reads_as_far_as_before_and_only_what_is_in_sight(looking, asked):
    looking.at("legacy-tde")
    looking.backups.follow()
    await looking.done()
    looking.at("payments-prod-01")
    looking.backups.follow()
    await looking.done()
    looking.backups.more()
    await looking.done()
    before = len(asked(LIST))
    looking.backups.refresh()
    assert len(looking.pages.backups) == 90
    await looking.done()
    assert (looking.pages.how_many, looking.pages.pages) == ("90", 2)
    assert len(asked(LIST)) == before + 2
    looking.at("legacy-tde")
    assert looking.pages.is_due
    assert looking.pages.is_whole
    looking.backups.follow()
    await looking.done()
    assert len(asked(LIST)) == before + 3


async def test_what_fails_keeps_what_was_read_and_is_asked_again_by_hand(looking, plane, asked):
    looking.at("payments-prod-01")
    plane.script(LIST, DENIED, call=1)
    looking.backups.follow()
    await looking.done()
    assert (looking.pages.problem, looking.pages.pages) == (looking.errors[0], 0)
    looking.backups.follow()
    looking.backups.near_end()
    assert looking.tasks == []
    looking.backups.more()
    await looking.done()
    assert (looking.pages.problem, looking.pages.how_many) == (None, "50+")
    plane.script(LIST, DENIED, call=1)
    looking.backups.more()
    await looking.done()
    assert (looking.pages.problem, looking.pages.how_many) == (looking.errors[1], "50+")
    looking.backups.near_end()
    assert looking.tasks == []
    looking.backups.more()
    await looking.done()
    assert asked(LIST)[2] == asked(LIST)[3]
    assert looking.pages.is_whole


async def test_a_refresh_that_fails_half_way_changes_nothing(looking, plane):
    looking.at("payments-prod-01")
    for ask in (looking.backups.follow, looking.backups.more):
        ask()
        await looking.done()
    before = looking.pages
    plane.script(LIST, DENIED, call=2)
    looking.backups.refresh()
    await looking.done()
    assert looking.pages == before._replace(problem=looking.errors[0])


async def test_pages_that_do_not_end_say_so_and_are_no_whole(looking, plane, asked):
    looking.at("legacy-tde")
    plane.script(LIST, reply_json({"Backups": [{"BackupId": "backup-a"}], "NextToken": "same"}))
    for ask in (looking.backups.follow, looking.backups.more):
        ask()
        await looking.done()
    assert (looking.pages.problem, looking.pages.next) == (looking.errors[0], None)
    assert not looking.pages.is_whole
    assert len(asked(LIST)) == 2


async def test_of_a_place_that_is_left_nothing_is_kept(looking, plane, connect):
    elsewhere = connect("demo")
    looking.at("legacy-tde")
    looking.backups.follow()
    await looking.done()
    gate = Gate()
    plane.script(LIST, gate, call=1)
    late = looking.at("payments-prod-01")
    looking.backups.follow()
    looking.shown = {elsewhere}
    looking.backups.forget_unlisted()
    assert await asyncio.to_thread(gate.arrived)
    looking.at("legacy-tde", elsewhere)
    looking.backups.follow()
    gate.release()
    await looking.done()
    assert looking.pages.is_whole
    assert looking.backups.known(late) == BackupPages()
    assert {key[0] for key in looking.backups._readings} == {elsewhere}


async def test_one_that_is_read_afresh_is_renewed_where_it_stands(looking, plane, connection):
    row = looking.at("legacy-tde")
    looking.backups.follow()
    await looking.done()
    backups = looking.pages.backups
    doomed = next(b for b in backups if b.backup_state == PENDING_DELETION)
    plane.done_elsewhere("RestoreBackup", *HERE, BackupId=doomed.backup_id)
    (fresh,) = read_backup(connection, doomed.backup_id)
    looking.backups.renew(connection, fresh)
    assert [b.backup_id for b in looking.pages.backups] == [b.backup_id for b in backups]
    assert fresh in looking.pages.backups
    assert doomed not in looking.pages.backups
    assert looking.news == [row.key] * 3


async def test_countdowns_go_on_where_there_are_any(looking):
    looking.backups.redraw()
    for name, counts in (("payments-prod-01", False), ("legacy-tde", True)):
        row = looking.at(name)
        looking.backups.follow()
        await looking.done()
        looking.news.clear()
        looking.backups.redraw()
        assert looking.news == [row.key] * counts


async def test_what_changed_between_two_pages_is_one_backup(looking, plane):
    """One that comes on a second page again stands where it came first."""
    looking.at("legacy-tde")
    one = {"BackupId": "backup-a", "BackupState": "READY"}
    plane.script(LIST, reply_json({"Backups": [one], "NextToken": "more"}), call=1)
    plane.script(LIST, reply_json({"Backups": [one, {"BackupId": "backup-b"}]}), call=2)
    for ask in (looking.backups.follow, looking.backups.more):
        ask()
        await looking.done()
    assert [backup.backup_id for backup in looking.pages.backups] == ["backup-a", "backup-b"]
