"""Everything that is asked, and everything that can go wrong with it: each with each.

An asking is declared once, a fault is declared once. One app lives through the faults of one
asking; the last line of the test run says how many cases there were. Every second asking is gone
through in a run, with a fifth of the faults: in ten runs each with each.
"""

import socket
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button

from hsmtui.aws import sso
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.changes.lookups import LookUp
from hsmtui.demo.call import Message
from hsmtui.demo.plan import HSM1, HSM2, BackupPlan
from hsmtui.demo.records import Cluster, Hsm, RetentionPolicy
from hsmtui.demo.server import DemoServer
from hsmtui.fleet.background_backups import LONGEST_PAUSE, SHORTEST_PAUSE
from hsmtui.fleet.trail import Trail
from hsmtui.model.findings.finding import Unread
from hsmtui.model.text import visible
from hsmtui.ui.commands.keymap import spelt
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.subnets import SubnetsDialog
from hsmtui.ui.dialogs.tag_value import TagValueDialog
from hsmtui.ui.terminal.type_ahead import BLIND
from tests.claims import TRUST, open_claim
from tests.conftest import FAULT_CASES
from tests.network import LOCAL, Identity, Names, Road, forward, once
from tests.parts import part_of
from tests.scripted import EVERYWHERE, Gate, Refuse, Reply, Reset, Run, ScriptedPlane, reply_json
from tests.scripted import Fault as PlaneFault
from tests.ui.conftest import HERE, Desk

DESCRIBE, DELETE, IDENTITY = "DescribeClusters", "DeleteCluster", "GetCallerIdentity"
BACKUPS, RESTORE = "DescribeBackups", "RestoreBackup"
LOOKUP = "LookupEvents"
DELETE_HSM, TAG, STORES = "DeleteHsm", "TagResource", "DescribeCustomKeyStores"
CREATE_HSM, MODIFY, CREATE_CLUSTER = "CreateHsm", "ModifyCluster", "CreateCluster"
KEEP, COPY, DELETE_BACKUP = "ModifyBackupAttributes", "CopyBackupToRegion", "DeleteBackup"
INITIALIZE = "InitializeCluster"
METRICS = "GetMetricData"
CHANGES = (
    *(DELETE, RESTORE, CREATE_CLUSTER, CREATE_HSM, DELETE_HSM, MODIFY, INITIALIZE, TAG),
    *(KEEP, COPY, DELETE_BACKUP),
)
WORDS = {
    "refused": "The service refused: ",
    "unsent": "Nothing was sent",
    "unknown": "The outcome is UNKNOWN",
}
"""What a dialog says of a change that failed, by what is known of it."""

CLOUDHSM, STS, ILL = "cloudhsm.test", "sts.test", "ill.test"
ILL_PROFILE = f"""\
[profile ill]
region = us-east-1
endpoint_url = https://{ILL}
aws_access_key_id = AKIADEMO222222222222
aws_secret_access_key = demo
"""
"""A profile whose places have a host of their own, on a road of its own."""
PATIENCE = 2.0
"""Seconds that the app waits for an answer: so long a hang lasts."""

FIRST = Message(
    "POST",
    "/",
    "",
    {
        "x-amz-target": f"BaldrApiService.{DESCRIBE}",
        "authorization": f"Credential=AKIADEMO{HERE[0]}/20260301/{HERE[1]}/-/aws4_request",
    },
    b"{}",
)
"""The request for which a plane makes its clusters, which takes longer than the app waits."""

