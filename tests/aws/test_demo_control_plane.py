"""The demo control plane as boto3 sees it."""

import json
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from hsmtui.demo import backups as demo_backups
from hsmtui.demo.errors import ServiceError
from hsmtui.demo.place import CREATE_SECONDS, DELETE_SECONDS, DELETED_SECONDS
from hsmtui.demo.records import Backup, Cluster, Hsm, Tag
from hsmtui.demo.server import DemoServer
from hsmtui.demo.services import SERVICES
from hsmtui.demo.validation import ServiceModel
from tests.scripted import Refuse, Reset, ScriptedPlane, StandingClock

ACCOUNT = "111111111111"
REGION = "us-east-1"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

Client = Any
Connect = Callable[..., Client]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NOON)


@pytest.fixture
def plane(clock: StandingClock) -> ScriptedPlane:
    return ScriptedPlane(clock=clock, clusters=60)


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Clients of a plane, each plane served once and stopped at the end."""
    with ExitStack() as stack:
        servers: dict[ScriptedPlane, DemoServer] = {}

        def client(
            plane: ScriptedPlane,
            service: str = "cloudhsmv2",
            *,
            account: str = ACCOUNT,
            region: str = REGION,
            role: str = "",
            **options: Any,
        ) -> Client:
            if plane not in servers:
                servers[plane] = stack.enter_context(DemoServer(plane))
            made = boto3.client(
                service,
                region_name=region,
                endpoint_url=servers[plane].url,
                aws_access_key_id=f"AKIADEMO{role}{account}",
                aws_secret_access_key="not a secret",
                config=Config(proxies={}, retries={"total_max_attempts": 1}, **options),
            )
            stack.callback(made.close)
            return made

        yield client


@pytest.fixture
def client(plane: ScriptedPlane, connect: Connect) -> Client:
    return connect(plane)


def listing(client: Client, **asked: Any) -> list[dict[str, Any]]:
    pages = client.get_paginator("describe_clusters").paginate(**asked)
    return [cluster for page in pages for cluster in page["Clusters"]]


def ids(clusters: list[dict[str, Any]]) -> list[str]:
    return [cluster["ClusterId"] for cluster in clusters]


def one(client: Client, cluster_id: str) -> dict[str, Any]:
    (found,) = client.describe_clusters(Filters={"clusterIds": [cluster_id]})["Clusters"]
    return dict(found)


def named(plane: ScriptedPlane, name: str) -> Cluster:
    (found,) = (cluster for cluster in plane.clusters(ACCOUNT, REGION) if cluster.name == name)
    return found


def refusal(call: Callable[..., Any], **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_four_hundred_clusters_have_four_hundred_ids(connect: Connect) -> None:
    clusters = listing(connect(ScriptedPlane(clusters=400)))
    assert len(set(ids(clusters))) == len(clusters) == 400
    hsms = [hsm["HsmId"] for cluster in clusters for hsm in cluster["Hsms"]]
    assert len(set(hsms)) == len(hsms)


@pytest.mark.parametrize("size", [0, 1, 25, 26])
def test_a_fleet_has_the_size_asked_for(connect: Connect, size: int) -> None:
    client = connect(ScriptedPlane(clusters=size))
    assert ("NextToken" in client.describe_clusters()) == (size > 25)
    assert len(listing(client)) == size


def test_a_seed_and_a_time_give_the_same_answers(connect: Connect) -> None:
    def rows(seed: int) -> list[dict[str, Any]]:
        return listing(connect(ScriptedPlane(seed=seed, clusters=40, clock=StandingClock(NOON))))

    assert rows(7) == rows(7)
    assert not set(ids(rows(7))) & set(ids(rows(8)))


def test_every_state_is_met_among_the_first_forty(client: Client) -> None:
    model = client.meta.service_model
    first = listing(client)[:40]
    assert {cluster["State"] for cluster in first} == set(model.shape_for("ClusterState").enum)
    hsms = [hsm for cluster in first for hsm in cluster["Hsms"]]
    assert {hsm["State"] for hsm in hsms} == set(model.shape_for("HsmState").enum)
    assert "HSM creation failed. Please delete this HSM and try again." in {
        hsm.get("StateMessage") for hsm in hsms
    }
    assert [cluster["State"] for cluster in first[:25]].count("ACTIVE") > 12


def test_every_value_fits_the_model_of_the_service(client: Client) -> None:
    bodies: list[bytes] = []
    client.meta.events.register(
        "before-parse.cloudhsm-v2.DescribeClusters",
        lambda response_dict, **_: bodies.append(response_dict["body"]),
    )
    listing(client)
    clusters = [cluster for body in bodies for cluster in json.loads(body)["Clusters"]]
    assert len(clusters) == 60
    for cluster in clusters:
        # Some tags are odd on purpose; for a VPC the model's pattern has room for one digit only.
        del cluster["TagList"], cluster["VpcId"]
        assert ServiceModel().violations(cluster, "Cluster") == []


def test_optional_members_are_left_out_as_the_service_does(client: Client) -> None:
    clusters = listing(client)
    by_state = {cluster["State"]: cluster for cluster in reversed(clusters)}
    assert "SecurityGroup" not in by_state["CREATE_IN_PROGRESS"]
    assert by_state["CREATE_IN_PROGRESS"]["Certificates"] == {}
    assert "PreCoPassword" in by_state["UNINITIALIZED"]
    assert "PreCoPassword" not in by_state["ACTIVE"]
    assert "HsmTypeRollbackExpiration" in by_state["MODIFY_IN_PROGRESS"]
    for hsm in (hsm for cluster in clusters for hsm in cluster["Hsms"]):
        assert ("EniIp" in hsm) == (hsm["State"] != "CREATE_IN_PROGRESS")
    dual = [cluster for cluster in clusters if cluster["NetworkType"] == "DUALSTACK"]
    assert {hsm["EniIpV6"][:5] for cluster in dual for hsm in cluster["Hsms"]} == {"2600:"}
    assert [] in [cluster["TagList"] for cluster in clusters]
    assert any("SourceBackupId" in cluster for cluster in clusters)


def test_account_and_region_come_from_the_signature(plane: ScriptedPlane, connect: Connect) -> None:
    def rows(account: str, region: str) -> set[str]:
        return set(ids(listing(connect(plane, account=account, region=region))))

    fleets = [
        rows(ACCOUNT, REGION),
        rows(ACCOUNT, "eu-west-1"),
        rows("222222222222", REGION),
        rows("444444444444", "us-gov-west-1"),
    ]
    assert all(fleets)
    assert len(set().union(*fleets)) == sum(map(len, fleets))
    assert rows("333333333333", REGION) == rows(ACCOUNT, "ap-south-1") == set()


@pytest.mark.parametrize(
    ("account", "region", "partition"),
    [(ACCOUNT, REGION, "aws"), ("444444444444", "us-gov-west-1", "aws-us-gov")],
)
def test_sts_names_the_caller(
    plane: ScriptedPlane, connect: Connect, account: str, region: str, partition: str
) -> None:
    identity = connect(plane, "sts", account=account, region=region).get_caller_identity()
    assert identity["Account"] == account
    assert identity["Arn"] == f"arn:{partition}:sts::{account}:assumed-role/Triage/demo"


def test_a_key_without_an_account_is_refused(plane: ScriptedPlane, connect: Connect) -> None:
    client = connect(plane, account="STRANGER")
    assert refusal(client.describe_clusters)[0] == "UnrecognizedClientException"
    sts = connect(plane, "sts", account="STRANGER")
    assert refusal(sts.get_caller_identity)[0] == "InvalidClientTokenId"
    assert [request.status for request in plane.requests] == [403, 403]


def test_an_unsigned_request_is_refused(plane: ScriptedPlane, connect: Connect) -> None:
    unsigned = connect(plane, signature_version=UNSIGNED)
    assert refusal(unsigned.describe_clusters)[0] == "MissingAuthenticationTokenException"


def test_filters_are_ored_inside_and_anded_between(client: Client) -> None:
    clusters = listing(client)
    states = ["DEGRADED", "UNINITIALIZED"]
    expected = [c["ClusterId"] for c in clusters if c["State"] in states]
    assert ids(listing(client, Filters={"states": states})) == expected
    vpc = next(c["VpcId"] for c in clusters if c["State"] == "DEGRADED")
    both = {"states": ["DEGRADED", "ACTIVE"], "vpcIds": [vpc]}
    assert ids(listing(client, Filters=both)) == [
        c["ClusterId"] for c in clusters if c["VpcId"] == vpc and c["State"] in both["states"]
    ]
    assert listing(client, Filters={"clusterIds": ["cluster-aaaaaaaaaaa"]}) == []


def test_inputs_are_checked_against_the_model(client: Client) -> None:
    code, message = refusal(client.delete_cluster, ClusterId="x")
    assert code == "CloudHsmInvalidRequestException"
    assert message == (
        "1 validation error detected: Value 'x' at 'clusterId' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: cluster-[2-7a-zA-Z]{11,16}"
    )
    assert "value less than or equal to 25" in refusal(client.describe_clusters, MaxResults=100)[1]
    assert "clusterIds, vpcIds, states" in refusal(client.describe_clusters, Filters={"x": []})[1]
    long = refusal(client.describe_clusters, NextToken="a" * 257)[1]
    assert "length less than or equal to 256" in long
    cluster_id = listing(client)[0]["ClusterId"]
    bad_tag = {"ResourceId": cluster_id, "TagList": [{"Key": "a*b", "Value": ""}]}
    assert "'tagList.1.member.key'" in refusal(client.tag_resource, **bad_tag)[1]
    # A pattern holds for the whole value, not for its beginning.
    assert refusal(client.delete_cluster, ClusterId=f"{cluster_id}-more")[0] == code


@pytest.mark.parametrize("value", [{"MaxResults": "25"}, {"MaxResults": True}, {"Filters": []}])
def test_wrong_types_do_not_pass(value: dict[str, Any]) -> None:
    with pytest.raises(ServiceError, match="must be of type"):
        ServiceModel().check("DescribeClusters", value)


def test_a_required_member_must_be_there() -> None:
    with pytest.raises(
        ServiceError, match="'clusterId' failed to satisfy constraint: Member must not be null"
    ):
        ServiceModel().check("DeleteCluster", {})


@pytest.mark.parametrize("token", ["nonsense", "é", "QUJDREVGR0hJSktMTU5PUFFSU1RVVg=="])
def test_a_token_that_was_never_given_is_refused(client: Client, token: str) -> None:
    code, message = refusal(client.describe_clusters, NextToken=token)
    assert code == "CloudHsmInvalidRequestException"
    assert "token" in message


def test_a_token_belongs_to_its_filters_and_place(
    plane: ScriptedPlane, client: Client, connect: Connect
) -> None:
    token = client.describe_clusters(MaxResults=2)["NextToken"]
    assert len(token) <= 256
    filtered = {"Filters": {"states": ["ACTIVE"]}, "NextToken": token}
    assert "token" in refusal(client.describe_clusters, **filtered)[1]
    elsewhere = connect(plane, region="us-west-2")
    assert "token" in refusal(elsewhere.describe_clusters, NextToken=token)[1]


def test_pages_lose_and_repeat_nothing_while_rows_vanish(
    plane: ScriptedPlane, client: Client
) -> None:
    before = ids(listing(client))
    token = client.describe_clusters(MaxResults=10)["NextToken"]
    records = plane.clusters(ACCOUNT, REGION)
    gone = {before[3], before[4], before[9], before[10]}
    records[:] = [record for record in records if record.cluster_id not in gone]
    second = client.describe_clusters(NextToken=token, MaxResults=25)
    assert ids(second["Clusters"]) == before[11:36]
    records.append(Cluster(cluster_id="cluster-newnewnew22", hsms=[], state="ACTIVE"))
    assert set(ids(listing(client))) == {*before, "cluster-newnewnew22"} - gone


def test_a_cluster_is_deleted_listed_as_deleted_and_gone(
    plane: ScriptedPlane, client: Client, clock: StandingClock
) -> None:
    target = named(plane, "legacy-tde").cluster_id
    backups = client.describe_backups(Filters={"clusterIds": [target]})["Backups"]
    answered = client.delete_cluster(ClusterId=target)["Cluster"]
    assert answered["State"] == "DELETE_IN_PROGRESS"
    assert answered["StateMessage"] == "The cluster is being deleted."
    assert refusal(client.delete_cluster, ClusterId=target)[0] == "CloudHsmInvalidRequestException"
    clock.advance(DELETE_SECONDS - 1)
    assert one(client, target)["State"] == "DELETE_IN_PROGRESS"
    clock.advance(1)
    assert one(client, target)["State"] == "DELETED"
    clock.advance(DELETED_SECONDS)
    assert listing(client, Filters={"clusterIds": [target]}) == []
    code, _ = refusal(client.delete_cluster, ClusterId=target)
    assert code == "CloudHsmResourceNotFoundException"
    assert backups
    assert client.describe_backups(Filters={"clusterIds": [target]})["Backups"] == backups


def test_a_cluster_with_hsms_is_not_deleted(plane: ScriptedPlane, client: Client) -> None:
    target = next(c for c in plane.clusters(ACCOUNT, REGION) if c.hsms and c.state == "ACTIVE")
    code, message = refusal(client.delete_cluster, ClusterId=target.cluster_id)
    assert code == "CloudHsmInvalidRequestException"
    assert target.cluster_id in message
    assert target.state == "ACTIVE"


def test_the_retiring_cluster_empties_while_one_watches(
    plane: ScriptedPlane, client: Client, clock: StandingClock
) -> None:
    target = named(plane, "hsm-retiring").cluster_id
    assert target in ids(client.describe_clusters()["Clusters"])
    assert {hsm["State"] for hsm in one(client, target)["Hsms"]} == {"DELETE_IN_PROGRESS"}
    left = []
    for _ in range(4):
        left.append(len(one(client, target)["Hsms"]))
        clock.advance(15)
    assert left == [2, 2, 1, 0]
    assert client.delete_cluster(ClusterId=target)["Cluster"]["Hsms"] == []


def test_an_hsm_is_created_and_deleted(
    plane: ScriptedPlane, client: Client, clock: StandingClock
) -> None:
    target = named(plane, "legacy-tde")
    zone, subnet = next(iter((target.subnet_mapping or {}).items()))
    asked = {"ClusterId": target.cluster_id, "AvailabilityZone": zone, "IpAddress": "10.0.15.200"}
    made = client.create_hsm(**asked)["Hsm"]
    assert (made["State"], made["SubnetId"]) == ("CREATE_IN_PROGRESS", subnet)
    assert "EniId" not in made
    clock.advance(CREATE_SECONDS)
    (hsm,) = one(client, target.cluster_id)["Hsms"]
    assert (hsm["State"], hsm["EniIp"]) == ("ACTIVE", "10.0.15.200")
    assert "in use" in refusal(client.create_hsm, **asked)[1]
    gone = client.delete_hsm(ClusterId=target.cluster_id, EniId=hsm["EniId"])
    assert gone["HsmId"] == made["HsmId"]
    (hsm,) = one(client, target.cluster_id)["Hsms"]
    assert hsm["State"] == "DELETE_IN_PROGRESS"
    clock.advance(DELETE_SECONDS)
    assert one(client, target.cluster_id)["Hsms"] == []


def test_hsm_operations_refuse_what_cannot_be(plane: ScriptedPlane, client: Client) -> None:
    unclaimed = named(plane, "firmware-signing-dev")
    cluster = {"ClusterId": unclaimed.cluster_id}
    zone = next(iter(unclaimed.subnet_mapping or {}))
    second = refusal(client.create_hsm, **cluster, AvailabilityZone=zone)
    assert "not yet been fully activated" in second[1]
    elsewhere = refusal(client.create_hsm, **cluster, AvailabilityZone="us-east-1f")
    assert "no subnet in us-east-1f" in elsewhere[1]
    for state in ("MODIFY_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"):
        unclaimed.state = state
        assert state in refusal(client.create_hsm, **cluster, AvailabilityZone=zone)[1]
    assert "Give one of" in refusal(client.delete_hsm, **cluster)[1]
    code, _ = refusal(client.delete_hsm, **cluster, HsmId="hsm-aaaaaaaaaaa")
    assert code == "CloudHsmResourceNotFoundException"


def test_tags_are_listed_added_replaced_and_removed(plane: ScriptedPlane, client: Client) -> None:
    target = named(plane, "legacy-tde").cluster_id
    new = [{"Key": "Name", "Value": "ganz neu"}, {"Key": "Größe", "Value": ""}]
    client.tag_resource(ResourceId=target, TagList=new)
    client.untag_resource(ResourceId=target, TagKeyList=["Owner", "Nothing"])
    pages = client.get_paginator("list_tags").paginate(
        ResourceId=target, PaginationConfig={"PageSize": 2}
    )
    tags = {tag["Key"]: tag["Value"] for page in pages for tag in page["TagList"]}
    assert (tags["Name"], tags["Größe"], "Owner" in tags) == ("ganz neu", "", False)
    assert {tag["Key"]: tag["Value"] for tag in one(client, target)["TagList"]} == tags


def test_tag_operations_refuse_what_cannot_be(plane: ScriptedPlane, client: Client) -> None:
    target = named(plane, "legacy-tde").cluster_id
    many = [{"Key": f"k{n}", "Value": "v"} for n in range(50)]
    code, _ = refusal(client.tag_resource, ResourceId=target, TagList=many)
    assert code == "CloudHsmResourceLimitExceededException"
    reserved = [{"Key": "aws:x", "Value": ""}]
    code, _ = refusal(client.tag_resource, ResourceId=target, TagList=reserved)
    assert code == "CloudHsmTagException"
    stacked = named(plane, "settlement-prod").cluster_id
    own = {"ResourceId": stacked, "TagKeyList": ["aws:cloudformation:stack-name"]}
    assert refusal(client.untag_resource, **own)[0] == "CloudHsmTagException"
    full = named(plane, "loyalty-cards-prod").cluster_id
    one_more = [{"Key": "one more", "Value": ""}]
    code, _ = refusal(client.tag_resource, ResourceId=full, TagList=one_more)
    assert code == "CloudHsmResourceLimitExceededException"
    for absent in ("cluster-aaaaaaaaaaa", "backup-aaaaaaaaaaa"):
        code, _ = refusal(client.list_tags, ResourceId=absent)
        assert code == "CloudHsmResourceNotFoundException"


def test_backups_are_paged_in_order_and_filtered(client: Client) -> None:
    pages = client.get_paginator("describe_backups").paginate(PaginationConfig={"PageSize": 30})
    backups = [backup for page in pages for backup in page["Backups"]]
    times = [backup["CreateTimestamp"] for backup in backups]
    assert times == sorted(times, reverse=True)
    assert len({backup["BackupId"] for backup in backups}) == len(backups) > 100
    oldest = client.describe_backups(SortAscending=True, MaxResults=1)["Backups"]
    assert oldest == backups[-1:]
    dying = [backup for backup in backups if backup["BackupState"] == "PENDING_DELETION"]
    assert dying
    states = {"states": ["PENDING_DELETION"]}
    assert client.describe_backups(Filters=states)["Backups"] == dying
    assert client.describe_backups(Shared=True)["Backups"] == []


def pending(client: Client, plane: ScriptedPlane) -> list[dict[str, Any]]:
    """The backups of legacy-tde that are due for deletion, the one that is gone first in front."""
    cluster_id = named(plane, "legacy-tde").cluster_id
    filters = {"clusterIds": [cluster_id], "states": ["PENDING_DELETION"]}
    found = client.describe_backups(Filters=filters)["Backups"]
    return sorted(found, key=lambda backup: backup["DeleteTimestamp"])


def test_backups_are_not_made_for_each_page(
    plane: ScriptedPlane, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a listing takes the square of the time: ten thousand clusters have hundreds of pages."""
    client.describe_backups()
    made: list[Cluster] = []
    one_cluster = demo_backups._backups_of

    def count(cluster: Cluster, *where: Any) -> Iterator[Backup]:
        made.append(cluster)
        return one_cluster(cluster, *where)

    monkeypatch.setattr(demo_backups, "_backups_of", count)
    pages = list(client.get_paginator("describe_backups").paginate())
    assert len(pages) > 3
    assert made == []
    waiting = next(each for each in plane.clusters(ACCOUNT, REGION) if each.state == "INITIALIZED")
    waiting.state = "ACTIVE"
    assert len(list(client.get_paginator("describe_backups").paginate())) > 3
    assert made.count(waiting) == 1


