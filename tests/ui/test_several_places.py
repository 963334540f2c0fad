"""Several accounts and regions in one table: what is asked, shown, said, and kept apart."""

import csv
import io
from collections import Counter
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from hsmtui.config.file import ProfileRule
from hsmtui.config.settings import Flags
from hsmtui.demo.estate import PAYMENTS
from hsmtui.fleet.fleet import PlaceState
from hsmtui.model.filter.query import parse
from hsmtui.ui.dialogs.places import PlacesDialog
from tests.parts import part_of
from tests.scripted import At, Gate, Refuse, Reset, ScriptedPlane
from tests.ui.conftest import HERE, Desk

DESCRIBE, IDENTITY, BACKUPS = "DescribeClusters", "GetCallerIdentity", "DescribeBackups"
DEMO, STAGING = "111111111111", "222222222222"
EAST, FRANKFURT = "us-east-1", "eu-central-1"
SIZES = {PAYMENTS: 4, DEMO: 25, STAGING: 4}
"""How many clusters the first page of each account has in us-east-1."""

THREE = Flags(profiles=("demo-payments", "demo", "demo-staging"), regions=(EAST,))
TWO = Flags(profiles=("demo-payments", "demo-staging"), regions=(EAST,))
REGIONS = Flags(profiles=("demo",), regions=(EAST, FRANKFURT, "us-west-2"))


def ids(plane: ScriptedPlane, account: str, region: str = EAST, number: int = 25) -> list[str]:
    """The clusters of a place in the service's order, as far as the first page goes."""
    return [cluster.cluster_id for cluster in plane.place(account, region).listed()[:number]]


def in_order(plane: ScriptedPlane) -> list[str]:
    return [each for account in SIZES for each in ids(plane, account)]


def requests(desk: Desk, operation: str = DESCRIBE) -> Counter[tuple[str, str]]:
    """How often each place was asked."""
    asked = (r for r in desk.plane.requests if r.operation == operation)
    return Counter((request.account, request.region) for request in asked)


def states(desk: Desk) -> list[PlaceState]:
    fleet = desk.screen.fleet
    return [fleet.state_of(each) for each in fleet.everywhere]


async def until_rows(desk: Desk, number: int) -> None:
    await desk.until(lambda: len(desk.rows) == number, f"{number} rows")


class TestRows:
    @pytest.mark.in_parts
    @pytest.mark.parametrize("late", part_of(SIZES))
    async def test_stand_in_the_order_of_the_places_whatever_comes_first(self, sit, plane, late):
        gate = Gate()
        plane.script(DESCRIBE, gate, at=At(late))
        async with sit(flags=THREE, wait=False) as desk:
            await until_rows(desk, sum(SIZES.values()) - SIZES[late])
            await desk.press("down", "down")
            current = desk.current
            gate.release()
            await until_rows(desk, sum(SIZES.values()))
            await desk.settles()
            assert desk.rows == in_order(plane)
            assert desk.current == current
            assert requests(desk) == {(account, EAST): 1 for account in SIZES}
            assert sum(requests(desk, IDENTITY).values()) == len(SIZES)

    async def test_are_sorted_over_all_and_say_where_they_are_as_far_as_that_differs(
        self, sit, server
    ):
        """Where places are columns the details stand beside the list on a wider screen only."""
        async with sit(flags=THREE, size=(160, 40)) as desk:
            assert headers(desk) == {"PROFILE", "ACCOUNT"}
            assert server.url in desk.header
            assert desk.header.endswith("RW")
            await desk.press("s", "n")
            key = desk.table.view.sort.column.key
            keys = [key(row.judged) for row in view(desk)]
            assert keys == sorted(keys)
            assert len({row.connection for row in view(desk)[:12]}) > 1
            current = desk.rows[-1]
            await desk.put_cursor(current)
            await desk.press("S")
            keys = [key(row.judged) for row in view(desk)]
            assert keys == sorted(keys, reverse=True)
            assert desk.current == current
            assert not desk.screen.has_class("wide")
            desk.screen.look_at([desk.screen.fleet.first])
            await desk.rest()
            assert headers(desk) == set()
            assert desk.screen.has_class("wide")
            desk.screen.look_at(desk.screen.fleet.everywhere)
            await desk.rest()
            assert not desk.screen.has_class("wide")
            desk.screen._places.go("demo-staging", EAST)
            await until_rows(desk, SIZES[STAGING])
            assert desk.screen.has_class("wide")

    async def test_of_a_sort_come_from_the_next_place_where_one_cannot_go_on(self, sit, plane):
        plane.clusters(STAGING, EAST).extend(
            replace(cluster, cluster_id=f"cluster-{number:011}")
            for number, cluster in enumerate(plane.clusters(*HERE)[:100])
        )
        async with sit(flags=Flags(profiles=("demo", "demo-staging"), regions=(EAST,))) as desk:
            await desk.press("s", "f")
            await desk.settles()
            plane.kill(At(DEMO))
            await desk.press("G")
            await desk.until(lambda: PlaceState.STALE in states(desk))
            await desk.settles()
            before = requests(desk)
            await desk.press("k")
            await desk.settles()
            assert requests(desk) - before == {(STAGING, EAST): 1}


