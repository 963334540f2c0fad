"""Creating a cluster from a backup: which, where, what it says, what is sent, and what becomes of
it."""

from functools import partial
from typing import Any

import pytest
from textual.widgets import Button, Input

from hsmtui.demo.place import CREATE_SECONDS
from hsmtui.ui.dialogs.create_cluster import CreateClusterDialog
from hsmtui.ui.dialogs.subnets import SubnetsDialog
from hsmtui.ui.terminal.type_ahead import BLIND
from tests.recorded import read_audit
from tests.scripted import AnswerGate, Gate, Refuse, Reset, Run, reply_json
from tests.ui.conftest import HERE

CREATE = "CreateCluster"
NAME = "payments-prod-01"
WHICH = "Create a cluster from which backup?"


@pytest.fixture
def at(at: Any) -> Any:
    """The app with the cursor on that cluster, where no other is named."""
    return lambda name=NAME, **more: at(name, **more)


async def picked(desk: Any, text: str = "") -> str:
    """Pick a backup, else the first, and wait for the field of the subnets; the backup's id."""
    await desk.press("B")
    await desk.sees(WHICH)
    await desk.type(text)
    picker = desk.app.screen
    chosen = picker._shown[0].label
    await desk.press("enter")
    await desk.until(lambda: desk.app.screen is not picker, "another dialog")
    return str(chosen)


async def opened(desk: Any, subnets: str | None = None) -> CreateClusterDialog:
    """Pick the newest backup and take these subnets, else those that are offered; wait for the
    first look of the dialog."""
    await picked(desk)
    assert isinstance(desk.app.screen, SubnetsDialog)
    if subnets is not None:
        await desk.type(subnets)
    await desk.press("enter")
    return await looked(desk)


async def looked(desk: Any) -> CreateClusterDialog:
    await desk.until(lambda: isinstance(desk.app.screen, CreateClusterDialog), "the dialog")
    dialog: CreateClusterDialog = desk.app.screen
    await desk.until(lambda: dialog.has_looked, "a look")
    return dialog


async def confirm(desk: Any) -> None:
    button = desk.app.screen.query_one("#create-confirm", Button)
    await desk.until(lambda: button.display and not button.disabled, "the button")
    await desk.press("tab", "enter")


def made(desk: Any) -> Any:
    """The only cluster that came of it."""
    (request,) = desk.asked(CREATE)
    every = desk.plane.clusters(*HERE)
    (new,) = [each for each in every if each.source_backup_id == request["SourceBackupId"]]
    return new


async def test_one_request_goes_out_and_the_cluster_is_followed_up_to_its_first_hsm(at, clock):
    async with at() as desk:
        dialog = await opened(desk)
        zones = desk.cluster.subnet_mapping
        await desk.sees(
            "New: hsm2m.medium, FIPS, IPV4.",
            f"In the same subnets: {', '.join(sorted(zones))}.",
            f"backups kept {desk.table.row.cluster.retention_days} days",
            "It makes a security group, too. AWS bills only HSMs.",
            "Then: ACTIVE without HSMs; h on its row adds the first.",
            "By default an account has 4 clusters in a region; AWS can raise that.",
        )
        assert not desk.shows("Not checked")
        await confirm(desk)
        await desk.sees("The service is creating cluster-")
        new = made(desk)
        (sent,) = desk.asked(CREATE)
        assert sent["SourceBackupId"] == dialog.target
        assert sorted(sent["SubnetIds"]) == sorted(zones.values())
        assert (sent["HsmType"], sent["Mode"]) == ("hsm2m.medium", "FIPS")
        assert "Name" not in {tag["Key"] for tag in sent["TagList"]}
        await desk.press("escape")
        assert desk.current == new.cluster_id  # the cursor is led there
        await desk.sees(f"{new.cluster_id}", "CREATING")
        clock.advance(CREATE_SECONDS)
        words = f"{new.cluster_id} is ACTIVE, without an HSM: h adds the first one."
        await desk.until(lambda: words in desk.notifications, "it is told")
        assert desk.table.row.cluster.state == "ACTIVE"
        _, done = read_audit(desk.app.settings.paths.audit_file).records
        assert (done.operation, done.target, done.outcome) == (CREATE, dialog.target, "done")
        assert len(desk.asked(CREATE)) == 1
        await desk.press("h")
        await desk.sees("Create an HSM in which zone?")
        await desk.press("enter")
        await desk.sees(
            "Then: 1 HSM in 1 availability zone.",
            f"for {new.cluster_id}",
            f"from {new.source_backup_id} if it has none",
        )


