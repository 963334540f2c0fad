"""Make the pictures of the pages from the demo, with a fixed clock and seed.

Run ``python screenshots/make.py`` in a checkout with hsmtui installed: it writes the SVG files next
to itself, or those of the scenes that are named. The scenes of IN_LIGHT are drawn twice: NAME.svg
in a dark terminal, NAME-light.svg in a light one. The snapshot tests draw the same scenes. The
story of incident.py becomes incident.svg, which moves.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager, chdir, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, cast
from unittest.mock import patch

import rich.console
from rich.terminal_theme import SVG_EXPORT_THEME, TerminalTheme
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from hsmtui.aws.connect import open_places
from hsmtui.aws.place import Terms
from hsmtui.aws.prompter import DeviceSignIn
from hsmtui.aws.threads import submit
from hsmtui.config.file import Trust
from hsmtui.config.settings import AskedPlaces, Flags, load
from hsmtui.config.state import State
from hsmtui.demo.clock import Clock
from hsmtui.demo.control_plane import ControlPlane
from hsmtui.demo.environment import STARTING_PROFILE, demo_environment, root_file
from hsmtui.demo.server import DemoServer
from hsmtui.fleet.places import places_for
from hsmtui.model.certificates.openssl import CUSTOMER_CA, signed_name
from hsmtui.model.columns import COLUMN_IDS
from hsmtui.model.filter.query import parse
from hsmtui.ui.app import HsmtuiApp, Start
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.delete_hsm import DeleteHsmDialog
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.dialogs.pick import PickDialog
from hsmtui.ui.dialogs.sign_in import DeviceDialog, MfaDialog
from hsmtui.ui.main.details_pane import DetailsPane
from hsmtui.ui.main.screen import ClusterScreen
from hsmtui.ui.widgets.cluster_table import ClusterTable

if TYPE_CHECKING:
    from incident import Step

MOMENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SMALL, WIDE, LARGE, ROOMY = (80, 24), (120, 30), (160, 45), (200, 50)
ON_TOP, BROKEN, CASE = "hsm-retiring", "card-issuing-prod-02", "root-ca-ceremony"
"""The first three when the demo is sorted by findings."""
SECOND_OF_ALL = "payments-signing-dr"
ONE_PLACE = AskedPlaces((STARTING_PROFILE,))
ESTATE = AskedPlaces(
    ("demo", "demo-staging", "demo-payments", "demo-sandbox", "demo-auditor", "demo-denied"),
    ("us-east-1", "us-west-2", "eu-central-1", "af-south-1"),
)
"""Places that answer at once and alike; the worst cluster of the demo is in one of them."""
DARK = SVG_EXPORT_THEME
LIGHT = TerminalTheme(
    (255, 255, 255),
    (31, 35, 40),
    [
        (36, 41, 47),
        (207, 34, 46),
        (17, 99, 41),
        (140, 90, 0),
        (9, 105, 218),
        (130, 80, 223),
        (27, 124, 131),
        (110, 119, 129),
    ],
    [
        (87, 96, 106),
        (164, 14, 38),
        (26, 127, 55),
        (99, 60, 1),
        (33, 139, 255),
        (164, 117, 249),
        (49, 146, 170),
        (140, 149, 159),
    ],
)
"""A terminal with a white background: background, text, and eight colours twice."""
IN_LIGHT = ("list", "findings", "fleet", "delete-blocked")
"""The scenes that the pages show in whichever of both its reader prefers."""
INCIDENT = "incident"
"""The picture that moves."""
HANDED_OVER_IN = Path("/tmp/incident")  # noqa: S108 (the picture shows it)
"""The folder that is made for it, and removed."""
PATIENCE = 30
"""Seconds after which a scene that does not come up is an error."""

Stage = Pilot[None]


async def until(stage: Stage, condition: Callable[[], bool]) -> None:
    """Let the app go on until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await stage.pause()


async def listed(stage: Stage) -> None:
    """The first page, the caller and the backups are there, and the details of the first row."""
    await until(stage, lambda: bool(stage.app.screen.query(ClusterTable)))
    table = stage.app.screen.query_one(ClusterTable)
    await until(stage, lambda: table.row is not None and table.row.connection.caller.done())
    await counted(stage)
    await settled(stage)


async def counted(stage: Stage) -> None:
    """Nothing is being looked into any more for the findings of what is loaded."""
    table = stage.app.screen.query_one(ClusterTable)
    view = table.view
    await until(
        stage, lambda: not any(each.counts.coming for each in (view.listings if view else ()))
    )


