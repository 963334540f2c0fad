"""No trouble falls between the rules: every state of a cluster with every small set of HSMs.

What must be said of each is stated here from the service's documents, by what an operator would
call it, in a form of its own: a table by cluster state, and counts of HSMs by their states.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement

import pytest

from hsmtui.model.backup import Backup
from hsmtui.model.cluster import BackupRetentionPolicy, Cluster, Hsm, decode_cluster
from hsmtui.model.findings.evaluate import RULES, find
from hsmtui.model.findings.finding import Known
from hsmtui.model.findings.limits import Rules
from tests.health import WELL
from tests.parts import part_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

SERVES, PREPARES, LEAVES, GONE, UNCLEAR = "serves", "prepares", "leaves", "gone", "unclear"
WHAT_A_CLUSTER_DOES = {
    "CREATE_IN_PROGRESS": PREPARES,
    "UNINITIALIZED": PREPARES,
    "INITIALIZE_IN_PROGRESS": PREPARES,
    "INITIALIZED": PREPARES,
    "ACTIVE": SERVES,
    "UPDATE_IN_PROGRESS": SERVES,
    "MODIFY_IN_PROGRESS": SERVES,
    "ROLLBACK_IN_PROGRESS": SERVES,
    "DEGRADED": SERVES,
    "DELETE_IN_PROGRESS": LEAVES,
    "DELETED": GONE,
    "HIBERNATED": UNCLEAR,
    "RESIZE_IN_PROGRESS": UNCLEAR,
    "": UNCLEAR,
    None: UNCLEAR,
}
HSM_STATES = (
    *("CREATE_IN_PROGRESS", "ACTIVE", "DEGRADED", "DELETE_IN_PROGRESS", "DELETED"),
    *("FROZEN", None),
)
MOST_HSMS = 3
HSM_SETS = [
    states
    for number in range(MOST_HSMS + 1)
    for states in combinations_with_replacement(HSM_STATES, number)
]
AGES = {"new": 10 * MINUTE, "young": 5 * HOUR, "old": 100 * DAY}
BACKUPS = {"none": (), "old": (3 * DAY,), "fresh": (2 * HOUR, 3 * DAY), "not read": None}

NEED_THE_STATE = {
    *("CL-DEGRADED", "BACKUP-STALE", "SINGLE-HSM", "NO-HSM"),
    *("UNINIT-STALE", "NOT-ACTIVATED", "MIGRATING"),
}
"""Rules that say nothing of a cluster whose state nobody can interpret, and say so."""

NEED_THE_HSMS = {
    *("NO-ACTIVE-HSM", "HSM-DEGRADED", "BACKUP-STALE", "SINGLE-HSM", "NO-HSM"),
    *("SINGLE-AZ", "TWO-HSM", "UNINIT-STALE", "HSM-UNHEALTHY", "NEAR-LIMIT"),
}
"""Rules that say that they could not be evaluated where there is no list of HSMs."""


def cluster(state, hsms, age="old"):
    """A cluster in which nothing is wrong but what follows from these."""
    return Cluster(
        cluster_id="cluster-1",
        state=state,
        hsm_type="hsm2m.medium",
        hsms=hsms
        if hsms is None
        else tuple(
            Hsm(
                hsm_id=f"hsm-{n}",
                state=each,
                availability_zone=f"us-east-1{'abc'[n]}",
                hsm_type="hsm2m.medium",
            )
            for n, each in enumerate(hsms)
        ),
        create_timestamp=NOW - AGES[age],
        backup_retention_policy=BackupRetentionPolicy(type="DAYS", value="90"),
        subnet_mapping={f"us-east-1{zone}": f"subnet-{zone}" for zone in "abc"},
    )


def said(subject, backups="fresh", begun=MINUTE):
    """The rules that find something, each with its severity, and those not evaluated.

    The state began `begun` ago, as somebody saw.
    """
    ages = BACKUPS[backups]
    read = (
        ages
        if ages is None
        else tuple(
            Backup(backup_id=f"backup-{n}", backup_state="READY", create_timestamp=NOW - age)
            for n, age in enumerate(ages)
        )
    )
    known = Known(NOW - begun, read, state_before=NOW - begun, health=WELL)
    findings = find(subject, NOW, Rules(), known)
    return (
        {one.rule: one.severity.word for one in findings.findings},
        {one.rule for one in findings.unchecked},
    )


def expected(state, states, age, backups):  # noqa: C901 - a list of cases
    """What must be found, and what must be said not to be known, of a cluster and its HSMs."""
    does, count = WHAT_A_CLUSTER_DOES[state], Counter(states)
    there = sum(count.values()) - count["DELETED"]
    works = count["ACTIVE"]
    found, unknown = {}, set()
    if does in {LEAVES, GONE}:
        return found, unknown
    # each HSM for itself
    if count["DEGRADED"]:
        found["HSM-DEGRADED"] = "critical"
    elif count["FROZEN"] or count[None]:
        unknown.add("HSM-DEGRADED")
    if works == 2:
        found["TWO-HSM"] = "info"
    # an outage: clients want the cluster, or may want it, and no HSM answers
    just_made = age == "new" and count["CREATE_IN_PROGRESS"] == there
    if does in {SERVES, UNCLEAR} and there and not works and not just_made:
        found["NO-ACTIVE-HSM"] = "critical"
    # the cluster as a whole
    if state == "DEGRADED":
        found["CL-DEGRADED"] = "critical"
    if state in {"MODIFY_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"}:
        found["MIGRATING"] = "info"
    if state == "UNINITIALIZED" and there and age == "old":
        found["UNINIT-STALE"] = "medium"
    if state == "INITIALIZED" and age == "old":
        found["NOT-ACTIVATED"] = "medium"
    if state == "CREATE_IN_PROGRESS" and age != "new":
        found["STUCK"] = "critical"  # it began when the cluster was created
    if does == SERVES:
        if not there:
            found["NO-HSM"] = "medium"
        if works == 1:
            found["SINGLE-HSM"] = "high"
        if age == "old":
            if backups == "not read":
                unknown.add("BACKUP-STALE")
            elif backups == "none" or (backups == "old" and there):
                found["BACKUP-STALE"] = "high"
    if does == UNCLEAR:
        unknown |= NEED_THE_STATE
        if not str(state).endswith("_IN_PROGRESS"):
            unknown.add("STUCK")
    return found, unknown


@pytest.mark.in_parts
@pytest.mark.parametrize("state", part_of(WHAT_A_CLUSTER_DOES))
def test_every_combination_says_what_it_must(state):
    wrong = [
        (states, age, backups, says, must)
        for states in HSM_SETS
        for age in AGES
        for backups in BACKUPS
        if (says := said(cluster(state, states, age), backups))
        != (must := expected(state, states, age, backups))
    ]
    assert wrong[:5] == []


@pytest.mark.parametrize("state", WHAT_A_CLUSTER_DOES)
def test_the_order_of_the_hsms_is_no_matter(state):
    for states in HSM_SETS:
        assert said(cluster(state, states[::-1])) == said(cluster(state, states))


def is_clean(subject):
    found, unknown = said(subject)
    return not unknown and set(found.values()) <= {"info"}


def test_what_is_clean_is_well():
    """The other way round: of which nothing but info is told has two HSMs that work, none that
    failed and none of which nobody knows."""
    clean = {
        (state, states)
        for state, does in WHAT_A_CLUSTER_DOES.items()
        for states in HSM_SETS
        if does in {SERVES, UNCLEAR} and is_clean(cluster(state, states))
    }
    assert {state for state, _ in clean} == {
        *("ACTIVE", "UPDATE_IN_PROGRESS", "MODIFY_IN_PROGRESS", "ROLLBACK_IN_PROGRESS")
    }
    for _, states in clean:
        count = Counter(states)
        assert count["ACTIVE"] >= 2
        assert not count["DEGRADED"] + count["FROZEN"] + count[None]


@pytest.mark.parametrize("state", WHAT_A_CLUSTER_DOES)
def test_without_a_list_of_hsms_what_needs_it_is_not_evaluated(state):
    found, unknown = said(cluster(state, None))
    if WHAT_A_CLUSTER_DOES[state] in {LEAVES, GONE}:
        assert (found, unknown) == ({}, set())
    else:
        assert unknown >= NEED_THE_HSMS
        assert not found.keys() & NEED_THE_HSMS


@pytest.mark.parametrize(
    "hsms",
    [None, "text", {}, [None], [{"State": "ACTIVE"}], [{"HsmId": "hsm-1", "State": {}}]],
    ids=["null", "text", "object", "no HSM", "no id", "odd state"],
)
@pytest.mark.parametrize("state", WHAT_A_CLUSTER_DOES)
def test_hsms_that_cannot_be_read_are_not_taken_for_none_and_not_for_well(state, hsms):
    answer = {"ClusterId": "cluster-1", "Hsms": hsms, "HsmType": "hsm2m.medium"}
    subject = decode_cluster(answer if state is None else answer | {"State": state})
    found, unknown = said(subject)
    if WHAT_A_CLUSTER_DOES[state] in {LEAVES, GONE}:
        assert (found, unknown) == ({}, set())
    else:
        assert unknown >= NEED_THE_HSMS
        assert not found.keys() & NEED_THE_HSMS


@pytest.mark.parametrize("odd", [{}, [], None])
def test_a_state_that_cannot_be_read_is_not_taken_for_a_good_one(odd):
    hsms = [{"HsmId": "hsm-1", "State": "DELETE_IN_PROGRESS"}]
    subject = decode_cluster({"ClusterId": "cluster-1", "State": odd, "Hsms": hsms})
    found, unknown = said(subject)
    assert unknown >= NEED_THE_STATE | {"STUCK"}
    assert found["NO-ACTIVE-HSM"] == "critical"


@pytest.mark.parametrize(
    ("begun", "severity"),
    [
        (40 * MINUTE, None),
        (80 * MINUTE, "medium"),
        (100 * MINUTE, "medium"),
        (400 * MINUTE, "critical"),
    ],
)
@pytest.mark.parametrize("state", WHAT_A_CLUSTER_DOES)
def test_a_state_that_should_pass_and_does_not(state, begun, severity):
    passing = str(state).endswith("_IN_PROGRESS")
    found, _ = said(cluster(state, ("ACTIVE",) * 2, "new"), begun=begun)
    if state == "MODIFY_IN_PROGRESS" and begun < 2 * 45 * MINUTE:
        severity = None  # an HSM after the other
    assert found.get("STUCK") == (severity if passing else None)


def test_no_active_hsm_comes_before_all_others():
    assert next(iter(RULES)) == "NO-ACTIVE-HSM"
    findings = find(cluster("DEGRADED", ("DEGRADED", "DELETE_IN_PROGRESS")), NOW, Rules(), Known())
    assert [one.rule for one in findings.findings] == [
        *("NO-ACTIVE-HSM", "CL-DEGRADED", "HSM-DEGRADED")
    ]
