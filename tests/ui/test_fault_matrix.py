"""Everything that is asked, and everything that can go wrong with it: each with each.

An asking is declared once, a fault is declared once. One app lives through all faults of one
asking; the last line of the test run says how many cases there were.
"""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button, Input, Static

from hsmtui.aws import sso
from hsmtui.aws.errors import HsmtuiError
from hsmtui.demo.call import Message
from hsmtui.demo.control_plane import ControlPlane
from hsmtui.demo.faults import Fault as PlaneFault
from hsmtui.demo.faults import Gate, Refuse, Reply, Reset, Run, reply_json
from hsmtui.demo.plan import BackupPlan
from hsmtui.demo.records import Cluster
from hsmtui.demo.server import DemoServer
from hsmtui.model.text import visible
from tests.conftest import FAULT_CASES
from tests.network import LOCAL, Identity, Names, Road, forward, once
from tests.ui.conftest import HERE, Desk

DESCRIBE, DELETE, IDENTITY = "DescribeClusters", "DeleteCluster", "GetCallerIdentity"
BACKUPS, RESTORE = "DescribeBackups", "RestoreBackup"
CHANGES = (DELETE, RESTORE)
CLOUDHSM, STS = "cloudhsm.test", "sts.test"
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
    "Backup": 7,
    "Cluster": 7,
    "clientId": 7,
    "deviceCode": 7,
    "roleCredentials": 7,
}


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong once: in the service's answer, or with the name of its host.

    `outcome` is what is known of a delete then. `identified` says that the answer has a request id.
    """

    name: str
    answer: Callable[[], PlaneFault] | None = None
    host: str = ""
    outcome: str = "refused"
    identified: bool = True


def refusal(code: str, status: int = 400, outcome: str = "refused") -> Fault:
    return Fault(code, lambda: Refuse(code, "Their words.", status), outcome=outcome)


def silence(name: str, answer: Callable[[], PlaneFault]) -> Fault:
    return Fault(name, answer, outcome="unknown", identified=False)


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
    silence("broken JSON", lambda: Reply(b'{"Clusters": [{"ClusterId": "clu')),
    silence("another shape", lambda: reply_json(ODD)),
    silence("hang", Gate),
    silence("reset", Reset),
    silence("reset in mid-body", lambda: Reset(sent=9)),
    no_way("refused"),
    no_way("unresolvable"),
    no_way("untrusted"),
)


class Net:
    """The way from the app to the plane: hosts with names of their own, behind TLS."""

    def __init__(self, plane: ControlPlane, front: Road, ports: dict[str, int | None]) -> None:
        self.names = Names()
        self._plane = plane
        self._front = front
        self._ports = ports
        self.heal()

    def heal(self) -> None:
        """All is well again, and what hung is let go."""
        self._plane.clear_scripts()
        self._front.way = forward
        for host in (CLOUDHSM, STS):
            self.names.known[host] = self._front.port

    def break_it(self, asking: "Asking", fault: Fault) -> None:
        """Have the next request of an asking meet a fault, or each one where it asks often."""
        call = None if asking.again_and_again else 1
        if fault.answer is not None:
            self._plane.script(asking.operation, fault.answer(), call=call)
        elif asking.after:
            self._front.way = once  # else the request would go where the one before it went
            fail = Run(lambda: self._fail(asking.host, fault.host))
            self._plane.script(asking.after, fail, call=1)
        else:
            self._fail(asking.host, fault.host)
            self._front.drop()

    def _fail(self, host: str, how: str) -> None:
        self.names.known[host] = self._ports[how]


@pytest.fixture
def net(
    server: DemoServer, plane: ControlPlane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Net]:
    trusted, stranger = Identity(tmp_path, CLOUDHSM, STS), Identity(tmp_path, "stranger.test")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(trusted.bundle))
    with (
        socket.socket() as closed,
        Road(server.url, trusted) as front,
        Road(server.url, stranger) as untrusted,
    ):
        closed.bind((LOCAL, 0))
        ports = {"refused": closed.getsockname()[1], "untrusted": untrusted.port}
        net = Net(plane, front, {**ports, "unresolvable": None})
        monkeypatch.setattr(socket, "getaddrinfo", net.names.getaddrinfo)
        monkeypatch.setattr(sso, "SLOWER", 0.05)
        plane.answer(FIRST)
        yield net


@pytest.fixture
def place_url(net: Net, aws_files: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"https://{CLOUDHSM}"
    aws_files(url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"https://{STS}")
    return url


class Asking:
    """A request that the app makes, and how to bring it about.

    `after` is the operation whose request comes right before it, if it is not the next one.
    """

    name: str
    operation = DESCRIBE
    named = (DESCRIBE,)
    host = CLOUDHSM
    after = ""
    again_and_again = False
    settings: dict[str, Any] = {}  # noqa: RUF012 - a constant
    has_rows = True

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


class FirstPage(Asking):
    name = "first page"
    has_rows = False

    async def ask(self, turn: int) -> None:
        self.desk.screen._switching.go("demo", "us-east-1")  # as from the pickers

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.desk.sees(error.title[:40])
        await self.leaves_nothing_under_way()

    async def leaves_nothing_under_way(self) -> None:
        connection = self.desk.screen.lister.connection
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


class Gated(Asking):
    """What is asked from the delete dialog, each turn on a cluster of its own without HSMs."""

    settings = {"poll_seconds": 600}  # noqa: RUF012
    cluster: Cluster

    async def prepare(self, turn: int) -> None:
        cluster_id = self.desk.rows[turn]
        place = self.desk.plane.clusters(*HERE)
        self.cluster = next(c for c in place if c.cluster_id == cluster_id)
        self.cluster.hsms, self.cluster.state = [], "ACTIVE"
        await self.desk.put_cursor(cluster_id)

    async def open(self) -> None:
        await self.desk.press("ctrl+d")
        await self.desk.until(lambda: self.desk.app.screen.query("#delete-field"))

    async def open_wide(self) -> None:
        """Open the dialog, and the gate; once more where a busy machine was not fast enough."""
        await self.open()
        await self.desk.until(lambda: self.desk.app.screen.has_looked, "a look")
        if not self.is_open:
            await self.leave()
            await self.open()
        await self.desk.until(lambda: self.is_open, "an open gate")
        await self.desk.sees("Backup")  # else its look would meet the fault, too

    async def confirm(self) -> None:
        await self.desk.type(self.cluster.cluster_id)
        await self.desk.press("tab", "enter")

    @property
    def is_open(self) -> bool:
        return bool(self.desk.app.screen.query_one("#delete-field", Input).display)

    @property
    def can_send(self) -> bool:
        button = self.desk.app.screen.query_one("#delete-confirm", Button)
        return bool(button.display) and not button.disabled

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.desk.until(lambda: not self.is_open, "a gate that is shut")
        await self.says(error)

    async def says(self, error: HsmtuiError) -> None:
        for words in (error.operation, error.title, error.request_id, error.remedy):
            await self.desk.until(lambda there=words: visible(there) in self.text, words)
        assert not self.can_send

    @property
    def text(self) -> str:
        """All that the dialog says."""
        return str(self.desk.app.screen.query_one("#delete-gate", Static).render())

    async def leave(self) -> None:
        await self.desk.press("escape")
        await self.desk.until(lambda: len(self.desk.app.screen_stack) == 1)


class GateRead(Gated):
    name = "gate read"

    async def ask(self, turn: int) -> None:
        await self.open()


class GatePoll(Gated):
    name = "gate poll"
    settings = {"poll_seconds": 0.1}  # noqa: RUF012
    again_and_again = True

    async def prepare(self, turn: int) -> None:
        await super().prepare(turn)
        await self.open_wide()
        await self.desk.type(self.cluster.cluster_id)
        assert self.can_send

    async def ask(self, turn: int) -> None:
        """It asks by itself."""


class LastRead(Gated):
    name = "last read"
    after = IDENTITY

    async def prepare(self, turn: int) -> None:
        await super().prepare(turn)
        await self.open_wide()

    async def ask(self, turn: int) -> None:
        await self.confirm()

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await super().check(fault, error)
        assert "Nothing was sent" in self.text


class IdentityBeforeDelete(LastRead):
    name = "identity before the delete"
    operation, named, host, after = IDENTITY, (IDENTITY,), STS, ""

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        await self.desk.sees("Nothing was sent")
        await self.desk.sees("account unknown")
        assert not self.can_send


class Delete(LastRead):
    name = "delete"
    operation, named, after = DELETE, (DELETE,), DESCRIBE

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        words = {
            "refused": "The service refused: nothing was deleted",
            "unsent": "Nothing was sent",
            "unknown": "The outcome is UNKNOWN",
        }
        await self.desk.until(lambda: words[fault.outcome] in self.text, fault.outcome)
        others = [words[outcome] for outcome in words if outcome != fault.outcome]
        assert not any(other in self.text for other in others)
        for told in (error.operation, error.title, error.request_id):
            assert told in self.text
        assert not self.can_send


class BackupsPage(Asking):
    """The tab that was opened once is read again."""

    name = "backups"
    operation, named = BACKUPS, (BACKUPS,)

    async def prepare(self, turn: int) -> None:
        await self.desk.put_cursor(self.desk.rows[0])
        self.desk.screen.action_show_tab("backups")
        shelf = self.desk.screen.backups.shelf
        row = self.desk.table.row
        await self.desk.until(lambda: shelf(row).pages and not shelf(row).is_reading, "backups")

    async def ask(self, turn: int) -> None:
        self.desk.screen.backups.refresh()  # without the list

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        for words in (error.title, error.request_id, error.remedy):
            await self.desk.until(lambda there=words: visible(there) in self.desk.details, words)
        assert "backups (" in self.desk.details


class Restore(Asking):
    """Each turn another backup of one cluster that has many."""

    name = "restore"
    operation, named, after = RESTORE, (RESTORE,), BACKUPS
    settings = {"poll_seconds": 600}  # noqa: RUF012

    async def prepare(self, turn: int) -> None:
        cluster_id = self.desk.rows[0]
        doomed = BackupPlan(40, pending=tuple(range(40, 80)))
        self.desk.plane.place(*HERE).backup_plans[cluster_id] = doomed
        await self.desk.put_cursor(cluster_id)
        await self.desk.press("u")
        await self.desk.sees("Restore which backup?")
        await self.desk.type(self.desk.app.screen._choices[turn].label)
        await self.desk.press("enter")
        await self.desk.until(lambda: self.dialog("#restore-field"))
        await self.desk.until(lambda: self.dialog("#restore-field").first().display)

    def dialog(self, selector: str) -> Any:
        return self.desk.app.screen.query(selector)

    async def ask(self, turn: int) -> None:
        await self.desk.type(self.desk.app.screen.target)
        await self.desk.press("tab", "enter")

    async def check(self, fault: Fault, error: HsmtuiError) -> None:
        words = {
            "refused": "The service refused: nothing was restored",
            "unsent": "Nothing was sent",
            "unknown": "The outcome is UNKNOWN",
        }
        await self.desk.until(lambda: words[fault.outcome] in self.desk.widget("#restore-gate"))
        said = self.desk.widget("#restore-gate")
        for told in (error.operation, error.title, error.request_id):
            assert told in said

    async def leave(self) -> None:
        await self.desk.press("escape")
        await self.desk.until(lambda: len(self.desk.app.screen_stack) == 1)


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
    *(GateRead, GatePoll, LastRead, IdentityBeforeDelete, Delete, WhoAsks),
    *(BackupsPage, Restore),
    *(AssumeRole, RegisterClient, StartDeviceAuthorization, CreateToken, GetRoleCredentials),
)


@pytest.mark.parametrize("kind", ASKINGS, ids=lambda kind: kind.name)
async def test_every_fault_of(
    kind: type[Asking],
    sit: Any,
    net: Net,
    record_property: Callable[[str, object], None],
) -> None:
    async with sit(read_timeout=PATIENCE, **kind.settings) as desk:
        asking = kind(desk)
        for turn, fault in enumerate(FAULTS):
            try:
                await one_case(desk, net, asking, turn, fault)
            except AssertionError as failure:
                failure.add_note(f"That was: {asking.name} × {fault.name}")
                raise
        await all_words_are_kept(desk)
        await desk.press("q")
        await desk.until(lambda: desk.app._exit, "an app that is left")
    record_property(FAULT_CASES, len(FAULTS))


async def one_case(desk: Desk, net: Net, asking: Asking, turn: int, fault: Fault) -> None:
    """One fault of one asking: it is said, nothing is lost, and nothing else is done."""
    rows, sent = desk.rows, changes(desk)
    await asking.prepare(turn)
    before = len(desk.app.errors)
    net.break_it(asking, fault)
    await asking.ask(turn)
    await desk.until(lambda: len(desk.app.errors) > before, "an error")
    error = desk.app.errors[before]
    assert error.operation in asking.named
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


def changes(desk: Desk) -> int:
    """How many changes were sent."""
    return sum(len(desk.asked(operation)) for operation in CHANGES)


async def all_words_are_kept(desk: Desk) -> None:
    """What was said of each failure can be read again."""
    await desk.press("exclamation_mark")
    await desk.until(lambda: len(desk.app.screen_stack) == 2)
    text = desk.widget("VerticalScroll > Static")
    for error in desk.app.errors:
        for words in (error.operation, error.title, error.request_id, error.remedy):
            assert visible(words) in text
    await desk.press("escape")
