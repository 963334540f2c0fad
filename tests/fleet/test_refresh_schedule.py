"""When what is watched is read again, by a clock that is given."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hsmtui.fleet.refresh_schedule import SLOWEST, ReadingOutcome, RefreshSchedule

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_it_counts_from_the_last_reading_whoever_made_it():
    pace = RefreshSchedule(30)
    assert not pace.is_due(after(29), NOON)
    assert pace.is_due(after(30), NOON)
    pace.ended(ReadingOutcome.WELL, after(30))
    assert not pace.is_due(after(59), NOON)
    assert pace.is_due(after(60), NOON)
    assert not pace.is_due(after(60), after(45))


def test_what_was_never_read_is_due():
    assert RefreshSchedule(30).is_due(NOON, None)


def test_trouble_doubles_the_time_up_to_a_bound_and_one_success_ends_it():
    pace = RefreshSchedule(30)
    seen = []
    for outcome in (
        ReadingOutcome.THROTTLED,
        ReadingOutcome.FAILED,
        ReadingOutcome.THROTTLED,
        ReadingOutcome.FAILED,
    ):
        pace.ended(outcome, NOON)
        seen.append(pace.every)
    assert seen == [60, 120, 240, SLOWEST]
    assert not pace.is_due(after(SLOWEST - 1), NOON)
    assert pace.is_due(after(SLOWEST), NOON)
    pace.ended(ReadingOutcome.WELL, NOON)
    assert pace.every == 30


def test_it_says_how_often_and_why_so_seldom():
    pace = RefreshSchedule(30)
    assert pace.words == "every 30 s"
    pace.ended(ReadingOutcome.THROTTLED, NOON)
    assert pace.words == "every 60 s, throttled"
    pace.ended(ReadingOutcome.FAILED, NOON)
    assert pace.words == "every 120 s, after a failure"
    pace.ended(ReadingOutcome.WELL, NOON)
    assert pace.words == "every 30 s"


def test_a_clock_that_is_put_back_neither_stops_nor_hurries_it():
    pace = RefreshSchedule(30)
    pace.ended(ReadingOutcome.WELL, after(3600))
    assert pace.is_due(NOON, after(3600))
    pace.ended(ReadingOutcome.FAILED, NOON)
    assert not pace.is_due(after(30), after(3600))
    assert pace.is_due(after(60), after(3600))


@given(st.floats(5, 3600), st.lists(st.sampled_from(ReadingOutcome), max_size=30))
def test_it_is_never_faster_than_asked_for_and_never_slower_than_the_bound(seconds, outcomes):
    pace = RefreshSchedule(seconds)
    for outcome in outcomes:
        pace.ended(outcome, NOON)
        assert seconds <= pace.every <= max(seconds, SLOWEST)
        assert not pace.is_due(after(seconds * 0.99), NOON)
