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
from hsmtui.demo.records import Cluster, Hsm
from hsmtui.ui.app import HsmtuiApp
from tests.recorded import read_audit
from tests.scripted import Gate, Refuse, Reset, Run, ScriptedPlane

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
    async def test_of_a_deletion_that_is_taken(self, sit, begin):
        async with sit() as desk:
            await begin(desk)
            await confirm(desk)
            await desk.sees("deleting the cluster")
            before, after = await recorded(desk, 2)
        assert (before.phase, before.outcome) == ("before", "unknown")
        assert (after.phase, after.outcome) == ("after", "done")
        assert before.id == after.id
        assert before.time <= after.time
        for record in (before, after):
            assert record.caller == TRIAGE
            assert record.caller_note is None
            assert (record.account, record.region) == (ACCOUNT, "us-east-1")
            assert (record.profile, record.operation) == ("demo", DELETE)
            assert record.target == desk.cluster.cluster_id
            assert record.endpoint is not None
            assert record.endpoint.startswith("http://127.0.0.1:")
        assert before.request_id is None
        assert after.request_id is not None
        assert len(after.request_id) == 36

    async def test_the_first_is_on_the_disk_when_the_request_goes_out(self, sit, begin):
        async with sit() as desk:
            seen: list[tuple[Record, ...]] = []
            desk.plane.script(DELETE, Run(lambda: seen.append(records(desk.app))))
            await begin(desk)
            await confirm(desk)
            await recorded(desk, 2)
        ((before,),) = seen
        assert before.phase == "before"

    @pytest.mark.parametrize(
        ("fault", "outcome", "code"),
        [
            (Refuse("CloudHsmInvalidRequestException", "No."), "refused", "InvalidRequest"),
            (Refuse("AccessDeniedException", "No."), "refused", "AccessDenied"),
            (Refuse("CloudHsmInternalFailureException", "Oh.", 500), "unknown", "Internal"),
            (Reset(), "unknown", "ConnectionClosed"),
        ],
    )
    async def test_of_one_that_is_not(self, sit, begin, fault, outcome, code):
        async with sit() as desk:
            desk.plane.script(DELETE, fault)
            await begin(desk)
            await confirm(desk)
            _, after = await recorded(desk, 2)
        assert (after.phase, after.outcome) == ("after", outcome)
        assert after.code is not None
        assert code in after.code
        assert after.reason
        assert bool(after.request_id) == (outcome == "refused" or "Internal" in code)

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

    async def test_of_a_look_that_failed_say_why(self, sit, begin):
        async with sit() as desk:
            desk.plane.script(DESCRIBE, Refuse("ThrottlingException", "Slow down."))
            await begin(desk)
            (record,) = await recorded(desk, 1)
        assert record.code == "ThrottlingException"
        assert "Slow down." in str(record.reason)

    async def test_of_hsms_that_appear_at_the_last_look(self, sit, begin):
        async with sit(poll_seconds=60) as desk:
            await begin(desk)
            late = Run(lambda: desk.cluster.hsms.append(Hsm("hsm-aaaaaaaaaaa")))
            desk.plane.script(DESCRIBE, late)
            await confirm(desk)
            (record,) = await recorded(desk, 1)
            assert desk.asked(DELETE) == []
        assert record.outcome == "blocked"
        assert "hsm-aaaaaaaaaaa" in str(record.reason)

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
        assert "left" in str(after.reason)
        assert before.id == after.id


