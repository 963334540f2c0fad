"""The way of a change from its first look to its outcome: what sends a request, and what does not.

The deletion of a cluster stands for every kind.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from hsmtui.aws.caller import unconfirmed_keys
from hsmtui.changes.audit import Audit
from hsmtui.changes.change import Phase
from hsmtui.changes.delete_cluster import DeleteCluster
from hsmtui.demo.records import Hsm
from hsmtui.model.gates.gate import Reason
from tests.changes.conftest import (
    ACCOUNT,
    BACKUPS,
    DESCRIBE,
    IDENTITY,
    OTHER,
    SILENT,
    STORES,
    TRIAGE,
    listed,
    named_by_sts,
    ruled,
    use,
    watched,
)
from tests.scripted import AnswerGate, Gate, Refuse, Reply, Reset, Run, reply_json

DELETE = "DeleteCluster"


@pytest.fixture
def begin(desk: Any, cluster: Any) -> Any:
    """The deletion of the cluster through a connection, looked at once by somebody."""

    async def begin(connection: Any, **more: Any) -> DeleteCluster:
        deletion = DeleteCluster(desk.context(connection, **more), cluster.cluster_id)
        watched(deletion)
        await deletion.look()
        return deletion

    return begin


def only(cluster_id: str, **fields: Any) -> Reply:
    """A listing of one cluster that says just this of itself."""
    return reply_json({"Clusters": [{"ClusterId": cluster_id, "State": "ACTIVE", **fields}]})


def headline(deletion: DeleteCluster) -> str:
    return deletion.outcome.headline if deletion.outcome else ""


class TestLook:
    async def test_that_sees_opens_and_tells_what_it_read(self, known, begin, desk, cluster):
        deletion = await begin(known)
        assert deletion.gate.is_open
        assert deletion.read_at is not None
        assert [found.cluster_id for found in desk.read] == [cluster.cluster_id]
        assert not desk.path.exists()
        assert (deletion.phase, deletion.outcome) == (Phase.WATCHING, None)

    async def test_of_all_the_first_that_blocks_is_recorded(self, known, begin, desk, cluster):
        cluster.hsms.append(Hsm("hsm-aaaaaaaaaaa", state="ACTIVE"))
        deletion = await begin(known)
        await deletion.look()
        (record,) = desk.records
        assert (record.phase, record.outcome) == ("blocked", "blocked")
        assert "hsm-aaaaaaaaaaa" in str(record.reason)
        assert (record.operation, record.target) == (DELETE, cluster.cluster_id)
        assert (record.endpoint, record.caller) == ("DEMO", TRIAGE)

    async def test_that_fails_shuts_and_is_told_and_recorded(self, known, begin, desk, plane):
        plane.script(DESCRIBE, Refuse("ThrottlingException", "Slow down."))
        deletion = await begin(known)
        assert deletion.gate.reason is Reason.UNCHECKED
        assert "Slow down." in str(deletion.gate.detail)
        assert deletion.read_at is None
        assert [error.code for error in desk.errors] == ["ThrottlingException"]
        (record,) = desk.records
        assert (record.code, record.request_id) == (
            "ThrottlingException",
            desk.errors[0].request_id,
        )

    @pytest.mark.parametrize(
        ("fault", "why"),
        [
            (lambda i: only(i), "no HSM list"),
            (lambda i: only(i, Hsms=None), "no HSM list"),
            (lambda i: only(i, Hsms={}), "could not be read"),
            (lambda i: only(i, Hsms=""), "could not be read"),
            (lambda i: only("cluster-bbbbbbbbbbb", Hsms=[]), "another cluster"),
            (lambda i: only(i.upper(), Hsms=[]), "another cluster"),
            (lambda i: reply_json({"Clusters": [{"ClusterId": i, "Hsms": []}] * 2}), "2 clusters"),
            (lambda i: reply_json({"Clusters": []}), "no longer lists"),
            (lambda i: reply_json({"Clusters": None}), "could not be read"),
            (lambda i: reply_json({"Clusters": [None]}), "could not be read"),
            (lambda i: reply_json({}), "could not be read"),
            (lambda i: Reply(b"<html/>", content_type="text/html"), "could not be read"),
            (lambda i: Refuse("CloudHsmInternalFailureException", status=500), "internally"),
            (lambda i: Reset(), "lost"),
            (lambda i: only(i, Hsms=[], State="DELETE_IN_PROGRESS"), "already being deleted"),
            (lambda i: only(i, Hsms=[], State="DELETED"), "already deleted"),
        ],
    )
    async def test_that_could_not_check_opens_nothing(
        self, known, begin, desk, plane, cluster, fault, why
    ):
        """The cluster is really without HSMs; it is the answer that does not say so."""
        plane.script(DESCRIBE, fault(cluster.cluster_id))
        deletion = await begin(known)
        assert why in deletion.gate.why_shut
        await deletion.confirm(cluster.cluster_id)
        assert desk.sent == []

    async def test_shuts_an_open_gate_when_it_fails(self, known, begin, plane, cluster):
        deletion = await begin(known)
        plane.script(DESCRIBE, Reset())
        await deletion.look()
        assert not deletion.allows(cluster.cluster_id)
        assert deletion.gate.cluster is not None

    async def test_waits_for_the_one_before_it(self, known, begin, plane, cluster):
        """An answer that is late never takes the place of a newer one."""
        deletion = await begin(known)
        late = AnswerGate()
        plane.script(DESCRIBE, late, call=1)
        first = asyncio.create_task(deletion.look())
        await asyncio.to_thread(late.arrived)
        cluster.hsms.append(Hsm("hsm-aaaaaaaaaaa"))
        second = asyncio.create_task(deletion.look())
        done, _ = await asyncio.wait({second}, timeout=0.5)  # it could have come to its end
        assert not done
        late.release()
        await asyncio.gather(first, second)
        assert deletion.gate.reason is Reason.HSMS

    async def test_without_a_record_is_told(self, known, begin, desk, cluster):
        desk.path.mkdir(parents=True)
        cluster.hsms.append(Hsm("hsm-aaaaaaaaaaa"))
        await begin(known)
        (failure,) = desk.unrecorded
        assert str(desk.path) in str(failure)

    @pytest.mark.parametrize("named", [True, False])
    async def test_that_is_signed_with_keys_of_nobody_knows_whom_shuts_for_good(
        self, vault, begin, desk, plane, cluster, named
    ):
        """STS named another's keys, or said nothing of them, while the gate was open."""
        deletion = await begin(listed(vault.connection))
        assert deletion.gate.is_open
        if named:
            vault.write("Operator", OTHER)
        else:
            vault.write("Operator")
            plane.script(IDENTITY, SILENT)
        await deletion.look()
        reason = Reason.CALLER if named else Reason.KEYS
        assert deletion.gate.reason is reason
        plane.clear_scripts()
        vault.write("Operator")
        await deletion.look()
        assert deletion.gate.reason is reason
        await deletion.confirm(cluster.cluster_id)
        assert desk.sent == []