def view(desk: Desk) -> list[Any]:
    return list(map(desk.table.view.__getitem__, range(len(desk.rows))))


def headers(desk: Desk) -> set[str]:
    """Which columns of the place are in sight."""
    return {"PROFILE", "ACCOUNT", "REGION"} & {c.header for c in desk.table.visible_columns}


class TestPages:
    async def test_further_ones_come_of_the_place_near_whose_end_the_cursor_is(self, sit, plane):
        flags = Flags(profiles=("demo", "demo-staging"), regions=(EAST, "us-west-2"))
        async with sit(flags=flags, wait=False) as desk:
            await until_rows(desk, 25 + 14 + 4 + 3)
            await desk.settles()
            assert set(requests(desk).values()) == {1}
            await desk.press("home")
            while desk.table.cursor < 22:
                await desk.press("down")
            await until_rows(desk, 50 + 14 + 4 + 3)
            await desk.settles()
            assert requests(desk) == {**dict.fromkeys(requests(desk), 1), HERE: 2}
            assert desk.rows[:50] == ids(plane, *HERE, 50)
            assert desk.rows[50:64] == ids(plane, DEMO, "us-west-2")

    async def test_are_asked_for_one_at_a_time_and_one_that_fails_keeps_all_rows(self, sit, plane):
        async with sit(flags=Flags(profiles=("demo", "demo-staging"), regions=(EAST,))) as desk:
            rows = desk.rows
            plane.script(DESCRIBE, Refuse("ThrottlingException"), at=At(DEMO), call=1)
            await desk.press("m")
            await desk.until(lambda: "1 failed" in desk.title)
            await desk.settles()
            assert desk.rows == rows
            await desk.press("m")
            await until_rows(desk, 50 + 4)
            await desk.settles()
            assert "failed" not in desk.title
            assert desk.rows[:50] == ids(plane, *HERE, 50)
            gate = Gate()
            plane.script(DESCRIBE, gate, at=At(DEMO))
            desk.table.cursor = 47
            for _ in range(3):  # however often the end is near
                desk.table.post_message(desk.table.NearEnd(moved=True))
            await desk.until(lambda: desk.under_way)
            await desk.rest()
            gate.release()
            await until_rows(desk, 75 + 4)
            await desk.settles()
            assert requests(desk)[HERE] == 4
            assert desk.screen.fleet.first.shown.pages == 3

    async def test_one_more_comes_of_each_place_at_once(self, sit, plane):
        flags = Flags(profiles=("demo-payments", "demo-staging"), regions=(EAST, "us-west-2"))
        async with sit(flags=flags, page_size=2, wait=False) as desk:
            await desk.until(lambda: desk.screen.fleet.extent.read == 4)
            await desk.settles()
            await desk.press("m")
            await desk.settles()
            assert set(requests(desk).values()) == {2}
            assert "clusters (14 in 4 places)" in desk.title
            await desk.press("m")
            await desk.sees("All 14 clusters are loaded.")
            assert set(requests(desk).values()) == {2}

    async def test_all_come_of_every_region_to_its_end(self, sit, plane):
        del plane.clusters(*HERE)[80:]
        async with sit(flags=REGIONS, size=(160, 40)) as desk:
            assert headers(desk) == {"REGION"}
            for query in ("region:eu", "eu-central"):
                await desk.press("slash")
                await desk.type(query)
                await desk.press("enter")
                await desk.settles()
                assert {row.connection.region for row in view(desk)} == {FRANKFURT}
            assert set(requests(desk).values()) == {1}
            await desk.press("escape", "M")
            await until_rows(desk, 80 + 1 + 14)
            await desk.settles()
            assert requests(desk) == {HERE: 4, (DEMO, FRANKFURT): 1, (DEMO, "us-west-2"): 1}
            assert "clusters (95 in 3 places)" in desk.title

    async def test_come_while_another_place_hangs(self, sit, plane):
        del plane.clusters(*HERE)[80:]
        gate = Gate()
        plane.script(DESCRIBE, gate, at=At(PAYMENTS))
        async with sit(flags=THREE, wait=False) as desk:
            await until_rows(desk, 29)
            await desk.press("m")
            await until_rows(desk, 54)
            await desk.press("M")
            await until_rows(desk, 80 + 4)
            assert requests(desk)[PAYMENTS, EAST] == 1
            assert "clusters (84+ in 2 of 3 places)" in desk.title
            gate.release()
            await until_rows(desk, 80 + 8)
            assert requests(desk)[PAYMENTS, EAST] == 1


