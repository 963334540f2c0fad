"""``hsmtui wait`` against the control plane over HTTP: what it says and its exit status."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC
from functools import partial
from typing import Any

import pytest

from hsmtui import cli
from hsmtui.check.wait import WaitTime
from hsmtui.demo.place import CREATE_SECONDS, DELETE_SECONDS, DELETED_SECONDS
from hsmtui.demo.plan import BackupPlan
from hsmtui.demo.records import Cluster
from hsmtui.demo.server import DemoServer
from tests.conftest import NOON
from tests.scripted import (
    Gate,
    Refuse,
    Reply,
    Reset,
    Run,
    ScriptedPlane,
    StandingClock,
    reply_json,
)

HERE = ("111111111111", "us-east-1")
DEMO = ("-p", "demo")
NO_SUCH = "cluster-nosuchcluster"
CREATING, ACTIVE = "CREATE_IN_PROGRESS", "ACTIVE"


class Done:
    """What a run of the command said."""

    def __init__(self, status: int, output: str, errors: str) -> None:
        assert output == ""
        self.status, self.errors = status, errors
        self.lines = errors.splitlines()


Wait = Callable[..., Done]


@pytest.fixture
def plane(clock: StandingClock) -> ScriptedPlane:
    return ScriptedPlane(clock=clock, clusters=40)


@pytest.fixture
def pauses() -> list[float]:
    """How long was waited each time."""
    return []


@pytest.fixture
def url(
    plane: ScriptedPlane,
    clock: StandingClock,
    pauses: list[float],
    aws_files: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """The server's URL; a pause of the command lets its time pass."""

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        clock.advance(seconds)

    times = WaitTime(clock.now, lambda: (clock.now() - NOON).total_seconds(), pause)
    monkeypatch.setattr("hsmtui.check.wait.WaitTime", lambda: times)
    with DemoServer(plane) as server:
        aws_files(server.url)
        yield server.url


@pytest.fixture
def wait(url: str, capsys: pytest.CaptureFixture[str]) -> Wait:
    def run(
        cluster_id: str, goal: str, *words: str, place: tuple[str, ...] = ("-p", "demo")
    ) -> Done:
        status = cli.main([*place, "wait", cluster_id, "--for", goal, *words])
        return Done(status, *capsys.readouterr())

    return run


@pytest.fixture
def one(plane: ScriptedPlane) -> Callable[[str], Cluster]:
    """The first cluster in a state."""
    return lambda state: next(c for c in plane.clusters(*HERE) if c.state == state)


@pytest.fixture
def gone(plane: ScriptedPlane, clock: StandingClock) -> Callable[[BackupPlan], str]:
    """Has a cluster with these backups deleted before anybody waits; its id."""

    def delete(backups: BackupPlan) -> str:
        target = next(c for c in plane.clusters(*HERE) if c.state == ACTIVE and not c.hsms)
        plane.place(*HERE).backup_plans[target.cluster_id] = backups
        plane.done_elsewhere("DeleteCluster", *HERE, ClusterId=target.cluster_id)
        clock.advance(DELETE_SECONDS + DELETED_SECONDS)
        assert target not in plane.clusters(*HERE)
        return str(target.cluster_id)

    return delete


def asked(plane: ScriptedPlane) -> list[dict[str, Any]]:
    return [request.parameters for request in plane.requests]


