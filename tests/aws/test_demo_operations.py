"""What the operations of the demo do to clusters and backups, and what CloudWatch and CloudTrail
tell of it, as the aws command sees them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hsmtui.demo.cloudtrail import MOST_A_SECOND
from hsmtui.demo.cloudwatch import SERIES
from hsmtui.demo.errors import ServiceError
from hsmtui.demo.identity import Caller
from hsmtui.demo.place import (
    ACTIVATE_SECONDS,
    BACKUP_SECONDS,
    CREATE_SECONDS,
    INITIALIZE_SECONDS,
    MIGRATE_SECONDS,
)
from hsmtui.demo.records import Cluster
from hsmtui.demo.server import DemoServer
from hsmtui.demo.services import SERVICES
from tests.scripted import ScriptedPlane, StandingClock

ACCOUNT, REGION = "111111111111", "us-east-1"
HERE = (ACCOUNT, REGION)

RUNS_COMMANDS = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from awscli.clidriver import create_clidriver
driver = create_clidriver()
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = driver.main(json.loads(line))
        except SystemExit as end:
            status = end.code
    print(json.dumps([status, out.getvalue(), err.getvalue()]), flush=True)
"""
"""The aws command, started once for many command lines."""


class Aws:
    """Runs aws commands against a demo server and at nothing else."""

    def __init__(self, url: str, home: Path, plane: ScriptedPlane) -> None:
        self.plane = plane
        self._url = url
        self._process = subprocess.Popen(
            [sys.executable, "-c", RUNS_COMMANDS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                "HOME": str(home),
                "AWS_ACCESS_KEY_ID": f"AKIADEMO{ACCOUNT}",
                "AWS_SECRET_ACCESS_KEY": "not a secret",
                "AWS_DEFAULT_REGION": REGION,
                "AWS_DEFAULT_OUTPUT": "json",
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_MAX_ATTEMPTS": "1",
                "NO_PROXY": "127.0.0.1",
            },
        )

    def run(self, service: str, operation: str, *arguments: str) -> tuple[int, str, str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        region = () if "--region" in arguments else ("--region", REGION)  # else that of before
        line = ["--endpoint-url", self._url, service, operation, *region, *arguments]
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        status, out, err = json.loads(self._process.stdout.readline())
        return status, out, err

    def __call__(self, operation: str, *arguments: str, service: str = "cloudhsmv2") -> Any:
        status, out, err = self.run(service, operation, *arguments)
        assert (status, err) == (0, "")
        return json.loads(out) if out else {}

    def refuses(self, operation: str, *arguments: str) -> str:
        status, _, err = self.run("cloudhsmv2", operation, *arguments)
        assert status in {254, 255}
        assert "(CloudHsm" in err, err
        return err

    def cluster(self, cluster_id: str) -> Any:
        (cluster,) = self("describe-clusters", "--filters", f"clusterIds={cluster_id}")["Clusters"]
        return cluster

    def close(self) -> None:
        assert self._process.stdin is not None
        with self._process:
            self._process.stdin.close()
            assert self._process.wait(timeout=30) == 0


@pytest.fixture(scope="module")
def clock() -> StandingClock:
    """Of today: openssl signs as of now."""
    return StandingClock(datetime.now(UTC))


@pytest.fixture(scope="module")
def aws(clock: StandingClock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    plane = ScriptedPlane(clock=clock, clusters=60)
    with DemoServer(plane) as server:
        command = Aws(server.url, tmp_path_factory.mktemp("home"), plane)
        yield command
        command.close()


@pytest.fixture
def plane(aws: Aws) -> ScriptedPlane:
    return aws.plane


def named(plane: ScriptedPlane, name: str) -> Cluster:
    return next(each for each in plane.clusters(*HERE) if each.name == name)


def ready_backups(aws: Aws, cluster_id: str) -> list[Any]:
    filters = f"clusterIds={cluster_id},states=READY"
    backups: list[Any] = aws("describe-backups", "--filters", filters)["Backups"]
    return backups


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def signed_by_openssl(csr: str, folder: Path, days: int = 3650) -> tuple[Path, Path]:
    """The certificate for a CSR, and the root that signs it, as the user guide makes them."""
    root, root_key = folder / "customerCA.crt", folder / "customerCA.key"
    request, certificate = folder / "cluster.csr", folder / "cluster.crt"
    request.write_text(csr)
    openssl(
        *("req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3652"),
        *("-subj", "/CN=Test root", "-keyout", str(root_key), "-out", str(root)),
    )
    openssl(
        *("x509", "-req", "-days", str(days), "-in", str(request), "-CA", str(root)),
        *("-CAkey", str(root_key), "-CAcreateserial", "-out", str(certificate)),
    )
    return certificate, root


def test_an_uninitialized_cluster_becomes_active(
    aws: Aws, plane: ScriptedPlane, clock: StandingClock, tmp_path: Path
) -> None:
    subnets = list((named(plane, "payments-prod-01").subnet_mapping or {}).values())
    made = aws(
        *("create-cluster", "--hsm-type", "hsm2m.medium", "--mode", "FIPS"),
        *("--subnet-ids", *subnets, "--tag-list", "Key=Name,Value=new-pki"),
    )["Cluster"]
    assert (made["State"], made["Certificates"]) == ("CREATE_IN_PROGRESS", {})
    assert sorted(made["SubnetMapping"].values()) == sorted(subnets)
    cluster_id, zone = made["ClusterId"], next(iter(made["SubnetMapping"]))
    clock.advance(CREATE_SECONDS)
    assert aws.cluster(cluster_id)["State"] == "UNINITIALIZED"
    assert "no HSM" in aws.refuses(
        *("initialize-cluster", "--cluster-id", cluster_id),
        *("--signed-cert", "x", "--trust-anchor", "x"),
    )

    aws("create-hsm", "--cluster-id", cluster_id, "--availability-zone", zone)
    clock.advance(CREATE_SECONDS)
    csr = aws.cluster(cluster_id)["Certificates"]["ClusterCsr"]
    certificate, root = signed_by_openssl(csr, tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    for signed, anchor, why in (
        (root, root, "not for the public key"),
        (certificate, certificate, "not self-signed"),
        (certificate, signed_by_openssl(csr, other)[1], "not signed by"),
    ):
        assert why in aws.refuses(
            *("initialize-cluster", "--cluster-id", cluster_id),
            *("--signed-cert", f"file://{signed}"),
            *("--trust-anchor", f"file://{anchor}"),
        )
    answer = aws(
        *("initialize-cluster", "--cluster-id", cluster_id),
        *("--signed-cert", f"file://{certificate}", "--trust-anchor", f"file://{root}"),
    )
    assert answer["State"] == "INITIALIZE_IN_PROGRESS"
    clock.advance(INITIALIZE_SECONDS)
    claimed = aws.cluster(cluster_id)
    assert claimed["State"] == "INITIALIZED"
    assert claimed["Certificates"] == {"ClusterCertificate": certificate.read_text()}
    assert "PreCoPassword" in claimed
    clock.advance(ACTIVATE_SECONDS)
    active = aws.cluster(cluster_id)
    assert (active["State"], "PreCoPassword" in active) == ("ACTIVE", False)
    assert [hsm["State"] for hsm in active["Hsms"]] == ["ACTIVE"]


def test_a_degraded_hsm_is_replaced(aws: Aws, plane: ScriptedPlane, clock: StandingClock) -> None:
    cluster = named(plane, "card-issuing-prod-02")
    (bad,) = (hsm for hsm in cluster.hsms if hsm.state == "DEGRADED")
    new = aws(
        *("create-hsm", "--cluster-id", cluster.cluster_id),
        *("--availability-zone", bad.availability_zone or ""),
    )["Hsm"]
    clock.advance(CREATE_SECONDS)
    aws("delete-hsm", "--cluster-id", cluster.cluster_id, "--hsm-id", bad.hsm_id)
    clock.advance(CREATE_SECONDS)
    after = aws.cluster(cluster.cluster_id)
    assert after["State"] == "ACTIVE"
    assert bad.hsm_id not in {hsm["HsmId"] for hsm in after["Hsms"]}
    assert new["HsmId"] in {hsm["HsmId"] for hsm in after["Hsms"] if hsm["State"] == "ACTIVE"}


@pytest.mark.parametrize(
    ("name", "state", "states_of_backups"),
    [
        ("payments-prod-01", "ACTIVE", ["CREATE_IN_PROGRESS", "READY"]),
        ("payments-prod-01", "DEGRADED", []),
        ("key-escrow-parked", "ACTIVE", []),
    ],
    ids=["active", "degraded", "without an HSM"],
)
def test_an_active_cluster_is_backed_up_for_a_new_hsm(
    aws: Aws,
    plane: ScriptedPlane,
    clock: StandingClock,
    name: str,
    state: str,
    states_of_backups: list[str],
) -> None:
    cluster = named(plane, name)
    cluster.state, state_before = state, cluster.state
    of_cluster = ("describe-backups", "--filters", f"clusterIds={cluster.cluster_id}")
    known = {each["BackupId"] for each in aws(*of_cluster)["Backups"]}
    hsm = aws(
        *("create-hsm", "--cluster-id", cluster.cluster_id),
        *("--availability-zone", next(iter(cluster.subnet_mapping or {}))),
    )["Hsm"]
    seen = []
    for seconds in (0, BACKUP_SECONDS):
        clock.advance(seconds)
        listed = aws(*of_cluster)["Backups"]
        made = [each for each in listed if each["BackupId"] not in known]
        assert made == listed[: len(made)]
        assert {each["HsmType"] for each in made} <= {cluster.hsm_type}
        seen += [each["BackupState"] for each in made]
    assert seen == states_of_backups
    aws("delete-hsm", "--cluster-id", cluster.cluster_id, "--hsm-id", hsm["HsmId"])
    clock.advance(CREATE_SECONDS)
    cluster.state = state_before


def test_a_cluster_is_modified(aws: Aws, plane: ScriptedPlane, clock: StandingClock) -> None:
    cluster_id = named(plane, "payments-prod-01").cluster_id
    change = ("modify-cluster", "--cluster-id", cluster_id)
    assert "Give HsmType" in aws.refuses(*change)
    for days in ("6", "380"):
        policy = f"Type=DAYS,Value={days}"
        assert "7 to 379" in aws.refuses(*change, "--backup-retention-policy", policy)
    policy = "Type=DAYS,Value=31"
    answer = aws(*change, "--backup-retention-policy", policy)["Cluster"]
    assert answer["BackupRetentionPolicy"] == {"Type": "DAYS", "Value": "31"}

    old = next(
        each
        for each in plane.clusters(*HERE)
        if (each.hsm_type, each.state) == ("hsm1.medium", "ACTIVE")
        and each.hsms
        and all(hsm.state == "ACTIVE" for hsm in each.hsms)
    )
    change = ("modify-cluster", "--cluster-id", old.cluster_id, "--hsm-type")
    assert "cannot be changed" in aws.refuses(*change, "hsm1.medium")
    number, interfaces = len(old.hsms), {hsm.eni_id for hsm in old.hsms}
    assert aws(*change, "hsm2m.medium")["Cluster"]["State"] == "MODIFY_IN_PROGRESS"
    clock.advance(number * MIGRATE_SECONDS)
    moved = aws.cluster(old.cluster_id)
    assert (moved["State"], moved["HsmType"]) == ("ACTIVE", "hsm2m.medium")
    assert {hsm["HsmType"] for hsm in moved["Hsms"]} == {"hsm2m.medium"}
    assert {hsm["EniId"] for hsm in moved["Hsms"]} == interfaces
    assert aws(*change, "hsm1.medium")["Cluster"]["State"] == "ROLLBACK_IN_PROGRESS"
    clock.advance(number * MIGRATE_SECONDS)
    back = aws.cluster(old.cluster_id)
    assert (back["State"], back["HsmType"]) == ("ACTIVE", "hsm1.medium")
    assert "HsmTypeRollbackExpiration" not in back

    aws(*change, "hsm2m.medium")
    clock.advance((number - 0.5) * MIGRATE_SECONDS)
    assert aws.cluster(old.cluster_id)["State"] == "MODIFY_IN_PROGRESS"
    assert aws(*change, "hsm1.medium")["Cluster"]["State"] == "ROLLBACK_IN_PROGRESS"
    clock.advance(2 * number * MIGRATE_SECONDS)
    back = aws.cluster(old.cluster_id)
    assert (back["State"], back["HsmType"]) == ("ACTIVE", "hsm1.medium")
    assert {hsm["HsmType"] for hsm in back["Hsms"]} == {"hsm1.medium"}


def test_a_backup_is_kept_deleted_and_taken_back(aws: Aws, plane: ScriptedPlane) -> None:
    cluster = named(plane, "tls-offload-prod")
    backup_id = ready_backups(aws, cluster.cluster_id)[-1]["BackupId"]
    of_it = ("--backup-id", backup_id)
    kept = aws("modify-backup-attributes", *of_it, "--never-expires")["Backup"]
    assert kept["NeverExpires"] is True
    doomed = aws("delete-backup", *of_it)["Backup"]
    assert doomed["BackupState"] == "PENDING_DELETION"
    left = doomed["DeleteTimestamp"] - plane.clock.now().timestamp()
    assert left == pytest.approx(7 * 86_400, abs=1)
    for operation in ("delete-backup", "modify-backup-attributes"):
        more = ("--no-never-expires",) if operation.startswith("modify") else ()
        assert "PENDING_DELETION" in aws.refuses(operation, *of_it, *more)
    assert aws("restore-backup", *of_it)["Backup"]["BackupState"] == "READY"
    assert (
        aws("modify-backup-attributes", *of_it, "--no-never-expires")["Backup"]["BackupState"]
        == "READY"
    )


def test_a_backup_is_copied_and_a_cluster_made_from_the_copy(
    aws: Aws, plane: ScriptedPlane, clock: StandingClock
) -> None:
    cluster = named(plane, "payments-prod-01")
    source = ready_backups(aws, cluster.cluster_id)[0]["BackupId"]
    copy = ("copy-backup-to-region", "--backup-id", source, "--destination-region")
    assert "another region" in aws.refuses(*copy, REGION)
    told = aws(*copy, "eu-central-1")["DestinationBackup"]
    assert (told["SourceRegion"], told["SourceBackup"]) == (REGION, source)
    there = ("--region", "eu-central-1")
    listed = ("describe-backups", "--filters", f"sourceBackupIds={source}", *there)
    (coming,) = aws(*listed)["Backups"]
    assert coming["BackupState"] == "CREATE_IN_PROGRESS"
    clock.advance(BACKUP_SECONDS)
    (arrived,) = aws(*listed)["Backups"]
    assert (arrived["BackupState"], arrived["ClusterId"]) == ("READY", cluster.cluster_id)
    assert arrived["BackupId"] != source
    subnet = next(
        subnet
        for each in plane.clusters(ACCOUNT, "eu-central-1")
        for subnet in (each.subnet_mapping or {}).values()
    )
    make = ("create-cluster", "--subnet-ids", subnet, *there, "--source-backup-id")
    assert "HsmType" in aws.refuses(*make, arrived["BackupArn"], "--hsm-type", "hsm1.medium")
    made = aws(*make, arrived["BackupArn"], "--hsm-type", "hsm2m.medium")["Cluster"]
    assert made["SourceBackupId"] == arrived["BackupId"]
    clock.advance(CREATE_SECONDS)
    (restored,) = (
        each
        for each in plane.clusters(ACCOUNT, "eu-central-1")
        if each.cluster_id == made["ClusterId"]
    )
    plane.place(ACCOUNT, "eu-central-1")
    assert restored.state == "ACTIVE"
    certificates = aws.cluster(cluster.cluster_id)["Certificates"]
    assert certificates == made["Certificates"]  # it comes with the backup
    assert list(certificates) == ["ClusterCertificate"]


@pytest.mark.parametrize(
    ("subnets", "why"),
    [
        (["subnet-00000000000000000"], "does not exist"),
        (["first", "first of another VPC"], "same VPC"),
        (["first", "first"], "one subnet per Availability Zone"),
        (["subnet-xyz"], "regular expression pattern"),
        ([f"subnet-0000000{n:x}" for n in range(11)], "less than or equal to 10"),
    ],
)
def test_a_cluster_needs_subnets_that_are_there(
    aws: Aws, plane: ScriptedPlane, subnets: list[str], why: str
) -> None:
    first = named(plane, "payments-prod-01")
    other = next(each for each in plane.clusters(*HERE) if each.vpc_id != first.vpc_id)
    known = {
        "first": next(iter((first.subnet_mapping or {}).values())),
        "first of another VPC": next(iter((other.subnet_mapping or {}).values())),
    }
    ids = [known.get(each, each) for each in subnets]
    create = ("create-cluster", "--hsm-type", "hsm2m.medium", "--subnet-ids", *ids)
    assert why in aws.refuses(*create)


def test_a_resource_policy_shares_a_backup(aws: Aws, plane: ScriptedPlane) -> None:
    cluster = named(plane, "billing-archive")
    backup = ready_backups(aws, cluster.cluster_id)[0]
    of_it = ("--resource-arn", backup["BackupArn"])
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]})
    assert "could not be found" in aws.refuses("get-resource-policy", *of_it)
    assert "must be JSON" in aws.refuses("put-resource-policy", *of_it, "--policy", "no")
    assert aws("put-resource-policy", *of_it, "--policy", policy)["Policy"] == policy
    assert aws("get-resource-policy", *of_it) == {"Policy": policy}
    assert aws("delete-resource-policy", *of_it)["Policy"] == policy
    assert "could not be found" in aws.refuses("delete-resource-policy", *of_it)


