"""The app under Pilot, in one process with the control plane that it asks over HTTP."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs
from textual._compositor import Compositor
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.widgets import Input, Static

from hsmtui.aws.connect import open_places
from hsmtui.aws.place import Terms
from hsmtui.config.settings import Flags, load
from hsmtui.config.state import State
from hsmtui.demo.control_plane import Request
from hsmtui.demo.records import Cluster
from hsmtui.demo.server import DemoServer
from hsmtui.fleet.places import places_for
from hsmtui.model.columns import COLUMN_IDS
from hsmtui.model.filter.query import parse
from hsmtui.ui.app import HsmtuiApp, Start
from hsmtui.ui.commands.keymap import checked_keymap
from hsmtui.ui.main.screen import ClusterScreen
from hsmtui.ui.widgets.cluster_table import ClusterTable
from tests.drawn import shows
from tests.late import LATE
from tests.scripted import ScriptedPlane, StandingClock

HERE = ("111111111111", "us-east-1")
PATIENCE = 60.0
"""Seconds after which what a test waits for is taken not to come, on a machine that is busy."""

TURNS = 8
"""Turns of the loop in a row without anything to do, after which the app is taken to rest: a worker
that was started needs some until it shows."""

BUSY_TURNS = 100
"""Turns after which a rest is looked for less often."""


class Desk:
    """A person at the app: presses keys, reads the screen, and may look into the request log."""

    def __init__(self, app: HsmtuiApp, pilot: Pilot[None], plane: ScriptedPlane) -> None:
        self.app = app
        self.pilot = pilot
        self.plane = plane

    async def press(self, *keys: str) -> None:
        """Press keys, and let the app do what they ask for as far as it needs no answer."""
        for key in keys:
            await self.app._press_keys([key])
            await self.rest()

    async def rest(self) -> None:
        """Let every widget take what is posted to it, and what that posts in turn."""
        await self._is_quiet()
        if self.app._running:
            self.app.screen._on_timer_update()  # what is to be laid out anew is so now
            await self._is_quiet()
            await asyncio.sleep(LATE)

    async def _is_quiet(self) -> None:
        """Wait until no widget has anything to do for several turns of the loop."""
        end = asyncio.get_running_loop().time() + PATIENCE
        turns = quiet = 0
        while quiet < TURNS and self.app._running:
            await asyncio.sleep(0 if turns < BUSY_TURNS else 0.002)
            turns += 1
            quiet = quiet + 1 if self._nothing_to_do else 0
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"It never came to rest.\n\n{self.text}")

    @property
    def _nothing_to_do(self) -> bool:
        """Whether all widgets, on every screen, wait for messages, and the app for keys."""
        app = self.app
        return not app._type_ahead._waiting and _waits(app) and all(map(_waits, app._registry))

    async def type(self, text: str) -> None:
        """Put a text into the field that has the focus, as a paste does."""
        await self.until(lambda: isinstance(self.app.focused, Input), "a field with the focus")
        field = self.app.focused
        assert isinstance(field, Input)
        field.value = text
        field.cursor_position = len(text)
        await self.rest()

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Let the app run until the condition holds."""
        end = asyncio.get_running_loop().time() + PATIENCE
        pause = 0.002
        await asyncio.sleep(LATE)
        while not condition():
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"It never came to be: {what or condition}\n\n{self.text}")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.02)

    async def sees(self, *texts: str) -> None:
        """Wait until all these texts are on the screen."""

        await self.until(lambda: all(map(self.shows, texts)), repr(texts))

    def shows(self, text: str) -> bool:
        """Whether a text stands on the screen, also where it is broken over lines, in a box too."""
        return shows(self.lines, text)

    async def settles(self) -> None:
        """Wait until nothing is asked, who asks too, and nothing waits to be drawn."""
        caller, fleet = self.screen._caller, self.screen.fleet
        await self.until(lambda: not self._is_waited_for and not fleet.doing)
        await self.until(lambda: self.screen._unasked is None, "who asks")
        await self.until(lambda: not caller.is_under_way(fleet.first.connection))
        if not fleet.is_one:
            connections = (loader.connection for loader in fleet.loaders)
            callers = [each.caller for each in connections if each is not None]
            await self.until(lambda: all(caller.done() for caller in callers), "callers")
        await self.rest()
        await self.until(lambda: not self.screen._comes_together, "what comes together")
        await self.rest()

    @property
    def screen(self) -> ClusterScreen:
        base = self.app.screen_stack[0]
        assert isinstance(base, ClusterScreen)
        return base

    @property
    def table(self) -> ClusterTable:
        return self.screen.query_one(ClusterTable)

    @property
    def lines(self) -> list[str]:
        """The screen as drawn."""
        return [
            "".join(segment.text for segment in strip)
            for strip in self.app.screen._compositor.render_strips()
        ]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def flat(self) -> str:
        """What the screen says without its line breaks, frames and runs of blanks."""
        return " ".join(self.text.translate(dict.fromkeys(map(ord, "│╭╮╰╯─▌"), " ")).split())

    @property
    def title(self) -> str:
        return self.widget("#title")

    @property
    def header(self) -> str:
        return self.widget("#header")

    @property
    def notice(self) -> str:
        return self.widget("#notice") if self.screen.query_one("#notice").display else ""

    @property
    def notifications(self) -> str:
        said = "\n".join(notification.message for notification in self.app._notifications)
        return said.replace("\N{NO-BREAK SPACE}", " ")  # which keep a path on one line

    def widget(self, selector: str) -> str:
        """The whole text of a Static, wherever it is scrolled to."""
        screen = self.app.screen if self.app.screen.query(selector) else self.screen
        return str(screen.query_one(selector, Static).render())

    @property
    def rows(self) -> list[str]:
        """The ids of the table's rows in their order."""
        view = self.table.view
        return [view[at].cluster.cluster_id for at in range(len(view))] if view else []

    @property
    def current(self) -> str:
        assert self.table.row is not None
        return self.table.row.cluster.cluster_id

    async def put_cursor(self, cluster: Cluster | str) -> None:
        """Move to a row that is loaded."""
        cluster_id = cluster if isinstance(cluster, str) else cluster.cluster_id
        self.table._put_cursor(self.rows.index(cluster_id))
        await self.rest()
        assert self.current == cluster_id

    async def tab(self, tab_id: str) -> str:
        """Choose a tab of the details; its whole text."""
        self.screen.action_show_tab(tab_id)
        await self.rest()
        return self.details

    @property
    def details(self) -> str:
        return str(self.screen.query_one("#detail-body > Static", Static).render())

    def asked(self, operation: str = "DescribeClusters") -> list[dict[str, Any]]:
        """The parameters of the requests so far for an operation."""
        return [r.parameters for r in self.plane.requests if r.operation == operation]

    @property
    def _is_waited_for(self) -> bool:
        """Whether a request is under way that somebody waits for: not the backups of a region."""
        return any(
            request.operation != "DescribeBackups" or "Filters" in request.parameters
            for request in self.under_way
        )

    @property
    def under_way(self) -> list[Request]:
        return [request for request in self.plane.requests if request.status is None]


