"""Backups that are read in the background: what is asked, when, and what is said of it."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import NOT_SIGNED_IN, HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.fleet import background_backups
from hsmtui.fleet.background_backups import (
    COMING,
    LONGEST_PAUSE,
    OLD_AFTER,
    SHORTEST_PAUSE,
    BackgroundBackups,
)
from hsmtui.fleet.backups import BackupPages
from hsmtui.fleet.listing import Listing
from hsmtui.model.backup import Backup
from hsmtui.model.findings.finding import Unread
from hsmtui.model.newest_backup import judge_newest
from tests.conftest import NOON
from tests.scripted import At, Gate, Refuse, Reset, Run, ScriptedPlane, reply_json

HERE = ("111111111111", "us-east-1")
LIST = "DescribeBackups"
DENIED = Refuse("AccessDeniedException", "Computer says no.")
THROTTLED = Refuse("ThrottlingException", "Rate exceeded")


class Reader:
    """What is listed, whether anybody waits, and what is told of the backups there."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.listings: list[Listing] = []
        self.is_quiet = True
        self.own: dict[str, BackupPages] = {}
        self.known: list[Connection] = []
        self.errors: list[HsmtuiError] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.backups = BackgroundBackups(clock.now, self, is_on=True)

    def shows_only(self, *connections: Connection) -> None:
        """Read the first page of each of these places; nothing else is listed any more."""
        self.listings = []
        for connection in connections:
            listing = Listing(connection, {})
            listing.extend(fetch_page(connection, Position()), self.clock.now())
            self.listings.append(listing)

    @property
    def listed(self) -> list[Listing]:
        return self.listings

    def shows(self, connection: Connection) -> bool:
        return any(each.connection is connection for each in self.listings)

    def own_backups(self, connection: Connection, cluster_id: str) -> BackupPages | None:
        return self.own.get(cluster_id)

    def start_reading(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.tasks.append(asyncio.create_task(work()))

    def backups_known(self, connection: Connection) -> None:
        self.known.append(connection)

    def backups_failed(self, error: HsmtuiError) -> None:
        self.errors.append(error)

    async def go_on(self, seconds: float = 0) -> None:
        """Let time pass, and read as far as can be read now."""
        self.clock.advance(seconds)
        self.backups.go_on()
        while self.tasks:
            await self.tasks.pop()

    def of(self, cluster_id: str, at: int = 0) -> tuple[Backup, ...] | Unread:
        return self.backups.of(self.listings[at].connection, cluster_id)

    def newest(self, cluster_id: str) -> Any:
        known = self.of(cluster_id)
        assert isinstance(known, tuple)
        return judge_newest(known, self.clock.now(), 26)


@pytest.fixture
def reader(clock: Any) -> Reader:
    return Reader(clock)


@pytest.fixture
def named(plane: ScriptedPlane) -> Callable[[str], str]:
    return lambda name: next(c.cluster_id for c in plane.clusters(*HERE) if c.name == name)


def places(plane: ScriptedPlane) -> list[str]:
    """The regions of the requests so far."""
    return [request.region for request in plane.requests if request.operation == LIST]


async def test_one_listing_of_a_region_tells_of_all_its_clusters(
    reader, connection, asked, named, plane
):
    reader.shows_only(connection)
    assert reader.of(named("legacy-tde")) == COMING
    await reader.go_on()
    pages = asked(LIST)
    assert not any("Filters" in page for page in pages)
    assert [page.get("NextToken") is None for page in pages] == [True, *[False] * (len(pages) - 1)]
    assert reader.known == [connection]
    every = plane.clusters(*HERE)
    assert all(len(reader.of(each.cluster_id)) <= 1 for each in every)
    assert reader.newest(named("payments-prod-01")).backup.create_timestamp is not None
    assert (reader.of("cluster-of-nobody"), reader.backups.words) == ((), "")
    await reader.go_on(3600)
    assert asked(LIST) == pages


async def test_what_is_kept_gives_the_same_judgement_as_all(reader, connection, clock, plane):
    from hsmtui.aws.backups import fetch_backups
    from hsmtui.aws.pages import read_all

    reader.shows_only(connection)
    await reader.go_on()
    everything = list(read_all(partial(fetch_backups, connection), Position()))
    recencies = set()
    for cluster in plane.clusters(*HERE):
        own = [each for each in everything if each.cluster_id == cluster.cluster_id]
        judged, kept = judge_newest(own, clock.now(), 26), reader.newest(cluster.cluster_id)
        assert kept.recency is judged.recency
        assert (kept.backup is None) == (judged.backup is None)
        if kept.backup is not None:
            assert kept.backup.backup_id == judged.backup.backup_id
        recencies.add(kept.recency)
    assert len(recencies) == 3


async def test_it_waits_for_others_between_any_two_pages(reader, connection, plane, asked):
    reader.shows_only(connection)
    reader.is_quiet = False
    await reader.go_on()
    assert asked(LIST) == []
    reader.is_quiet = True
    plane.script(LIST, Run(partial(setattr, reader, "is_quiet", False)), call=1)
    await reader.go_on()
    assert (len(asked(LIST)), reader.known) == (1, [])
    reader.is_quiet = True
    await reader.go_on()
    assert reader.known == [connection]
    assert "NextToken" in asked(LIST)[1]  # it went on from there


async def test_one_request_at_a_time_over_all_places(reader, connect, plane, asked):
    under_way = []

    def look() -> None:
        under_way.append(sum(r.status is None and r.operation == LIST for r in plane.requests))

    plane.script(LIST, Run(look))
    reader.shows_only(*(connect("demo", region) for region in ("us-east-1", "eu-central-1")))
    for _ in range(3):
        reader.backups.go_on()
    assert len(reader.tasks) == 1
    await reader.go_on()
    assert set(under_way) == {1}
    assert places(plane) == sorted(places(plane), reverse=True)  # one place after the other
    assert {each.region for each in reader.known} == {"us-east-1", "eu-central-1"}


async def test_a_place_without_rows_is_not_asked(reader, connect, asked):
    reader.shows_only(connect("demo", "eu-north-1"))
    assert not reader.listings[0].rows
    await reader.go_on()
    assert asked(LIST) == []


async def test_throttled_it_asks_once_and_waits_longer_and_longer(reader, connection, plane, asked):
    plane.script(LIST, THROTTLED)
    reader.shows_only(connection)
    expected, pause = 1, SHORTEST_PAUSE
    await reader.go_on()
    for _ in range(8):
        assert len(asked(LIST)) == expected
        await reader.go_on(pause.total_seconds() - 1)
        assert len(asked(LIST)) == expected
        await reader.go_on(1)
        expected, pause = expected + 1, min(pause * 2, LONGEST_PAUSE)
    assert pause == LONGEST_PAUSE
    known = reader.of("any")
    assert (known.is_coming, "throttles" in known.why) == (True, True)
    assert (len(reader.errors), reader.backups.words) == (1, "backups throttled")
    plane.clear_scripts()
    await reader.go_on(LONGEST_PAUSE.total_seconds())
    assert (reader.of("any"), reader.backups.words) == ((), "")


async def test_what_is_throttled_half_way_goes_on_from_there(reader, connection, plane, asked):
    plane.script(LIST, THROTTLED, call=2)
    reader.shows_only(connection)
    await reader.go_on()
    assert len(asked(LIST)) == 2
    await reader.go_on(5)
    assert asked(LIST)[2] == asked(LIST)[1]
    assert [page.get("NextToken") is None for page in asked(LIST)].count(True) == 1
    assert reader.known[-1] is connection


async def test_a_place_that_is_throttled_comes_after_the_others(reader, connect, plane):
    first, second = (connect("demo", region) for region in ("us-east-1", "eu-central-1"))
    plane.script(LIST, THROTTLED, at=At(*HERE))
    reader.shows_only(first, second)
    await reader.go_on()
    assert places(plane) == ["us-east-1"]
    await reader.go_on(5)
    assert places(plane)[1] == "eu-central-1"
    assert isinstance(reader.of("any", 1), tuple)
    assert places(plane)[-1] == "us-east-1"
    assert reader.backups.words == "backups throttled in 1 of 2 places"


async def test_others_that_are_throttled_hold_it_too(reader, connection, asked):
    reader.shows_only(connection)
    reader.backups.hold()
    await reader.go_on(4)
    assert asked(LIST) == []
    await reader.go_on(1)
    assert asked(LIST)


async def test_what_is_denied_is_said_once_and_not_asked_again(reader, connection, plane, asked):
    plane.script(LIST, DENIED)
    reader.shows_only(connection)
    for _ in range(3):
        await reader.go_on(60)
        reader.backups.read_again(connection)
    assert len(asked(LIST)) == 1
    assert [error.code for error in reader.errors] == ["AccessDeniedException"]
    known = reader.of("any")
    assert (known.is_coming, "cloudhsm:DescribeBackups is denied" in known.why) == (False, True)
    assert reader.backups.words == "backups denied"
    assert reader.backups.problem_of(connection) is reader.errors[0]
    reader.backups.ask_now(connection)
    await reader.go_on()
    assert (len(asked(LIST)), len(reader.errors)) == (2, 1)


async def test_a_lost_connection_is_tried_again_after_a_while(reader, connection, plane, asked):
    plane.script(LIST, Reset(), call=1)
    reader.shows_only(connection)
    await reader.go_on()
    assert (len(asked(LIST)), len(reader.errors)) == (1, 1)
    assert not reader.of("any").is_coming
    assert reader.backups.words == "backups not read"
    await reader.go_on(5)
    assert (reader.of("any"), len(reader.errors)) == ((), 1)


async def test_only_what_is_old_is_read_again_with_the_list(reader, connection, asked):
    reader.shows_only(connection)
    await reader.go_on()
    pages = len(asked(LIST))
    await reader.go_on((OLD_AFTER - timedelta(seconds=1)).total_seconds())
    reader.backups.read_again(connection)
    await reader.go_on()
    assert len(asked(LIST)) == pages
    await reader.go_on(1)
    reader.backups.read_again(connection)
    assert isinstance(reader.of("any"), tuple)  # until then what was read is known
    await reader.go_on()
    assert len(asked(LIST)) == 2 * pages


async def test_of_a_place_that_is_left_nothing_is_kept_or_said(reader, connect, plane, asked):
    left, other = connect("demo"), connect("demo", "eu-central-1")
    gate = Gate()
    plane.script(LIST, gate, DENIED, call=1)
    reader.shows_only(left)
    reader.backups.go_on()
    assert await asyncio.to_thread(gate.arrived)
    reader.shows_only(other)
    reader.backups.go_on()
    assert places(plane) == ["us-east-1"]  # still one at a time
    gate.release()
    await reader.go_on()
    assert set(places(plane)[1:]) == {"eu-central-1"}
    assert (reader.known, reader.errors) == ([other], [])
    assert reader.backups.of(left, "any") == COMING


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"Backups": [{"BackupId": "backup-a", "ClusterId": {}}]}, "could not be read"),
        ({"Backups": [{"BackupId": "a"}], "NextToken": "same"}, "token a second time"),
        ({"Backups": 7}, "could not be read"),
    ],
)
async def test_a_listing_that_is_not_whole_is_not_known(reader, connection, plane, answer, why):
    plane.script(LIST, reply_json(answer))
    reader.shows_only(connection)
    await reader.go_on()
    assert why in reader.of("any").why
    assert len(reader.errors) == 1


