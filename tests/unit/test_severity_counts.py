"""What the header says of findings in the room that it has."""

import pytest

from hsmtui.model.findings.severity import Severity
from hsmtui.ui.widgets.severity_counts import SeverityCounts

COUNTS = (
    (Severity.CRITICAL, 9),
    (Severity.HIGH, 2),
    (Severity.MEDIUM, 13),
    (Severity.INFO, 1),
)
TALLY = SeverityCounts(COUNTS, 3, 12, "25+")


@pytest.mark.parametrize(
    ("room", "name", "text"),
    [
        (
            110,
            11,
            (
                "findings ■ 9 critical  ▲ 2 high  ◆ 13 medium  · 1 info, 3 accepted, "
                "in 12 of 25+ clusters"
            ),
        ),
        (90, 11, "findings ■9 ▲2 ◆13 ·1, 3 accepted, in 12 of 25+ clusters"),
        (66, 11, "findings ■9 ▲2 ◆13 ·1+, 3 accepted"),
        (33, 99, "findings ■9 ▲2 ◆13 ·1+"),
        (21, 0, "findings ■9 ▲2 ◆13+"),
        (15, 0, "findings ■9 ▲2+"),
        (14, 0, "■9 ▲2 ◆13+"),
        (9, 0, "■9 ▲2+"),
        (3, 0, "■9+"),
        (2, 0, ""),
    ],
)
def test_words_give_way_then_the_less_severe_but_never_that_more_is_unread(room, name, text):
    assert TALLY.fitting(room, name).plain == text


@pytest.mark.parametrize("room", [3, 20, 100])
def test_of_nothing_nothing_is_said(room):
    assert SeverityCounts((), 0, 0, "25+").fitting(room, 0).plain == ""


def test_of_a_whole_list_no_plus_is_shown():
    assert SeverityCounts(COUNTS, 0, 12, "312").fitting(10, 0).plain == "■9 ▲2 ◆13"


@pytest.mark.parametrize(
    ("room", "text"),
    [
        (80, "findings 3 accepted, in 0 of 25+ clusters"),
        (20, "findings 3 accepted+"),
        (14, "3 accepted+"),
        (9, ""),
    ],
)
def test_where_all_is_accepted_it_says_so(room, text):
    assert SeverityCounts((), 3, 0, "25+").fitting(room, 0).plain == text


def test_while_not_all_is_known_it_says_so():
    some = TALLY._replace(coming=True, loaded="25")
    assert " ·1 …, " in some.fitting(60, 11).plain
    assert some.fitting(12, 0).plain == "■9 ▲2 ◆13 …"
    assert TALLY._replace(coming=True).fitting(12, 0).plain == "■9 ▲2 ◆13 …"