class TestTitle:
    async def test_counts_what_was_not_read(self, sit, plane):
        plane.script(DESCRIBE, Refuse("CloudHsmAccessDeniedException"), at=At(STAGING))
        gate = Gate()
        plane.script(DESCRIBE, gate, at=At(DEMO, FRANKFURT))
        flags = Flags(
            profiles=("demo-payments", "demo", "demo-staging", "demo-mfa"),
            regions=(EAST, FRANKFURT, "af-south-1"),
        )
        async with sit(flags=flags, wait=False, size=(200, 50)) as desk:
            said = "+ in 4 of 12 places, 3 failed, 3 signing in, 1 not enabled"
            await desk.until(lambda: said in desk.title, said)
            gate.release()
            await desk.press("escape")  # of the code
            await desk.until(lambda: "3 not signed in" in desk.title)
            await desk.until(lambda: not desk.screen.fleet.doing)
            assert "+ in 5 of 12 places, 3 failed, 3 not signed in, 1 not enabled" in desk.title
            await desk.press("m")
            assert requests(desk)[PAYMENTS, "af-south-1"] == 1


class TestFilter:
    async def test_finds_places_and_asks_only_those_not_read_to_their_end(self, sit, plane):
        async with sit(flags=THREE) as desk:
            await desk.until(lambda: all(e.connection.account for e in desk.screen.fleet.loaders))
            for query, accounts in {
                "profile:demo-staging": {STAGING},
                f"account:{PAYMENTS}": {PAYMENTS},
                "2222-2222": {STAGING},
                "222222222222": {STAGING},
                "demo-pay": {PAYMENTS},
                "!profile:demo-payments !demo-staging": {DEMO},
            }.items():
                desk.screen.list_pane.apply(parse(query))
                await desk.settles()
                assert {row.connection.account for row in view(desk)} == accounts, query
                assert len(desk.rows) == sum(SIZES[account] for account in accounts), query
            await desk.press("slash")
            await desk.type("state:DEGRADED")
            await desk.press("enter")
            await desk.settles()
            assert requests(desk) == {(PAYMENTS, EAST): 1, HERE: 2, (STAGING, EAST): 1}
            assert {row.cluster.state for row in view(desk)} == {"DEGRADED"}
            await desk.press("escape")
            await desk.settles()
            assert requests(desk)[HERE] == 2
            assert len(desk.rows) == sum(SIZES.values())
            # a place that is taken in again is under the filter that applies by then
            fleet = desk.screen.fleet
            await desk.press("slash")
            await desk.type("state:DEGRADED")
            await desk.press("enter")
            await desk.settles()
            desk.screen.look_at([fleet.loaders[0], fleet.loaders[2]])
            await desk.press("escape")
            await desk.settles()
            assert len(desk.rows) == 8
            desk.screen.look_at(fleet.everywhere)
            await desk.settles()
            assert desk.rows == in_order(plane)

    async def test_reaches_a_place_that_comes_later(self, sit, plane):
        gate = Gate()
        plane.script(DESCRIBE, gate, at=At(DEMO), call=1)
        async with sit(flags=THREE, wait=False) as desk:
            await until_rows(desk, 8)
            await desk.press("slash")
            await desk.type("state:DEGRADED")
            await desk.press("enter")
            gate.release()
            await desk.settles()
            assert desk.asked()[-1]["Filters"] == {"states": ["DEGRADED"]}
            degraded = [c for c in plane.place(*HERE).listed() if c.state == "DEGRADED"]
            found = [row for row in view(desk) if row.connection.account == DEMO]
            assert len(found) == min(25, len(degraded))


