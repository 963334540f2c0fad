"""The rules that need metrics: what they say of each HSM, and when they cannot say anything."""

from datetime import timedelta

import pytest

from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.columns import UNKNOWN, choose
from hsmtui.model.filter.classes import NoSeverity, severity_class
from hsmtui.model.findings.evaluate import find
from hsmtui.model.findings.finding import ON_REQUEST, Findings, Judged, Known, Unchecked, Unread
from hsmtui.model.findings.limits import Rules
from hsmtui.model.health import SPANS, UNHEALTHY
from tests.conftest import NOON
from tests.health import SESSIONS, WELL, health_of, hsm_health

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OLD_READING = WELL._replace(read_at=NOON - 31 * MINUTE)
HOURS_3, HOURS_24, DAYS_14 = SPANS


def cluster(*states):
    return Cluster(
        cluster_id="cluster-1",
        state="ACTIVE",
        hsms=tuple(Hsm(hsm_id=f"hsm-{n}", state=state) for n, state in enumerate(states, 1)),
    )


def found(rule, subject, health, **limits):
    """The finding of a rule, or why it was not evaluated, or None."""
    said = find(subject, NOON, Rules(**limits), Known(health=health))
    told = [each for each in (*said.findings, *said.unchecked) if each.rule == rule]
    assert len(told) <= 1
    return told[0] if told else None


def unhealthy(*values, span=HOURS_3, **more):
    return health_of(hsm_health(span=span, **{UNHEALTHY: values}), span=span, **more)


class TestUnhealthy:
    @pytest.mark.parametrize(
        ("values", "severity", "title"),
        [
            ((0, 0, 0), None, ""),
            ((0, 1, 1), "critical", "hsm-1: unhealthy"),
            ((1, 1, 1), "critical", "hsm-1: unhealthy"),
            ((1, 1, None), "critical", "hsm-1: unhealthy"),  # the last value may come late
            ((0, 1, 0), "medium", "hsm-1: unhealthy before"),
        ],
    )
    def test_now_is_worse_than_before(self, values, severity, title):
        said = found("HSM-UNHEALTHY", cluster("ACTIVE"), unhealthy(*values))
        assert (said and (said.severity.word, said.title)) == (severity and (severity, title))

    @pytest.mark.parametrize(
        ("span", "severity", "title"),
        [
            (HOURS_24, "critical", "hsm-1: unhealthy"),
            (DAYS_14, "high", "hsm-1: unhealthy in the last 4 h"),
        ],
    )
    def test_a_long_period_does_not_say_how_it_is_now(self, span, severity, title):
        said = found("HSM-UNHEALTHY", cluster("ACTIVE"), unhealthy(0, 1, span=span))
        assert (said.severity.word, said.title) == (severity, title)

    def test_says_from_when_to_when(self):
        now = found("HSM-UNHEALTHY", cluster("ACTIVE"), unhealthy(0, 1, 1))
        assert now.seen == (("hsm-1", "HsmUnhealthy since 2026-03-01 11:55 UTC"),)
        longer = found("HSM-UNHEALTHY", cluster("ACTIVE"), unhealthy(1, 1))
        assert longer.seen == (("hsm-1", "HsmUnhealthy since 2026-03-01 11:55 UTC or earlier"),)
        before = found("HSM-UNHEALTHY", cluster("ACTIVE"), unhealthy(0, 1, 0))
        when = "HsmUnhealthy since 2026-03-01 11:55 UTC, until 2026-03-01 12:00 UTC"
        assert before.seen == (("hsm-1", when),)

    def test_names_each_and_not_too_many(self):
        states = ("ACTIVE",) * 5
        hsms = [hsm_health(f"hsm-{n}", **{UNHEALTHY: (1,)}) for n in range(1, 6)]
        said = found("HSM-UNHEALTHY", cluster(*states), health_of(*hsms))
        assert said.title == "hsm-1, hsm-2, hsm-3 and 2 more: unhealthy"
        assert len(said.seen) == 5

    @pytest.mark.parametrize(
        "values", [(), (0, 0, *(None,) * 5), (1, 1, *(None,) * 5)], ids=["none", "old", "old, bad"]
    )
    def test_without_a_new_value_is_not_taken_for_well(self, values):
        said = found("HSM-UNHEALTHY", cluster("ACTIVE"), unhealthy(*values))
        if 1 in values:
            assert said.severity.word == "medium"
        else:
            why = "CloudWatch has no new HsmUnhealthy of hsm-1"
            assert said == Unchecked("HSM-UNHEALTHY", why)

    def test_one_that_was_not_asked_for_is_not_taken_for_well(self):
        said = found("HSM-UNHEALTHY", cluster("ACTIVE", "ACTIVE"), unhealthy(0, 0))
        assert said.why == "CloudWatch has no new HsmUnhealthy of hsm-2"

    @pytest.mark.parametrize("state", ["CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETED"])
    def test_one_that_is_not_there_to_stay_does_not_count(self, state):
        said = found("HSM-UNHEALTHY", cluster("ACTIVE", state), unhealthy(0, 0))
        assert said is None


