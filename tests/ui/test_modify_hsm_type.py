"""Changing the HSM type and taking that back: what is told, what is sent, what becomes of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from textual.widgets import Input

from hsmtui.demo.place import MIGRATE_SECONDS, ROLLBACK_TIME
from hsmtui.demo.plan import HSM1, HSM2
from hsmtui.demo.records import Cluster, KeyStore
from hsmtui.ui.dialogs.modify_hsm_type import ModifyHsmTypeDialog
from tests.parts import part_of
from tests.recorded import read_audit
from tests.scripted import Refuse, Reset
from tests.ui.conftest import HERE

MODIFY = "ModifyCluster"
DAY = ROLLBACK_TIME / timedelta(seconds=1)


def make_old(cluster: Cluster) -> None:
    """Give it and its HSMs the older type."""
    cluster.hsm_type = HSM1
    for hsm in cluster.hsms:
        hsm.hsm_type = HSM1


@pytest.fixture
def at_an_old_one(at: Any, cluster: Callable[[str], Cluster]) -> Any:
    """The app with the cursor on a cluster that has the older type."""

    def at_an_old_one() -> Any:
        make_old(cluster("payments-prod-01"))
        return at("payments-prod-01")

    return at_an_old_one


async def opened(desk: Any) -> ModifyHsmTypeDialog:
    await desk.press("T")
    await desk.until(lambda: isinstance(desk.app.screen, ModifyHsmTypeDialog), "the dialog")
    dialog: ModifyHsmTypeDialog = desk.app.screen
    await desk.until(lambda: dialog.has_looked, "a look")
    return dialog


async def confirm(desk: Any) -> None:
    await desk.until(lambda: isinstance(desk.app.focused, Input), "the field")
    await desk.type(desk.cluster.cluster_id)
    await desk.press("tab", "enter")


async def test_forward_and_back_from_the_first_key_to_the_end(at_an_old_one, clock):
    async with at_an_old_one() as desk:
        await opened(desk)
        await desk.sees(
            "to hsm2m.medium",
            "HSMs that are replaced: 3, some 30 minutes each. Their IPs stay.",
            "keys and users cannot be made, changed or deleted",
            "AWS makes a backup before each HSM",
            "For 24 hours T takes it back, too.",
            "in the last 7 days at least one client connected, all with SDK 5.9 or newer",
            "No KMS key store uses it.",
            "Type the cluster id, then tab and enter to change it:",
        )
        await confirm(desk)
        await desk.sees("The service took the request.", "The cluster is MODIFY_IN_PROGRESS.")
        of = desk.cluster.cluster_id
        assert desk.asked(MODIFY) == [{"ClusterId": of, "HsmType": HSM2}]
        await desk.press("escape")
        await desk.until(lambda: desk.table.row.cluster.state == "MODIFY_IN_PROGRESS", "it is seen")
        clock.advance(3 * MIGRATE_SECONDS)
        said = f"{of} is ACTIVE, with the HSM type {HSM2}."
        await desk.until(lambda: said in desk.notifications, "it is told")
        assert desk.table.row.cluster.hsm_type == HSM2

        await opened(desk)
        await desk.sees(
            "Take back the change of the HSM type",
            "to hsm1.medium",
            "Keys and users that were made since the change are lost.",
            "It can be taken back until 2026-",
        )
        await confirm(desk)
        await desk.sees("The cluster is ROLLBACK_IN_PROGRESS.")
        assert desk.asked(MODIFY)[1:] == [{"ClusterId": of, "HsmType": HSM1}]
        await desk.press("escape")
        await desk.until(lambda: desk.table.row.cluster.state == "ROLLBACK_IN_PROGRESS", "seen")
        clock.advance(3 * MIGRATE_SECONDS)
        said = f"{of} is ACTIVE, with the HSM type {HSM1}."
        await desk.until(lambda: said in desk.notifications, "it is told")
        records = read_audit(desk.app.settings.paths.audit_file).records
        assert [each.change for each in records[::2]] == [f"HSM type {HSM2}", f"HSM type {HSM1}"]
        assert len(desk.asked(MODIFY)) == 2


async def test_a_change_that_is_under_way_can_be_taken_back(at, clock):
    async with at("oracle-tde-prod") as desk:
        await opened(desk)
        await desk.sees("Take back the change of the HSM type", "It can be taken back until")
        assert not desk.shows("are replaced: 0")
        assert not desk.shows("since the change are lost")  # no write was taken
        await confirm(desk)
        await desk.sees("The cluster is ROLLBACK_IN_PROGRESS.")
        await desk.press("escape")
        await desk.until(lambda: desk.table.row.cluster.state == "ROLLBACK_IN_PROGRESS", "seen")
        clock.advance(3 * MIGRATE_SECONDS)
        words = f"is ACTIVE, with the HSM type {HSM1}."
        await desk.until(lambda: words in desk.notifications, "it is told")
        assert {hsm.hsm_type for hsm in desk.cluster.hsms} == {HSM1}
        assert len(desk.asked(MODIFY)) == 1


async def test_one_that_the_service_takes_back_is_told_with_its_message(at_an_old_one):
    async with at_an_old_one() as desk:
        await opened(desk)
        await confirm(desk)
        await desk.sees("The cluster is MODIFY_IN_PROGRESS.")
        await desk.press("escape")
        await desk.until(lambda: desk.table.row.cluster.state == "MODIFY_IN_PROGRESS", "it is seen")
        desk.cluster.state, desk.cluster.state_message = "ACTIVE", "A check has failed."
        words = f"not {HSM2}: the change was taken back. A check has failed."
        await desk.until(lambda: words in desk.notifications, "it is told")


async def test_a_key_store_is_named_and_a_cluster_that_is_listed_no_longer_is_told(at_an_old_one):
    async with at_an_old_one() as desk:
        name = "the-key-store-of-all-the-payments"
        store = KeyStore(
            "cks-1234567890abcdef0", name, "AWS_CLOUDHSM", desk.cluster.cluster_id, "CONNECTED"
        )
        desk.plane.place(*HERE).key_stores.append(store)
        await opened(desk)
        await desk.sees(
            "Used by KMS key store the-key-store-of-all",
            "The guide of KMS says whether key stores take hsm2m.medium.",
        )
        await confirm(desk)  # at 80x24 all of it is on the screen
        await desk.sees("The cluster is MODIFY_IN_PROGRESS.")
        await desk.press("escape")
        desk.plane.place(*HERE).clusters.remove(desk.cluster)
        await desk.until(lambda: "is not listed any more." in desk.notifications, "it is told")


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("name", "more", "words"),
    part_of(
        [
            ("payments-prod-01", {}, "hsm2m.medium is the newest type, and no change can be taken"),
            ("card-issuing-prod-02", {}, "hsm2m.medium is the newest type"),
            ("root-ca-ceremony", {}, "the cluster and all its HSMs must be ACTIVE"),
            ("legacy-tde", {}, "it has no HSM"),
            ("oracle-tde-prod", {"read_only": "a test"}, "read-only"),
        ]
    ),
)
async def test_it_is_blocked_where_the_service_or_a_rule_forbids_it(at, name, more, words):
    async with at(name, **more) as desk:
        dialog = await opened(desk)
        await desk.sees("BLOCKED", words)
        assert not dialog.query_one("#type-confirm").display
        assert desk.asked(MODIFY) == []


async def test_when_the_time_is_over_it_says_until_when_it_was(at, clock):
    async with at("oracle-tde-prod") as desk:
        clock.advance(DAY)
        await opened(desk)
        await desk.sees("BLOCKED", "the change could be taken back until 2026-")


async def test_a_refusal_modified_nothing_and_a_lost_answer_is_an_unknown_outcome(
    at_an_old_one, plane
):
    async with at_an_old_one() as desk:
        plane.script(MODIFY, Refuse("CloudHsmInvalidRequestException", "Their words."), call=1)
        plane.script(MODIFY, Reset(sent=0), call=2)
        await opened(desk)
        await confirm(desk)
        await desk.sees("The service refused: nothing was modified.", "Their words.")
        await desk.press("escape")
        first = await opened(desk)
        await confirm(desk)
        await desk.sees("The outcome is UNKNOWN")
        await desk.press("escape")
        again = await opened(desk)  # it is shown again
        assert again._change is first._change
        await desk.sees("The outcome is UNKNOWN")
        assert len(desk.asked(MODIFY)) == 2
