"""The events of clusters: how their listings are merged, and what is read when somebody looks."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.rate_limit import RateLimit
from hsmtui.aws.trail import EventPage
from hsmtui.demo import cloudtrail
from hsmtui.fleet.listing import Row, RowKey
from hsmtui.fleet.sight import Sight
from hsmtui.fleet.trail import (
    A_SECOND,
    MOST_HSMS_ASKED,
    PAUSES,
    REQUESTS_A_SECOND,
    ClusterTrails,
    EventStream,
    Trail,
)
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.trail import Actor, TrailEvent
from tests.conftest import NOON
from tests.scripted import Gate, Refuse, ScriptedPlane, reply_json

HERE = ("111111111111", "us-east-1")
LOOKUP = "LookupEvents"
DENIED = Refuse("AccessDeniedException", "Computer says no.")
SLOWER = Refuse("ThrottlingException", "Rate exceeded")


def event(key: str, age: float | None = None, *, reads: bool = False) -> TrailEvent:
    """An event so many seconds before noon."""
    time = None if age is None else NOON - timedelta(seconds=age)
    return TrailEvent(key, time, "TagResource", Actor("IAMUser", "alice"), reads=reads)


class TestMerging:
    """Any interleaving of listings and pages gives each event once, in order."""

    @given(st.data())
    def test_tells_each_event_once_newest_first_and_none_too_early(self, data):
        ages = data.draw(st.lists(st.integers(0, 12), max_size=24))
        every = [event(f"id-{n}", age) for n, age in enumerate(ages)]
        number = data.draw(st.integers(1, 4))
        listings: list[list[TrailEvent]] = [[] for _ in range(number)]
        for each in every:
            for at in data.draw(st.sets(st.integers(0, number - 1), min_size=1)):
                listings[at].append(each)
        for listing in listings:
            listing.sort(key=lambda each: each.time, reverse=True)
        streams = tuple(EventStream(Position(token=str(n))) for n in range(number))
        trail = Trail(streams, is_due=False)
        told: tuple[TrailEvent, ...] = ()
        while not trail.is_whole:
            open_at = [n for n, stream in enumerate(trail.streams) if stream.next is not None]
            at = data.draw(st.sampled_from([*open_at, trail.due_stream]))
            size = data.draw(st.integers(1, 5))
            page, listings[at] = listings[at][:size], listings[at][size:]
            following = Position(token="more") if listings[at] else None
            trail = trail.extended(at, EventPage(tuple(page), following), NOON)
            times = [each.time for each in trail.events]
            assert times == sorted(times, reverse=True)
            keys = [each.key for each in trail.events]
            assert len(set(keys)) == len(keys)
            assert set(told) <= set(trail.events)
            assert {each.time for each in told} <= set(times)
            told = trail.events
            if any(s.next is not None and s.back_to is None for s in trail.streams):
                assert told == ()
            elif trail.back_to is not None:  # all that is newer than that is told
                newer = {each.key for each in every if each.time > trail.back_to}
                assert newer <= set(keys)
        assert {each.key for each in trail.events} == {each.key for each in every}

    @given(st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=12), st.integers(1, 4))
    def test_loses_no_event_without_a_time_nor_one_out_of_order(self, ages, size):
        every = [event(f"id-{n}", age) for n, age in enumerate(ages)]
        trail = Trail((EventStream(Position()),), is_due=False)
        while every_left := every[len(trail.streams[0].events) :]:
            following = Position(token="more") if len(every_left) > size else None
            trail = trail.extended(0, EventPage(tuple(every_left[:size]), following), NOON)
        assert sorted(e.key for e in trail.events) == sorted(e.key for e in every)

    def test_reads_on_where_most_is_kept_from_being_told(self):
        more = Position(token="more")
        trail = Trail((EventStream(Position()), EventStream(Position())), is_due=False)
        assert trail.due_stream == 0
        trail = trail.extended(0, EventPage((event("a", 50),), more), NOON)
        assert (trail.due_stream, trail.events) == (1, ())
        trail = trail.extended(1, EventPage((event("b", 10),), more), NOON)
        assert (trail.due_stream, [e.key for e in trail.events]) == (1, ["b"])
        trail = trail.extended(1, EventPage((event("c", 90),), more), NOON)
        assert (trail.due_stream, [e.key for e in trail.events]) == (0, ["b", "a"])
        trail = trail.extended(0, EventPage((), None), NOON)
        assert [e.key for e in trail.events] == ["b", "a", "c"]
        assert trail.back_to == NOON - timedelta(seconds=90)

    def test_asks_for_no_more_hsms_than_there_can_be(self):
        hsms = tuple(Hsm(hsm_id=f"hsm-{n}") for n in range(10_000))
        trail = Trail.begun(Cluster(cluster_id="cluster-aaaaaaaaaaa", hsms=hsms))
        assert (len(trail.streams), trail.hsms_left_out) == (
            1 + MOST_HSMS_ASKED,
            10_000 - MOST_HSMS_ASKED,
        )
        assert len(Trail.begun(Cluster(cluster_id="cluster-aaaaaaaaaaa", hsms=None)).streams) == 1


class Looking:
    """Somebody who looks at one row after the other, and what they are told. Nobody waits: how long
    it would have been is kept."""

    def __init__(self, connection: Connection, plane: ScriptedPlane, clock: Any) -> None:
        self.row: Row | None = None
        self.shown = {connection}
        self.news: list[RowKey] = []
        self.errors: list[HsmtuiError] = []
        self.waits: list[float] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.seconds = 0.0
        self.was_throttled = False
        self.on_wait: Callable[[], object] = lambda: None
        self._connection = connection
        self._plane = plane
        sight = Sight(
            clock.now,
            row=lambda: self.row,
            shows=lambda connection: connection in self.shown,
            start=self._start,
            on_change=self._changed,
            on_error=self.errors.append,
        )
        self.trails = ClusterTrails(
            sight,
            limits=lambda: RateLimit(REQUESTS_A_SECOND, A_SECOND, lambda: self.seconds),
            sleep=self._sleep,
        )

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.tasks.append(asyncio.create_task(work()))

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.on_wait()
        self.seconds += seconds

    def _changed(self, key: RowKey) -> None:
        self.news.append(key)
        self.was_throttled = self.was_throttled or self.trail.is_throttled

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
    def trail(self) -> Trail:
        return self.trails.known(self.row)


@pytest.fixture
def looking(
    connection: Connection, plane: ScriptedPlane, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> Looking:
    """The plane is asked as fast as can be: the limit has a clock of its own."""
    monkeypatch.setattr(cloudtrail, "MOST_A_SECOND", 1_000)
    return Looking(connection, plane, clock)


def resources(asked: Any) -> list[str]:
    return [each["LookupAttributes"][0]["AttributeValue"] for each in asked(LOOKUP)]


def came(*ages: int, reads: bool = False, token: str | None = None) -> Any:
    """An answer with events so many seconds before noon."""
    return reply_json(
        {
            "Events": [
                {
                    "EventId": f"id-{age}",
                    "EventName": "DescribeClusters" if reads else "TagResource",
                    "EventTime": NOON.timestamp() - age,
                    "ReadOnly": str(reads).lower(),
                    "CloudTrailEvent": json.dumps({"userIdentity": {"type": "Root"}}),
                }
                for age in ages
            ],
            **({"NextToken": token} if token else {}),
        }
    )


async def test_the_cluster_and_each_hsm_is_asked_for_when_somebody_looks(looking, asked):
    looking.trails.follow()
    assert (looking.tasks, looking.trail) == ([], Trail())
    row = looking.at("root-ca-ceremony")
    looking.trails.follow()
    assert looking.trail.is_reading
    looking.trails.follow()
    assert len(looking.tasks) == 1
    await looking.done()
    hsms = [hsm.hsm_id for hsm in row.cluster.hsms]
    assert resources(asked) == [row.cluster.cluster_id, *hsms]
    trail = looking.trail
    assert (trail.is_whole, trail.is_reading, trail.read_at) == (True, False, NOON)
    assert [each.name for each in trail.events].count("CreateHsm") == 1  # two listings have it
    looking.trails.follow()
    looking.trails.more()
    assert looking.tasks == []


async def test_requests_keep_to_the_limit_of_the_account_and_region(looking, asked, connect):
    """Whoever looks, and at whatever."""
    looking.at("root-ca-ceremony")
    looking.trails.follow()
    await looking.done()
    assert len(asked(LOOKUP)) == 3
    assert looking.waits == pytest.approx([A_SECOND])
    second = connect("demo")
    for connection in (second, looking.row.connection):
        connection.ask_caller()
    looking.shown.add(second)
    for connection in (looking.row.connection, second):  # from now on the account is known
        looking.at("root-ca-ceremony", connection)
        looking.trails.refresh()
        looking.trails.follow()
        await looking.done()
    assert len(asked(LOOKUP)) == 9
    assert looking.waits == pytest.approx([A_SECOND] * 3)


async def test_older_pages_are_read_as_their_end_comes_near(looking, plane, asked):
    looking.at("legacy-tde")
    plane.script(LOOKUP, came(*range(100, 150), token="a"), call=1)
    plane.script(LOOKUP, came(149, *range(150, 200), token="b"), call=2)
    plane.script(LOOKUP, came(200), call=3)
    looking.trails.follow()
    await looking.done()
    assert (len(looking.trail.changes), looking.trail.has_more) == (50, True)
    assert looking.trail.back_to == NOON - timedelta(seconds=149)
    looking.trails.near_end()
    await looking.done()
    assert (len(looking.trail.changes), looking.trail.has_more) == (100, True)
    looking.trails.more()
    await looking.done()
    assert (len(looking.trail.changes), looking.trail.is_whole) == (101, True)
    assert [each.get("NextToken") for each in asked(LOOKUP)] == [None, "a", "b"]


async def test_events_that_only_read_are_passed_over_for_some_pages(looking, plane, asked):
    looking.at("legacy-tde")
    for n in range(40):
        plane.script(LOOKUP, came(100 + n, reads=True, token=f"t{n}"), call=n + 1)
    looking.trails.follow()
    await looking.done()
    assert len(asked(LOOKUP)) == 11
    assert (looking.trail.changes, len(looking.trail.readings)) == ((), 11)
    looking.trails.more()
    await looking.done()
    assert len(looking.trail.readings) == 22


async def test_what_is_denied_is_told_and_asked_again_by_hand(looking, plane):
    looking.at("legacy-tde")
    plane.script(LOOKUP, DENIED, call=1)
    looking.trails.follow()
    await looking.done()
    (error,) = looking.errors
    assert looking.trail.problem is error
    assert "cloudtrail:LookupEvents" in str(error.remedy)
    assert error.request_id
    looking.trails.follow()
    looking.trails.near_end()
    assert looking.tasks == []
    looking.trails.more()
    await looking.done()
    assert looking.trail.problem is None
    assert looking.trail.is_whole


async def test_what_is_throttled_is_borne_with_pauses_and_said(looking, plane, asked):
    looking.at("legacy-tde")
    for call in (1, 2):
        plane.script(LOOKUP, SLOWER, call=call)
    looking.trails.follow()
    await looking.done()
    assert (looking.errors, looking.trail.is_whole) == ([], True)
    assert looking.was_throttled
    assert not looking.trail.is_throttled
    assert looking.waits == list(PAUSES)
    assert len(asked(LOOKUP)) == 3


async def test_what_stays_throttled_is_a_failure(looking, plane, asked):
    looking.at("legacy-tde")
    plane.script(LOOKUP, SLOWER)
    looking.trails.follow()
    await looking.done()
    assert looking.errors[0].throttled
    assert not looking.trail.is_throttled
    assert len(asked(LOOKUP)) == 1 + len(PAUSES)


async def test_a_failure_on_the_way_keeps_what_was_read(looking, plane):
    looking.at("root-ca-ceremony")
    plane.script(LOOKUP, came(5, 9, token="a"), call=1)
    plane.script(LOOKUP, came(7), call=2)
    plane.script(LOOKUP, came(8), call=3)
    plane.script(LOOKUP, DENIED, call=4)
    looking.trails.follow()
    await looking.done()
    assert [each.key for each in looking.trail.events] == ["id-5", "id-7", "id-8", "id-9"]
    assert looking.trail.problem is looking.errors[0]
    plane.script(LOOKUP, came(11), call=1)
    looking.trails.more()
    await looking.done()
    assert [each.key for each in looking.trail.events][-1] == "id-11"
    assert looking.trail.is_whole


async def test_a_refresh_reads_as_far_as_before_and_keeps_what_is_known_until_then(
    looking, plane, asked
):
    looking.at("legacy-tde")
    plane.script(LOOKUP, came(*range(100, 150), token="a"), call=1)
    plane.script(LOOKUP, came(150), call=2)
    looking.trails.follow()
    await looking.done()
    looking.trails.more()
    await looking.done()
    before = looking.trail
    plane.clear_scripts()
    plane.script(LOOKUP, came(50, *range(100, 149), token="c"), call=1)
    plane.script(LOOKUP, DENIED, call=2)
    looking.trails.refresh()
    await looking.done()
    assert looking.trail == before._replace(problem=looking.errors[0])
    plane.clear_scripts()
    plane.script(LOOKUP, came(50, *range(100, 149), token="c"), call=1)
    plane.script(LOOKUP, came(149, 150), call=2)
    looking.trails.refresh()
    assert looking.trail.events == before.events
    await looking.done()
    assert [each.key for each in looking.trail.events][:2] == ["id-50", "id-100"]
    assert len(looking.trail.events) == 52
    assert len(asked(LOOKUP)) == 6


async def test_a_refresh_while_it_is_read_is_not_lost(looking, plane, asked):
    looking.at("legacy-tde")
    gate = Gate()
    plane.script(LOOKUP, gate, call=1)
    looking.trails.follow()
    assert await asyncio.to_thread(gate.arrived)
    looking.trails.refresh()
    gate.release()
    await looking.done()
    assert len(asked(LOOKUP)) == 2
    assert not looking.trail.is_due
    assert looking.trail.is_whole


async def test_of_a_row_that_is_left_nothing_more_is_asked_until_somebody_comes_back(
    looking, plane, asked
):
    row = looking.at("root-ca-ceremony")
    gate = Gate()
    plane.script(LOOKUP, gate, call=1)
    looking.trails.follow()
    assert await asyncio.to_thread(gate.arrived)
    looking.row = None
    gate.release()
    await looking.done()
    assert len(asked(LOOKUP)) == 1
    looking.row = row
    assert not looking.trail.is_reading
    looking.trails.follow()
    await looking.done()
    assert len(asked(LOOKUP)) == 3
    assert looking.trail.is_whole
    gate = Gate()
    plane.script(LOOKUP, gate, call=1)
    known = looking.trail
    looking.trails.refresh()
    assert await asyncio.to_thread(gate.arrived)
    looking.row = None
    gate.release()
    await looking.done()
    looking.row = row
    assert looking.trail == known._replace(is_due=True)
    looking.trails.follow()
    await looking.done()
    assert not looking.trail.is_due


async def test_who_leaves_while_a_turn_is_waited_for_has_nothing_asked(looking, plane, asked):
    row = looking.at("root-ca-ceremony")
    looking.on_wait = lambda: setattr(looking, "row", None)
    looking.trails.follow()
    await looking.done()
    assert len(asked(LOOKUP)) == REQUESTS_A_SECOND
    looking.row = row
    assert (looking.trail.is_reading, looking.trail.problem) == (False, None)
    looking.on_wait = lambda: None
    looking.trails.follow()
    await looking.done()
    plane.script(LOOKUP, SLOWER, call=1)
    known = looking.trail
    looking.on_wait = lambda: setattr(looking, "row", None)
    looking.trails.refresh()
    await looking.done()
    looking.row = row
    assert looking.trail == known._replace(is_due=True)


async def test_of_a_place_that_is_left_nothing_is_kept(looking, plane, connect):
    elsewhere = connect("demo")
    gate = Gate()
    plane.script(LOOKUP, gate, call=1)
    late = looking.at("legacy-tde")
    looking.trails.follow()
    assert await asyncio.to_thread(gate.arrived)
    looking.shown = {elsewhere}
    looking.trails.forget_unlisted()
    gate.release()
    await looking.done()
    assert looking.trails.known(late) == Trail()
    assert looking.trails._readings == {}


async def test_a_token_that_comes_again_is_told_and_ends_it(looking, plane, asked):
    looking.at("legacy-tde")
    plane.script(LOOKUP, came(5, token="same"))
    looking.trails.follow()
    await looking.done()
    assert "second time" in looking.trail.problem.title
    assert [each.key for each in looking.trail.events] == ["id-5"]
    assert not looking.trail.is_whole
    assert len(asked(LOOKUP)) == 2