async def test_under_a_filter_and_not_listed_at_once_it_has_no_row_and_is_waited_for(
    at, plane, clock
):
    async with at() as desk:
        await desk.press("slash")
        await desk.type(f"id:{desk.cluster.cluster_id}")
        await desk.press("enter")
        await desk.until(lambda: desk.rows == [desk.cluster.cluster_id], "the filter")
        await opened(desk)
        unlisted = partial(plane.script, "DescribeClusters", reply_json({"Clusters": []}), call=1)
        plane.script(CREATE, Run(unlisted))
        await confirm(desk)
        await desk.sees("The service is creating cluster-")
        await desk.press("escape")
        assert desk.rows == [desk.cluster.cluster_id]
        clock.advance(CREATE_SECONDS)
        words = f"{made(desk).cluster_id} is ACTIVE"
        await desk.until(lambda: words in desk.notifications, "it is told")


async def test_escape_on_the_way_and_enter_on_cancel_send_nothing(at):
    async with at() as desk:
        await desk.press("B")
        await desk.sees(WHICH)
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.screen, "it closes")
        await picked(desk)
        assert isinstance(desk.app.screen, SubnetsDialog)
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.screen, "it closes")
        dialog = await opened(desk)
        assert dialog.focused is dialog.query_one("#create-cancel")
        await desk.press("enter")
        await desk.until(lambda: desk.app.screen is desk.screen, "it closes")
        assert desk.asked(CREATE) == []


async def test_an_older_backup_can_be_picked_and_the_newest_stands_first(at):
    async with at() as desk:
        await desk.press("B")
        await desk.sees(WHICH, "hsm2m.medium, FIPS")
        choices = desk.app.screen._choices
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.screen, "it closes")
        ready = [
            backup
            for backup in desk.plane.done_elsewhere(
                "DescribeBackups", *HERE, Filters={"clusterIds": [desk.cluster.cluster_id]}
            )["Backups"]
            if backup.backup_state == "READY"
        ]
        assert choices[-1].label == "a backup of another cluster"
        assert [c.label for c in choices[: len(ready)]] == [b.backup_id for b in ready]
        assert await picked(desk, ready[-1].backup_id) == ready[-1].backup_id
        await desk.press("enter")
        assert (await looked(desk)).target == ready[-1].backup_id


async def test_typed_subnets_are_checked_by_form_and_the_service_checks_the_rest(at):
    async with at() as desk:
        await picked(desk)
        await desk.type("subnet-12345678 subnet-x")
        await desk.sees("subnet-x is no subnet id")
        await desk.press("enter")
        assert isinstance(desk.app.screen, SubnetsDialog)
        await desk.type("subnet-12345678")
        await desk.sees("zone not known", "EC2 is not asked")
        await desk.press("enter")
        await looked(desk)
        await desk.sees("Not checked: all in one VPC, one in a zone.")
        await confirm(desk)
        await desk.sees("The service refused: nothing was created.", "does not exist")
        assert desk.asked(CREATE)[0]["SubnetIds"] == ["subnet-12345678"]


async def test_the_network_type_is_asked_for_in_other_subnets_of_dualstack_and_in_unknown(at):
    async with at() as desk:
        desk.cluster.network_type = "DUALSTACK"
        await desk.press("r")
        await desk.until(lambda: desk.table.row.cluster.network_type == "DUALSTACK")
        await opened(desk)
        await desk.sees("FIPS, DUALSTACK")
        await desk.press("escape")
        await picked(desk)
        await desk.type("subnet-12345678")
        await desk.press("enter")
        await desk.sees("Which network type?", "every subnet needs IPv6")
        await desk.press("enter")
        await looked(desk)
        await desk.sees("FIPS, IPV4")
        await desk.press("escape")
        desk.cluster.subnet_mapping = None
        await desk.press("r")
        await desk.until(lambda: desk.table.row.cluster.subnet_mapping is None)
        await picked(desk)
        await desk.sees("A cluster needs one subnet at least.")
        assert desk.app.screen.query_one(Input).value == ""


