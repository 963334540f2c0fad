"""What CloudTrail knows, over HTTP: pages, what is odd in them, and what is refused."""

import json

import pytest

from hsmtui.aws.clusters import create_hsm, delete_hsm
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.trail import events_of, fetch_events
from hsmtui.demo import cloudtrail
from hsmtui.demo.identity import Caller
from tests.scripted import Refuse, Reply, reply_json

HERE = ("111111111111", "us-east-1")
LOOKUP = "LookupEvents"


@pytest.fixture(autouse=True)
def nobody_is_too_fast(monkeypatch):
    """The plane takes as many requests as come."""
    monkeypatch.setattr(cloudtrail, "MOST_A_SECOND", 1_000)


def named(plane, name):
    return next(c for c in plane.clusters(*HERE) if c.name == name)


@pytest.fixture
def fetch(connection):
    """The page at a position."""
    client = connection.reading_client("cloudtrail", LOOKUP)
    return lambda position: fetch_events(connection, client, position)


def test_pages_follow_one_another_newest_first(fetch, plane, clock, asked):
    cluster = named(plane, "dnssec-prod")
    for n in range(60):
        clock.advance(60)
        given = {"ResourceId": cluster.cluster_id, "TagList": [{"Key": "A", "Value": str(n)}]}
        plane.place(*HERE).events.append(
            cloudtrail.event_of(
                Caller(*HERE),
                clock.now(),
                "TagResource",
                given,
                {},
                agent="aws-cli/2.31",
                address="198.51.100.7",
                event_id=f"id-{n}",
            )
        )
    first = fetch(events_of(cluster.cluster_id))
    second = fetch(first.next)
    assert len(first.events) == 50
    assert second.next is None
    times = [each.time for each in (*first.events, *second.events)]
    assert times == sorted(times, reverse=True)
    keys = {each.key for each in (*first.events, *second.events)}
    assert first.events[0].parameters[1:] == (("tagList.A", "59"),)
    assert len(keys) == len(times) >= 60
    one, two = asked(LOOKUP)
    attribute = {"AttributeKey": "ResourceName", "AttributeValue": cluster.cluster_id}
    assert one == {"LookupAttributes": [attribute], "MaxResults": 50}
    assert two == one | {"NextToken": two["NextToken"]}


def test_what_hsmtui_changes_is_in_it_with_who_did_it(fetch, connection, plane):
    cluster = named(plane, "dnssec-prod")
    zone = next(iter(cluster.subnet_mapping))
    created = create_hsm(connection, cluster.cluster_id, zone, ())
    event = fetch(events_of(cluster.cluster_id)).events[0]
    assert (event.name, event.who.words, event.is_own) == ("CreateHsm", "demo (Triage)", True)
    assert ("availabilityZone", zone) in event.parameters
    assert (event.reads, event.error, event.odd) == (False, "", ())
    assert [each.key for each in fetch(events_of(created.entry.hsm_id)).events] == [event.key]


def test_what_is_done_once_is_in_it_once_whatever_the_past_has(fetch, connection, plane):
    """The past of a cluster is made when it is first asked for."""
    cluster = named(plane, "dnssec-prod")
    hsm_id = cluster.hsms[0].hsm_id
    delete_hsm(connection, cluster.cluster_id, hsm_id)
    events = fetch(events_of(hsm_id)).events
    assert [each.is_own for each in events if each.name == "DeleteHsm"] == [True]


def test_what_was_refused_is_in_it_with_its_error(fetch, connection, plane):
    cluster = named(plane, "payments-prod-01")
    with pytest.raises(HsmtuiError):
        create_hsm(connection, cluster.cluster_id, "us-east-1z", ())
    event = fetch(events_of(cluster.cluster_id)).events[0]
    assert event.error == "CloudHsmInvalidRequestException"
    assert event.message


def test_what_is_odd_is_told_and_the_rest_is_read(fetch, plane):
    whole = {"EventId": "a", "EventName": "TagResource", "CloudTrailEvent": "{}"}
    answer = {"Events": [7, whole | {"EventTime": "noon"}, {"CloudTrailEvent": [1]}, whole]}
    plane.script(LOOKUP, reply_json(answer))
    page = fetch(events_of("cluster-aaaaaaaaaaa"))
    assert [bool(event.odd) for event in page.events] == [True, True, True, False]
    assert [event.name for event in page.events] == ["", "TagResource", "", "TagResource"]
    assert page.problem is None


@pytest.mark.parametrize(
    "answer",
    [reply_json({}), reply_json({"Events": 7}), reply_json([]), Reply(b'{"Events": [')],
)
def test_an_answer_of_another_shape_is_an_error(fetch, plane, answer):
    plane.script(LOOKUP, answer)
    with pytest.raises(HsmtuiError, match="LookupEvents could not be read"):
        fetch(events_of("cluster-aaaaaaaaaaa"))


def test_a_full_page_of_the_largest_records_is_read(fetch, plane):
    record = json.dumps({"errorMessage": "x" * 200_000, "sourceIPAddress": "198.51.100.7"})
    events = [{"EventId": str(n), "CloudTrailEvent": record} for n in range(50)]
    plane.script(LOOKUP, reply_json({"Events": events}))
    page = fetch(events_of("cluster-aaaaaaaaaaa"))
    assert {event.address for event in page.events} == {"198.51.100.7"}
    assert sum(len(event.message) for event in page.events) < 20_000


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Refuse("AccessDeniedException", "Computer says no."), "cloudtrail:LookupEvents"),
        (Refuse("ThrottlingException", "Rate exceeded"), "Wait a moment"),
        (Refuse("InvalidNextTokenException", "No."), "Read the message"),
    ],
)
def test_a_refusal_says_what_to_do(fetch, plane, refusal, words):
    plane.script(LOOKUP, refusal)
    with pytest.raises(HsmtuiError) as caught:
        fetch(events_of("cluster-aaaaaaaaaaa"))
    assert words in str(caught.value.remedy)
    assert "trust policy" not in str(caught.value.remedy)
    assert caught.value.operation == LOOKUP
