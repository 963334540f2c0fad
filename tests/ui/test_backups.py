"""The tab of backups: what is read, when, and what stays of it; and what restores one."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.widgets import Button, Input

from hsmtui.demo.records import Cluster
from tests.parts import part_of
from tests.recorded import read_audit
from tests.scripted import AnswerGate, Gate, Refuse, Reset, Run, reply_json

LIST = "DescribeBackups"
RESTORE = "RestoreBackup"
HERE = ("111111111111", "us-east-1")


async def looks_at(desk: Any, cluster: Cluster) -> None:
    await desk.put_cursor(cluster)
    shown = desk.screen.details
    await desk.until(lambda: shown.cluster and shown.cluster.cluster_id == cluster.cluster_id)


def clusters_asked(desk: Any) -> list[str]:
    return [asked["Filters"]["clusterIds"][0] for asked in desk.asked(LIST)]


class TestReading:
    async def test_begins_when_the_tab_is_opened_and_is_kept(self, sit, cluster):
        first, second = cluster("legacy-tde"), cluster("payments-prod-01")
        async with sit() as desk:
            await looks_at(desk, first)
            assert desk.asked(LIST) == []
            await desk.press("b")
            await desk.until(lambda: "backups (6)" in desk.details)
            await desk.put_cursor(second)
            await desk.until(lambda: "backups (50+)" in desk.details)
            await looks_at(desk, first)
            assert "backups (6)" in desk.details
            assert clusters_asked(desk) == [first.cluster_id, second.cluster_id]
            await desk.press("r")
            await desk.settles()
            assert clusters_asked(desk)[2:] == [first.cluster_id]
            await desk.press("1")
            await looks_at(desk, second)
            assert len(desk.asked(LIST)) == 3
            await desk.press("b")
            assert "backups (50+)" in desk.details
            await desk.until(lambda: clusters_asked(desk)[3:] == [second.cluster_id])

    async def test_goes_on_near_the_end_and_with_a_key(self, sit, cluster):
        async with sit() as desk:
            await looks_at(desk, cluster("payments-prod-01"))
            row, backups = desk.table.row, desk.screen.readings.backups
            await desk.press("b", "enter")
            await desk.until(lambda: "backups (50+)" in desk.details)
            assert backups.of(row.connection, row.cluster.cluster_id) is None
            await desk.press("m")
            await desk.until(lambda: "backups (90)" in desk.details)
            known = backups.of(row.connection, row.cluster.cluster_id)
            made = [backup.create_timestamp for backup in known.backups]
            assert (len(made), made) == (90, sorted(made, reverse=True))
            assert len(desk.asked()) == 1  # the list of clusters was not meant
            await desk.press("r")
            await desk.until(lambda: len(desk.asked(LIST)) == 4)
            await desk.settles()
            assert "backups (90)" in desk.details

    async def test_goes_on_when_the_end_comes_near(self, sit, cluster):
        async with sit(size=(60, 16)) as desk:
            await looks_at(desk, cluster("payments-prod-01"))
            desk.screen.details.choose("backups")
            await desk.rest()
            assert desk.asked(LIST) == []  # one pane at a time, and it is not this one
            await desk.press("enter")
            await desk.until(lambda: "backups (50+)" in desk.details)
            await desk.until(lambda: desk.screen.details.body.max_scroll_y > 0)
            await desk.press("G")
            await desk.until(lambda: "backups (90)" in desk.details)
            assert desk.screen.details.body.scroll_offset.y > 0

    async def test_that_fails_says_so_in_its_place(self, sit, cluster):
        async with sit() as desk:
            denied = Refuse("AccessDeniedException", "Computer says no.")
            desk.plane.script(LIST, denied)
            await looks_at(desk, cluster("payments-prod-01"))
            await desk.press("b")
            await desk.until(lambda: "Computer says no." in desk.details)
            request_id = desk.app.errors[-1].request_id
            for words in ("cloudhsm:DescribeBackups", request_id, "r tries again"):
                assert words in desk.details
            await desk.rest()
            assert len(desk.asked(LIST)) == 1
            desk.plane.clear_scripts()
            await desk.press("r")
            await desk.until(lambda: "backups (50+)" in desk.details)
            desk.plane.script(LIST, denied)
            await desk.press("enter", "m")
            await desk.until(lambda: "see the end" in desk.details)
            assert desk.details.count("backup-") >= 50
            desk.plane.clear_scripts()
            await desk.press("m")
            await desk.until(lambda: "backups (90)" in desk.details)
            assert "Computer says no." not in desk.details


@pytest.fixture
def open_dialog(sit: Any, cluster: Callable[[str], Cluster]) -> Any:
    """The app with the dialog on the backup of legacy-tde that has the most time left."""

    @asynccontextmanager
    async def open_dialog(**more: Any) -> Any:
        async with sit(poll_seconds=600, **more) as desk:
            await looks_at(desk, cluster("legacy-tde"))
            await desk.press("b")
            await desk.until(lambda: "3 can be restored" in desk.details)
            await desk.press("u")
            await desk.sees("Restore which backup?")
            await desk.press("down", "down")
            row = next(line for line in desk.lines if "gone in 5d 21h" in line and "old," in line)
            desk.backup = row.split()[1]
            await desk.press("enter")
            await desk.until(lambda: desk.app.screen.query("#restore-field"))
            await desk.until(lambda: desk.app.screen.has_looked)
            yield desk

    return open_dialog


def is_open(desk: Any) -> bool:
    return bool(desk.app.screen.query_one("#restore-field", Input).display)


async def confirm(desk: Any) -> None:
    await desk.until(lambda: is_open(desk))
    await desk.type(desk.backup)
    await desk.press("tab", "enter")


def state_of(desk: Any) -> str:
    """What the tab says of the backup."""
    line = next(line for line in desk.details.split("\n") if desk.backup in line)
    return line.split()[2]


class TestRestoring:
    async def test_sends_one_request_and_the_tab_follows(self, open_dialog):
        async with open_dialog() as desk:
            await desk.sees("1111-1111-1111", "us-east-1", "legacy-tde", "gone in 5d 21h")
            assert state_of(desk) == "PENDING"
            await desk.until(lambda: is_open(desk))
            await desk.type(desk.backup[:-1])
            assert desk.app.screen.query_one("#restore-confirm", Button).disabled
            await confirm(desk)
            await desk.sees("The backup is restored: it is READY")
            assert desk.asked(RESTORE) == [{"BackupId": desk.backup}]
            await desk.press("escape")
            assert state_of(desk) == "READY"
            assert "2 can be restored" in desk.details
            (_, after) = read_audit(desk.app.settings.paths.audit_file).records
        assert (after.operation, after.target, after.outcome) == (RESTORE, desk.backup, "done")

    async def test_stops_when_the_last_look_finds_another_state(self, open_dialog):
        async with open_dialog() as desk:
            desk.plane.script(
                LIST,
                Run(
                    lambda: desk.plane.done_elsewhere("RestoreBackup", *HERE, BackupId=desk.backup)
                ),
                call=1,
            )
            await confirm(desk)
            await desk.sees("Nothing was sent", "BLOCKED", "only a backup that is PENDING_DELETION")
            assert not is_open(desk)
            assert state_of(desk) == "READY"
            assert desk.asked(RESTORE) == []

    async def test_is_cancelled_by_closing_during_the_last_look(self, open_dialog):
        async with open_dialog() as desk:
            gate = Gate()
            desk.plane.script(LIST, gate)
            await confirm(desk)
            await desk.sees("Reading it once more")
            await desk.until(lambda: desk.under_way)
            await desk.press("escape")
            gate.release()
            await desk.until(lambda: "Nothing was sent" in desk.notifications)
            assert desk.asked(RESTORE) == []

    async def test_is_blocked_where_the_connection_is_read_only(self, open_dialog):
        async with open_dialog(read_only="a test") as desk:
            await desk.sees("BLOCKED", "read-only")
            await desk.press("tab", "enter")
            await desk.until(lambda: len(desk.app.screen_stack) == 1)
            assert desk.asked(RESTORE) == []

    @pytest.mark.in_parts
    @pytest.mark.parametrize(
        ("fault", "words"),
        part_of(
            [
                (Refuse("AccessDeniedException", "No."), ("nothing was restored", "RestoreBackup")),
                (Refuse("CloudHsmInternalFailureException", "no", 500), ("UNKNOWN",)),
                (Reset(), ("UNKNOWN",)),
            ]
        ),
    )
    async def test_says_what_came_of_it_and_sends_nothing_again(self, open_dialog, fault, words):
        async with open_dialog() as desk:
            desk.plane.script(RESTORE, fault)
            await confirm(desk)
            await desk.sees(*words)
            await desk.settles()
            assert len(desk.asked(RESTORE)) == 1
            assert state_of(desk) == "PENDING"

    async def test_is_shown_again_while_its_answer_is_out(self, open_dialog):
        async with open_dialog() as desk:
            gate = AnswerGate()
            desk.plane.script(RESTORE, gate)
            await confirm(desk)
            await desk.until(lambda: desk.asked(RESTORE))
            await desk.press("escape")
            gate.release()
            await desk.until(lambda: "it is READY" in desk.notifications)
            await desk.until(lambda: state_of(desk) == "READY")
            assert len(desk.asked(RESTORE)) == 1

    async def test_is_not_offered_for_the_backup_of_another_cluster(self, sit, cluster):
        async with sit() as desk:
            theirs = {"BackupId": "backup-bbbbbbbbbbb", "BackupState": "PENDING_DELETION"}
            theirs["ClusterId"] = cluster("legacy-tde").cluster_id
            desk.plane.script(LIST, reply_json({"Backups": [theirs]}))
            await looks_at(desk, cluster("payments-prod-01"))
            await desk.press("u")
            await desk.until(lambda: "No backup of this cluster is PENDING" in desk.notifications)
            assert len(desk.app.screen_stack) == 1

    @pytest.mark.parametrize(
        ("profile", "words"),
        [
            ("demo", "No backup of this cluster is PENDING_DELETION"),
            ("demo-auditor", "Not allowed"),
        ],
    )
    async def test_says_where_there_is_nothing_to_restore(self, sit, cluster, profile, words):
        async with sit(profile) as desk:
            await looks_at(desk, cluster("payments-prod-01"))
            focused = desk.app.focused
            await desk.press("u", "tab")
            await desk.until(lambda: words in desk.notifications)
            await desk.rest()
            assert desk.app.focused is focused  # what was typed behind it is for nothing
            assert len(desk.app.screen_stack) == 1
