"""Thousands of random keys, clicks and faults: nothing breaks, and nothing is changed unasked."""

import asyncio
import gc
import json
import os
from collections import Counter
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from textual.errors import NoWidget
from textual.events import Click, MouseDown, MouseMove, MouseUp
from textual.widgets import Button, Input

from hsmtui.aws.connect import open_places
from hsmtui.aws.connection import Connection
from hsmtui.changes.change import Phase
from hsmtui.config.settings import Flags
from hsmtui.demo.call import Answer, Message
from hsmtui.demo.identity import caller_of
from hsmtui.fleet.listing import Listing, Row
from hsmtui.model.filter.query import parse
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.keymap import keys_of
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.initialize_steps import InitializeStepsDialog
from tests.alive import Strays, alive
from tests.claims import TRUST, csr_of, fields_are_there, give_claim
from tests.parts import part_of
from tests.scripted import (
    Delay,
    Fault,
    Refuse,
    Reply,
    Reset,
    ScriptedPlane,
    StandingClock,
    reply_json,
)
from tests.ui.conftest import HERE, Desk, Sit

DRAWS = True
"""Each frame is drawn, as for a terminal."""

SEED = "MONKEY_SEED"
STEPS = int(os.environ.get("MONKEY_STEPS") or 24)
"""Each is some keys, a click, a fault, another size or a change: four presses on average."""
LEG = STEPS // (3 if STEPS < 60 else 5)
"""After so many steps it comes home and is looked at."""
RESTS = 24
"""Of so many keys one is followed by a rest; the others come as fast as they can."""

GROWTH = 128 * 2**20
"""Bytes that the process may have grown by in the second half, loose: it depends on what is shown.
What is counted besides is exact."""

SPARE = {Connection: 14, Listing: 12}
"""How many more of these there may be at the end than in the middle: those of what is shown. Of
widgets and screens there are none but those that stand on an open screen."""

SEVERAL = Flags(profiles=("demo", "demo-staging"), regions=("us-east-1", "eu-central-1"))
"""Two accounts in two regions."""

QUIT = {"q", "ctrl+q"}
KEYS = sorted({key for command in COMMANDS for key in keys_of(command, {})} - QUIT)
EDITING = ["enter", "tab", "shift+tab", "space", "backspace", "left", "right", "escape", "a", "0"]
TYPED = [
    *("sa", "ssss", "sf", "so", "S", "++", "o\n", "oG\n", "ojj\n", "oM", "oo", "t\n", "H"),
    *("/\t\t\t\n", "/sta\t\t\t\n", "/tag:\t\t\n", "/az:\t\t", "/severity:\t\t\n", "/ab"),
    *("\t/a\nnnN", "5\t/e\n][[nN", "2\t/h\nnnD", "\t/zzz\n", "/\x1b", "/x\n\x1b"),
    *(":sort age\n", ":sort \t\t\n", ":filter ACTIVE\n", ":tab json\n", ":region \t", ":x\n"),
    *("a\n", "atags\n", "aHSM add\n", "azzz\n", "2\tjadelete an\n"),
    *("   =", "  =a", " G =", " =\x1b", "  t", "  G t\n", "  S=", "  r=", "s\x1b+"),
]
"""What is typed at once, by somebody in a hurry; never a whole confirmation."""
KEY_NAMES = {"\n": "enter", "\t": "tab", "\x1b": "escape", " ": "space"}
CHANGING = ["ctrl+d", "D", "t", "u", "h", "E", "T", "X", "K", "Y", "U", "B", "i"]
"""The keys of changes."""
AT_HOME = 5
"""So many of them are pressed each time that it came home: all of them in a run."""
SIZES = [(80, 24), (160, 45), (60, 16), (30, 8), (12, 4), (1, 1)]
OPERATIONS = [
    *("DescribeClusters", "DeleteCluster", "GetCallerIdentity"),
    *("DescribeBackups", "DescribeCustomKeyStores", "GetMetricData"),
    *("CreateHsm", "DeleteHsm", "ModifyCluster"),
    *("RestoreBackup", "TagResource", "UntagResource", "InitializeCluster"),
    *("ModifyBackupAttributes", "CopyBackupToRegion", "DeleteBackup"),
    "CreateCluster",
]
CHANGES = {
    "CreateHsm": "ClusterId",
    "CreateCluster": "SourceBackupId",
    "DeleteCluster": "ClusterId",
    "DeleteHsm": "ClusterId",
    "ModifyCluster": "ClusterId",
    "RestoreBackup": "BackupId",
    "ModifyBackupAttributes": "BackupId",
    "CopyBackupToRegion": "BackupId",
    "DeleteBackup": "BackupId",
    "TagResource": "ResourceId",
    "UntagResource": "ResourceId",
    "InitializeCluster": "ClusterId",
}
"""Each request that changes something, and which of its parameters is looked at before."""

