"""Several places together: what is listed of them, and what one cannot spoil of the others."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from typing import ClassVar

import pytest

from hsmtui.aws.connect import Opening, open_places
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages_ahead import Submit
from hsmtui.aws.place import Place, Terms
from hsmtui.demo.server import DemoServer
from hsmtui.fleet.fleet import Fleet, PlaceState
from hsmtui.fleet.listing import RowKey
from hsmtui.fleet.loader import Loader
from hsmtui.model.findings.finding import Findings
from hsmtui.model.history.history import ClusterDiff
from tests.late import LATE
from tests.scripted import At, Gate, Refuse, ScriptedPlane, StandingClock

DESCRIBE = "DescribeClusters"
DEMO, STAGING, SANDBOX = "111111111111", "222222222222", "333333333333"


class Listener:
    """Settles after each answer, as the screen does."""

    def __init__(self) -> None:
        self.fleet: Fleet | None = None
        self.errors: list[HsmtuiError] = []
        self.came: list[tuple[str, str]] = []

    def connected(self, loader: Loader) -> None:
        pass

    def listing_changed(self, loader: Loader) -> None:
        assert self.fleet is not None
        self.fleet.settle()
        place = loader.opening.place
        self.came.append((place.profile or "", place.region or ""))

    def rows_added(self, loader: Loader, ids: list[str]) -> None:
        pass

    def rows_renewed(self, loader: Loader, ids: Collection[str]) -> None:
        pass

    def status_changed(self) -> None:
        pass

    def failed(self, loader: Loader, error: HsmtuiError) -> None:
        self.errors.append(error)

    def changed(self, loader: Loader, seen: ClusterDiff) -> None:
        pass


@pytest.fixture
def listener() -> Listener:
    return Listener()


Go = Callable[..., Fleet]


@pytest.fixture
def go(
    server: DemoServer,
    aws_files: Callable[..., None],
    clock: StandingClock,
    listener: Listener,
    plane: ScriptedPlane,
) -> Go:
    """Goes to profiles × regions, such as ``"demo"`` and ``"us-east-1"``; ``-`` names none."""
    aws_files(server.url)
    plane.slowness.clear()

    def go(profiles: str, regions: str, parallel: int = 8, **filters: list[str]) -> Fleet:
        pairs = [(p, r if r != "-" else None) for p in profiles.split() for r in regions.split()]
        places = [Place(profile, region, explicit=True) for profile, region in pairs]
        terms = Terms(lambda *_: "", read_timeout=60.0)

        def loader(opening: Opening, submit: Submit) -> Loader:
            return Loader(opening, 10, clock.now, listener, lambda *_: Findings(), submit)

        openings = open_places(places, filters, 10, terms, parallel)
        fleet = listener.fleet = Fleet(openings, 10, loader)
        return fleet

    return go


async def until(condition: Callable[[], object]) -> None:
    """Wait for it, ten seconds at most."""
    async with asyncio.timeout(10):
        await asyncio.sleep(LATE)
        while not condition():  # noqa: ASYNC110 - a server in other threads makes it true
            await asyncio.sleep(0.001)


async def callers_known(fleet: Fleet) -> None:
    for loader in fleet.loaders:
        if loader.connection is not None:
            await asyncio.wait([asyncio.wrap_future(loader.connection.caller)])
    fleet.settle()


def asked(plane: ScriptedPlane, operation: str) -> Counter[tuple[str, str]]:
    return Counter((r.account, r.region) for r in plane.requests if r.operation == operation)


def states(fleet: Fleet) -> list[PlaceState]:
    return [fleet.state_of(loader) for loader in fleet.everywhere]


def names(fleet: Fleet) -> list[str]:
    return [f"{each.connection.profile_name} {each.connection.region}" for each in fleet.shown]


class TestArriving:
    async def test_each_place_is_asked_once_and_listed_in_its_order(self, go, plane, listener):
        gate = Gate()
        plane.script(DESCRIBE, gate, at=At(DEMO, "us-east-1"))
        fleet = go("demo demo-staging", "us-east-1 eu-central-1")
        task = asyncio.create_task(fleet.arrive())
        await until(lambda: len(listener.came) == 3)
        assert states(fleet)[0] is PlaceState.COMING
        assert not fleet.extent.is_whole
        gate.release()
        await task
        assert listener.came[-1] == ("demo", "us-east-1")
        assert names(fleet) == [
            "demo us-east-1",
            "demo eu-central-1",
            "demo-staging us-east-1",
            "demo-staging eu-central-1",
        ]
        assert set(asked(plane, DESCRIBE).values()) == {1}
        await callers_known(fleet)
        assert sum(asked(plane, "GetCallerIdentity").values()) == 2

    async def test_a_place_that_fails_spoils_no_other(self, go, plane, listener):
        plane.script(DESCRIBE, Refuse("AccessDeniedException"), at=At(STAGING, "us-east-1"))
        fleet = go("demo demo-staging", "us-east-1")
        await fleet.arrive()
        assert states(fleet) == [PlaceState.LISTED, PlaceState.FAILED]
        extent = fleet.extent
        assert (extent.read, extent.places, extent.unread) == (1, 2, 1)
        assert not extent.is_whole
        assert [error.code for error in listener.errors] == ["AccessDeniedException"]

    async def test_a_profile_that_does_not_exist_is_one_of_them(self, go):
        fleet = go("demo-staging missing", "us-east-1")
        await fleet.arrive()
        assert states(fleet) == [PlaceState.LISTED, PlaceState.FAILED]
        assert fleet.loaders[1].problem.code == "ProfileNotFound"

    async def test_a_region_that_is_not_enabled_hides_nothing(self, go):
        fleet = go("demo-payments", "us-east-1 af-south-1")
        await fleet.arrive()
        assert states(fleet) == [PlaceState.LISTED, PlaceState.NOT_ENABLED]
        assert (fleet.extent.is_whole, fleet.extent.unread) == (True, 0)

    async def test_who_goes_on_waiting_asks_no_place_twice(self, go, plane):
        gate = Gate()
        plane.script(DESCRIBE, gate, at=At(DEMO, "us-east-1"))
        fleet = go("demo demo-staging", "us-east-1")
        task = asyncio.create_task(fleet.arrive())
        await until(lambda: fleet.loaders[0].awaited and fleet.loaders[1].shown)
        task.cancel()
        await asyncio.wait([task])
        assert states(fleet) == [PlaceState.STOPPED, PlaceState.LISTED]
        again = asyncio.create_task(fleet.refresh())
        await asyncio.sleep(0)
        gate.release()
        await again
        assert states(fleet) == [PlaceState.LISTED, PlaceState.LISTED]
        assert asked(plane, DESCRIBE) == {(DEMO, "us-east-1"): 1, (STAGING, "us-east-1"): 2}


class TestTheSame:
    """Two profiles of one account and region."""

    async def test_shows_each_cluster_once_by_the_first(self, go):
        fleet = go("demo demo-auditor", "us-east-1 eu-central-1")
        await fleet.arrive()
        await callers_known(fleet)
        assert names(fleet) == ["demo us-east-1", "demo eu-central-1"]
        assert states(fleet)[2:] == [PlaceState.SAME] * 2
        assert fleet.same_as(fleet.loaders[2]) is fleet.loaders[0]
        assert fleet.extent.read == 4

    async def test_is_seen_of_a_profile_that_is_named_in_two_ways(self, go):
        """A scope leaves the region to the profile, the picker names it."""
        fleet = go("demo-staging", "- eu-central-1")
        await fleet.arrive()
        await callers_known(fleet)
        assert states(fleet) == [PlaceState.LISTED, PlaceState.SAME]

    async def test_is_seen_by_a_cluster_where_sts_does_not_answer(self, go, plane):
        plane.script("GetCallerIdentity", Refuse("InternalFailure", status=500))
        fleet = go("demo demo-auditor", "us-east-1")
        await fleet.arrive()
        fleet.settle()
        assert all(loader.connection.account is None for loader in fleet.loaders)
        assert names(fleet) == ["demo us-east-1"]

    async def test_two_accounts_may_have_the_same_id(self, go, plane):
        first = plane.clusters(DEMO, "eu-central-1")[0]
        plane.clusters(STAGING, "eu-central-1")[0].cluster_id = first.cluster_id
        fleet = go("demo demo-staging", "eu-central-1")
        await fleet.arrive()
        await callers_known(fleet)
        keys = [RowKey(listing.connection, first.cluster_id) for listing in fleet.shown]
        assert len(set(keys)) == 2
        assert all(key.cluster_id in fleet.shown[at].rows for at, key in enumerate(keys))

    async def test_what_was_renewed_is_so_wherever_it_is_listed(self, go):
        fleet = go("demo demo-auditor", "eu-central-1")
        await fleet.arrive()
        await callers_known(fleet)
        other = fleet.loaders[1].connection
        assert len(fleet.with_row(other)) == 2
        (cluster_id,) = fleet.shown[0].rows
        assert fleet.key_now(RowKey(other, cluster_id)).connection is fleet.first.connection

    async def test_is_listed_by_the_other_when_the_first_is_left_out(self, go):
        fleet = go("demo demo-auditor", "us-east-1")
        await fleet.arrive()
        await callers_known(fleet)
        fleet.look_at([fleet.loaders[1]])
        assert names(fleet) == ["demo-auditor us-east-1"]
        assert states(fleet) == [PlaceState.LEFT_OUT, PlaceState.LISTED]


class TestGoingOn:
    async def test_pages_come_only_of_places_that_have_more(self, go, plane):
        fleet = go("demo demo-staging", "us-east-1")
        await fleet.arrive()
        await fleet.next_page()
        assert asked(plane, DESCRIBE) == {(DEMO, "us-east-1"): 2, (STAGING, "us-east-1"): 1}
        await fleet.all_pages()
        assert fleet.extent.is_whole
        assert asked(plane, DESCRIBE)[STAGING, "us-east-1"] == 1

    async def test_all_pages_come_in_turn_through_the_pool(self, go, plane):
        fleet = go("demo demo-staging", "us-east-1", parallel=1)
        await fleet.arrive()
        await fleet.all_pages()
        listed = [c.cluster_id for c in plane.place(DEMO, "us-east-1").listed()]
        assert list(fleet.shown[0].rows) == listed
        assert fleet.extent.is_whole
        await until(lambda: fleet.has_room)

    async def test_a_filter_asks_those_that_were_not_read_to_their_end(self, go, plane):
        fleet = go("demo demo-staging", "us-east-1")
        await fleet.arrive()
        await fleet.filter({"states": ["ACTIVE"]})
        assert asked(plane, DESCRIBE) == {(DEMO, "us-east-1"): 2, (STAGING, "us-east-1"): 1}
        assert [listing.filters for listing in fleet.shown] == [{"states": ["ACTIVE"]}, {}]

    async def test_a_place_that_dies_keeps_its_rows_and_the_others_go_on(self, go, plane):
        fleet = go("demo demo-staging", "us-east-1")
        await fleet.arrive()
        before = list(fleet.shown[1].rows)
        plane.kill(At(STAGING, None))
        await fleet.refresh()
        assert states(fleet) == [PlaceState.LISTED, PlaceState.STALE]
        assert list(fleet.shown[1].rows) == before
        plane.revive()
        await fleet.ask_again([fleet.loaders[1]])
        assert states(fleet) == [PlaceState.LISTED, PlaceState.LISTED]

    async def test_what_could_not_be_opened_is_opened_together(self, go, tmp_path):
        config = tmp_path / "aws" / "config"
        whole = config.read_text()
        config.write_text(whole.replace("[profile demo-staging]", "[profile other]"))
        fleet = go("demo demo-staging", "us-east-1 eu-central-1")
        await fleet.arrive()
        assert states(fleet) == [PlaceState.LISTED] * 2 + [PlaceState.FAILED] * 2
        config.write_text(whole)
        await fleet.refresh()
        assert states(fleet) == [PlaceState.LISTED] * 4
        connections = [loader.connection for loader in fleet.loaders[2:]]
        assert connections[0].caller is connections[1].caller


class TestFilterThatIsDropped:
    """What was asked under it is not the whole, and not said to be."""

    FILTERS: ClassVar = {"states": ["DEGRADED"]}

    async def test_while_a_place_is_coming(self, go, plane):
        gate = Gate()
        plane.script(DESCRIBE, gate, at=At(DEMO, "us-east-1"))
        fleet = go("demo demo-staging", "us-east-1", **self.FILTERS)
        arriving = asyncio.create_task(fleet.arrive())
        await until(lambda: fleet.loaders[1].shown)
        arriving.cancel()
        dropping = asyncio.create_task(fleet.filter({}))
        await until(lambda: plane.requests and fleet.loaders[1].shown.filters == {})
        gate.release()
        await dropping
        assert [listing.filters for listing in fleet.shown] == [{}, {}]

    async def test_while_a_place_is_left_out(self, go):
        fleet = go("demo demo-staging", "us-east-1", **self.FILTERS)
        await fleet.arrive()
        fleet.look_at([fleet.loaders[1]])
        await fleet.filter({})
        fleet.look_at(fleet.everywhere)
        await fleet.arrive()
        assert [listing.filters for listing in fleet.shown] == [{}, {}]

    async def test_until_the_rest_has_come(self, go, plane):
        fleet = go("demo-staging", "us-east-1", **self.FILTERS)
        await fleet.arrive()
        assert fleet.extent.is_whole
        gate = Gate()
        plane.script(DESCRIBE, gate)
        dropping = asyncio.create_task(fleet.filter({}))
        await until(lambda: fleet.doing)
        assert not fleet.extent.is_whole
        gate.release()
        await dropping
        assert fleet.extent.is_whole

    @pytest.mark.parametrize("regions", ["us-east-1", "us-east-1 eu-west-1"])
    async def test_before_a_place_could_be_reached(self, go, tmp_path, regions):
        config = tmp_path / "aws" / "config"
        fleet = go("late", regions, **self.FILTERS)
        await fleet.arrive()
        assert set(states(fleet)) == {PlaceState.FAILED}
        await fleet.filter({})
        text = config.read_text("utf-8")
        demo = text.partition("[profile demo]")[2].partition("[profile")[0]
        config.write_text(f"{text}\n[profile late]\n{demo}", encoding="utf-8")
        await fleet.refresh()
        assert set(states(fleet)) == {PlaceState.LISTED}
        assert all(listing.filters == {} for listing in fleet.shown)


class TestColumns:
    @pytest.mark.parametrize(
        ("profiles", "regions", "expected"),
        [
            ("demo", "us-east-1", []),
            ("demo", "us-east-1 eu-west-1", ["region"]),
            ("demo demo-staging", "us-east-1", ["profile", "account"]),
            ("demo demo-auditor", "us-east-1", ["profile"]),
            ("demo demo-staging", "us-east-1 eu-west-1", ["profile", "account", "region"]),
        ],
    )
    async def test_of_the_place_are_there_while_they_differ(self, go, profiles, regions, expected):
        fleet = go(profiles, regions)
        await fleet.arrive()
        if not fleet.is_one:
            await callers_known(fleet)
        assert [column.id for column in fleet.differing()] == expected
