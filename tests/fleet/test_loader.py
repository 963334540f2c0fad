"""The listings of one place: what is asked for when, and what outlives a failure."""

import asyncio
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import pytest

from hsmtui.aws.connect import Opening, begin
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.threads import submit
from hsmtui.demo.server import DemoServer
from hsmtui.fleet.loader import Loader, LookInto
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.finding import Findings, Unchecked
from hsmtui.model.history.history import ClusterDiff
from tests.scripted import Gate, Refuse, ScriptedPlane, StandingClock, reply_json

HERE = ("111111111111", "us-east-1")
DESCRIBE = "DescribeClusters"
SIZE = 10


class Listener:
    """An audience that writes down what it is told, and what was under way then."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.doing: list[str] = []
        self.errors: list[HsmtuiError] = []
        self.added: list[list[str]] = []
        self.diffs: list[ClusterDiff] = []
        self.loader: Loader | None = None

    def connected(self, loader: Loader) -> None:
        self.told.append("connected")

    def listing_changed(self, loader: Loader) -> None:
        self.told.append("listing changed")

    def rows_added(self, loader: Loader, ids: list[str]) -> None:
        self.told.append("rows added")
        self.added.append(ids)

    def rows_renewed(self, loader: Loader, ids: Collection[str]) -> None:
        self.told.append("rows renewed")

    def status_changed(self) -> None:
        assert self.loader is not None
        self.doing.append(self.loader.doing)

    def failed(self, loader: Loader, error: HsmtuiError) -> None:
        self.told.append("failed")
        self.errors.append(error)

    def changed(self, loader: Loader, seen: ClusterDiff) -> None:
        self.diffs.append(seen)


@pytest.fixture
def listener() -> Listener:
    return Listener()


Load = Callable[..., Loader]


@pytest.fixture
def load(
    server: DemoServer, aws_files: Callable[..., None], clock: StandingClock, listener: Listener
) -> Iterator[Load]:
    """Goes to a place by its profile, under filters of the service."""
    aws_files(server.url)
    loaders: list[Loader] = []

    def load(
        profile: str = "demo",
        size: int = SIZE,
        *look_into: LookInto,
        **filters: Sequence[str],
    ) -> Loader:
        terms = Terms(lambda *_: "", read_timeout=60.0)
        opening: Opening = begin(Place(profile, "us-east-1", explicit=True), filters, size, terms)
        loader = Loader(
            opening, size, clock.now, listener, lambda *_: Findings(), submit, *look_into
        )
        listener.loader = loader
        loaders.append(loader)
        return loader

    yield load
    for loader in loaders:
        if loader.connection is not None:
            loader.connection.client.close()


@pytest.fixture
def listed(plane: ScriptedPlane) -> list[str]:
    """All ids in the service's order."""
    return [cluster.cluster_id for cluster in plane.place(*HERE).listed()]


def ids(loader: Loader) -> list[str]:
    return list(loader.shown.rows) if loader.shown is not None else []


async def arrived(loader: Loader) -> Loader:
    await loader.arrive()
    assert loader.shown is not None
    return loader


class TestFirstPage:
    async def test_comes_with_the_connection_and_one_request(self, load, listener, listed, asked):
        loader = await arrived(load())
        assert listener.told == ["connected", "listing changed"]
        assert listener.doing == ["connecting …", "", "loading …", ""]
        assert ids(loader) == listed[:SIZE]
        assert (loader.whole, loader.listings) == (loader.shown, {loader.shown})
        assert loader.can_reread
        assert asked(DESCRIBE) == [{"MaxResults": SIZE}]

    async def test_that_fails_is_asked_for_again(self, load, listener, plane, listed, asked):
        plane.script(DESCRIBE, Refuse("ThrottlingException"), call=1)
        loader = load()
        await loader.arrive()
        assert (loader.shown, loader.problem) == (None, listener.errors[0])
        assert not loader.can_reread
        await loader.refresh()
        assert (ids(loader), loader.problem) == (listed[:SIZE], None)
        assert asked(DESCRIBE)[0] == asked(DESCRIBE)[1]

    async def test_comes_once_the_place_can_be_opened(self, load, listener, tmp_path, listed):
        config = tmp_path / "aws" / "config"
        whole = config.read_text()
        config.write_text("[profile demo]\nregion = us-east-1\n")
        loader = load()
        await loader.arrive()
        assert (loader.connection, listener.told) == (None, ["failed"])
        assert loader.location.region == "us-east-1"
        await loader.next_page()
        assert listener.told == ["failed", "failed"]
        config.write_text(whole)
        await loader.refresh()
        assert ids(loader) == listed[:SIZE]

    async def test_is_asked_for_under_the_filter_that_applies_by_then(
        self, load, listener, tmp_path, asked
    ):
        config = tmp_path / "aws" / "config"
        whole = config.read_text()
        config.write_text("[profile demo]\nregion = us-east-1\n")
        loader = load(states=["ACTIVE"])
        await loader.arrive()
        await loader.filter({})
        assert listener.told == ["failed"]
        config.write_text(whole)
        await loader.refresh()
        assert asked(DESCRIBE) == [{"MaxResults": SIZE}]
        assert loader.whole is loader.shown


