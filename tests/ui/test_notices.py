"""Notices: they cover nothing that is to be read or pressed, and none is lost."""

import asyncio
import math
from typing import Any

import pytest
from textual.content import Content
from textual.widgets._toast import Toast

from hsmtui.ui.dialogs.dialog import TextDialog

DRAWS = True
"""Toasts are looked for where they are drawn."""

DIALOGS = {"delete": "ctrl+d", "tags": "t", "profiles": "P", "palette": "colon", "help": "?"}


def toasts(desk: Any) -> list[str]:
    """What the toasts say that are on the screen, whichever screen they belong to."""
    screens = (*desk.app._background_screens, desk.app.screen)
    return [
        str(toast.render())
        for screen in screens
        for toast in screen.query(Toast)
        if toast.display and toast.is_attached
    ]


async def open_dialog(desk: Any, key: str) -> None:
    await desk.press(key)
    await desk.until(lambda: len(desk.app.screen_stack) > 1)
    await desk.rest()


@pytest.mark.parametrize("key", DIALOGS.values(), ids=DIALOGS)
async def test_one_that_comes_while_a_dialog_is_open_waits(sit, key):
    async with sit(size=(120, 40)) as desk:
        await open_dialog(desk, key)
        desk.screen.change_flows.changes.tell("cluster-x: it is deleted.")
        await desk.sees("cluster-x: it is deleted.")  # in the frame
        assert toasts(desk) == []
        await desk.press("escape")
        await desk.until(lambda: toasts(desk) == ["cluster-x: it is deleted."])
        (notice,) = desk.app._notifications
        assert 15 < notice.time_left <= 20


@pytest.mark.parametrize("key", DIALOGS.values(), ids=DIALOGS)
async def test_one_that_is_shown_gives_way_to_a_dialog_and_comes_back(sit, key):
    async with sit() as desk:
        desk.app.notify("It is written.", timeout=20)
        await desk.until(lambda: toasts(desk))
        await open_dialog(desk, key)
        await desk.until(lambda: toasts(desk) == [])
        await desk.press("escape")
        await desk.until(lambda: toasts(desk) == ["It is written."])


async def test_one_about_a_record_that_failed_is_told_in_the_dialog(sit, cluster):
    async with sit(poll_seconds=600) as desk:
        await desk.put_cursor(cluster("payments-prod-01"))
        await open_dialog(desk, "ctrl+d")
        await desk.until(lambda: desk.app.screen.has_looked)
        desk.screen.change_flows.changes._not_recorded(OSError("the disk is full"))
        await desk.sees("NOT RECORDED: the disk is full")
        assert toasts(desk) == []


async def test_what_a_key_does_in_a_dialog_is_told_there(sit):
    async with sit() as desk:
        await open_dialog(desk, "ctrl+d")
        await desk.press("ctrl+c")
        await desk.sees("q quits, ctrl+q from anywhere.")
        assert toasts(desk) == []


async def test_one_that_a_dialog_overtakes_has_its_time_when_that_is_closed(sit):
    async with sit() as desk:
        desk.app.notify("Wait for me.")
        await desk.until(lambda: toasts(desk))
        busy = asyncio.Event()
        desk.app.call_later(busy.wait)
        desk.app.show_notices()
        desk.app.push_screen(TextDialog("Help", Content("")))
        await desk.until(lambda: all(math.isinf(notice.raised_at) for notice in desk.app.notices))
        busy.set()
        await desk.rest()
        await desk.press("escape")
        await desk.until(lambda: toasts(desk))
        assert [math.isfinite(toast._timeout) for toast in desk.screen.query(Toast)] == [True]
