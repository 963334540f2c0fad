"""What each kind of change reads, sends, and makes of the answer."""

import pytest

from hsmtui.aws.backups import read_backups_in
from hsmtui.changes.change import Phase
from hsmtui.changes.create_hsm import CreateHsm, hsm_in
from hsmtui.changes.delete_cluster import DeleteCluster, is_deleted
from hsmtui.changes.delete_hsm import DeleteHsm, deleted_hsms
from hsmtui.changes.edit_tag import EditTag
from hsmtui.changes.restore_backup import RestoreBackup
from hsmtui.demo.plan import BackupPlan
from hsmtui.demo.records import Hsm, Tag
from hsmtui.model.backup import PENDING_DELETION
from hsmtui.model.cluster import Cluster
from hsmtui.model.cluster import Hsm as ReadHsm
from hsmtui.model.entry import Odd
from hsmtui.model.gates.edit_tag import TagEdit
from hsmtui.model.gates.gate import Reason
from tests.changes.conftest import BACKUPS, DESCRIBE, HERE, IDENTITY, watched
from tests.scripted import Gate, Refuse, Reset, Run, reply_json

ID, HSM = "cluster-fhtbm47tsjo", "hsm-aaaaaaaaaaa"


class TestDeleteCluster:
    @pytest.mark.parametrize("state", ["ACTIVE", "NEW_STATE", None])
    async def test_an_answer_that_does_not_say_so_is_no_deletion(
        self, known, desk, plane, cluster, state
    ):
        deletion = watched(DeleteCluster(desk.context(known), cluster.cluster_id))
        await deletion.look()
        answer = {"ClusterId": cluster.cluster_id, "State": state, "Hsms": []}
        plane.script("DeleteCluster", reply_json({"Cluster": answer}))
        await deletion.confirm(cluster.cluster_id)
        assert deletion.outcome is not None
        assert deletion.outcome.headline == "The service took the request."
        assert f"is {state or 'without a state'}." in deletion.outcome.detail
        assert len(desk.accepted) == 1

    async def test_where_backups_were_never_told_nobody_waits_for_them(
        self, known, desk, plane, cluster
    ):
        deletion = watched(DeleteCluster(desk.context(known), cluster.cluster_id))
        await deletion.look()
        await deletion.confirm(cluster.cluster_id)
        assert BACKUPS not in desk.operations
        assert deletion.phase is Phase.ACCEPTED

    async def test_a_look_that_lists_nothing_tells_of_nothing(self, known, desk, plane, cluster):
        plane.script(DESCRIBE, reply_json({"Clusters": []}))
        deletion = watched(DeleteCluster(desk.context(known), cluster.cluster_id))
        await deletion.look()
        assert deletion.gate.reason is Reason.GONE
        assert desk.read == []

    @pytest.mark.parametrize(
        ("listed", "deleted"),
        [
            ([], True),
            ([Cluster(cluster_id=ID, state="DELETED", hsms=())], True),
            ([Cluster(cluster_id=ID, state="DELETE_IN_PROGRESS", hsms=())], False),
            ([Cluster(cluster_id=ID, state="ACTIVE", hsms=())], False),
            ([Cluster(cluster_id="cluster-other234567", state="DELETED", hsms=())], False),
            ([Cluster(cluster_id=ID, state="DELETED", hsms=())] * 2, False),
        ],
    )
    def test_when_it_is_deleted(self, listed, deleted):
        assert is_deleted(ID, listed) is deleted