class TestNextPages:
    async def test_are_added_until_there_are_no_more(self, load, listener, listed, asked):
        loader = await arrived(load())
        await loader.next_page()
        assert listener.added == [listed[SIZE : 2 * SIZE]]
        await loader.all_pages()
        assert ids(loader) == listed
        assert loader.shown.whole
        number = len(asked(DESCRIBE))
        await loader.next_page()
        assert len(asked(DESCRIBE)) == number == 4

    async def test_of_400_are_16_requests_and_400_rows(self, load, clock, aws_files, listener):
        plane = ScriptedPlane(clock=clock, clusters=400)
        with DemoServer(plane) as server:
            aws_files(server.url)
            loader = await arrived(load(size=25))
            await loader.all_pages()
            assert loader.connection.endpoint == server.url
        assert ids(loader) == [cluster.cluster_id for cluster in plane.place(*HERE).listed()]
        assert (len(ids(loader)), loader.shown.pages, loader.problem) == (400, 16, None)
        assert len([r for r in plane.requests if r.operation == DESCRIBE]) == 16

    async def test_that_fail_keep_the_rows_and_the_token(
        self, load, listener, plane, listed, asked
    ):
        loader = await arrived(load())
        plane.script(DESCRIBE, Refuse("ThrottlingException"), call=2)
        await loader.all_pages()
        assert (ids(loader), loader.problem) == (listed[: 2 * SIZE], listener.errors[0])
        await loader.next_page()
        assert (ids(loader), loader.problem) == (listed[: 3 * SIZE], None)
        assert asked(DESCRIBE)[2] == asked(DESCRIBE)[3]

    async def test_name_a_cluster_that_comes_twice_once(self, load, listener, plane):
        first = {"Clusters": [{"ClusterId": "one"}, {"ClusterId": "two"}], "NextToken": "more"}
        plane.script(DESCRIBE, reply_json(first), call=1)
        second = {"Clusters": [{"ClusterId": "two", "State": "ACTIVE"}, {"ClusterId": "three"}]}
        plane.script(DESCRIBE, reply_json(second), call=2)
        loader = await arrived(load())
        await loader.all_pages()
        assert ids(loader) == ["one", "two", "three"]
        assert loader.shown.rows["two"].cluster.state == "ACTIVE"
        assert listener.added == [["three"]]

    async def test_end_where_a_token_repeats_and_say_so(self, load, listener, plane, asked):
        same = {"Clusters": [{"ClusterId": "one"}], "NextToken": "same"}
        plane.script(DESCRIBE, reply_json(same))
        loader = await arrived(load())
        await loader.all_pages()
        assert len(asked(DESCRIBE)) == 2
        assert loader.problem is loader.shown.problem is listener.errors[0]
        assert not loader.shown.whole

    @pytest.mark.parametrize("is_known", [True, False])
    async def test_after_the_first_are_looked_into_before_they_are_listed(
        self, load, listener, listed, is_known
    ):
        looked: list[str] = []

        async def look_into(_: Connection, clusters: Sequence[Cluster]) -> list[Findings] | None:
            looked.extend(cluster.cluster_id for cluster in clusters)
            told = [Findings(unchecked=(Unchecked(c.cluster_id, "so"),)) for c in clusters]
            return told if is_known else None

        loader = await arrived(load("demo", SIZE, look_into))
        await loader.all_pages()
        assert looked == listed[2 * SIZE :]
        assert ids(loader) == listed
        assert set(loader.shown.due) == set(listed if not is_known else listed[: 2 * SIZE])
        found = [row.findings.unchecked for row in loader.shown.rows.values()]
        told = [((cluster_id, "so"),) if is_known else () for cluster_id in looked]
        assert found == [*([()] * 2 * SIZE), *told]

    async def test_are_asked_for_while_those_before_are_taken_in(
        self, load, listener, plane, listed, monkeypatch
    ):
        loader = await arrived(load())
        fourth, was_asked = Gate(), []
        plane.script(DESCRIBE, fourth, call=3)

        def take(_: Loader, added: list[str]) -> None:
            if added[0] == listed[2 * SIZE]:
                was_asked.append(fourth.arrived())
                fourth.release()

        monkeypatch.setattr(listener, "rows_added", take)
        await loader.all_pages()
        assert (was_asked, ids(loader)) == ([True], listed)

    async def test_are_asked_for_no_more_once_nobody_waits(
        self, load, listener, plane, listed, asked
    ):
        loader = await arrived(load())
        gate = Gate()
        plane.script(DESCRIBE, gate, call=2)
        task = asyncio.create_task(loader.all_pages())
        assert await asyncio.to_thread(gate.arrived)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        reading = [each for each in threading.enumerate() if each.name == "offload _read"]
        gate.release()
        for thread in reading:
            await asyncio.to_thread(thread.join, 30)
            assert not thread.is_alive()
        assert (ids(loader), loader.doing, len(asked(DESCRIBE))) == (listed[: 2 * SIZE], "", 3)
        await loader.all_pages()
        assert ids(loader) == listed
        assert asked(DESCRIBE)[2] == asked(DESCRIBE)[3]

    async def test_that_nobody_waits_for_any_more_are_dropped(
        self, load, listener, plane, listed, asked
    ):
        loader = await arrived(load())
        gate = Gate()
        plane.script(DESCRIBE, gate, call=1)
        task = asyncio.create_task(loader.next_page())
        assert await asyncio.to_thread(gate.arrived)
        assert not loader.can_reread
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (loader.doing, listener.doing[-1]) == ("", "")
        gate.release()
        await loader.next_page()
        assert (ids(loader), listener.added) == (listed[: 2 * SIZE], [listed[SIZE : 2 * SIZE]])
        assert asked(DESCRIBE)[1] == asked(DESCRIBE)[2]


