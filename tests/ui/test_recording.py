"""What the audit file holds of a deletion, whose deletion it is, and what is not sent for want of
either."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import Any

import boto3
import pytest
from textual.widgets import Input

from hsmtui.changes.audit import Record
from hsmtui.demo.records import Cluster
from hsmtui.ui.app import HsmtuiApp
from tests.recorded import read_audit
from tests.scripted import Gate, Refuse, Run, ScriptedPlane

DESCRIBE = "DescribeClusters"
DELETE = "DeleteCluster"
IDENTITY = "GetCallerIdentity"
ACCOUNT = "111111111111"
TRIAGE = f"arn:aws:sts::{ACCOUNT}:assumed-role/Triage/demo"


@pytest.fixture
def plane() -> ScriptedPlane:
    """Its clock follows the system: here, too, credentials are issued."""
    return ScriptedPlane()


@pytest.fixture
def begin(cluster: Callable[[str], Cluster]) -> Any:
    async def begin(desk: Any, name: str = "legacy-tde") -> None:
        desk.cluster = cluster(name)
        await desk.put_cursor(desk.cluster)
        await desk.press("ctrl+d")
        await desk.until(lambda: desk.app.screen.query("#delete-field"))
        await desk.until(lambda: desk.app.screen.has_looked)

    return begin


async def confirm(desk: Any) -> None:
    await desk.until(lambda: desk.app.screen.query_one("#delete-field", Input).display)
    await desk.type(desk.cluster.cluster_id)
    await desk.press("tab", "enter")


def records(app: HsmtuiApp) -> tuple[Record, ...]:
    path = app.settings.paths.audit_file
    if not path.exists():
        return ()
    reading = read_audit(path)
    assert reading.problems == ()
    return reading.records


async def recorded(desk: Any, count: int) -> tuple[Record, ...]:
    await desk.until(lambda: len(records(desk.app)) >= count, f"{count} records")
    found = records(desk.app)
    assert len(found) == count
    return found


class TestRecords:
    async def test_of_a_modal_on_a_blocked_cluster(self, sit, begin):
        async with sit() as desk:
            await begin(desk, "payments-prod-01")
            (record,) = await recorded(desk, 1)
            looks = len(desk.asked())
            await desk.until(lambda: len(desk.asked()) >= looks + 3)
            assert len(records(desk.app)) == 1
            await desk.press("escape", "ctrl+d")
            await recorded(desk, 2)
        assert (record.phase, record.outcome) == ("blocked", "blocked")
        assert record.reason is not None
        assert all(hsm.hsm_id in record.reason for hsm in desk.cluster.hsms)

    async def test_of_one_whose_answer_was_not_awaited(self, sit, begin):
        async with sit() as desk:
            gate = Gate()
            desk.plane.script(DELETE, gate)
            await begin(desk)
            await confirm(desk)
            await asyncio.to_thread(gate.arrived)
        before, after = records(desk.app)
        desk.plane.clear_scripts()
        assert (after.phase, after.outcome) == ("after", "unknown")
        assert "quit" in str(after.reason)
        assert before.id == after.id


class TestWithoutARecord:
    async def test_of_the_outcome_it_is_said_loudly(self, sit, begin):
        async with sit() as desk:
            path = desk.app.settings.paths.audit_file
            desk.plane.script(DELETE, Run(lambda: path.chmod(0o644)))
            await begin(desk)
            await confirm(desk)
            await desk.sees("deleting the cluster")
            await desk.until(lambda: "NOT RECORDED" in desk.notifications)
            assert "chmod 600" in desk.notifications
            assert any("NOT RECORDED" in words for words in desk.app.last_words)
            assert len(desk.asked(DELETE)) == 1


class TestCaller:
    """Who deletes is who the modal says."""

    @pytest.fixture
    def files(self, plane: ScriptedPlane, place_url: str, tmp_path: Path) -> Callable[[str], None]:
        """Writes the credentials that a credential_process prints: a role's."""
        keys = tmp_path / "keys.json"
        sts: Any = boto3.Session(profile_name="demo").client("sts")
        with Path(os.environ["AWS_CONFIG_FILE"]).open("a") as file:
            file.write(
                f"\n[profile vault]\nregion = us-east-1\nendpoint_url = {place_url}\n"
                f"credential_process = cat {quote(str(keys))}\n"
            )

        def write(role: str, account: str = ACCOUNT) -> None:
            issued = sts.assume_role(
                RoleArn=f"arn:aws:iam::{account}:role/{role}",
                RoleSessionName="alice",
                DurationSeconds=900,
            )["Credentials"]
            soon = issued.pop("Expiration").isoformat()
            keys.write_text(json.dumps({"Version": 1, "Expiration": soon, **issued}))

        # less than botocore wants to have in hand: the process is asked again for every request
        plane.session_seconds = 300
        write("Operator")
        return write

    @pytest.fixture
    def static(self, plane: ScriptedPlane, place_url: str) -> Callable[[str], None]:
        """Writes the keys of a role into the credentials file, where others renew them."""
        sts: Any = boto3.Session(profile_name="demo").client("sts")
        path = Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"])
        before = path.read_text() if path.exists() else ""
        with Path(os.environ["AWS_CONFIG_FILE"]).open("a") as file:
            file.write(f"\n[profile static]\nregion = us-east-1\nendpoint_url = {place_url}\n")

        def write(account: str) -> None:
            issued = sts.assume_role(
                RoleArn=f"arn:aws:iam::{account}:role/Operator", RoleSessionName="alice"
            )["Credentials"]
            path.write_text(
                f"{before}\n[static]\naws_access_key_id = {issued['AccessKeyId']}\n"
                f"aws_secret_access_key = {issued['SecretAccessKey']}\n"
                f"aws_session_token = {issued['SessionToken']}\n"
            )

        write(ACCOUNT)
        return write

    async def test_who_is_another_blocks_for_good(self, sit, begin, files):
        role, account = "Auditor", "222222222222"
        async with sit("vault", poll_seconds=60) as desk:
            await begin(desk)
            files(role, account)
            await confirm(desk)
            await desk.sees("BLOCKED", "no longer belong to the caller")
            await desk.until(lambda: f"assumed-role/{role}" in desk.flat.replace(" ", ""))
            files("Operator")
            await desk.app.screen._change.look()
            await desk.rest()
            await desk.sees("BLOCKED", "no longer belong to the caller")
            (record,) = await recorded(desk, 1)
            assert desk.asked(DELETE) == []
        assert record.outcome == "blocked"
        assert record.caller == f"arn:aws:sts::{ACCOUNT}:assumed-role/Operator/alice"
        assert f"arn:aws:sts::{account}:assumed-role/{role}/alice" in str(record.reason)

    async def test_who_is_another_is_not_shown_the_list(self, sit, files):
        """A process that gives other keys from one request to the next does not go unseen."""
        async with sit("vault") as desk:
            rows = desk.rows
            files("Operator", "222222222222")
            await desk.press("r")
            await desk.until(lambda: "now belong to another caller" in desk.notice)
            assert desk.rows == rows

    async def test_whose_ended_keys_are_replaced_by_another_s_deletes_nothing(
        self, sit, begin, static
    ):
        """AWS calls the old keys ended, the file holds another account's, and STS is silent."""
        async with sit("static", poll_seconds=60) as desk:
            await begin(desk)
            desk.plane.expire_sessions()
            static("222222222222")
            desk.plane.script(IDENTITY, Refuse("AccessDenied", "Not you.", 403))
            await confirm(desk)
            await desk.sees("Nothing was sent")
            await desk.app.screen._change.look()
            await desk.rest()
            await desk.sees("BLOCKED", "STS does not say whose they are", "1111-1111-1111")
            await desk.press("escape", "r")
            await desk.until(lambda: "have changed, and STS does not say" in desk.notice)
            assert "1111-1111-1111" in desk.header
            listed = [r.account for r in desk.plane.requests if r.operation == DESCRIBE]
            assert set(listed) == {ACCOUNT}
            assert desk.asked(DELETE) == []
