"""The demo's estate: what each profile finds in which region."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session

from hsmtui.aws.backups import fetch_backups
from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.place import Terms
from hsmtui.demo import control_plane
from hsmtui.demo.control_plane import ControlPlane
from hsmtui.demo.estate import (
    BILLING,
    CUSTODY,
    NOT_ENABLED,
    PAYMENTS,
    PKI,
    PLANS,
    SANDBOX,
    SIZES,
    SLOW,
    USUAL_REGIONS,
    WELL_FILLED,
)
from hsmtui.demo.server import DemoServer
from hsmtui.model.findings.evaluate import find
from hsmtui.model.findings.finding import Findings, Judged, Known
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.severity import Severity
from tests.late import LATE
from tests.scripted import StandingClock

REGIONS = tuple(get_session().get_available_regions("cloudhsmv2"))
KEYS = {
    "demo": "AKIADEMO111111111111",
    "demo-staging": "AKIADEMO222222222222",
    "demo-payments": f"AKIADEMO{PAYMENTS}",
    "demo-sandbox": f"AKIADEMO{SANDBOX}",
    "demo-auditor": "AKIADEMOAUDITOR111111111111",
    "demo-denied": f"AKIADEMOBILLING{BILLING}",
}
"""The profiles of the commercial partition that need no sign-in, and their access keys."""

ANOTHER = "600000000007"
"""An account that is not listed."""

(SLOW_PLACE,) = SLOW
(CLOSED,) = NOT_ENABLED


class Told(NamedTuple):
    """The status of an answer of HTTP and the JSON in it."""

    status: int
    body: dict[str, Any]

    @property
    def ids(self) -> set[str]:
        return {cluster["ClusterId"] for cluster in self.body["Clusters"]}


Ask = Callable[..., Told]


@pytest.fixture
def ask(server: DemoServer) -> Iterator[Ask]:
    """Asks on a connection of its own for each thread, signed with a key for a region."""
    with ExitStack() as stack:
        own = threading.local()

        def ask(key: str, region: str, operation: str = "DescribeClusters") -> Told:
            if not hasattr(own, "http"):
                own.http = HTTPConnection(urlsplit(server.url).netloc, timeout=30)
                stack.callback(own.http.close)
            scope = f"Credential={key}/20260301/{region}/cloudhsm/aws4_request"
            headers = {
                "Authorization": f"AWS4-HMAC-SHA256 {scope}, Signature=0",
                "X-Amz-Target": f"BaldrApiService.{operation}",
            }
            own.http.request("POST", "/", b"{}", headers)
            answer = own.http.getresponse()
            return Told(answer.status, json.loads(answer.read()))

        yield ask


def until(condition: Callable[[], object]) -> None:
    """Wait for it, ten seconds at most."""
    end = time.monotonic() + 10
    time.sleep(LATE)
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def client(server: DemoServer, service: str, key: str, region: str) -> Any:
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=server.url,
        aws_access_key_id=key,
        aws_secret_access_key="demo",
    )


def test_the_profiles_have_these_keys(server, aws_files):
    aws_files(server.url)
    sessions = {name: boto3.Session(profile_name=name) for name in KEYS}
    assert {name: s.get_credentials().access_key for name, s in sessions.items()} == KEYS


def test_every_profile_in_every_region(plane, ask):
    """What `-p '*' -r '*'` meets where nobody signs in."""
    plane.slowness.clear()
    told = {(name, region): ask(KEYS[name], region) for name in KEYS for region in REGIONS}
    refused = {where: each for where, each in told.items() if each.status != 200}
    codes = {where: each.body["__type"] for where, each in refused.items()}
    assert codes == {
        **{("demo-denied", region): "AccessDeniedException" for region in REGIONS},
        ("demo-payments", CLOSED[1]): "UnrecognizedClientException",
    }
    filled = {where: len(each.ids) for where, each in told.items() if each.status == 200}
    filled = {where: number for where, number in filled.items() if number}
    assert {region for _, region in filled} == set(USUAL_REGIONS)
    assert {name for name, _ in filled} == set(KEYS) - {"demo-denied", "demo-sandbox"}
    payments = {region: number for (name, region), number in filled.items() if "pay" in name}
    assert payments == {"us-east-1": 4, "us-west-2": 3, "eu-west-1": 2, "ap-southeast-1": 2}
    for region in USUAL_REGIONS:
        assert told["demo", region].ids == told["demo-auditor", region].ids


def test_no_id_is_met_twice(plane):
    places = [*SIZES, *PLANS, *((ANOTHER, region) for region in USUAL_REGIONS)]
    clusters = [cluster for place in places for cluster in plane.clusters(*place)]
    ids = [cluster.cluster_id for cluster in clusters]
    ids += [hsm.hsm_id for cluster in clusters for hsm in cluster.hsms]
    ids += [hsm.eni_id for cluster in clusters for hsm in cluster.hsms if hsm.eni_id]
    assert len(ids) == len(set(ids))


class TestDenied:
    def test_it_is_told_by_which_policy(self, server):
        denied = client(server, "cloudhsmv2", KEYS["demo-denied"], "eu-west-1")
        with pytest.raises(ClientError) as caught:
            denied.describe_clusters()
        error = caught.value.response["Error"]
        assert error["Code"] == "AccessDeniedException"
        assert error["Message"] == (
            f"User: arn:aws:sts::{BILLING}:assumed-role/Billing/demo is not authorized to "
            "perform: cloudhsm:DescribeClusters because no identity-based policy allows the "
            "cloudhsm:DescribeClusters action"
        )

    def test_sts_names_the_caller(self, server):
        sts = client(server, "sts", KEYS["demo-denied"], "us-east-1")
        assert sts.get_caller_identity()["Account"] == BILLING


class TestNotEnabled:
    @pytest.mark.parametrize(
        ("service", "operation", "told"),
        [
            ("cloudhsmv2", "describe_clusters", ("UnrecognizedClientException", 400)),
            ("kms", "describe_custom_key_stores", ("UnrecognizedClientException", 400)),
            ("sts", "get_caller_identity", ("InvalidClientTokenId", 403)),
        ],
    )
    def test_no_service_knows_the_key_there(self, server, service, operation, told):
        with pytest.raises(ClientError) as caught:
            getattr(client(server, service, KEYS["demo-payments"], CLOSED[1]), operation)()
        answer = caught.value.response
        code, status = answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]
        assert (code, status) == told
        words = "The security token included in the request is invalid."
        assert answer["Error"]["Message"] == words

    def test_elsewhere_sts_does(self, server):
        sts = client(server, "sts", KEYS["demo-payments"], "us-east-1")
        assert sts.get_caller_identity()["Account"] == PAYMENTS

    def test_another_account_may_have_enabled_it(self, ask):
        assert ask(KEYS["demo"], CLOSED[1]).ids == set()


class TestSlow:
    def test_it_takes_some_seconds_and_less_than_a_time_out(self):
        assert 6 <= SLOW[SLOW_PLACE] <= 8 < Terms(lambda *_: "").read_timeout

    def test_it_answers_late(self, plane, ask):
        plane.slowness[SLOW_PLACE] = 0.5
        began = time.monotonic()
        assert len(ask(KEYS["demo-payments"], SLOW_PLACE[1]).ids) == 2
        assert time.monotonic() - began >= 0.5

    def test_it_holds_up_nobody_and_a_server_that_stops_lets_go_of_it(self, plane, ask):
        plane.slowness[SLOW_PLACE] = 600.0
        with (
            DemoServer(plane) as server,
            socket.create_connection(("127.0.0.1", urlsplit(server.url).port), 10) as connection,
        ):
            scope = f"Credential={KEYS['demo-payments']}/20260301/{SLOW_PLACE[1]}/x/aws4_request"
            connection.sendall(
                f"POST / HTTP/1.1\r\nAuthorization: {scope}\r\nContent-Length: 0\r\n"
                "X-Amz-Target: BaldrApiService.DescribeClusters\r\n\r\n".encode()
            )
            until(lambda: plane.requests)
            for region in ("us-east-1", "us-west-2"):
                assert ask(KEYS["demo-payments"], region).ids
            assert plane.requests[0].status is None
            server.stop()
            assert plane.requests[0].status == 0


class TestAnyAccount:
    """One that is not listed, as a config of the user's own names it."""

    def test_it_has_a_few_clusters_in_some_regions(self, ask):
        sizes = {region: len(ask(f"AKIADEMO{ANOTHER}", region).ids) for region in REGIONS}
        assert sorted(sizes[region] for region in USUAL_REGIONS) == [0, 1, 2, 3, 4]
        assert sum(sizes.values()) == 10

    def test_not_all_accounts_are_alike(self, ask):
        accounts = [f"{number:012}" for number in range(700000000001, 700000000009)]
        sizes = {tuple(len(ask(f"AKIADEMO{a}", r).ids) for r in USUAL_REGIONS) for a in accounts}
        assert len(sizes) > 4

    @pytest.mark.parametrize("seed", range(5))
    def test_one_of_its_clusters_can_be_deleted(self, seed):
        plane = ControlPlane(seed=seed)
        found = [
            cluster
            for region in USUAL_REGIONS
            for cluster in plane.clusters(ANOTHER, region)
            if cluster.state == "ACTIVE" and not cluster.hsms
        ]
        assert "migration-parked" in {cluster.name for cluster in found}

    def test_a_deletion_reaches_one_place_only(self, plane, server):
        region = next(r for r in USUAL_REGIONS if len(plane.clusters(ANOTHER, r)) == 4)
        others = [(ANOTHER, r) for r in USUAL_REGIONS if r != region] + [(PAYMENTS, region)]
        states = [[c.state for c in plane.clusters(*place)] for place in others]
        parked = next(c for c in plane.clusters(ANOTHER, region) if c.name == "migration-parked")
        hsm = client(server, "cloudhsmv2", f"AKIADEMO{ANOTHER}", region)
        hsm.delete_cluster(ClusterId=parked.cluster_id)
        (sent,) = plane.requests
        assert (sent.account, sent.region, sent.operation) == (ANOTHER, region, "DeleteCluster")
        assert parked.state == "DELETE_IN_PROGRESS"
        assert [[c.state for c in plane.clusters(*place)] for place in others] == states


