"""The metrics of CloudWatch over HTTP: what is asked, and what becomes of any answer."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.metrics import MOST_ASKED, _decode, read_health
from hsmtui.demo.records import Hsm
from hsmtui.model.health import SPANS, UNHEALTHY
from tests.conftest import NOON
from tests.health import SESSIONS
from tests.scripted import Refuse, Reply, ScriptedPlane, reply_json

HERE = ("111111111111", "us-east-1")
ASK = "GetMetricData"
START = (NOON - timedelta(hours=3) + SPANS[0].period).timestamp()


@pytest.fixture
def plane(clock) -> ScriptedPlane:
    return ScriptedPlane(clock=clock, clusters=50)


@pytest.fixture
def read_timeout() -> float:
    """The demo reads the model of CloudWatch with the first request for it."""
    return 20.0


@pytest.fixture
def read(connection, plane):
    """Reads the metrics of a cluster by its Name."""

    def read(name="tls-offload-prod", span=SPANS[0]):
        wanted = next(c.cluster_id for c in plane.clusters(*HERE) if c.name == name)
        (cluster,) = read_cluster(connection, wanted)
        return read_health(connection, cluster, span, NOON)

    return read


@pytest.mark.parametrize("span", SPANS, ids=lambda span: span.words)
def test_all_hsms_are_asked_for_in_one_request(read, plane, asked, span):
    health = read(span=span)
    (request,) = asked(ASK)
    queries = request["MetricDataQueries"]
    assert (health.odd, health.left_out, health.read_at) == ((), 0, NOON)
    assert len(health.hsms) == 2
    assert len(queries) == 10  # hsm2m.medium has five
    assert {each["MetricStat"]["Period"] for each in queries} == {span.period.total_seconds()}
    stats = {e["MetricStat"]["Metric"]["MetricName"]: e["MetricStat"]["Stat"] for e in queries}
    assert stats.pop("HsmUsersAvailable") == "Minimum"
    assert set(stats.values()) == {"Maximum"}
    for hsm in health.hsms:
        sessions = hsm.series[SESSIONS]
        assert len(sessions.values) == len(sessions.known) + (sessions.values[-1] is None)
        assert 1_880 <= min(sessions.known) <= max(sessions.known) <= 1_990


def test_an_old_hsm_tells_more_and_when_it_became_unhealthy(read):
    health = read("root-ca-ceremony", SPANS[1])
    bad = [hsm for hsm in health.hsms if hsm.episodes]
    assert len(bad) == 1
    (episode,) = bad[0].episodes
    assert (episode.start, episode.end) == (NOON - timedelta(hours=5), None)
    assert {"users", "celsius", "bytes/s in"} <= {each.title for each in bad[0].measures}


def test_more_hsms_take_several_requests_and_not_too_many(read, plane, asked):
    (cluster,) = (c for c in plane.clusters(*HERE) if c.name == "tls-offload-prod")
    cluster.hsms = [
        Hsm(f"hsm-{n:011}", cluster_id=cluster.cluster_id, state="ACTIVE", hsm_type="hsm1.medium")
        for n in range(MOST_ASKED + 5)
    ]
    health = read()
    assert [len(each["MetricDataQueries"]) for each in asked(ASK)] == [500, 500]
    assert (len(health.hsms), health.left_out) == (MOST_ASKED, 5)
    assert all(hsm.series[SESSIONS].known for hsm in health.hsms)
    assert health.odd == ()


def test_a_gone_hsm_is_not_asked_for(read, plane, asked):
    (cluster,) = (c for c in plane.clusters(*HERE) if c.name == "tls-offload-prod")
    cluster.hsms[0].state = "DELETED"
    assert [hsm.hsm_id for hsm in read().hsms] == [cluster.hsms[1].hsm_id]
    assert len(asked(ASK)[0]["MetricDataQueries"]) == 5


def test_what_goes_on_on_a_further_page_is_one(read, plane, asked):
    first = result(times=[START], values=[1], StatusCode="PartialData")
    plane.script(ASK, reply_json({"MetricDataResults": [first], "NextToken": "more"}), call=1)
    second = result(times=[START + 300], values=[2])
    plane.script(ASK, reply_json({"MetricDataResults": [second]}), call=2)
    health = read()
    assert health.hsms[0].series[UNHEALTHY].values[:3] == (1, 2, None)
    assert asked(ASK)[1]["NextToken"] == "more"
    assert not any("not all came" in words for words in health.odd)


def result(id_="m0", times=(), values=(), **more: Any) -> dict[str, Any]:
    return {"Id": id_, "Timestamps": times, "Values": values, "StatusCode": "Complete"} | more


@pytest.mark.parametrize(
    ("came", "words"),
    [
        (result(times=[START, START + 300], values=[1]), "1 for 2 times"),
        (result(times=[START], values=[float("nan")]), "no number"),
        (result(times=[START], values=["many"]), "no number"),
        (result(times=[True], values=[1]), "no number"),
        (result(times=["never"], values=[1]), "no number"),
        (result(times=[START - 1], values=[1]), "1 values are of another time"),
        (result(times=[1e300], values=[10**400]), "no number"),
        (result(times=7), "Timestamps is 7, not a list"),
        (result("m999"), "m999: it was not asked for"),
        (result({}), "Id is {}, not an id"),
        (result(StatusCode="PartialData"), "not all came, it is PartialData"),
        (result(StatusCode="Forbidden\x1b[2J"), "not all came, it is Forbidden\\x1b[2J"),
        (result(StatusCode=[]), "StatusCode is [], not text"),
        (result(Messages=[{"Code": "X", "Value": "Too many."}]), "CloudWatch says Too many."),
        ("text", "the entry is str, not an object"),
    ],
    ids=str,
)
def test_what_is_odd_of_an_answer_is_told_and_the_rest_is_read(read, plane, came, words):
    good = result("m1", times=[START], values=[5])
    plane.script(ASK, reply_json({"MetricDataResults": [came, good]}))
    health = read()
    assert any(words in each for each in health.odd), health.odd
    assert health.hsms[0].series[SESSIONS].values[0] == 5


def test_what_does_not_come_is_told_and_not_too_much_of_it(read, plane):
    told = {"MetricDataResults": [], "Messages": [{"Value": "Some are missing."}, 5]}
    plane.script(ASK, reply_json(told))
    health = read()
    assert health.odd[0] == "CloudWatch says Some are missing."
    assert health.odd[1].startswith("unhealthy of hsm-")
    assert health.odd[1].endswith("there is no answer")
    assert health.odd[-1] == "and 6 more"
    assert not any(hsm.series for hsm in health.hsms)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Refuse("AccessDeniedException", "No."), "Not allowed: GetMetricData"),
        (Refuse("ThrottlingException", "Slow down."), "throttling"),
        (Refuse("InternalServiceFault", "Oh.", 500), "HTTP 500"),
        (Reply(b"<html>503</html>", 503, "text/html"), "HTTP 503"),
        (Reply(b'{"MetricDataResults": ['), "could not be read"),
        (reply_json({"MetricDataResults": 7}), "could not be read"),
        (reply_json([]), "could not be read"),
        (reply_json({"MetricDataResults": [], "NextToken": "same"}), "page"),
    ],
    ids=["denied", "throttled", "failed", "page", "broken", "no list", "no object", "endless"],
)
def test_what_fails_is_an_error_that_says_what(read, plane, fault, words):
    plane.script(ASK, fault)
    with pytest.raises(HsmtuiError) as caught:
        read()
    assert words in str(caught.value)
    assert caught.value.operation == ASK


def test_a_denial_names_the_action(connect, plane):
    (cluster,) = (c for c in plane.clusters(*HERE) if c.name == "tls-offload-prod")
    auditor = connect("demo-auditor")
    (known,) = read_cluster(auditor, cluster.cluster_id)
    with pytest.raises(HsmtuiError) as caught:
        read_health(auditor, known, SPANS[0], NOON)
    assert caught.value.denied_action == "cloudwatch:GetMetricData"
    assert "cloudwatch:GetMetricData" in str(caught.value.remedy)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
MEMBERS = st.sampled_from(["Id", "Timestamps", "Values", "StatusCode", "Messages"])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(JSON | st.dictionaries(MEMBERS, JSON))
def test_any_result_is_read_or_says_what_is_odd(entry):
    read = _decode(entry, "entry 1, page 1")
    assert read.query_id
    assert all(isinstance(time, float) for point in read.points for time in point)