PAGE = b"<html><head><style>p { color: red }</style></head><body><p>Back soon.</p></body></html>"
ODD = {
    "Clusters": 7,
    "Backups": 7,
    "Events": 7,
    "Backup": 7,
    "DestinationBackup": 7,
    "TagList": 7,
    "CustomKeyStores": 7,
    "MetricDataResults": 7,
    "Cluster": 7,
    "State": 7,
    "clientId": 7,
    "deviceCode": 7,
    "roleCredentials": 7,
}


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong once: in the service's answer, or with the name of its host.

    `outcome` is what is known of a change then. `identified` says that the answer has a request id,
    `in_body` that the fault is in what the answer holds, with nothing else wrong.
    """

    name: str
    answer: Callable[[], PlaneFault] | None = None
    host: str = ""
    outcome: str = "refused"
    identified: bool = True
    in_body: bool = False


def refusal(code: str, status: int = 400, outcome: str = "refused") -> Fault:
    return Fault(code, lambda: Refuse(code, "Their words.", status), outcome=outcome)


def silence(name: str, answer: Callable[[], PlaneFault], *, in_body: bool = False) -> Fault:
    return Fault(name, answer, outcome="unknown", identified=False, in_body=in_body)


def no_way(name: str) -> Fault:
    return Fault(name, host=name, outcome="unsent", identified=False)


FAULTS = (
    refusal("ThrottlingException"),
    refusal("CloudHsmAccessDeniedException"),
    refusal("CloudHsmInternalFailureException", 500, "unknown"),
    refusal("CloudHsmInvalidRequestException"),
    refusal("CloudHsmResourceNotFoundException"),
    refusal("CloudHsmServiceException"),
    refusal("CloudHsmTagException"),
    refusal("ExpiredTokenException"),
    refusal("AccessDeniedException"),
    refusal("SomethingBroke", 500, "unknown"),
    silence("503 with a page", lambda: Reply(PAGE, 503, "text/html")),
    silence("broken JSON", lambda: Reply(b'{"Clusters": [{"ClusterId": "clu'), in_body=True),
    silence("another shape", lambda: reply_json(ODD), in_body=True),
    silence("hang", Gate),
    silence("reset", Reset),
    silence("reset in mid-body", lambda: Reset(sent=9), in_body=True),
    no_way("refused"),
    no_way("unresolvable"),
    no_way("untrusted"),
)


class Net:
    """The way from the app to the plane: hosts with names of their own, behind TLS."""

    def __init__(
        self, plane: ScriptedPlane, front: Road, aside: Road, ports: dict[str, int | None]
    ) -> None:
        self.names = Names()
        self._plane = plane
        self._fronts = {CLOUDHSM: front, STS: front, ILL: aside}
        self._ports = ports
        self.heal()

    def heal(self) -> None:
        """All is well again, and what hung is let go."""
        self._plane.clear_scripts()
        for host, front in self._fronts.items():
            front.way = forward
            self.names.known[host] = front.port

    def break_it(self, asking: "Asking", fault: Fault) -> None:
        """Have the next request of an asking meet a fault, or each one where it asks often."""
        call = None if asking.again_and_again else 1
        if fault.answer is not None:
            self._plane.script(asking.operation, fault.answer(), call=call, at=asking.at)
        elif asking.after:
            self._fronts[asking.host].way = once  # else it goes where the one before it went
            self._fronts[asking.host].drop()
            fail = Run(lambda: self._fail(asking.host, fault.host))
            self._plane.script(asking.after, fail, call=asking.after_call)
        else:
            self._fail(asking.host, fault.host)
            self._fronts[asking.host].drop()

    def _fail(self, host: str, how: str) -> None:
        self.names.known[host] = self._ports[how]


@pytest.fixture
def net(
    server: DemoServer, plane: ScriptedPlane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Net]:
    trusted, stranger = Identity(tmp_path, CLOUDHSM, STS, ILL), Identity(tmp_path, "stranger.test")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(trusted.bundle))
    with (
        socket.socket() as closed,
        Road(server.url, trusted) as front,
        Road(server.url, trusted) as aside,
        Road(server.url, stranger) as untrusted,
    ):
        closed.bind((LOCAL, 0))
        ports = {"refused": closed.getsockname()[1], "untrusted": untrusted.port}
        net = Net(plane, front, aside, {**ports, "unresolvable": None})
        monkeypatch.setattr(socket, "getaddrinfo", net.names.getaddrinfo)
        monkeypatch.setattr(sso, "SLOWER", 0.05)
        plane.answer(FIRST)
        yield net


@pytest.fixture
def place_url(net: Net, aws_files: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"https://{CLOUDHSM}"
    aws_files(url, ILL_PROFILE)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"https://{STS}")
    return url


class Asking:
    """A request that the app makes, and how to bring it about.

    `after` is the operation whose request comes right before it, if it is not the next one, and
    `after_call` which of those that is; `has_answer` says whether the service's answer holds
    anything.
    """

    name: str
    operation = DESCRIBE
    named = (DESCRIBE,)
    host = CLOUDHSM
    after = ""
    after_call = 1
    again_and_again = False
    settings: dict[str, Any] = {}  # noqa: RUF012 - a constant
    has_rows = True
    has_answer = True
    at = EVERYWHERE

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def prepare(self, turn: int) -> None:
        """Bring the app to where the person asks."""

    async def ask(self, turn: int) -> None:
        """Ask, as the person does."""
        raise NotImplementedError

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        """What more must hold once it has failed."""

    async def leave(self) -> None:
        """Go back to the list."""

    async def tells_why(self, told: Callable[[], str]) -> None:
        """Wait until it is told what failed last: what asks by itself may have failed again."""

        def is_told() -> bool:
            failed = [error for error in self.desk.app.errors if error.operation in self.named][-1]
            words = (failed.title, failed.request_id, spelt(failed.remedy, {}))
            return all(visible(each) in told() for each in words)

        await self.desk.until(is_told, "why it failed")


class FirstPage(Asking):
    name = "first page"
    has_rows = False

    async def ask(self, turn: int) -> None:
        self.desk.screen._places.go("demo", "us-east-1")  # as from the pickers

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.desk.sees(error.title[:40])
        await self.leaves_nothing_under_way()

    async def leaves_nothing_under_way(self) -> None:
        connection = self.desk.screen.fleet.first.connection
        assert connection is not None
        await self.desk.until(connection.caller.done, "an answer of STS")


class NextPage(Asking):
    name = "next page"

    async def ask(self, turn: int) -> None:
        await self.desk.press("m")

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        assert error.title in self.desk.notice
        assert error.operation in self.desk.notice
        assert error.request_id in self.desk.notice


class Refresh(NextPage):
    name = "refresh"

    async def ask(self, turn: int) -> None:
        await self.desk.press("r")


class FilteredPage(NextPage):
    name = "filtered page"

    async def ask(self, turn: int) -> None:
        await self.desk.press("slash")
        await self.desk.type("state:ACTIVE")
        await self.desk.press("enter")

    async def leave(self) -> None:
        await self.desk.press("escape")


class InDialog(Asking):
    """What is asked from the dialog of a change, which `key` opens, each turn for another target.

    `target` is what is to be typed there, "" where nothing is.
    """

    settings = {"poll_seconds": 600}  # noqa: RUF012
    key = "ctrl+d"
    target = ""

    async def prepare(self, turn: int) -> None:
        cluster_id = self.desk.rows[turn]
        place = self.desk.plane.clusters(*HERE)
        self.set_up(next(c for c in place if c.cluster_id == cluster_id))
        await self.desk.put_cursor(cluster_id)

    def set_up(self, cluster: Cluster) -> None:
        """Have a cluster that the change may be made to."""
        self.target = cluster.cluster_id
        cluster.hsms, cluster.state = [], "ACTIVE"

    async def open(self) -> None:
        await self.desk.press(self.key)
        await self.desk.until(lambda: isinstance(self.desk.app.screen, ChangeDialog), "a dialog")

    async def open_wide(self) -> None:
        """Open the dialog and the gate; once more where a busy machine was not fast enough."""
        await self.open()
        await self.has_looked()
        if not self.is_open:
            await self.leave()
            await self.open()
            await self.has_looked()
        assert self.is_open

    async def has_looked(self) -> None:
        """Wait for the look at the target, and for those beside it."""
        await self.desk.until(lambda: self.dialog.has_looked, "a look")
        change = self.dialog._change
        beside = [name for name in ("backups", "stores") if hasattr(change, name)]
        for name in beside:
            await self.desk.until(lambda name=name: getattr(change, name).latest != LookUp(), name)

    async def confirm(self) -> None:
        if self.target:
            await self.desk.type(self.target)
            await self.desk.press("tab", "enter")
        else:
            await self.desk.press("shift+tab", "enter")

    @property
    def dialog(self) -> Any:
        return self.desk.app.screen

    @property
    def is_open(self) -> bool:
        return bool(self.dialog.query_one(".change-confirm").display)

    @property
    def can_send(self) -> bool:
        return self.is_open and not self.dialog.query_one(".change-confirm", Button).disabled

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.desk.until(lambda: not self.is_open, "a gate that is shut")
        await self.says(error.operation)
        await self.tells_why(lambda: self.text)
        assert not self.can_send

    async def says(self, *texts: str) -> None:
        for words in map(visible, texts):
            await self.desk.until(lambda there=words: there in self.text, words)

    @property
    def text(self) -> str:
        """All that the dialog says."""
        return self.desk.widget(".change-gate")

    async def leave(self) -> None:
        await self.desk.press("escape")
        await self.desk.until(lambda: len(self.desk.app.screen_stack) == 1)


class GateRead(InDialog):
    name = "gate read"

    async def ask(self, turn: int) -> None:
        await self.open()

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await super().check(fault, error)
        await self.has_looked()  # else a look that tries again opens the way for the next turn


class GatePoll(InDialog):
    name = "gate poll"
    settings = {"poll_seconds": 0.1}  # noqa: RUF012
    again_and_again = True

    async def prepare(self, turn: int) -> None:
        await super().prepare(turn)
        await self.open_wide()
        await self.desk.type(self.target)
        assert self.can_send

    async def ask(self, turn: int) -> None:
        """It asks by itself."""


class LookUpBeside(InDialog):
    """A look beside the gate: it tells of consequences, and what it did not see blocks nothing."""

    what: str

    async def ask(self, turn: int) -> None:
        await self.open()

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.has_looked()
        denied = error.denied_action
        why = f"{denied} is denied" if denied else error.title
        await self.says(f"{self.what} not checked: {why}.")
        if fault.answer is not None:  # else the gate could not be read either
            await self.desk.type(self.target)
            assert self.can_send


class NewestBackup(LookUpBeside):
    name = "newest backup"
    operation, named, what = BACKUPS, (BACKUPS,), "Backups"


class KeyStores(LookUpBeside):
    name = "key stores"
    operation, named, what = STORES, (STORES,), "KMS key stores"


class LastRead(InDialog):
    name = "last read"
    after = IDENTITY

    async def prepare(self, turn: int) -> None:
        await super().prepare(turn)
        await self.open_wide()

    async def ask(self, turn: int) -> None:
        await self.confirm()

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await super().check(fault, error)
        await self.says("Nothing was sent")


class IdentityBeforeDelete(LastRead):
    name = "identity before the delete"
    operation, named, host, after = IDENTITY, (IDENTITY,), STS, ""

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.desk.sees("Nothing was sent")
        await self.desk.sees("STS does not confirm", "1111-1111-1111")
        assert not self.can_send


class Delete(LastRead):
    name = "delete"
    operation, named, after = DELETE, (DELETE,), DESCRIBE
    unchanged = "nothing was deleted"

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        expected = WORDS[fault.outcome] + (self.unchanged if fault.outcome == "refused" else "")
        await self.says(expected, error.operation, error.title, error.request_id)
        assert not any(words in self.text for words in WORDS.values() if words not in expected)
        assert not (self.target and self.can_send)  # the id is to be typed again


class DeleteHsm(Delete):
    name = "delete of an HSM"
    key = "D"
    operation, named = DELETE_HSM, (DELETE_HSM,)

    def set_up(self, cluster: Cluster) -> None:
        hsm = Hsm(f"hsm-{cluster.cluster_id[-11:]}", cluster_id=cluster.cluster_id, state="ACTIVE")
        cluster.hsms, cluster.state = [hsm], "ACTIVE"
        self.target = hsm.hsm_id

    async def prepare(self, turn: int) -> None:
        if turn == 0:
            for cluster in self.desk.plane.clusters(*HERE)[: len(self.desk.rows)]:
                self.set_up(cluster)
            await self.desk.press("r")
            await self.desk.settles()
        await super().prepare(turn)


class CreateHsm(Delete):
    name = "creation of an HSM"
    operation, named = CREATE_HSM, (CREATE_HSM,)
    unchanged = "nothing was created"

    def set_up(self, cluster: Cluster) -> None:
        """Nothing is typed: the button confirms."""
        self.target = ""
        cluster.state = "ACTIVE"
        cluster.subnet_mapping = {"us-east-1a": "subnet-0123456789abcdef0"}

    async def prepare(self, turn: int) -> None:
        if turn == 0:
            for cluster in self.desk.plane.clusters(*HERE)[: len(self.desk.rows)]:
                self.set_up(cluster)
            await self.desk.press("r")
            await self.desk.settles()
        await super().prepare(turn)

    async def open(self) -> None:
        await self.desk.press("h")
        await self.desk.until(lambda: isinstance(self.desk.app.screen, ChangeDialog), "a dialog")


class ModifyRetention(Delete):
    name = "change of the retention"
    operation, named = MODIFY, (MODIFY,)
    unchanged = "nothing was modified"

    def set_up(self, cluster: Cluster) -> None:
        """It is shortened, so that the id is typed."""
        super().set_up(cluster)
        cluster.backup_retention_policy = RetentionPolicy("DAYS", "90")

    async def open(self) -> None:
        await self.desk.press("E")
        await self.desk.type("8")
        await self.desk.press("enter")
        await self.desk.until(lambda: isinstance(self.desk.app.screen, ChangeDialog), "a dialog")


class ModifyHsmType(Delete):
    name = "change of the HSM type"
    key = "T"
    operation, named = MODIFY, (MODIFY,)
    unchanged = "nothing was modified"

    def set_up(self, cluster: Cluster) -> None:
        hsm = Hsm(f"hsm-{cluster.cluster_id[-11:]}", cluster_id=cluster.cluster_id, state="ACTIVE")
        cluster.hsms, cluster.state, cluster.hsm_type = [hsm], "ACTIVE", HSM1
        self.target = cluster.cluster_id

    async def prepare(self, turn: int) -> None:
        if turn == 0:
            for cluster in self.desk.plane.clusters(*HERE)[: len(self.desk.rows)]:
                self.set_up(cluster)
            await self.desk.press("r")
            await self.desk.settles()
        await super().prepare(turn)


class ReadToReplace(Asking):
    """What decides on the next step: where it is not known, none is taken."""

    name = "read before a replacement"

    async def ask(self, turn: int) -> None:
        self.desk.app.clear_notifications()
        await self.desk.press("X")

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.desk.until(lambda: error.title in self.desk.notifications, "it is told")
        assert len(self.desk.app.screen_stack) == 1

    async def leave(self) -> None:
        self.desk.plane.clock.advance(BLIND.total_seconds())  # keys are heard again


class BackupsToCreateFrom(Asking):
    """What is offered before there is a dialog."""

    name = "backups to create a cluster from"
    operation, named = BACKUPS, (BACKUPS,)

    async def ask(self, turn: int) -> None:
        await self.desk.press("B")

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        said = visible(error.title)
        await self.desk.until(lambda: said in self.desk.notifications, said)
        assert len(self.desk.app.screen_stack) == 1
        self.desk.app.clear_notifications()

    async def leave(self) -> None:
        self.desk.plane.clock.advance(1)  # a key at once is taken as typed for a dialog


class CreateCluster(Delete):
    """Each turn from another backup of one cluster that has many."""

    name = "creation of a cluster"
    operation, named, after = CREATE_CLUSTER, (CREATE_CLUSTER,), BACKUPS
    unchanged = "nothing was created"

    async def prepare(self, turn: int) -> None:
        self.turn = turn
        cluster_id = self.desk.rows[0]
        self.desk.plane.place(*HERE).backup_plans[cluster_id] = BackupPlan(24)
        await self.desk.put_cursor(cluster_id)
        await self.open_wide()

    async def open(self) -> None:
        await self.desk.press("B")
        await self.desk.sees("Create a cluster from which backup?")
        await self.desk.type(self.dialog._choices[self.turn].label)
        await self.desk.press("enter")
        await self.desk.until(lambda: isinstance(self.desk.app.screen, SubnetsDialog))
        await self.desk.press("enter")
        await self.desk.until(lambda: isinstance(self.desk.app.screen, ChangeDialog), "a dialog")


def claimable(cluster: Cluster, now: datetime) -> None:
    """Have a cluster that has a CSR, and nobody who has claimed it."""
    cluster.state, cluster.hsm_type, cluster.source_backup_id = "UNINITIALIZED", HSM2, None
    cluster.create_timestamp = (now - timedelta(days=1)).timestamp()
    hsm_id = f"hsm-{cluster.cluster_id[-11:]}"
    cluster.hsms = [Hsm(hsm_id, cluster_id=cluster.cluster_id, hsm_type=HSM2, state="ACTIVE")]


class Initialize(Delete):
    name = "initialization of a cluster"
    operation, named = INITIALIZE, (INITIALIZE,)
    settings = {"poll_seconds": 600, "trust": TRUST}  # noqa: RUF012
    unchanged = "the cluster was not initialized"

    def set_up(self, cluster: Cluster) -> None:
        self.target = cluster.cluster_id
        claimable(cluster, self.desk.plane.clock.now())

    async def prepare(self, turn: int) -> None:
        if turn == 0:
            self.desk.plane.place(*HERE).certificate_flaws.clear()
            for cluster in self.desk.plane.clusters(*HERE)[: len(self.desk.rows)]:
                self.set_up(cluster)
            await self.desk.press("r")
            await self.desk.settles()
        await super().prepare(turn)

    async def open(self) -> None:
        cluster = next(c for c in self.desk.plane.clusters(*HERE) if c.cluster_id == self.target)
        await open_claim(self.desk, cluster, Path.home())


class StepOfInitialization(Asking):
    name = "step of an initialization"
    settings = {"trust": TRUST}  # noqa: RUF012

    async def prepare(self, turn: int) -> None:
        cluster = next(
            c for c in self.desk.plane.clusters(*HERE) if c.cluster_id == self.desk.rows[turn]
        )
        claimable(cluster, self.desk.plane.clock.now())
        await self.desk.put_cursor(cluster)

    async def ask(self, turn: int) -> None:
        await self.desk.press("i")

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.desk.until(lambda: error.title in self.desk.notifications, error.title)
        assert not self.desk.app.has_dialog
        self.desk.app.clear_notifications()
        self.desk.plane.clock.advance(BLIND.total_seconds())  # keys are heard again


class WriteTag(Delete):
    name = "write of a tag"
    operation, named = TAG, (TAG,)
    has_answer = False
    unchanged = "the tag is as it was"

    def set_up(self, cluster: Cluster) -> None:
        """Any will do."""

    async def open(self) -> None:
        await self.desk.press("t")
        await self.desk.type("Purpose")
        await self.desk.press("enter")
        await self.desk.until(lambda: isinstance(self.desk.app.screen, TagValueDialog))
        await self.desk.type("pki")
        await self.desk.press("enter")
        await self.desk.until(lambda: isinstance(self.desk.app.screen, ChangeDialog), "a dialog")

    async def leave(self) -> None:
        while len(self.desk.app.screen_stack) > 1:
            await self.desk.press("escape")


class BackupsPage(Asking):
    """The tab that was opened once is read again."""

    name = "backups"
    operation, named = BACKUPS, (BACKUPS,)

    async def prepare(self, turn: int) -> None:
        await self.desk.put_cursor(self.desk.rows[0])
        self.desk.screen.action_show_tab("backups")
        backups, row = self.desk.screen.readings.backups, self.desk.table.row
        await self.desk.until(lambda: backups.known(row).pages, "backups")
        await self.desk.until(  # the cursor may have rested on other rows
            lambda: not any(pages.is_reading for pages in backups._readings.values()), "backups"
        )

    async def ask(self, turn: int) -> None:
        self.desk.screen.readings.backups.refresh()  # without the list

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.tells_why(lambda: self.desk.details)
        assert "backups (" in self.desk.details


class TrailPage(Asking):
    """The tab that was opened once is read again, each time of the same cluster."""

    name = "trail"
    operation, named = LOOKUP, (LOOKUP,)
    again_and_again = True  # what is throttled is asked for again

    async def prepare(self, turn: int) -> None:
        await self.desk.put_cursor(self.desk.rows[0])
        self.desk.screen.action_show_tab("trail")
        await self.desk.until(lambda: self.known.requests, "events")
        trails = self.desk.screen.readings.trails._readings
        await self.desk.until(  # the cursor may have rested on other rows
            lambda: not any(trail.is_reading for trail in trails.values()), "events"
        )
        self.before = self.known.events

    @property
    def known(self) -> Trail:
        """What is known of it."""
        return self.desk.screen.readings.trail(self.desk.table.row) or Trail()

    async def ask(self, turn: int) -> None:
        self.desk.screen.readings.trails.refresh()  # without the list

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.tells_why(lambda: self.desk.details)
        assert "trail (" in self.desk.details
        assert self.known.events == self.before


class Metrics(Asking):
    """The tab that was opened once is read again."""

    name = "metrics"
    operation, named = METRICS, (METRICS,)

    @property
    def is_reading(self) -> bool:
        return any(e.is_reading for e in self.desk.screen.readings.health._readings.values())

    async def prepare(self, turn: int) -> None:
        of = [c for c in self.desk.plane.clusters(*HERE) if c.name == "root-ca-ceremony"]
        await self.desk.put_cursor(of[0].cluster_id)
        self.desk.screen.action_show_tab("health")
        health, row = self.desk.screen.readings.health, self.desk.table.row
        await self.desk.until(lambda: health.known(row).health, "metrics")
        await self.desk.until(lambda: not self.is_reading, "metrics")

    async def ask(self, turn: int) -> None:
        self.desk.screen.readings.health.refresh()  # without the list

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.tells_why(lambda: self.desk.details)
        assert "sessions" in self.desk.details

    async def leave(self) -> None:
        self.desk.screen.readings.health.refresh()
        await self.desk.until(lambda: not self.is_reading, "metrics")


class BackupsOfTheRegion(Asking):
    """What the list reads in the background; it fails twice, which is told once."""

    name = "backups in the background"
    operation, named = BACKUPS, (BACKUPS,)
    again_and_again = True
    settings = {"read_backups": True}  # noqa: RUF012

    @property
    def connection(self) -> Connection:
        """Where they are read."""
        connection = self.desk.screen.fleet.first.connection
        assert connection is not None
        return connection

    @property
    def problem(self) -> HsmtuiError | None:
        return self.desk.screen.region_backups.problem_of(self.connection)

    def known_of(self, rows: Iterable[str]) -> dict[str, object]:
        """The backups of some rows."""
        of = self.desk.screen.region_backups.of
        return {row: of(self.connection, row) for row in rows}

    async def prepare(self, turn: int) -> None:
        await self.comes_to_know()
        self.before = self.known_of(self.desk.rows)
        self.told = len(self.desk.app.errors)

    async def ask(self, turn: int) -> None:
        before = self.problem
        self.desk.plane.clock.advance(SHORTEST_PAUSE.total_seconds() * 2)
        self.desk.screen.region_backups.ask_now(self.connection)
        await self.desk.until(lambda: self.problem is not before, "a failure")

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.ask(0)
        first, *more = list(self.desk.app.errors)[self.told :]
        assert first == error
        assert all(each.detail != error.detail for each in more)  # other words are told, too
        why = "denied" if error.denied_action else "throttled" if error.throttled else "not read"
        await self.desk.until(lambda: f"backups {why}" in self.desk.title)
        assert self.known_of(self.before) == self.before

    async def leave(self) -> None:
        await self.comes_to_know()
        await self.desk.until(lambda: "backups" not in self.desk.title)

    async def comes_to_know(self) -> None:
        self.desk.plane.clock.advance(LONGEST_PAUSE.total_seconds())
        self.desk.screen.region_backups.ask_now(self.connection)
        await self.desk.until(
            lambda: self.problem is None and not self.desk.screen.region_backups._is_reading,
            "backups",
        )
        await self.desk.until(
            lambda: not any(isinstance(each, Unread) for each in self.known_of(["any"]).values()),
            "backups that are known",
        )


class Restore(Delete):
    """Each turn another backup of one cluster that has many."""

    name = "restore"
    operation, named, after = RESTORE, (RESTORE,), BACKUPS
    unchanged = "nothing was restored"
    key, heading = "u", "Restore which backup?"
    plan = BackupPlan(24, pending=tuple(range(40, 64)))

    async def prepare(self, turn: int) -> None:
        self.turn = turn
        cluster_id = self.desk.rows[0]
        self.desk.plane.place(*HERE).backup_plans[cluster_id] = self.plan
        await self.desk.put_cursor(cluster_id)
        await self.open_wide()
        self.target = self.dialog.target if self.dialog.ASKS else ""

    async def open(self) -> None:
        await self.desk.press(self.key)
        await self.desk.sees(self.heading)
        choices = [each for each in self.dialog._choices if "never expires" not in each.remark]
        await self.desk.type(choices[self.turn].label)
        await self.desk.press("enter")
        await self.choose_more()
        await self.desk.until(lambda: isinstance(self.desk.app.screen, ChangeDialog), "a dialog")

    async def choose_more(self) -> None:
        """What else is chosen."""


class DeleteBackup(Restore):
    name = "delete of a backup"
    operation, named, after_call = DELETE_BACKUP, (DELETE_BACKUP,), 2
    unchanged = "nothing was deleted"
    key, heading, plan = "U", "Delete which backup?", BackupPlan(48)


class KeepBackup(Restore):
    name = "exemption of a backup"
    operation, named = KEEP, (KEEP,)
    unchanged = "nothing was modified"
    key, heading, plan = "K", "Keep, or let expire, which one?", BackupPlan(48)


class CopyBackup(Restore):
    name = "copy of a backup"
    operation, named = COPY, (COPY,)
    unchanged = "nothing was copied"
    key, heading, plan = "Y", "Copy which backup?", BackupPlan(48)

    async def choose_more(self) -> None:
        await self.desk.sees("Copy it to which region?")
        await self.desk.type("eu-central-1")
        await self.desk.press("enter")


class Watched(NextPage):
    """What is loaded is read again by itself, until it is watched no longer."""

    name = "watch"
    settings = {"refresh_seconds": 0.02}  # noqa: RUF012

    async def ask(self, turn: int) -> None:
        before = self.desk.screen.fleet.first.problem  # which stands until a page has come
        self.desk.plane.clock.advance(1)  # one reading is due, and no other
        await self.desk.press("w")
        await self.desk.until(
            lambda: self.desk.screen.fleet.first.problem is not before, "a failure"
        )
        await self.desk.press("w")


class WhoAsks(FirstPage):
    name = "identity"
    operation, named, host = IDENTITY, (IDENTITY,), STS

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.desk.until(lambda: self.desk.rows, "rows")
        await self.desk.until(lambda: "· ?" in self.desk.header)


class SignIn(Asking):
    """The first time by choosing the profile, then by asking again."""

    profile: str
    has_rows = False

    async def ask(self, turn: int) -> None:
        if turn:
            await self.desk.press("r")
        else:
            await self.desk.press("P")
            await self.desk.type(self.profile)
            await self.desk.press("enter")

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        assert len(self.desk.app.screen_stack) == 1
        await self.desk.sees(error.title[:40])


class AssumeRole(SignIn):
    name = "sign-in: AssumeRole with MFA"
    profile = "demo-mfa"
    operation, named, host = "AssumeRole", ("AssumeRole", "sign in"), STS

    async def ask(self, turn: int) -> None:
        await super().ask(turn)
        await self.desk.until(lambda: self.desk.app.screen.query("#sign-in-code"))
        await self.desk.type("123456")
        await self.desk.press("enter")


class RegisterClient(SignIn):
    name = "sign-in: RegisterClient"
    profile = "demo-sso"
    operation, named = "RegisterClient", ("RegisterClient", "sign in")


class StartDeviceAuthorization(RegisterClient):
    name = "sign-in: StartDeviceAuthorization"
    operation = "StartDeviceAuthorization"
    named = (operation, "sign in")
    after = "RegisterClient"


class CreateToken(RegisterClient):
    name = "sign-in: CreateToken"
    operation = "CreateToken"
    named = (operation, "sign in")
    after = "StartDeviceAuthorization"

    async def prepare(self, turn: int) -> None:
        plane = self.desk.plane
        plane.device_interval = 0  # then it is the client's own
        plane.script("CreateToken", Run(lambda: [plane.approve(c) for c in plane.user_codes]))


class GetRoleCredentials(CreateToken):
    name = "sign-in: GetRoleCredentials"
    operation = "GetRoleCredentials"
    named = (operation, "sign in")
    after = ""


ASKINGS = (
    *(FirstPage, NextPage, Refresh, FilteredPage),
    *(GateRead, GatePoll, NewestBackup, KeyStores),
    *(LastRead, IdentityBeforeDelete, Delete, WhoAsks),
    *(BackupsPage, TrailPage, Metrics, BackupsOfTheRegion, Restore, CreateHsm),
    *(BackupsToCreateFrom, CreateCluster),
    *(DeleteHsm, WriteTag, Watched),
    *(ModifyRetention, ModifyHsmType, ReadToReplace),
    *(KeepBackup, CopyBackup, DeleteBackup),
    *(StepOfInitialization, Initialize),
    *(AssumeRole, RegisterClient, StartDeviceAuthorization, CreateToken, GetRoleCredentials),
)


@pytest.mark.in_parts
@pytest.mark.parametrize("kind", part_of(ASKINGS, parts=3), ids=lambda kind: kind.name)
async def test_every_fault_of(
    kind: type[Asking],
    sit: Any,
    net: Net,
    record_property: Callable[[str, object], None],
) -> None:
    async with sit(read_timeout=PATIENCE, **kind.settings) as desk:
        asking = kind(desk)
        meant = [fault for fault in FAULTS if kind.has_answer or not fault.in_body]
        faults = part_of(meant, at=ASKINGS.index(kind) // 3, parts=5)
        await go_through(desk, asking, faults, partial(one_case, desk, net, asking))
    record_property(FAULT_CASES, len(faults))


async def go_through(
    desk: Desk,
    asking: Asking,
    faults: Sequence[Fault],
    case: Callable[[int, Fault], Coroutine[Any, Any, None]],
) -> None:
    """One fault after the other; then what was said can be read, and the app be left."""
    for turn, fault in enumerate(faults):
        try:
            await case(turn, fault)
        except AssertionError as failure:
            failure.add_note(f"That was: {asking.name} × {fault.name}")
            raise
    await all_words_are_kept(desk)
    await desk.press("q")
    await desk.until(lambda: desk.app._exit, "an app that is left")


async def one_case(desk: Desk, net: Net, asking: Asking, turn: int, fault: Fault) -> None:
    """One fault of one asking: it is said, nothing is lost, and nothing else is done."""
    rows, sent = desk.rows, changes(desk)
    await asking.prepare(turn)
    before = len(desk.app.errors)
    net.break_it(asking, fault)
    await asking.ask(turn)
    error = await first_error(desk, asking, before)
    if fault.answer is not None:  # else all that is asked there fails
        assert {failed.operation for failed in list(desk.app.errors)[before:]} <= set(asking.named)
    assert error.title
    assert error.detail
    assert error.remedy
    assert bool(error.request_id) is fault.identified
    await asking.check(fault, error)
    net.heal()
    await asking.leave()
    await desk.settles()
    reached = asking.operation in CHANGES and fault.outcome != "unsent"
    assert changes(desk) == sent + reached
    if asking.has_rows:
        assert desk.rows == rows
        at = desk.current
        await desk.press("down" if at == rows[0] else "up")
        assert desk.current != at


async def first_error(desk: Desk, asking: Asking, before: int) -> HsmtuiError:
    """The first error of the asking since there were so many."""

    def errors() -> list[HsmtuiError]:
        return [e for e in list(desk.app.errors)[before:] if e.operation in asking.named]

    await desk.until(errors, "an error")
    return errors()[0]


def changes(desk: Desk) -> int:
    """How many changes were sent."""
    return sum(len(desk.asked(operation)) for operation in CHANGES)


async def all_words_are_kept(desk: Desk) -> None:
    """What was said of each failure can be read again."""
    repeated = groupby(desk.app.errors, lambda error: (error.operation, str(error)))
    told = [list(same)[-1] for _, same in repeated]
    await desk.press("exclamation_mark")
    await desk.until(lambda: len(desk.app.screen_stack) == 2)
    text = desk.widget("VerticalScroll > Static")
    for error in told:
        for words in (error.operation, error.title, error.request_id, spelt(error.remedy, {})):
            assert visible(words) in text
    await desk.press("escape")
