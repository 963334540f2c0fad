"""What can be changed of a cluster as it was listed, in which order, and why not the rest."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.advice import Advice, Step
from hsmtui.model.backup import Backup
from hsmtui.model.certificates.roots import RootFile, Roots
from hsmtui.model.cluster import (
    BackupRetentionPolicy,
    Certificates,
    Cluster,
    Hsm,
)
from hsmtui.model.entry import Odd
from hsmtui.model.findings.finding import Finding
from hsmtui.model.findings.severity import Severity
from hsmtui.model.gates.create_hsm import judge_create_hsm, zones_for_hsm
from hsmtui.model.gates.delete_cluster import judge_delete_cluster
from hsmtui.model.gates.delete_hsm import judge_delete_hsm
from hsmtui.model.possible_changes import (
    NOT_READ,
    KnownBackups,
    KnownCluster,
    needs_roots,
    possible_changes,
)
from hsmtui.model.state import CLUSTER_STATES, HSM_STATES
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import Group
from tests.pems import certificate, hardware, request

ID = "cluster-fhtbm47tsjo"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SUBNETS = {"us-east-1a": "subnet-1", "us-east-1b": "subnet-2"}
OF_BACKUPS = {"backup.keep", "backup.copy", "backup.delete", "cluster.create"}


def hsm(number: int = 1, state: str | None = "ACTIVE", **more) -> Hsm:
    return Hsm(hsm_id=f"hsm-{number}", state=state, availability_zone="us-east-1a", **more)


def cluster(*hsms: Hsm, state: str | None = "ACTIVE", **more) -> Cluster:
    given = {
        "subnet_mapping": SUBNETS,
        "hsm_type": "hsm1.medium",
        "tag_list": (),
        "backup_retention_policy": BackupRetentionPolicy(type="DAYS", value="90"),
    }
    return Cluster(**{**given, "cluster_id": ID, "state": state, "hsms": hsms, **more})


def backup(state: str = "READY", number: int = 1, **more) -> Backup:
    return Backup(backup_id=f"backup-{number}", backup_state=state, cluster_id=ID, **more)


def known(of: Cluster, *backups: Backup, **more) -> KnownCluster:
    return KnownCluster(
        **{"cluster": of, "now": NOON, "backups": KnownBackups(backups, is_whole=True), **more}
    )


def why_not(of: KnownCluster) -> dict[str, str]:
    return {change.command: str(change.why_not) for change in possible_changes(of)}


def finding(rule: str, *commands: str) -> Finding:
    words = Advice("Do it: ", *(Step("{}", command) for command in commands), ".")
    return Finding(rule, Severity.HIGH, "title", (), "why", words)


def test_every_command_that_changes_something_is_judged():
    of_changes = {c.id for c in COMMANDS if c.group is Group.CHANGE and c.asks}
    assert set(why_not(known(cluster()))) == of_changes - {"cluster.actions"}


def test_of_a_cluster_that_is_well_all_can_be_done_but_what_its_state_forbids():
    reasons = why_not(known(cluster(hsm(1), hsm(2)), backup(), backup("PENDING_DELETION", 2)))
    assert {command: why for command, why in reasons.items() if why} == {
        "cluster.initialize": "only a cluster that is UNINITIALIZED can be initialized: "
        "this one is ACTIVE",
        "cluster.delete": "its HSMs must be deleted before the cluster can be",
    }


def test_what_can_be_done_comes_first_then_what_findings_ask_for():
    findings = (
        finding("RETENTION", "cluster.retention", "list.refresh"),
        finding("HSM-DEGRADED", "hsm.replace", "cluster.delete"),
        finding("SINGLE-AZ", "hsm.replace"),
    )
    changes = possible_changes(known(cluster(hsm()), findings=findings), ("tags.edit",))
    assert [(c.command, c.rules) for c in changes[:4]] == [
        ("cluster.retention", ("RETENTION",)),
        ("hsm.replace", ("HSM-DEGRADED", "SINGLE-AZ")),
        ("tags.edit", ()),
        ("cluster.add_hsm", ()),
    ]
    can = [not change.why_not for change in changes]
    assert can == sorted(can, reverse=True)
    shut = next(change for change in changes if change.why_not)
    assert (shut.command, shut.rules) == ("cluster.delete", ("HSM-DEGRADED",))


def test_read_only_shuts_all_with_the_same_words():
    reasons = why_not(known(cluster(hsm()), backup(), why_read_only="--read-only"))
    assert set(reasons.values()) == {"this connection is read-only: by --read-only"}


class TestHsms:
    def test_none_leaves_none_to_be_deleted_or_replaced(self):
        reasons = why_not(known(cluster()))
        assert reasons["hsm.delete"] == reasons["hsm.replace"] == "it has no HSM"
        assert reasons["cluster.delete"] == reasons["cluster.add_hsm"] == ""

    def test_that_all_go_are_said_together_and_one_by_itself(self):
        going = [hsm(number, "DELETE_IN_PROGRESS") for number in (1, 2)]
        assert why_not(known(cluster(*going)))["hsm.replace"] == "all its HSMs are being deleted"
        one = known(cluster(*going, hsm(3)), hsm_id="hsm-1")
        assert why_not(one)["hsm.delete"] == "this HSM is already being deleted"
        assert why_not(one._replace(hsm_id=None))["hsm.delete"] == ""

    def test_the_one_that_is_meant_has_gone(self):
        reasons = why_not(known(cluster(hsm()), hsm_id="hsm-9"))
        assert reasons["hsm.delete"] == "the service no longer lists this HSM"

    @pytest.mark.parametrize(("hsms", "state"), [(None, "ACTIVE"), ((), "DELETED")])
    def test_that_are_not_known_or_whose_cluster_is_gone_are_not_called_none(self, hsms, state):
        reasons = why_not(known(Cluster(cluster_id=ID, state=state, hsms=hsms)))
        assert reasons["hsm.delete"] not in {"", "it has no HSM"}
        assert reasons["cluster.add_hsm"]

    def test_one_more_is_not_created_where_the_cluster_takes_none(self):
        reasons = why_not(known(cluster(hsm(), state="UNINITIALIZED")))
        words = "the cluster is UNINITIALIZED, which has one HSM at most"
        assert reasons["cluster.add_hsm"] == reasons["hsm.replace"] == words
        assert reasons["hsm.delete"] == ""

    def test_a_cluster_without_subnets_takes_none(self):
        reasons = why_not(known(cluster(subnet_mapping={})))
        assert reasons["cluster.add_hsm"] == "the answer names no subnet of the cluster"


@given(
    st.sampled_from([*CLUSTER_STATES, "HIBERNATING", None]),
    st.none() | st.lists(st.sampled_from([*HSM_STATES, "LOST", None]), max_size=3),
    st.sampled_from(["hsm1.medium", "hsm2m.medium", "hsm9", None]),
    st.booleans(),
)
def test_what_can_be_done_is_what_the_gates_let_through(state, states, hsm_type, is_odd):
    hsms = None if states is None else tuple(hsm(n, each) for n, each in enumerate(states))
    odd = (Odd("Tags", "no list"),) if is_odd else ()
    of = Cluster(
        cluster_id=ID, state=state, hsms=hsms, subnet_mapping=SUBNETS, hsm_type=hsm_type, odd=odd
    )
    reasons = why_not(known(of))
    zones = [judge_create_hsm(ID, z.name, [of], why_read_only="") for z in zones_for_hsm(of)]
    assert (reasons["cluster.add_hsm"] == "") == any(gate.is_open for gate in zones)
    deletions = [
        judge_delete_hsm(each.hsm_id, ID, [of], why_read_only="") for each in of.hsms or ()
    ]
    assert (reasons["hsm.delete"] == "") == any(gate.is_open for gate in deletions)
    deletion = judge_delete_cluster(ID, [of], why_read_only="")
    assert (reasons["cluster.delete"] == "") == deletion.is_open
    if reasons["hsm.replace"] == "":
        assert reasons["hsm.delete"] == reasons["cluster.add_hsm"] == ""


class TestType:
    def test_never_changed_cannot_be_taken_back(self):
        assert why_not(known(cluster(hsm(), hsm_type="hsm2m.medium")))["cluster.hsm_type"]

    @pytest.mark.parametrize("hours", [1, -1])
    def test_can_be_taken_back_for_a_time(self, hours):
        ends = NOON + timedelta(hours=hours)
        of = cluster(hsm(), hsm_type="hsm2m.medium", hsm_type_rollback_expiration=ends)
        assert bool(why_not(known(of))["cluster.hsm_type"]) == (hours < 0)

    def test_changes_while_all_hsms_are_active(self):
        of = cluster(hsm(), hsm(2, "DEGRADED"))
        assert "hsm-2 is DEGRADED" in why_not(known(of))["cluster.hsm_type"]


class TestBackups:
    def test_that_are_not_read_are_not_guessed(self):
        for change in possible_changes(known(cluster(), backups=KnownBackups())):
            if change.command in {*OF_BACKUPS, "backup.restore"}:
                assert change.why_not == NOT_READ

    def test_of_which_one_is_ready_are_enough_however_many_there_are(self):
        some = KnownBackups((backup(),))
        reasons = why_not(known(cluster(), backups=some))
        assert {reasons[each] for each in OF_BACKUPS} == {""}
        assert reasons["backup.restore"] == str(NOT_READ)

    def test_of_which_the_newest_is_known_say_that_none_is_ready(self):
        newest = KnownBackups(has_newest=True)
        reasons = why_not(known(cluster(), backups=newest))
        assert {reasons[each] for each in OF_BACKUPS} == {"no backup of it is READY"}
        assert reasons["backup.restore"] == str(NOT_READ)

    def test_that_are_all_read_say_what_is_not_there(self):
        reasons = why_not(known(cluster(), backup("DELETED")))
        assert {reasons[each] for each in OF_BACKUPS} == {"no backup of it is READY"}
        assert reasons["backup.restore"] == "no backup of it is PENDING_DELETION"

    def test_that_could_not_be_read_say_why(self):
        failed = KnownBackups(unread="backups could not be read: denied")
        reasons = why_not(known(cluster(), backups=failed))
        assert reasons["backup.keep"] == "backups could not be read: denied"


class TestInitializing:
    CERTIFICATES = Certificates(
        cluster_csr=request(),
        hsm_certificate=certificate(),
        aws_hardware_certificate=hardware("AWS"),
        manufacturer_hardware_certificate=hardware("Maker"),
    )

    def test_takes_a_csr(self):
        of = cluster(hsm(), state="UNINITIALIZED")
        assert not needs_roots(of)
        assert "none before an HSM is ACTIVE" in why_not(known(of))["cluster.initialize"]

    def test_takes_a_chain_of_trust_that_holds(self):
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.derive_private_key(13, ec.SECP256R1())  # as in `hardware`
        aws, maker = (
            RootFile(f"/{name}", (certificate(name, key, name, key, authority=True),))
            for name in ("AWS", "Maker")
        )
        of = cluster(hsm(), state="UNINITIALIZED", certificates=self.CERTIFICATES)
        assert needs_roots(of)
        held = why_not(known(of, roots=Roots(aws, (maker,))))
        assert held["cluster.initialize"] == ""
        assert "the chain of trust" in why_not(known(of))["cluster.initialize"]
