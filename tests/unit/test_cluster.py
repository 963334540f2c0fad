import json
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from hsmtui.model.cluster import as_document, decode_cluster
from hsmtui.model.one_of_equal import OneOfEqual
from hsmtui.model.redaction import Secret

ID = "cluster-fhtbm47tsjo"
FULL = {
    "BackupPolicy": "DEFAULT",
    "BackupRetentionPolicy": {"Type": "DAYS", "Value": "90"},
    "ClusterId": ID,
    "CreateTimestamp": datetime(2025, 5, 16, 11, 30, tzinfo=timezone(timedelta(hours=2))),
    "Hsms": [
        {
            "AvailabilityZone": "us-east-1a",
            "ClusterId": ID,
            "SubnetId": "subnet-09bb7fdaf05e437bf",
            "EniId": "eni-09422fd6133d93b07",
            "EniIp": "10.0.15.200",
            "EniIpV6": "fd00::1",
            "HsmId": "hsm-3kd72vqyzma",
            "HsmType": "hsm2m.medium",
            "State": "ACTIVE",
            "StateMessage": "HSM created.",
        },
        {"HsmId": "hsm-p5wn6tucx2b"},
    ],
    "HsmType": "hsm2m.medium",
    "HsmTypeRollbackExpiration": datetime(2026, 1, 2, tzinfo=UTC),
    "PreCoPassword": "swordfish",
    "SecurityGroup": "sg-0123456789abcdef0",
    "SourceBackupId": "backup-abcdefghijk",
    "State": "UNINITIALIZED",
    "StateMessage": "",
    "SubnetMapping": {"us-east-1a": "subnet-09bb7fdaf05e437bf"},
    "VpcId": "vpc-0544788d30aeff7a0",
    "NetworkType": "IPV4",
    "Certificates": {
        "ClusterCsr": "csr",
        "HsmCertificate": "hsm",
        "AwsHardwareCertificate": "aws",
        "ManufacturerHardwareCertificate": "manufacturer",
        "ClusterCertificate": "cluster",
    },
    "TagList": [{"Key": "Name", "Value": "payments"}, {"Key": "empty", "Value": ""}],
    "Mode": "FIPS",
}


IN_JSON = {
    "ClusterId": ID,
    "Hsms": [{"HsmId": "hsm-1", "SubnetId": "subnet-1"}],
    "SecurityGroup": "sg-1",
    "SubnetMapping": {"us-east-1a": "subnet-1", "us-east-1b": "subnet-2"},
    "TagList": [{"Key": "Name", "Value": "payments"}, {"Key": "Empty", "Value": ""}],
    "VpcId": "vpc-1",
}


def document_of(cluster):
    """The document as it is written: JSON knows lists only."""
    return json.loads(json.dumps(as_document(cluster)))


def in_the_document(answer):
    """What the document of an answer has in place of its times and its secret."""
    changed = dict(answer)
    if "PreCoPassword" in answer:
        changed["PreCoPassword"] = Secret.MASK
    for field in ("CreateTimestamp", "HsmTypeRollbackExpiration"):
        if field in answer:
            moment = answer[field]
            aware = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
            changed[field] = aware.isoformat().replace("+00:00", "Z")
    return changed


def test_every_field_is_read():
    cluster = decode_cluster(FULL)
    assert [name for name, value in asdict(cluster).items() if value is None] == ["answered"]
    assert None not in msgspec.structs.astuple(cluster.certificates)
    assert None not in msgspec.structs.astuple(cluster.hsms[0])
    assert cluster.hsms[0].eni_ip_v6 == "fd00::1"
    assert cluster.certificates.manufacturer_hardware_certificate == "manufacturer"
    assert cluster.subnet_mapping == {"us-east-1a": "subnet-09bb7fdaf05e437bf"}
    assert cluster.name == "payments"
    assert cluster.retention_days == 90


def test_the_document_is_what_was_answered():
    document = document_of(decode_cluster(FULL))
    assert document == in_the_document(FULL)
    assert list(document) == list(FULL)
    assert document["CreateTimestamp"] == "2025-05-16T09:30:00Z"


def test_all_but_the_id_may_be_missing():
    cluster = decode_cluster({"ClusterId": ID})
    assert set(msgspec.structs.astuple(cluster)) == {ID, None, ()}
    assert cluster.name is None
    assert cluster.retention_days is None
    assert as_document(cluster) == {"ClusterId": ID}


def test_a_missing_hsm_list_is_not_an_empty_one():
    assert decode_cluster({"ClusterId": ID}).hsms is None
    assert decode_cluster({"ClusterId": ID, "Hsms": None}).hsms is None
    empty = decode_cluster({"ClusterId": ID, "Hsms": []})
    assert empty.hsms == ()
    assert document_of(empty) == {"ClusterId": ID, "Hsms": []}


def test_an_unknown_state_and_unknown_fields_are_no_failure():
    answer = {"ClusterId": ID, "State": "HIBERNATING", "Hsms": [{"HsmId": "h", "State": "LOST"}]}
    cluster = decode_cluster({**answer, "Colour": "blue"})
    assert cluster.state == "HIBERNATING"
    assert document_of(cluster) == answer