class TestWithheld:
    @pytest.mark.parametrize("typed", ["", "yes", "cluster-"])
    async def test_for_another_text(self, known, begin, desk, cluster, typed):
        deletion = await begin(known)
        asked = desk.operations
        for text in (typed, cluster.cluster_id.upper(), f"{cluster.cluster_id} "):
            await deletion.confirm(text)
        assert desk.operations == asked
        assert deletion.outcome is None

    async def test_while_the_gate_is_shut(self, known, begin, desk, cluster):
        cluster.hsms.append(Hsm("hsm-aaaaaaaaaaa"))
        deletion = await begin(known)
        asked = desk.operations
        await deletion.confirm(cluster.cluster_id)
        assert desk.operations == asked

    async def test_before_the_first_look(self, known, desk, cluster):
        deletion = watched(DeleteCluster(desk.context(known), cluster.cluster_id))
        asked = desk.operations
        await deletion.confirm(cluster.cluster_id)
        assert desk.operations == asked

    async def test_where_not_all_is_in_sight(self, known, begin, desk, cluster):
        deletion = await begin(known)
        asked = desk.operations
        deletion.is_shown_whole = lambda: False
        await deletion.confirm(cluster.cluster_id)
        assert desk.operations == asked
        assert not deletion.may_be_confirmed

    async def test_unless_a_dialog_says_what_is_in_sight(self, known, desk, cluster):
        assert not DeleteCluster(desk.context(known), cluster.cluster_id).may_be_confirmed

    async def test_where_it_is_read_only(self, known, begin, desk, cluster):
        deletion = await begin(ruled(known, lambda: "a rule"))
        assert deletion.gate.reason is Reason.READ_ONLY
        await deletion.confirm(cluster.cluster_id)
        assert desk.sent == []

    async def test_when_nothing_can_sign(self, vault, begin, desk, cluster):
        deletion = await begin(listed(vault.connection))
        vault.keys.unlink()
        await deletion.confirm(cluster.cluster_id)
        assert headline(deletion) == "Nothing was sent."
        assert deletion.outcome is not None
        assert deletion.outcome.detail
        assert desk.errors[-1].operation == "sign in"
        assert desk.records[-1].outcome == "blocked"
        assert desk.sent == []
        assert deletion.gate.is_open

    async def test_when_the_keys_that_are_pinned_are_another_s(self, vault, begin, desk, cluster):
        deletion = await begin(listed(vault.connection))
        vault.write("Operator", OTHER)
        await deletion.confirm(cluster.cluster_id)
        assert headline(deletion) == "Nothing was sent. Another caller."
        assert deletion.gate.reason is Reason.CALLER
        (record,) = desk.records
        assert f"arn:aws:sts::{OTHER}:assumed-role/Operator/alice" in str(record.reason)
        assert record.caller == f"arn:aws:sts::{ACCOUNT}:assumed-role/Operator/alice"
        vault.write("Operator")
        await deletion.look()
        assert deletion.gate.reason is Reason.CALLER
        assert desk.sent == []

    @pytest.mark.parametrize(("account", "role"), [(OTHER, "Triage"), (ACCOUNT, "Auditor")])
    async def test_when_sts_names_another(self, known, begin, desk, plane, cluster, account, role):
        deletion = await begin(known)
        asked = len(desk.operations)
        plane.script(IDENTITY, named_by_sts(account, role))
        await deletion.confirm(cluster.cluster_id)
        assert headline(deletion) == "Nothing was sent. Another caller."
        assert deletion.gate.reason is Reason.CALLER
        assert DESCRIBE not in desk.operations[asked:]
        plane.clear_scripts()
        await deletion.look()
        assert deletion.gate.reason is Reason.CALLER
        await deletion.confirm(cluster.cluster_id)
        assert desk.sent == []
        assert desk.records[0].caller == f"arn:aws:sts::{account}:assumed-role/{role}/demo"

    async def test_when_sts_does_not_confirm_whom_it_named(
        self, known, begin, desk, plane, cluster
    ):
        deletion = await begin(known)
        plane.script(IDENTITY, SILENT)
        for _ in range(2):
            await deletion.confirm(cluster.cluster_id)
            assert headline(deletion) == "Nothing was sent. STS does not confirm the account now."
            assert deletion.gate.is_open
        assert desk.errors[-1].operation == IDENTITY
        assert desk.sent == []
        plane.clear_scripts()
        await deletion.confirm(cluster.cluster_id)
        assert desk.sent == [DELETE]

    @pytest.mark.parametrize("account", [ACCOUNT, OTHER])
    async def test_when_sts_does_not_say_whose_the_keys_are_that_have_changed(
        self, vault, begin, desk, plane, cluster, account
    ):
        deletion = await begin(listed(vault.connection))
        vault.write("Operator", account)
        plane.script(IDENTITY, Refuse("AccessDenied", "Not you.", 403))
        await deletion.confirm(cluster.cluster_id)
        assert headline(deletion) == "Nothing was sent. STS does not confirm the account now."
        assert deletion.gate.reason is Reason.KEYS
        assert deletion.gate.detail == unconfirmed_keys().detail
        plane.clear_scripts()
        vault.write("Operator")
        await deletion.look()
        assert deletion.gate.reason is Reason.KEYS
        await deletion.confirm(cluster.cluster_id)
        assert desk.sent == []
        assert desk.records[0].caller is None

    async def test_by_keys_that_nobody_has_named_other_than_those_that_listed(
        self, vault, begin, desk, plane, cluster
    ):
        plane.script(IDENTITY, SILENT)
        deletion = await begin(listed(vault.connection))
        vault.write("Operator", OTHER)
        await deletion.confirm(cluster.cluster_id)
        assert deletion.gate.reason is Reason.KEYS
        assert desk.sent == []

    async def test_until_it_is_confirmed_by_whom_sts_names_only_now(
        self, nameless, begin, desk, cluster
    ):
        deletion = await begin(nameless)
        assert deletion.has_asked_caller
        assert deletion.caller is None
        await deletion.confirm(cluster.cluster_id)
        assert headline(deletion) == "Nothing was sent. STS has named you now."
        assert desk.sent == []
        assert deletion.caller is not None
        assert deletion.caller.arn == TRIAGE
        await deletion.confirm(cluster.cluster_id)
        assert desk.sent == [DELETE]

    async def test_when_who_was_named_late_is_another_by_now(
        self, nameless, begin, desk, plane, cluster
    ):
        deletion = await begin(nameless)
        await deletion.confirm(cluster.cluster_id)
        plane.script(IDENTITY, named_by_sts(OTHER))
        await deletion.confirm(cluster.cluster_id)
        assert deletion.gate.reason is Reason.CALLER
        assert desk.sent == []

    async def test_when_the_last_look_shows_something_else(
        self, known, begin, desk, plane, cluster
    ):
        deletion = await begin(known)
        plane.script(DESCRIBE, Run(lambda: cluster.hsms.append(Hsm("hsm-aaaaaaaaaaa"))))
        await deletion.confirm(cluster.cluster_id)
        assert headline(deletion) == "Nothing was sent. The last check stopped it."
        assert deletion.gate.reason is Reason.HSMS
        assert "hsm-aaaaaaaaaaa" in str(desk.records[0].reason)
        assert desk.sent == []

    async def test_when_the_last_look_fails(self, known, begin, desk, plane, cluster):
        deletion = await begin(known)
        plane.script(DESCRIBE, Refuse("ThrottlingException", "Slow down."))
        await deletion.confirm(cluster.cluster_id)
        assert headline(deletion) == "Nothing was sent. The last check stopped it."
        (record,) = desk.records
        assert record.code == "ThrottlingException"
        assert "Slow down." in str(record.reason)
        assert desk.sent == []

    async def test_when_what_was_told_is_no_longer_so(self, known, begin, desk, plane, cluster):
        deletion = await begin(known)
        await deletion.look_up()
        plane.script(BACKUPS, reply_json({"Backups": []}))
        await deletion.confirm(cluster.cluster_id)
        assert headline(deletion) == "Nothing was sent. It has changed since it was shown."
        assert deletion.outcome is not None
        assert deletion.outcome.detail == "There is no READY backup."
        assert desk.sent == []
        await deletion.confirm(cluster.cluster_id)
        assert desk.sent == [DELETE]

    async def test_when_what_was_told_of_backups_cannot_be_checked(
        self, known, begin, desk, plane, cluster
    ):
        deletion = await begin(known)
        await deletion.look_up()
        plane.script(BACKUPS, Refuse("AccessDeniedException", "No."))
        await deletion.confirm(cluster.cluster_id)
        assert deletion.outcome is not None
        assert deletion.outcome.detail == "Backups could not be checked."
        assert desk.sent == []
        await deletion.confirm(cluster.cluster_id)
        assert desk.sent == [DELETE]

    async def test_when_the_dialog_is_closed_during_the_last_look(
        self, known, begin, desk, plane, cluster
    ):
        deletion = await begin(known)
        plane.script(DESCRIBE, Run(lambda: setattr(deletion, "on_change", None)))
        await deletion.confirm(cluster.cluster_id)
        assert headline(deletion) == "Nothing was sent. The dialog was closed."
        assert not deletion.is_watched
        assert "The dialog was closed." in str(desk.records[0].reason)
        assert desk.sent == []

    async def test_when_the_dialog_is_closed_while_the_disk_takes_its_time(
        self, known, begin, desk, cluster
    ):
        def closing() -> datetime:
            """The time of the record, which is about to be written."""
            deletion.on_change = None
            return desk.plane.clock.now()

        deletion = await begin(known, audit=Audit(desk.path, closing))
        await deletion.confirm(cluster.cluster_id)
        assert headline(deletion) == "Nothing was sent. The dialog was closed."
        assert desk.sent == []
        before, after = desk.records
        assert (before.phase, before.outcome) == ("before", "unknown")
        assert (after.phase, after.outcome) == ("after", "blocked")
        assert before.id == after.id
        assert "The dialog was closed." in str(after.reason)

    @pytest.mark.parametrize("seconds", [61, 3600, -3600])
    @pytest.mark.parametrize("asleep_at", [IDENTITY, STORES, DESCRIBE, "record", "sending"])
    async def test_after_the_computer_slept_before_it_looks_again(
        self, known, begin, desk, plane, cluster, asleep_at, seconds
    ):
        """Whenever that is: what was read before is old."""
        slept = timedelta(0)

        def sleep() -> None:
            nonlocal slept
            slept = timedelta(seconds=seconds)

        def now() -> datetime:
            return plane.clock.now() + slept

        def recording() -> datetime:
            if asleep_at == "record":
                sleep()
            return plane.clock.now()

        def changed() -> None:
            if asleep_at == "sending" and deletion.phase is Phase.SENDING:
                sleep()

        deletion = await begin(known, clock=now, audit=Audit(desk.path, recording))
        deletion.on_change = changed
        await deletion.look_up()
        asked = len(desk.operations)
        plane.script(asleep_at, Run(sleep), call=1)
        await deletion.confirm(cluster.cluster_id)
        if asleep_at in {IDENTITY, STORES} and seconds == 61:  # the look came after that
            assert desk.sent == [DELETE]
            return
        assert desk.sent == []
        assert headline(deletion).startswith("Nothing was sent.")
        assert deletion.outcome is not None
        assert "The last look is too old." in headline(deletion) + deletion.outcome.detail
        assert deletion.outcome.remedy == "Read it; then confirm again."
        assert desk.operations[asked:].count(DESCRIBE) == 2
        assert desk.records[-1].outcome == "blocked"
        assert deletion.gate.is_open
        plane.clear_scripts()
        asleep_at = ""
        await deletion.confirm(cluster.cluster_id)
        assert desk.sent == [DELETE]

    async def test_where_it_cannot_be_recorded(self, known, begin, desk, cluster):
        deletion = await begin(known)
        desk.path.parent.mkdir(mode=0o700)
        desk.path.symlink_to("/dev/null")
        await deletion.confirm(cluster.cluster_id)
        assert headline(deletion) == "Nothing was sent. It cannot be recorded."
        assert deletion.outcome is not None
        assert "symbolic link" in deletion.outcome.detail
        assert desk.sent == []
        assert deletion.phase is Phase.WATCHING

    async def test_where_a_rule_comes_up_after_the_last_look(self, known, begin, desk, cluster):
        """The client itself refuses, before anything is signed."""
        looks: list[Any] = []
        connection = ruled(known, lambda: "a new rule" if len(looks) > 1 else "")
        deletion = await begin(connection, on_read=looks.append)
        await deletion.confirm(cluster.cluster_id)
        assert headline(deletion) == "Nothing was sent."
        assert deletion.outcome is not None
        assert "a new rule" in deletion.outcome.detail
        assert deletion.outcome.certain
        assert desk.sent == []
        assert [record.outcome for record in desk.records] == ["unknown", "blocked"]