class TestFindings:
    """Judged as the tool does, with backups and certificates."""

    @pytest.fixture
    def plane(self, clock: StandingClock) -> ControlPlane:
        plane = ControlPlane(clock=clock)
        plane.slowness.clear()
        return plane

    @pytest.fixture
    def judged(self, server, aws_files, open_place, clock) -> Callable[[str, str], list[Judged]]:
        accounts = {account for account, _ in (*SIZES, *PLANS)}
        aws_files(
            server.url,
            "".join(
                f"[profile at-{account}]\nendpoint_url = {server.url}\n"
                f"aws_access_key_id = AKIADEMO{account}\naws_secret_access_key = demo\n"
                for account in accounts
            ),
        )

        def judge(account: str, region: str) -> list[Judged]:
            connection = open_place(f"at-{account}", region)
            backups: dict[str, tuple[Any, ...]] = {}
            for backup in everything(connection, fetch_backups):
                backups[backup.cluster_id] = (*backups.get(backup.cluster_id, ()), backup)
            return [
                Judged(cluster, found_of(cluster, backups.get(cluster.cluster_id, ())))
                for cluster in everything(connection, fetch_page)
            ]

        def found_of(cluster: Any, backups: tuple[Any, ...]) -> Findings:
            return find(cluster, clock.now(), Rules(), Known(None, backups, certificates=True))

        return judge

    def test_every_account_has_some_and_one_has_the_worst_cluster_of_all(self, judged):
        places = {place: judged(*place) for place in (*SIZES, *PLANS)}
        bad = {
            account
            for (account, _), rows in places.items()
            for row in rows
            if (row.findings.worst or 0) >= Severity.MEDIUM
        }
        assert bad == {account for account, _ in places}
        ranks = sorted(
            (
                (row.findings.worst or 0, row.findings.count_of_worst, len(row.findings.findings)),
                row.cluster.name,
                place,
            )
            for place, rows in places.items()
            for row in rows
            if row.cluster.name
        )
        rank, name, place = ranks[-1]
        assert (name, place) == ("payments-signing-dr", (PAYMENTS, "us-west-2"))
        assert rank[0] == Severity.CRITICAL
        assert rank[:2] > ranks[-2][0][:2]
        assert place != WELL_FILLED

    def test_a_place_has_at_most_what_the_quota_allows(self):
        assert {len(plans) for plans in PLANS.values()} == {1, 2, 3, 4}
        assert {account for account, _ in PLANS} == {PAYMENTS, PKI, CUSTODY}


