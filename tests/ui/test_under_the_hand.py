"""What goes from under the hand: no command is for what took its place, nor a key typed behind."""

from datetime import timedelta
from typing import Any

import pytest
from textual.widgets import Input

from hsmtui.demo.records import Tag
from hsmtui.model.filter.query import parse
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import CLUSTERS
from hsmtui.ui.terminal.type_ahead import BLIND, DIALOG_AT_MOST
from hsmtui.ui.widgets.cursor import GoneItem
from tests.conftest import NOON
from tests.parts import part_of
from tests.scripted import Gate, Refuse
from tests.ui.conftest import HERE

GONE = "The row under the cursor has gone"
ROW = (
    "actions",
    "delete",
    "add_hsm",
    "create_cluster",
    "delete_hsm",
    "replace_hsm",
    "modify_retention",
    "modify_hsm_type",
    "initialize",
    "restore_backup",
    "modify_backup",
    "copy_backup",
    "delete_backup",
    "edit_tags",
    "copy_id",
    "copy",
    "hand_over",
)
ROW_COMMANDS = (*ROW, "save_certificates", "show_secret", "mark")
OTHERS = {
    *("move", "enter", "back", "next_pane", "show_tab", "filter", "switch_profile"),
    *("switch_region", "refresh_list", "next_page", "all_pages", "sort", "reverse", "watch"),
    *("events", "save_rows", "places", "zoom", "next_tab", "search", "columns", "choose_tab"),
    *("overview", "compare", "health_span"),
}


def take_away(desk: Any) -> str:
    """The service lists the cluster under the cursor no longer."""
    cluster_id: str = desk.current
    clusters = desk.plane.place(*HERE).clusters
    clusters[:] = [c for c in clusters if c.cluster_id != cluster_id]
    return cluster_id


async def by_refresh(desk: Any) -> str:
    gone = take_away(desk)
    await desk.press("r")
    return gone


async def by_watch(desk: Any) -> str:
    gone = take_away(desk)
    await desk.press("w")
    desk.clock.advance(60)
    return gone


async def by_forgetting(desk: Any) -> str:
    gone: str = desk.current
    desk.screen.forget(desk.table.row.connection, gone)
    return gone


WAYS = {"refresh": by_refresh, "watch": by_watch, "a followed deletion": by_forgetting}


def test_every_command_of_the_list_is_known_here():
    actions = {c.action.split("(")[0] for c in COMMANDS if c.scope == CLUSTERS}
    assert actions == {*ROW_COMMANDS, *OTHERS}


class TestRow:
    @pytest.mark.in_parts
    @pytest.mark.parametrize("way", part_of(WAYS))
    async def test_that_has_gone_takes_no_command_for_a_second(self, sit, clock, way):
        async with sit(size=(120, 40), refresh_seconds=5) as desk:
            desk.clock = clock
            await desk.press("down", "down")
            gone = await WAYS[way](desk)
            await desk.until(lambda: gone not in desk.rows)
            await desk.settles()
            asked = len(desk.plane.requests)
            for action in ROW_COMMANDS:
                desk.app.clear_notifications()
                await desk.app.run_action(action, desk.screen)
                await desk.until(lambda: GONE in desk.notifications, action)
                assert gone in desk.notifications
                assert len(desk.app.screen_stack) == 1, action
            assert len(desk.plane.requests) == asked
            assert not desk.screen.details.revealed
            clock.advance(1)
            await desk.app.run_action("edit_tags", desk.screen)
            await desk.until(lambda: desk.app.has_dialog)
            await desk.rest()

    async def test_that_the_filter_no_longer_lets_through_is_gone(self, sit, cluster):
        async with sit(query="ACTIVE") as desk:
            await desk.put_cursor(cluster("legacy-tde"))
            cluster("legacy-tde").state = "DEGRADED"
            await desk.press("r")
            await desk.until(lambda: cluster("legacy-tde").cluster_id not in desk.rows)
            await desk.press("ctrl+d")
            await desk.until(lambda: GONE in desk.notifications)
            assert len(desk.app.screen_stack) == 1

    async def test_that_went_behind_a_dialog_is_gone_when_that_is_closed(self, sit, clock):
        async with sit() as desk:
            await desk.press("down", "e")
            await desk.until(lambda: len(desk.app.screen_stack) == 2)
            desk.screen.forget(desk.table.row.connection, desk.current)
            clock.advance(600)
            await desk.press("escape")
            await desk.until(lambda: len(desk.app.screen_stack) == 1)
            await desk.press("t")
            await desk.until(lambda: GONE in desk.notifications)
            assert len(desk.app.screen_stack) == 1

    async def test_that_stays_or_that_a_person_filters_away_is_not_missed(self, sit, cluster):
        async with sit() as desk:
            await desk.press("down", "down")
            desk.screen.forget(desk.table.row.connection, desk.rows[0])
            await desk.press("ctrl+d")
            await desk.until(lambda: len(desk.app.screen_stack) == 2)
            await desk.press("escape")
            desk.screen.list_pane.apply(parse("legacy-tde"))
            await desk.settles()
            await desk.press("ctrl+d")
            await desk.until(lambda: len(desk.app.screen_stack) == 2)
            assert desk.app.screen.target == cluster("legacy-tde").cluster_id


