"""A check as JUnit XML: what CI servers read of it."""

from xml.etree.ElementTree import Element, fromstring

import pytest

from hsmtui.check.formats.junit import as_junit
from tests.documents import (
    ACCEPTED,
    UNUSUAL,
    cluster,
    document,
    failed_place,
    finding,
    place,
    result,
)

COUNTS = ("tests", "failures", "errors")
ALLOWED = {
    "testsuites": {"name", *COUNTS, "time"},
    "testsuite": {"name", *COUNTS, "skipped", "time", "timestamp"},
    "testcase": {"classname", "name", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message", "type"},
    "system-out": set(),
}
"""The attributes that are used, a part of those in junit-10.xsd of the xunit plugin of Jenkins."""

HOLDS = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "error", "skipped", "system-out"},
}
SUBJECT = "012345678901.eu-central-1.cluster-a"


def read(told) -> Element:
    """The root, of a text that keeps to the rules of the form."""
    root = fromstring("".join(as_junit(told)))  # noqa: S314  # what we made ourselves
    for element in root.iter():
        assert set(element.attrib) <= ALLOWED[element.tag]
        assert {child.tag for child in element} <= HOLDS.get(element.tag, set())
    for case in root.iter("testcase"):
        assert case.get("name")
        assert len(case) <= 1
    for suite in (root, *root.iter("testsuite")):
        for tag, name in (("testcase", "tests"), ("failure", "failures"), ("error", "errors")):
            assert suite.get(name) == str(len([*suite.iter(tag)]))
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(names) == len(set(names))
    return root


def outcomes(told) -> dict[str, str]:
    """Of each test of the cluster, how it went."""
    cases = read(told).iter("testcase")
    return {
        case.get("name", ""): case[0].tag if len(case) else "passed"
        for case in cases
        if case.get("classname") == SUBJECT
    }


def told_with(one, **more):
    return document(one, inventory=(cluster("cluster-a", result(one.rule)),), **more)


def test_a_finding_fails_and_the_other_rules_pass():
    told = told_with(finding())
    assert outcomes(told) == {"SINGLE-HSM": "failure", "all other rules": "passed"}
    (failure,) = read(told).iter("failure")
    assert failure.attrib == {"type": "high", "message": "high: pki: one HSM"}
    assert failure.text == (
        "It may fail.\nSeen: State ACTIVE\n-> Create another.\n"
        "arn:aws:cloudhsm:eu-central-1:012345678901:cluster/cluster-a#SINGLE-HSM"
    )


@pytest.mark.parametrize(
    ("more", "fail_on", "outcome", "words"),
    [
        ({}, "high", "failure", ""),
        ({}, "critical", "skipped", "below critical"),
        ({"is_new": True}, None, "failure", ""),
        ({"is_new": False}, None, "skipped", "known before"),
        ({"accepted": ACCEPTED}, None, "skipped", "accepted until 2027-01-31: a test cluster"),
    ],
)
def test_a_finding_fails_that_counts_for_the_exit_status(more, fail_on, outcome, words):
    told = told_with(finding(**more), fail_on=fail_on)
    assert outcomes(told)["SINGLE-HSM"] == outcome
    (element,) = read(told).iter(outcome)
    assert words in element.get("message", "")


def test_a_rule_that_was_not_evaluated_is_skipped_unless_it_is_off():
    results = (
        result("SINGLE-HSM", "pass"),
        result("STUCK", "not evaluated", "first seen now"),
        result("TAGS", "not evaluated", "off"),
    )
    told = document(inventory=(cluster("cluster-a", *results),))
    assert outcomes(told) == {"STUCK": "skipped", "all other rules": "passed"}
    (skipped,) = read(told).iter("skipped")
    assert skipped.get("message") == "not evaluated: first seen now"


def test_a_place_that_could_not_be_read_is_an_error():
    entry, problem = failed_place()
    told = document(places=(place(), entry), problems=(problem,), whole=False)
    root = read(told)
    of_check, of_place = root.iter("error")
    assert of_check.get("message") == "NOT WHOLE: 1 of 2 places could not be read whole."
    assert of_place.attrib == {"message": "not read", "type": "not read"}
    assert of_place.text == ("DescribeClusters, request id r-1: AWS denied it: because\nAsk.")
    assert [suite.get("name") for suite in root] == ["check", "prod eu-central-1", "prod us-east-1"]


def test_too_few_clusters_are_an_error():
    (error,) = read(document(whole=False, min_clusters=5)).iter("error")
    assert "--min-clusters expects 5" in error.get("message", "")


def test_a_region_that_is_not_enabled_is_skipped():
    told = document(places=(place(), place(region="af-south-1", status="not enabled")))
    (skipped,) = read(told).iter("skipped")
    assert skipped.get("message") == "not enabled"


def test_that_a_filter_matches_nothing_is_seen():
    told = document(inventory=(), matching=0, filter="name:nobody")
    (skipped,) = read(told).iter("skipped")
    assert "NOTHING CHECKED" in skipped.get("message", "")


@pytest.mark.parametrize("text", UNUSUAL)
@pytest.mark.parametrize("field", ["name", "title", "why", "id"])
def test_text_from_outside_is_text(text, field):
    root = read(told_with(finding(**{field: text})))
    assert root.find(".//failure") is not None
    told = "".join(as_junit(told_with(finding(**{field: text}))))
    assert told.replace("\n", "").isprintable()
    told.encode()


@pytest.mark.parametrize("text", UNUSUAL)
def test_names_of_places_are_text(text):
    entry, problem = failed_place(profile=text)
    read(document(places=(entry,), problems=(problem,), inventory=(), whole=False))