async def test_the_clusters_own_backups_count_while_they_are_newer(reader, connection, named):
    cluster_id = named("payments-prod-01")
    own = BackupPages((Backup("backup-own"),), pages=1, read_at=NOON)
    reader.own[cluster_id] = own
    reader.shows_only(connection)
    assert reader.of(cluster_id) == own.backups
    await reader.go_on(60)
    assert reader.of(cluster_id) != own.backups
    reader.own[cluster_id] = own._replace(read_at=reader.clock.now())
    assert reader.of(cluster_id) == own.backups


async def test_a_backup_that_is_restored_is_the_newest_where_it_is(reader, connection, clock):
    reader.shows_only(connection)
    await reader.go_on()
    restored = Backup("backup-x", None, "READY", "cluster-x", clock.now())
    reader.backups.renew(connection, restored)
    assert [each.backup_id for each in reader.of("cluster-x")] == ["backup-x"]
    assert reader.known[1:] == [connection]


async def test_a_newest_backup_that_goes_has_the_others_read_again(
    reader, connection, named, asked
):
    reader.shows_only(connection)
    await reader.go_on()
    cluster_id, before = named("payments-prod-01"), len(asked(LIST))
    newest = reader.newest(cluster_id).backup
    reader.backups.renew(connection, Backup(newest.backup_id, None, "PENDING_DELETION", cluster_id))
    assert reader.newest(cluster_id).backup is not None  # older ones were not kept
    await reader.go_on()
    assert len(asked(LIST)) == 2 * before
    assert reader.known == [connection, connection]