class TestRefresh:
    async def test_asks_every_place_again_and_keeps_the_rows_of_one_that_has_died(self, sit, plane):
        async with sit(flags=THREE) as desk:
            await desk.put_cursor(desk.rows[10])
            rows, current = desk.rows, desk.current
            new = plane.clusters(STAGING, EAST)[0]
            new.state = "DEGRADED"
            plane.kill(At(DEMO))
            await desk.press("r")
            await desk.until(lambda: "1 failed" in desk.title)
            await desk.settles()
            assert set(requests(desk).values()) == {2}
            assert "clusters (33+ in 3 places, 1 failed)" in desk.title
            assert (desk.rows, desk.current) == (rows, current)
            (row,) = [row for row in view(desk) if row.cluster.cluster_id == new.cluster_id]
            assert row.cluster.state == "DEGRADED"
            plane.revive()
            await desk.press("r")
            await desk.until(lambda: "failed" not in desk.title)
            await desk.settles()
            assert "clusters (33+ in 3 places)" in desk.title

    async def test_that_was_stopped_goes_on_without_asking_twice(self, sit, plane):
        gate = Gate()
        plane.script(DESCRIBE, gate, at=At(DEMO))
        async with sit(flags=THREE, wait=False) as desk:
            await until_rows(desk, 8)
            await desk.until(lambda: len(desk.under_way) == 1)
            await desk.press("escape")
            assert "Stopped waiting" in desk.notifications
            await desk.until(lambda: "1 stopped" in desk.title)
            await desk.press("r")
            await desk.until(lambda: requests(desk)[STAGING, EAST] == 2)
            await desk.until(lambda: not any(e.doing for e in desk.screen.fleet.loaders[::2]))
            await desk.until(lambda: "loading" in desk.title)
            gate.release()
            await until_rows(desk, 33)
            await desk.settles()
            assert requests(desk) == {(PAYMENTS, EAST): 2, HERE: 1, (STAGING, EAST): 2}
            assert sum(requests(desk, IDENTITY).values()) == 3

    async def test_that_was_stopped_before_there_was_a_connection_goes_on(self, sit, plane):
        async with sit(flags=THREE, wait=False) as desk:
            desk.screen.give_up()
            await desk.until(lambda: len(requests(desk)) == 3)
            await desk.until(lambda: sum(requests(desk, IDENTITY).values()) == 3)
            await desk.press("r")
            await until_rows(desk, 33)
            await desk.settles()
            assert max(requests(desk).values()) <= 2
            assert max(requests(desk, IDENTITY).values()) <= 2