@pytest.mark.parametrize(
    "given",
    [
        datetime(2025, 5, 16, 9, 30),  # noqa: DTZ001 - stand-in servers send such times
        datetime(2025, 5, 16, 9, 30, tzinfo=UTC),
        datetime(2025, 5, 16, 4, 30, tzinfo=timezone(timedelta(hours=-5))),
        "2025-05-16T09:30:00",
    ],
)
def test_times_are_in_utc(given):
    cluster = decode_cluster({"ClusterId": ID, "CreateTimestamp": given})
    assert cluster.create_timestamp == datetime(2025, 5, 16, 9, 30, tzinfo=UTC)
    assert cluster.create_timestamp.tzinfo is UTC


def test_the_password_is_in_no_text_of_the_cluster():
    cluster = decode_cluster(FULL)
    texts = (repr(cluster), str(cluster), f"{cluster}", repr(cluster.pre_co_password))
    for text in (*texts, str(cluster.pre_co_password), str(as_document(cluster))):
        assert "swordfish" not in text
        assert Secret.MASK in text
    assert cluster.pre_co_password.reveal() == "swordfish"
    assert as_document(cluster, reveal=True)["PreCoPassword"] == "swordfish"


@pytest.mark.parametrize(
    ("policy", "days"),
    [
        ({"Type": "DAYS", "Value": "7"}, 7),
        ({"Type": "WEEKS", "Value": "7"}, None),
        ({"Type": "DAYS"}, None),
        ({"Type": "DAYS", "Value": "-7"}, None),
        ({"Type": "DAYS", "Value": "soon"}, None),
        ({}, None),
    ],
)
def test_days_of_retention(policy, days):
    cluster = decode_cluster({"ClusterId": ID, "BackupRetentionPolicy": policy})
    assert cluster.retention_days == days


def test_clusters_are_values():
    assert decode_cluster(FULL).hsms == decode_cluster(FULL).hsms
    with pytest.raises(AttributeError):
        decode_cluster(FULL).state = "DELETED"


def test_what_clusters_have_alike_is_in_memory_once():
    one, other = (decode_cluster(json.loads(json.dumps(IN_JSON))) for _ in "ab")
    assert one == other
    assert one is not other
    assert one.subnet_mapping is other.subnet_mapping
    assert one.vpc_id is other.vpc_id
    assert one.security_group is other.security_group
    assert one.hsms[0].subnet_id is other.hsms[0].subnet_id
    assert all(tag is again for tag, again in zip(one.tag_list, other.tag_list, strict=True))
    zones = [*reversed(IN_JSON["SubnetMapping"].items())]
    turned = decode_cluster(IN_JSON | {"SubnetMapping": dict(zones)})
    assert [*turned.subnet_mapping.items()] == zones


def test_no_more_is_kept_than_many_clusters_have_alike():
    kept = OneOfEqual[list[int]](2)
    first, second = [0], [0]
    assert kept.of(0, first) is first
    assert kept.of(0, second) is first
    kept.of(1, [1])
    assert kept.of(2, [2]) == [2]
    assert kept.of(0, second) is second


TEXT = st.text(max_size=8)
MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    timezones=st.just(UTC) | st.just(timezone(timedelta(hours=9))) | st.none(),
)
HSMS = st.fixed_dictionaries(
    {"HsmId": TEXT.filter(bool)},
    optional={field: TEXT for field in FULL["Hsms"][0] if field != "HsmId"},
)
ANSWERS = st.fixed_dictionaries(
    {"ClusterId": TEXT.filter(bool)},
    optional={
        **{
            key: TEXT
            for key, value in FULL.items()
            if key != "ClusterId" and isinstance(value, str)
        },
        "PreCoPassword": TEXT.map("a secret of its own: {}".format),
        "CreateTimestamp": MOMENTS,
        "HsmTypeRollbackExpiration": MOMENTS,
        "BackupRetentionPolicy": st.fixed_dictionaries({}, optional={"Type": TEXT, "Value": TEXT}),
        "Hsms": st.lists(HSMS, max_size=3),
        "SubnetMapping": st.dictionaries(TEXT, TEXT, max_size=3),
        "Certificates": st.fixed_dictionaries(
            {}, optional=dict.fromkeys(FULL["Certificates"], TEXT)
        ),
        "TagList": st.lists(st.fixed_dictionaries({"Key": TEXT, "Value": TEXT}), max_size=3),
    },
)


@given(ANSWERS)
def test_any_answer_of_the_api_comes_back_whole(answer):
    assert document_of(decode_cluster(answer)) == in_the_document(answer)


def test_hsms_that_are_live_and_active():
    states = ["ACTIVE", "DEGRADED", "DELETE_IN_PROGRESS", "DELETED", None]
    hsms = [{"HsmId": f"hsm-{number}", "State": state} for number, state in enumerate(states)]
    cluster = decode_cluster({"ClusterId": "cluster-aaaaaaaaaaa", "Hsms": hsms})
    assert [hsm.hsm_id[-1] for hsm in cluster.live_hsms] == ["0", "1", "2", "4"]
    assert [hsm.hsm_id[-1] for hsm in cluster.active_hsms] == ["0"]
    unknown = decode_cluster({"ClusterId": "cluster-aaaaaaaaaaa"})
    assert (unknown.hsms, unknown.live_hsms, unknown.active_hsms) == (None, (), ())