class TestSent:
    async def test_once_after_the_caller_and_the_last_look(
        self, known, begin, desk, plane, cluster
    ):
        deletion = await begin(known)
        await deletion.look_up()
        asked = len(desk.operations)
        await deletion.confirm(cluster.cluster_id)
        after = desk.operations[asked:]
        assert set(after[:2]) == {BACKUPS, STORES}
        assert after[2:] == [IDENTITY, DESCRIBE, DELETE]
        assert plane.requests[-1].parameters == {"ClusterId": cluster.cluster_id}
        assert (deletion.phase, headline(deletion)) == (
            Phase.ACCEPTED,
            "The service is deleting the cluster.",
        )
        assert not deletion.is_pending
        assert desk.read[-1].state == "DELETE_IN_PROGRESS"
        assert desk.accepted == [len(desk.read)]  # told after what the answer shows
        await deletion.confirm(cluster.cluster_id)
        assert desk.sent == [DELETE]

    async def test_and_recorded_before_and_after(self, known, begin, desk, plane, cluster):
        deletion = await begin(known, endpoint="http://127.0.0.1:1")
        seen: list[Any] = []
        plane.script(DELETE, Run(lambda: seen.append(desk.records)))
        await deletion.confirm(cluster.cluster_id)
        before, after = desk.records
        assert seen == [(before,)]
        assert (before.phase, before.outcome) == ("before", "unknown")
        assert (after.phase, after.outcome) == ("after", "done")
        assert before.id == after.id
        assert before.time <= after.time
        for record in (before, after):
            assert (record.caller, record.caller_note) == (TRIAGE, None)
            assert (record.account, record.region) == (ACCOUNT, "us-east-1")
            assert (record.profile, record.operation) == ("demo", DELETE)
            assert record.target == cluster.cluster_id
            assert record.endpoint == "http://127.0.0.1:1"
            assert record.access_key_end == "1111"
        assert before.request_id is None
        assert len(str(after.request_id)) == 36

    @pytest.mark.parametrize("operation", [IDENTITY, DESCRIBE])
    async def test_and_looked_at_with_the_keys_of_which_sts_was_asked(
        self, vault, begin, plane, cluster, operation
    ):
        """Whatever the program prints from then on."""
        deletion = await begin(listed(vault.connection))
        plane.script(operation, Run(lambda: vault.write("Operator", OTHER)))
        await deletion.confirm(cluster.cluster_id)
        (request,) = [r for r in plane.requests if r.operation == DELETE]
        assert request.account == ACCOUNT

    async def test_as_whom_sts_never_named_with_the_keys_that_listed(
        self, nameless, begin, desk, plane, cluster
    ):
        deletion = await begin(nameless)
        plane.script(IDENTITY, SILENT)
        await deletion.confirm(cluster.cluster_id)
        assert desk.sent == [DELETE]
        for record in desk.records:
            assert (record.caller, record.account) == (None, None)
            assert "No STS today." in str(record.caller_note)
            assert record.access_key_end == "1111"

    async def test_once_however_often_it_is_confirmed(self, known, begin, desk, plane, cluster):
        deletion = await begin(known)
        gate = Gate()
        plane.script(DELETE, gate)
        first = asyncio.create_task(deletion.confirm(cluster.cluster_id))
        await asyncio.to_thread(gate.arrived)
        assert deletion.phase is Phase.SENDING
        assert deletion.is_pending
        await deletion.confirm(cluster.cluster_id)
        gate.release()
        await first
        assert desk.sent == [DELETE]

    async def test_and_the_dialog_closed_meanwhile_is_still_answered(
        self, known, begin, desk, plane, cluster
    ):
        deletion = await begin(known)
        plane.script(DELETE, Run(lambda: setattr(deletion, "on_change", None)))
        await deletion.confirm(cluster.cluster_id)
        assert deletion.phase is Phase.ACCEPTED
        assert desk.records[-1].outcome == "done"

    @pytest.mark.parametrize("code", ["CloudHsmInvalidRequestException", "AccessDeniedException"])
    async def test_and_refused_is_read_again(self, known, begin, desk, plane, cluster, code):
        deletion = await begin(known)
        appear = Run(lambda: cluster.hsms.append(Hsm("hsm-aaaaaaaaaaa")))
        plane.script(DELETE, appear, Refuse(code, "The words of the service."))
        await deletion.confirm(cluster.cluster_id)
        assert headline(deletion) == "The service refused: nothing was deleted."
        assert deletion.outcome is not None
        assert deletion.outcome.certain
        assert "The words of the service." in deletion.outcome.detail
        assert (deletion.phase, deletion.gate.reason) == (Phase.WATCHING, Reason.HSMS)
        assert desk.operations[-2:] == [DELETE, DESCRIBE]
        assert desk.records[-1].outcome == "refused"
        assert desk.records[-1].code == code
        assert len(desk.records) == 2  # that the look after it blocks is no new confirmation
        assert desk.errors[-1].operation == DELETE

    @pytest.mark.parametrize(
        ("fault", "code", "has_id"),
        [
            (Refuse("CloudHsmInternalFailureException", "Oh.", 500), "Internal", True),
            (Reset(), "ConnectionClosed", False),
        ],
    )
    async def test_and_not_answered_is_recorded_with_what_is_known(
        self, known, begin, desk, plane, cluster, fault, code, has_id
    ):
        deletion = await begin(known)
        plane.script(DELETE, fault)
        await deletion.confirm(cluster.cluster_id)
        record = desk.records[-1]
        assert (record.phase, record.outcome) == ("after", "unknown")
        assert code in str(record.code)
        assert record.reason
        assert bool(record.request_id) is has_id

    @pytest.mark.parametrize(
        ("fault", "happened"),
        [
            (Refuse("CloudHsmInternalFailureException", status=500), False),
            (Refuse("CloudHsmInternalFailureException", status=500, carried_out=True), True),
            (Reset(), False),
            (Reply(b"<html/>", 503, "text/html", carried_out=True), True),
            (Reset(sent=0), True),
            (Reset(sent=9), True),
            (reply_json({"Cluster": {"ClusterId": "cluster-bbbbbbbbbbb"}}), False),
        ],
    )
    async def test_and_not_answered_is_unknown(
        self, known, begin, desk, plane, cluster, fault, happened
    ):
        deletion = await begin(known)
        plane.script(DELETE, fault)
        await deletion.confirm(cluster.cluster_id)
        assert "UNKNOWN" in headline(deletion)
        assert deletion.outcome is not None
        assert not deletion.outcome.certain
        assert deletion.is_pending
        assert deletion.gate.is_open is not happened
        assert desk.sent == [DELETE]
        assert desk.accepted == []
        assert [record.outcome for record in desk.records] == ["unknown", "unknown"]
        await deletion.look()
        assert "UNKNOWN" in headline(deletion)

    async def test_and_not_known_of_it_is_shut_until_it_was_read(
        self, known, begin, plane, cluster
    ):
        deletion = await begin(known)
        gate = Gate()
        plane.script(DELETE, Reset())
        plane.script(DESCRIBE, gate, call=2)
        confirming = asyncio.create_task(deletion.confirm(cluster.cluster_id))
        await asyncio.to_thread(gate.arrived)
        assert "UNKNOWN" in headline(deletion)
        assert deletion.gate.reason is Reason.UNREAD
        gate.release()
        await confirming
        assert deletion.gate.is_open

    async def test_and_left_before_the_answer_is_recorded_as_unknown(
        self, known, begin, desk, plane, cluster
    ):
        deletion = await begin(known)
        gate = AnswerGate()
        plane.script(DELETE, gate)
        confirming = asyncio.create_task(deletion.confirm(cluster.cluster_id))
        await asyncio.to_thread(gate.arrived)
        confirming.cancel()
        with pytest.raises(asyncio.CancelledError):
            await confirming
        gate.release()
        before, after = desk.records
        assert (after.phase, after.outcome) == ("after", "unknown")
        assert "quit before the answer" in str(after.reason)
        assert before.id == after.id

    async def test_without_a_record_of_the_answer_is_told(self, known, begin, desk, plane, cluster):
        deletion = await begin(known)
        plane.script(DELETE, Run(lambda: desk.path.chmod(0o644)))
        await deletion.confirm(cluster.cluster_id)
        assert deletion.phase is Phase.ACCEPTED
        (failure,) = desk.unrecorded
        assert "chmod 600" in str(failure)

    async def test_while_sts_has_not_answered_yet_is_recorded_so(
        self, connection, begin, desk, plane, cluster
    ):
        """The block of a first look may come before STS has said anything."""
        cluster.hsms.append(Hsm("hsm-aaaaaaaaaaa"))
        deletion = await begin(connection)
        assert not deletion.has_asked_caller
        (record,) = desk.records
        assert (record.caller, record.caller_note) == (None, "STS has not answered yet")


