"""When a cluster may be modified: for how long backups are kept, and the type of the HSMs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.backup import RETENTION_DAYS, Backup
from hsmtui.model.cluster import BackupRetentionPolicy, Cluster, Hsm
from hsmtui.model.entry import Odd
from hsmtui.model.gates.gate import Reason
from hsmtui.model.gates.modify_hsm_type import (
    ModifyHsmTypeGate,
    judge_modify_hsm_type,
    only_type,
)
from hsmtui.model.gates.modify_retention import (
    ModifyRetentionGate,
    days_problem,
    judge_modify_retention,
    outlived,
)
from hsmtui.model.hsm_types import HSM1, HSM2

ID = "cluster-fhtbm47tsjo"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOON, BEFORE = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)


def policy(days: str) -> BackupRetentionPolicy:
    return BackupRetentionPolicy(type="DAYS", value=days)


def hsm(number: int, state: str | None = "ACTIVE") -> Hsm:
    return Hsm(hsm_id=f"hsm-{number}", state=state)


def cluster(*hsms: Hsm, **more) -> Cluster:
    given = {"cluster_id": ID, "state": "ACTIVE", "hsms": hsms, "hsm_type": HSM1}
    return Cluster(**{**given, "backup_retention_policy": policy("90"), **more})


def retention(*listed: Cluster, days: int = 31, why_read_only: str = "") -> ModifyRetentionGate:
    return judge_modify_retention(ID, days, listed, why_read_only=why_read_only)


def hsm_type(
    *listed: Cluster, to: str = HSM2, now: datetime = NOW, why_read_only: str = ""
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
        (hsm_type(cluster(*map(hsm, range(28)))), Reason.RULES),
        (
            hsm_type(cluster(state="MODIFY_IN_PROGRESS", hsms=None), to=HSM1),
            Reason.UNCHECKED,
        ),
        (hsm_type(cluster(hsm(1), state="MODIFY_IN_PROGRESS"), to=HSM1), Reason.RULES),
        (
            hsm_type(
                cluster(
                    hsm(1),
                    hsm_type=HSM2,
                    state="ROLLBACK_IN_PROGRESS",
                    hsm_type_rollback_expiration=SOON,
                ),
                to=HSM1,
            ),
            Reason.STATE,
        ),
        (hsm_type(cluster(hsm(1)), to=HSM1), Reason.RULES),
        (hsm_type(cluster(hsm(1), hsm_type=HSM2)), Reason.RULES),
        (hsm_type(cluster(hsm(1), hsm_type=None)), Reason.RULES),
        (hsm_type(cluster(hsm(1), hsm_type=HSM2), to=HSM1), Reason.RULES),
        (
            hsm_type(
                cluster(hsm(1), hsm_type=HSM2, hsm_type_rollback_expiration=BEFORE),
                to=HSM1,
            ),
            Reason.RULES,
        ),
        (
            hsm_type(cluster(hsm(1), hsm_type=HSM2, state="INITIALIZED"), to=HSM1),
            Reason.RULES,
        ),
        (hsm_type(cluster(hsm_type=HSM2), to=HSM1), Reason.RULES),
        (hsm_type(cluster(hsm(1, "DEGRADED"), hsm_type=HSM2), to=HSM1), Reason.RULES),
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
    new = cluster(hsm(1), hsm_type=HSM2, hsm_type_rollback_expiration=SOON)
    assert hsm_type(new, to=HSM1).allows(ID)
    assert not hsm_type(new, to=HSM1, now=SOON).is_open


@pytest.mark.parametrize("hsm_type_now", [HSM1, HSM2])
def test_a_change_under_way_can_be_taken_back_and_loses_no_keys(hsm_type_now):
    """The answer of the service has the type before, or the one that is to be."""
    hsms = (Hsm(hsm_id="a", hsm_type=HSM2), Hsm(hsm_id="b", hsm_type=HSM1))
    more = {"state": "MODIFY_IN_PROGRESS", "hsm_type_rollback_expiration": SOON}
    gate = hsm_type(cluster(*hsms, hsm_type=hsm_type_now, **more), to=HSM1)
    assert gate.allows(ID)
    assert not gate.loses_keys
    assert "HSMs that are replaced: 1, some 30 minutes each." in gate.warnings
    assert not hsm_type(cluster(*hsms, **more), to=HSM1, now=SOON).is_open


def test_one_that_is_done_is_taken_back_at_the_price_of_what_was_made_since():
    done = cluster(hsm(1), hsm_type=HSM2, hsm_type_rollback_expiration=SOON)
    gate = hsm_type(done, to=HSM1)
    assert gate.loses_keys
    assert "Keys and users that were made since the change are lost." in gate.warnings
    assert not hsm_type(cluster(hsm(1))).loses_keys


@pytest.mark.parametrize(
    ("now", "state", "possible"),
    [
        (HSM1, "ACTIVE", HSM2),
        (HSM1, "DEGRADED", HSM2),
        (HSM1, "MODIFY_IN_PROGRESS", HSM1),
        (HSM2, "MODIFY_IN_PROGRESS", HSM1),
        (HSM2, "ACTIVE", HSM1),
        (None, "ACTIVE", HSM1),
    ],
)
def test_there_is_one_direction_at_a_time(now, state, possible):
    assert only_type(cluster(hsm(1), hsm_type=now, state=state)) == possible


@given(st.text(max_size=6) | st.integers().map(str), st.none() | st.integers(1, 500))
def test_days_are_refused_in_words_or_opened_by_the_gate(typed, before):
    if problem := days_problem(typed, before):
        assert problem.endswith(".")
    else:
        held = policy("?" if before is None else str(before))
        assert retention(cluster(backup_retention_policy=held), days=int(typed)).is_open


def backup(age: float, state: str = "READY", **more) -> Backup:
    made = NOW - timedelta(days=age)
    given = {"backup_id": f"backup-{age}", "backup_state": state, "create_timestamp": made}
    return Backup(**{**given, **more})


@pytest.mark.parametrize(
    ("backups", "gone"),
    [
        ([], []),
        ([backup(40)], []),  # the newest stays
        ([backup(1), backup(29.9), backup(30), backup(40)], [30, 40]),
        ([backup(1), backup(40, never_expires=True)], []),
        ([backup(1), backup(40, source_backup="backup-a")], []),
        ([backup(1), backup(40, state="PENDING_DELETION")], []),
        ([backup(1), backup(40, create_timestamp=None)], []),
        ([backup(50), backup(40), backup(60)], [50, 60]),
    ],
)
def test_backups_that_are_too_old_for_the_days(backups, gone):
    assert [each.backup_id for each in outlived(backups, 30, NOW)] == [f"backup-{a}" for a in gone]
