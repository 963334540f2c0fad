"""Entries that cannot be read whole: rows that say so, and that nothing can be changed of."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.parts import part_of
from tests.scripted import Reply, reply_json

CASE = Path(__file__).parents[1] / "cases" / "answer-subnet-is-null.json"
ODD, GOOD = "cluster-aaaaaaa2345", "cluster-bbbbbbb2345"
LISTING, BACKUPS = "DescribeClusters", "DescribeBackups"
CHANGES = (
    *("DeleteCluster", "CreateHsm", "DeleteHsm", "ModifyCluster"),
    *("TagResource", "UntagResource", "RestoreBackup"),
    *("ModifyBackupAttributes", "CopyBackupToRegion", "DeleteBackup"),
)
SECRET = "correct horse battery"


def answers(plane: Any, *entries: Any) -> None:
    plane.script(LISTING, reply_json({"Clusters": list(entries)}))


async def test_the_row_says_what_cannot_be_read(sit, plane):
    plane.script(LISTING, Reply(CASE.read_bytes()))
    async with sit(size=(100, 30)) as desk:
        assert desk.rows == [ODD, GOOD]
        assert desk.title.strip() == "clusters (2)"
        odd, good = (next(line for line in desk.lines if row in line) for row in (ODD, GOOD))
        assert "? SubnetMapping.us-east-1a is nu" in odd
        assert " ? " not in good
        assert "SubnetMapping.us-east-1a is null, not text" in await desk.tab("overview")
        assert '"us-east-1a": null' in await desk.tab("json")
        assert "Not checked: ONE-SUBNET" in await desk.tab("findings")


@pytest.mark.in_parts
@pytest.mark.parametrize("size", part_of([(60, 16), (80, 24), (150, 40)]))
async def test_an_entry_without_an_id_is_a_row_too(sit, plane, size):
    nameless = (None, 7, [], {}, {"ClusterId": ""}, {"Hsms": []})
    answers(plane, *nameless, {"ClusterId": GOOD, "Hsms": []}, None)
    rows = [f"(entry {number}, page 1)" for number in (1, 2, 3, 4, 5, 6, 8)]
    rows.insert(6, GOOD)
    async with sit(size=size) as desk:
        assert desk.rows == rows
        for row in rows[:6]:
            await desk.put_cursor(row)
            for tab in ("overview", "hsms", "certificates", "tags", "json", "findings", "backups"):
                assert await desk.tab(tab), row
            await desk.press(
                "escape", "ctrl+d", "D", "t", "u", "h", "X", "E", "T", "K", "Y", "U", "c"
            )
            assert not any(desk.asked(operation) for operation in (*CHANGES, BACKUPS)), row
        await desk.press("r")
        await desk.settles()
        assert desk.rows == rows


async def test_whatever_is_odd_blocks_the_tags_and_what_backups_are_changed_with(sit, plane):
    answers(plane, {"ClusterId": ODD, "Hsms": [], "TagList": [], "VpcId": [], "State": "ACTIVE"})
    async with sit() as desk:
        await desk.press("t")
        await desk.sees("VpcId is a list, not text")
        await desk.press("escape")
        for action in ("restore", "modify", "copy", "delete"):
            desk.app.clear_notifications()
            await desk.app.run_action(f"{action}_backup", desk.screen)
            await desk.until(lambda: "cannot be read whole" in desk.notifications, action)
        assert desk.asked(BACKUPS) == []


async def test_odd_backups_hide_no_others(sit, plane):
    entries = [
        {
            "BackupId": "backup-aaaaaaa2345",
            "BackupState": "PENDING_DELETION",
            "DeleteTimestamp": "x",
        },
        None,
        {"BackupId": "backup-bbbbbbb2345", "BackupState": "READY", "CreateTimestamp": 1735689600},
    ]
    plane.script(BACKUPS, reply_json({"Backups": entries}))
    async with sit() as desk:
        await desk.tab("backups")
        await desk.until(lambda: "backup-bbbbbbb2345" in desk.details)
        assert 'DeleteTimestamp is "x", not a time' in desk.details
        assert "(entry 2, page 1)" in desk.details
        assert "can be restored" not in desk.details
        await desk.press("escape", "u")
        await desk.sees("BLOCKED", "the answer has 2 backups with this id")
        assert desk.asked("RestoreBackup") == []


async def test_an_odd_list_of_hsms_blocks_the_deletion_until_it_is_read_whole(sit, plane, cluster):
    target = cluster("legacy-tde")
    odd = {"ClusterId": target.cluster_id, "State": "ACTIVE"}
    answers(plane, odd | {"Hsms": 0})
    async with sit() as desk:
        assert "Hsms is 0" in desk.text
        for hsms in (None, {}, "", 0, [None], [{}], "none", {"HsmId": "h"}):
            plane.clear_scripts()
            answers(plane, odd | {"Hsms": hsms})
            await desk.press("ctrl+d")
            await desk.sees("BLOCKED", "could not be checked")
            await desk.press("tab", "enter", "space", "escape")
            await desk.until(lambda: not desk.app.has_dialog)
            assert desk.asked("DeleteCluster") == [], hsms
        plane.clear_scripts()
        await desk.press("ctrl+d")
        await desk.until(lambda: "BLOCKED" not in desk.text and "Type" in desk.text)


async def test_a_password_that_is_repeated_is_masked(sit, plane):
    entry = {
        "ClusterId": ODD,
        "State": "UNINITIALIZED",
        "StateMessage": f"it is {SECRET}",
        "PreCoPassword": SECRET,
        "Hsms": [{"HsmId": "hsm-aaaaaaa2345", "StateMessage": SECRET}],
        "TagList": [{"Key": "Name", "Value": SECRET}],
    }
    answers(plane, entry, entry | {"ClusterId": GOOD, "VpcId": [SECRET]})
    async with sit(size=(150, 40)) as desk:
        for row in (ODD, GOOD):
            await desk.put_cursor(row)
            for tab in ("overview", "hsms", "certificates", "tags", "json", "findings"):
                assert SECRET not in await desk.tab(tab)
                assert SECRET not in desk.text
        assert json.loads(await desk.tab("json"))["TagList"] == [
            {"Key": "Name", "Value": "********"}
        ]
