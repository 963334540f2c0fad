"""Backups through boto3: pages, what a filter asks for, and the one request that restores."""

import pytest
from msgspec import structs

from hsmtui.aws.backups import (
    backups_of,
    fetch_backups,
    read_backup,
    read_backups_in,
    read_copies,
    read_newest_ready,
    restore_backup,
)
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from tests.scripted import Refuse, Reset, reply_json

HERE = ("111111111111", "us-east-1")
RESTORE = "RestoreBackup"


@pytest.fixture
def cluster_id(plane):
    """A cluster that has 90 backups."""
    return named(plane, "payments-prod-01")


@pytest.fixture
def doomed(plane, connection):
    """The backups of legacy-tde that are pending their deletion."""
    return read_backups_in(connection, named(plane, "legacy-tde"), "PENDING_DELETION")


def named(plane, name):
    return next(c.cluster_id for c in plane.clusters(*HERE) if c.name == name)


def failure(ask, *arguments):
    with pytest.raises(HsmtuiError) as caught:
        ask(*arguments)
    return caught.value


def test_pages_follow_one_another_newest_first(connection, cluster_id, asked):
    first = fetch_backups(connection, backups_of(cluster_id))
    second = fetch_backups(connection, first.next)
    made = [backup.create_timestamp for backup in (*first.entries, *second.entries)]
    assert (len(first.entries), len(made), second.next) == (50, 90, None)
    assert made == sorted(made, reverse=True)
    one, two = asked("DescribeBackups")
    assert one == {
        "MaxResults": 50,
        "SortAscending": False,
        "Filters": {"clusterIds": [cluster_id]},
    }
    assert two == one | {"NextToken": two["NextToken"]}


def test_copies_are_asked_for_by_their_source(connection, cluster_id, plane, asked):
    source = read_backups_in(connection, cluster_id, "READY")[0].backup_id
    assert read_copies(connection, source) == ()
    (asking,) = asked("DescribeBackups")[-1:]
    assert asking["Filters"] == {"sourceBackupIds": [source]}
    other = {"BackupId": "backup-22222222222", "SourceBackup": "backup-33333333333"}
    mine = {"BackupId": "backup-44444444444", "SourceBackup": source}
    plane.script("DescribeBackups", reply_json({"Backups": [other, mine]}))
    assert [copy.backup_id for copy in read_copies(connection, source)] == [mine["BackupId"]]


def test_a_token_that_repeats_ends_the_listing(connection, cluster_id, plane):
    first = fetch_backups(connection, backups_of(cluster_id))
    again = {"Backups": [], "NextToken": first.next.token}
    plane.script("DescribeBackups", reply_json(again))
    page = fetch_backups(connection, first.next)
    assert page.next is None
    assert "second time" in page.problem.title
    looping = failure(read_backups_in, connection, cluster_id, "READY")
    assert "second time" in looping.title


def test_those_in_one_state_are_asked_for(connection, doomed, asked):
    assert {backup.backup_state for backup in doomed} == {"PENDING_DELETION"}
    assert len(doomed) == 3
    (only,) = asked("DescribeBackups")
    assert only["Filters"]["states"] == ["PENDING_DELETION"]


def test_a_restored_backup_is_ready(connection, doomed, asked):
    restored = restore_backup(connection, doomed[0].backup_id, doomed[0].cluster_id)
    assert restored.entry == structs.replace(doomed[0], backup_state="READY", delete_timestamp=None)
    assert restored.request_id
    assert asked(RESTORE) == [{"BackupId": doomed[0].backup_id}]
    assert read_backup(connection, doomed[0].backup_id) == (restored.entry,)


def test_a_backup_behind_an_empty_page_is_not_called_gone(connection, plane, doomed):
    plane.script("DescribeBackups", reply_json({"Backups": [], "NextToken": "more"}), call=1)
    found = {"BackupId": doomed[0].backup_id, "BackupState": "PENDING_DELETION"}
    plane.script("DescribeBackups", reply_json({"Backups": [found]}), call=2)
    (backup,) = read_backup(connection, doomed[0].backup_id)
    assert backup.backup_id == doomed[0].backup_id


def test_a_backup_of_another_cluster_is_none_of_this_one(connection, plane, cluster_id):
    backup = {"BackupId": "backup-bbbbbbbbbbb", "BackupState": "READY"}
    other = backup | {"ClusterId": "cluster-bbbbbbbbbbb"}
    plane.script("DescribeBackups", reply_json({"Backups": [other]}), call=1)
    plane.script("DescribeBackups", reply_json({"Backups": [other, backup]}), call=2)
    assert read_newest_ready(connection, cluster_id) == ()
    (found,) = read_newest_ready(connection, cluster_id)
    assert found.cluster_id is None


def test_what_comes_of_other_clusters_is_left_out(connection, plane, cluster_id):
    """An answer that ignores the filter names others' backups."""
    theirs = {"BackupId": "backup-bbbbbbbbbbb", "BackupState": "PENDING_DELETION"}
    theirs["ClusterId"] = named(plane, "legacy-tde")
    ours = theirs | {"BackupId": "backup-ccccccccccc", "ClusterId": cluster_id}
    ready = ours | {"BackupId": "backup-ddddddddddd", "BackupState": "READY"}
    plane.script("DescribeBackups", reply_json({"Backups": [theirs, ready, ours]}))
    page = fetch_backups(connection, backups_of(cluster_id))
    assert {backup.cluster_id for backup in page.entries} == {cluster_id}
    assert len(fetch_backups(connection, Position()).entries) == 3
    (pending,) = read_backups_in(connection, cluster_id, "PENDING_DELETION")
    assert pending.backup_id == "backup-ccccccccccc"


def test_an_answer_about_another_cluster_is_an_unknown_outcome(connection, plane, doomed):
    backup = {"BackupId": doomed[0].backup_id, "ClusterId": "cluster-bbbbbbbbbbb"}
    plane.script(RESTORE, reply_json({"Backup": backup}))
    error = failure(restore_backup, connection, doomed[0].backup_id, doomed[0].cluster_id)
    assert (error.unsent, error.refused) == (False, False)
    assert "about another cluster" in str(error)


@pytest.mark.parametrize(
    ("fault", "refused"),
    [
        (Refuse("CloudHsmInternalFailureException", status=500), False),
        (Refuse("ThrottlingException", status=400), True),
        (Reset(), False),
        (reply_json({}), False),
        (reply_json({"Backup": {"BackupId": "backup-bbbbbbbbbbb"}}), False),
    ],
)
def test_a_restoration_is_sent_once_whatever_comes_of_it(
    connection, plane, doomed, asked, fault, refused
):
    plane.script(RESTORE, fault)
    error = failure(restore_backup, connection, doomed[0].backup_id, doomed[0].cluster_id)
    assert (error.unsent, error.refused) == (False, refused)
    assert error.operation == RESTORE
    assert len(asked(RESTORE)) == 1


def test_an_auditor_is_told_which_action_is_missing(connect, plane):
    auditor = connect("demo-auditor")
    error = failure(fetch_backups, auditor, backups_of(named(plane, "legacy-tde")))
    assert "cloudhsm:DescribeBackups" in str(error.remedy)
    assert error.request_id