def everything(connection: Connection, fetch: Callable[..., Any]) -> Iterator[Any]:
    position: Position | None = Position({})
    while position is not None:
        page = fetch(connection, position)
        yield from page.entries
        position = page.next


def test_the_log_has_a_line_for_every_request(tmp_path: Path) -> None:
    log = tmp_path / "log"
    plane = ControlPlane(log=log)
    plane.slowness[SLOW_PLACE] = 0.05
    asked = {
        (ANOTHER, "eu-west-1"): (f"AKIADEMO{ANOTHER}", 200),
        SLOW_PLACE: (KEYS["demo-payments"], 200),
        CLOSED: (KEYS["demo-payments"], 400),
        (BILLING, "us-east-1"): (KEYS["demo-denied"], 400),
    }
    with DemoServer(plane) as server:
        for (_, region), (key, status) in asked.items():
            hsm = client(server, "cloudhsmv2", key, region)
            try:
                hsm.describe_clusters(MaxResults=7)
            except ClientError:
                assert status == 400
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [
        (line["account"], line["region"], line["operation"], line["parameters"], line["status"])
        for line in lines
    ] == [
        (account, region, "DescribeClusters", {"MaxResults": 7}, status)
        for (account, region), (_, status) in asked.items()
    ]
    assert all(line["time"].endswith("+00:00") for line in lines)
    plane.close()