class TestReached:
    def test_a_state_that_is_there_is_one_look_for_one_cluster(self, wait, plane, one, pauses):
        target = one(ACTIVE).cluster_id
        done = wait(target, "active")
        assert (done.status, pauses) == (0, [])
        assert asked(plane) == [{"Filters": {"clusterIds": [target]}, "MaxResults": 25}]
        (line,) = done.lines
        assert line.startswith(f"hsmtui: 12:00:00 UTC {target}: ACTIVE, ")

    def test_a_state_that_comes_is_told_once_and_each_change_is_a_line(self, wait, one, plane):
        target = one(ACTIVE)
        target.state = "MODIFY_IN_PROGRESS"
        for call, state in ((3, "UPDATE_IN_PROGRESS"), (6, ACTIVE)):
            set_state = partial(setattr, target, "state", state)
            plane.script("DescribeClusters", Run(set_state), call=call)
        done = wait(target.cluster_id, "ACTIVE")
        assert done.status == 0
        assert [line.split(": ")[2].split(",")[0] for line in done.lines] == [
            "MODIFY_IN_PROGRESS",
            "UPDATE_IN_PROGRESS",
            "ACTIVE",
        ]
        assert "waiting for ACTIVE" in done.lines[0]
        assert len(plane.requests) == 6

    def test_so_many_hsms_as_the_service_creates_them(self, wait, one, plane, clock):
        target = next(c for c in plane.clusters(*HERE) if c.state == ACTIVE and len(c.hsms) == 1)
        zone = next(iter(target.subnet_mapping))
        given = {"ClusterId": target.cluster_id, "AvailabilityZone": zone}
        plane.done_elsewhere("CreateHsm", *HERE, **given)
        done = wait(target.cluster_id, "hsms=2")
        assert done.status == 0
        assert "1 of 2 HSMs ACTIVE; waiting for hsms=2" in done.lines[0]
        assert done.lines[-1].endswith("2 of 2 HSMs ACTIVE")
        assert (clock.now() - NOON).total_seconds() >= CREATE_SECONDS

    def test_deleted_is_not_listed_any_more(self, wait, plane, one):
        target = next(c for c in plane.clusters(*HERE) if c.state == ACTIVE and not c.hsms)
        plane.done_elsewhere("DeleteCluster", *HERE, ClusterId=target.cluster_id)
        done = wait(target.cluster_id, "deleted")
        assert done.status == 0
        assert "DELETE_IN_PROGRESS, no HSM; waiting for deleted" in done.lines[0]

    def test_deleted_before_the_first_look_shows_by_a_backup_that_is_left(self, wait, gone, plane):
        done = wait(gone(BackupPlan(2)), "deleted")
        assert (done.status, len(plane.requests)) == (0, 2)
        where = "not listed in us-east-1 of profile demo, as its backups still are"
        assert f"{where}: it was deleted before" in done.errors


class TestNobodyKnows:
    """Whether a cluster ever was where it is not listed: the region or the account may be wrong."""

    def test_is_an_error_that_says_where_it_looked(self, wait, pauses):
        done = wait(NO_SUCH, "deleted")
        assert (done.status, pauses) == (3, [])
        first, second = done.lines
        where = "in us-east-1 of profile demo, account 111111111111, nor is a backup of it"
        assert first == (
            f"hsmtui: {NO_SUCH} is not listed {where}: nothing tells that it was ever there"
        )
        assert second == "        Check the id, the profile (-p) and the region (-r)."

    def test_a_copy_from_elsewhere_says_nothing(self, wait, gone):
        assert wait(gone(BackupPlan(1, copies=1)), "deleted").status == 3

    def test_backups_that_may_not_be_read_say_nothing(self, wait, plane):
        plane.script("DescribeBackups", Refuse("AccessDeniedException", "No."))
        done = wait(NO_SUCH, "deleted")
        assert done.status == 3
        assert "and cloudhsm:DescribeBackups is denied: nothing tells that it" in done.errors

    def test_backups_that_cannot_be_read_now_are_asked_for_again(self, wait, plane, pauses):
        plane.script("DescribeBackups", Refuse("ThrottlingException"), call=1)
        done = wait(NO_SUCH, "deleted")
        assert (done.status, len(pauses)) == (3, 1)
        assert "asking again" in done.lines[0]

    def test_an_account_that_sts_does_not_tell_is_left_out(self, wait, plane):
        plane.script("GetCallerIdentity", Refuse("AccessDenied", "No."))
        done = wait(NO_SUCH, "deleted")
        assert done.status == 3
        assert "in us-east-1 of profile demo, nor is a backup of it" in done.errors