class TestDeleteHsm:
    @pytest.fixture
    async def deletion(self, known, desk, cluster):
        cluster.hsms[:] = [Hsm(f"{HSM}{n}", f"zone-{n}", state="ACTIVE") for n in (2, 3, 4)]
        deletion = watched(DeleteHsm(desk.context(known), cluster.cluster_id, f"{HSM}2"))
        await deletion.look()
        await deletion.look_up()
        return deletion

    async def test_sends_one_request_after_the_last_look(self, deletion, desk, plane, cluster):
        asked = len(desk.operations)
        await deletion.confirm(f"{HSM}2")
        assert desk.operations[asked:] == [BACKUPS, IDENTITY, DESCRIBE, "DeleteHsm"]
        sent = {"ClusterId": cluster.cluster_id, "HsmId": f"{HSM}2"}
        assert plane.requests[-1].parameters == sent
        assert deletion.outcome is not None
        assert deletion.outcome.headline == "The service is deleting the HSM."
        assert deletion.gate.reason is Reason.DELETING
        assert len(desk.accepted) == 1
        before, after = desk.records
        assert (before.operation, before.target) == (
            "DeleteHsm",
            f"{HSM}2 of {cluster.cluster_id}",
        )
        assert (after.outcome, after.request_id is not None) == ("done", True)
        assert desk.read[-1].cluster_id == cluster.cluster_id

    @pytest.mark.parametrize(
        ("change", "warning"),
        [
            (lambda hsms: hsms.pop(), "HSMs left: 1, active: 1."),
            (lambda hsms: setattr(hsms[1], "state", "DEGRADED"), "HSMs left: 2, active: 1."),
            (
                lambda hsms: [setattr(hsm, "state", "DEGRADED") for hsm in hsms[1:]],
                "HSMs left: 2, active: 0. It is the last active one.",
            ),
        ],
    )
    async def test_is_withheld_when_it_would_leave_something_else(
        self, deletion, desk, plane, cluster, change, warning
    ):
        plane.script(DESCRIBE, Run(lambda: change(cluster.hsms)), call=1)
        await deletion.confirm(f"{HSM}2")
        assert deletion.outcome is not None
        assert deletion.outcome.headline == "Nothing was sent. It has changed since it was shown."
        assert deletion.outcome.detail == warning
        assert desk.sent == []
        await deletion.confirm(f"{HSM}2")
        assert desk.sent == ["DeleteHsm"]

    async def test_is_withheld_when_what_takes_its_place_works_no_longer(
        self, known, desk, plane, cluster
    ):
        cluster.hsms[:] = [Hsm(f"{HSM}{n}", "a", state="ACTIVE") for n in (2, 3)]
        cluster.hsms.append(Hsm("hsm-old", "a", state="DEGRADED"))
        made = DeleteHsm(desk.context(known), cluster.cluster_id, "hsm-old", f"{HSM}2")
        deletion = watched(made)
        await deletion.look()
        assert deletion.lost_replacement == ""
        plane.script(DESCRIBE, Run(lambda: cluster.hsms.pop(0)), call=1)
        await deletion.confirm("hsm-old")
        assert deletion.outcome is not None
        assert f"{HSM}2 is listed no longer." in deletion.outcome.detail
        assert desk.sent == []
        assert [record.change for record in desk.records] == [f"replaced by {HSM}2"]

    async def test_is_withheld_when_it_has_become_the_last_of_its_zone(
        self, known, desk, plane, cluster
    ):
        """The counts are the same: only the zone of another has changed."""
        cluster.hsms[:] = [
            Hsm("hsm-1", "a", state="ACTIVE"),
            Hsm("hsm-2", "a", state="ACTIVE"),
            Hsm("hsm-3", "b", state="ACTIVE"),
        ]
        deletion = watched(DeleteHsm(desk.context(known), cluster.cluster_id, "hsm-1"))
        await deletion.look()

        def move() -> None:
            cluster.hsms[1] = Hsm("hsm-4", "b", state="ACTIVE")

        plane.script(DESCRIBE, Run(move), call=1)
        await deletion.confirm("hsm-1")
        assert deletion.outcome is not None
        assert deletion.outcome.detail == "It is the last one in its availability zone."
        assert desk.sent == []

    @pytest.mark.parametrize("state", ["DELETE_IN_PROGRESS", None])
    async def test_is_withheld_when_it_is_going_or_gone(
        self, deletion, desk, plane, cluster, state
    ):
        def go() -> None:
            if state is None:
                del cluster.hsms[0]
            else:
                cluster.hsms[0].state = state

        plane.script(DESCRIBE, Run(go), call=1)
        await deletion.confirm(f"{HSM}2")
        assert deletion.gate.reason is (Reason.GONE if state is None else Reason.DELETING)
        assert desk.sent == []

    async def test_is_withheld_when_its_backup_has_gone(self, deletion, desk, plane):
        plane.script(BACKUPS, reply_json({"Backups": []}))
        await deletion.confirm(f"{HSM}2")
        assert deletion.outcome is not None
        assert deletion.outcome.detail == "There is no READY backup."
        assert desk.sent == []

    async def test_waits_for_no_look_up_of_which_nothing_was_told(
        self, known, desk, plane, cluster
    ):
        cluster.hsms[:] = [Hsm(HSM, "a", state="ACTIVE")]
        plane.script(BACKUPS, Refuse("AccessDeniedException", "No."))
        deletion = watched(DeleteHsm(desk.context(known), cluster.cluster_id, HSM))
        await deletion.look()
        await deletion.look_up()
        assert [error.operation for error in desk.errors] == [BACKUPS]
        await deletion.confirm(HSM)
        assert desk.sent == ["DeleteHsm"]
        assert desk.operations.count(BACKUPS) == 1

    async def test_whose_outcome_is_unknown_is_pending(self, deletion, desk, plane):
        plane.script("DeleteHsm", Reset(sent=0))
        await deletion.confirm(f"{HSM}2")
        assert deletion.is_pending
        assert deletion.gate.reason is Reason.DELETING

    async def test_a_look_that_lists_nothing_tells_of_nothing(self, known, desk, plane):
        plane.script(DESCRIBE, reply_json({"Clusters": []}))
        deletion = watched(DeleteHsm(desk.context(known), ID, HSM))
        await deletion.look()
        assert deletion.gate.reason is Reason.GONE
        assert desk.read == []

    @pytest.mark.parametrize(
        ("listed", "gone"),
        [
            ([], {"1", "2"}),
            ([Cluster(cluster_id=ID, hsms=())], {"1", "2"}),
            ([Cluster(cluster_id=ID, hsms=(ReadHsm(hsm_id="2"),))], {"1"}),
            ([Cluster(cluster_id=ID, hsms=None)], set()),
            ([Cluster(cluster_id=ID, hsms=())] * 2, set()),
            ([Cluster(cluster_id="cluster-other234567", hsms=())], set()),
            ([Cluster(cluster_id=ID, hsms=(), odd=(Odd("State", "5"),))], set()),
        ],
    )
    def test_which_are_gone(self, listed, gone):
        assert deleted_hsms(ID, {"1", "2"}, listed) == gone