async def settled(stage: Stage) -> None:
    """The details have followed the cursor."""
    table, details = (
        stage.app.screen.query_one(ClusterTable),
        stage.app.screen.query_one(DetailsPane),
    )
    row = table.row
    await until(stage, lambda: row is None or details.cluster is row.cluster)
    await stage.pause()


async def judged(stage: Stage) -> None:
    """All is found that certificates tell: the worst stand on top, the cursor is on the first."""
    await listed(stage)
    table = stage.app.screen.query_one(ClusterTable)
    await until(stage, lambda: "CERT-EXPIRY" in found(table))
    await counted(stage)
    await until(stage, lambda: table.row is not None and table.row.cluster.name == ON_TOP)
    await settled(stage)


async def on_the_case(stage: Stage) -> None:
    """The cursor is on the third of the worst."""
    await judged(stage)
    await stage.press("down", "down")
    table = stage.app.screen.query_one(ClusterTable)
    await until(stage, lambda: table.row is not None and table.row.cluster.name == CASE)
    await settled(stage)


def found(table: ClusterTable) -> set[str]:
    """The rules that found anything in the rows in view."""
    view = table.view or ()
    rows = [view[index] for index in range(len(view))]
    return {finding.rule for row in rows for finding in row.findings.findings}


def at(name: str) -> Callable[[Stage], Awaitable[None]]:
    """The cursor on the cluster of this name."""

    async def go(stage: Stage) -> None:
        await judged(stage)
        table = stage.app.screen.query_one(ClusterTable)
        while table.row is not None and table.row.cluster.name != name:
            table.move("down")
        await settled(stage)

    return go


def keys(
    start: Callable[[Stage], Awaitable[None]], *pressed: str
) -> Callable[[Stage], Awaitable[None]]:
    """Keys after a scene, and the dialog that they may open."""

    async def go(stage: Stage) -> None:
        await start(stage)
        await stage.press(*pressed)
        await looked(stage)
        await stage.pause()

    return go


async def looked(stage: Stage) -> None:
    """The dialog that may be open has come to know all that it tells."""
    screen = stage.app.screen
    if isinstance(screen, ChangeDialog):
        await until(stage, lambda: screen.has_looked)
        words = screen.query_one(".change-gate", Static)
        await until(stage, lambda: "being looked up" not in str(words.render()))


def tab(
    start: Callable[[Stage], Awaitable[None]], key: str, words: str
) -> Callable[[Stage], Awaitable[None]]:
    """A tab of the details, once it says something."""

    async def go(stage: Stage) -> None:
        await start(stage)
        await stage.press(key)
        body = stage.app.screen.query_one("#detail-body > Static")
        await until(stage, lambda: words in str(body.render()))
        await stage.pause()

    return go


async def hsm_of_the_worst(stage: Stage) -> None:
    """From the blocked dialog of the worst cluster to that of the HSM which is DEGRADED."""
    await keys(on_the_case, "ctrl+d")(stage)
    await stage.press("D")
    await until(stage, lambda: isinstance(stage.app.screen, PickDialog))
    await stage.press("enter")
    await until(stage, lambda: isinstance(stage.app.screen, DeleteHsmDialog))
    await looked(stage)
    await stage.pause()


def said(screen: Screen[object]) -> str:
    """What the lines of a screen say that are no list."""
    return "\n".join(str(each.render()) for each in screen.query(Static))


def dialog(
    start: Callable[[Stage], Awaitable[None]], *pressed: str, typed: str = ""
) -> Callable[[Stage], Awaitable[None]]:
    """A dialog that keys open, and what is typed into it."""

    async def go(stage: Stage) -> None:
        await start(stage)
        await stage.press(*pressed)
        await until(stage, lambda: isinstance(stage.app.screen, Dialog))
        await until(stage, lambda: "Reading again" not in said(stage.app.screen))
        await stage.press(*typed)
        await stage.pause()

    return go


async def asked_for_code(stage: Stage) -> None:
    """A profile was chosen that needs an MFA code."""
    await dialog(listed, "P")(stage)
    await stage.press(*"demo-mfa", "enter")
    await until(stage, lambda: isinstance(stage.app.screen, MfaDialog))
    await stage.pause()


