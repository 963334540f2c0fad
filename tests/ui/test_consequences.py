"""What the delete dialog knows of consequences, and what has to be accepted first."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.widgets import Button, Input

from hsmtui.demo.records import Cluster, KeyStore
from tests.scripted import Gate, Refuse, Run, reply_json
from tests.ui.conftest import HERE

DELETE, BACKUPS, STORES = "DeleteCluster", "DescribeBackups", "DescribeCustomKeyStores"


@pytest.fixture
def open_dialog(sit: Any, plane: Any, cluster: Callable[[str], Cluster]) -> Any:
    """The open delete dialog of a cluster that so many key stores use; nothing polls."""

    @asynccontextmanager
    async def open_dialog(*names: str, **faults: Any) -> Any:
        async with sit(poll_seconds=600) as desk:
            desk.cluster = cluster("legacy-tde")
            for name in names:
                use(desk, name)
            for operation, fault in faults.items():
                plane.script(operation, fault)
            await desk.put_cursor(desk.cluster)
            await desk.press("ctrl+d")
            await desk.until(lambda: desk.app.screen.query("#delete-field"))
            field = desk.app.screen.query_one("#delete-field", Input)
            await desk.until(lambda: field.display, "an open gate")
            yield desk

    return open_dialog


def use(desk: Any, name: str) -> None:
    """Have a key store of this name use the cluster."""
    store = KeyStore(
        custom_key_store_id=f"cks-{name}",
        custom_key_store_name=name,
        cloud_hsm_cluster_id=desk.cluster.cluster_id,
        custom_key_store_type="AWS_CLOUDHSM",
        connection_state="CONNECTED",
        creation_date=0.0,
    )
    desk.plane.place(*HERE).key_stores.append(store)


async def type_id(desk: Any) -> None:
    field = desk.app.screen.query_one("#delete-field", Input)
    field.focus()
    await desk.until(lambda: desk.app.focused is field)
    await desk.type(desk.cluster.cluster_id)


async def confirm(desk: Any) -> None:
    await type_id(desk)
    await desk.press("tab", "enter")


def can_press(desk: Any) -> bool:
    button = desk.app.screen.query_one("#delete-confirm", Button)
    return bool(button.display) and not button.disabled


async def test_the_newest_backup_and_its_end_are_told(open_dialog):
    async with open_dialog() as desk:
        await desk.sees("✓ Backup 19h old, kept until", "No KMS key store uses it")
        (asked,) = desk.asked(BACKUPS)
        wanted = {"clusterIds": [desk.cluster.cluster_id], "states": ["READY"]}
        assert asked["Filters"] == wanted
        assert asked["SortAscending"] is False


async def test_pages_are_followed_until_a_ready_one(open_dialog, plane):
    pending = {"BackupId": "backup-22222222222", "BackupState": "PENDING_DELETION"}
    ready = {"BackupId": "backup-33333333333", "BackupState": "READY", "NeverExpires": True}
    plane.script(BACKUPS, reply_json({"Backups": [pending], "NextToken": "x"}), call=1)
    plane.script(BACKUPS, reply_json({"Backups": [pending, ready], "NextToken": "y"}), call=2)
    async with open_dialog() as desk:
        await desk.sees("? Backup of unknown age, never expires.")
        assert len(desk.asked(BACKUPS)) == 2


async def test_that_there_is_no_backup_is_a_plain_warning(open_dialog):
    async with open_dialog(DescribeBackups=reply_json({"Backups": []})) as desk:
        await desk.sees("No READY backup: if you delete the cluster, its keys are lost for ever")
        await confirm(desk)
        await desk.sees("The service is deleting the cluster")


async def test_what_is_denied_is_not_checked_and_does_not_block(open_dialog):
    no = Refuse("AccessDeniedException", "No.")
    async with open_dialog(DescribeBackups=no, DescribeCustomKeyStores=no) as desk:
        await desk.sees("Backups not checked: cloudhsm:DescribeBackups is denied")
        await desk.sees("KMS key stores not checked: kms:DescribeCustomKeyStores is denied")
        operations = {error.operation for error in desk.app.errors}
        assert operations == {BACKUPS, STORES}
        await confirm(desk)
        await desk.sees("The service is deleting the cluster")
        assert len(desk.asked(DELETE)) == 1


async def test_look_ups_that_hang_do_not_keep_the_gate_shut(open_dialog):
    async with open_dialog(DescribeBackups=Gate()) as desk:
        stores = Gate()
        desk.plane.script(STORES, stores)
        await desk.sees("Backups are being looked up")
        await confirm(desk)
        await desk.sees("Reading it once more")
        await desk.until(lambda: len(desk.asked(STORES)) == 2)
        assert desk.asked(DELETE) == []
        stores.release()
        await desk.sees("The service is deleting the cluster")
        desk.plane.clear_scripts()


class TestKeyStores:
    async def test_block_until_their_line_is_ticked(self, open_dialog):
        async with open_dialog("payments") as desk:
            await desk.sees("[ ] KMS key store payments (cks-payments, CONNECTED) stops working")
            await type_id(desk)
            assert not can_press(desk)
            await desk.press("shift+tab", "space")
            await desk.sees("[x] KMS key store payments")
            assert can_press(desk)
            await desk.press("space")
            assert not can_press(desk)
            await desk.press("space", "tab", "tab", "enter")
            await desk.sees("The service is deleting the cluster")
            assert len(desk.asked(DELETE)) == 1
            operations = [request.operation for request in desk.plane.requests]
            sent = operations.index(DELETE)
            assert set(operations[sent - 4 : sent - 2]) == {STORES, BACKUPS}
            assert operations[sent - 2 : sent] == ["GetCallerIdentity", "DescribeClusters"]

    async def test_have_the_focus_first_and_take_no_other_key(self, open_dialog):
        async with open_dialog("payments") as desk:
            await desk.until(lambda: getattr(desk.app.focused, "id", "") == "delete-stores")
            await desk.until(lambda: desk.app.focused.text_style.reverse, "the focus is seen")
            await desk.press("enter", "y", "x", "D", "tab")
            assert getattr(desk.app.focused, "id", "") == "delete-field"
            await desk.sees("[ ] KMS key store")

    async def test_several_are_all_named(self, open_dialog):
        async with open_dialog("one", "two") as desk:
            await desk.sees(
                "KMS key store one (cks-one", "KMS key store two (cks-two", "[ ] The key"
            )

    async def test_that_appear_before_the_last_look_stop_it(self, open_dialog):
        async with open_dialog() as desk:
            await desk.sees("No KMS key store uses it")
            desk.plane.script(STORES, Run(lambda: use(desk, "late")), call=1)
            await confirm(desk)
            await desk.sees("Nothing was sent", "Not ticked yet: KMS key store late")
            await desk.sees("[ ] KMS key store late")
            assert not can_press(desk)
            assert desk.asked(DELETE) == []

    async def test_other_than_those_ticked_stop_it(self, open_dialog):
        async with open_dialog("first") as desk:
            await desk.until(lambda: getattr(desk.app.focused, "id", "") == "delete-stores")
            await desk.press("space")

            def swap() -> None:
                stores = desk.plane.place(*HERE).key_stores
                stores[:] = [store for store in stores if store.custom_key_store_name != "first"]
                use(desk, "second")

            desk.plane.script(STORES, Run(swap), call=1)
            await confirm(desk)
            await desk.sees("Nothing was sent", "[ ] KMS key store second")
            assert desk.asked(DELETE) == []

    async def test_once_known_are_not_forgotten_by_a_look_that_fails(self, open_dialog):
        async with open_dialog("payments") as desk:
            await desk.sees("[ ] KMS key store payments")
            desk.plane.script(STORES, Refuse("AccessDeniedException", "No."))
            await desk.press("space")
            await confirm(desk)
            await desk.sees("Nothing was sent", "not checked", "[x] KMS key store payments")
            assert desk.asked(DELETE) == []
            await confirm(desk)
            await desk.sees("The service is deleting the cluster")