class TestStopping:
    async def test_is_done_at_once_while_all_places_hang(self, sit, plane):
        plane.script(DESCRIBE, Gate())
        async with sit(flags=REGIONS, wait=False) as desk:
            await desk.until(lambda: len(desk.under_way) == 3)
            await desk.press("q")
            await desk.until(lambda: desk.app._exit, "an app that is left")


async def look_at_places(desk: Desk) -> PlacesDialog:
    await desk.press("L")
    await desk.until(lambda: isinstance(desk.app.screen, PlacesDialog), "the places")
    await desk.rest()
    dialog = desk.app.screen
    assert isinstance(dialog, PlacesDialog)
    return dialog


def lines(desk: Desk) -> list[str]:
    """The lines of `L`."""
    dialog = desk.app.screen
    assert isinstance(dialog, PlacesDialog)
    options = dialog.options
    return [str(options.get_option_at_index(at).prompt) for at in range(options.option_count)]


class TestTheList:
    async def test_has_what_is_missing_first_and_says_why(self, sit, plane):
        plane.script(DESCRIBE, Refuse("AccessDeniedException", "not you"), at=At(STAGING))
        flags = Flags(profiles=("demo-payments", "demo-staging"), regions=(EAST, "af-south-1"))
        async with sit(flags=flags, size=(120, 30)) as desk:
            await desk.until(lambda: "2 failed, 1 not enabled" in desk.title)
            await look_at_places(desk)
            words = ["failed", "failed", "not enabled", "4 clusters"]
            assert [w in line for w, line in zip(words, lines(desk), strict=True)] == [True] * 4
            assert "demo-staging" in lines(desk)[0]
            error = desk.screen.fleet.loaders[2].problem
            assert error.request_id
            await desk.sees(error.request_id, "demo-staging · us-east-1")
            assert desk.shows(error.title)

    async def test_tells_each_failure_once_and_asks_again_once_a_place_answers(self, sit, plane):
        plane.kill(At(DEMO))
        async with sit(flags=THREE, wait=False) as desk:
            await desk.until(lambda: "1 failed" in desk.title)
            await desk.settles()
            before, errors = requests(desk), len(desk.app.errors)
            await look_at_places(desk)
            assert "failed" in lines(desk)[0]
            await desk.press("end", "x", "x", "a")
            await desk.settles()
            assert len(desk.app.errors) == errors
            assert PlaceState.FAILED in states(desk)
            await desk.press("home")
            plane.revive()
            await desk.press("r")
            await desk.until(lambda: "25+ clusters" in "".join(lines(desk)))
            await desk.settles()
            assert requests(desk) - before == {HERE: 1}
            await desk.press("escape")
            assert desk.rows == in_order(plane)

    async def test_leaves_out_places_but_the_last_and_looks_at_one_only(self, sit, plane):
        async with sit(flags=THREE) as desk:
            desk.screen.action_places()
            desk.screen._show_together()  # what is said before the dialog is drawn is not lost
            await desk.until(lambda: isinstance(desk.app.screen, PlacesDialog))
            await desk.rest()
            assert len(lines(desk)) == 3
            await desk.press("space", "space", "x")
            await desk.settles()
            assert desk.rows == ids(plane, STAGING)
            await desk.press("space", "x")  # the marks of all three: the others come, this goes
            await desk.settles()
            assert len(desk.rows) in {29, 4}
            await desk.press("a")
            await desk.settles()
            assert desk.rows == in_order(plane)
            assert set(requests(desk).values()) == {1}
            await desk.press("escape")
            await look_at_places(desk)
            await desk.press("x", "home", "x", "home", "x")
            await desk.sees("One place must stay")
            assert len(desk.screen.fleet.loaders) == 1
            await desk.press("a", "escape")
            await look_at_places(desk)
            await desk.press("home", "j", "enter")
            await desk.settles()
            assert desk.rows == ids(plane, *HERE)
            assert "clusters (25+, 2 places left out)" in desk.title
            assert "demo · us-east-1 · 1111-1111-1111" in desk.header
            await desk.press("m")
            await until_rows(desk, 50)
            await look_at_places(desk)
            assert [("left out" in line) for line in lines(desk)] == [False, True, True]
            await desk.press("a", "escape")
            await desk.settles()
            assert len(desk.rows) == 58
            assert requests(desk) == {(PAYMENTS, EAST): 1, HERE: 2, (STAGING, EAST): 1}

    async def test_is_reached_while_a_place_hangs(self, sit, plane):
        gate = Gate()
        plane.script(DESCRIBE, gate, at=At(DEMO))
        async with sit(flags=THREE, wait=False) as desk:
            await until_rows(desk, 8)
            await look_at_places(desk)
            assert "coming" in lines(desk)[0]
            await desk.press("r", "x")
            assert "left out" in lines(desk)[-1]
            await desk.press("escape")
            assert "clusters (8 in 2 places, 1 place left out)" in desk.title
            gate.release()
            await desk.until(lambda: not desk.under_way)
            await desk.settles()
            assert len(desk.rows) == 8
            await look_at_places(desk)
            await desk.press("a")
            await until_rows(desk, 33)
            assert requests(desk)[HERE] == 1