def test_a_backup_is_restored_once(plane: ScriptedPlane, client: Client) -> None:
    doomed = pending(client, plane)
    target = doomed[1]["BackupId"]
    restored = client.restore_backup(BackupId=target)["Backup"]
    assert (restored["BackupId"], restored["BackupState"]) == (target, "READY")
    assert "DeleteTimestamp" not in restored
    again = client.describe_backups(Filters={"backupIds": [target]})["Backups"]
    assert again == [restored]
    assert pending(client, plane) == [doomed[0], doomed[2]]
    code, message = refusal(client.restore_backup, BackupId=target)
    assert code == "CloudHsmInvalidRequestException"
    assert "READY" in message


def test_a_backup_is_not_restored_when_its_time_has_run_out(
    plane: ScriptedPlane, client: Client, clock: StandingClock
) -> None:
    first = pending(client, plane)[0]
    clock.advance(first["DeleteTimestamp"].timestamp() - NOON.timestamp() + 1)
    target = first["BackupId"]
    (gone,) = client.describe_backups(Filters={"backupIds": [target]})["Backups"]
    assert gone["BackupState"] == "DELETED"
    code, message = refusal(client.restore_backup, BackupId=target)
    assert code == "CloudHsmInvalidRequestException"
    assert "DELETED" in message
    absent = refusal(client.restore_backup, BackupId="backup-aaaaaaaaaaa")
    assert absent[0] == "CloudHsmResourceNotFoundException"