async def test_an_hsm_that_has_gone_takes_none(sit, cluster, clock):
    async with sit() as desk:
        await desk.put_cursor(cluster("payments-prod-01"))
        await desk.press("2", "enter", "down")
        old = cluster("payments-prod-01").hsms.pop(1)
        await desk.press("r")
        await desk.until(lambda: old.hsm_id not in desk.details)
        await desk.press("D")
        await desk.until(lambda: f"has gone: {old.hsm_id}" in desk.notifications)
        assert len(desk.app.screen_stack) == 1
        clock.advance(1)
        await desk.press("D")
        await desk.until(lambda: len(desk.app.screen_stack) == 2)


async def test_a_tag_that_has_gone_takes_none(sit, cluster, clock):
    async with sit() as desk:
        tagged = cluster("legacy-tde")
        tagged.tag_list = [Tag("Owner", "alice"), Tag("Team", "pki")]
        await desk.press("r")
        await desk.settles()
        await desk.put_cursor(tagged)
        gate = Gate()
        desk.plane.script("DescribeClusters", gate, call=1)
        await desk.press("t")
        await desk.until(lambda: desk.under_way)
        tagged.tag_list = [Tag("Team", "pki")]
        gate.release()
        await desk.until(lambda: desk.app.screen._is_fresh)
        for key in ("enter", "delete", "ctrl+d"):
            await desk.press(key)
            assert len(desk.app.screen_stack) == 2
        await desk.sees("The tag under the cursor has gone: Owner")
        clock.advance(1)
        await desk.press("enter")
        await desk.until(lambda: len(desk.app.screen_stack) == 3)


def test_what_has_gone_is_told_for_a_second_and_not_after_a_clock_went_back():
    second, gone = timedelta(seconds=1), GoneItem()
    assert gone.recent(NOON) == ""
    gone.note("x", NOON)
    assert gone.recent(NOON + second * 0.9) == "x"
    assert gone.recent(NOON + second) == ""
    gone.note("x", NOON)
    assert gone.recent(NOON - second) == ""
    gone.note("x", None)
    assert gone.recent(NOON + second * 99) == "x"
    gone.seen(NOON)
    assert gone.recent(NOON + second) == ""


class TestKeysBehind:
    @pytest.mark.in_parts
    @pytest.mark.parametrize("key", part_of(["ctrl+d", *"DXETiuKYUBtCH", "ctrl+s"]))
    async def test_an_action_without_a_row_are_dropped(self, sit, key):
        async with sit(query="name:nobody-has-this", wait=False) as desk:
            await desk.until(lambda: "clusters (0" in desk.title)
            await desk.app._press_keys([key, *"Mq", "tab", "enter", "q"])
            await desk.rest()
            assert len(desk.app.screen_stack) == 1
            assert not desk.app._exit
            assert desk.table.has_focus
            await desk.until(lambda: "no " in desk.notifications)

    async def test_an_action_that_finds_nothing_or_fails_are_dropped(self, sit, cluster, clock):
        async with sit() as desk:
            for name, key in (("legacy-tde", "D"), ("payments-prod-01", "u")):
                await desk.put_cursor(cluster(name))
                await desk.app._press_keys([key, *"q", "tab", "enter"])
                await desk.until(lambda: desk.notifications, key)
                await desk.rest()
                assert not desk.app._exit
                assert desk.table.has_focus
                desk.app.clear_notifications()
                clock.advance(BLIND.total_seconds())
            desk.plane.script("DescribeBackups", Refuse("AccessDeniedException", "No."))
            await desk.put_cursor(cluster("legacy-tde"))
            await desk.app._press_keys(["u", "q", "enter"])
            await desk.until(lambda: "DescribeBackups" in desk.notifications)
            await desk.rest()
            assert not desk.app._exit

    async def test_a_dialog_that_does_not_come_in_time_are_dropped_which_is_said(self, sit):
        async with sit() as desk:
            gate = Gate()
            desk.plane.script("DescribeBackups", gate)
            await desk.app._press_keys(["u", *"q", "enter"])
            keys = desk.app._type_ahead
            assert keys._waiting
            await keys._hold_ends(keys._holds)
            await desk.until(lambda: f"within {DIALOG_AT_MOST:g} s" in desk.notifications)
            await desk.rest()
            assert not desk.app._exit
            assert desk.table.has_focus
            gate.release()

    async def test_one_that_comes_are_for_it(self, sit, cluster):
        async with sit() as desk:
            await desk.put_cursor(cluster("legacy-tde"))
            await desk.app._press_keys(["ctrl+d"])
            await desk.until(lambda: desk.app.screen.query("#delete-field"))
            field = desk.app.screen.query_one("#delete-field", Input)
            await desk.until(lambda: desk.app.screen.is_confirmable)
            await desk.until(lambda: desk.app.focused is field)
            await desk.press(*"abc")
            assert field.value == "abc"

    async def test_are_heard_again_after_a_pause(self, sit, clock):
        async with sit(query="name:nobody-has-this", wait=False) as desk:
            await desk.until(lambda: "clusters (0" in desk.title)
            await desk.press("ctrl+d", "e")
            assert len(desk.app.screen_stack) == 1
            clock.advance(BLIND.total_seconds())
            await desk.press("e")
            await desk.until(lambda: len(desk.app.screen_stack) == 2)
