"""The client against moto's server, which nobody of ours wrote.

Ids there are UUIDs, times have no zone, error codes lack the CloudHsm prefix, certificates are
empty strings.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from hsmtui.aws.backups import read_backups_in
from hsmtui.aws.clusters import create_cluster, delete_cluster, fetch_page, read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.model.certificates.kinds import KINDS
from hsmtui.model.cluster import Tag, as_document
from hsmtui.model.columns import COLUMNS, FINDINGS
from hsmtui.model.findings.finding import Judged
from hsmtui.model.new_cluster import cluster_from

Create = Callable[..., str]


@pytest.fixture
def connection(moto_url: str, open_place: Any, monkeypatch: pytest.MonkeyPatch) -> Connection:
    from moto.cloudhsmv2.models import cloudhsmv2_backends
    from moto.core.models import DEFAULT_ACCOUNT_ID

    cloudhsmv2_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].reset()
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDHSM_V2", moto_url)
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    return open_place(None, "eu-west-1")


@pytest.fixture
def create(connection: Connection) -> Iterator[Create]:
    client: Any = boto3.client("cloudhsmv2", region_name="eu-west-1")

    def create(**tags: str) -> str:
        answer = client.create_cluster(
            HsmType="hsm2m.medium",
            SubnetIds=["subnet-0123456789abcdef0"],
            TagList=[{"Key": key, "Value": value} for key, value in tags.items()],
            Mode="FIPS",
            NetworkType="IPV4",
            BackupRetentionPolicy={"Type": "DAYS", "Value": "90"},
        )
        return answer["Cluster"]["ClusterId"]

    yield create
    client.close()


def test_pages_follow_one_another(connection: Connection, create: Create) -> None:
    created = {create(Name=f"number {n}") for n in range(7)}
    found: list[str] = []
    position: Position | None = Position()
    sizes = []
    while position is not None:
        page = fetch_page(connection, position, 3)
        assert page.problem is None
        found += [cluster.cluster_id for cluster in page.entries]
        sizes.append(len(page.entries))
        position = page.next
    assert sizes == [3, 3, 1]
    assert sorted(found) == sorted(created)


def test_a_cluster_is_read_with_all_that_the_screen_shows(
    connection: Connection, create: Create
) -> None:
    cluster_id = create(Name="ca-root", Team="pki")
    (cluster,) = read_cluster(connection, cluster_id)
    now = datetime.now(UTC)
    assert cluster.cluster_id == cluster_id
    assert (cluster.state, cluster.hsms, cluster.name) == ("ACTIVE", (), "ca-root")
    assert cluster.create_timestamp.tzinfo is UTC
    assert 0 <= (now - cluster.create_timestamp).total_seconds() < 60
    assert cluster.retention_days == 90
    told = [column for column in COLUMNS if column is not FINDINGS]  # of which there are none
    assert all(column.text(Judged(cluster), now) for column in told)
    assert list(as_document(cluster)["TagList"]) == [
        {"Key": "Name", "Value": "ca-root"},
        {"Key": "Team", "Value": "pki"},
    ]
    assert [kind.pem(cluster.certificates) for kind in KINDS] == [None] * len(KINDS)


def test_filters_select(connection: Connection, create: Create) -> None:
    create(Name="one")
    other = create(Name="other")
    (vpc_id,) = (cluster.vpc_id for cluster in read_cluster(connection, other))
    for filters, expected in (
        ({"clusterIds": (other,)}, 1),
        ({"vpcIds": (vpc_id,)}, 1),
        ({"states": ("ACTIVE",)}, 2),
        ({"states": ("DEGRADED",)}, 0),
    ):
        page = fetch_page(connection, Position(filters))
        assert (len(page.entries), page.next) == (expected, None), filters


def test_a_delete_goes_through_and_the_cluster_is_gone(
    connection: Connection, create: Create
) -> None:
    cluster_id = create(Name="doomed")
    assert delete_cluster(connection, cluster_id).entry.state == "DELETED"
    assert read_cluster(connection, cluster_id) == ()


def test_a_cluster_is_created_from_a_backup(connection: Connection, create: Create) -> None:
    (source,) = read_cluster(connection, create(Name="vault", Team="pki"))
    (backup, *_) = read_backups_in(connection, source.cluster_id, "READY")
    subnets = list((source.subnet_mapping or {}).values())
    new = cluster_from(backup, source, subnets, "IPV4")
    made = create_cluster(connection, backup.backup_id, backup.cluster_id, new).entry
    (listed,) = read_cluster(connection, made.cluster_id)
    assert made.cluster_id != source.cluster_id
    assert listed.source_backup_id == backup.backup_id
    assert (listed.hsm_type, listed.mode, listed.network_type) == ("hsm2m.medium", "FIPS", "IPV4")
    assert listed.retention_days == source.retention_days
    assert listed.tag_list == (Tag("Team", "pki"),)


def test_an_error_without_the_prefix_is_the_same_error(connection: Connection) -> None:
    with pytest.raises(HsmtuiError) as caught:
        delete_cluster(connection, "cluster-aaaaaaaaaaa")
    assert caught.value.code == "ResourceNotFoundException"
    assert "does not know" in caught.value.title
    assert caught.value.refused


def test_its_sts_names_the_caller(connection: Connection, moto_url: str) -> None:
    connection.ask_caller()
    assert connection.known_caller is not None
    assert connection.known_caller.account == "123456789012"
    assert connection.endpoint == moto_url
