"""Entries of another shape than the service's: read, or said to be odd, and then unchangeable."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.backup import PENDING_DELETION, Backup, decode_backup, lasting
from hsmtui.model.cluster import Cluster, as_document, decode_cluster
from hsmtui.model.columns import COLUMNS
from hsmtui.model.entry import Odd
from hsmtui.model.filter.search_text import search_text
from hsmtui.model.findings.evaluate import find
from hsmtui.model.findings.finding import Judged, Known
from hsmtui.model.findings.limits import Rules
from hsmtui.model.gates.delete_cluster import judge_delete_cluster
from hsmtui.model.gates.delete_hsm import judge_delete_hsm
from hsmtui.model.gates.edit_tag import judge_tags
from hsmtui.model.gates.gate import Gate, Reason
from hsmtui.model.gates.restore_backup import judge_restore_backup
from hsmtui.model.redaction import MASK
from hsmtui.model.text import visible

CASES = Path(__file__).parents[1] / "cases"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ID, HSM, BACKUP = "cluster-fhtbm47tsjo", "hsm-3kd72vqyzma", "backup-abcdefghijk"
ENTRY = {
    "BackupPolicy": "DEFAULT",
    "BackupRetentionPolicy": {"Type": "DAYS", "Value": "90"},
    "ClusterId": ID,
    "CreateTimestamp": 1735689600.5,
    "Hsms": [{"HsmId": HSM, "ClusterId": ID, "State": "ACTIVE", "EniIp": "10.0.15.200"}],
    "HsmType": "hsm2m.medium",
    "HsmTypeRollbackExpiration": 1735689600,
    "PreCoPassword": "swordfish",
    "State": "ACTIVE",
    "StateMessage": "",
    "SubnetMapping": {"us-east-1a": "subnet-09bb7fdaf05e437bf"},
    "Certificates": {"ClusterCsr": "csr", "HsmCertificate": "hsm"},
    "TagList": [{"Key": "Name", "Value": "payments"}, {"Key": "empty", "Value": ""}],
}
EMPTY = ENTRY | {"Hsms": []}
DOOMED = {
    "BackupId": BACKUP,
    "BackupState": PENDING_DELETION,
    "ClusterId": ID,
    "CreateTimestamp": 1735689600,
    "CopyTimestamp": 1735689600,
    "NeverExpires": False,
    "DeleteTimestamp": 1735689600,
    "TagList": [{"Key": "Name", "Value": "payments"}],
}
ODD_TIMES = [
    *(1e20, -1e20, float("inf"), float("-inf"), float("nan"), 1735689600000, 10**400),
    *("yesterday", "", "1e20", "Infinity", "NaN", "2026-13-01", "0001-01-01T00:00:00+05:00"),
    *(True, [], {}, [1735689600]),
]


def gates_of(cluster: Cluster) -> list[Gate]:
    return [
        judge_delete_cluster(ID, [cluster], why_read_only=""),
        judge_delete_hsm(HSM, ID, [cluster], why_read_only=""),
        judge_tags(ID, [cluster], why_read_only=""),
    ]


def test_what_the_user_guide_prints_is_read() -> None:
    (first, second) = entries_of("answer-retention-value-is-a-number.json")
    assert (first.odd, first.retention_days, second.odd) == ((), 90, ())


def test_a_null_subnet_hides_nothing_but_itself() -> None:
    first, second = entries_of("answer-subnet-is-null.json")
    assert str(first.odd[0]) == "SubnetMapping.us-east-1a is null, not text"
    assert (first.state, first.hsms, second.odd) == ("ACTIVE", (), ())
    assert not any(gate.is_open for gate in gates_of(first))


def entries_of(name: str) -> list[Cluster]:
    answer = json.loads((CASES / name).read_text(encoding="utf-8"))
    return [decode_cluster(entry) for entry in answer["Clusters"]]


@pytest.mark.parametrize(
    ("value", "text"),
    [(90, "90"), (0, "0"), (-1.5, "-1.5"), (True, "true"), (False, "false"), (1e20, "1e+20")],
)
@pytest.mark.parametrize("member", ["State", "StateMessage", "HsmType", "VpcId", "Mode"])
def test_numbers_are_taken_where_text_is_meant(member: str, value: object, text: str) -> None:
    cluster = decode_cluster(EMPTY | {member: value})
    assert cluster.odd == ()
    assert as_document(cluster)[member] == text


@pytest.mark.parametrize(
    ("answer", "odd"),
    [
        (None, Odd("", "null", "an object")),
        ([], Odd("", "a list", "an object")),
        ("cluster", Odd("", '"cluster"', "an object")),
        ({}, Odd("ClusterId", "missing")),
        ({"ClusterId": ""}, Odd("ClusterId", "empty", "an id")),
        ({"ClusterId": 7}, Odd("ClusterId", "7", "an id")),
        ({"ClusterId": [ID]}, Odd("ClusterId", "a list", "an id")),
        ({"ClusterId": ID, "Hsms": [{}]}, Odd("Hsms[0].HsmId", "missing")),
        ({"ClusterId": ID, "TagList": "Name"}, Odd("TagList", '"Name"', "a list")),
        ({"ClusterId": ID, "TagList": [{"Key": "a"}]}, Odd("TagList[0].Value", "missing")),
        ({"ClusterId": ID, "State": ["a"]}, Odd("State", "a list", "text")),
        ({"ClusterId": ID, "Certificates": "x"}, Odd("Certificates", '"x"', "an object")),
        ({"ClusterId": ID, "PreCoPassword": ["swordfish"]}, Odd("PreCoPassword", MASK, "text")),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(answer: object, odd: Odd) -> None:
    cluster = decode_cluster(answer)
    assert cluster.odd == (odd,)
    assert not any(gate.is_open for gate in gates_of(cluster))
    assert "swordfish" not in cluster.why_odd + json.dumps(as_document(cluster))


@pytest.mark.parametrize(
    "hsms", [{}, "", 0, 7, False, "none", [None], ["hsm"], [[]], [{}], {"a": 1}]
)
def test_a_list_of_hsms_that_is_none_never_opens_a_gate(hsms: object) -> None:
    cluster = decode_cluster(EMPTY | {"Hsms": hsms})
    assert [gate.reason for gate in gates_of(cluster)] == [Reason.UNCHECKED] * 3


@pytest.mark.parametrize("hsms", [{"Hsms": None}, {}])
def test_nor_does_one_that_is_not_there(hsms: dict[str, None]) -> None:
    answer = {name: value for name, value in ENTRY.items() if name != "Hsms"}
    gate = judge_delete_cluster(ID, [decode_cluster(answer | hsms)], why_read_only="")
    assert gate.reason is Reason.UNCHECKED


@pytest.mark.parametrize(
    "value", ODD_TIMES, ids=lambda value: f"{value!r:.20}" if not isinstance(value, int) else "int"
)
@pytest.mark.parametrize(
    ("decode", "entry", "member"),
    [
        (decode_cluster, EMPTY, "CreateTimestamp"),
        (decode_cluster, EMPTY, "HsmTypeRollbackExpiration"),
        (decode_backup, DOOMED, "CreateTimestamp"),
        (decode_backup, DOOMED, "CopyTimestamp"),
        (decode_backup, DOOMED, "DeleteTimestamp"),
    ],
)
def test_a_time_of_another_form_is_an_odd_member(
    decode: Callable[[object], Cluster | Backup],
    entry: dict[str, object],
    member: str,
    value: object,
) -> None:
    read = decode(entry | {member: value})
    assert [odd.path for odd in read.odd] == [member]
    assert read.odd[0].expected == "a time"


@pytest.mark.parametrize(
    "value",
    [1735689600, 1735689600.0, "1735689600", "2025-01-01T00:00:00Z", "2025-01-01 01:00+01:00"],
)
def test_times_of_a_form_that_is_known_are_read(value: object) -> None:
    cluster = decode_cluster(ENTRY | {"CreateTimestamp": value})
    assert (cluster.create_timestamp, cluster.odd) == (datetime(2025, 1, 1, tzinfo=UTC), ())


def test_a_time_before_1970_is_one() -> None:
    assert decode_cluster(ENTRY | {"CreateTimestamp": -1}).create_timestamp.year == 1969


def test_many_odd_members_are_counted() -> None:
    cluster = decode_cluster({"ClusterId": ID, "Hsms": [None] * 10_000})
    assert cluster.why_odd.endswith("and 9997 more")
    assert len(cluster.why_odd) < 200


def test_hostile_text_is_spelled_out_and_cut() -> None:
    cluster = decode_cluster({"ClusterId": ID, "SubnetMapping": {"\x1b[31m" * 100: None}})
    assert "\x1b" not in cluster.why_odd
    assert len(cluster.why_odd) < 120
    time = decode_cluster({"ClusterId": ID, "CreateTimestamp": "\x9b6n" + "x" * 1000})
    assert "\x9b" not in time.why_odd
    assert len(time.why_odd) < 80


@pytest.mark.parametrize(
    "secret", ["PreCoP", "PreCoPassword", "StateMessage", "Message", "TagList"]
)
def test_a_password_that_is_a_part_of_a_name_hides_no_member(secret: str) -> None:
    answer = {
        "ClusterId": "cluster-1",
        "PreCoPassword": secret,
        "StateMessage": "whole",
        "Hsms": [{"HsmId": HSM, "State": "ACTIVE", "StateMessage": f"so {secret}"}],
        "TagList": [{"Key": "a", "Value": secret}],
    }
    cluster = decode_cluster(answer)
    assert not cluster.odd
    assert cluster.pre_co_password.reveal() == secret
    assert cluster.state_message == "whole"
    assert cluster.hsms[0].state_message == "so ********"
    assert [tag.value for tag in cluster.tag_list] == ["********"]


def test_a_password_is_masked_wherever_it_is_repeated() -> None:
    secret = "correct horse battery"
    answer = ENTRY | {
        "PreCoPassword": secret,
        "StateMessage": f"The password is {secret}.",
        "TagList": [{"Key": secret, "Value": f"<{secret}>"}],
        "Hsms": [{"HsmId": HSM, "StateMessage": secret}],
        "SubnetMapping": {secret: secret},
    }
    for each in (answer, answer | {"VpcId": [secret]}):
        cluster = decode_cluster(each)
        assert secret not in f"{cluster}"
        assert secret not in json.dumps(as_document(cluster))
        assert secret in json.dumps(as_document(cluster, reveal=True))
        assert cluster.pre_co_password.reveal() == secret
    assert secret not in f"{decode_backup({**DOOMED, 'TagList': answer['TagList']})}"


def test_a_nested_answer_is_cut() -> None:
    nested: object = "the bottom"
    for _ in range(500):
        nested = [nested]
    document = as_document(decode_cluster(ENTRY | {"VpcId": nested}))
    assert "bottom" not in json.dumps(document, indent=2)


Path_ = tuple[str | int, ...]


def nodes(value: object, path: Path_ = ()) -> Iterator[Path_]:
    yield path
    items: Any = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, part in items:
        yield from nodes(part, (*path, key))


def replaced(value: object, path: Path_, new: object) -> Any:
    if not path:
        return new
    changed: Any = deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return changed


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([*ODD_TIMES, 253402300799, -62135596800, "9999-12-31T23:59:59Z"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(list(nodes(ENTRY))), JSON)
def test_any_value_anywhere_is_read_or_shuts_all_gates(path: Path_, value: object) -> None:
    answer = replaced(ENTRY, path, value)
    cluster = decode_cluster(answer)
    judged = Judged(cluster, find(cluster, NOW, Rules(), Known(backups=())))
    for column in COLUMNS:
        assert visible(column.text(judged, NOW)) == column.text(judged, NOW)
        column.key(judged)
    search_text(cluster)
    json.dumps(as_document(cluster), indent=2, default=str)
    if cluster.odd:
        assert visible(cluster.why_odd) == cluster.why_odd
        assert not any(gate.is_open for gate in gates_of(cluster))
    elif path[:1] != ("Hsms",):
        assert cluster.cluster_id == answer["ClusterId"]


@given(st.sampled_from([p for p in nodes(EMPTY) if p]), JSON)
def test_a_gate_of_a_delete_is_open_only_where_all_was_read(path: Path_, value: object) -> None:
    answer = replaced(EMPTY, path, value)
    gate = judge_delete_cluster(ID, [decode_cluster(answer)], why_read_only="")
    assert not gate.is_open or (answer["ClusterId"], answer["Hsms"]) == (ID, [])


@given(st.sampled_from(list(nodes(DOOMED))), JSON)
def test_of_a_backup_too(path: Path_, value: object) -> None:
    answer = replaced(DOOMED, path, value)
    backup = decode_backup(answer)
    assert lasting(backup, 90, NOW)
    gate = judge_restore_backup(BACKUP, ID, [backup], why_read_only="")
    if backup.odd:
        assert not gate.is_open
    if gate.is_open:
        assert (answer["BackupId"], answer["BackupState"]) == (BACKUP, PENDING_DELETION)


@pytest.mark.parametrize(("first", "second"), product(ODD_TIMES[:3], repeat=2))
def test_odd_entries_are_values(first: object, second: object) -> None:
    one, two = (decode_cluster(EMPTY | {"CreateTimestamp": time}) for time in (first, second))
    assert (one == two) is (first == second)
