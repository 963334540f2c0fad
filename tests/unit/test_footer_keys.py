"""The keys at the bottom: what is of use in every situation, and how many have room."""

from itertools import product

import pytest
from rich.cells import cell_len

from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import APP, CLUSTERS, FILTER, SEARCH
from hsmtui.ui.commands.footer_keys import GAP, Focus, Situation, fitting, footer_keys, labels
from hsmtui.ui.widgets.tabs import TABS

TAB_IDS = [tab.id for tab in TABS]
BOTH = (False, True)
SWITCHES = Situation._fields[2:]
NARROWEST = 58
"""Cells of the line on the narrowest screen that is usable."""


def situations():
    """Every focus and tab, with each switch alone the other way, and all two of them."""
    for focus, tab in product(Focus, TAB_IDS):
        plain = Situation(focus, tab)
        yield plain
        for one, other in product(SWITCHES, SWITCHES):
            turned = {name: not getattr(plain, name) for name in (one, other)}
            yield plain._replace(**turned)


ALL = list(dict.fromkeys(situations()))


def commands_in(situation):
    return [each.command for each in footer_keys(situation)]


def shown(situation, width, remapped=None):
    return fitting(labels(footer_keys(situation), remapped or {}), width)


def test_every_key_is_a_command_of_the_screen_with_a_short_name():
    by_id = {command.id: command for command in COMMANDS}
    for situation in ALL:
        keys = footer_keys(situation)
        assert len({each.command for each in keys}) == len(keys)
        for each in keys:
            typed = {Focus.FILTER: {FILTER}, Focus.SEARCH: {SEARCH}}
            scopes = typed.get(situation.focus, {APP, CLUSTERS})
            assert by_id[each.command].scope in scopes
            assert each.name
            assert cell_len(each.name) <= 18


def test_every_command_with_a_short_name_is_shown_somewhere():
    named = {command.id for command in COMMANDS if command.footer}
    assert named == {command for situation in ALL for command in commands_in(situation)}


def test_widening_never_loses_a_key_and_nothing_is_cut():
    for situation in ALL[:: 1 + len(ALL) // 300]:
        before, all_labels = [], labels(footer_keys(situation), {})
        for width in range(1, 260):
            now = fitting(all_labels, width)
            assert set(before) <= set(now)
            assert sum(each.cells for each in now) + GAP * max(0, len(now) - 1) <= width
            before = now
        others = [each.command for each in footer_keys(situation) if not each.stays]
        kept = [each.command for each in before if not each.stays]
        assert kept == others[: len(kept)]


def test_how_to_leave_is_always_there():
    leave = {
        Focus.LIST: "app.quit",
        Focus.DETAILS: "back",
        Focus.FILTER: "filter.leave",
        Focus.SEARCH: "search.leave",
    }
    for situation in ALL:
        all_labels = labels(footer_keys(situation), {})
        there = {each.command for each in fitting(all_labels, NARROWEST)}
        assert leave[situation.focus] in there
        if situation.focus not in {Focus.FILTER, Focus.SEARCH}:  # where ? is text
            assert "app.help" in there
        assert leave[situation.focus] in {each.command for each in fitting(all_labels, 14)}


CHANGES = {"cluster.create", "cluster.delete", "hsm.delete", "tags.edit", "backup.restore"}


def test_nothing_is_named_that_cannot_be_done():
    by_id = {command.id: command for command in COMMANDS}
    for situation in ALL:
        there = set(commands_in(situation))
        if situation.is_read_only or not situation.has_row:
            assert not there & CHANGES
        if not situation.has_row:
            assert not there & {"details.enter", "copy.id", "cluster.hand_over", "row.mark"}
        if not situation.may_ask:
            assert not any(by_id[command].asks for command in there)
        if not situation.is_searching:
            assert "search.next" not in there
        if not situation.can_restore:
            assert "backup.restore" not in there


@pytest.mark.parametrize(
    ("tab", "more", "begin"),
    [
        ("overview", {}, ["back", "list.filter"]),
        ("hsms", {}, ["back", "hsm.delete", "copy.choose"]),
        ("hsms", {"is_read_only": True}, ["back", "copy.choose"]),
        ("hsms", {"has_hsms": False}, ["back", "copy.choose"]),
        ("backups", {"can_restore": True}, ["back", "backup.restore"]),
        ("backups", {"has_more_backups": True}, ["back", "list.next_page"]),
        ("tags", {}, ["back", "tags.edit"]),
        ("certificates", {}, ["back", "certificates.save", "copy.choose"]),
        ("json", {"is_searching": True}, ["back", "search.next", "search.previous"]),
    ],
)
def test_the_details_begin_with_how_to_leave_and_what_the_tab_is_for(tab, more, begin):
    situation = Situation(Focus.DETAILS, tab, **more)
    assert commands_in(situation)[: len(begin)] == begin
    fits = {each.command for each in shown(situation, NARROWEST)}
    assert {*begin[:3], "app.help"} <= fits


def test_the_list_begins_with_the_filter_and_says_how_to_drop_it_and_load_the_rest():
    assert commands_in(Situation())[:2] == ["list.filter", "details.enter"]
    searched = Situation(is_filtered=True, is_partly_searched=True)
    assert commands_in(searched)[:4] == ["list.filter", "details.enter", "back", "list.all_pages"]
    names = {each.command: each.name for each in footer_keys(searched)}
    assert names["back"] == "drop filter"


def test_marked_rows_bring_what_is_done_with_them_to_the_front():
    marked = Situation(has_marks=True, is_filtered=True)
    assert commands_in(marked)[:5] == [
        "rows.compare",
        "back",
        "tags.edit",
        "rows.save",
        "cluster.hand_over",
    ]
    names = {each.command: each.name for each in footer_keys(marked)}
    assert names["back"] == "unmark all"
    assert "back" not in commands_in(Situation())


def test_a_search_is_gone_through_and_ended_from_both_panes():
    for focus in (Focus.LIST, Focus.DETAILS):
        names = {e.command: e.name for e in footer_keys(Situation(focus, is_searching=True))}
        assert names["back"] == "end search"
        assert {"search.next", "search.previous"} <= names.keys()


def test_a_key_of_the_person_is_named_and_a_letter_before_a_number():
    remapped = {"app.help": "f1", "back": "x", "app.palette": "f2"}
    keys = {e.command: e.key for e in shown(Situation(Focus.DETAILS, "certificates"), 99, remapped)}
    assert keys["app.help"] == "f1"
    assert keys["back"] == "x"
    assert keys["certificates.save"] == "f2"
    keys = {each.command: each.key for each in shown(Situation(), 200)}
    assert (keys["details.findings"], keys["details.backups"], keys["list.refresh"]) == (
        ("f", "b", "r")
    )