class TestCreateHsm:
    ZONE = "us-east-1a"

    @pytest.fixture
    async def creation(self, known, desk, cluster):
        cluster.subnet_mapping = {self.ZONE: "subnet-1", "us-east-1b": "subnet-2"}
        cluster.hsms[:] = [Hsm(HSM, "us-east-1b", state="ACTIVE")]
        creation = watched(CreateHsm(desk.context(known), cluster.cluster_id, self.ZONE))
        await creation.look()
        return creation

    async def test_sends_one_request_after_the_last_look(self, creation, desk, plane, cluster):
        asked = len(desk.operations)
        await creation.confirm(cluster.cluster_id)
        assert desk.operations[asked:] == [IDENTITY, DESCRIBE, "CreateHsm"]
        sent = {"ClusterId": cluster.cluster_id, "AvailabilityZone": self.ZONE}
        assert plane.requests[-1].parameters == sent
        assert creation.created is not None
        new = cluster.hsms[-1]
        assert (creation.created.hsm_id, new.state) == (new.hsm_id, "CREATE_IN_PROGRESS")
        assert creation.outcome is not None
        assert creation.outcome.headline == f"The service is creating {new.hsm_id}."
        assert len(desk.accepted) == 1
        before, after = desk.records
        assert (before.operation, before.target, before.change) == (
            "CreateHsm",
            cluster.cluster_id,
            f"in {self.ZONE}",
        )
        assert after.outcome == "done"

    async def test_is_withheld_when_somebody_else_has_created_one(
        self, creation, desk, plane, cluster
    ):
        plane.script(
            DESCRIBE,
            Run(
                lambda: plane.done_elsewhere(
                    "CreateHsm",
                    *HERE,
                    ClusterId=cluster.cluster_id,
                    AvailabilityZone=self.ZONE,
                )
            ),
            call=1,
        )
        await creation.confirm(cluster.cluster_id)
        assert creation.outcome is not None
        assert creation.outcome.headline == "Nothing was sent. It has changed since it was shown."
        assert creation.outcome.detail == "Then: 3 HSMs in 2 availability zones."
        assert desk.sent == []

    @pytest.mark.parametrize(
        "answer",
        [
            {},
            {"Hsm": None},
            {"Hsm": {"State": "ACTIVE"}},
            {"Hsm": {"HsmId": "hsm-new", "ClusterId": "cluster-other234567"}},
            {"Hsm": {"HsmId": "hsm-new", "AvailabilityZone": "us-east-1b"}},
            {"Hsm": {"HsmId": HSM}},
        ],
    )
    async def test_an_answer_that_names_no_new_hsm_there_is_an_unknown_outcome(
        self, creation, plane, cluster, answer
    ):
        plane.script("CreateHsm", reply_json(answer))
        await creation.confirm(cluster.cluster_id)
        assert creation.is_pending
        assert creation.created is None

    async def test_a_refusal_creates_nothing(self, creation, plane, cluster):
        plane.script("CreateHsm", Refuse("CloudHsmInvalidRequestException", "No."))
        await creation.confirm(cluster.cluster_id)
        assert creation.outcome is not None
        assert creation.outcome.headline == "The service refused: nothing was created."

    @pytest.mark.parametrize(
        ("listed", "found"),
        [
            ([], None),
            ([Cluster(cluster_id=ID, hsms=None)], None),
            ([Cluster(cluster_id=ID, hsms=(ReadHsm(hsm_id="1"),))], None),
            ([Cluster(cluster_id=ID, hsms=(ReadHsm(hsm_id=HSM),))], ReadHsm(hsm_id=HSM)),
        ],
    )
    def test_where_it_is(self, listed, found):
        assert hsm_in(ID, HSM, listed) == found


