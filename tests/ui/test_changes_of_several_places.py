"""A change goes to the account and region of its row, whatever else is listed, and to no other."""

from typing import Any

import pytest
from msgspec.structs import replace

from hsmtui.config.file import ProfileRule
from hsmtui.config.settings import Flags
from hsmtui.demo.estate import PAYMENTS
from hsmtui.demo.plan import BackupPlan
from hsmtui.demo.records import Cluster, Hsm, Tag
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.pick import PickDialog
from hsmtui.ui.dialogs.retention_days import RetentionDaysDialog
from hsmtui.ui.dialogs.subnets import SubnetsDialog
from hsmtui.ui.dialogs.tag_value import TagValueDialog
from hsmtui.ui.dialogs.tags import TagsDialog
from tests.parts import part_of
from tests.recorded import read_audit
from tests.scripted import ScriptedPlane
from tests.ui.conftest import Desk

EAST = "us-east-1"
ACCOUNTS = (PAYMENTS, "111111111111", "222222222222")
THREE = Flags(profiles=("demo-payments", "demo", "demo-staging"), regions=(EAST,))
CHANGES = (
    *("CreateCluster", "DeleteCluster", "DeleteHsm", "ModifyCluster"),
    *("RestoreBackup", "TagResource", "UntagResource"),
    *("ModifyBackupAttributes", "CopyBackupToRegion", "DeleteBackup"),
)
TWIN, HSM = "cluster-twinaggc222", "hsm-22222222222"
"""The ids of a cluster, among the first of each listing, and of its HSM where it has one: all three
accounts have them."""


@pytest.fixture
def plane(plane: ScriptedPlane) -> ScriptedPlane:
    for account in ACCOUNTS:
        place = plane.place(account, EAST)
        place.clusters.append(
            Cluster(
                cluster_id=TWIN,
                hsms=[],
                state="ACTIVE",
                create_timestamp=1.0,
                hsm_type="hsm2m.medium",
                mode="FIPS",
                subnet_mapping={"us-east-1a": "subnet-0123456789abcdef0"},
                tag_list=[Tag("Name", "twin"), Tag("Owner", account)],
            )
        )
        place.backup_plans[TWIN] = BackupPlan(3, pending=(40.0,))
    return plane


def sent(desk: Desk) -> list[tuple[str, str, str]]:
    """Each change that was sent: what, by which account, in which region."""
    return [
        (request.operation, request.account, request.region)
        for request in desk.plane.requests
        if request.operation in CHANGES
    ]


async def dialog(desk: Desk, kind: type[Any] = ChangeDialog) -> Any:
    await desk.until(lambda: isinstance(desk.app.screen, kind), kind.__name__)
    await desk.rest()
    return desk.app.screen


async def delete(desk: Desk) -> None:
    await desk.press("ctrl+d")


async def delete_hsm(desk: Desk) -> None:
    await desk.press("D")


async def modify(desk: Desk) -> None:
    await desk.press("E")
    await dialog(desk, RetentionDaysDialog)
    await desk.type("8")
    await desk.press("enter")


async def restore(desk: Desk) -> None:
    await desk.press("u")


async def keep_backup(desk: Desk) -> None:
    await desk.press("K")
    await dialog(desk, PickDialog)
    await desk.press("enter")


async def copy_backup(desk: Desk) -> None:
    await desk.press("Y")
    backups = await dialog(desk, PickDialog)
    await desk.press("enter")
    await desk.until(lambda: desk.app.screen is not backups, "the regions")
    await dialog(desk, PickDialog)
    await desk.press("enter")


async def delete_backup(desk: Desk) -> None:
    await desk.press("U")
    await dialog(desk, PickDialog)
    await desk.press("enter")


async def tag(desk: Desk) -> None:
    await desk.press("t")
    await dialog(desk, TagsDialog)
    await desk.type("Purpose")
    await desk.press("enter")
    await dialog(desk, TagValueDialog)
    await desk.type("pki")
    await desk.press("enter")


async def untag(desk: Desk) -> None:
    await desk.press("t")
    tags = await dialog(desk, TagsDialog)
    await desk.until(lambda: tags._is_fresh, "tags that were read afresh")
    await desk.press("down", "down", "delete")


async def create_cluster(desk: Desk) -> None:
    await desk.press("B")
    await desk.sees("Create a cluster from which backup?")
    await desk.press("enter")
    await dialog(desk, SubnetsDialog)
    await desk.press("enter")