class TestTwoProfilesOfOneAccount:
    @pytest.mark.in_parts
    @pytest.mark.parametrize("first", part_of(["demo", "demo-auditor"]))
    @pytest.mark.parametrize("answers", [True, False], ids=["named by STS", "STS is silent"])
    async def test_show_each_cluster_once_by_the_first(self, sit, plane, first, answers):
        gate = Gate()
        plane.script(DESCRIBE, gate, call=1)
        if not answers:
            plane.script(IDENTITY, Reset())
        flags = Flags(profiles=("demo-auditor", "demo", "demo-payments"), regions=(EAST,))
        if first == "demo":
            flags = Flags(profiles=("demo", "demo-auditor", "demo-payments"), regions=(EAST,))
        async with sit(flags=flags, wait=False) as desk:
            await desk.until(lambda: desk.screen.fleet.extent.read == 2)
            await desk.press("down")
            current = desk.current
            gate.release()
            await desk.until(lambda: desk.screen.fleet.extent.read == 3)
            await desk.settles()
            assert desk.rows == [*ids(plane, *HERE), *ids(plane, PAYMENTS)]
            assert desk.current == current
            profiles = {row.connection.profile for row in view(desk)}
            assert profiles == {first, "demo-payments"}
            assert "clusters (29+ in 3 places)" in desk.title
            await look_at_places(desk)
            assert f"account and region as {first}, listed there" in lines(desk)[-1]


