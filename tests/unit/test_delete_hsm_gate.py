"""When an HSM may be deleted, judged from what the service listed, and what that leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.gates.delete_hsm import GOING, DeleteHsmGate, judge_delete_hsm, remains
from hsmtui.model.gates.gate import Reason
from hsmtui.model.state import CLUSTER_STATES

ID, CLUSTER = "hsm-fhtbm47tsjo", "cluster-fhtbm47tsjo"
HSM_STATES = ("CREATE_IN_PROGRESS", "ACTIVE", "DEGRADED", "DELETE_IN_PROGRESS", "DELETED", None)


def hsm(hsm_id: str = ID, state: str | None = "ACTIVE", zone: str | None = "a") -> Hsm:
    return Hsm(hsm_id=hsm_id, state=state, availability_zone=zone)


def cluster(*hsms: Hsm, state: str | None = "ACTIVE", cluster_id: str = CLUSTER) -> Cluster:
    return Cluster(cluster_id=cluster_id, state=state, hsms=hsms)


def judged(*listed: Cluster, why_read_only: str = "") -> DeleteHsmGate:
    return judge_delete_hsm(ID, CLUSTER, listed, why_read_only=why_read_only)


def test_a_gate_starts_shut():
    assert not DeleteHsmGate(ID).allows(ID)


@pytest.mark.parametrize("state", ["ACTIVE", "DEGRADED", "CREATE_IN_PROGRESS", "NEW_STATE", None])
def test_an_hsm_that_is_listed_and_not_going_opens(state):
    gate = judged(cluster(hsm("hsm-2"), hsm(state=state)))
    assert gate.allows(ID)
    assert gate.hsm is not None
    assert gate.hsm.state == state


@pytest.mark.parametrize("typed", ["", ID[:-1], ID + " ", ID.upper(), CLUSTER, "hsm-2"])
def test_only_the_exact_id_is_a_confirmation(typed):
    assert not judged(cluster(hsm("hsm-2"), hsm())).allows(typed)


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        ([], Reason.GONE),
        ([cluster(hsm()), cluster(hsm())], Reason.UNCHECKED),
        ([cluster(hsm(), cluster_id="cluster-other234567")], Reason.UNCHECKED),
        ([cluster(hsm(), cluster_id=CLUSTER.upper())], Reason.UNCHECKED),
        ([Cluster(cluster_id=CLUSTER, state="ACTIVE", hsms=None)], Reason.UNCHECKED),
        ([cluster(hsm(), hsm())], Reason.UNCHECKED),
        ([cluster()], Reason.GONE),
        ([cluster(hsm("hsm-2"))], Reason.GONE),
        ([cluster(hsm(ID.upper()))], Reason.GONE),
        ([cluster(hsm(state="DELETE_IN_PROGRESS"))], Reason.DELETING),
        ([cluster(hsm(state="DELETED"))], Reason.DELETED),
        ([cluster(hsm(), state="DELETE_IN_PROGRESS")], Reason.CLUSTER),
        ([cluster(hsm(), state="DELETED")], Reason.CLUSTER),
    ],
)
def test_what_else_comes_shuts_and_says_why(listed, reason):
    gate = judged(*listed)
    assert gate.reason is reason
    assert gate.why_shut
    assert not gate.allows(ID)


def test_the_words_are_about_the_hsm():
    assert "this HSM" in judged(cluster()).why_shut
    assert "this HSM" in judged(cluster(hsm(state="DELETED"))).why_shut
    assert "a rule" in judged(cluster(hsm()), why_read_only="a rule").why_shut


hsms = st.builds(
    Hsm,
    hsm_id=st.sampled_from([ID, "hsm-2", ""]),
    state=st.sampled_from([*HSM_STATES, "NEW_STATE"]),
    availability_zone=st.sampled_from(["a", "b", None]),
)
clusters = st.builds(
    Cluster,
    cluster_id=st.sampled_from([CLUSTER, "cluster-2222222222a"]),
    state=st.sampled_from([*CLUSTER_STATES, None, "NEW_STATE"]),
    hsms=st.none() | st.lists(hsms, max_size=3).map(tuple),
)


@given(st.lists(clusters, max_size=2), st.sampled_from(["", "a rule"]))
def test_open_means_one_cluster_with_one_such_hsm_and_neither_going(listed, why_read_only):
    found = [h for c in listed for h in c.hsms or () if h.hsm_id == ID]
    assert judged(*listed, why_read_only=why_read_only).is_open == (
        len(listed) == 1
        and listed[0].cluster_id == CLUSTER
        and listed[0].state not in GOING
        and len(found) == 1
        and found[0].state not in GOING
        and not why_read_only
    )


@pytest.mark.parametrize(
    ("goes", "others", "left"),
    [
        (hsm(), [], (0, 0, True, True)),
        (hsm(), [hsm("2")], (1, 1, False, False)),
        (hsm(), [hsm("2", zone="b")], (1, 1, False, True)),
        (hsm(), [hsm("2", "DEGRADED")], (1, 0, True, True)),
        (hsm(), [hsm("2", "DEGRADED"), hsm("3", zone="b")], (2, 1, False, True)),
        (hsm(state="DEGRADED"), [hsm("2", "DEGRADED", "b")], (1, 0, False, True)),
        (hsm(state="DEGRADED"), [hsm("2", "DEGRADED")], (1, 0, False, False)),
        (hsm(), [hsm("2", "DELETE_IN_PROGRESS"), hsm("3", "DELETED")], (0, 0, True, True)),
        (hsm(zone=None), [hsm("2", zone=None)], (1, 1, False, None)),
        (hsm(), [hsm("2", zone="b"), hsm("3", zone=None)], (2, 2, False, None)),
        (hsm(), [hsm("2"), hsm("3", zone=None)], (2, 2, False, False)),
        (hsm(zone=None), [], (0, 0, True, True)),
    ],
)
def test_what_a_cluster_is_left_with(goes, others, left):
    assert remains(cluster(goes, *others), goes) == left


@pytest.mark.parametrize(
    ("others", "warnings"),
    [
        ([hsm("2"), hsm("3", zone="b")], {"HSMs left: 2, active: 2."}),
        (
            [hsm("2", zone="b"), hsm("3", zone="b")],
            {"HSMs left: 2, active: 2.", "It is the last one in its availability zone."},
        ),
        (
            [hsm("2", "DEGRADED"), hsm("3", "DEGRADED", zone="b")],
            {"HSMs left: 2, active: 0.", "It is the last active one."},
        ),
        (
            [hsm("2"), hsm("3", "DEGRADED", zone="b")],
            {"HSMs left: 2, active: 1."},
        ),
        (
            [hsm("2", zone=None)],
            {
                "HSMs left: 1, active: 1.",
                "It is not known whether it is the last one in its availability zone.",
            },
        ),
    ],
)
def test_what_is_warned_of(others, warnings):
    assert judged(cluster(hsm(), *others)).warnings == warnings


def test_of_an_hsm_that_is_not_there_nothing_is_warned():
    assert DeleteHsmGate(ID).warnings == frozenset()
    assert judged(cluster(hsm("2"))).warnings == frozenset()