DOOMED = "legacy-tde"
"""The Name of the cluster whose backups can be restored."""

OF_READY = ("ModifyBackupAttributes", "CopyBackupToRegion", "DeleteBackup", "CreateCluster")
"""What a backup that is READY may be changed with."""

CLAIMABLE = "firmware-signing-dev"
"""The Name of the cluster that can be initialized."""

LOOKS = {"DescribeClusters": "clusterIds", "DescribeBackups": "backupIds"}
FAULTS: list[Fault] = [
    Refuse("ThrottlingException"),
    Refuse("CloudHsmInvalidRequestException", "The world changed."),
    Refuse("CloudHsmInternalFailureException", status=500),
    Refuse("CloudHsmInternalFailureException", status=500, carried_out=True),
    Refuse("ExpiredTokenException", "The token has expired."),
    Reply(b"<html>503</html>", 503, "text/html"),
    Reply(b'{"Clusters": ['),
    reply_json({"Clusters": "none"}),
    reply_json({}),
    reply_json({"Clusters": []}),
    Reset(),
    Reset(sent=10),
    Delay(0.05),
]


class Entry(NamedTuple):
    """A change of what was looked at, or a look at it and the changes that this allows."""

    looked_at: str
    change: str = ""
    allowed: frozenset[str] = frozenset()


class Watched(ScriptedPlane):
    """Notes each look at one cluster or backup as it was answered, and each change as it came."""

    def __init__(self, clock: StandingClock) -> None:
        super().__init__(clock=clock)
        self.journal: list[Entry] = []

    def answer(self, message: Message) -> Answer | None:
        target, caller = message.headers.get("x-amz-target", ""), caller_of(message.headers)
        place = PlaceId(caller.account, caller.region)
        operation = target.rpartition(".")[2]
        parameters = json.loads(message.body) if target else {}
        if operation in CHANGES:
            looked_at = parameters[CHANGES[operation]]
            change = named(operation, parameters.get("HsmId") or looked_at, place)
            self.journal.append(Entry(f"{looked_at} {place}", change))
        answer = super().answer(message)
        for looked_at in parameters.get("Filters", {}).get(LOOKS.get(operation, ""), ()):
            allowed = _allowed(answer, looked_at, place)
            self.journal.append(Entry(f"{looked_at} {place}", allowed=allowed))
        return answer


class PlaceId(NamedTuple):
    """The account and the region of a request."""

    account: str
    region: str

    @classmethod
    def of(cls, connection: Connection) -> "PlaceId":
        """Where a connection asks: a key ends in its account."""
        keys = connection.last_keys
        return cls(keys.access_key[-12:] if keys and keys.access_key else "", connection.region)


def named(operation: str, target: str, place: PlaceId) -> str:
    """A change in words, with its account and region; the two of tags count as one."""
    return f"{'tag' if operation.endswith('agResource') else operation} {target} {place}"


