"""An entry that msgspec reads is the one that is read member by member, whatever came."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.aws.key_stores import KeyStore
from hsmtui.model import entry
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.entry import DuplicateMembers, read_entry

KINDS = (Cluster, Backup, KeyStore)
WHOLE: dict[str, Any] = {
    "BackupPolicy": "DEFAULT",
    "BackupRetentionPolicy": {"Type": "DAYS", "Value": "90"},
    "ClusterId": "cluster-aaaaaaaaaaa",
    "CreateTimestamp": 1700000000.123,
    "Hsms": [{"HsmId": "hsm-1", "State": "ACTIVE"}, {"HsmId": "hsm-2"}],
    "PreCoPassword": "S3cret-password",
    "State": "ACTIVE",
    "SubnetMapping": {"us-east-1a": "subnet-1"},
    "Certificates": {"ClusterCsr": "-----BEGIN CERTIFICATE REQUEST-----"},
    "TagList": [{"Key": "Name", "Value": "one"}, {"Key": "empty", "Value": ""}],
    "BackupId": "backup-aaaaaaaaaaa",
    "NeverExpires": True,
    "DeleteTimestamp": "2026-03-01T12:00:00+02:00",
    "CustomKeyStoreId": "cks-1",
    "NotOfTheModel": {"a": [None]},
}
VALUES = st.sampled_from(
    [
        *(None, True, False, 0, -1, 1.5, 1e300, float("nan"), 10**30, "", "null", "true", "5"),
        *(
            "\ud800",
            {"\ud800": "a"},
            [{"HsmId": "\ud800", "\ud800": 1}],
            "2026-03-01",
            "2026-03-01T12:00:00",
            "2026-03-01T12:00:00+02:00",
            [],
            {},
        ),
        *([None], [[]], [{}], [{"HsmId": ""}], [{"HsmId": "h", "State": 7}], [{"Key": "k"}]),
        *([{"Key": "k", "Value": None}], {"a": None}, {"a": 1}, {"ClusterCsr": []}),
        *(DuplicateMembers(HsmId="h"), [DuplicateMembers(HsmId="h", Key="k", Value="v")]),
        DuplicateMembers(a="b"),
    ]
)
CHANGES = st.dictionaries(
    st.sampled_from([*WHOLE, "Odd", "Answered", "HsmTypeRollbackExpiration", "\ud800"]),
    VALUES,
    max_size=3,
)


def read_both_ways(kind: Any, answer: object) -> Iterator[Any]:
    yield read_entry(kind, answer, "entry 1", "S3cret-password")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(entry, "_converted", lambda *_: None)
        yield read_entry(kind, answer, "entry 1", "S3cret-password")


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_one_is_converted(kind):
    assert entry._converted(kind, WHOLE) is not None


@pytest.mark.parametrize("kind", KINDS)
@given(CHANGES, st.sets(st.sampled_from([*WHOLE]), max_size=3))
def test_both_ways_give_the_same(kind, changes, gone):
    answer = {key: value for key, value in (WHOLE | changes).items() if key not in gone}
    converted, read = read_both_ways(kind, answer)
    assert repr(converted) == repr(read)
    assert getattr(converted, "pre_co_password", None) == getattr(read, "pre_co_password", None)


@pytest.mark.parametrize("kind", KINDS)
@given(VALUES, st.booleans())
def test_nor_does_it_matter_what_the_entry_is(kind, value, is_twice):
    answer = DuplicateMembers(WHOLE) if is_twice else value
    converted, read = read_both_ways(kind, answer)
    assert repr(converted) == repr(read)


@given(st.floats(allow_nan=True) | st.integers() | st.datetimes().map(str) | st.text(max_size=5))
def test_a_time_is_the_same(moment):
    answer = json.loads(json.dumps({"ClusterId": "c", "CreateTimestamp": moment}))
    converted, read = read_both_ways(Cluster, answer)
    assert converted == read