def test_a_cluster_has_the_backups_that_are_planned(plane: ScriptedPlane, client: Client) -> None:
    def of(name: str) -> list[dict[str, Any]]:
        filters = {"clusterIds": [named(plane, name).cluster_id]}
        pages = client.get_paginator("describe_backups").paginate(Filters=filters)
        return [backup for page in pages for backup in page["Backups"]]

    many = of("payments-prod-01")
    assert (len(many), len([b for b in many if "SourceRegion" in b])) == (90, 2)
    newest = of("billing-archive")[0]
    assert (NOON - newest["CreateTimestamp"]).total_seconds() > 74 * 3600
    assert of("iot-provisioning-prod") == of("key-escrow-parked") == []


def test_a_cluster_is_well_when_its_failed_hsm_is_gone(
    plane: ScriptedPlane, client: Client, clock: StandingClock
) -> None:
    target = named(plane, "card-issuing-prod-02").cluster_id
    while hsms := one(client, target)["Hsms"]:
        worst = next((h for h in hsms if h["State"] == "DEGRADED"), hsms[0])
        client.delete_hsm(ClusterId=target, HsmId=worst["HsmId"])
        clock.advance(DELETE_SECONDS)
        assert one(client, target)["State"] == "ACTIVE"
    backups = client.describe_backups(Filters={"clusterIds": [target]})["Backups"]
    client.delete_cluster(ClusterId=target)
    clock.advance(DELETE_SECONDS + DELETED_SECONDS)
    assert client.describe_backups(Filters={"clusterIds": [target]})["Backups"] == backups != []


