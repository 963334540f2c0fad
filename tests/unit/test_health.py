"""Metrics as values: what is least and last, gaps, rates, times in trouble, shares of limits."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.health import (
    SPANS,
    UNHEALTHY,
    Episode,
    figure,
    first_period,
    metrics_of,
    missing_metrics,
    percent,
)
from tests.conftest import NOON
from tests.health import NEW, OLD, SESSIONS, hsm_health, series

MINUTE = timedelta(minutes=1)
VALUES = st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=40)


class TestSeries:
    def test_tells_what_is_known_and_when_the_last_was(self):
        told = series(3, None, 5, None)
        assert told.known == (3, 5)
        assert told.last == (NOON - 5 * MINUTE, 5)
        assert series(None, None).last is None

    @pytest.mark.parametrize(
        ("values", "gaps"),
        [((), 0), ((None, None), 0), ((None, 1, None), 0), ((1, None, 2), 1), ((1, 2), 0)],
    )
    def test_has_gaps_only_between_values(self, values, gaps):
        assert series(*values).gaps == gaps

    def test_is_cut_where_a_time_begins(self):
        told = series(1, 2, 3)
        assert told.since(NOON - 5 * MINUTE).values == (2, 3)
        assert told.since(NOON - 5 * MINUTE).start == NOON - 5 * MINUTE
        assert told.since(NOON - timedelta(days=9)).values == (1, 2, 3)
        assert told.since(NOON + timedelta(days=9)).values == ()

    def test_of_a_counter_grows_by_so_much_a_second(self):
        assert series(300, 600, None, 1_200, 30, 60).rates().values == (
            *(None, 1, None, 1),
            *(None, 0.1),  # it began anew
        )

    @given(VALUES)
    def test_of_any_counter_is_no_less_than_nothing(self, values):
        rates = series(*values).rates()
        assert len(rates.values) == len(values)
        assert all(rate >= 0 for rate in rates.known)


class TestEpisodes:
    @pytest.mark.parametrize(
        ("values", "episodes"),
        [
            ((0, 0, 0), []),
            ((0, 1, 1), [Episode(NOON - 5 * MINUTE)]),
            ((1, 1, 1), [Episode(NOON - 10 * MINUTE, None, began_before=True)]),
            ((0, 1, 0), [Episode(NOON - 5 * MINUTE, NOON)]),
            ((1, None, 0), [Episode(NOON - 10 * MINUTE, NOON - 5 * MINUTE, began_before=True)]),
            ((1, None, 1), [Episode(NOON - 10 * MINUTE, None, began_before=True)]),
        ],
    )
    def test_say_from_when_to_when(self, values, episodes):
        assert hsm_health(**{UNHEALTHY: values}).episodes == episodes

    def test_are_told_one_by_one(self):
        assert len(hsm_health(**{UNHEALTHY: (1, 0, 1, 0, 1)}).episodes) == 3
        assert hsm_health().episodes == []


class TestMeasures:
    def measure(self, title, **values):
        return next(e for e in hsm_health(**values).measures if e.title == title)

    def test_have_the_limit_where_one_is_known(self):
        sessions = self.measure("sessions", **{SESSIONS: (1_024, 512)})
        assert (sessions.limit, sessions.share) == (2_048, 0.5)
        keys = self.measure("token keys", HsmKeysTokenOccupied=(3_312,))
        assert (keys.limit, keys.share) == (16_666, 3_312 / 16_666)
        assert self.measure("token keys", hsm_type=OLD, HsmKeysTokenOccupied=(1,)).limit == 3_300
        unknown = self.measure("token keys", hsm_type=None, HsmKeysTokenOccupied=(1,))
        assert (unknown.limit, unknown.share) == (None, None)

    def test_tell_users_by_their_limit_or_how_many_are_free(self):
        free = self.measure("users free", HsmUsersAvailable=(1_000, 1_010))
        assert (free.limit, free.lowest_is_worst) == (None, True)
        used = self.measure("users", HsmUsersAvailable=(1_000, 1_010), HsmUsersMax=(1_024, 1_024))
        assert (used.series.known, used.limit, used.lowest_is_worst) == ((24, 14), 1_024, False)

    @pytest.mark.parametrize("most", [0, -3])
    def test_of_a_limit_that_is_none_have_no_share(self, most):
        users = self.measure("users", HsmUsersAvailable=(0,), HsmUsersMax=(most,))
        assert users.share is None

    def test_of_counters_are_rates(self):
        traffic = self.measure("bytes/s in", InterfaceEth2OctetsInput=(0, 300_000))
        assert traffic.series.known == (1_000,)


def test_a_new_type_has_fewer_metrics_and_an_unknown_one_may_have_all():
    assert {metric.name for metric in missing_metrics(NEW)} == {
        *("HsmTemperature", "HsmSslCtxsOccupied", "HsmUsersMax"),
        *("InterfaceEth2OctetsInput", "InterfaceEth2OctetsOutput"),
    }
    assert missing_metrics(OLD) == missing_metrics(None) == ()
    assert {*metrics_of(NEW), *missing_metrics(NEW)} == set(metrics_of(None))


@pytest.mark.parametrize("span", SPANS, ids=lambda span: span.words)
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=30))])
def test_periods_begin_at_whole_multiples_and_the_last_one_is_that_of_now(span, zone):
    now = datetime(2026, 3, 1, 12, 7, 31, tzinfo=zone)
    first = first_period(span, now)
    assert first.timestamp() % span.period.total_seconds() == 0
    last = first + (span.periods - 1) * span.period
    assert last <= now < last + span.period


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (1_988, "1,988"), (0.25, "0.2"), (123.4, "123"), (2.1e9, "2.1e+09"), (-5, "-5")],
)
def test_a_figure_is_short(value, words):
    assert figure(value) == words


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_figure_has_room(value):
    assert len(figure(value)) <= 10


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0 %"), (0.97, "97 %"), (0.29, "29 %"), (0.999, "99 %"), (1, "100 %")]
)
def test_a_percentage_is_not_rounded_up_to_the_limit(share, words):
    assert percent(share) == words
