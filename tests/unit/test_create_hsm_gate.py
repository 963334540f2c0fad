"""When a cluster may be given an HSM, judged from what the service listed, and what it then is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.entry import Odd
from hsmtui.model.gates.create_hsm import (
    MOST_OF_A_CLUSTER,
    CreateHsmGate,
    Zone,
    judge_create_hsm,
    zones_for_hsm,
)
from hsmtui.model.gates.gate import Reason
from hsmtui.model.state import CLUSTER_STATES

CLUSTER, ZONE = "cluster-fhtbm47tsjo", "us-east-1a"
SUBNETS = {"us-east-1a": "subnet-1", "us-east-1b": "subnet-2", "us-east-1c": "subnet-3"}
TAKES_MORE = {"ACTIVE", "DEGRADED", "UPDATE_IN_PROGRESS"}
TAKES_ONE = {"UNINITIALIZED", "INITIALIZE_IN_PROGRESS", "INITIALIZED"}
TAKES_NONE = {
    "CREATE_IN_PROGRESS",
    "MODIFY_IN_PROGRESS",
    "ROLLBACK_IN_PROGRESS",
    "DELETE_IN_PROGRESS",
    "DELETED",
}


def hsm(number: int, zone: str | None = ZONE, state: str | None = "ACTIVE") -> Hsm:
    return Hsm(hsm_id=f"hsm-{number}", state=state, availability_zone=zone)


def cluster(*hsms: Hsm, state: str | None = "ACTIVE", **more) -> Cluster:
    return Cluster(
        **{"cluster_id": CLUSTER, "state": state, "hsms": hsms, "subnet_mapping": SUBNETS, **more}
    )


def judged(*listed: Cluster, zone: str = ZONE, why_read_only: str = "") -> CreateHsmGate:
    return judge_create_hsm(CLUSTER, zone, listed, why_read_only=why_read_only)


def test_a_gate_starts_shut():
    assert not CreateHsmGate(CLUSTER, zone=ZONE).allows(CLUSTER)
    assert CreateHsmGate(CLUSTER, zone=ZONE).warnings == frozenset()


def test_every_state_is_of_one_kind():
    assert {*TAKES_MORE, *TAKES_ONE, *TAKES_NONE} == set(CLUSTER_STATES)


@pytest.mark.parametrize("state", [*sorted(TAKES_MORE), "NEW_STATE"])
def test_a_cluster_that_is_listed_opens(state):
    assert judged(cluster(hsm(1), hsm(2), state=state)).allows(CLUSTER)


@pytest.mark.parametrize("state", sorted(TAKES_ONE))
def test_before_it_is_active_it_has_one(state):
    assert judged(cluster(state=state)).is_open
    gate = judged(cluster(hsm(1), state=state))
    assert (gate.reason, gate.allows(CLUSTER)) == (Reason.RULES, False)
    assert state in gate.why_shut


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        ([], Reason.GONE),
        ([cluster(), cluster()], Reason.UNCHECKED),
        ([cluster(cluster_id="cluster-other234567")], Reason.UNCHECKED),
        ([cluster(hsms=None)], Reason.UNCHECKED),
        ([cluster(state=None)], Reason.UNCHECKED),
        ([cluster(odd=(Odd("VpcId", "5"),))], Reason.UNCHECKED),
        ([cluster(state="CREATE_IN_PROGRESS")], Reason.STATE),
        ([cluster(hsm(1), state="MODIFY_IN_PROGRESS")], Reason.STATE),
        ([cluster(hsm(1), state="ROLLBACK_IN_PROGRESS")], Reason.STATE),
        ([cluster(state="DELETE_IN_PROGRESS")], Reason.DELETING),
        ([cluster(state="DELETED")], Reason.DELETED),
        ([cluster(*map(hsm, range(MOST_OF_A_CLUSTER)))], Reason.RULES),
        ([cluster(subnet_mapping=None)], Reason.RULES),
        ([cluster(subnet_mapping={"us-east-1b": "subnet-2"})], Reason.RULES),
    ],
)
def test_what_else_comes_shuts_and_says_why(listed, reason):
    gate = judged(*listed)
    assert gate.reason is reason
    assert gate.why_shut
    assert not gate.allows(CLUSTER)


def test_a_rule_forbids_it():
    gate = judged(cluster(), why_read_only="a rule")
    assert (gate.reason, "a rule" in gate.why_shut) == (Reason.READ_ONLY, True)


@pytest.mark.parametrize(
    ("hsms", "zone", "then"),
    [
        ([], ZONE, "Then: 1 HSM in 1 availability zone."),
        ([hsm(1)], ZONE, "Then: 2 HSMs in 1 availability zone."),
        ([hsm(1)], "us-east-1b", "Then: 2 HSMs in 2 availability zones."),
        ([hsm(1, state="DELETED"), hsm(2)], "us-east-1b", "Then: 2 HSMs in 2 availability zones."),
        ([hsm(1, "us-east-1b", "DEGRADED")], ZONE, "Then: 2 HSMs in 2 availability zones."),
    ],
)
def test_what_it_then_is(hsms, zone, then):
    assert judged(cluster(*hsms), zone=zone).warnings == {then}


def test_the_emptiest_zone_comes_first():
    given = cluster(
        hsm(1), hsm(2, "us-east-1c"), hsm(3, "us-east-1c"), hsm(4, "us-east-1b", "DELETED")
    )
    assert zones_for_hsm(given) == [
        Zone("us-east-1b", "subnet-2", 0),
        Zone("us-east-1a", "subnet-1", 1),
        Zone("us-east-1c", "subnet-3", 2),
    ]
    assert zones_for_hsm(cluster(subnet_mapping=None)) == []


hsms = st.builds(
    Hsm,
    hsm_id=st.sampled_from(["hsm-1", "hsm-2"]),
    state=st.sampled_from(["ACTIVE", "DEGRADED", "DELETED", "NEW_STATE", None]),
    availability_zone=st.sampled_from([*SUBNETS, None]),
)
clusters = st.builds(
    Cluster,
    cluster_id=st.sampled_from([CLUSTER, "cluster-2222222222a"]),
    state=st.sampled_from([*CLUSTER_STATES, None, "NEW_STATE"]),
    hsms=st.none() | st.lists(hsms, max_size=3).map(tuple),
    subnet_mapping=st.sampled_from([None, {}, SUBNETS, {"us-east-1b": "subnet-2"}]),
)


@given(st.lists(clusters, max_size=2), st.sampled_from(["", "a rule"]))
def test_open_means_one_cluster_that_takes_one_in_the_zone(listed, why_read_only):
    assert judged(*listed, why_read_only=why_read_only).is_open == (
        len(listed) == 1
        and listed[0].cluster_id == CLUSTER
        and listed[0].hsms is not None
        and listed[0].state in {*TAKES_MORE, "NEW_STATE", *([] if listed[0].hsms else TAKES_ONE)}
        and ZONE in (listed[0].subnet_mapping or {})
        and not why_read_only
    )