def test_custom_key_stores_are_paged_and_found(plane: ScriptedPlane, connect: Connect) -> None:
    kms = connect(plane, "kms")
    found = kms.describe_custom_key_stores()
    stores = found["CustomKeyStores"]
    assert (found["Truncated"], "NextMarker" in found) == (False, False)
    for store in stores:
        document = store | {"CreationDate": store["CreationDate"].timestamp()}
        assert ServiceModel("kms").violations(document, "CustomKeyStoresListEntry") == []
    pages = kms.get_paginator("describe_custom_key_stores").paginate(
        PaginationConfig={"PageSize": 1}
    )
    assert [store for page in pages for store in page["CustomKeyStores"]] == stores
    clusters = {c.cluster_id: c for c in plane.clusters(ACCOUNT, REGION)}
    using = [clusters[s["CloudHsmClusterId"]] for s in stores if "CloudHsmClusterId" in s]
    assert {len(cluster.hsms) for cluster in using} == {0, 2, 3}
    assert {s["CustomKeyStoreType"] for s in stores} == {"AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"}
    wanted = stores[0]["CustomKeyStoreName"]
    assert (
        kms.describe_custom_key_stores(CustomKeyStoreName=wanted)["CustomKeyStores"] == stores[:1]
    )
    elsewhere = connect(plane, "kms", region="eu-west-1")
    assert elsewhere.describe_custom_key_stores()["CustomKeyStores"] == []


