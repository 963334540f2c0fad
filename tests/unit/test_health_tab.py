"""What the tab of metrics says, at any width."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.aws.errors import HsmtuiError
from hsmtui.fleet.health import HealthReading
from hsmtui.fleet.recorded import RecordedCluster
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.health import METRICS, SPANS, UNHEALTHY, Health
from hsmtui.ui.widgets.detail_view import DetailView, RelatedData
from hsmtui.ui.widgets.hanging_text import HangingText
from hsmtui.ui.widgets.health_tab import health
from tests.conftest import NOON
from tests.health import NEW, OLD, SESSIONS, health_of, hsm_health

HSM = Hsm(hsm_id="hsm-1", state="ACTIVE", availability_zone="us-east-1a", hsm_type=NEW)
CLUSTER = Cluster(cluster_id="cluster-1", state="ACTIVE", hsm_type=NEW, hsms=(HSM,))
FAILED = HsmtuiError(title="Not allowed: GetMetricData", detail="No.", operation="GetMetricData")


def drawn(known=None, width=78, cluster=CLUSTER, **more):
    reading = HealthReading(health=known, **more)
    view = DetailView(cluster, width, NOON, {}, related=RelatedData(health=reading))
    return HangingText(health(view)).drawn(width).plain


def line(text, title):
    return next(each for each in text.split("\n") if each.startswith(f"  {title}"))


def test_a_metric_is_a_line_with_its_figures():
    told = drawn(health_of(hsm_health(**{SESSIONS: (112, 1_988, 1_204)})))
    assert "last 3 h, every 5 min · read 12:00 UTC" in told
    assert line(told, "sessions").split() == [
        *("sessions", "▁█▅", "112", "1,988", "1,204", "2,048", "▲", "97", "%")
    ]
    (head,) = (each for each in told.split("\n") if "us-east-1a" in each)
    assert head.split() == ["hsm-1", "us-east-1a", "●", "ACTIVE", "least", "most", "last", "limit"]
    assert head.rstrip().index("limit") + 5 == line(told, "sessions").index("2,048") + 5


def test_a_metric_without_a_limit_has_no_share():
    told = drawn(health_of(hsm_health(HsmKeysSessionOccupied=(3_310, 3_312))))
    assert line(told, "session keys").split()[-3:] == ["3,310", "3,312", "3,312"]


def test_in_a_narrow_room_the_figures_stand_below():
    told = drawn(health_of(hsm_health(**{SESSIONS: (112, 1_988, 1_204)})), width=46)
    assert line(told, "sessions").split() == ["sessions", "▁█▅"]
    assert "112 to 1,988, last 1,204, ▲ 97 % of" in told


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0, 1, 1), "■ unhealthy since 2026-03-01 11:55 UTC"),
        ((1, 0, 1), "■ unhealthy since 2026-03-01 12:00 UTC, the last of 2 times"),
        ((0, 1, 0), "▲ unhealthy since 2026-03-01 11:55 UTC, until 2026-03-01 12:00 UTC"),
    ],
)
def test_it_says_when_an_hsm_was_unhealthy(values, words):
    assert words in drawn(health_of(hsm_health(**{UNHEALTHY: values})), width=100)


def test_the_worst_hsm_stands_first_and_those_that_are_well_by_zone():
    told_of = {
        "well-c": {SESSIONS: (5,)},
        "well-a": {SESSIONS: (5,)},
        "was-unhealthy": {UNHEALTHY: (1, 0)},
        "near": {SESSIONS: (1_900,)},
        "nearer": {SESSIONS: (2_048,)},
        "unhealthy": {UNHEALTHY: (0, 1)},
        "failed": {},
    }
    hsms = [
        Hsm(
            hsm_id=each,
            state="DEGRADED" if each == "failed" else "ACTIVE",
            availability_zone=f"us-east-1{each[-1] if 'well' in each else 'b'}",
        )
        for each in told_of
    ]
    cluster = Cluster(cluster_id="cluster-1", hsms=tuple(hsms))
    known = health_of(*(hsm_health(each, **values) for each, values in told_of.items()))
    heads = [each.split()[0] for each in drawn(known, 78, cluster).split("\n") if "us-east" in each]
    assert heads == [
        *("failed", "unhealthy", "nearer", "near", "was-unhealthy", "well-a", "well-c")
    ]


def test_what_a_type_does_not_have_is_one_line_and_what_did_not_come_another():
    told = drawn(health_of(hsm_health(**{SESSIONS: (1,)})), width=200)
    missing = "TLS contexts, users at most, celsius, bytes/s in, bytes/s out"
    assert f"hsm2m.medium has no metrics of: {missing}." in told
    assert "no values: unhealthy, token keys, session keys, users free" in told
    old = drawn(health_of(hsm_health(hsm_type=OLD, **{SESSIONS: (1,)})), width=200)
    assert "has no metrics of" not in old


def test_gaps_are_told():
    values = (*(None,) * 4, 1, None, None, 2, *(None,) * 9)
    told = drawn(health_of(hsm_health(**{SESSIONS: values})), width=200)
    assert "2 of 36 periods without a value: sessions" in told
    assert "from 03-01 11:00 UTC on: sessions" in told
    assert "none after 03-01 11:20 UTC: sessions" in told
    whole = drawn(health_of(hsm_health(**{SESSIONS: (1, 2, None)})), width=200)
    assert not any(words in whole for words in ("without", " on:", "none after"))


def test_no_values_at_all_are_told():
    told = drawn(health_of(hsm_health()), width=200)
    assert "CloudWatch has no values of these HSMs in the last 3 h." in told
    assert "some minutes" in told


@pytest.mark.parametrize(
    ("hsms", "words"),
    [
        ((), "No HSMs"),
        ((Hsm(hsm_id="hsm-1", state="DELETED"),), "No HSMs"),
        (None, "The HSM list is not known"),
    ],
)
def test_without_hsms_there_is_nothing_to_ask(hsms, words):
    assert words in drawn(cluster=Cluster(cluster_id="cluster-1", hsms=hsms))


def test_a_file_has_no_metrics():
    recorded = RecordedCluster(CLUSTER, NOON)
    view = DetailView(CLUSTER, 78, NOON, {}, related=RelatedData(recorded=recorded))
    assert str(HangingText(health(view))) == "Metrics are not in this file."


def test_what_fails_stands_below_what_was_read():
    assert "reading the last 3 h, every 5 min …" in drawn()
    known = health_of(hsm_health(**{SESSIONS: (5,)}))
    told = drawn(known, problem=FAILED)
    assert "▲ failed, see the end" in told
    assert told.index("sessions") < told.index("▲ Not allowed: GetMetricData")
    assert "r tries again" in told
    assert "reading …" in drawn(known, is_reading=True)
    other = drawn(known._replace(span=SPANS[1]), is_reading=True)
    assert "last 24 h, every 15 min" in other
    assert "reading the last 3 h" in other


def test_what_is_odd_is_told():
    told = drawn(Health(SPANS[0], NOON, (hsm_health(),), ("sessions of hsm-1: \x1b[2J",), 3))
    assert "? sessions of hsm-1: \\x1b[2J" in told
    assert "3 more HSMs were not asked for." in told


VALUES = st.lists(
    st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=40
)


@given(
    st.dictionaries(st.sampled_from([metric.name for metric in METRICS]), VALUES),
    st.sampled_from([OLD, NEW, None, "hsm9\x1b.large"]),
    st.integers(20, 130),
    st.sampled_from(SPANS),
)
def test_any_values_fit_into_any_width(values, hsm_type, width, span):
    known = health_of(hsm_health(hsm_type=hsm_type, span=span, **values), span=span)
    text = drawn(known._replace(read_at=NOON + timedelta(hours=1)), width)
    assert all(len(each) <= width for each in text.split("\n"))
    assert text.isprintable() or "\n" in text
    assert "\x1b" not in text