class TestSigningIn:
    @pytest.fixture
    def plane(self) -> ScriptedPlane:
        """Its clock is that of the system, by which botocore sees whether keys have expired."""
        return ScriptedPlane()

    async def test_asks_again_for_the_code_that_somebody_did_not_give(self, sit, plane):
        flags = Flags(profiles=("demo-payments", "demo-mfa"), regions=(EAST, "af-south-1"))
        async with sit(flags=flags, wait=False) as desk:
            await desk.until(lambda: desk.app.screen.query("#sign-in-code"))
            await desk.press("escape")
            await desk.until(lambda: "2 not signed in" in desk.title)
            await desk.settles()
            before, errors = requests(desk), len(desk.app.errors)
            await desk.press("slash")  # a filter of the service asks nothing there
            await desk.type("state:DEGRADED")
            await desk.press("enter")
            await desk.settles()
            assert requests(desk) == before
            assert len(desk.app.errors) == errors
            assert "2 not signed in, 1 not enabled" in desk.title
            await desk.press("escape", "r")  # does not ask
            await desk.settles()
            await look_at_places(desk)
            assert "not signed in" in lines(desk)[0]
            await desk.press("r")
            await desk.until(lambda: desk.app.screen.query("#sign-in-code"))
            await desk.type("123456")
            await desk.press("enter")
            await desk.until(lambda: "25+ clusters" in "".join(lines(desk)))

    async def test_that_failed_is_asked_for_again_for_all_places_of_the_profile(self, sit, plane):
        flags = Flags(profiles=("demo-payments", "demo-mfa"), regions=(EAST, FRANKFURT))
        plane.script("AssumeRole", Refuse("AccessDenied", "Not you.", 403), call=1)
        async with sit(flags=flags, wait=False) as desk:
            for words in ("2 failed", "in 4 places"):
                await desk.until(lambda: desk.app.screen.query("#sign-in-code"))
                await desk.type("123456")
                await desk.press("enter")
                await desk.until(lambda words=words: words in desk.title)
                await desk.settles()
                await desk.press("r")
            await desk.settles()
            assert requests(desk)[HERE] == requests(desk)[DEMO, FRANKFURT] == 2
            assert requests(desk, IDENTITY) == {(PAYMENTS, EAST): 1, HERE: 1}


async def test_the_header_says_what_may_be_done_as_far_as_it_differs(sit, plane):
    plane.script(IDENTITY, Refuse("AccessDenied", "Not you.", 403), at=At(STAGING))
    rules = {"demo-staging": ProfileRule(read_only=True, color="red")}
    async with sit(flags=TWO, profiles=rules) as desk:
        assert desk.header.endswith(" RO/RW")
        assert desk.screen._header._state.color is None
        await desk.until(lambda: [e for e in desk.app.errors if e.operation == IDENTITY])
        assert "failed" not in desk.title  # no place does, where the caller is not known
        desk.screen.look_at(desk.screen.fleet.loaders[1:])
        await desk.rest()
        assert desk.header.endswith(" RO")
        assert desk.screen._header._state.color == "red"


EVERY = 0.02
"""Seconds between two readings of a place, by the clock of the test."""


class TestWatching:
    @pytest.fixture
    def watch(self, sit: Any) -> Any:
        return lambda **more: sit(**{"flags": THREE, "refresh_seconds": EVERY, **more})

    async def test_is_spread_over_the_time_between_two_readings(self, watch, plane, clock):
        async with watch() as desk:
            await desk.press("w")
            for account in SIZES:
                await desk.until(lambda account=account: requests(desk)[account, EAST] == 2)
                await looked(desk)
                assert sum(requests(desk).values()) == 4 + list(SIZES).index(account)
                await desk.until(lambda: all(e.can_reread for e in desk.screen.fleet.loaders))
                clock.advance(EVERY / 3)
            await desk.until(lambda: requests(desk)[PAYMENTS, EAST] == 3)

    async def test_reads_no_place_again_that_has_not_answered(self, watch, plane, clock):
        gate = Gate()
        async with watch() as desk:
            plane.script(DESCRIBE, gate, at=At(DEMO))
            await desk.press("w")
            clock.advance(EVERY)
            await desk.until(lambda: requests(desk)[HERE] == 2)

            def again(number: int) -> bool:
                clock.advance(EVERY * 2)  # as often as it takes: a reading ends at any time
                return requests(desk)[STAGING, EAST] >= number

            for number in range(3, 6):
                await desk.until(partial(again, number))
                await looked(desk)
            assert requests(desk)[HERE] == 2
            gate.release()
            await desk.until(lambda: again(0) and requests(desk)[HERE] >= 3)

    async def test_goes_on_while_another_place_has_not_come_and_tells_changes_with_their_place(
        self, watch, plane, clock
    ):
        plane.script(DESCRIBE, Gate(), at=At(DEMO))
        async with watch(wait=False) as desk:
            await until_rows(desk, 8)
            changed = plane.clusters(STAGING, EAST)[0]
            changed.state = "DEGRADED"
            await desk.press("w")
            clock.advance(EVERY)
            await desk.until(lambda: requests(desk)[STAGING, EAST] == 2)
            assert requests(desk)[HERE] == 1
            await desk.until(lambda: changed.name in desk.notifications)
            (row,) = [row for row in view(desk) if row.cluster.cluster_id == changed.cluster_id]
            assert "state" in desk.table.changed_cells.of(row.key)
            await desk.press("e")
            await desk.sees("demo-staging · us-east-1", changed.name)

    async def test_is_slower_only_where_a_place_throttles(self, watch, plane, clock):
        async with watch() as desk:
            plane.script(DESCRIBE, Refuse("ThrottlingException"), at=At(DEMO))
            await desk.press("w")
            clock.advance(EVERY)
            await desk.until(lambda: "1 more slowly" in desk.title)
            await desk.until(lambda: "1 failed" in desk.title)
            await desk.settles()  # a reading that ends later is due again later
            assert len(desk.rows) == 33
            before = requests(desk)
            clock.advance(EVERY * 1.1)
            await desk.until(lambda: requests(desk)[STAGING, EAST] > before[STAGING, EAST])
            await looked(desk)
            assert requests(desk)[HERE] == before[HERE]
            plane.clear_scripts()
            clock.advance(EVERY)
            await desk.until(lambda: requests(desk)[HERE] > before[HERE])
            await desk.until(lambda: "more slowly" not in desk.title)