class TestNever:
    def test_one_that_is_not_listed_ends_it_at_once(self, wait, plane, pauses):
        done = wait(NO_SUCH, "ACTIVE")
        assert (done.status, pauses, len(plane.requests)) == (3, [], 1)
        first, second = done.lines
        where = "is not listed in us-east-1 of profile demo: ACTIVE cannot come"
        assert first == f"hsmtui: cluster-nosuchcluster {where}"
        assert second == "        Check the id, the profile (-p) and the region (-r)."

    def test_one_that_goes_meanwhile_ends_it(self, wait, plane, one):
        target = one(CREATING)
        target.state = "UPDATE_IN_PROGRESS"
        place = plane.place(*HERE)
        plane.script("DescribeClusters", Run(lambda: place.clusters.remove(target)), call=2)
        done = wait(target.cluster_id, "hsms=3")
        assert done.status == 3
        assert "is not listed in us-east-1" in done.lines[-1]

    def test_one_that_is_being_deleted_ends_it(self, wait, one):
        target = one(ACTIVE)
        target.state = "DELETE_IN_PROGRESS"
        done = wait(target.cluster_id, "ACTIVE")
        assert done.status == 3
        assert "is being deleted" in done.errors


class TestTime:
    def test_is_over_when_it_is_over_and_the_last_state_is_said(self, wait, one, clock, plane):
        target = one(CREATING)
        target.state = "UPDATE_IN_PROGRESS"
        done = wait(target.cluster_id, "ACTIVE", "--timeout", "60")
        assert done.status == 5
        assert (clock.now() - NOON).total_seconds() == 60
        assert done.lines[-1] == (
            f"hsmtui: {target.cluster_id}: not ACTIVE within 60 s; last seen UPDATE_IN_PROGRESS, "
            "no HSM at 12:01:00 UTC"
        )
        assert 60 / 6 <= len(plane.requests) <= 60 / 4 + 2

    def test_of_none_is_one_look(self, wait, one, plane):
        done = wait(one(CREATING).cluster_id, "ACTIVE", "--timeout", "0")
        assert (done.status, len(plane.requests)) == (5, 1)

    def test_is_over_while_a_request_hangs(self, wait, one, plane, clock):
        gate = Gate()
        late = Run(lambda: clock.advance(100))
        plane.script("DescribeClusters", late, gate)
        done = wait(one(CREATING).cluster_id, "ACTIVE", "--timeout", "60")
        gate.release()
        assert done.status == 5
        assert "it was not read" in done.errors

    def test_is_an_hour_where_nothing_is_said(self, wait, one, clock):
        target = one(CREATING)
        target.state = "UPDATE_IN_PROGRESS"
        assert wait(target.cluster_id, "ACTIVE").status == 5
        assert (clock.now() - NOON).total_seconds() == 3600


class TestDegraded:
    def test_an_hsm_is_said_once_and_the_wait_goes_on(self, wait, plane, one):
        target = next(c for c in plane.clusters(*HERE) if c.state == ACTIVE and len(c.hsms) == 2)
        target.hsms[0].state, target.hsms[0].state_message = "DEGRADED", "HSM failed."
        done = wait(target.cluster_id, "hsms=2", "--timeout", "60")
        assert done.status == 5
        words = f"{target.hsms[0].hsm_id} is DEGRADED and does not recover: HSM failed."
        assert done.errors.count(words) == 1
        assert "1 of 2 HSMs ACTIVE" in done.lines[-1]


BORNE = [
    Refuse("ThrottlingException"),
    Refuse("CloudHsmInternalFailureException", status=500),
    Reply(b"<html>503</html>", 503, "text/html"),
]


