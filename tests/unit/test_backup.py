"""A backup: how long it lasts, and which one is the newest that a cluster can be made from."""

import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.backup import (
    Backup,
    decode_backup,
    ends_at,
    lasting,
    newest_ready,
)
from hsmtui.model.redaction import MASK, remember
from hsmtui.model.times import remaining

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def but(**fields):
    return Backup(**{"backup_id": "b", "backup_state": "READY", "create_timestamp": NOW, **fields})


@pytest.mark.parametrize(
    ("backup", "days", "end", "words"),
    [
        (but(), 90, NOW + 90 * DAY, "until 2026-05-30 (90d)"),
        (but(), None, None, "not known"),
        (but(create_timestamp=None), 90, None, "not known"),
        (but(never_expires=True), 90, None, "never expires"),
        (but(never_expires=False), 7, NOW + 7 * DAY, "until 2026-03-08 (7d)"),
        (but(source_backup="backup-b"), 90, None, "no policy: a copy"),
        (but(source_region="us-east-2"), 90, None, "no policy: a copy"),
        (but(copy_timestamp=NOW), 90, None, "no policy: a copy"),
        (but(create_timestamp=NOW - 7 * DAY), 7, NOW, "due since 2026-03-01"),
        (but(), 10**12, None, "not known"),
        (but(backup_state="CREATE_IN_PROGRESS"), 90, None, "not known"),
        (but(backup_state="DELETED"), 90, None, "gone for good"),
        (but(backup_state=None), 90, None, "not known"),
    ],
)
def test_the_policy_ends_a_backup(backup, days, end, words):
    assert ends_at(backup, days) == end
    assert lasting(backup, days, NOW) == words


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (NOW + 6 * DAY + timedelta(hours=21), "gone in 6d 21h"),
        (NOW + timedelta(minutes=1), "gone in 1m"),
        (NOW + timedelta(seconds=59), "gone in less than 1m"),
        (NOW, "its time is over"),
        (NOW - DAY, "its time is over"),
        (None, "end not known"),
    ],
)
def test_a_pending_deletion_counts_down_whatever_the_policy_says(gone, words):
    backup = but(backup_state="PENDING_DELETION", delete_timestamp=gone, never_expires=True)
    for days in (None, 90):
        assert ends_at(backup, days) == gone
        assert lasting(backup, days, NOW) == words


@given(st.integers(0, 400 * 86_400))
def test_what_remains_is_told_to_the_unit_that_counts(seconds):
    told = remaining(NOW + timedelta(seconds=seconds), NOW)
    units = {"d": 86_400, "h": 3_600, "m": 60}
    if seconds < 60:
        assert told == "less than 1m"
    else:
        spoken = sum(int(part[:-1]) * units[part[-1]] for part in told.split())
        smallest = units[told[-1]]
        assert spoken <= seconds < spoken + smallest
        assert len(told) <= 7


def test_the_newest_that_is_ready_counts():
    older = but(backup_id="older", create_timestamp=NOW - DAY)
    pending = but(backup_state="PENDING_DELETION", create_timestamp=NOW + DAY)
    undated = but(backup_id="undated", create_timestamp=None)
    newest = but(backup_id="newest")
    assert newest_ready((pending, undated, older, newest)) == newest
    assert newest_ready((pending, undated)) is None
    assert newest_ready(()) is None


def test_times_are_in_utc():
    naive = {"BackupId": "backup-a", "CreateTimestamp": NOW.replace(tzinfo=None)}
    assert decode_backup(naive).create_timestamp == NOW


def test_secrets_are_masked_in_it_and_hundreds_that_it_has_not_cost_little():
    """In a region of ten thousand clusters hundreds have a password, and there are tens of
    thousands of backups."""
    tags = [{"Key": "Owner", "Value": "it is horse-staple-1, not battery-7-horse-staple-1"}]
    answer = {"BackupId": "backup-1", "BackupState": "READY", "TagList": tags}
    few, many = calls(answer, 2), calls(answer, 500)
    assert many < few * 2
    (tag,) = decode_backup(answer).tag_list
    assert tag.value == f"it is {MASK}, not {MASK}"


def calls(answer, number):
    """How many functions are called to read a backup, once so many secrets are known."""
    remember("horse-staple-1", "battery-7-horse-staple-1")
    remember(*(f"another secret {n}" for n in range(number - 2)))
    decode_backup(answer)
    called = []
    sys.setprofile(lambda _, event, __: called.append(event))
    try:
        decode_backup(answer)
    finally:
        sys.setprofile(None)
    return len(called)
