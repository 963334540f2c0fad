"""When a cluster may be modified: for how long backups are kept, and the type of the HSMs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.cluster import BackupRetentionPolicy, Cluster, Hsm
from hsmtui.model.entry import Odd
from hsmtui.model.gates.gate import Reason
from hsmtui.model.gates.modify_hsm_type import (
    NEW_TYPE,
    OLD_TYPE,
    ModifyHsmTypeGate,
    judge_modify_hsm_type,
)
from hsmtui.model.gates.modify_retention import (
    RETENTION_DAYS,
    ModifyRetentionGate,
    judge_modify_retention,
)

ID = "cluster-fhtbm47tsjo"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOON, BEFORE = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)


def policy(days: str) -> BackupRetentionPolicy:
    return BackupRetentionPolicy(type="DAYS", value=days)


def hsm(number: int, state: str | None = "ACTIVE") -> Hsm:
    return Hsm(hsm_id=f"hsm-{number}", state=state)


def cluster(*hsms: Hsm, **more) -> Cluster:
    given = {"cluster_id": ID, "state": "ACTIVE", "hsms": hsms, "hsm_type": OLD_TYPE}
    return Cluster(**{**given, "backup_retention_policy": policy("90"), **more})


def retention(*listed: Cluster, days: int = 31, why_read_only: str = "") -> ModifyRetentionGate:
    return judge_modify_retention(ID, days, listed, why_read_only=why_read_only)


def hsm_type(
    *listed: Cluster, to: str = NEW_TYPE, now: datetime = NOW, why_read_only: str = ""
) -> ModifyHsmTypeGate:
    return judge_modify_hsm_type(ID, to, listed, now, why_read_only=why_read_only)


def of_a_cluster(judged, **right):
    """What shuts each gate that is about a cluster, by what was listed."""
    return [
        (judged(), Reason.GONE),
        (judged(cluster(hsm(1), **right), cluster(hsm(1), **right)), Reason.UNCHECKED),
        (judged(cluster(hsm(1), **{**right, "cluster_id": "cluster-other"})), Reason.UNCHECKED),
        (judged(cluster(hsm(1), **right, odd=(Odd("VpcId", "5"),))), Reason.UNCHECKED),
        (judged(cluster(hsm(1), **{**right, "state": None})), Reason.UNCHECKED),
        (judged(cluster(hsm(1), **{**right, "state": "DELETED"})), Reason.DELETED),
        (judged(cluster(hsm(1), **{**right, "state": "DELETE_IN_PROGRESS"})), Reason.DELETING),
        (judged(cluster(hsm(1), **{**right, "state": "CREATE_IN_PROGRESS"})), Reason.STATE),
        (judged(cluster(hsm(1), **right), why_read_only="a rule"), Reason.READ_ONLY),
    ]


@pytest.mark.parametrize(
    ("gate", "reason"),
    [
        *of_a_cluster(retention),
        *of_a_cluster(hsm_type),
        (retention(cluster(), days=6), Reason.RULES),
        (retention(cluster(), days=380), Reason.RULES),
        (retention(cluster(), days=90), Reason.RULES),
        (hsm_type(cluster(hsms=None)), Reason.UNCHECKED),
        (hsm_type(cluster()), Reason.STATE),
        (hsm_type(cluster(hsm(1), hsm(2, "DEGRADED"))), Reason.STATE),
        (hsm_type(cluster(hsm(1), hsm(2, None))), Reason.STATE),
        (hsm_type(cluster(hsm(1), state="MODIFY_IN_PROGRESS")), Reason.STATE),
        (hsm_type(cluster(hsm(1)), to=OLD_TYPE), Reason.RULES),
        (hsm_type(cluster(hsm(1), hsm_type=NEW_TYPE)), Reason.RULES),
        (hsm_type(cluster(hsm(1), hsm_type=None)), Reason.RULES),
        (hsm_type(cluster(hsm(1), hsm_type=NEW_TYPE), to=OLD_TYPE), Reason.RULES),
        (
            hsm_type(
                cluster(hsm(1), hsm_type=NEW_TYPE, hsm_type_rollback_expiration=BEFORE),
                to=OLD_TYPE,
            ),
            Reason.RULES,
        ),
    ],
)
def test_what_shuts_and_why(gate, reason):
    assert gate.reason is reason
    assert gate.why_shut
    assert not gate.allows(ID)


def test_gates_start_shut():
    for gate in (ModifyRetentionGate(ID, days=31), ModifyHsmTypeGate(ID)):
        assert not gate.allows(ID)
        assert gate.warnings == frozenset()


@pytest.mark.parametrize(
    ("before", "days", "shortens", "warnings"),
    [
        ("90", 31, True, {"now for 90.", "deletes older ones"}),
        ("31", 90, False, {"now for 31."}),
        ("730", 379, True, {"now for 730.", "deletes older ones"}),
        ("?", 31, True, {"it is not known for how long now.", "deletes older ones"}),
    ],
)
def test_what_becomes_of_backups(before, days, shortens, warnings):
    gate = retention(cluster(backup_retention_policy=policy(before)), days=days)
    assert gate.allows(ID)
    assert gate.shortens is shortens
    said = " ".join(sorted(gate.warnings))
    assert all(words in said for words in warnings)
    assert ("deletes" in said) is shortens


@given(st.integers(-5, 500), st.integers(1, 500))
def test_every_other_number_of_days_that_the_service_takes_opens(days, before):
    gate = retention(cluster(backup_retention_policy=policy(str(before))), days=days)
    assert gate.is_open == (days in RETENTION_DAYS and days != before)


def test_the_type_changes_forward_and_back_while_that_lasts():
    forward = hsm_type(cluster(hsm(1), hsm(2)))
    assert forward.allows(ID)
    assert "HSMs that are replaced: 2, some 30 minutes each." in forward.warnings
    new = cluster(hsm(1), hsm_type=NEW_TYPE, hsm_type_rollback_expiration=SOON)
    assert hsm_type(new, to=OLD_TYPE).allows(ID)
    assert not hsm_type(new, to=OLD_TYPE, now=SOON).is_open
