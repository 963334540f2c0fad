"""Scripted faults, as boto3 meets them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    HTTPClientError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from hsmtui.demo.records import Cluster, Hsm
from hsmtui.demo.server import DemoServer
from tests.parts import part_of
from tests.scripted import (
    AnswerGate,
    At,
    Delay,
    Gate,
    Refuse,
    Reply,
    Reset,
    Run,
    ScriptedPlane,
    reply_json,
)

ACCOUNT = "111111111111"
REGION = "us-east-1"

Client = Any


def connect(
    server: DemoServer,
    service: str = "cloudhsmv2",
    *,
    account: str = ACCOUNT,
    region: str = REGION,
    **options: Any,
) -> Client:
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=server.url,
        aws_access_key_id=f"AKIADEMO{account}",
        aws_secret_access_key="not a secret",
        config=Config(proxies={}, retries={"total_max_attempts": 1}, **options),
    )


@pytest.fixture
def plane() -> ScriptedPlane:
    return ScriptedPlane(clusters=10)


@pytest.fixture
def server(plane: ScriptedPlane) -> Iterator[DemoServer]:
    with DemoServer(plane) as server:
        yield server


@pytest.fixture
def client(server: DemoServer) -> Iterator[Client]:
    client = connect(server)
    yield client
    client.close()


@pytest.fixture
def empty(plane: ScriptedPlane) -> Cluster:
    """A cluster that may be deleted."""
    (found,) = (c for c in plane.clusters(ACCOUNT, REGION) if c.name == "legacy-tde")
    return found


def refusal(call: Callable[..., Any], **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def hsms(client: Client, cluster: Cluster) -> int:
    only = {"clusterIds": [cluster.cluster_id]}
    return len(client.describe_clusters(Filters=only)["Clusters"][0]["Hsms"])


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 400),
        ("AccessDeniedException", 400),
        ("ExpiredTokenException", 403),
        ("CloudHsmInternalFailureException", 500),
    ],
)
def test_the_nth_call_can_be_refused(
    plane: ScriptedPlane, client: Client, code: str, status: int
) -> None:
    client.describe_clusters()
    plane.script("DescribeClusters", Refuse(code, "as scripted", status), call=2)
    client.describe_clusters()
    assert refusal(client.describe_clusters) == (code, "as scripted")
    client.describe_clusters()
    assert [request.status for request in plane.requests] == [200, 200, status, 200]


def test_every_call_can_be_refused_until_the_script_is_cleared(
    plane: ScriptedPlane, client: Client
) -> None:
    plane.script("DescribeClusters", Refuse("ThrottlingException", "Rate exceeded"))
    for _ in range(2):
        assert refusal(client.describe_clusters)[0] == "ThrottlingException"
    client.describe_backups()
    plane.clear_scripts()
    assert client.describe_clusters()["Clusters"]


def test_sts_can_be_refused(plane: ScriptedPlane, server: DemoServer) -> None:
    plane.script("GetCallerIdentity", Refuse("AccessDenied", "<no & no>", 403))
    sts = connect(server, "sts")
    assert refusal(sts.get_caller_identity) == ("AccessDenied", "<no & no>")
    sts.close()


def test_a_refused_call_may_still_be_carried_out(
    plane: ScriptedPlane, client: Client, empty: Cluster
) -> None:
    lost = Refuse("CloudHsmInternalFailureException", "", 500, carried_out=True)
    plane.script("DeleteCluster", lost)
    refusal(client.delete_cluster, ClusterId=empty.cluster_id)
    assert empty.state == "DELETE_IN_PROGRESS"


@pytest.mark.parametrize(
    ("sent", "state"), [(None, "ACTIVE"), (0, "DELETE_IN_PROGRESS"), (9, "DELETE_IN_PROGRESS")]
)
def test_a_connection_can_be_reset(
    plane: ScriptedPlane, client: Client, empty: Cluster, sent: int | None, state: str
) -> None:
    plane.script("DeleteCluster", Reset(sent), call=1)
    with pytest.raises((HTTPClientError, ResponseStreamingError)):
        client.delete_cluster(ClusterId=empty.cluster_id)
    assert empty.state == state
    assert plane.requests[-1].status == 0
    assert client.describe_clusters()["Clusters"]


def test_any_answer_can_be_scripted(plane: ScriptedPlane, client: Client) -> None:
    other = {"ClusterId": "cluster-other222222", "Hsms": None}
    answers = (
        Reply(b"<html>busy</html>", 503, "text/html"),
        reply_json({"Clusters": [None]}),
        reply_json({"Clusters": [other]}),
        reply_json({"Clusters": []}),
    )
    for number, answer in enumerate(answers, 1):
        plane.script("DescribeClusters", answer, call=number)
    with pytest.raises(ClientError) as busy:
        client.describe_clusters()
    assert busy.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    shown = [client.describe_clusters()["Clusters"] for _ in range(3)]
    assert shown == [[None], [{"ClusterId": "cluster-other222222"}], []]
    assert len(client.describe_clusters()["Clusters"]) == 10


def test_broken_json_arrives_as_it_was_scripted(plane: ScriptedPlane, client: Client) -> None:
    bodies: list[bytes] = []
    client.meta.events.register(
        "before-parse.cloudhsm-v2.DescribeClusters",
        lambda response_dict, **_: bodies.append(response_dict["body"]),
    )
    plane.script("DescribeClusters", Reply(b'{"Clusters": ['))
    assert "Clusters" not in client.describe_clusters()
    assert bodies == [b'{"Clusters": [']


def test_a_gate_makes_an_answer_late(plane: ScriptedPlane, client: Client, empty: Cluster) -> None:
    gate = Gate()
    plane.script("DescribeClusters", gate, call=1)
    late: list[int] = []
    asking = threading.Thread(target=lambda: late.append(hsms(client, empty)))
    asking.start()
    assert gate.arrived()
    assert plane.requests[0].status is None
    empty.hsms.append(Hsm(hsm_id="hsm-aaaaaaaaaaa", state="ACTIVE"))
    assert hsms(client, empty) == 1
    assert late == []
    gate.release()
    asking.join(10)
    assert late == [1]
    assert [request.status for request in plane.requests] == [200, 200]


def test_an_answer_can_be_held_after_the_fact(
    plane: ScriptedPlane, client: Client, empty: Cluster
) -> None:
    gate = AnswerGate()
    plane.script("DescribeClusters", gate, call=1)
    stale: list[int] = []
    asking = threading.Thread(target=lambda: stale.append(hsms(client, empty)))
    asking.start()
    assert gate.arrived()
    empty.hsms.append(Hsm(hsm_id="hsm-aaaaaaaaaaa", state="ACTIVE"))
    gate.release()
    asking.join(10)
    assert stale == [0]


def test_something_can_happen_between_two_reads(
    plane: ScriptedPlane, client: Client, empty: Cluster
) -> None:
    hsm = Hsm(hsm_id="hsm-aaaaaaaaaaa", state="CREATE_IN_PROGRESS")
    plane.script("DescribeClusters", Run(lambda: empty.hsms.append(hsm)), call=2)
    assert [hsms(client, empty) for _ in range(3)] == [0, 1, 1]


def test_faults_are_met_in_order_until_one_answers(plane: ScriptedPlane, client: Client) -> None:
    met: list[str] = []
    plane.script(
        "DescribeClusters",
        Run(lambda: met.append("first")),
        Delay(0.001),
        Run(lambda: met.append("second")),
        Refuse("ThrottlingException", "", 400),
        Run(lambda: met.append("never")),
    )
    assert refusal(client.describe_clusters)[0] == "ThrottlingException"
    assert met == ["first", "second"]


def test_a_hang_meets_the_time_out_of_the_client(plane: ScriptedPlane, server: DemoServer) -> None:
    plane.script("DescribeClusters", Gate())
    impatient = connect(server, read_timeout=0.1)
    with pytest.raises(ReadTimeoutError):
        impatient.describe_clusters()
    impatient.close()


def test_stopping_drops_what_is_held_and_leaves_no_thread(empty_fleet: ScriptedPlane) -> None:
    before = set(threading.enumerate())
    server = DemoServer(empty_fleet).start()
    client = connect(server)
    arrived = threading.Event()
    gate = Gate()
    empty_fleet.script("DeleteCluster", gate)
    empty_fleet.script("DescribeClusters", Run(arrived.set), Delay(600))
    dropped: list[str] = []

    def ask(call: Callable[..., Any], **asked: Any) -> None:
        with pytest.raises(ConnectionClosedError):
            call(**asked)
        dropped.append(call.__name__)

    target = {"ClusterId": "cluster-aaaaaaaaaaa"}
    asking = [
        threading.Thread(target=ask, args=(client.describe_clusters,)),
        threading.Thread(target=ask, args=(client.delete_cluster,), kwargs=target),
    ]
    for thread in asking:
        thread.start()
    assert gate.arrived()
    assert arrived.wait(10)
    server.stop()
    for thread in asking:
        thread.join(10)
    client.close()
    assert sorted(dropped) == ["delete_cluster", "describe_clusters"]
    assert {request.status for request in empty_fleet.requests} == {0}
    assert set(threading.enumerate()) <= before


@pytest.fixture
def empty_fleet() -> ScriptedPlane:
    return ScriptedPlane(clusters=0)


def test_calls_are_counted_from_one(plane: ScriptedPlane) -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        plane.script("DescribeClusters", Gate(), call=0)


PLACES = [
    (ACCOUNT, REGION),
    (ACCOUNT, "us-west-2"),
    ("222222222222", REGION),
    ("222222222222", "us-west-2"),
]


class TestOnePlace:
    """A fault of one place, with the others well."""

    @pytest.fixture
    def clients(self, server: DemoServer) -> Iterator[list[Client]]:
        clients = [connect(server, account=a, region=r) for a, r in PLACES]
        yield clients
        for client in clients:
            client.close()

    @staticmethod
    def well(clients: list[Client]) -> list[bool]:
        """For each place whether it lists its clusters."""
        return [_answers(client) for client in clients]

    @pytest.mark.in_parts
    @pytest.mark.parametrize(
        ("at", "well"),
        [
            (At(), [False] * 4),
            (At(account=ACCOUNT), [False, False, True, True]),
            (At(region="us-west-2"), [True, False, True, False]),
            (At("222222222222", REGION), [True, True, False, True]),
        ],
    )
    @pytest.mark.parametrize(
        "fault",
        part_of(
            [
                Refuse("AccessDeniedException", "no"),
                Refuse("CloudHsmInternalFailureException", "", 500),
                Reset(),
                Reset(9),
                Reply(b"<html>busy</html>", 503, "text/html"),
            ]
        ),
        ids=part_of(["denied", "500", "reset", "cut short", "busy"]),
    )
    def test_it_can_fail(
        self, plane: ScriptedPlane, clients: list[Client], fault: Any, at: At, well: list[bool]
    ) -> None:
        plane.script("DescribeClusters", fault, at=at)
        assert self.well(clients) == well
        plane.clear_scripts()
        assert self.well(clients) == [True] * 4

    def test_it_can_hang(
        self, plane: ScriptedPlane, server: DemoServer, clients: list[Client]
    ) -> None:
        account, region = PLACES[1]
        plane.script("DescribeClusters", Gate(), at=At(account, region))
        with closing(connect(server, account=account, region=region, read_timeout=0.3)) as client:
            assert not _answers(client)
        assert self.well([clients[0], *clients[2:]]) == [True] * 3

    def test_its_calls_alone_are_counted(self, plane: ScriptedPlane, clients: list[Client]) -> None:
        plane.script("DescribeClusters", Reset(), call=2, at=At(*PLACES[2]))
        assert self.well(clients) == [True] * 4
        assert self.well(clients) == [True, True, False, True]
        assert self.well(clients) == [True] * 4

    def test_it_can_be_killed(self, plane: ScriptedPlane, clients: list[Client]) -> None:
        assert self.well(clients) == [True] * 4
        plane.kill(At(*PLACES[3]))
        assert self.well(clients) == [True, True, True, False]
        assert plane.requests[-1].status == 0
        plane.revive()
        assert self.well(clients) == [True] * 4

    @pytest.mark.parametrize("gate", [Gate, AnswerGate])
    def test_it_can_be_killed_while_it_answers(
        self, plane: ScriptedPlane, server: DemoServer, gate: type[Gate]
    ) -> None:
        here = At(*PLACES[3])
        held = gate()
        plane.script("DescribeClusters", held, at=here)
        client = connect(server, account=PLACES[3][0], region=PLACES[3][1])
        told: list[bool] = []
        asking = threading.Thread(target=lambda: told.append(_answers(client)))
        asking.start()
        assert held.arrived()
        plane.kill(here)
        asking.join(10)
        client.close()
        assert told == [False]


def _answers(client: Client) -> bool:
    try:
        client.describe_clusters()
    except (ClientError, HTTPClientError, ResponseStreamingError):
        return False
    return True