async def asked_to_sign_in(stage: Stage) -> None:
    """An SSO sign-in goes on; its address is not the demo's, which has another port each time."""
    await judged(stage)
    address = "https://d-9067f0a1b2.awsapps.com/start/#/device"
    code = "KQTM-VXRD"
    ends = MOMENT + timedelta(minutes=9, seconds=41)
    subject = DeviceSignIn("prod-pki", address, f"{address}?user_code={code}", code, ends)
    prompter = cast("HsmtuiApp", stage.app).prompter

    def ask() -> None:
        with prompter.asked(subject) as question:
            question.wait()

    submit(ask)
    await until(stage, lambda: isinstance(stage.app.screen, DeviceDialog))
    await stage.pause()


async def whole_fleet(stage: Stage) -> None:
    """All places have answered, who asks there is known, and the worst stand on top."""
    screen = cast("ClusterScreen", stage.app.screen_stack[0])
    loaders = screen.fleet.loaders
    await until(stage, lambda: all(loader.problem or loader.shown for loader in loaders))
    connections = [each.connection for each in loaders if each.connection is not None]
    await until(stage, lambda: all(connection.caller.done() for connection in connections))
    await until(stage, lambda: "CERT-EXPIRY" in found(screen.table))
    await until(stage, lambda: not any(listing.due for listing in screen.fleet.listings))
    await stage.press("g")
    await until(stage, lambda: screen.table.row and screen.table.row.cluster.name == ON_TOP)
    await stage.press("down")
    await until(stage, lambda: screen.table.row and screen.table.row.cluster.name == SECOND_OF_ALL)
    await settled(stage)


class Scene(NamedTuple):
    """A picture: its size in cells, how to come to it, and the profiles and regions listed."""

    size: tuple[int, int]
    go: Callable[[Stage], Awaitable[None]]
    places: AskedPlaces = ONE_PLACE


SCENES = {
    "list": Scene(SMALL, at(BROKEN)),
    "list-wide": Scene(ROOMY, on_the_case),
    "findings": Scene(SMALL, keys(at(BROKEN), "f")),
    "chain": Scene(SMALL, tab(on_the_case, "3", "CSR IS NOT")),
    "hsms": Scene(SMALL, keys(on_the_case, "2", "enter")),
    "certificates": Scene(SMALL, tab(at("firmware-signing-dev"), "3", "verified")),
    "initialize": Scene(SMALL, dialog(at("firmware-signing-dev"), "i")),
    "backups": Scene(SMALL, tab(at("legacy-tde"), "b", "READY")),
    "trail": Scene(SMALL, tab(at("hsm-retiring"), "9", "all of the last")),
    "tags": Scene(SMALL, dialog(at("legacy-tde"), "t")),
    "actions": Scene(SMALL, dialog(at("open-banking-dev"), "a")),
    "delete-blocked": Scene(SMALL, keys(on_the_case, "ctrl+d")),
    "delete-hsm": Scene(SMALL, hsm_of_the_worst),
    "delete-open": Scene(SMALL, keys(at("legacy-tde"), "ctrl+d", *"cluster-y4pg")),
    "sign-in-mfa": Scene(SMALL, asked_for_code),
    "sign-in-sso": Scene(SMALL, asked_to_sign_in),
    "profiles": Scene(SMALL, dialog(judged, "P")),
    "regions": Scene(SMALL, dialog(judged, "R")),
    "filter": Scene(SMALL, keys(judged, "/", *"severity:high backup:")),
    "overview": Scene(WIDE, dialog(judged, "o")),
    "compare": Scene(WIDE, dialog(judged, "down", "down", "down", "space", "space", "=")),
    "palette": Scene(SMALL, dialog(judged, ":", typed="region eu")),
    "help": Scene(WIDE, dialog(judged, "?")),
    "fleet": Scene(WIDE, whole_fleet, ESTATE),
    "places": Scene(WIDE, dialog(whole_fleet, "L"), ESTATE),
}


class StandingClock(Clock):
    """The clock of the demo and of the app: it stands at the moment of the pictures, and goes on
    when it is told to."""

    def __init__(self) -> None:
        self._now = MOMENT

    def now(self) -> datetime:
        """The same until it goes on."""
        return self._now

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)


class StandingPlane(ControlPlane):
    """A control plane that stays the same in whatever order it is asked."""

    def __init__(self) -> None:
        self.standing = StandingClock()
        super().__init__(seed=1, clock=self.standing)

    def _new_request_id(self) -> str:
        return "8f2f7e0d-6f0a-4b57-9f3c-2d1f0c9f5a3e"