def test_tags_and_what_is_deleted(aws: Aws, plane: ScriptedPlane) -> None:
    cluster_id = named(plane, "legacy-tde").cluster_id
    of_it = ("--resource-id", cluster_id)
    aws("tag-resource", *of_it, "--tag-list", "Key=Ticket,Value=42")
    tags = aws("list-tags", *of_it)["TagList"]
    assert {"Key": "Ticket", "Value": "42"} in tags
    aws("untag-resource", *of_it, "--tag-key-list", "Ticket")
    assert aws("list-tags", *of_it)["TagList"] == [tag for tag in tags if tag["Key"] != "Ticket"]
    deleted = aws("delete-cluster", "--cluster-id", cluster_id)["Cluster"]
    assert deleted["State"] == "DELETE_IN_PROGRESS"


def metrics(aws: Aws, cluster: Cluster, names: list[str], hours: int = 3) -> dict[str, Any]:
    """The values of metrics of each HSM of a cluster, by HSM and metric."""
    end = aws.plane.clock.now()
    wanted = [(hsm.hsm_id, name) for hsm in cluster.hsms for name in names]
    queries = [
        {
            "Id": f"m{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/CloudHSM",
                    "MetricName": name,
                    "Dimensions": [
                        {"Name": "ClusterId", "Value": cluster.cluster_id},
                        {"Name": "HsmId", "Value": hsm_id},
                    ],
                },
                "Period": 300,
                "Stat": "Maximum",
            },
        }
        for number, (hsm_id, name) in enumerate(wanted)
    ]
    answer = aws(
        *("get-metric-data", "--metric-data-queries", json.dumps(queries)),
        *("--start-time", (end - timedelta(hours=hours)).isoformat()),
        *("--end-time", end.isoformat(), "--scan-by", "TimestampAscending"),
        service="cloudwatch",
    )
    by_id = {result["Id"]: result for result in answer["MetricDataResults"]}
    return {pair: by_id[f"m{number}"] for number, pair in enumerate(wanted)}