class TestRefresh:
    async def test_reads_as_many_pages_and_lets_the_gone_go(
        self, load, listener, plane, listed, clock, asked
    ):
        loader = await arrived(load())
        await loader.next_page()
        gone = plane.clusters(*HERE)
        kept = [c for c in gone if c.cluster_id != listed[0]]
        plane.clusters(*HERE)[:] = kept
        changed = next(c for c in kept if c.cluster_id == listed[1])
        changed.state = "DEGRADED"
        clock.advance(300)
        await loader.refresh()
        assert ids(loader) == listed[1 : 2 * SIZE + 1]
        assert loader.shown.rows[listed[1]].cluster.state == "DEGRADED"
        assert loader.shown.read_at == clock.now()
        assert len(asked(DESCRIBE)) == 4
        assert listener.told[-3:] == ["rows renewed", "rows renewed", "listing changed"]
        assert "refreshing page 2 of 2 …" in listener.doing
        assert {diff.cluster.cluster_id for diff in listener.diffs} >= {listed[0], listed[1]}

    @pytest.mark.parametrize(
        "fault",
        [
            Refuse("ThrottlingException"),
            reply_json({"Clusters": [{"ClusterId": "new"}], "NextToken": 7}),
        ],
        ids=["refused", "a token that cannot be read"],
    )
    async def test_that_ends_half_way_keeps_what_was_listed(
        self, load, listener, plane, listed, clock, fault
    ):
        loader = await arrived(load())
        await loader.next_page()
        read_at = loader.shown.read_at
        plane.clusters(*HERE)[:] = [c for c in plane.clusters(*HERE) if c.cluster_id != listed[0]]
        plane.script(DESCRIBE, fault, call=2)
        clock.advance(300)
        await loader.refresh()
        assert ids(loader) == listed[: 2 * SIZE]
        assert (loader.shown.read_at, loader.shown.pages) == (read_at, 2)
        assert loader.problem is listener.errors[-1]
        assert listener.told[-1] == "failed"
        assert loader.shown.rows[listed[1]].read_at == clock.now()

    async def test_under_a_filter_keeps_to_it(self, load, asked):
        loader = await arrived(load(states=("ACTIVE",)))
        await loader.refresh()
        assert asked(DESCRIBE)[1] == asked(DESCRIBE)[0]
        assert asked(DESCRIBE)[0]["Filters"] == {"states": ["ACTIVE"]}
        assert loader.whole is None

    async def test_by_itself_says_nothing_until_it_has_failed(self, load, listener, plane, listed):
        loader = await arrived(load())
        told = len(listener.doing)
        assert await loader.reread() == 0
        plane.script(DESCRIBE, Refuse("ThrottlingException"), call=1)
        await loader.reread()
        assert len(listener.doing) == told
        assert (loader.problem, ids(loader)) == (listener.errors[0], listed[:SIZE])
        await loader.reread()
        assert loader.problem is None

    async def test_by_itself_counts_how_often_botocore_asked_again(
        self, load, listener, plane, monkeypatch
    ):
        monkeypatch.delenv("AWS_MAX_ATTEMPTS")
        monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
        loader = await arrived(load())
        plane.script(DESCRIBE, Refuse("ThrottlingException"), call=1)
        assert await loader.reread() == 1
        assert listener.errors == []

    async def test_by_itself_of_nothing_asks_nothing(self, load, plane, asked):
        plane.script(DESCRIBE, Refuse("ThrottlingException"), call=1)
        loader = load()
        await loader.arrive()
        assert await loader.reread() == 0
        assert len(asked(DESCRIBE)) == 1