async def looked(desk: Desk) -> None:
    """Wait until the watch has looked several times whether it may read."""
    looks, look = 0, desk.screen._watch._read_if_due

    def count() -> None:
        nonlocal looks
        looks += 1
        look()

    timer = desk.screen.set_interval(EVERY, count)
    await desk.until(lambda: looks > 2)
    timer.stop()


async def test_what_a_row_shows_copies_and_writes_is_of_its_place(sit, tmp_path, monkeypatch):
    """Of a place that is not the first."""
    monkeypatch.chdir(tmp_path)
    async with sit(flags=THREE, size=(160, 50)) as desk:
        await desk.put_cursor(desk.rows[-2])
        row = desk.table.row
        assert row.cluster.cluster_id in await desk.tab("overview")
        await desk.tab("findings")
        await desk.tab("backups")
        await desk.until(lambda: "backups (" in desk.details)
        assert requests(desk, BACKUPS) == {(STAGING, EAST): 1}
        assert desk.screen.readings.backups.known(row).is_whole
        await desk.settles()
        await desk.press("r")
        await desk.until(lambda: requests(desk, BACKUPS)[STAGING, EAST] == 2)
        await desk.settles()
        for label in ("aws command", "hsmtui command"):
            await desk.press("C")
            await desk.type(label)
            await desk.press("enter")
            await desk.until(lambda: "demo-staging" in copied(desk))
            assert EAST in copied(desk)
            assert row.cluster.cluster_id in copied(desk)
            await desk.press("escape")
            desk.app.clear_notifications()
        await desk.press("H")
        await desk.until(lambda: "Wrote the page" in desk.notifications)
        (page,) = tmp_path.glob("cluster-*.md")
        text = page.read_text("utf-8")
        assert row.cluster.cluster_id in text
        assert STAGING in text
        assert DEMO not in text
        assert PAYMENTS not in text
        await desk.press("ctrl+s")
        await desk.sees("Write 33 clusters")
        await desk.press("enter")
        await desk.until(lambda: "Wrote 33" in desk.notifications)
        assert "not loaded" in desk.notifications
        (path,) = tmp_path.glob("clusters-*.csv")
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
        told = [(each["CLUSTER"], each["ACCOUNT"].replace("-", "")) for each in rows]
        assert told == [(i, account) for account in SIZES for i in ids(desk.plane, account)]


def copied(desk: Desk) -> str:
    """What is said of the copy: in a notice, or in the dialog that shows it."""
    return desk.flat if desk.app.has_dialog else desk.notifications
