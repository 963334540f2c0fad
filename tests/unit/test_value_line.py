"""Numbers as a line of characters."""

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.ui.widgets.value_line import value_line

LEVELS = " ▁▂▃▄▅▆▇█"
VALUES = st.lists(st.none() | st.floats(), max_size=60)


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ((), ""),
        ((None, None), "  "),
        ((0, 0), "▁▁"),
        ((1, 1), "██"),
        ((0, 1, None, 2, 3, 4, 5, 6, 7), "▁▂ ▃▄▅▆▇█"),
        ((-1, 0, 1), "▁▅█"),
        ((-1, -2), "▅▁"),
        ((float("nan"), float("inf"), 3), "  █"),
        ((-1.7e308, 1.7e308), "▁█"),
        ((5e-324, 0), "█▁"),
    ],
)
def test_characters_are_as_high_as_their_values(values, line):
    assert value_line(values, 80) == line


@pytest.mark.parametrize(("pick", "line"), [(max, "█▅"), (min, "▁█")])
def test_several_that_share_a_cell_are_told_by_the_one_that_counts(pick, line):
    assert value_line((0, 1, None, 0.5), 2, pick) == line


@given(VALUES, st.integers(-3, 80))
def test_any_values_fit_and_are_drawn_in_their_order(values, width):
    line = value_line(values, width)
    assert len(line) == max(0, min(width, len(values)))
    assert set(line) <= set(LEVELS)


@given(VALUES)
def test_a_blank_is_where_there_is_no_value_and_a_larger_value_is_no_lower(values):
    line = value_line(values, len(values))
    drawn = [(value, LEVELS.index(sign)) for value, sign in zip(values, line, strict=True)]
    known = sorted((v, level) for v, level in drawn if v is not None and isfinite(v))
    assert all((level == 0) == (v is None or not isfinite(v)) for v, level in drawn)
    assert [level for _, level in known] == sorted(level for _, level in known)


@given(VALUES, st.integers(1, 60))
def test_the_largest_value_is_in_the_line_however_short_it_is(values, width):
    known = [value for value in values if value is not None and isfinite(value)]
    if known and max(known) > 0:
        assert "█" in value_line(values, width)