def test_kms_refuses_in_its_own_words(plane: ScriptedPlane, connect: Connect) -> None:
    describe = connect(plane, "kms").describe_custom_key_stores
    for asked, code in (
        ({"CustomKeyStoreId": "cks-0aaaaaaaaaaaaaaaa"}, "CustomKeyStoreNotFoundException"),
        ({"Marker": "nonsense"}, "InvalidMarkerException"),
        ({"Limit": 1001}, "ValidationException"),
    ):
        assert refusal(describe, **asked)[0] == code
    plane.script("DescribeCustomKeyStores", Refuse("KMSInternalException", status=500))
    assert refusal(describe)[0] == "KMSInternalException"
    unknown = refusal(connect(plane, "kms").list_keys)
    assert unknown[0] == "UnknownOperationException"


def test_an_auditor_may_look_at_clusters_only(plane: ScriptedPlane, connect: Connect) -> None:
    client = connect(plane, role="AUDITOR")
    arn = connect(plane, "sts", role="AUDITOR").get_caller_identity()["Arn"]
    assert arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/Auditor/demo"
    target = listing(client)[0]["ClusterId"]
    assert client.list_tags(ResourceId=target)["TagList"]
    denied = {
        client.describe_backups: {},
        client.delete_cluster: {"ClusterId": target},
        client.restore_backup: {"BackupId": "backup-aaaaaaaaaaa"},
        client.tag_resource: {"ResourceId": target, "TagList": [{"Key": "a", "Value": ""}]},
        connect(plane, "kms", role="AUDITOR").describe_custom_key_stores: {},
    }
    for call, parameters in denied.items():
        code, message = refusal(call, **parameters)
        assert code == "AccessDeniedException"
        assert arn in message


