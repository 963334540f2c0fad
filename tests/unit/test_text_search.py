"""A text looked for in lines: which place is looked at, and what is said of it."""

from textual.content import Content

from hsmtui.ui.widgets.hanging_text import Line, styled
from hsmtui.ui.widgets.text_search import FOUND, LOOKED_AT, MOST_PLACES, TextSearch


def lines(*texts):
    return [styled(text) for text in texts]


def searched(words, *texts, first=0):
    search = TextSearch()
    search.look_for(words, lines(*texts), first)
    return search


def test_it_counts_places_whatever_their_case_and_goes_around_the_ends():
    search = searched("hsm", "HSM and hsm", "none", "an HsM")
    assert search.count == "1 of 3"
    counts = []
    for step in (1, 1, 1, -1):
        search.step(step)
        counts.append(search.count)
    assert counts == [
        "2 of 3",
        "3 of 3",
        "1 of 3 · from the top again",
        "3 of 3 · from the end again",
    ]


def test_the_only_place_is_come_to_again_from_either_end():
    search = searched("hsm", "an HSM")
    search.step(1)
    assert search.count == "1 of 1 · from the top again"
    search.step(-1)
    assert search.count == "1 of 1 · from the end again"


def test_a_text_is_no_pattern_and_no_markup():
    assert searched("[red]", "[red]x[/]", "red").count == "1 of 1"
    assert searched("a.c", "abc a.c").count == "1 of 1"
    assert searched("(", "(").count == "1 of 1"
    assert searched("zzz", "abc").count == "not found"


def test_it_begins_with_what_is_in_sight():
    assert searched("a", "a", "a", "a", first=1).count == "2 of 3"
    assert searched("a", "a", "b", first=1).count == "1 of 1"


def test_places_are_marked_and_the_one_that_is_looked_at_more_so():
    search = searched("b", "abab", "b")
    search.step(1)
    first, second = search.marked()
    assert [(s.start, s.end, s.style) for s in first.text.spans] == [
        (1, 2, FOUND),
        (3, 4, LOOKED_AT),
    ]
    assert [(s.start, s.end, s.style) for s in second.text.spans] == [(0, 1, FOUND)]


def test_what_is_looked_at_stays_the_same_place_when_lines_come_and_go():
    search = searched("state", "state 1", "state 2", "state 3")
    search.step(1)
    search.follow(lines("new", "state 0", "state 1", "state 2"))
    assert search.count == "3 of 3"
    search.follow(lines("state 1"))
    assert search.count == "1 of 1"
    search.follow(lines("nothing"))
    assert (search.count, search.place) == ("not found", None)
    search.follow(lines("x", "state"))
    assert search.count == "1 of 1"


def test_of_lines_that_are_alike_the_nearest_is_the_same():
    search = searched("a", "a", "a", "a")
    search.step(1)
    search.follow(lines("a", "a", "a"))
    assert search.count == "2 of 3"


def test_the_lines_of_an_item_are_told_from_those_of_another():
    search = TextSearch()
    search.look_for("up", [Line(Content("up"), item="x"), Line(Content("up"), item="y")], 0)
    search.step(1)
    assert search.item == "y"
    search.follow([Line(Content("up"), item="y"), Line(Content("up"), item="z")])
    assert (search.item, search.count) == ("y", "1 of 2")


def test_lines_that_are_not_drawn_are_not_searched_and_that_is_said():
    search = TextSearch()
    search.look_for("a", [styled("a"), Line(Content("… 9 more"), is_cut=True)], 0)
    assert search.count == "1 of 1 · only in what is shown"


def test_in_something_else_it_begins_at_the_top():
    search = searched("a", "a", "a")
    search.step(-1)
    search.start_in(lines("a", "b", "a"))
    assert search.count == "1 of 2"


def test_of_very_many_places_some_are_gone_through_and_that_is_said():
    search = searched("a", "b", *["a" * 10_000] * 40)
    assert search.count == "1 of 1,000 · there may be more"
    assert sum(len(line.text.spans) for line in search.marked()) == MOST_PLACES
    search.step(-1)
    assert search.count == "1,000 of 1,000 · from the end again · there may be more"
    assert searched("a", "a" * 999).count == "1 of 999"
