"""The creation of a cluster from a backup: what it reads, sends, and makes of the answer."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pytest

from hsmtui.aws.backups import read_backups_in
from hsmtui.aws.clusters import read_cluster
from hsmtui.changes.change import Phase
from hsmtui.changes.create_cluster import SOURCE_GONE, CreateCluster, created_in
from hsmtui.demo.plan import BackupPlan
from hsmtui.demo.records import RetentionPolicy
from hsmtui.demo.records import Tag as DemoTag
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.gate import Reason
from hsmtui.model.new_cluster import NewCluster, cluster_from
from tests.changes.conftest import BACKUPS, DESCRIBE, HERE, IDENTITY, Desk, ruled, watched
from tests.scripted import Refuse, Reset, Run, ScriptedPlane, reply_json

CREATE, ID = "CreateCluster", "cluster-fhtbm47tsjo"


class Bench(NamedTuple):
    desk: Desk
    plane: ScriptedPlane
    source: Any
    backup_id: str
    new: NewCluster
    begin: Callable[..., CreateCluster]

    @property
    def made(self) -> list[Any]:
        """The clusters that came of it."""
        every = self.plane.clusters(*HERE)
        return [each for each in every if each.source_backup_id == self.backup_id]


@pytest.fixture
def bench(known, desk, plane, cluster) -> Bench:
    cluster.create_timestamp, cluster.mode = 0.0, "NON_FIPS"
    cluster.hsm_type = "hsm2m.medium"
    cluster.backup_retention_policy = RetentionPolicy("DAYS", "31")
    cluster.tag_list = [DemoTag("Name", "vault"), DemoTag("Environment", "dev")]
    plane.place(*HERE).backup_plans[cluster.cluster_id] = BackupPlan(3)
    newest = read_backups_in(known, cluster.cluster_id, "READY")[0]
    (listed,) = read_cluster(known, cluster.cluster_id)
    new = cluster_from(newest, listed, list(listed.subnet_mapping.values()), "IPV4")

    def begin(connection=known, wanted=new, source=listed) -> CreateCluster:
        context = desk.context(connection)
        creation = CreateCluster(context, newest.backup_id, cluster.cluster_id, wanted, source)
        assert watched(creation) is creation
        return creation

    return Bench(desk, plane, cluster, newest.backup_id, new, begin)


async def test_sends_one_request_after_the_last_look(bench):
    creation = bench.begin()
    await creation.look()
    asked = len(bench.desk.operations)
    await creation.confirm(creation.target)
    assert bench.desk.operations[asked:] == [IDENTITY, DESCRIBE, BACKUPS, CREATE]
    request = bench.plane.requests[-1]
    assert request.status == 200
    assert request.parameters == {
        "SourceBackupId": bench.backup_id,
        "HsmType": "hsm2m.medium",
        "SubnetIds": list(bench.new.subnet_ids),
        "NetworkType": "IPV4",
        "Mode": "NON_FIPS",
        "BackupRetentionPolicy": {"Type": "DAYS", "Value": "31"},
        "TagList": [{"Key": "Environment", "Value": "dev"}],
    }
    assert creation.phase is Phase.ACCEPTED
    (made,) = bench.made
    assert creation.created is not None
    assert creation.created.cluster_id == made.cluster_id
    assert creation.outcome is not None
    assert creation.outcome.headline == f"The service is creating {made.cluster_id}."
    assert len(bench.desk.accepted) == 1
    begun, done = bench.desk.records
    assert (begun.operation, begun.target) == (CREATE, bench.backup_id)
    subnets = ", ".join(bench.new.subnet_ids)
    assert begun.change == (
        f"hsm2m.medium, NON_FIPS, IPV4, in {subnets}; backups kept 31 days; tags Environment=dev"
    )
    assert (done.outcome, done.request_id is not None) == ("done", True)
    await creation.confirm(creation.target)
    assert bench.desk.sent == [CREATE]


async def test_what_is_not_known_is_not_sent(bench):
    wanted = bench.new._replace(retention_days=None, tags=())
    creation = bench.begin(wanted=wanted, source=None)
    await creation.look()
    await creation.confirm(creation.target)
    sent = bench.plane.requests[-1].parameters
    assert {"BackupRetentionPolicy", "TagList"}.isdisjoint(sent)
    assert bench.made[0].backup_retention_policy.value == "90"
    assert bench.desk.records[0].change.endswith("; backups kept by default; no tags")


async def test_the_cluster_of_the_backup_is_read_afresh_by_the_first_look(bench):
    creation = bench.begin()
    bench.source.backup_retention_policy = RetentionPolicy("DAYS", "7")
    await creation.look()
    assert creation.new.retention_days == 7
    await creation.confirm(creation.target)
    assert bench.made[0].backup_retention_policy.value == "7"
    assert "backups kept 7 days" in bench.desk.records[0].change


@pytest.mark.parametrize(
    ("member", "value", "said"),
    [
        ("backup_retention_policy", RetentionPolicy("DAYS", "7"), "Backups are kept 7 days."),
        ("backup_retention_policy", None, "Backups are kept by default."),
        ("tag_list", [DemoTag("Environment", "prod")], "The tag Environment is prod."),
        ("tag_list", [], "No tag is taken."),
        (
            "tag_list",
            [DemoTag("Environment", "dev"), DemoTag("Owner", "a")],
            "Tags of the new cluster: Environment, Owner. The tag Owner is a.",
        ),
    ],
)
async def test_what_has_changed_of_it_before_the_request_is_shown_first(bench, member, value, said):
    creation = bench.begin()
    await creation.look()
    change = partial(setattr, bench.source, member, value)
    bench.plane.script(IDENTITY, Run(change), call=1)
    await creation.confirm(creation.target)
    assert bench.desk.sent == []
    assert creation.outcome is not None
    assert creation.outcome.headline == "Nothing was sent. It has changed since it was shown."
    assert creation.outcome.detail == said
    await creation.confirm(creation.target)
    assert bench.desk.sent == [CREATE]
    assert bench.made[0].tag_list == [e for e in bench.source.tag_list if e.key != "Name"]


async def test_that_it_is_gone_is_said_and_what_it_had_is_taken(bench):
    creation = bench.begin()
    await creation.look()
    place = bench.plane.place(*HERE)

    def leave() -> None:
        place.clusters.remove(bench.source)
        place.departed.append(bench.source)

    bench.plane.script(IDENTITY, Run(leave), call=1)
    await creation.confirm(creation.target)
    assert bench.desk.sent == []
    assert creation.outcome is not None
    assert creation.outcome.detail == SOURCE_GONE
    await creation.confirm(creation.target)
    assert bench.made[0].backup_retention_policy.value == "31"


async def test_one_that_cannot_be_read_shuts_the_gate(bench):
    two = {"Clusters": [{"ClusterId": bench.source.cluster_id, "State": "ACTIVE"}] * 2}
    bench.plane.script(DESCRIBE, reply_json(two))
    creation = bench.begin()
    await creation.look()
    assert creation.gate.reason is Reason.UNCHECKED
    assert "its cluster: the answer has 2 clusters" in creation.gate.why_shut


async def test_a_backup_that_is_deleted_meanwhile_shuts_the_gate(bench):
    creation = bench.begin()
    await creation.look()
    delete = partial(bench.plane.done_elsewhere, "DeleteBackup", *HERE, BackupId=bench.backup_id)
    bench.plane.script(IDENTITY, Run(delete), call=1)
    await creation.confirm(creation.target)
    assert creation.gate.reason is Reason.STATE
    assert "PENDING_DELETION" in creation.gate.why_shut
    assert bench.desk.sent == []
    assert bench.desk.records[-1].outcome == "blocked"


async def test_a_look_that_lists_nothing_tells_of_nothing(bench):
    bench.plane.script(BACKUPS, reply_json({"Backups": []}))
    creation = bench.begin()
    await creation.look()
    assert creation.gate.reason is Reason.GONE
    assert bench.desk.read == []


async def test_nothing_is_sent_where_changes_are_forbidden(bench, known):
    creation = bench.begin(ruled(known, lambda: "a test"))
    await creation.look()
    assert creation.gate.reason is Reason.READ_ONLY
    await creation.confirm(creation.target)
    assert bench.desk.sent == []


async def test_a_refusal_creates_nothing(bench):
    creation = bench.begin()
    await creation.look()
    bench.plane.script(CREATE, Refuse("CloudHsmInvalidRequestException", "Too many clusters."))
    await creation.confirm(creation.target)
    assert creation.outcome is not None
    assert creation.outcome.headline == "The service refused: nothing was created."
    assert bench.desk.records[-1].outcome == "refused"
    assert bench.made == []


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"Cluster": None},
        {"Cluster": {"State": "CREATE_IN_PROGRESS"}},
        {"Cluster": {"ClusterId": 7}},
        {"Cluster": {"ClusterId": ID, "SourceBackupId": "backup-other234567"}},
    ],
)
async def test_an_answer_that_names_no_such_cluster_is_an_unknown_outcome(bench, answer):
    creation = bench.begin()
    await creation.look()
    bench.plane.script(CREATE, reply_json(answer))
    await creation.confirm(creation.target)
    assert creation.is_pending
    assert creation.created is None


async def test_an_answer_that_names_the_cluster_of_the_backup_is_an_unknown_outcome(bench):
    creation = bench.begin()
    await creation.look()
    bench.plane.script(CREATE, reply_json({"Cluster": {"ClusterId": bench.source.cluster_id}}))
    await creation.confirm(creation.target)
    assert creation.is_pending
    assert creation.created is None


async def test_a_lost_answer_is_unknown_and_the_list_is_where_to_look(bench):
    creation = bench.begin()
    await creation.look()
    bench.plane.script(CREATE, Reset(sent=0))
    await creation.confirm(creation.target)
    assert creation.is_pending
    assert creation.outcome is not None
    assert "Look for a cluster from this backup" in str(creation.outcome.remedy)
    assert bench.desk.records[-1].outcome == "unknown"
    assert len(bench.made) == 1
    assert bench.desk.sent == [CREATE]


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        ([], False),
        ([Cluster(cluster_id=ID)], True),
        ([Cluster(cluster_id=ID)] * 2, False),
        ([Cluster(cluster_id="cluster-other234567")], False),
    ],
)
def test_when_a_cluster_shows(listed, shown):
    assert created_in(ID, listed) == (listed[0] if shown else None)