@contextmanager
def demo_app(asked: AskedPlaces, plane: StandingPlane | None = None) -> Iterator[HsmtuiApp]:
    """The app on a demo whose clock stands still, in an environment of its own."""
    before = dict(os.environ)
    plane = plane or StandingPlane()
    with TemporaryDirectory() as home, DemoServer(plane) as server:
        os.environ.clear()
        os.environ.update(demo_environment(before, Path(home), server.url))
        try:
            settings = replace(
                load(Flags(demo=True), {}, known_columns=COLUMN_IDS),
                trust=Trust(
                    aws_root=str(root_file("aws.crt")),
                    manufacturer_roots=(str(root_file("manufacturer.crt")),),
                ),
            )
            terms, parallel = Terms.of(settings), settings.parallel
            places = places_for(asked, None)
            openings = open_places(places, {}, settings.page_size, terms, parallel)
            yield HsmtuiApp(
                Start(
                    settings=settings,
                    state=State(),
                    openings=openings,
                    query=parse(""),
                    clock=plane.standing.now,
                    keys={},
                    demo=True,
                )
            )
        finally:
            os.environ.clear()
            os.environ.update(before)


@asynccontextmanager
async def staged(scene: Scene) -> AsyncIterator[HsmtuiApp]:
    """The app as the scene shows it."""
    with demo_app(scene.places) as app:
        async with app.run_test(size=scene.size) as stage:
            await scene.go(stage)
            yield app


def picture(app: HsmtuiApp, title: str, terminal: TerminalTheme = DARK) -> str:
    """What is on the screen as SVG under this title, in the colours of a terminal."""
    with patch.object(rich.console, "SVG_EXPORT_THEME", terminal):  # Textual takes that one
        return app.export_screenshot(title=title) + "\n"


async def make(folder: Path, names: Collection[str]) -> None:
    """Write these scenes as SVG files."""
    for name in names:
        terminals = {name: DARK} | ({f"{name}-light": LIGHT} if name in IN_LIGHT else {})
        async with staged(SCENES[name]) as app:
            for file, terminal in terminals.items():
                write(folder / f"{file}.svg", picture(app, f"hsmtui {name}", terminal))


def write(file: Path, svg: str) -> None:
    """Write a picture and say which."""
    file.write_text(svg, encoding="utf-8")
    sys.stdout.write(f"{file.name}\n")


@contextmanager
def in_folder(folder: Path) -> Iterator[None]:
    """In a new folder, which is removed."""
    folder.mkdir()
    try:
        with chdir(folder):
            yield
    finally:
        rmtree(folder)


async def walked(stage: Stage, clock: StandingClock) -> AsyncIterator["Step"]:
    """Take the steps of the incident; each, once what it shows is on the screen."""
    from incident import STORY  # beside this file, which the tests load from elsewhere

    await judged(stage)
    for step in STORY:
        clock.go_on(step.later)
        if step.signs:
            sign_saved(Path.cwd(), clock.now())
        await stage.press(*step.types(stage.app.screen), *step.keys)
        await until(stage, lambda shows=step.shows: shows(stage.app.screen))
        await stage.pause()
        yield step


def sign_saved(folder: Path, now: datetime) -> None:
    """Sign the CSR that was saved in a new folder below this one, outside of hsmtui."""
    from practice_ca import sign

    (request,) = folder.glob("*/*_ClusterCsr.csr")
    cluster_id = request.parent.name
    sign(request, request.with_name(signed_name(cluster_id)), request.with_name(CUSTOMER_CA), now)


async def make_incident(file: Path) -> None:
    """Write the picture that moves."""
    from moving import Frame, moving

    plane = StandingPlane()
    with in_folder(HANDED_OVER_IN), demo_app(ONE_PLACE, plane) as app:
        async with app.run_test(size=SMALL) as stage:
            frames = [
                Frame(picture(app, step.words), step.seconds)
                async for step in walked(stage, plane.standing)
            ]
    write(file, moving(frames))


async def main(folder: Path, names: Collection[str]) -> None:
    """Write these pictures, or all."""
    await make(folder, [name for name in names if name != INCIDENT] if names else SCENES)
    if not names or INCIDENT in names:
        await make_incident(folder / f"{INCIDENT}.svg")


if __name__ == "__main__":
    asyncio.run(main(Path(__file__).parent, sys.argv[1:]))
