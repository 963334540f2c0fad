# ruff: noqa: F811 - arguments have the names of the fixtures that are imported
"""Everything that can go wrong at one place, while another is listed that is well."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from hsmtui.aws.connect import open_places
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.config.settings import Flags
from hsmtui.fleet.fleet import PlaceState
from hsmtui.fleet.loader import Loader
from hsmtui.model.text import visible
from tests.conftest import FAULT_CASES
from tests.parts import part_of
from tests.scripted import At, ScriptedPlane
from tests.ui.conftest import HERE, Desk
from tests.ui.test_fault_matrix import (
    BACKUPS,
    FAULTS,
    IDENTITY,
    ILL,
    PATIENCE,
    STS,
    Asking,
    Fault,
    Net,
    first_error,
    go_through,
    net,  # noqa: F401
    place_url,  # noqa: F401
)
from tests.ui.test_fault_matrix import BackupsOfTheRegion as OfTheRegion

STAGING = ("222222222222", "us-east-1")
TWO = Flags(profiles=("demo", "ill"), regions=("us-east-1",))
PAGE = 14
"""Clusters of a page, of which both places have more than there are faults or can be seen."""


class AtOnePlace(Asking):
    """What is asked of both places, and fails at the second."""

    host = ILL
    at = At(*STAGING)

    @property
    def well(self) -> Loader:
        return self.desk.screen.fleet.everywhere[0]

    @property
    def ill(self) -> Loader:
        return self.desk.screen.fleet.everywhere[1]

    def rows_of(self, loader: Loader) -> list[str]:
        """Those in view that came through the place."""
        view = self.desk.table.view
        rows = map(view.__getitem__, range(len(view))) if view else ()
        return [row.cluster.cluster_id for row in rows if row.connection is loader.connection]

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        fleet = self.desk.screen.fleet
        assert fleet.state_of(self.well) is PlaceState.LISTED
        assert fleet.state_of(self.ill) in {PlaceState.FAILED, PlaceState.STALE}
        await self.desk.until(lambda: "places, 1 failed" in self.desk.title)
        await self.desk.press("L", "home")
        await self.desk.sees("ill · us-east-1")
        assert visible(error.title)[:30] in self.desk.widget("#place-now")
        assert error.request_id in self.desk.widget("#place-now")
        await self.desk.press("escape")


class FirstPage(AtOnePlace):
    name = "first page"
    has_rows = False

    async def ask(self, turn: int) -> None:
        screen = self.desk.screen
        openings = [each.opening for each in screen.fleet.everywhere]
        places, terms = [each.place for each in openings], openings[0].terms
        screen.leave_for(open_places(places, {}, PAGE, terms, 8))
        await self.desk.until(lambda: len(self.rows_of(self.well)) >= PAGE, "the other's rows")


class NextPage(AtOnePlace):
    name = "next page"

    async def ask(self, turn: int) -> None:
        number = len(self.rows_of(self.well))
        await self.desk.press("m")
        await self.desk.until(lambda: len(self.rows_of(self.well)) > number, "the other's rows")


class Refresh(AtOnePlace):
    name = "refresh"

    async def ask(self, turn: int) -> None:
        before = self.well.shown.read_at
        self.desk.plane.clock.advance(1)
        await self.desk.press("r")
        await self.desk.until(lambda: self.well.shown.read_at != before, "the other's rows")


class FilteredPage(AtOnePlace):
    name = "filtered page"

    async def ask(self, turn: int) -> None:
        await self.desk.press("slash")
        await self.desk.type("state:ACTIVE")
        await self.desk.press("enter")
        await self.desk.until(lambda: self.well.shown.filters, "the other's rows")

    async def leave(self) -> None:
        await self.desk.settles()  # else escape stops waiting
        await self.desk.press("escape")


class BackupsPage(AtOnePlace):
    name = "backups"
    operation, named = BACKUPS, (BACKUPS,)

    async def prepare(self, turn: int) -> None:
        desk = self.desk
        await desk.put_cursor(self.rows_of(self.ill)[0])
        desk.screen.action_show_tab("backups")
        backups, row = desk.screen.readings.backups, desk.table.row
        await desk.until(lambda: backups.known(row).pages, "backups")
        await desk.until(  # the cursor may have rested on other rows
            lambda: not any(pages.is_reading for pages in backups._readings.values()), "backups"
        )

    async def ask(self, turn: int) -> None:
        self.desk.screen.readings.backups.refresh()

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.desk.until(lambda: visible(error.title) in self.desk.details)
        assert set(map(self.desk.screen.fleet.state_of, (self.well, self.ill))) == {
            PlaceState.LISTED
        }
        desk, ill = self.desk, self.desk.table.row
        await desk.put_cursor(self.rows_of(self.well)[0])
        row = desk.table.row
        await desk.until(
            lambda: desk.screen.readings.backups.known(row).pages, "the other's backups"
        )
        assert desk.screen.readings.backups.known(row).problem is None
        problem = desk.screen.readings.backups.known(ill).problem
        assert problem is not None
        assert problem.repeats(error)


class BackupsOfTheRegion(OfTheRegion, AtOnePlace):
    """At the one place they are known, also while the other fails."""

    @property
    def connection(self) -> Connection:
        connection = self.ill.connection
        assert connection is not None
        return connection

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await OfTheRegion.check(self, fault, error)
        desk = self.desk
        assert " in 1 of 2 places" in desk.title
        assert set(map(desk.screen.fleet.state_of, (self.well, self.ill))) == {PlaceState.LISTED}
        assert desk.screen.region_backups.problem_of(self.well.connection) is None


class WhoAsks(FirstPage):
    name = "identity"
    operation, named, host = IDENTITY, (IDENTITY,), STS

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.desk.until(lambda: len(self.rows_of(self.ill)) >= PAGE, "rows")
        assert self.ill.connection.account is None
        if fault.answer is not None:  # else nobody reaches STS
            await self.desk.until(lambda: self.well.connection.account)


ASKINGS = (
    *(FirstPage, NextPage, Refresh, FilteredPage),
    *(BackupsPage, BackupsOfTheRegion, WhoAsks),
)


@pytest.mark.in_parts
@pytest.mark.parametrize("kind", ASKINGS, ids=lambda kind: kind.name)
async def test_every_fault_at_one_place_of(
    kind: type[AtOnePlace],
    sit: Any,
    plane: ScriptedPlane,
    net: Net,
    record_property: Callable[[str, object], None],
) -> None:
    plane.clusters(*STAGING).extend(
        replace(cluster, cluster_id=f"cluster-{number:011}")
        for number, cluster in enumerate(plane.clusters(*HERE)[:100])
    )
    plane.clusters(*HERE).extend(
        replace(cluster, cluster_id=f"cluster-9{number:010}")
        for number, cluster in enumerate(plane.clusters(*HERE)[:300])
    )
    async with sit(flags=TWO, page_size=PAGE, read_timeout=PATIENCE, **kind.settings) as desk:
        asking = kind(desk)
        await desk.until(lambda: len(asking.rows_of(asking.ill)) >= PAGE, "rows of both")
        await desk.settles()
        faults = part_of(FAULTS, at=ASKINGS.index(kind))
        await go_through(desk, asking, faults, partial(one_case, desk, net, asking))
    record_property(FAULT_CASES, len(faults))


async def one_case(desk: Desk, net: Net, asking: AtOnePlace, turn: int, fault: Fault) -> None:
    """One fault at one place: it is said, nothing is lost, and the other place goes on."""
    await asking.prepare(turn)
    rows, before = set(desk.rows), len(desk.app.errors)
    net.break_it(asking, fault)
    await asking.ask(turn)
    current = desk.current
    await desk.press("up" if desk.table.cursor else "down")
    assert desk.current != current  # keys answer, also while it hangs
    await desk.put_cursor(current)  # rows that came meanwhile may stand between the two
    error = await first_error(desk, asking, before)
    assert error.title
    assert error.remedy
    assert bool(error.request_id) is fault.identified
    await asking.check(fault, error)
    net.heal()
    await asking.leave()
    await desk.settles()
    if asking.has_rows:
        assert set(desk.rows) >= rows