class TestFilters:
    async def test_are_asked_of_the_service_and_the_whole_list_is_kept(
        self, load, plane, listed, asked
    ):
        active = [c.cluster_id for c in plane.place(*HERE).listed() if c.state == "ACTIVE"]
        loader = await arrived(load())
        whole = loader.shown
        await loader.filter({"states": ("ACTIVE",)})
        assert ids(loader) == active[:SIZE]
        assert loader.listings == {whole, loader.shown}
        await loader.next_page()
        assert ids(loader) == active[: 2 * SIZE]
        await loader.filter({})
        assert loader.shown is whole
        assert len(asked(DESCRIBE)) == 3

    async def test_that_are_on_already_ask_nothing(self, load, asked):
        loader = await arrived(load())
        await loader.filter({})
        assert len(asked(DESCRIBE)) == 1

    async def test_that_fail_leave_what_was_shown_and_can_be_asked_again(
        self, load, listener, plane, listed, asked
    ):
        loader = await arrived(load())
        plane.script(DESCRIBE, Refuse("ThrottlingException"), call=1)
        await loader.filter({"states": ("ACTIVE",)})
        assert (ids(loader), loader.problem) == (listed[:SIZE], listener.errors[0])
        assert not loader.can_reread
        await loader.refresh()
        assert loader.shown.filters == {"states": ("ACTIVE",)}
        assert asked(DESCRIBE)[1] == asked(DESCRIBE)[2]

    async def test_that_are_taken_back_are_waited_for_no_longer(self, load, plane, listed):
        loader = await arrived(load())
        plane.script(DESCRIBE, Refuse("ThrottlingException"), call=1)
        await loader.filter({"states": ("ACTIVE",)})
        await loader.filter({})
        assert (loader.awaited, loader.problem, ids(loader)) == (None, None, listed[:SIZE])

    async def test_before_there_is_a_connection_wait_for_it(self, load, plane, asked):
        loader = load()
        await loader.filter({"states": ("DEGRADED",)})
        assert {row.cluster.state for row in loader.shown.rows.values()} == {"DEGRADED"}
        assert [request.get("Filters") for request in asked(DESCRIBE)] == [
            None,
            {"states": ["DEGRADED"]},
        ]


def test_is_under_way_before_it_is_waited_for(load: Load) -> None:
    assert load().doing


async def test_where_it_is_is_known_before_and_after_it_is_connected(load):
    loader: Any = load()
    before = loader.location
    assert (before.profile, before.profile_name, before.is_read_only) == ("demo", "demo", False)
    await loader.arrive()
    here = loader.location
    assert (here.region, here.partition, here.is_read_only) == ("us-east-1", "aws", False)