class TestRestoreBackup:
    @pytest.fixture
    async def restoration(self, known, desk, plane, cluster):
        cluster.create_timestamp = 0.0
        plane.place(*HERE).backup_plans[cluster.cluster_id] = BackupPlan(4, pending=(9,))
        (found,) = read_backups_in(known, cluster.cluster_id, PENDING_DELETION)
        context = desk.context(known)
        restoration = watched(RestoreBackup(context, found.backup_id, cluster.cluster_id))
        await restoration.look()
        return restoration

    async def test_sends_one_request_and_tells_what_the_answer_shows(
        self, restoration, desk, plane
    ):
        assert [backup.backup_state for backup in desk.read] == ["PENDING_DELETION"]
        asked = len(desk.operations)
        await restoration.confirm(restoration.target)
        assert desk.operations[asked:] == [IDENTITY, BACKUPS, "RestoreBackup"]
        assert plane.requests[-1].parameters == {"BackupId": restoration.target}
        assert restoration.outcome is not None
        assert restoration.outcome.headline == "✓ The backup is restored: it is READY."
        assert restoration.phase is Phase.ACCEPTED
        assert desk.read[-1].backup_state == "READY"
        assert len(desk.accepted) == 1
        assert [record.outcome for record in desk.records] == ["unknown", "done"]

    @pytest.mark.parametrize("state", ["PENDING_DELETION", None])
    async def test_says_where_the_answer_does_not_show_it(
        self, restoration, desk, plane, cluster, state
    ):
        answer = {
            "BackupId": restoration.target,
            "ClusterId": cluster.cluster_id,
            "BackupState": state,
        }
        plane.script("RestoreBackup", reply_json({"Backup": answer}))
        await restoration.confirm(restoration.target)
        assert restoration.outcome is not None
        assert restoration.outcome.headline == "The service took the request."
        assert f"is {state or 'without a state'}." in restoration.outcome.detail

    async def test_is_withheld_when_it_is_restored_already(self, restoration, desk, plane):
        plane.script(
            BACKUPS,
            Run(lambda: plane.done_elsewhere("RestoreBackup", *HERE, BackupId=restoration.target)),
            call=1,
        )
        await restoration.confirm(restoration.target)
        assert restoration.gate.reason is Reason.STATE
        assert desk.sent == []

    @pytest.mark.parametrize("whose", [None, "cluster-bbbbbbbbbbb"])
    async def test_is_withheld_where_a_look_says_it_is_another_cluster_s(
        self, restoration, desk, plane, whose
    ):
        answer = {"BackupId": restoration.target, "BackupState": "PENDING_DELETION"}
        more = {"ClusterId": whose} if whose else {}
        plane.script(BACKUPS, reply_json({"Backups": [answer | more]}))
        await restoration.confirm(restoration.target)
        assert restoration.gate.reason is Reason.UNCHECKED
        assert (whose or "no cluster") in restoration.gate.detail
        assert desk.sent == []

    async def test_of_a_backup_that_is_not_listed_is_blocked(self, known, desk, cluster):
        context = desk.context(known)
        restoration = watched(RestoreBackup(context, "backup-aaaaaaaaaaa", cluster.cluster_id))
        await restoration.look()
        assert restoration.gate.reason is Reason.GONE
        assert desk.read == []


