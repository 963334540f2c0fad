"""When a cluster may be created from a backup, judged from what the service listed, and what it is
then asked for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.backup import Backup
from hsmtui.model.cluster import BackupRetentionPolicy, Cluster, Tag
from hsmtui.model.entry import Odd
from hsmtui.model.gates.create_cluster import CreateClusterGate, judge_create_cluster
from hsmtui.model.gates.gate import Reason
from hsmtui.model.hsm_types import HSM1, HSM2
from hsmtui.model.new_cluster import NewCluster, cluster_from, mode_of, network_types_for
from hsmtui.model.redaction import MASK

BACKUP, CLUSTER = "backup-rtq2dwi2gq6", "cluster-fhtbm47tsjo"
SUBNETS = ("subnet-0123456789abcdef0", "subnet-12345678")
NEW = NewCluster(SUBNETS, "FIPS", "IPV4")


def backup(**more: Any) -> Backup:
    told = {"backup_id": BACKUP, "backup_state": "READY", "cluster_id": CLUSTER, "mode": "FIPS"}
    return Backup(**{**told, "hsm_type": HSM2, **more})


def judged(
    *listed: Backup, new: NewCluster = NEW, cluster_id: str | None = CLUSTER, why: str = ""
) -> CreateClusterGate:
    return judge_create_cluster(BACKUP, cluster_id, new, listed, why_read_only=why)


def test_a_gate_starts_shut():
    assert not CreateClusterGate(BACKUP, new=NEW).allows(BACKUP)


@pytest.mark.parametrize("hsm_type", [HSM2, HSM1, None])
@pytest.mark.parametrize("mode", ["FIPS", None])
def test_a_backup_that_is_ready_opens(hsm_type, mode):
    assert judged(backup(hsm_type=hsm_type, mode=mode)).allows(BACKUP)


def test_so_does_one_of_the_other_mode_for_a_cluster_of_that():
    assert judged(backup(mode="NON_FIPS"), new=NEW._replace(mode="NON_FIPS")).is_open


def test_so_does_a_copy():
    assert judged(backup(source_region="us-east-2", source_backup="backup-aaaaaaaaaaa")).is_open


@pytest.mark.parametrize(
    ("listed", "reason", "words"),
    [
        ([], Reason.GONE, "no longer lists this backup"),
        ([backup(), backup()], Reason.UNCHECKED, "2 backups with this id"),
        ([backup(backup_id="backup-aaaaaaaaaaa")], Reason.UNCHECKED, "another backup"),
        ([backup(odd=(Odd("Mode", "7"),))], Reason.UNCHECKED, "could not be read whole"),
        ([backup(backup_state=None)], Reason.UNCHECKED, "no state"),
        ([backup(backup_state="DELETED")], Reason.DELETED, "deleted for good"),
        ([backup(backup_state="PENDING_DELETION")], Reason.STATE, "this one is PENDING_DELETION"),
        ([backup(backup_state="CREATE_IN_PROGRESS")], Reason.STATE, "CREATE_IN_PROGRESS"),
        ([backup(backup_state="NEW_STATE")], Reason.STATE, "NEW_STATE"),
        ([backup(cluster_id="cluster-other234567")], Reason.UNCHECKED, "cluster-other234567"),
        ([backup(cluster_id=None)], Reason.UNCHECKED, "names no cluster"),
        ([backup(mode="NON_FIPS")], Reason.RULES, "is NON_FIPS, and the cluster would be FIPS"),
        ([backup(hsm_type="hsm3.large")], Reason.RULES, "the backup is of hsm3.large"),
    ],
)
def test_all_else_shuts_it_and_says_why(listed, reason, words):
    gate = judged(*listed)
    assert gate.reason is reason
    assert words in gate.why_shut


@pytest.mark.parametrize(
    ("new", "reason", "words"),
    [
        (NEW._replace(mode=None), Reason.UNCHECKED, "tells the mode"),
        (NEW._replace(hsm_type=HSM1), Reason.RULES, "not of hsm1.medium"),
        (NEW._replace(subnet_ids=()), Reason.RULES, "one subnet at least"),
        (NEW._replace(subnet_ids=("subnet-x",)), Reason.RULES, "no subnet id"),
    ],
)
def test_what_the_service_would_refuse_shuts_it(new, reason, words):
    gate = judged(backup(mode=new.mode), new=new)
    assert gate.reason is reason
    assert words in gate.why_shut


def test_read_only_comes_last():
    assert judged(backup(), why="a test").reason is Reason.READ_ONLY
    assert judged(backup(backup_state="DELETED"), why="a test").reason is Reason.DELETED


@given(st.booleans(), st.sampled_from(["READY", "DELETED", None]), st.text(max_size=12))
def test_it_opens_for_nothing_but_the_exact_backup(is_same, state, other):
    listed = backup(backup_id=BACKUP if is_same else other, backup_state=state)
    assert judged(listed).is_open == (listed.backup_id == BACKUP and state == "READY")


def source(**more: Any) -> Cluster:
    return Cluster(cluster_id=CLUSTER, **more)


@pytest.mark.parametrize(
    ("of", "cluster", "mode"),
    [
        (backup(mode="NON_FIPS"), source(mode="FIPS"), "NON_FIPS"),
        (backup(mode=None), source(mode="NON_FIPS"), "NON_FIPS"),
        (backup(mode=None, hsm_type=HSM1), None, "FIPS"),
        (backup(mode=None, hsm_type=None), source(hsm_type=HSM1), "FIPS"),
        (backup(mode=None), source(), None),
        (backup(mode=None), None, None),
    ],
)
def test_the_mode_is_that_of_the_backup_else_of_its_cluster(of, cluster, mode):
    assert mode_of(of, cluster) == mode
    assert cluster_from(of, cluster, SUBNETS, "IPV4").mode == mode


@pytest.mark.parametrize(
    ("days", "kept"), [("7", 7), ("90", 90), ("379", 379), ("380", None), ("6", None), ("x", None)]
)
def test_retention_is_that_of_its_cluster_where_the_service_takes_it(days, kept):
    of = source(backup_retention_policy=BackupRetentionPolicy("DAYS", days))
    assert cluster_from(backup(), of, SUBNETS, "IPV4").retention_days == kept


def test_tags_are_those_of_its_cluster_but_for_its_name_awss_own_and_what_is_masked():
    kept = Tag("Environment", "dev")
    tags = (Tag("Name", "prod"), kept, Tag("aws:x", "y"), Tag("word", f"is {MASK}"))
    new = cluster_from(backup(), source(tag_list=tags), SUBNETS, "IPV4")
    assert new == NewCluster(SUBNETS, "FIPS", "IPV4", tags=(kept,))
    assert cluster_from(backup(), None, SUBNETS, "IPV4").tags == ()


@pytest.mark.parametrize(
    ("cluster", "types"),
    [
        (None, ("IPV4",)),
        (source(), ("IPV4",)),
        (source(network_type="IPV4"), ("IPV4",)),
        (source(network_type="DUALSTACK"), ("IPV4", "DUALSTACK")),
        (
            source(network_type="DUALSTACK", subnet_mapping=dict(zip("ab", SUBNETS, strict=True))),
            ("DUALSTACK",),
        ),
        (
            source(network_type="DUALSTACK", subnet_mapping={"a": SUBNETS[0]}),
            ("IPV4", "DUALSTACK"),
        ),
    ],
)
def test_the_network_type_is_asked_for_only_in_other_subnets(cluster, types):
    assert network_types_for(cluster, SUBNETS) == types
