"""Changing for how long backups are kept: what is typed, told and sent, and what becomes of it."""

from typing import Any

import pytest
from textual.widgets import Button, Input

from hsmtui.demo.plan import BackupPlan
from hsmtui.demo.records import RetentionPolicy
from hsmtui.ui.dialogs.modify_retention import ModifyRetentionDialog
from hsmtui.ui.dialogs.retention_days import RetentionDaysDialog
from tests.parts import part_of
from tests.recorded import read_audit
from tests.scripted import AnswerGate, Refuse, Reset, reply_json
from tests.ui.conftest import HERE

MODIFY = "ModifyCluster"


async def opened(desk: Any, days: str) -> ModifyRetentionDialog:
    """Type the days, and wait for the first look of the dialog."""
    await desk.press("E")
    await desk.until(lambda: isinstance(desk.app.screen, RetentionDaysDialog), "the field")
    await desk.type(days)
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, ModifyRetentionDialog), "the dialog")
    dialog: ModifyRetentionDialog = desk.app.screen
    await desk.until(lambda: dialog.has_looked, "a look")
    return dialog


async def press_the_button(desk: Any) -> None:
    button = desk.app.screen.query_one("#retention-confirm", Button)
    await desk.until(lambda: button.display and not button.disabled, "the button")
    await desk.press("tab", "enter")


async def test_a_longer_time_is_pressed_and_one_request_goes_out(at, plane):
    async with at("payments-prod-01") as desk:
        gate = AnswerGate()
        plane.script(MODIFY, gate)
        dialog = await opened(desk, "120")
        await desk.sees("Backups are kept for 120 days instead of 90 days.", "No backup is deleted")
        assert not dialog.query_one(Input).display
        assert dialog.focused is dialog.query_one("#retention-cancel")
        await press_the_button(desk)
        await desk.until(lambda: desk.asked(MODIFY), "the request")
        await desk.press("escape", "E")  # while it is on its way it is shown and nothing is asked
        await desk.sees("ModifyCluster was sent, waiting for the answer")
        assert desk.app.screen._change is dialog._change
        gate.release()
        await desk.sees("✓ Backups are kept for 120 days.")
        policy = {"Type": "DAYS", "Value": "120"}
        sent = {"ClusterId": desk.cluster.cluster_id, "BackupRetentionPolicy": policy}
        assert desk.asked(MODIFY) == [sent]
        await desk.press("escape")
        await desk.until(lambda: desk.table.row.cluster.retention_days == 120, "the row renewed")
        _, done = read_audit(desk.app.settings.paths.audit_file).records
        assert (done.operation, done.outcome) == (MODIFY, "done")
        assert desk.asked("DescribeBackups") == []
        assert len(desk.asked(MODIFY)) == 1


async def test_a_shorter_time_says_which_backups_go_and_the_id_is_typed(at):
    async with at("payments-prod-01") as desk:
        dialog = await opened(desk, "30")
        await desk.sees(
            "kept for 30 days instead of 90 days.",
            "The service deletes those that are older.",
            "READY backups: older than 30 days.",
            "never expire, copies and the newest one stay",
        )
        assert isinstance(desk.app.focused, Input)
        button = dialog.query_one("#retention-confirm", Button)
        await desk.type("cluster-another")
        assert button.disabled
        await desk.type(desk.cluster.cluster_id)
        await desk.press("tab", "enter")
        await desk.sees("✓ Backups are kept for 30 days.")
        assert len(desk.asked(MODIFY)) == 1


async def test_backups_that_cannot_be_read_or_are_not_that_old_are_told(at, plane):
    async with at("payments-prod-01") as desk:
        odd = {"BackupId": "backup-aaaaaaaaaaa", "BackupState": "READY", "CreateTimestamp": "no"}
        plane.script("DescribeBackups", reply_json({"Backups": [odd]}))
        await opened(desk, "30")
        await desk.sees("Backups not checked: one of them cannot be read.")
        await desk.press("escape")
        plane.clear_scripts()
        desk.plane.place(*HERE).backup_plans[desk.cluster.cluster_id] = BackupPlan(3)
        await opened(desk, "30")
        await desk.sees("None of its 3 READY backups is older than 30 days.")


async def test_what_cannot_be_is_said_in_the_field(at):
    bounds, form = "Backups are kept for 7 to 379 days.", "Type a number"
    async with at("payments-prod-01") as desk:
        await desk.press("E")
        for typed, words in {
            "6": bounds,
            "a week": form,
            "380": bounds,
            "-7": form,
            "9" * 5000: bounds,
            "٣٠": form,
            "90": "They are kept for 90 days already.",
        }.items():
            await desk.type(typed)
            await desk.sees(words)
            await desk.press("enter")
            assert isinstance(desk.app.screen, RetentionDaysDialog), typed
        await desk.press("escape")
        assert desk.app.screen is desk.screen
        assert desk.asked(MODIFY) == []
        # it asks for the id when a longer time becomes a shorter one
        dialog = await opened(desk, "120")
        await desk.sees("No backup is deleted")
        desk.cluster.backup_retention_policy = RetentionPolicy("DAYS", "200")
        await desk.sees("instead of 200 days.", "Type the cluster id")
        assert isinstance(desk.app.focused, Input)
        assert dialog.query_one("#retention-confirm", Button).disabled
        await desk.press("tab", "enter")
        await desk.until(lambda: desk.app.screen is desk.screen, "Cancel has closed it")
        assert desk.asked(MODIFY) == []


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("name", "more", "words"),
    part_of(
        [
            ("treasury-dr", {}, "cannot be modified in its state"),
            ("pin-verification-perf", {}, "already being deleted"),
            ("payments-prod-01", {"read_only": "a test"}, "read-only"),
        ]
    ),
)
async def test_it_is_blocked_where_the_service_or_a_rule_forbids_it(at, name, more, words):
    async with at(name, **more) as desk:
        dialog = await opened(desk, "31")
        await desk.sees("BLOCKED", words)
        assert not dialog.query_one("#retention-confirm").display
        assert desk.asked(MODIFY) == []


async def test_a_refusal_modified_nothing_and_a_lost_answer_is_an_unknown_outcome(at, plane):
    async with at("payments-prod-01") as desk:
        plane.script(MODIFY, Refuse("CloudHsmInvalidRequestException", "Their words."), call=1)
        plane.script(MODIFY, Reset(sent=0), call=2)
        await opened(desk, "120")
        await press_the_button(desk)
        await desk.sees("The service refused: nothing was modified.", "Their words.")
        await desk.press("escape")
        first = await opened(desk, "120")
        await press_the_button(desk)
        await desk.sees("The outcome is UNKNOWN", "kept for 120 days already")
        await desk.press("escape")
        await desk.until(lambda: desk.table.row.cluster.retention_days == 120, "the row renewed")
        await desk.press("E")
        await desk.type("130")
        await desk.press("enter")
        await desk.sees("kept for 130 days instead of 120")
        assert desk.app.screen._change is not first._change
        await desk.press("escape")
        again = await opened_anew(desk, "120")  # it is shown again
        assert again._change is first._change
        assert len(desk.asked(MODIFY)) == 2


async def opened_anew(desk: Any, days: str) -> ModifyRetentionDialog:
    """The dialog for days that were asked for before and have been changed since."""
    desk.cluster.backup_retention_policy = RetentionPolicy("DAYS", "90")
    await desk.press("r")
    await desk.until(lambda: desk.table.row.cluster.retention_days == 90, "the row renewed")
    return await opened(desk, days)