def test_who_is_denied_is_told_so_by_the_tool(connect):
    with pytest.raises(HsmtuiError, match="Not allowed"):
        fetch_page(connect("demo-denied"), Position({}))


class TestManyAtOnce:
    @pytest.fixture
    def read(self, monkeypatch) -> list[str]:
        """The services whose models were read, in the order of reading."""
        read: list[str] = []
        another = threading.Event()

        class Counted(control_plane.ServiceModel):
            def __init__(self, name: str, invalid: str) -> None:
                if read:
                    another.set()
                read.append(name)
                another.wait(0.2)  # for one that reads at the same time, if that can be
                super().__init__(name, invalid)

        monkeypatch.setattr(control_plane, "ServiceModel", Counted)
        return read

    def test_a_server_that_is_prepared_reads_nothing_when_it_is_asked(self, plane, ask, read):
        plane.prepare()
        assert read == ["cloudhsmv2", "kms"]
        assert ask(KEYS["demo"], "us-east-1").ids
        assert len(read) == 2

    def test_the_model_of_a_service_is_read_once(self, ask, read):
        begin = threading.Barrier(16)

        def first() -> None:
            begin.wait()
            ask(KEYS["demo"], "us-east-2")

        threads = [threading.Thread(target=first) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert read == ["cloudhsmv2"]

    def test_hundreds_of_connections_may_wait(self, plane):
        """One that finds no room is tried again by the system, a second later."""
        server = DemoServer(plane)
        address = ("127.0.0.1", urlsplit(server.url).port)
        with ExitStack() as stack:
            for _ in range(300):
                stack.enter_context(socket.create_connection(address, 0.9))
            server.start()
            server.stop()
