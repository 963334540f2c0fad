"""What changes between the words of a dialog and its request, and requests beside others."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.content import Content
from textual.widgets import Button, Input

from hsmtui.demo.protocols import query_answer
from hsmtui.demo.records import Cluster, Tag
from hsmtui.ui.dialogs.dialog import TextDialog
from hsmtui.ui.dialogs.edit_tag import EditTagDialog
from hsmtui.ui.dialogs.tag_value import TagValueDialog
from hsmtui.ui.dialogs.tags import TagsDialog
from tests.scripted import Gate, Refuse, Reply, reply_json

BACKUPS, STORES, IDENTITY = "DescribeBackups", "DescribeCustomKeyStores", "GetCallerIdentity"
DELETE, DELETE_HSM, TAG = "DeleteCluster", "DeleteHsm", "TagResource"
CLOSED = "legacy-tde"
NO_BACKUPS = reply_json({"Backups": []})


@pytest.fixture
def at(sit: Any, cluster: Callable[[str], Cluster]) -> Any:
    """The app with the cursor on the cluster of this Name; dialogs look again by no timer."""

    @asynccontextmanager
    async def at(name: str, **more: Any) -> Any:
        async with sit(**{"poll_seconds": 600, **more}) as desk:
            desk.cluster = cluster(name)
            await desk.put_cursor(desk.cluster)
            yield desk

    return at


async def is_confirmable(desk: Any) -> Input:
    """Wait for the field of an open gate."""
    await desk.until(lambda: desk.app.screen.query(".change-field"), "the dialog")
    field: Input = desk.app.screen.query_one(".change-field", Input)
    await desk.until(lambda: field.display, "an open gate")
    return field


async def confirm(desk: Any) -> None:
    field = await is_confirmable(desk)
    field.focus()
    await desk.until(lambda: desk.app.focused is field)
    await desk.type(desk.app.screen.target)
    await desk.press("tab", "enter")


def named_by_sts(account: str) -> Reply:
    """STS says that somebody of this account asks."""
    arn = f"arn:aws:sts::{account}:assumed-role/Triage/demo"
    who = f"<Account>{account}</Account><Arn>{arn}</Arn><UserId>A</UserId>"
    return Reply(query_answer(IDENTITY, who, "r-1"), content_type="text/xml")


class TestACluster:
    async def test_is_not_deleted_beside_a_request_that_is_out(self, at):
        """A double click presses the button twice before anything comes of it."""
        async with at(CLOSED) as desk:
            out = Gate()
            desk.plane.script(DELETE, out)
            await desk.press("ctrl+d")
            await is_confirmable(desk)
            await desk.type(desk.cluster.cluster_id)
            button = desk.app.screen.query_one("#delete-confirm", Button)
            button.press()
            button.press()
            await desk.until(lambda: desk.asked(DELETE))
            await desk.press("escape", "ctrl+d")
            await desk.sees("DeleteCluster was sent, waiting for the answer")
            out.release()
            await desk.sees("The service is deleting the cluster")
            assert len(desk.asked(DELETE)) == 1

    async def test_is_not_deleted_as_another_than_was_named_late(self, at, plane):
        plane.script(IDENTITY, Refuse("ServiceUnavailable", "no", 503))
        async with at(CLOSED) as desk:
            await desk.press("ctrl+d")
            await desk.sees("STS could not be asked")
            desk.plane.clear_scripts()
            await confirm(desk)
            await desk.sees("STS has named you now", "1111-1111-1111")
            desk.plane.script(IDENTITY, named_by_sts("222222222222"))
            await confirm(desk)
            await desk.sees("BLOCKED", "no longer belong to the caller")
            assert desk.asked(DELETE) == []

    async def test_says_what_backups_there_are_when_it_opens(self, at, clock):
        async with at("open-banking-dev", poll_seconds=0.1) as desk:
            desk.plane.script(BACKUPS, NO_BACKUPS, call=1)
            await desk.press("ctrl+d")
            await desk.sees("BLOCKED", "No READY backup")
            desk.cluster.hsms.clear()
            await desk.sees("✓ No HSMs.", "✓ Backup")


async def tag(desk: Any, key: str, value: str) -> None:
    """Go to the confirmation of this value."""
    await desk.type(key)
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, TagValueDialog))
    await desk.type(value)
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, EditTagDialog))


async def press_it(desk: Any) -> None:
    button = desk.app.screen.query_one("#tag-confirm", Button)
    await desk.until(lambda: button.display and not button.disabled)
    await desk.press("shift+tab", "enter")


class TestATag:
    async def test_is_not_changed_beside_a_request_for_it(self, at):
        async with at(CLOSED) as desk:
            out = Gate()
            desk.plane.script(TAG, out)
            await desk.press("t")
            for number, key in enumerate(("one", "two"), 1):
                await tag(desk, key, "first")
                await press_it(desk)
                await desk.until(lambda number=number: len(desk.asked(TAG)) == number)
                await desk.press("escape")
                await desk.until(lambda: isinstance(desk.app.screen, TagsDialog))
            await tag(desk, "one", "second")
            await desk.sees("TagResource was sent", "with  first")
            assert len(desk.asked(TAG)) == 2
            out.release()
            await desk.settles()

    async def test_that_is_taken_leaves_the_dialog_on_top_alone(self, at):
        async with at(CLOSED) as desk:
            out = Gate()
            desk.plane.script(TAG, out)
            await desk.press("t")
            await tag(desk, "one", "first")
            await press_it(desk)
            await desk.until(lambda: desk.asked(TAG))
            on_top = TextDialog("On top", Content("A dialog on top."))
            desk.app.push_screen(on_top)
            await desk.until(lambda: desk.app.screen is on_top)
            out.release()
            await desk.until(lambda: Tag("one", "first") in desk.cluster.tag_list)
            await desk.settles()
            assert desk.app.screen is on_top
            await desk.press("escape")
            await desk.until(lambda: isinstance(desk.app.screen, TagsDialog))