def _allowed(answer: Answer | None, looked_at: str, place: PlaceId) -> frozenset[str]:
    """The changes that whoever reads this answer may make."""
    if answer is None or answer.sent is not None or answer.status != 200:
        return frozenset()
    try:
        found = json.loads(answer.body)
        if "Backups" in found:
            ((backup_id, state),) = ((b["BackupId"], b["BackupState"]) for b in found["Backups"])
            may = {"PENDING_DELETION": ("RestoreBackup",), "READY": OF_READY}.get(state, ())
            is_it = backup_id == looked_at
            return frozenset(named(each, looked_at, place) for each in may if is_it)
        (cluster,) = found["Clusters"]
        cluster_id, hsms, state = cluster["ClusterId"], cluster["Hsms"], cluster["State"]
    except (ValueError, LookupError, TypeError):
        return frozenset()
    changes = {named("DeleteHsm", hsm["HsmId"], place) for hsm in hsms}
    changes |= set() if hsms else {named("DeleteCluster", cluster_id, place)}
    others = ("CreateHsm", "ModifyCluster", "TagResource")
    if state == "UNINITIALIZED":
        changes.add(named("InitializeCluster", cluster_id, place))
    return frozenset(changes | {named(each, cluster_id, place) for each in others})


@pytest.fixture
def plane(clock: StandingClock) -> Watched:
    return Watched(clock)