def test_cloudwatch_tells_how_the_hsms_are(aws: Aws, plane: ScriptedPlane) -> None:
    old = named(plane, "root-ca-ceremony")
    values = metrics(aws, old, list(SERIES), hours=8)
    assert all(len(result["Values"]) == 96 for result in values.values())
    assert all(result["Timestamps"] == sorted(result["Timestamps"]) for result in values.values())
    for hsm in old.hsms:
        unhealthy = values[hsm.hsm_id, "HsmUnhealthy"]["Values"]
        assert (unhealthy[0], unhealthy[-1]) == (0, float(hsm.state == "DEGRADED"))
        octets = values[hsm.hsm_id, "InterfaceEth2OctetsInput"]["Values"]
        assert octets == sorted(octets)
    new = named(plane, "tls-offload-prod")
    values = metrics(aws, new, list(SERIES))
    given = {name for (_, name), result in values.items() if result["Values"]}
    assert given == {name for name, series in SERIES.items() if not series.is_of_hsm1}
    sessions = [
        v for (_, name), r in values.items() if name == "HsmSessionCount" for v in r["Values"]
    ]
    assert 1_800 < max(sessions) < 2_048


def events(aws: Aws, name: str, *more: str) -> list[Any]:
    aws.plane.place(*HERE).lookups.clear()  # the demo is as slow as CloudTrail
    attribute = f"AttributeKey=ResourceName,AttributeValue={name}"
    answer = aws("lookup-events", "--lookup-attributes", attribute, *more, service="cloudtrail")
    found: list[Any] = answer["Events"]
    return found