KINDS = {
    "CreateCluster": create_cluster,
    "DeleteCluster": delete,
    "DeleteHsm": delete_hsm,
    "ModifyCluster": modify,
    "RestoreBackup": restore,
    "ModifyBackupAttributes": keep_backup,
    "CopyBackupToRegion": copy_backup,
    "DeleteBackup": delete_backup,
    "TagResource": tag,
    "UntagResource": untag,
}


async def rows_move(desk: Desk, account: str) -> None:
    """The first place gets more rows, and loses its first one."""
    clusters = desk.plane.clusters(PAYMENTS, EAST)
    first = clusters[0]
    clusters[:1] = [replace(first, cluster_id=f"cluster-{n}aaaaaaaaaa") for n in "2347"]
    desk.screen.action_refresh_list()
    await desk.settles()


async def is_left_out(desk: Desk, account: str) -> None:
    fleet = desk.screen.fleet
    desk.screen.look_at([e for e in fleet.everywhere if e.connection.account != account])
    await desk.settles()


async def others_are_left(desk: Desk, account: str) -> None:
    """The screen leaves for another place."""
    desk.screen._places.go("demo", "us-west-2")
    await desk.settles()


MEANWHILE = (rows_move, is_left_out, others_are_left)


async def put_cursor(desk: Desk, account: str) -> None:
    """Move to the twin of this account."""
    view = desk.table.view
    keys = [(view[at].connection.account, view[at].cluster.cluster_id) for at in range(len(view))]
    desk.table._put_cursor(keys.index((account, TWIN)))
    await desk.rest()


async def confirm(desk: Desk, change: ChangeDialog[Any]) -> None:
    await desk.until(lambda: change.has_looked and change.gate_lets, "an open gate")
    if change.asks:
        await desk.type(change.target)
        await desk.press("tab", "enter")
    else:
        await desk.press("shift+tab", "enter")


async def until_sent(desk: Desk, number: int) -> None:
    await desk.until(lambda: len(sent(desk)) == number, "a change")
    pending = desk.screen.change_flows.changes.pending
    await desk.until(lambda: all(not change.is_pending for change in pending.begun))
    while len(desk.app.screen_stack) > 1:
        await desk.press("escape")


@pytest.mark.in_parts
@pytest.mark.parametrize("operation", part_of(KINDS))
async def test_a_change_goes_to_the_place_of_its_row_alone(sit, plane, clock, operation):
    if operation == "DeleteHsm":
        for account in ACCOUNTS:
            plane.place(account, EAST).cluster(TWIN).hsms = [Hsm(HSM, TWIN, state="ACTIVE")]
    async with sit(flags=THREE, poll_seconds=600) as desk:
        fleet = desk.screen.fleet
        for number, (account, meanwhile) in enumerate(zip(ACCOUNTS, MEANWHILE, strict=True), 1):
            await put_cursor(desk, account)
            await KINDS[operation](desk)
            change = await dialog(desk)
            await desk.until(lambda change=change: change.has_looked, "a look")
            await meanwhile(desk, account)
            await confirm(desk, change)
            await until_sent(desk, number)
            assert sent(desk)[-1] == (operation, account, EAST)
            if desk.screen.fleet is fleet:
                desk.screen.look_at(fleet.everywhere)
                await desk.settles()
                clock.advance(2)  # that the row had gone has been seen
        assert sent(desk) == [(operation, account, EAST) for account in ACCOUNTS]
        records = read_audit(desk.app.settings.paths.audit_file).records
        told = {(record.account, record.operation) for record in records}
        assert told == {(account, operation) for account in ACCOUNTS}


async def test_nothing_goes_where_a_rule_forbids_it_though_others_may_be_changed(sit, plane):
    rules = {"222222222222": ProfileRule(read_only=True)}
    async with sit(flags=THREE, accounts=rules, poll_seconds=600) as desk:
        assert "RO/RW" in desk.header
        for account in ACCOUNTS:
            await put_cursor(desk, account)
            await desk.press("ctrl+d")
            change = await dialog(desk)
            await desk.until(lambda change=change: change.has_looked, "a look")
            if account in rules:
                await desk.sees("BLOCKED", 'by read_only in [accounts."222222222222"] of ')
                assert not change.gate_lets
                await desk.press("escape")
            else:
                number = len(sent(desk)) + 1
                await confirm(desk, change)
                await until_sent(desk, number)
        assert [account for _, account, _ in sent(desk)] == list(ACCOUNTS[:2])
        desk.screen.look_at([desk.screen.fleet.loaders[2]])
        await desk.rest()
        assert desk.header.endswith("RO")