class TestNearLimit:
    @pytest.mark.parametrize(
        ("sessions", "severity"),
        [((1_843, 1), None), ((1_844, 1), "medium"), ((2_047,), "medium"), ((2_048,), "high")],
    )
    def test_is_what_was_most_against_the_limit(self, sessions, severity):
        health = health_of(hsm_health(**{SESSIONS: sessions}))
        said = found("NEAR-LIMIT", cluster("ACTIVE"), health)
        assert (said and said.severity.word) == severity

    def test_goes_by_the_setting(self):
        health = health_of(hsm_health(**{SESSIONS: (1_024,)}))
        assert found("NEAR-LIMIT", cluster("ACTIVE"), health, near_limit_percent=51) is None
        assert found("NEAR-LIMIT", cluster("ACTIVE"), health, near_limit_percent=50) is not None

    def test_tells_the_nearest_first(self):
        hsms = (
            hsm_health("hsm-1", **{SESSIONS: (1_900,)}),
            hsm_health("hsm-2", HsmUsersAvailable=(4,), HsmUsersMax=(1_024,), HsmTemperature=(50,)),
        )
        said = found("NEAR-LIMIT", cluster("ACTIVE", "ACTIVE"), health_of(*hsms))
        assert said.title == "hsm-2: users 1,020 of 1,024 and 1 more"
        assert said.seen == (
            ("hsm-2", "users 1,020 of 1,024, 99 %"),
            ("hsm-1", "sessions 1,900 of 2,048, 92 %"),
        )

    def test_what_was_days_ago_does_not_count(self):
        values = (2_000, *(5,) * 10)
        health = health_of(hsm_health(span=DAYS_14, **{SESSIONS: values}), span=DAYS_14)
        assert found("NEAR-LIMIT", cluster("ACTIVE"), health) is None

    def test_without_values_is_not_taken_for_well(self):
        said = found(
            "NEAR-LIMIT", cluster("ACTIVE"), health_of(hsm_health(HsmKeysSessionOccupied=(5,)))
        )
        assert said == Unchecked("NEAR-LIMIT", "CloudWatch has no values of hsm-1")


@pytest.mark.parametrize("rule", sorted(ON_REQUEST))
class TestBoth:
    @pytest.mark.parametrize(
        ("health", "why"),
        [
            (None, "metrics were not read"),
            (Unread("cloudwatch:GetMetricData is denied"), "cloudwatch:GetMetricData is denied"),
            (
                WELL._replace(read_at=NOON - 31 * MINUTE),
                "metrics were read more than 30 minutes ago",
            ),
        ],
    )
    def test_say_nothing_where_it_is_not_known_how_it_is(self, rule, health, why):
        assert found(rule, cluster("ACTIVE"), health) == Unchecked(rule, why)

    def test_find_nothing_where_all_is_well(self, rule):
        assert found(rule, cluster("ACTIVE", "DEGRADED"), WELL) is None
        assert found(rule, cluster("ACTIVE"), WELL._replace(read_at=NOON - 30 * MINUTE)) is None

    @pytest.mark.parametrize("states", [(), ("DELETED",), ("CREATE_IN_PROGRESS",)])
    def test_are_not_about_a_cluster_without_hsms(self, rule, states):
        assert found(rule, cluster(*states), None) is None

    def test_do_not_make_a_cluster_unknown_that_nobody_has_asked_about(self, rule):
        (column,) = choose(["findings"])
        mine, other = (Findings(unchecked=(Unchecked(e, "why"),)) for e in (rule, "STUCK"))
        assert column.cell(Judged(cluster("ACTIVE"), mine), NOON, 20) == ""
        assert UNKNOWN in column.cell(Judged(cluster("ACTIVE"), other), NOON, 20)
        assert severity_class(mine) is NoSeverity.NONE
        assert severity_class(other) is NoSeverity.UNKNOWN