class TestWithoutARecord:
    async def test_nothing_is_sent(self, sit, begin):
        async with sit() as desk:
            path = desk.app.settings.paths.audit_file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to("/dev/null")
            await begin(desk)
            await confirm(desk)
            await desk.sees("Nothing was sent. It cannot be recorded.")
            await desk.sees("symbolic link")
            assert desk.asked(DELETE) == []

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

    async def test_of_a_block_it_is_said(self, sit, begin):
        async with sit() as desk:
            path = desk.app.settings.paths.audit_file
            path.mkdir(parents=True)
            await begin(desk, "payments-prod-01")
            await desk.until(lambda: "NOT RECORDED" in desk.notifications)
            await desk.sees("BLOCKED")


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

    async def test_is_asked_again_with_the_keys_that_sign(self, sit, begin, files):
        async with sit("vault") as desk:
            await begin(desk)
            asked = len(desk.asked(IDENTITY))
            await confirm(desk)
            await desk.sees("deleting the cluster")
            assert len(desk.asked(IDENTITY)) == asked + 1
            operations = [request.operation for request in desk.plane.requests]
            at = operations.index(DELETE)
            assert operations[at - 2 : at] == [IDENTITY, DESCRIBE]
            _, after = await recorded(desk, 2)
        assert after.caller == f"arn:aws:sts::{ACCOUNT}:assumed-role/Operator/alice"

    @pytest.mark.parametrize(
        ("role", "account"), [("Auditor", ACCOUNT), ("Operator", "222222222222")]
    )
    async def test_who_is_another_blocks_for_good(self, sit, begin, files, role, account):
        async with sit("vault", poll_seconds=60) as desk:
            await begin(desk)
            files(role, account)
            await confirm(desk)
            await desk.sees("BLOCKED", "no longer those of the caller")
            await desk.until(lambda: f"assumed-role/{role}" in desk.flat.replace(" ", ""))
            files("Operator")
            await desk.app.screen._change.look()
            await desk.rest()
            await desk.sees("BLOCKED", "no longer those of the caller")
            (record,) = await recorded(desk, 1)
            assert desk.asked(DELETE) == []
        assert record.outcome == "blocked"
        assert record.caller == f"arn:aws:sts::{ACCOUNT}:assumed-role/Operator/alice"
        assert f"arn:aws:sts::{account}:assumed-role/{role}/alice" in str(record.reason)

    async def test_who_is_another_is_seen_at_the_last_check_too(self, sit, begin, files):
        """STS did not answer when the keys changed, so that nobody knew whose they were."""
        async with sit("vault", poll_seconds=60) as desk:
            await begin(desk)
            await desk.sees("✓ Backup", "No KMS key store")  # they sign with the same keys
            files("Auditor")
            desk.plane.script(IDENTITY, Refuse("ServiceUnavailable", "Not now.", 503), call=1)
            await confirm(desk)
            await desk.sees("BLOCKED", "no longer those of the caller")
            (record,) = await recorded(desk, 1)
            assert desk.asked(DELETE) == []
        assert record.caller == f"arn:aws:sts::{ACCOUNT}:assumed-role/Auditor/alice"

    async def test_who_is_another_is_not_shown_the_list(self, sit, files):
        """A process that gives other keys from one request to the next does not go unseen."""
        async with sit("vault") as desk:
            rows = desk.rows
            files("Operator", "222222222222")
            await desk.press("r")
            await desk.until(lambda: "no longer those of the same caller" in desk.notice)
            assert desk.rows == rows

    async def test_who_changes_after_the_check_does_not_sign(self, sit, begin, files):
        """The keys of check, last look and request are the same, whatever the process says."""
        async with sit("vault", poll_seconds=60) as desk:
            await begin(desk)
            desk.plane.script(DESCRIBE, Run(lambda: files("Operator", "222222222222")))
            await confirm(desk)
            await desk.until(lambda: desk.asked(DELETE))
            (request,) = [r for r in desk.plane.requests if r.operation == DELETE]
            assert request.account == ACCOUNT

    async def test_that_sts_never_named_is_said_and_recorded(self, sit, begin):
        sts_is_out = Refuse("ServiceUnavailable", "No STS today.", 503)
        async with sit(wait=False) as desk:
            desk.plane.script(IDENTITY, sts_is_out)
            await desk.until(lambda: desk.rows)
            await desk.until(lambda: "?" in desk.header)
            await begin(desk)
            await desk.sees("account unknown (STS could not be asked)")
            await confirm(desk)
            await desk.sees("deleting the cluster")
            before, after = await recorded(desk, 2)
        for record in (before, after):
            assert (record.caller, record.account) == (None, None)
            assert "No STS today." in str(record.caller_note)

    async def test_that_sts_no_longer_confirms_is_waited_for(self, sit, begin):
        """Who was known once is never taken for unknown: STS has to say it again."""
        async with sit() as desk:
            await begin(desk)
            desk.plane.script(IDENTITY, Refuse("ServiceUnavailable", "No STS today.", 503))
            for _ in range(2):
                await confirm(desk)
                await desk.sees("STS does not confirm the account now", "account 1111-1111-1111")
                await desk.until(lambda: desk.app.screen._change.may_be_confirmed)
            assert desk.asked(DELETE) == []
            desk.plane.clear_scripts()
            await confirm(desk)
            await desk.sees("deleting the cluster")
            assert len(desk.asked(DELETE)) == 1
            *blocked, _, after = await recorded(desk, 4)
        assert all("does not confirm" in str(record.reason) for record in blocked)
        assert after.caller == TRIAGE

    @pytest.mark.parametrize("role", ["Operator", "Auditor"])
    async def test_that_sts_does_not_name_for_changed_keys_blocks_for_good(
        self, sit, begin, files, role
    ):
        """They may be another account's, and nobody says that they are not."""
        async with sit("vault", poll_seconds=60) as desk:
            await begin(desk)
            desk.plane.script(IDENTITY, Refuse("AccessDenied", "Not you.", 403))
            files(role, "222222222222" if role == "Auditor" else ACCOUNT)
            await confirm(desk)
            await desk.sees("BLOCKED", "STS does not say whose they are")
            desk.plane.clear_scripts()
            files("Operator")
            await desk.app.screen._change.look()
            await desk.rest()
            await desk.sees("BLOCKED", "STS does not say whose they are")
            assert desk.asked(DELETE) == []
            (record,) = await recorded(desk, 1)
        assert record.outcome == "blocked"
        assert record.caller is None

    async def test_that_was_never_named_signs_with_the_same_keys_or_not_at_all(
        self, sit, begin, files
    ):
        async with sit("vault", wait=False, poll_seconds=60) as desk:
            desk.plane.script(IDENTITY, Refuse("AccessDenied", "Not you.", 403))
            await desk.until(lambda: desk.rows)
            await desk.until(lambda: "?" in desk.header)
            await begin(desk)
            files("Operator", "222222222222")
            desk.cluster.hsms.clear()
            await confirm(desk)
            await desk.sees("BLOCKED", "STS does not say whose they are")
            assert desk.asked(DELETE) == []

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

    async def test_unknown_or_not_the_key_that_signs_is_recorded(self, sit, begin):
        async with sit(wait=False) as desk:
            desk.plane.script(IDENTITY, Refuse("ServiceUnavailable", "No STS today.", 503))
            await desk.until(lambda: desk.rows)
            await desk.until(lambda: "?" in desk.header)
            await begin(desk)
            await confirm(desk)
            await desk.sees("deleting the cluster")
            for record in await recorded(desk, 2):
                assert record.access_key_end == "1111"

    async def test_that_sts_names_only_now_has_to_be_confirmed(self, sit, begin):
        async with sit(wait=False) as desk:
            desk.plane.script(IDENTITY, Refuse("ServiceUnavailable", "No STS.", 503), call=1)
            await desk.until(lambda: desk.rows)
            await desk.until(lambda: "?" in desk.header)
            await begin(desk)
            await confirm(desk)
            await desk.sees("STS has named you now", "1111-1111-1111", "role/Triage")
            assert desk.asked(DELETE) == []
            await confirm(desk)
            await desk.sees("deleting the cluster")
            assert len(desk.asked(DELETE)) == 1
