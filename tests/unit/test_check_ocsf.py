"""A check as OCSF events: the fields that the published class requires."""

import json

import pytest

from hsmtui.check.formats.ocsf import as_ocsf
from tests.documents import (
    ACCEPTED,
    ACCOUNT,
    EARLIER,
    SECONDS,
    UNUSUAL,
    arn,
    document,
    failed_place,
    finding,
    place,
)

REQUIRED = {
    "": {
        *("activity_id", "category_uid", "class_uid", "compliance", "finding_info", "metadata"),
        *("severity_id", "time", "type_uid", "cloud"),
    },
    "finding_info": {"uid"},
    "metadata": {"product", "version"},
    "cloud": {"provider"},
    "remediation": {"desc"},
    "finding_info.analytic": {"type_id"},
}
"""By object, what ocsf/ocsf-schema 1.6.0 requires: events/findings/compliance_finding.json with all
that it extends, objects/*.json, and of profiles/cloud.json, which the events declare."""

NAMED = ("cloud.account", "metadata.product", "finding_info.analytic", "resources")
"""Objects of which a name or a uid is required (objects/_entity.json)."""

SEVERITIES = {
    1: "Informational",
    2: "Low",
    3: "Medium",
    4: "High",
    5: "Critical",
    0: "Unknown",
}
STATUSES = {1: "New", 3: "Suppressed", 4: "Resolved"}
RESULTS = {1: "Pass", 2: "Warning", 3: "Fail"}
ACTIVITIES = {1: "Create", 2: "Update", 3: "Close"}


def at(event, path):
    """What stands at a path, in a list; nothing where there is nothing."""
    found = [event]
    for name in filter(None, path.split(".")):
        found = [one[name] for one in found if name in one]
        found = [one for each in found for one in (each if isinstance(each, list) else [each])]
    return found


def events(told):
    """The events, each of which keeps to the class."""
    text = "".join(as_ocsf(told))
    found = [json.loads(line) for line in text.splitlines()]
    for event in found:
        for path, names in REQUIRED.items():
            assert all(names <= set(each) for each in at(event, path)), path
        for path in NAMED:
            assert all({"name", "uid"} & set(each) for each in at(event, path)), path
        assert (event["category_uid"], event["class_uid"]) == (2, 2003)
        assert event["type_uid"] == 200300 + event["activity_id"]
        assert event["activity_name"] == ACTIVITIES[event["activity_id"]]
        assert event["severity"] == SEVERITIES[event["severity_id"]]
        assert event["status"] == STATUSES[event["status_id"]]
        assert event["compliance"]["status"] == RESULTS[event["compliance"]["status_id"]]
        assert event["time"] == SECONDS * 1000
        assert event["metadata"]["version"] == "1.6.0"
        assert "null" not in json.dumps(event)
    return found


def test_a_finding_is_an_event():
    (event,) = events(document(finding()))
    assert (event["activity_name"], event["status"]) == ("Create", "New")
    assert (event["severity_id"], event["message"]) == (4, "one HSM")
    assert event["finding_info"]["uid"] == f"{arn('cluster-a')}#SINGLE-HSM"
    assert event["finding_info"]["desc"] == "It may fail."
    assert event["compliance"] == {
        "control": "SINGLE-HSM",
        "status_id": 3,
        "status": "Fail",
        "status_details": ["State: ACTIVE"],
    }
    assert event["cloud"] == {
        "provider": "AWS",
        "account": {"uid": ACCOUNT, "type_id": 10, "type": "AWS Account"},
        "region": "eu-central-1",
        "cloud_partition": "aws",
    }
    assert event["resources"] == [
        {
            "uid": arn("cluster-a"),
            "uid_alt": "cluster-a",
            "name": "pki",
            "type": "CloudHSM cluster",
            "region": "eu-central-1",
            "cloud_partition": "aws",
        }
    ]
    assert event["remediation"] == {"desc": "Create another."}
    assert event["metadata"]["product"]["version"] == "1.2.3"


@pytest.mark.parametrize(
    ("word", "number"), [("info", 1), ("low", 2), ("medium", 3), ("high", 4), ("critical", 5)]
)
def test_severities_are_those_of_the_class(word, number):
    (event,) = events(document(finding(severity=word)))
    assert event["severity_id"] == number


def test_an_accepted_finding_is_suppressed_and_says_why():
    (event,) = events(document(finding(accepted=ACCEPTED)))
    assert (event["status_id"], event["compliance"]["status"]) == (3, "Fail")
    assert event["status_detail"] == "accepted until 2027-01-31: a test cluster"


def test_what_was_known_is_an_update_and_what_is_gone_closes():
    found, gone = events(document(finding(is_new=False), earlier=EARLIER))
    assert found["activity_name"] == "Update"
    assert (gone["activity_name"], gone["status"]) == ("Close", "Resolved")
    assert gone["finding_info"]["uid"] == EARLIER.gone[0]
    assert gone["resources"][0]["uid"] == "arn:x/cluster-b"
    assert gone["compliance"]["control"] == "NO-HSM"


def test_a_place_that_could_not_be_read_is_a_result_that_is_missing():
    entry, problem = failed_place()
    (event,) = events(document(places=(place(), entry), problems=(problem,), whole=False))
    assert event["compliance"] == {
        "control": "NOT-READ",
        "status_id": 2,
        "status": "Warning",
        "status_details": ["DescribeClusters, request id r-1: AWS denied it: because"],
    }
    assert event["cloud"]["region"] == "us-east-1"


def test_what_is_not_known_is_left_out():
    (event,) = events(document(finding(arn=None, account=None, name=None, region=None)))
    assert event["resources"][0]["uid"] == "cluster-a"
    assert "account" not in event["cloud"]


@pytest.mark.parametrize("text", UNUSUAL)
def test_text_from_outside_comes_as_it_was_and_is_printable(text):
    told = document(finding(name=text, title=f"\x7f{text}"))
    assert all(line.isprintable() and line.isascii() for line in "".join(as_ocsf(told)).split("\n"))
    (event,) = events(told)
    assert event["message"] == f"\x7f{text}"
