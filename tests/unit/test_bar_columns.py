"""Where the sections of an overview stand."""

from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.overview import Bar, OverviewSection
from hsmtui.ui.widgets.bar_columns import arranged, most_columns


def section(title: str, number: int) -> OverviewSection:
    return OverviewSection(title, tuple(Bar(str(at), "x", 1, ()) for at in range(number)))


SECTIONS = st.lists(st.integers(1, 12), max_size=9).map(
    lambda numbers: [section(f"section {at}", number) for at, number in enumerate(numbers)]
)


@given(SECTIONS, st.integers(1, 40), st.integers(1, 4))
def test_every_bar_stands_once_in_its_order_under_its_heading(sections, rows, most):
    columns = arranged(sections, rows, most)
    assert len(columns) <= most
    bars = [(line.section, line.bar) for column in columns for line in column if line.bar]
    assert bars == [(each, bar) for each in sections for bar in each.bars]
    for column in columns:
        heading = None
        for at, line in enumerate(column):
            if line.section is not None and line.bar is None:
                heading = line.section
                assert at + 1 < len(column), "a heading alone"
                assert column[at + 1].section is heading
            elif line.bar is not None:
                assert line.section is heading


@given(SECTIONS, st.integers(4, 40), st.integers(1, 4))
def test_all_is_in_sight_where_that_can_be(sections, rows, most):
    lines = sum(len(each.bars) + 2 for each in sections)
    columns = arranged(sections, rows, most)
    if lines <= rows:
        assert len(columns) == 1
    if lines + 4 * most <= rows * most:  # room for headings that come again, and for ends
        assert max(map(len, columns)) <= rows


@given(SECTIONS, st.integers(10, 40))
def test_a_column_begins_with_the_same_section_as_long_as_it_has_room(sections, rows):
    columns = arranged(sections, rows, 3)
    starts = [column[0].section.title for column in columns if column]
    grown = [*sections, section("one more", 1)]
    after = arranged(grown, rows, 3, starts)
    if max(map(len, columns)) + 3 <= rows:
        assert [column[0].section.title for column in after if column][: len(starts)] == (
            starts or ["one more"]
        )[: len(starts)]


def test_as_many_columns_as_have_room():
    assert [most_columns(width) for width in (1, 56, 76, 94, 95, 116, 144, 196)] == [
        *(1, 1, 1, 1, 2, 2, 3, 4)
    ]
