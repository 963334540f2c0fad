"""The limit of requests, with a clock that a test moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.aws.rate_limit import RateLimit


class Seconds:
    """A clock that stands until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_two_are_sent_at_once_and_the_third_a_second_after_the_first():
    clock = Seconds()
    limit = RateLimit(2, 1.0, clock)
    assert [limit.take(), limit.take()] == [0.0, 0.0]
    clock.now = 0.25
    assert [limit.take(), limit.take(), limit.take()] == [0.75, 0.75, 1.75]
    clock.now = 60.0
    assert limit.take() == 0.0


def test_a_pause_holds_all_that_come_after_it():
    clock = Seconds()
    limit = RateLimit(2, 1.0, clock)
    limit.take()
    limit.hold(3.0)
    clock.now = 1.0
    assert [limit.take(), limit.take(), limit.take()] == [2.0, 2.0, 3.0]
    limit.hold(0.5)  # shorter than what is waited for already
    assert limit.take() == 3.0


@given(
    st.integers(1, 5),
    st.floats(0.1, 10),
    st.lists(st.tuples(st.floats(0, 3), st.none() | st.floats(0, 5)), max_size=60),
)
def test_never_more_than_so_many_in_any_such_time(number, seconds, steps):
    clock, turns, held = Seconds(), [], 0.0
    limit = RateLimit(number, seconds, clock)
    for passed, pause in steps:
        clock.now += passed
        if pause is not None:
            limit.hold(pause)
            held = max(held, clock.now + pause)
        wait = limit.take()
        assert wait >= 0
        turns.append(clock.now + wait)
        assert turns[-1] >= held - 1e-9
    assert turns == pytest.approx(sorted(turns))
    for first, later in zip(turns, turns[number:], strict=False):
        assert later - first >= seconds - 1e-6