class TestFaults:
    @pytest.mark.parametrize("fault", BORNE, ids=lambda fault: getattr(fault, "code", "html"))
    def test_what_may_pass_is_borne_from_the_first_look_on(self, wait, one, plane, fault, pauses):
        for call in (1, 2):
            plane.script("DescribeClusters", fault, call=call)
        done = wait(one(ACTIVE).cluster_id, "ACTIVE")
        assert done.status == 0
        assert "asking again" in done.lines[0]
        assert len(done.lines) == 2
        assert pauses[1] > pauses[0]

    @pytest.mark.parametrize("fault", [Reset(), reply_json({"Clusters": "none"}), Reply(b"{")])
    def test_what_comes_after_an_answer_is_borne(self, wait, one, plane, fault):
        target = one(CREATING)
        target.state = "UPDATE_IN_PROGRESS"
        plane.script("DescribeClusters", fault, call=2)
        plane.script("DescribeClusters", Run(lambda: setattr(target, "state", ACTIVE)), call=4)
        done = wait(target.cluster_id, "ACTIVE")
        assert done.status == 0
        assert sum("asking again" in line for line in done.lines) == 1

    def test_an_answer_with_two_clusters_is_no_answer(self, wait, one, plane):
        target = one(ACTIVE).cluster_id
        two = {"Clusters": [{"ClusterId": target, "State": ACTIVE}] * 2}
        plane.script("DescribeClusters", reply_json(two), call=1)
        done = wait(target, "ACTIVE")
        assert done.status == 0
        assert "it could not be checked: the answer has 2 clusters with this id" in done.lines[0]

    @pytest.mark.parametrize("call", [1, 3])
    @pytest.mark.parametrize("code", ["AccessDeniedException", "ExpiredTokenException"])
    def test_a_refusal_ends_it_whenever_it_comes(self, wait, one, plane, code, call):
        target = one(CREATING)
        target.state = "UPDATE_IN_PROGRESS"
        for at in range(call, call + 3):
            plane.script("DescribeClusters", Refuse(code, "No."), call=at)
        done = wait(target.cluster_id, "ACTIVE")
        assert done.status == 4
        assert "DescribeClusters, request id" in done.errors

    def test_no_credentials_end_it(self, url, wait, monkeypatch):
        monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
        place = ("-r", "us-east-1", "--endpoint-url", url)
        done = wait(NO_SUCH, "ACTIVE", place=place)
        assert done.status == 4
        assert "No credentials" in done.errors

    def test_nobody_is_asked_to_sign_in_without_a_terminal(self, wait, monkeypatch, tmp_path):
        monkeypatch.setattr("hsmtui.check.console.TERMINAL", tmp_path / "none")
        done = wait(NO_SUCH, "ACTIVE", place=("-p", "demo-mfa"))
        assert done.status == 4
        assert "Sign in first: start hsmtui with this profile" in done.errors


class TestPlace:
    def test_is_one(self, wait, plane):
        done = wait(NO_SUCH, "deleted", "-r", "us-east-1,eu-west-1")
        assert (done.status, len(plane.requests)) == (2, 0)
        assert "wait is for one place (a profile in a region), not for 2; name one" in done.errors

    @pytest.mark.parametrize(
        ("place", "words"),
        [
            (("-p", "nobody"), "There is no profile nobody"),
            (("-p", "demo", "-r", "us-esat-1"), 'no region "us-esat-1"'),
            (("-p", "demo", "--filter", "x"), "--filter cannot be used with wait"),
            (("-p", "demo", "--from", "x.json"), "--from cannot be used with wait"),
            (("-p", "demo", "--endpoint-url", "x"), "is no URL"),
        ],
    )
    def test_that_cannot_be_is_bad_usage(self, wait, place, words):
        done = wait(NO_SUCH, "deleted", place=place)
        assert done.status == 2
        assert words in done.errors

    def test_may_be_the_demo(self, capsys):
        status = cli.main(["wait", "cluster-nosuchcluster", "--demo", "--for", "deleted"])
        assert (status, capsys.readouterr().out) == (3, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("payments-prod-01", "--for", "ACTIVE"), "expected the id of a cluster"),
        (("cluster-2kxmlwwvsa", "--for", "deleted"), "expected the id of a cluster"),
        (("cluster-2kxmlwwvsa1", "--for", "deleted"), "expected the id of a cluster"),
        (("cluster-2kxmlwwvsa4,", "--for", "deleted"), "expected the id of a cluster"),
        (
            ("cluster-2kxmlwwvsa4", "--for", "activex"),
            '"activex": no such state; the nearest is ACTIVE',
        ),
        (("cluster-2kxmlwwvsa4", "--for", "hsms=x"), "expected hsms= and a number"),
        (("cluster-2kxmlwwvsa4",), "--for"),
        (("cluster-2kxmlwwvsa4", "--for", "ACTIVE", "--timeout", "soon"), "from 0 to 604800"),
        (("--for", "ACTIVE"), "CLUSTER"),
    ],
)
def test_what_is_not_understood_is_bad_usage(words, said, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["wait", *words])
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_an_interrupt_ends_it(wait, one, plane, monkeypatch):
    target = one(CREATING).cluster_id
    plane.script("DescribeClusters", Run(lambda: os.kill(os.getpid(), signal.SIGINT)), call=2)
    assert wait(target, "DEGRADED").status == 130


def test_the_time_is_that_of_utc():
    assert WaitTime().now().tzinfo is UTC
