"""What the header says of findings in the room that it has."""

from collections.abc import Sequence

from textual.content import Content

from hsmtui.model.findings.severity import Severity
from hsmtui.ui.widgets.severity_counts import SeverityCounts

COUNTS = (
    (Severity.CRITICAL, 9),
    (Severity.HIGH, 2),
    (Severity.MEDIUM, 13),
    (Severity.INFO, 1),
)
TALLY = SeverityCounts(COUNTS, 3, 12, "25+")


def plain(forms: Sequence[Content]) -> list[str]:
    return [form.plain for form in forms]


def test_short_forms_say_more_and_more_and_never_leave_out_that_more_is_unread():
    assert plain(TALLY.short) == [
        "■9+",
        "■9 ▲2+",
        "■9 ▲2 ◆13+",
        "■9 ▲2 ◆13 ·1+",
        "findings ■9 ▲2 ◆13 ·1+",
        "findings ■9 ▲2 ◆13 ·1+, 3 accepted",
    ]


def test_long_forms_say_in_how_many_clusters():
    assert plain(TALLY.long) == [
        "findings ■9 ▲2 ◆13 ·1, 3 accepted, in 12 of 25+ clusters",
        "findings ■ 9 critical  ▲ 2 high  ◆ 13 medium  · 1 info, 3 accepted, in 12 of 25+ clusters",
    ]


def test_of_nothing_nothing_is_said():
    nothing = SeverityCounts((), 0, 0, "25+")
    assert plain([*nothing.short, *nothing.long]) == []


def test_of_a_whole_list_no_plus_is_shown():
    assert plain(SeverityCounts(COUNTS, 0, 12, "312").short) == [
        "■9",
        "■9 ▲2",
        "■9 ▲2 ◆13",
        "■9 ▲2 ◆13 ·1",
        "findings ■9 ▲2 ◆13 ·1",
    ]


def test_where_all_is_accepted_it_says_so():
    accepted = SeverityCounts((), 3, 0, "25+")
    assert plain(accepted.short) == ["3 accepted+", "findings 3 accepted+"]
    assert set(plain(accepted.long)) == {"findings 3 accepted, in 0 of 25+ clusters"}


def test_while_not_all_is_known_it_says_so():
    for loaded in ("25", "25+"):
        some = TALLY._replace(coming=True, loaded=loaded)
        assert all(" …" in form for form in plain([*some.short, *some.long]))
        assert some.short[0].plain == "■9 …"
