"""Keeping, copying and deleting a backup: which one, what it says, what is sent, what becomes of
it."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.widgets import Button, OptionList

from hsmtui.config.settings import Flags
from hsmtui.demo.backups import backups as made_backups
from hsmtui.demo.place import BACKUP_SECONDS
from hsmtui.demo.plan import BackupPlan
from hsmtui.demo.records import Backup, Cluster, RetentionPolicy
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.copy_backup import CopyBackupDialog
from hsmtui.ui.dialogs.delete_backup import DeleteBackupDialog
from hsmtui.ui.dialogs.modify_backup import ExpireBackupDialog, KeepBackupDialog
from hsmtui.ui.dialogs.pick import PickDialog
from tests.parts import part_of
from tests.recorded import read_audit
from tests.scripted import AnswerGate, At, Refuse, Reset, Run, reply_json
from tests.ui.conftest import HERE

KEEP, COPY, DELETE = "ModifyBackupAttributes", "CopyBackupToRegion", "DeleteBackup"
LIST = "DescribeBackups"
THERE = "eu-central-1"
SEVERAL = Flags(profiles=("demo",), regions=("us-east-1", THERE))
ONE = {KEEP: "K", COPY: "Y", DELETE: "U"}


@pytest.fixture
def at(sit: Any, cluster: Callable[[str], Cluster], plane: Any) -> Any:
    """The app with the cursor on the cluster of this Name, which has so many backups, one a day,
    the newest two hours old. None of the first ones never expires."""

    @asynccontextmanager
    async def at(
        name: str = "payments-prod-01",
        *,
        count: int = 3,
        pending: tuple[int, ...] = (),
        **more: Any,
    ) -> Any:
        async with sit(**more) as desk:
            desk.cluster = cluster(name)
            desk.cluster.create_timestamp = 0.0
            of = desk.cluster.cluster_id
            plane.place(*HERE).backup_plans[of] = BackupPlan(count, newest=2, pending=pending)
            for backup in backups(desk)[:12]:
                if backup.never_expires and backup.backup_state == "READY":
                    set_kept(desk, backup.backup_id, kept=False)
            await desk.put_cursor(desk.cluster)
            yield desk

    return at


def backups(desk: Any) -> list[Backup]:
    """The backups of the cluster as the service has them now, newest first."""
    plane, of = desk.plane, desk.cluster.cluster_id
    with plane.lock:
        return made_backups(plane.place(*HERE), "aws", plane.clock.now(), {of})


def ids(desk: Any) -> list[str]:
    return [backup.backup_id for backup in backups(desk)]


def newer(desk: Any) -> Backup:
    """A backup of the cluster that is newer than all."""
    return Backup(
        backup_id="backup-77777777777",
        backup_state="READY",
        cluster_id=desk.cluster.cluster_id,
        create_timestamp=desk.plane.clock.now().timestamp() - 60,
        never_expires=False,
    )


def set_kept(desk: Any, backup_id: str, *, kept: bool) -> None:
    desk.plane.done_elsewhere(KEEP, *HERE, BackupId=backup_id, NeverExpires=kept)


async def into_tab(desk: Any, downs: int = 0) -> str:
    """Into the tab of backups, and so many backups down; the id of that one."""
    await desk.press("b", "enter")
    await desk.until(lambda: "backups (" in desk.details and "reading" not in desk.details)
    await desk.press(*["down"] * downs)
    backup_id: str = desk.screen.details.backup.backup_id
    return backup_id


async def opened(desk: Any, kind: type[ChangeDialog[Any]]) -> Any:
    """Wait for the first look of the dialog."""
    await desk.until(lambda: isinstance(desk.app.screen, kind), f"a {kind.__name__}")
    dialog = desk.app.screen
    await desk.until(lambda: dialog.has_looked, "a look")
    return dialog


async def picks(desk: Any, heading: str, typed: str = "") -> None:
    await desk.until(lambda: isinstance(desk.app.screen, PickDialog), "a list")
    await desk.sees(heading)
    await desk.type(typed)
    await desk.press("enter")


async def confirm(desk: Any, typed: str = "") -> None:
    if typed:
        await desk.type(typed)
    button = desk.app.screen.query_one(".change-confirm", Button)
    await desk.until(lambda: button.display and not button.disabled, "the button")
    await desk.press("tab", "enter")


def outcomes(desk: Any) -> list[tuple[str, str, str]]:
    records = read_audit(desk.app.settings.paths.audit_file).records
    return [(each.operation, each.target, each.outcome) for each in records]


class TestCursor:
    async def test_is_what_a_key_acts_on_stays_when_a_newer_one_comes_and_follows_a_search(
        self, at, plane
    ):
        async with at() as desk:
            second, last = ids(desk)[1:]
            assert await into_tab(desk, 1) == second
            await desk.press("U")
            dialog = await opened(desk, DeleteBackupDialog)
            assert dialog.target == second
            await desk.press("escape")
            plane.place(*HERE).added_backups.append(newer(desk))
            await desk.press("r")
            await desk.until(lambda: "backups (4)" in desk.details)
            assert desk.screen.details.backup.backup_id == second
            await desk.press("/")
            await desk.type(last[-6:])
            await desk.press("enter")
            await desk.until(lambda: desk.screen.details.backup.backup_id == last)

    async def test_one_that_has_gone_from_under_it_takes_no_key_for_a_second(
        self, at, plane, clock
    ):
        async with at() as desk:
            await into_tab(desk)
            mine = newer(desk)
            plane.place(*HERE).added_backups.append(mine)
            await desk.press("r")
            await desk.until(lambda: "backups (4)" in desk.details)
            await desk.press("g")
            assert desk.screen.details.backup.backup_id == mine.backup_id
            plane.place(*HERE).added_backups.clear()
            await desk.press("r")
            await desk.until(lambda: "backups (3)" in desk.details)
            for action in ("modify_backup", "copy_backup", "delete_backup"):
                desk.app.clear_notifications()
                await desk.app.run_action(action, desk.screen)
                await desk.until(lambda: f"has gone: {mine.backup_id}" in desk.notifications)
                assert len(desk.app.screen_stack) == 1
            clock.advance(1)
            await desk.press("U")
            dialog = await opened(desk, DeleteBackupDialog)
            assert dialog.target == ids(desk)[0]

    async def test_without_an_id_there_is_nothing_to_be_on(self, at, plane):
        async with at() as desk:
            odd = {"BackupState": "READY", "ClusterId": desk.cluster.cluster_id}
            plane.script(LIST, reply_json({"Backups": [odd]}))
            await desk.press("b", "enter")
            await desk.until(lambda: "backups (1)" in desk.details)
            assert desk.screen.details.backup is None
            await desk.press("down", "up", "G", "K")
            await desk.until(lambda: "cannot be read" in desk.notifications)
            assert len(desk.app.screen_stack) == 1


class TestPicking:
    """Without a cursor in the tab."""

    @pytest.mark.in_parts
    @pytest.mark.parametrize(
        ("key", "heading"),
        part_of(
            [
                ("K", "Keep, or let expire, which one?"),
                ("Y", "Copy which backup?"),
                ("U", "Delete which backup?"),
            ],
            at=1,
        ),
    )
    async def test_the_newest_comes_first_with_its_age_and_its_end(self, at, key, heading):
        async with at(pending=(9,)) as desk:
            set_kept(desk, ids(desk)[1], kept=True)
            await desk.press(key)
            await desk.until(lambda: isinstance(desk.app.screen, PickDialog), "a list")
            await desk.sees(heading)
            shown = [line.split()[1] for line in desk.lines if " old, " in line]
            assert shown == ids(desk)[:2]  # the third is not READY
            await desk.sees("2h old, until", "never expires")

    async def test_hundreds_can_be_narrowed(self, at):
        async with at(count=300) as desk:
            wanted = ids(desk)[250]
            await desk.press("U")
            await picks(desk, "Delete which backup?", wanted)
            dialog = await opened(desk, DeleteBackupDialog)
            assert dialog.target == wanted

    @pytest.mark.in_parts
    @pytest.mark.parametrize("key", part_of(ONE.values()))
    async def test_where_there_is_none_that_is_said(self, at, key):
        async with at("firmware-signing-dev") as desk:
            await desk.press(key)
            await desk.until(lambda: "No backup of this cluster is READY." in desk.notifications)
            assert len(desk.app.screen_stack) == 1


class TestKeeping:
    async def test_one_press_lets_it_never_expire(self, at):
        async with at() as desk:
            second = await into_tab(desk, 1)
            await desk.press("K")
            dialog = await opened(desk, KeepBackupDialog)
            assert dialog.focused is dialog.query_one("#keep-cancel")
            await desk.sees("1111-1111-1111", "us-east-1", second, "payments-prod-01")
            await desk.sees("Now: until 20", "Then it never expires.")
            await confirm(desk)
            await desk.sees("The backup never expires.")
            assert desk.asked(KEEP) == [{"BackupId": second, "NeverExpires": True}]
            await desk.press("escape")
            line = next(line for line in desk.details.split("\n") if second in line)
            assert "never expires" in desk.details[desk.details.index(line) :]
            assert outcomes(desk) == [(KEEP, second, "unknown"), (KEEP, second, "done")]

    async def test_to_let_it_expire_again_its_id_is_typed(self, at):
        async with at() as desk:
            newest = ids(desk)[0]
            set_kept(desk, newest, kept=True)
            desk.cluster.backup_retention_policy = RetentionPolicy("DAYS", "90")
            await desk.press("r", "K")
            await picks(desk, "which one?")
            dialog = await opened(desk, ExpireBackupDialog)
            await desk.sees("Let a backup expire again", "Now: never expires.")
            await desk.sees("The service then deletes it on", "(90 days)")
            await desk.until(lambda: dialog.focused is dialog.query_one("#expire-field"))
            await desk.type(newest[:-1])
            await desk.press("tab", "enter")
            await desk.sees("Not the backup id")
            assert desk.asked(KEEP) == []
            await confirm(desk, newest)
            await desk.sees("The backup expires as its cluster's retention says.")
            assert desk.asked(KEEP) == [{"BackupId": newest, "NeverExpires": False}]

    async def test_what_may_be_deleted_at_once_is_said_and_withheld_where_that_is_new(self, at):
        async with at(count=12) as desk:
            oldest = ids(desk)[-1]
            set_kept(desk, oldest, kept=True)
            for policy, *words in (
                (RetentionPolicy("DAYS", "7"), "older than the 7 days", "may delete it at once"),
                (None, "When it then ends is not known"),
                (RetentionPolicy("DAYS", "90"), "The service then deletes it on"),
            ):
                await desk.press("escape")  # from the dialog with the retention before
                desk.cluster.backup_retention_policy = policy
                await desk.press("r")
                await desk.settles()
                await desk.press("K")
                await picks(desk, "which one?", oldest)
                await opened(desk, ExpireBackupDialog)
                await desk.sees(*words)
            desk.cluster.backup_retention_policy = RetentionPolicy("DAYS", "7")
            await confirm(desk, oldest)
            await desk.sees("Nothing was sent. It has changed since it was shown.")
            await desk.sees("Its cluster keeps backups for 7 days.", "may delete it at once")
            assert desk.asked(KEEP) == []
            await confirm(desk, oldest)
            await desk.sees("The backup expires")
            assert len(desk.asked(KEEP)) == 1

    async def test_a_copy_has_no_retention_and_one_that_cannot_be_read_is_said(self, at, plane):
        async with at() as desk:
            newest, copy = ids(desk)[0], newer(desk)
            copy.source_backup, copy.never_expires = "backup-22222222222", True
            plane.place(*HERE).added_backups.append(copy)
            set_kept(desk, newest, kept=True)
            await desk.press("K")
            await picks(desk, "which one?", copy.backup_id)
            await opened(desk, ExpireBackupDialog)
            await desk.sees(
                "It is a copy, which no retention policy deletes.",
                "Type the backup id, then tab and enter to let it expire:",
            )
            await desk.press("escape")
            assert await into_tab(desk, 1) == newest
            plane.script("DescribeClusters", Refuse("AccessDeniedException", "No."))
            await desk.press("K")
            await opened(desk, ExpireBackupDialog)
            await desk.sees("not checked: cloudhsm:DescribeClusters is denied", "at once")

    async def test_one_that_is_kept_meanwhile_is_not_kept_again(self, at, plane):
        async with at(poll_seconds=600) as desk:
            first = await into_tab(desk)
            await desk.press("K")
            await opened(desk, KeepBackupDialog)
            plane.script(LIST, Run(lambda: set_kept(desk, first, kept=True)), call=1)
            await confirm(desk)
            await desk.sees("BLOCKED", "it never expires already")
            assert desk.asked(KEEP) == []


class TestCopying:
    async def test_to_a_region_that_is_listed_is_followed_until_it_is_ready(self, at, clock):
        async with at(flags=SEVERAL) as desk:
            first = await into_tab(desk)
            await desk.press("Y")
            await desk.until(lambda: isinstance(desk.app.screen, PickDialog), "the regions")
            regions = desk.app.screen.query_one(OptionList)
            assert str(regions.get_option_at_index(0).prompt).split()[0] == THERE
            await picks(desk, "Copy it to which region?")
            dialog = await opened(desk, CopyBackupDialog)
            assert dialog.focused is dialog.query_one("#copy-cancel")
            await desk.sees("1111-1111-1111", "us-east-1", first, f"to {THERE}")
            await desk.sees("has its own id", f"{THERE} has no copy of it.", "CreateCluster")
            await confirm(desk)
            await desk.sees(f"The service is copying the backup to {THERE}.", "when it is READY")
            assert desk.asked(COPY) == [{"BackupId": first, "DestinationRegion": THERE}]
            (copy,) = desk.plane.place(HERE[0], THERE).added_backups
            await desk.press("escape")
            assert copy.backup_id not in desk.notifications
            clock.advance(BACKUP_SECONDS)
            words = f"{copy.backup_id}, the copy in {THERE}, is READY."
            await desk.until(lambda: words in desk.notifications, "it is told")
            assert outcomes(desk) == [(COPY, first, "unknown"), (COPY, first, "done")]
            assert len(desk.asked(COPY)) == 1

    async def test_a_copy_that_is_there_already_is_told_where_that_can_be_read(
        self, at, plane, clock
    ):
        """And it is not taken for the new one."""
        async with at(flags=SEVERAL) as desk:
            await into_tab(desk)
            await desk.press("Y")
            await desk.until(lambda: isinstance(desk.app.screen, PickDialog), "the regions")
            denied = Refuse("AccessDeniedException", "No.")
            plane.script(LIST, denied, at=At(region=THERE))
            await picks(desk, "Copy it to which region?", THERE)
            await opened(desk, CopyBackupDialog)
            await desk.sees(f"Copies in {THERE} not checked", "DescribeBackups is denied")
            await confirm(desk)
            await desk.sees("The service is copying")
            plane.clear_scripts()
            (old,) = plane.place(HERE[0], THERE).added_backups
            await desk.press("escape")
            clock.advance(BACKUP_SECONDS)
            await desk.until(lambda: f"{old.backup_id}, the copy" in desk.notifications)
            desk.app.clear_notifications()
            await desk.press("Y")
            await picks(desk, "Copy it to which region?", THERE)
            await opened(desk, CopyBackupDialog)
            await desk.sees(f"has a copy of it already: {old.backup_id}, READY.")
            await confirm(desk)
            await desk.sees("The service is copying")
            new = plane.place(HERE[0], THERE).added_backups[1]
            await desk.press("escape")
            clock.advance(BACKUP_SECONDS)
            await desk.until(lambda: f"{new.backup_id}, the copy" in desk.notifications)
            assert old.backup_id not in desk.notifications

    async def test_the_copies_are_read_with_the_credentials_of_the_backup(self, at, plane):
        profiles = ("demo-staging", "demo")
        async with at(flags=Flags(profiles=profiles, regions=("us-east-1", THERE))) as desk:
            await into_tab(desk)
            await desk.press("Y")
            await picks(desk, "Copy it to which region?", THERE)
            await opened(desk, CopyBackupDialog)
            await desk.sees(f"{THERE} has no copy of it.")
            looks = [
                r for r in plane.requests if "sourceBackupIds" in r.parameters.get("Filters", ())
            ]
            assert [(look.account, look.region) for look in looks] == [(HERE[0], THERE)]

    async def test_to_another_region_which_is_not_its_own_says_how_to_see_it(self, at):
        async with at() as desk:
            await desk.press("Y")
            await picks(desk, "Copy which backup?")
            await desk.until(lambda: desk.app.screen._heading.startswith("Copy it to"), "regions")
            await desk.type("us-east-1")
            await desk.sees("Nothing matches")
            await picks(desk, "Copy it to which region?", "ap-east-1")
            await opened(desk, CopyBackupDialog)
            await desk.sees("ap-east-1 has to be enabled in the account.")
            await confirm(desk)
            await desk.sees(
                "The service is copying the backup to ap-east-1.", "R lists that region"
            )
            assert len(desk.asked(COPY)) == 1


class TestDeleting:
    async def test_takes_the_typed_id_and_can_be_taken_back(self, at):
        async with at() as desk:
            newest = await into_tab(desk)
            await desk.press("U")
            dialog = await opened(desk, DeleteBackupDialog)
            await desk.sees("1111-1111-1111", "us-east-1", newest, "payments-prod-01")
            await desk.sees("READY backups left: 2.", "It is the newest one. The next is 1d old")
            await desk.sees("For 7 days u can restore it")
            await desk.until(lambda: dialog.focused is dialog.query_one("#delete-field"))
            await desk.type(newest[:-1])
            await desk.press("tab", "enter")
            assert desk.asked(DELETE) == []
            await confirm(desk, newest)
            await desk.sees("The service took the request.", "is PENDING_DELETION", "u restores it")
            assert desk.asked(DELETE) == [{"BackupId": newest}]
            await desk.press("escape")
            await desk.until(lambda: "gone in 7d 0h" in desk.details, "the countdown")
            assert "1 can be restored: u" in desk.details
            target = f"{newest} of {desk.cluster.cluster_id}"
            assert outcomes(desk) == [(DELETE, target, "unknown"), (DELETE, target, "done")]
            await desk.press("u")
            await desk.until(lambda: desk.app.screen.query("#restore-field"), "its restoration")
            assert desk.app.screen.target == newest

    async def test_of_the_last_one_says_so_and_does_not_ask_which(self, at):
        async with at("legacy-tde", count=1) as desk:
            set_kept(desk, ids(desk)[0], kept=True)
            await desk.press("U")
            dialog = await opened(desk, DeleteBackupDialog)
            assert dialog.target == ids(desk)[0]
            await desk.sees("the last READY backup of its cluster", "in this backup only")
            await desk.sees("set never to expire")

    async def test_is_withheld_when_another_was_deleted_not_while_others_are_not_known(
        self, at, plane
    ):
        async with at(poll_seconds=600) as desk:
            first = await into_tab(desk)
            denied = Refuse("AccessDeniedException", "No.")
            plane.script(LIST, denied, call=2)
            await desk.press("U")
            dialog = await opened(desk, DeleteBackupDialog)
            assert dialog.gate_lets
            await desk.sees("It is not known which other backups its cluster has.")
            await desk.press("escape", "U")
            await opened(desk, DeleteBackupDialog)
            other = ids(desk)[1]
            gone = Run(lambda: plane.done_elsewhere(DELETE, *HERE, BackupId=other))
            await desk.until(lambda: desk.app.screen.is_confirmable)
            plane.script(LIST, gone, call=1)
            await desk.type(first)
            await desk.press("tab", "enter")
            await desk.sees("Nothing was sent. It has changed since it was shown.")
            await desk.sees("READY backups left: 1.")
            assert desk.asked(DELETE) == []


@pytest.mark.in_parts
@pytest.mark.parametrize("operation", part_of(ONE))
async def test_each_is_blocked_where_a_rule_forbids_it(at, operation):
    async with at(read_only="a test") as desk:
        await into_tab(desk)
        dialog = await began(desk, operation)
        await desk.sees("BLOCKED", "read-only")
        assert not dialog.query_one(".change-confirm").display
        assert desk.asked(operation) == []


@pytest.mark.in_parts
@pytest.mark.parametrize("operation", part_of(ONE, at=1))
async def test_each_is_blocked_for_one_that_is_being_deleted(at, operation):
    async with at(count=1, pending=(30,)) as desk:
        await into_tab(desk)
        dialog = await began(desk, operation)
        await desk.sees("BLOCKED", "only a backup that is READY", "PENDING_DELETION")
        assert not dialog.gate_lets


@pytest.mark.in_parts
@pytest.mark.parametrize("operation", part_of(ONE, at=2))
async def test_each_whose_answer_is_lost_is_shown_again(at, plane, operation):
    async with at() as desk:
        target = await into_tab(desk)
        plane.script(operation, Reset(sent=0))
        first = await began(desk, operation)
        await confirm(desk, target if first.ASKS else "")
        await desk.sees("The outcome is UNKNOWN")
        await desk.press("escape")
        again = await began(desk, operation)
        assert again._change is first._change
        await desk.sees("The outcome is UNKNOWN")
        assert len(desk.asked(operation)) == 1


@pytest.mark.in_parts
@pytest.mark.parametrize("operation", part_of(ONE, at=3))
async def test_each_that_is_refused_changes_nothing(at, plane, operation):
    async with at() as desk:
        target = await into_tab(desk)
        plane.script(operation, Refuse("CloudHsmInvalidRequestException", "Their words."))
        dialog = await began(desk, operation)
        before = backups(desk)
        await confirm(desk, target if dialog.ASKS else "")
        await desk.sees("The service refused: nothing was", "Their words.")
        assert backups(desk) == before
        assert len(desk.asked(operation)) == 1


@pytest.mark.in_parts
@pytest.mark.parametrize("operation", part_of(ONE, at=4))
async def test_each_tells_its_end_after_its_dialog_was_closed(at, plane, operation):
    async with at() as desk:
        target = await into_tab(desk)
        gate = AnswerGate()
        plane.script(operation, gate)
        dialog = await began(desk, operation)
        await confirm(desk, target if dialog.ASKS else "")
        await desk.until(lambda: desk.asked(operation), "the request")
        await desk.press("escape")
        gate.release()
        await desk.until(lambda: target in desk.notifications, "its end")
        assert len(desk.asked(operation)) == 1


async def began(desk: Any, operation: str) -> Any:
    """The dialog for the backup under the cursor."""
    await desk.press(ONE[operation])
    if operation == COPY:
        await picks(desk, "Copy it to which region?", THERE)
    await desk.until(lambda: isinstance(desk.app.screen, ChangeDialog), "a dialog")
    return await opened(desk, ChangeDialog)