async def test_a_cluster_without_a_ready_backup_says_so_and_offers_those_of_others(at):
    async with at("mobile-wallet-qa") as desk:  # which was never claimed
        await desk.press("B")
        await desk.sees("No backup of this cluster is READY", "a backup of another cluster")
        assert desk.asked("DescribeBackups")[-1]["Filters"] == {
            "clusterIds": [desk.cluster.cluster_id],
            "states": ["READY"],
        }


async def test_a_backup_of_a_cluster_that_is_gone_brings_it_back(at, clock):
    async with at() as desk:
        place = desk.plane.place(*HERE)
        gone = next(c for c in place.clusters if c.name == "legacy-tde")
        place.clusters.remove(gone)
        place.departed.append(gone)
        backup_id = await of_another(desk, gone.cluster_id)
        assert isinstance(desk.app.screen, SubnetsDialog)
        assert desk.app.screen.query_one(Input).value == ""
        await desk.type(next(iter(gone.subnet_mapping.values())))
        await desk.press("enter")
        assert (await looked(desk)).target == backup_id
        await desk.sees(f"of {gone.cluster_id}   which is not read here", "No tags; backups kept")
        await confirm(desk)
        await desk.sees("The service is creating cluster-")
        (sent,) = desk.asked(CREATE)
        assert (sent["SourceBackupId"], sent["Mode"]) == (backup_id, gone.mode)
        assert {"TagList", "BackupRetentionPolicy"}.isdisjoint(sent)


async def of_another(desk: Any, cluster_id: str) -> str:
    """Pick the newest backup of a cluster that is not under the cursor; its id."""
    await desk.press("B")
    await desk.sees(WHICH)
    await desk.type("a backup of another cluster")
    first = desk.app.screen
    await desk.press("enter")
    await desk.until(lambda: desk.app.screen is not first and desk.shows(WHICH), "the others")
    assert f"of {desk.cluster.cluster_id}" not in {c.remark.split(",")[0] for c in others(desk)}
    await desk.type(cluster_id)
    backup_id = str(desk.app.screen._shown[0].label)
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, SubnetsDialog), "the subnets")
    return backup_id


def others(desk: Any) -> Any:
    return desk.app.screen._choices


async def test_in_a_place_without_clusters_the_first_can_be_created(sit, plane):
    place = plane.place(*HERE)
    place.departed.extend(place.clusters)
    place.clusters.clear()
    async with sit(wait=False) as desk:
        await desk.until(lambda: "clusters (0)" in desk.title, "an empty list")
        await desk.settles()
        await picked(desk)
        await desk.type(next(iter(place.departed[0].subnet_mapping.values())))
        await desk.press("enter")
        await looked(desk)
        await confirm(desk)
        await desk.sees("The service is creating cluster-")
        await desk.press("escape")
        assert desk.rows == [made(desk).cluster_id]
        assert desk.current == made(desk).cluster_id


async def test_where_no_other_backup_is_ready_or_they_are_denied_that_is_said(at, plane, clock):
    async with at() as desk:
        for answer, words in (
            (reply_json({"Backups": []}), "No other backup in this region is READY"),
            (Refuse("AccessDeniedException", "No."), "Not allowed"),
        ):
            desk.app.clear_notifications()
            clock.advance(BLIND.total_seconds())  # keys are heard again
            await desk.press("B")
            await desk.sees(WHICH)
            await desk.type("a backup of another cluster")
            plane.script("DescribeBackups", answer, call=1)
            await desk.press("enter")
            await desk.until(lambda said=words: said in desk.notifications, words)
            assert len(desk.app.screen_stack) == 1