def test_backups_can_be_tagged(client: Client) -> None:
    backup = client.describe_backups(MaxResults=1)["Backups"][0]["BackupId"]
    client.tag_resource(ResourceId=backup, TagList=[{"Key": "Keep", "Value": "yes"}])
    (again,) = client.describe_backups(Filters={"backupIds": [backup]})["Backups"]
    assert again["TagList"] == [{"Key": "Keep", "Value": "yes"}]


def test_markup_and_control_characters_survive_the_wire(client: Client) -> None:
    second = client.describe_clusters(NextToken=client.describe_clusters()["NextToken"])
    values = {tag["Value"] for cluster in second["Clusters"] for tag in cluster["TagList"]}
    assert {"[red]x", "[/foo]", "[bold", "\x1b[31mred\x1b[0m", "safe\u202egnp.exe"} <= values


def test_records_can_be_changed(plane: ScriptedPlane, client: Client) -> None:
    record = named(plane, "legacy-tde")
    record.hsms.append(Hsm(hsm_id="hsm-aaaaaaaaaaa", state="NEW_STATE"))
    record.state = "STATE_OF_TOMORROW"
    record.tag_list = [Tag("Name", "renamed")]
    record.vpc_id = None
    shown = one(client, record.cluster_id)
    assert shown["State"] == "STATE_OF_TOMORROW"
    assert shown["Hsms"] == [{"HsmId": "hsm-aaaaaaaaaaa", "State": "NEW_STATE"}]
    assert shown["TagList"] == [{"Key": "Name", "Value": "renamed"}]
    assert "VpcId" not in shown


