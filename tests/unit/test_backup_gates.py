"""When a backup may be kept, copied and deleted, and what is left then."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.backup import Backup
from hsmtui.model.entry import Odd
from hsmtui.model.gates.copy_backup import CopyBackupGate, judge_copy_backup
from hsmtui.model.gates.delete_backup import DeleteBackupGate, judge_delete_backup
from hsmtui.model.gates.gate import Reason
from hsmtui.model.gates.modify_backup import ModifyBackupGate, judge_modify_backup

ID = "backup-fhtbm47tsjo"
OF = "cluster-fhtbm47tsjo"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OTHERS = {"eu-central-1", "us-west-2"}
STATES = ("CREATE_IN_PROGRESS", "READY", "DELETED", "PENDING_DELETION", "NEW_STATE", None)


def backup(backup_id: str = ID, state: str | None = "READY", *, hours: int = 0, **more) -> Backup:
    made = NOON - timedelta(hours=hours)
    more = {"cluster_id": OF, "create_timestamp": made, **more}
    return Backup(backup_id=backup_id, backup_state=state, **more)


def kept(*listed: Backup, never: bool = True, why_read_only: str = "") -> ModifyBackupGate:
    return judge_modify_backup(ID, OF, listed, never_expires=never, why_read_only=why_read_only)


def copied(*listed: Backup, region: str = "us-west-2", why_read_only: str = "") -> CopyBackupGate:
    return judge_copy_backup(ID, OF, region, listed, OTHERS, why_read_only=why_read_only)


def deleted(
    *listed: Backup, of_cluster: list[Backup] | None = None, why_read_only: str = ""
) -> DeleteBackupGate:
    return judge_delete_backup(ID, OF, listed, of_cluster, why_read_only=why_read_only)


@pytest.mark.parametrize("judged", [kept, copied, deleted])
@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        ([], Reason.GONE),
        ([backup(), backup()], Reason.UNCHECKED),
        ([backup("backup-other234567")], Reason.UNCHECKED),
        ([backup(odd=(Odd("Mode", "5"),))], Reason.UNCHECKED),
        ([backup(state=None)], Reason.UNCHECKED),
        ([backup(cluster_id="cluster-other234567")], Reason.UNCHECKED),
        ([backup(cluster_id=None)], Reason.UNCHECKED),
        ([backup(state="CREATE_IN_PROGRESS")], Reason.STATE),
        ([backup(state="PENDING_DELETION")], Reason.STATE),
        ([backup(state="NEW_STATE")], Reason.STATE),
        ([backup(state="DELETED")], Reason.DELETED),
    ],
)
def test_what_shuts_and_why(judged, listed, reason):
    gate = judged(*listed)
    assert gate.reason is reason
    assert "backup" in gate.why_shut
    assert not gate.allows(ID)


@pytest.mark.parametrize("judged", [kept, copied, deleted])
def test_a_rule_forbids_it(judged):
    assert judged(backup()).allows(ID)
    gate = judged(backup(), why_read_only="a rule")
    assert (gate.reason, "a rule" in gate.why_shut) == (Reason.READ_ONLY, True)


@pytest.mark.parametrize("gate", [ModifyBackupGate(ID), CopyBackupGate(ID), DeleteBackupGate(ID)])
def test_gates_start_shut(gate):
    assert not gate.allows(ID)
    assert getattr(gate, "warnings", frozenset()) == frozenset()
    assert not getattr(gate, "is_newest", False)


@pytest.mark.parametrize(
    ("before", "never", "opens"),
    [
        (True, True, False),
        (True, False, True),
        (False, False, False),
        (False, True, True),
        (None, True, True),
        (None, False, True),
    ],
)
def test_what_is_so_already_is_not_asked_for(before, never, opens):
    gate = kept(backup(never_expires=before), never=never)
    assert gate.is_open is opens
    assert ("already" in gate.why_shut) is not opens


@pytest.mark.parametrize("region", ["us-east-1", "", "nowhere"])
def test_a_copy_is_for_another_region_of_the_service(region):
    assert copied(backup(), region=region).reason is Reason.RULES


@pytest.mark.parametrize(
    ("of_cluster", "warnings"),
    [
        (None, {"It is not known which other backups its cluster has."}),
        ([], {"It is the last READY backup of its cluster."}),
        ([backup()], {"It is the last READY backup of its cluster."}),
        ([backup("b2", "DELETED")], {"It is the last READY backup of its cluster."}),
        ([backup("b2", hours=-1)], {"READY backups left: 1."}),
        (
            [backup("b2", hours=1), backup("b3", hours=2), backup()],
            {"READY backups left: 2.", "It is the newest one."},
        ),
    ],
)
def test_what_is_left(of_cluster, warnings):
    assert deleted(backup(), of_cluster=of_cluster).warnings == warnings


@given(
    st.lists(
        st.builds(
            backup,
            st.sampled_from([ID, "backup-2222222222a"]),
            st.sampled_from(STATES),
        ),
        max_size=2,
    ),
    st.sampled_from(["", "a rule"]),
)
def test_open_means_one_that_is_ready(listed, why_read_only):
    opens = (
        len(listed) == 1
        and (listed[0].backup_id, listed[0].backup_state) == (ID, "READY")
        and not why_read_only
    )
    for judged in (kept, copied, deleted):
        assert judged(*listed, why_read_only=why_read_only).is_open == opens
