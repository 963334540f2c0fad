"""An event of CloudTrail: what is read of its record, whatever that is."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.entry import read_entry
from hsmtui.model.redaction import MASK
from hsmtui.model.trail import (
    LARGEST_RECORD,
    LONGEST_SAID,
    MOST_PARAMETERS,
    TrailEntry,
    TrailEvent,
    read_event,
)

NOON = 1_772_366_400
ROLE = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLE:alice",
    "arn": "arn:aws:sts::111111111111:assumed-role/Triage/alice",
    "accountId": "111111111111",
}
RECORD = {
    "eventTime": "2026-03-01T11:59:58Z",
    "eventName": "CreateHsm",
    "userIdentity": ROLE,
    "sourceIPAddress": "198.51.100.7",
    "userAgent": "Boto3/1.43 md/Botocore#1.43 hsmtui/0.1.0",
    "requestParameters": {"clusterId": "cluster-aaaaaaaaaaa", "availabilityZone": "us-east-1a"},
    "readOnly": False,
}


def event_of(record: object, **outside: object) -> TrailEvent:
    text = record if isinstance(record, str) or record is None else json.dumps(record)
    came = {"EventId": "id-1", "EventName": "CreateHsm", "EventTime": NOON, "Username": "alice"}
    return read_event(
        read_entry(TrailEntry, came | {"CloudTrailEvent": text} | outside, "entry 1, page 1")
    )


def test_all_that_is_told_is_read():
    event = event_of(RECORD)
    assert event.odd == ()
    assert (event.key, event.time) == ("id-1", datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert (event.name, event.address, event.reads) == ("CreateHsm", "198.51.100.7", False)
    assert (event.who.name, event.who.role, event.who.words) == (
        "alice",
        "Triage",
        "alice (Triage)",
    )
    assert event.parameters == (
        ("clusterId", "cluster-aaaaaaaaaaa"),
        ("availabilityZone", "us-east-1a"),
    )
    assert event.is_own


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        (ROLE, "alice (Triage)"),
        (
            {"type": "AssumedRole", "arn": "arn:aws:sts::1:assumed-role/Ops/botocore-session-17"},
            "Ops",
        ),
        (
            {"type": "AssumedRole", "arn": "arn:aws-cn:sts::1:assumed-role/a/b/i-0abc"},
            "i-0abc (a/b)",
        ),
        ({"type": "AssumedRole"}, "alice"),
        ({"type": "IAMUser", "userName": "bob", "arn": "arn:aws:iam::1:user/ops/bob"}, "bob"),
        ({"type": "IAMUser", "arn": "arn:aws:iam::1:user/ops/bob"}, "ops/bob"),
        ({"type": "Root", "arn": "arn:aws:iam::111111111111:root"}, "root"),
        ({"type": "AWSService", "invokedBy": "cloudhsm.amazonaws.com"}, "cloudhsm.amazonaws.com"),
        ({"type": "FederatedUser", "arn": "arn:aws:sts::1:federated-user/carol"}, "carol"),
        ({"type": "Unknown"}, "alice"),
        ({}, "alice"),
        (None, "alice"),
    ],
)
def test_who_asked_is_what_a_person_knows(identity, words):
    event = event_of(RECORD | {"userIdentity": identity})
    assert event.who.words == words
    assert event.odd == ()


def test_without_anything_it_is_not_known_who_asked():
    assert event_of({}, Username=None).who.words == "not known"
    other = {"userIdentity": {"type": "AWSAccount", "accountId": "222222222222"}}
    assert event_of(other, Username=None).who.words == "account 222222222222"


@pytest.mark.parametrize(
    ("agent", "tool"),
    [
        ("Boto3/1.40 hsmtui/0.1", "hsmtui"),
        ("not-hsmtui/1", "not-hsmtui"),
        ("aws-cli/2.31.0 md/awscrt#0.27", "aws-cli"),
        ("[aws-cli/2.31.0 Python/3.13]", "aws-cli"),
        ("APN/1.0 HashiCorp/1.0 Terraform/1.9 aws-sdk-go", "terraform"),
        ("Mozilla/5.0 (X11; Linux)", "console"),
        ("console.amazonaws.com", "console"),
        ("cloudformation.amazonaws.com", "cloudformation.amazonaws.com"),
        ("Boto3/1.43 " + "md/Botocore#1.43 " * 20 + "hsmtui/0.1.0", "hsmtui"),
        ("", ""),
        ("[ ]", ""),
    ],
)
def test_the_program_that_asked_is_named_by_its_user_agent(agent, tool):
    assert event_of(RECORD | {"userAgent": agent}).tool == tool


@pytest.mark.parametrize(
    ("record", "odd"),
    [
        (None, "it has no record"),
        ("", "it has no record"),
        ("{", "its record is not JSON"),
        ("[" * 100_000, "its record is not JSON"),
        ('{"a": ' * 50_000 + "1" + "}" * 50_000, "characters"),
        ("7", "its record is not a JSON object"),
        ("9" * 10_000, "its record is not JSON"),
        ('"' + "x" * LARGEST_RECORD + '"', "too long to be read"),
        ({"userIdentity": "alice"}, "userIdentity is not an object"),
        ({"userIdentity": {"arn": ["x"]}}, "userIdentity.arn is not text"),
        ({"errorCode": {"a": 1}}, "errorCode is not text"),
        ({"sourceIPAddress": []}, "sourceIPAddress is not text"),
    ],
)
def test_what_is_odd_is_told_in_words_and_the_rest_is_read(record, odd):
    event = event_of(record)
    assert odd in " ".join(event.odd)
    assert (event.name, event.who.name) == ("CreateHsm", "alice")


def test_an_entry_that_is_odd_itself_is_told():
    event = read_event(read_entry(TrailEntry, 7, "entry 3, page 2"))
    assert event.key == "(entry 3, page 2)"
    assert "the entry is 7" in event.odd[0]
    odd = event_of(RECORD, EventTime="yesterday", EventName=["x"])
    assert odd.time == datetime(2026, 3, 1, 11, 59, 58, tzinfo=UTC)
    assert odd.name == "CreateHsm"
    assert len(odd.odd) == 2
    assert (
        event_of(RECORD | {"eventTime": "0001-01-01T00:00:00+14:00"}, EventTime=None).time is None
    )


@pytest.mark.parametrize(
    ("record", "outside", "reads"),
    [
        ({"readOnly": True}, {}, True),
        ({"readOnly": False}, {"ReadOnly": "true"}, False),
        ({}, {"ReadOnly": "true"}, True),
        ({}, {"ReadOnly": "false"}, False),
        ({"readOnly": "yes"}, {}, None),
        ({}, {}, None),
    ],
)
def test_whether_it_only_reads_is_said_by_the_record_or_the_entry(record, outside, reads):
    assert event_of(record, **outside).reads is reads


def test_secrets_are_in_none_of_it():
    key, token = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "eyJhbGciOiJI.eyJzdWIiOi.abc"
    event = event_of(
        {
            "userAgent": f"x {token}",
            "errorMessage": f"key {key}",
            "userIdentity": {"type": "IAMUser", "userName": "AKIAIOSFODNN7EXAMPLE"},
            "requestParameters": {
                "preCoPassword": "hunter2 with, blanks",
                "sessionToken": {"nested": "hunter2"},
                "tagList": [{"key": "db_password", "value": "hunter2"}, {"key": "A", "value": "1"}],
                "plain": f"x{key} {key}",
            },
        }
    )
    shown = repr(event)
    for secret in (f" {key}", token, "AKIAIOSFODNN7EXAMPLE", "hunter2"):
        assert secret not in shown
    assert ("preCoPassword", MASK) in event.parameters
    assert ("tagList.db_password", MASK) in event.parameters
    assert ("tagList.A", "1") in event.parameters


def test_of_many_parameters_and_long_texts_some_are_kept():
    many = {f"p{n}": "x" * 1_000 for n in range(100)}
    event = event_of({"requestParameters": many, "errorMessage": "y" * 100_000})
    assert len(event.parameters) == MOST_PARAMETERS
    assert len(event.message) == LONGEST_SAID
    assert all(len(value) <= LONGEST_SAID for _, value in event.parameters)
    deep = {"a": {"b": {"c": {"d": {"e": 1}}}}}
    assert event_of({"requestParameters": deep}).parameters == (("a.b.c.d", "…"),)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
members = st.sampled_from([*RECORD, "errorCode", "errorMessage", "key", "value"])
identities = st.dictionaries(
    st.sampled_from(["type", "arn", "userName", "invokedBy", "principalId", "accountId"]),
    st.sampled_from(["Root", "AssumedRole", "arn:", "arn:a:b:c:d:e/f/g", ":", "/"]) | json_values,
)


@given(st.dictionaries(members, identities | json_values), json_values)
def test_a_record_of_any_shape_is_an_event(record, outside):
    event = event_of(record, EventName=outside, EventTime=outside, Username=outside)
    assert event.key == "id-1"
    assert event.who.words
    assert isinstance(event.tool, str)
    assert hash(event.sameness)