class Monkey:
    """Does at random what a person could do, and remembers which changes it confirmed."""

    def __init__(
        self, desk: Desk, clock: StandingClock, random: Random, confirmed: Counter[str]
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._random = random
        self._confirmed = confirmed
        self._next_changes = cycle(CHANGING)
        self._home = [loader.opening.place for loader in desk.screen.fleet.everywhere]

    async def step(self) -> None:
        """Do one thing."""
        does = [self.key, self.line, self.edit, self.click, self.turn]
        does += [self.fault, self.heal, self.change]
        (do,) = self._random.choices(does, [16, 8, 15, 15, 1, 5, 3, 6])
        await do()

    async def key(self) -> None:
        for _ in range(self._random.randint(1, 10)):
            await self._press(self._random.choice(KEYS))

    async def line(self) -> None:
        """Type something without a look at what comes of it."""
        keys = [KEY_NAMES.get(each, each) for each in self._random.choice(TYPED)]
        await self._desk.app._press_keys(keys)
        await self._desk.rest()

    async def edit(self) -> None:
        for _ in range(self._random.randint(1, 5)):
            await self._press(self._random.choice(EDITING))

    async def _press(self, key: str) -> None:
        await self._desk.app._press_keys([key])
        if self._random.randrange(RESTS) == 0:
            await self._desk.rest()

    async def click(self) -> None:
        screen, size = self._desk.app.screen, self._desk.app.size
        x, y = self._random.randrange(size.width), self._random.randrange(size.height)
        try:
            widget, _ = screen.get_widget_at(x, y)
        except NoWidget:  # the screen is being left
            return
        for kind in (MouseMove, MouseDown, MouseUp, Click):
            at = (x, y, 0, 0, kind is not MouseMove, False, False, False)
            screen._forward_event(kind(widget, *at, screen_x=x, screen_y=y))
        await self._desk.rest()

    async def turn(self) -> None:
        """The terminal gets another size, and time passes."""
        self._clock.advance(self._random.choice([1, 60, 3600]))
        await self._desk.pilot.resize_terminal(*self._random.choice(SIZES))

    async def fault(self) -> None:
        operation = self._random.choice(OPERATIONS)
        fault, call = self._random.choice(FAULTS), self._random.randint(1, 3)
        self._desk.plane.script(operation, fault, call=call)

    async def heal(self) -> None:
        self._desk.plane.clear_scripts()

    async def come_back(self) -> None:
        """Close what is open."""
        for _ in range(20):
            if len(self._desk.app.screen_stack) > 1 and self._desk.app.return_code is None:
                await self._desk.press("escape")
        self._desk.app.clear_notifications()

    async def come_home(self) -> None:
        """To where it came from, without faults and filter, where it changes something."""
        desk = self._desk
        await self.heal()
        await self.come_back()
        if desk.app.return_code is None:
            await desk.pilot.resize_terminal(80, 24)
            desk.screen.list_pane._close_bar()
            desk.table.focus()
            desk.screen.list_pane.apply(parse(""))
            settings, terms = desk.app.settings, desk.screen.fleet.first.opening.terms
            desk.app.prompter.give_up()
            size, parallel = settings.page_size, settings.parallel
            desk.screen.leave_for(open_places(self._home, {}, size, terms, parallel))
            await desk.until(lambda: len(desk.rows) > 1, "the list at home")
            chosen = {
                key: [c.cluster_id for c in desk.plane.clusters(*HERE) if c.name == name]
                for key, name in {"u": DOOMED, "i": CLAIMABLE}.items()
            }
            for key in islice(self._next_changes, AT_HOME):
                meant = [row for row in desk.rows if row in chosen.get(key, ())]
                await desk.put_cursor(self._random.choice(meant or desk.rows))
                await self.change(key)
            await self.come_back()

    async def change(self, key: str = "") -> None:
        """Mean it: type the id as soon as that is asked for, or a tag and press the button."""
        desk = self._desk
        await self.come_back()
        row = desk.table.row
        if len(desk.app.screen_stack) != 1 or row is None:
            return
        key = key or self._random.choice(CHANGING)
        if key == "ctrl+d":
            self._take_away_hsms(row)
        await desk.press(key)
        if key == "t":
            await self._name_a_tag()
        elif key == "E" and isinstance(desk.app.focused, Input):
            await desk.type(str(self._random.randrange(400)))
            await desk.press("enter")
        if key == "i":
            await self._give_files(row)
        for _ in range(200):
            dialog, typing = desk.app.screen, isinstance(desk.app.focused, Input)
            if desk.app.return_code is not None or len(desk.app.screen_stack) == 1:
                return
            if isinstance(dialog, ChangeDialog) and (typing or dialog.is_confirmable):
                await self._confirm(dialog)
                return
            if typing and not isinstance(dialog, ChangeDialog):
                await desk.press(self._random.choice(["enter", "down"]))
            await asyncio.sleep(0.002)

    def _take_away_hsms(self, row: Row) -> None:
        with self._desk.plane.lock:
            for cluster in self._desk.plane.clusters(*PlaceId.of(row.connection)):
                if cluster.cluster_id == row.cluster.cluster_id and self._random.random() < 0.8:
                    cluster.hsms.clear()

    async def _name_a_tag(self) -> None:
        for text in (f"monkey-{self._random.randrange(3)}", f"{self._random.random()}"):
            if isinstance(self._desk.app.focused, Input):
                await self._desk.type(text)
                await self._desk.press("enter")

    async def _give_files(self, row: Row) -> None:
        """Go on to the fields, and give files that claim the cluster, where it can be claimed."""
        desk, plane = self._desk, self._desk.plane
        for _ in range(200):
            if fields_are_there(desk):
                break
            if isinstance(desk.app.screen, InitializeStepsDialog):
                await desk.press("enter")
            await asyncio.sleep(0.002)
        else:
            return
        found = (c for c in plane.clusters(*HERE) if c.cluster_id == row.cluster.cluster_id)
        if (cluster := next(found, None)) is not None:
            await give_claim(desk, csr_of(plane, cluster), Path.cwd())

    async def _confirm(self, dialog: ChangeDialog[Any]) -> None:
        desk, change = self._desk, dialog._change
        if isinstance(desk.app.focused, Input):
            place = PlaceId.of(change.connection)
            self._confirmed[named(change.operation, dialog.target, place)] += 1
            await desk.type(dialog.target)
        await desk.press("tab", self._random.choice(["enter", "enter", "space", "tab"]))
        await self.wait_for(dialog.target)

    async def wait_for(self, target: str) -> None:
        """See what comes of it, mostly: to close the dialog before the last look is to cancel."""
        desk = self._desk
        for _ in range(100 if self._random.random() < 0.8 else 0):
            pending = desk.screen.change_flows.changes.pending
            changes = [change for change in pending.begun if change.target == target]
            if all(change.phase is Phase.WATCHING for change in changes):
                return
            await asyncio.sleep(0.005)


@pytest.fixture
def confirmed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each change was confirmed: its id typed, or the button pressed where none is."""
    confirmed, press = Counter[str](), Button.press

    def count(button: Button) -> Button:
        dialog = button.screen
        confirms = button.has_class("change-confirm") and button.display and not button.disabled
        if confirms and isinstance(dialog, ChangeDialog) and not dialog.asks:
            place = PlaceId.of(dialog._change.connection)
            confirmed[named(dialog._change.operation, dialog.target, place)] += 1
        return press(button)

    monkeypatch.setattr(Button, "press", count)
    return confirmed


def resident() -> int:
    """Bytes of memory that this process takes, after what is garbage is gone."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def census() -> dict[type, int]:
    """How many there are of what comes and goes, after what is garbage is gone."""
    return {kind: len(alive(kind)) for kind in SPARE}


def unasked(journal: list[Entry]) -> list[Entry]:
    """The changes that came after anything else than a look that allows them."""
    last: dict[str, Entry] = {}
    found = []
    for entry in journal:
        before = last.get(entry.looked_at)
        if entry.change and (before is None or entry.change not in before.allowed):
            found.append(entry)
        last[entry.looked_at] = entry
    return found


async def home_without_strays(desk: Desk, monkey: Monkey, strays: Strays) -> None:
    """Wait on the list until no widgets are alive but those on a screen; a dialog may come late."""
    none = strays.none_of(desk.app)
    while True:
        await monkey.come_home()
        await desk.until(lambda: none() or desk.app.has_dialog, "no widgets but those on a screen")
        if not desk.app.has_dialog:
            return


@pytest.mark.in_parts
@pytest.mark.parametrize(
    "flags", part_of([None, SEVERAL]), ids=part_of(["one place", "several places"])
)
async def test_a_monkey_breaks_nothing_and_changes_nothing_unasked(
    sit: Sit,
    flags: Flags | None,
    plane: Watched,
    clock: StandingClock,
    confirmed: Counter[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    seed = int(os.environ.get(SEED) or 20261121)
    print(f"{SEED}={seed} does this again")
    random, steps = Random(seed), 0  # noqa: S311
    while steps < STEPS:
        sizes, counts, strays = [], [], Strays()
        # looks leave time to come to rest between two, also while each frame takes long to draw
        async with sit(wait=False, poll_seconds=1, flags=flags, trust=TRUST) as desk:
            await desk.until(lambda: desk.asked(), "the first page asked for")
            monkey = Monkey(desk, clock, random, confirmed)
            while steps < STEPS and desk.app.return_code is None:  # it may find the way out
                await monkey.step()
                steps += 1
                if steps % LEG == 0:
                    await home_without_strays(desk, monkey, strays)
                    sizes.append(resident())
                    counts.append(census())
        plane.clear_scripts()
    changes = Counter(entry.change for entry in plane.journal if entry.change)
    kinds = Counter(change.split()[0] for change in changes.elements())
    print(f"{kinds}, {confirmed.total()} confirmed; bytes resident: {sizes}")
    print(counts)
    assert unasked(plane.journal) == []
    assert changes <= confirmed
    assert changes
    half = len(sizes) // 2
    assert sizes[-1] - sizes[half] < GROWTH
    for kind, spare in SPARE.items():
        assert counts[-1][kind] - counts[half][kind] <= spare, counts