def _waits(pump: MessagePump) -> bool:
    """Whether a message pump stands at its empty queue, or is closed."""
    queue = pump._message_queue
    return pump._closing or (not queue.values and bool(queue.ready_event._waiters))


@pytest.fixture(autouse=True)
def keys_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pilot waits after each key until the processor idles, up to a second; `Desk.rest` does not.

    A dialog that polls, and the server in this process, would keep it waiting.
    """

    async def at_once(*_: float) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr("textual.app.wait_for_idle", at_once)


@pytest.fixture(autouse=True)
def frames_are_drawn_when_they_are_looked_at(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no terminal: what nobody looks at would be drawn for nothing, again and again.

    A module that is about drawing says ``DRAWS = True``.
    """

    def draw_nothing(compositor: Compositor, *_: Any, **__: Any) -> None:
        compositor._dirty_regions.clear()

    if not getattr(request.module, "DRAWS", False):
        monkeypatch.setattr(Compositor, "render_update", draw_nothing)


@pytest.fixture
def plane(clock: StandingClock) -> ScriptedPlane:
    return ScriptedPlane(clock=clock)


@pytest.fixture
def server(plane: ScriptedPlane) -> Iterator[DemoServer]:
    with DemoServer(plane) as server:
        yield server


@pytest.fixture
def place_url(server: DemoServer, aws_files: Callable[..., None]) -> str:
    """The server's URL, after the demo's profiles were written."""
    aws_files(server.url)
    return server.url


