"""The metrics of clusters: what is read when somebody looks, and when it is read again."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.fleet.health import ClusterHealth, HealthReading
from hsmtui.fleet.listing import Row, RowKey
from hsmtui.fleet.sight import Sight
from hsmtui.model.findings.finding import Unread
from hsmtui.model.health import SPANS
from tests.conftest import NOON
from tests.scripted import Refuse, ScriptedPlane

HERE = ("111111111111", "us-east-1")
ASK = "GetMetricData"
BAD = "root-ca-ceremony"
DENIED = Refuse("AccessDeniedException", "Computer says no.")
THROTTLED = Refuse("ThrottlingException", "Slow down.")


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
        self.health = ClusterHealth(sight)

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.tasks.append(asyncio.create_task(work()))

    def at(self, name: str = BAD) -> Row:
        """Look at the cluster of this name."""
        wanted = next(c.cluster_id for c in self._plane.clusters(*HERE) if c.name == name)
        (cluster,) = read_cluster(self._connection, wanted)
        self.row = Row(self._connection, cluster, NOON)
        return self.row

    async def follow(self) -> None:
        """Follow, and wait until nothing is read any more."""
        self.health.follow()
        await self.done()

    async def done(self) -> None:
        """Wait until nothing is read any more."""
        while self.tasks:
            await self.tasks.pop()

    @property
    def reading(self) -> HealthReading:
        return self.health.known(self.row)

    @property
    def known(self) -> object:
        """What the rules are given."""
        assert self.row is not None
        return self.health.of(self.row.connection, self.row.cluster.cluster_id)


@pytest.fixture
def read_timeout() -> float:
    """The demo reads the model of CloudWatch with the first request for it."""
    return 20.0


@pytest.fixture
def looking(connection: Connection, plane: ScriptedPlane, clock: Any) -> Looking:
    return Looking(connection, plane, clock)


async def test_they_are_read_when_they_are_looked_at_and_then_kept(looking, asked):
    await looking.follow()
    assert asked(ASK) == []
    row = looking.at()
    assert looking.known is None
    looking.health.follow()
    looking.health.follow()
    assert (len(looking.tasks), looking.reading.is_reading) == (1, True)
    await looking.done()
    assert looking.known is looking.reading.health
    assert looking.reading.health.read_at == NOON
    assert looking.news == [row.key] * 2
    await looking.follow()
    assert len(asked(ASK)) == 1


async def test_they_are_read_again_when_they_are_old_and_in_sight(looking, asked, clock):
    row = looking.at()
    await looking.follow()
    clock.advance(299)
    looking.health.look_again()
    assert looking.tasks == []
    clock.advance(1)
    looking.row = None
    looking.health.look_again()
    assert looking.tasks == []
    looking.row = row
    looking.health.look_again()
    await looking.done()
    assert len(asked(ASK)) == 2


async def test_they_are_read_every_15_minutes_at_least(looking, clock, asked):
    looking.at()
    assert [looking.health.next_span(), looking.health.next_span()] == [*SPANS[1:]]
    await looking.done()
    before = len(asked(ASK))
    clock.advance(900)
    looking.health.look_again()
    await looking.done()
    assert len(asked(ASK)) == before + 1


@pytest.mark.parametrize(("fault", "times"), [(DENIED, 1), (THROTTLED, 2)])
async def test_they_are_asked_for_again_where_that_may_help(looking, plane, clock, fault, times):
    looking.at()
    plane.script(ASK, fault)
    await looking.follow()
    await looking.follow()
    assert len(looking.errors) == 1
    clock.advance(900)
    looking.health.look_again()
    await looking.done()
    assert len(looking.errors) == times


async def test_what_fails_keeps_what_was_read_and_is_asked_again_by_hand(looking, plane):
    looking.at()
    plane.script(ASK, DENIED, call=1)
    await looking.follow()
    assert looking.known == Unread("cloudwatch:GetMetricData is denied")
    looking.health.refresh()
    await looking.done()
    health = looking.reading.health
    assert (looking.known, looking.reading.problem) == (health, None)
    plane.script(ASK, DENIED, call=1)
    looking.health.refresh()
    await looking.done()
    assert looking.reading.problem is looking.errors[-1]
    assert looking.known is health


async def test_of_a_place_that_is_left_nothing_is_kept(looking):
    row = looking.at()
    looking.health.follow()
    looking.shown = set()
    await looking.done()
    assert looking.health.known(row) == HealthReading()
    looking.shown = {row.connection}
    await looking.follow()
    looking.shown = set()
    looking.health.forget_unlisted()
    assert looking.health.known(row) == HealthReading()