class TestKeyStores:
    async def test_are_accepted_one_and_all(self, known, begin, desk, plane, cluster):
        use(plane, cluster, "one")
        deletion = await begin(known)
        await deletion.look_up()
        assert not deletion.accepts_stores
        await deletion.confirm(cluster.cluster_id)
        assert desk.sent == []
        deletion.accept_stores(accepted=True)
        assert deletion.allows(cluster.cluster_id)
        deletion.accept_stores(accepted=False)
        assert not deletion.allows(cluster.cluster_id)

    async def test_that_come_up_at_the_last_moment_are_named(
        self, known, begin, desk, plane, cluster
    ):
        deletion = await begin(known)
        await deletion.look_up()
        plane.script(STORES, Run(lambda: use(plane, cluster, "late")))
        await deletion.confirm(cluster.cluster_id)
        assert deletion.outcome is not None
        assert deletion.outcome.detail.startswith("Not ticked yet: KMS key store late (cks-late")
        assert "cks-late" in str(desk.records[-1].reason)
        assert desk.sent == []

    async def test_that_cannot_be_looked_up_any_more_are_told(
        self, known, begin, desk, plane, cluster
    ):
        deletion = await begin(known)
        await deletion.look_up()
        plane.script(STORES, Refuse("AccessDeniedException", "No."))
        await deletion.confirm(cluster.cluster_id)
        assert deletion.outcome is not None
        assert deletion.outcome.detail == "KMS key stores could not be checked."
        assert [error.operation for error in desk.errors] == [STORES]
        assert desk.sent == []