Sit = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def sit(plane: ScriptedPlane, clock: StandingClock, place_url: str) -> Sit:
    """Starts the app as the command line does; keyword arguments change a setting or the Start.

    Backups are read in the background where a test says so: most count what else is asked. The
    list has the service's order where a test does not say `worst_first`: most know that order.
    """

    def start_of(
        flags: Flags, query: str, more: Mapping[str, Any], changes: Mapping[str, Any]
    ) -> Start:
        settings = load(flags, os.environ, known_columns=COLUMN_IDS)
        others = dict(changes)
        reads = others.pop("read_backups", False)
        findings = structs.replace(others.pop("findings", settings.findings), read_backups=reads)
        mine = {"poll_seconds": 0.1, "findings": findings, "worst_first": False}
        settings = replace(settings, **{**mine, **others})
        places = places_for(settings.asked, settings.endpoint_url)
        filters, size, terms = parse(query).server_filters, settings.page_size, Terms.of(settings)
        start = Start(
            settings=settings,
            state=State(),
            openings=open_places(places, filters, size, terms, settings.parallel),
            query=parse(query),
            clock=clock.now,
            keys=checked_keymap(settings.keys),
        )
        return replace(start, **more)

    @asynccontextmanager
    async def sit(
        profile: str | None = "demo",
        region: str | None = None,
        *,
        size: tuple[int, int] = (80, 24),
        query: str = "",
        wait: bool = True,
        flags: Flags | None = None,
        start: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> AsyncIterator[Desk]:
        profiles, regions = (tuple(filter(None, [name])) for name in (profile, region))
        flags = flags or Flags(profiles=profiles, regions=regions)
        app = HsmtuiApp(start_of(flags, query, start or {}, changes))
        async with app.run_test(size=size, notifications=True) as pilot:
            desk = Desk(app, pilot, plane)
            if wait:
                await desk.until(lambda: desk.rows, "rows")
                await desk.until(lambda: desk.asked("GetCallerIdentity"), "identity")
                await desk.settles()
            yield desk
            app.workers.cancel_all()  # an app that is left does so before its widgets go

    return sit


@pytest.fixture
def cluster(plane: ScriptedPlane) -> Callable[[str], Cluster]:
    """A cluster of the well-filled place by its Name."""

    def find(name: str) -> Cluster:
        return next(c for c in plane.clusters(*HERE) if c.name == name)

    return find


@pytest.fixture
def at(sit: Sit, cluster: Callable[[str], Cluster]) -> Any:
    """The app with the cursor on the cluster of this Name."""

    @asynccontextmanager
    async def at(name: str, **more: Any) -> Any:
        async with sit(**more) as desk:
            desk.cluster = cluster(name)
            if desk.cluster.cluster_id not in desk.rows:
                await desk.press("m")
                await desk.until(lambda: desk.cluster.cluster_id in desk.rows, "the next page")
                await desk.settles()
            await desk.put_cursor(desk.cluster)
            yield desk

    return at
