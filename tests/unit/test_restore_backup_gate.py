"""The gate of a restoration: open for exactly one backup that is pending its deletion."""

import pytest

from hsmtui.model.backup import Backup
from hsmtui.model.gates.gate import Reason
from hsmtui.model.gates.restore_backup import RestoreBackupGate, judge_restore_backup

ID = "backup-aaaaaaaaaaa"
CLUSTER = "cluster-aaaaaaaaaaa"


def backup(state="PENDING_DELETION", backup_id=ID, cluster_id=CLUSTER):
    return Backup(backup_id, backup_state=state, cluster_id=cluster_id)


def test_it_opens_for_one_that_is_pending_and_takes_the_exact_id():
    gate = judge_restore_backup(ID, CLUSTER, [backup()], why_read_only="")
    assert gate.is_open
    assert gate.backup == backup()
    assert gate.allows(ID)
    for typed in ("", ID[:-1], ID.upper(), f"{ID} ", f" {ID}"):
        assert not gate.allows(typed)


def test_it_starts_shut():
    gate = RestoreBackupGate(ID)
    assert (gate.reason, gate.allows(ID)) == (Reason.UNREAD, False)
    assert gate.why_shut == "the backup has not been read yet"


@pytest.mark.parametrize(
    ("listed", "reason", "words"),
    [
        ([], Reason.GONE, "no longer lists this backup"),
        ([backup(), backup()], Reason.UNCHECKED, "2 backups"),
        ([backup(backup_id="backup-bbbbbbbbbbb")], Reason.UNCHECKED, "another backup"),
        ([backup("DELETED")], Reason.DELETED, "deleted for good"),
        ([backup("READY")], Reason.STATE, "this one is READY"),
        ([backup("CREATE_IN_PROGRESS")], Reason.STATE, "this one is CREATE_IN_PROGRESS"),
        ([backup("NEW_STATE")], Reason.STATE, "this one is NEW_STATE"),
        ([backup(None)], Reason.UNCHECKED, "no state"),
        ([backup(cluster_id="of-others")], Reason.UNCHECKED, "names of-others"),
        ([backup(cluster_id=None)], Reason.UNCHECKED, "names no cluster"),
    ],
)
def test_everything_else_shuts_it(listed, reason, words):
    for read_only in ("", "the settings"):
        gate = judge_restore_backup(ID, CLUSTER, listed, why_read_only=read_only)
        assert gate.reason is reason
        assert words in gate.why_shut
        assert "lists this cluster" not in gate.why_shut
        assert not gate.allows(ID)


def test_a_read_only_connection_shuts_it():
    gate = judge_restore_backup(ID, CLUSTER, [backup()], why_read_only="the settings")
    assert (gate.reason, gate.why_shut) == (
        Reason.READ_ONLY,
        "this connection is read-only: by the settings",
    )