async def test_without_any_keys_it_asks_once(reader, connection, monkeypatch):
    asked_for = []

    def refuse(connection: Connection, _: Position) -> None:
        asked_for.append(connection)
        if len(asked_for) > 9:
            raise MemoryError
        raise HsmtuiError(title="Not signed in", code=NOT_SIGNED_IN)

    reader.shows_only(connection)
    monkeypatch.setattr(background_backups, "fetch_unattended", refuse)
    monkeypatch.setattr(type(connection), "last_keys", None)
    await reader.go_on()
    assert len(asked_for) == 1


async def test_switched_off_nothing_is_asked(reader, connection, clock, asked):
    reader.backups = BackgroundBackups(clock.now, reader, is_on=False)
    reader.shows_only(connection)
    await reader.go_on()
    assert asked(LIST) == []
    assert "findings.read_backups" in reader.of("any").why


async def test_keys_that_have_ended_are_left_until_there_are_others(
    reader, connection, plane, asked
):
    """Nobody is asked to sign in for it, and no program is run."""
    reader.shows_only(connection)
    plane.script(LIST, Refuse("ExpiredTokenException", "It has ended."))
    sessions = len(plane.requests)
    await reader.go_on()
    await reader.go_on(3600)
    reader.backups.read_again(connection)
    await reader.go_on(3600)
    assert [r.operation for r in plane.requests[sessions:]] == [LIST]
    assert "credentials have expired" in reader.of("any").why
    plane.clear_scripts()
    reader.backups.ask_now(connection)
    await reader.go_on()
    assert isinstance(reader.of("any"), tuple)
