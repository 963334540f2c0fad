"""The columns of a picker: as wide as what they hold, as long as there is room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.ui.dialogs.pick_several import fitted

LINES = [("x" * 30, "1" * 14, "r" * 20, "SSO", "eu-central-1", "current")]
LEAST = (16, 14, 8)


def test_nothing_is_cut_where_there_is_room():
    assert fitted(LINES, LEAST, 96) == [30, 14, 20, 3, 12, 7]


@pytest.mark.parametrize("room", [95, 76, 60, 45, 32])
def test_the_account_is_never_cut(room):
    widths = fitted(LINES, LEAST, room)
    assert widths[1] == 14
    assert sum(widths) + 2 * (len(widths) - 1) <= room


def test_the_last_columns_go_before_the_name_is_cut_below_its_least():
    assert fitted(LINES, LEAST, 32) == [16, 14]
    assert fitted(LINES, LEAST, 20) == [20]


@given(
    st.lists(st.lists(st.text(alphabet="a界", max_size=40), max_size=6), max_size=5),
    st.lists(st.integers(0, 30), max_size=4),
    st.integers(-5, 120),
)
def test_all_columns_fit(lines, least, room):
    widths = [width for width in fitted(lines, least, room) if width]
    assert sum(widths) + 2 * (len(widths) - 1) <= max(0, room)
    assert all(width >= 0 for width in widths)
