"""What can be waited for, and when it is there or cannot come any more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.state import CLUSTER_STATES, HSM_STATES
from hsmtui.model.wait_goal import GOAL_WORDS, WaitGoal, wait_goal


def cluster(*states: str | None, state: str | None = "ACTIVE") -> Cluster:
    hsms = tuple(Hsm(hsm_id=f"hsm-{number}", state=each) for number, each in enumerate(states))
    return Cluster(cluster_id="cluster-1", state=state, hsms=hsms)


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        *((state, WaitGoal(state=state)) for state in CLUSTER_STATES if state != "DELETED"),
        (" active ", WaitGoal(state="ACTIVE")),
        ("Initialize_In_Progress", WaitGoal(state="INITIALIZE_IN_PROGRESS")),
        ("deleted", WaitGoal()),
        ("DELETED", WaitGoal()),
        ("hsms=0", WaitGoal(hsms=0)),
        ("HSMS=28", WaitGoal(hsms=28)),
    ],
)
def test_a_word_is_read_in_any_case(text, goal):
    assert wait_goal(text) == goal
    assert wait_goal(goal.words) == goal


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("activex", "the nearest is ACTIVE"),
        ("", "there are CREATE_IN_PROGRESS"),
        ("hsms", "hsms= and a number from 0 to 28"),
        ("hsms=", "a number from 0"),
        ("hsms=29", "a number from 0"),
        ("hsms=-1", "a number from 0"),
        ("hsms=two", "a number from 0"),
        ("hsms=9999999999", "a number from 0"),
        ("hsms=\u0663", "a number from 0"),
    ],
)
def test_what_cannot_be_waited_for_is_refused_with_what_can(text, words):
    with pytest.raises(ValueError, match=words):
        wait_goal(text)


def test_every_word_of_the_help_can_be_given():
    for word in GOAL_WORDS:
        wait_goal(word.replace("N", "2") if word.startswith("hsms") else word)


def test_so_many_hsms_are_active_and_no_more():
    goal = WaitGoal(hsms=2)
    assert goal.is_reached(cluster("ACTIVE", "ACTIVE", "DEGRADED", "CREATE_IN_PROGRESS"))
    assert not goal.is_reached(cluster("ACTIVE"))
    assert not goal.is_reached(cluster("ACTIVE", "ACTIVE", "ACTIVE"))
    assert not goal.is_reached(Cluster(cluster_id="cluster-1", state="ACTIVE", hsms=None))


def test_none_is_none_in_whatever_state():
    assert WaitGoal(hsms=0).is_reached(cluster())
    assert not WaitGoal(hsms=0).is_reached(cluster("DELETE_IN_PROGRESS"))
    assert not WaitGoal(hsms=0).is_reached(Cluster(cluster_id="cluster-1", hsms=None))


def test_deleted_is_not_listed_or_deleted():
    assert WaitGoal().is_reached(None)
    assert WaitGoal().is_reached(cluster(state="DELETED"))
    assert not WaitGoal().is_reached(cluster(state="DELETE_IN_PROGRESS"))


@given(
    st.sampled_from([*CLUSTER_STATES, "HIBERNATING", None]),
    st.lists(st.sampled_from([*HSM_STATES, None]), max_size=3),
    st.sampled_from([*(WaitGoal(state=s) for s in CLUSTER_STATES if s != "DELETED"), WaitGoal()])
    | st.builds(WaitGoal, st.none(), st.integers(0, 3)),
)
def test_what_is_there_can_come_and_what_is_gone_is_not_waited_for(state, states, goal):
    now = cluster(*states, state=state)
    if goal.is_reached(now) and state != "DELETED":
        assert not goal.why_never(now) or (goal.hsms and state == "DELETE_IN_PROGRESS")
    assert goal.is_reached(None) == goal.is_deletion
    assert goal.why_never(None) == "is not listed"
    assert bool(goal.why_never(cluster(state="DELETE_IN_PROGRESS"))) == bool(
        goal.hsms or goal.state not in {None, "DELETE_IN_PROGRESS"}
    )
