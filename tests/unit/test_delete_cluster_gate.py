"""The gate: when a cluster may be deleted, judged from what the service listed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.gates.delete_cluster import DeleteClusterGate, judge_delete_cluster
from hsmtui.model.gates.gate import Reason
from hsmtui.model.state import CLUSTER_STATES

ID = "cluster-fhtbm47tsjo"
EMPTY = Cluster(cluster_id=ID, state="ACTIVE", hsms=())
HSM_STATES = ("CREATE_IN_PROGRESS", "ACTIVE", "DEGRADED", "DELETE_IN_PROGRESS", "DELETED", None)


def with_hsm(state: str | None) -> Cluster:
    return Cluster(cluster_id=ID, state="ACTIVE", hsms=(Hsm(hsm_id="hsm-1", state=state),))


def test_a_gate_starts_shut():
    gate = DeleteClusterGate(ID)
    assert not gate.is_open
    assert not gate.allows(ID)


def test_exactly_this_cluster_with_an_empty_list_opens():
    gate = judge_delete_cluster(ID, [EMPTY], why_read_only="")
    assert gate.is_open
    assert gate.allows(ID)


@pytest.mark.parametrize("typed", ["", ID[:-1], ID + " ", " " + ID, ID.upper(), "yes", "y"])
def test_only_the_exact_id_is_a_confirmation(typed):
    assert not judge_delete_cluster(ID, [EMPTY], why_read_only="").allows(typed)


@pytest.mark.parametrize("state", HSM_STATES)
def test_an_hsm_in_any_state_shuts(state):
    gate = judge_delete_cluster(ID, [with_hsm(state)], why_read_only="")
    assert gate.reason is Reason.HSMS
    assert len(gate.hsms) == 1
    assert not gate.allows(ID)


def test_the_hsms_that_shut_it_are_named():
    hsms = (Hsm(hsm_id="hsm-1", state="ACTIVE"), Hsm(hsm_id="hsm-2", state="DELETED"))
    gate = judge_delete_cluster(ID, [Cluster(cluster_id=ID, hsms=hsms)], why_read_only="")
    assert gate.why_shut == f"{Reason.HSMS.value} (hsm-1, hsm-2)"


def test_where_something_else_shuts_it_they_are_not_named_as_the_reason():
    gate = judge_delete_cluster(ID, [with_hsm("ACTIVE")], why_read_only="a rule")
    assert gate.hsms
    assert gate.why_shut == "this connection is read-only: by a rule"
    assert judge_delete_cluster(ID, [EMPTY], why_read_only="").why_shut == ""


def test_hsms_without_an_id_are_in_the_way_and_have_no_name():
    hsms = (Hsm(state="ACTIVE"),)
    gate = judge_delete_cluster(ID, [Cluster(cluster_id=ID, hsms=hsms)], why_read_only="")
    assert gate.reason is Reason.HSMS
    assert gate.why_shut == Reason.HSMS.value


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        ([], Reason.GONE),
        ([EMPTY, EMPTY], Reason.UNCHECKED),
        ([Cluster(cluster_id="cluster-other234567", hsms=())], Reason.UNCHECKED),
        ([Cluster(cluster_id=ID.upper(), hsms=())], Reason.UNCHECKED),
        ([Cluster(cluster_id=ID, state="ACTIVE", hsms=None)], Reason.UNCHECKED),
        ([Cluster(cluster_id=ID, state="DELETE_IN_PROGRESS", hsms=())], Reason.DELETING),
        ([Cluster(cluster_id=ID, state="DELETED", hsms=())], Reason.DELETED),
    ],
)
def test_what_else_comes_shuts(listed, reason):
    gate = judge_delete_cluster(ID, listed, why_read_only="")
    assert gate.reason is reason
    assert not gate.allows(ID)


def test_read_only_shuts_and_still_shows_the_hsms():
    assert judge_delete_cluster(ID, [EMPTY], why_read_only="a rule").reason is Reason.READ_ONLY
    assert judge_delete_cluster(ID, [with_hsm("ACTIVE")], why_read_only="a rule").hsms


def test_a_failed_look_shuts_an_open_gate_and_keeps_what_was_known():
    gate = judge_delete_cluster(ID, [EMPTY], why_read_only="").shut(Reason.UNCHECKED, "time-out")
    assert not gate.allows(ID)
    assert gate.cluster is EMPTY
    assert gate.detail == "time-out"


clusters = st.builds(
    Cluster,
    cluster_id=st.sampled_from([ID, "cluster-2222222222a", ""]),
    state=st.sampled_from([*CLUSTER_STATES, None, "NEW_STATE"]),
    hsms=st.none()
    | st.lists(st.builds(Hsm, state=st.sampled_from(HSM_STATES)), max_size=2).map(tuple),
)


@given(st.lists(clusters, max_size=3), st.sampled_from(["", "a rule"]))
def test_open_means_one_cluster_of_this_id_without_hsms_and_not_going(listed, why_read_only):
    opened = judge_delete_cluster(ID, listed, why_read_only=why_read_only).is_open
    assert opened == (
        len(listed) == 1
        and listed[0].cluster_id == ID
        and listed[0].hsms == ()
        and listed[0].state not in {"DELETED", "DELETE_IN_PROGRESS"}
        and not why_read_only
    )
