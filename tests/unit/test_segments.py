"""A line of cells as few segments."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from hsmtui.ui.terminal.segments import segments

RED = Style(color="red")
LOUD = Style(bold=True)


def drawn(cells, base, width):
    return [(segment.text, segment.style) for segment in segments(cells, base, width)]


def test_cells_of_one_style_are_one_segment():
    assert drawn([("a ", None), ("b", None)], None, 5) == [("a b  ", None)]
    assert drawn([("a ", RED), ("b", RED)], RED, 5) == [("a b  ", RED)]


def test_blanks_around_a_cell_are_in_the_base_style():
    cells = [("x ", None), (" red ", RED), ("y", None)]
    assert drawn(cells, None, 9) == [("x  ", None), ("red", RED), (" y ", None)]
    assert drawn([(" all ", RED)], LOUD, 6) == [(" ", LOUD), ("all", RED), ("  ", LOUD)]


def test_what_is_too_long_is_cut():
    assert drawn([("abc", None), ("def", RED)], None, 5) == [("abc", None), ("d…", RED)]
    assert drawn([("abc", None), ("def", RED)], None, 3) == [("abc", None)]


@given(
    st.lists(st.tuples(st.text("ab ü本", max_size=6), st.sampled_from([None, RED, LOUD]))),
    st.sampled_from([None, LOUD]),
    st.integers(1, 30),
)
def test_a_line_is_as_wide_as_it_is_meant_to_be(cells, base, width):
    found = segments(cells, base, width)
    assert sum(cell_len(segment.text) for segment in found) == width
    text = "".join(text for text, _ in cells)
    if cell_len(text) < width:
        assert "".join(segment.text for segment in found).rstrip() == text.rstrip()
    assert all(a.style != b.style for a, b in pairwise(found))