async def test_what_is_denied_or_cannot_be_read_is_no_source_and_says_so(at, plane, clock):
    """Backups without an id are not said to be none."""
    denied = Refuse("AccessDeniedException", "No.")
    unreadable = reply_json({"Backups": [{"BackupState": "READY"}]})
    async with at() as desk:
        for key, answer, words in (
            ("B", denied, "Not allowed"),
            ("B", unreadable, "What was listed cannot be read."),
            ("Y", unreadable, "What was listed cannot be read."),
        ):
            desk.app.clear_notifications()
            clock.advance(BLIND.total_seconds())  # keys are heard again
            plane.script("DescribeBackups", answer, call=1)
            await desk.press(key)
            await desk.until(lambda said=words: said in desk.notifications, words)
            assert len(desk.app.screen_stack) == 1
        clock.advance(BLIND.total_seconds())
        desk.cluster.hsms = 7
        await desk.press("r")
        await desk.until(lambda: desk.table.row.cluster.odd, "an odd row")
        await desk.press("B")
        await desk.until(lambda: "cannot be read whole" in desk.notifications, "it is told")


async def test_a_read_only_connection_is_blocked(at):
    async with at(read_only="a test") as desk:
        dialog = await opened(desk)
        await desk.sees("BLOCKED", "read-only")
        assert not dialog.query_one("#create-confirm").display
        assert desk.asked(CREATE) == []


async def test_a_backup_that_is_deleted_meanwhile_is_blocked(at):
    async with at() as desk:
        backup_id = await picked(desk)
        desk.plane.done_elsewhere("DeleteBackup", *HERE, BackupId=backup_id)
        await desk.press("enter")
        await looked(desk)
        await desk.sees("BLOCKED", "this one is PENDING_DELETION")
        assert desk.asked(CREATE) == []


async def test_a_lost_answer_is_an_unknown_outcome_that_is_shown_again(at, plane):
    async with at() as desk:
        plane.script(CREATE, Reset(sent=0))
        first = await opened(desk)
        await confirm(desk)
        await desk.sees("The outcome is UNKNOWN", "Look for a cluster from this backup")
        await desk.press("escape")
        await picked(desk)  # no subnets are asked for
        again = await looked(desk)
        assert again._change is first._change
        await desk.sees("The outcome is UNKNOWN")
        assert len(desk.asked(CREATE)) == 1


async def test_it_keeps_one_row_while_pages_are_read_and_that_it_fails_is_told(at):
    async with at() as desk:
        await opened(desk)
        await confirm(desk)
        await desk.sees("The service is creating cluster-")
        new = made(desk)
        await desk.press("escape")
        await desk.press("M")
        await desk.until(lambda: desk.table.view.is_whole, "all pages")
        assert desk.rows.count(new.cluster_id) == 1
        assert len(desk.rows) == len(desk.plane.clusters(*HERE))
        await desk.press("r")
        await desk.settles()
        assert desk.rows.count(new.cluster_id) == 1
        assert "gone" not in desk.notifications
        new.state, new.state_message = "DEGRADED", "Creation failed."
        words = f"{new.cluster_id} is DEGRADED: Creation failed."
        await desk.until(lambda: words in desk.notifications, "it is told")


async def test_backups_of_a_place_that_was_left_are_not_offered(at, plane):
    async with at() as desk:
        held = AnswerGate()
        plane.script("DescribeBackups", held, call=1)
        await desk.press("B")
        await desk.until(lambda: desk.asked("DescribeBackups"), "the reading")
        desk.screen._places.go("demo", "eu-central-1")
        await desk.until(lambda: desk.screen.location.region == "eu-central-1", "another region")
        held.release()
        await desk.settles()
        await desk.until(lambda: not _is_choosing(desk), "the reading given up")
        assert len(desk.app.screen_stack) == 1


def _is_choosing(desk: Any) -> bool:
    return any(worker.group == "create" for worker in desk.screen.workers)


async def test_an_answer_that_comes_after_the_dialog_moves_no_cursor_and_it_may_go(at, plane):
    async with at() as desk:
        held = Gate()
        plane.script(CREATE, held)
        await opened(desk)
        await confirm(desk)
        await desk.sees("CreateCluster was sent")
        await desk.press("escape")
        held.release()
        await desk.until(lambda: "The service is creating" in desk.notifications, "it is told")
        assert desk.current == desk.cluster.cluster_id
        new = made(desk)
        assert new.cluster_id in desk.rows
        asked = len(desk.asked("DescribeClusters"))
        await desk.until(lambda: len(desk.asked("DescribeClusters")) > asked + 1, "it was listed")
        desk.plane.clusters(*HERE).remove(new)
        words = f"{new.cluster_id} is not listed any more."
        await desk.until(lambda: words in desk.notifications, "it is told")
