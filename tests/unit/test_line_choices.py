"""Going through what a filter line may become."""

from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.filter.line_choices import LineChoices, earlier_lines

EARLIER = ("name:new", "az:b", "name:old")


def texts(choices):
    return [text for text, _ in choices.lines]


def test_of_earlier_filters_all_count_where_nothing_was_typed_yet():
    assert texts(earlier_lines("", "", EARLIER)) == ["", *EARLIER]
    assert texts(earlier_lines("az:b", "az:b", EARLIER)) == ["az:b", "name:new", "name:old"]
    assert texts(earlier_lines("", "az:b", EARLIER)) == ["", *EARLIER]


def test_of_earlier_filters_those_count_that_begin_with_what_was_typed():
    assert texts(earlier_lines("na", "", EARLIER)) == ["na", "name:new", "name:old"]
    assert texts(earlier_lines("name:old", "", EARLIER)) == ["name:old"]


@given(st.integers(1, 5), st.lists(st.sampled_from([1, -1]), max_size=20), st.booleans())
def test_steps_stay_among_the_lines(number, steps, is_round):
    choices = LineChoices(tuple((str(at), 1) for at in range(number)), round=is_round)
    at = 0
    for step in steps:
        choices = choices.step(step)
        at = (at + step) % number if is_round else max(0, min(at + step, number - 1))
        assert choices.now == (str(at), 1)