class TestEditTag:
    @pytest.fixture
    def edit(self, known, desk, cluster):
        cluster.tag_list = [Tag("Owner", "alice")]

        async def edit(key, before, after):
            change = watched(
                EditTag(desk.context(known), cluster.cluster_id, TagEdit(key, before, after))
            )
            await change.look()
            return change

        return edit

    async def test_sends_a_new_value(self, edit, desk, plane, cluster):
        change = await edit("Owner", "alice", "bob")
        await change.confirm(cluster.cluster_id)
        assert desk.operations[-3:] == [IDENTITY, DESCRIBE, "TagResource"]
        assert plane.requests[-1].parameters == {
            "ResourceId": cluster.cluster_id,
            "TagList": [{"Key": "Owner", "Value": "bob"}],
        }
        assert cluster.tag_list == [Tag("Owner", "bob")]
        assert len(desk.accepted) == 1
        for record in desk.records:
            assert (record.operation, record.target) == ("TagResource", cluster.cluster_id)
            assert record.change == 'Owner: "alice" -> "bob"'

    async def test_sends_a_removal(self, edit, desk, plane, cluster):
        change = await edit("Owner", "alice", None)
        await change.confirm(cluster.cluster_id)
        assert plane.requests[-1].operation == "UntagResource"
        assert plane.requests[-1].parameters == {
            "ResourceId": cluster.cluster_id,
            "TagKeyList": ["Owner"],
        }
        assert cluster.tag_list == []
        assert desk.records[-1].operation == "UntagResource"
        assert desk.records[-1].change == 'Owner: "alice" -> none'

    async def test_is_withheld_where_the_tag_has_changed(self, edit, desk, plane, cluster):
        change = await edit("Owner", "alice", "bob")
        plane.script(DESCRIBE, Run(cluster.tag_list.pop), call=1)
        await change.confirm(cluster.cluster_id)
        assert change.gate.reason is Reason.CHANGED
        assert "no tag has this key" in str(desk.records[-1].reason)
        assert desk.records[-1].change == 'Owner: "alice" -> "bob"'
        assert desk.sent == []

    async def test_is_withheld_where_a_twin_has_come(self, edit, desk, plane, cluster):
        change = await edit("Stage", None, "prod")
        twin = Run(lambda: cluster.tag_list.append(Tag("stage", "test")))
        plane.script(DESCRIBE, twin, call=1)
        await change.confirm(cluster.cluster_id)
        assert change.outcome is not None
        assert "stage differs in case only" in change.outcome.detail
        assert desk.sent == []
        await change.confirm(cluster.cluster_id)
        assert desk.sent == ["TagResource"]

    async def test_is_pending_until_it_is_answered_or_given_up(self, edit, desk, plane, cluster):
        change = await edit("Owner", "alice", "bob")
        states: list[bool] = []
        plane.script("TagResource", Run(lambda: states.append(change.is_pending)), Reset(sent=0))
        await change.confirm(cluster.cluster_id)
        assert states == [True]
        assert change.outcome is not None
        assert not change.outcome.certain
        assert not change.is_pending

    async def test_a_look_that_lists_nothing_tells_of_nothing(self, edit, desk, plane):
        plane.script(DESCRIBE, reply_json({"Clusters": []}))
        change = await edit("Owner", "alice", "bob")
        assert change.gate.reason is Reason.GONE
        assert desk.read == []


async def test_a_kind_that_says_nothing_of_its_own_warns_of_nothing(known, desk, plane, cluster):
    """What only some kinds have: a look before the request, warnings, something to accept."""
    gate = Gate()
    gate.release()
    plane.script(DESCRIBE, gate)
    change = watched(
        EditTag(desk.context(known), cluster.cluster_id, TagEdit("Owner", None, "bob"))
    )
    await change.look()
    plane.script(DESCRIBE, Refuse("ThrottlingException", "Slow down."))
    await change.confirm(cluster.cluster_id)
    assert change.outcome is not None
    assert (change.outcome.detail, change.outcome.remedy) == ("", "")
    assert desk.sent == []