def test_cloudtrail_tells_who_changed_what(aws: Aws, plane: ScriptedPlane) -> None:
    cluster = named(plane, "dnssec-prod")
    aws("tag-resource", "--resource-id", cluster.cluster_id, "--tag-list", "Key=A,Value=1")
    aws.refuses("delete-cluster", "--cluster-id", cluster.cluster_id)
    found = events(aws, cluster.cluster_id)
    by_name = {event["EventName"]: json.loads(event["CloudTrailEvent"]) for event in found[:2]}
    refused, tagged = by_name["DeleteCluster"], by_name["TagResource"]
    assert refused["errorCode"] == "CloudHsmInvalidRequestException"
    assert "aws-cli" in refused["userAgent"]
    assert tagged["requestParameters"]["tagList"] == [{"key": "A", "value": "1"}]
    assert tagged["userIdentity"]["arn"].endswith("assumed-role/Triage/demo")
    times = [event["EventTime"] for event in found]
    assert times == sorted(times, reverse=True)


def test_cloudtrail_knows_a_history(aws: Aws, plane: ScriptedPlane) -> None:
    cluster = named(plane, "root-ca-ceremony")
    (bad,) = (hsm for hsm in cluster.hsms if hsm.state == "DEGRADED")
    made = events(aws, bad.hsm_id)
    assert [event["EventName"] for event in made] == ["CreateHsm"]
    assert {each["ResourceName"] for each in made[0]["Resources"]} == {
        bad.hsm_id,
        cluster.cluster_id,
    }
    plane.place(*HERE).lookups.clear()
    every = aws(*("lookup-events", "--page-size", "20", "--max-items", "30"), service="cloudtrail")[
        "Events"
    ]
    assert len({event["EventId"] for event in every}) == 30
    assert all("preCoPassword" not in event["CloudTrailEvent"] for event in every)


def test_cloudtrail_is_asked_twice_a_second_at_most(plane: ScriptedPlane) -> None:
    place, trail = plane.place(*HERE), SERVICES[3]
    place.lookups.clear()
    ask = partial(plane.operate, trail, "LookupEvents", {}, Caller(*HERE))
    for _ in range(MOST_A_SECOND):
        ask()
    with pytest.raises(ServiceError, match="ThrottlingException"):
        ask()


def test_each_operation_is_asked_here_by_the_command() -> None:
    source = Path(__file__).read_text()
    for name in SERVICES[0].operations:
        command = "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
        assert f'("{command}"' in source, command