def test_requests_are_recorded_in_order(plane: ScriptedPlane, client: Client) -> None:
    client.describe_clusters(MaxResults=3)
    refusal(client.delete_cluster, ClusterId="cluster-aaaaaaaaaaa")
    assert [(r.operation, r.parameters, r.status) for r in plane.requests] == [
        ("DescribeClusters", {"MaxResults": 3}, 200),
        ("DeleteCluster", {"ClusterId": "cluster-aaaaaaaaaaa"}, 400),
    ]
    request = plane.requests[0]
    assert (request.time, request.account, request.region) == (NOON, ACCOUNT, REGION)
    with pytest.raises(FrozenInstanceError):
        request.status = 500


def test_the_log_has_one_line_a_request(tmp_path: Path, connect: Connect) -> None:
    log = tmp_path / "requests.jsonl"
    plane = ScriptedPlane(clusters=3, clock=StandingClock(NOON), log=log)
    client = connect(plane)
    client.describe_clusters(MaxResults=2)
    plane.script("DescribeClusters", Reset())
    with pytest.raises(ConnectionClosedError):
        client.describe_clusters()
    connect(plane, "sts").get_caller_identity()
    common = {"time": "2026-03-01T12:00:00+00:00", "account": ACCOUNT, "region": REGION}
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert lines == [
        common | {"operation": operation, "parameters": parameters, "status": status}
        for operation, parameters, status in (
            ("DescribeClusters", {"MaxResults": 2}, 200),
            ("DescribeClusters", {}, 0),
            ("GetCallerIdentity", {}, 200),
        )
    ]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    plane.close()


def test_each_operation_is_one_of_its_service(plane: ScriptedPlane, connect: Connect) -> None:
    for service in SERVICES:
        model = connect(plane, service.model).meta.service_model
        assert set(service.operations) <= set(model.operation_names)
        if service.model == "cloudhsmv2":
            assert set(service.operations) == set(model.operation_names)


def test_a_standing_clock_has_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        StandingClock(datetime(2026, 1, 1))  # noqa: DTZ001


def test_latency_is_added_to_each_call(connect: Connect) -> None:
    client = connect(ScriptedPlane(clusters=1, latency=0.05))
    for _ in range(2):
        begun = time.perf_counter()
        client.describe_clusters()
        assert time.perf_counter() - begun >= 0.05


def test_starting_loads_nothing_that_can_wait() -> None:
    program = (
        "import sys; from hsmtui.demo.control_plane import ControlPlane; "
        "from hsmtui.demo.server import DemoServer; DemoServer(ControlPlane()).start().stop(); "
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.decode().split()}
    assert not loaded & {"cryptography", "botocore", "boto3", "textual", "flask"}
    ours = {name for name in done.stdout.decode().split() if name.startswith("hsmtui.")}
    assert all(name.startswith("hsmtui.demo") for name in ours)
