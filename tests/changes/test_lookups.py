"""What is said of consequences: known, absent, being looked up, or not checked and why."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.key_stores import KeyStore
from hsmtui.changes.lookups import (
    BACKUPS_UNCHECKED,
    NO_BACKUP,
    LookUp,
    RepeatedLookUp,
    backup_warnings,
    named,
)
from hsmtui.model.backup import Backup
from hsmtui.ui.dialogs.consequences import backup_line, stores_lines

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DENIED = HsmtuiError(title="Not allowed", operation="DescribeBackups", code="AccessDeniedException")
KMS_DENIED = HsmtuiError(
    title="Not allowed", operation="DescribeCustomKeyStores", code="AccessDeniedException"
)
LOST = HsmtuiError(title="The connection was lost", operation="DescribeBackups")
STORE = KeyStore("cks-1", "payments", "cluster-1", "CONNECTED")


def backup(hours: float, **fields: object) -> Backup:
    made = NOW - timedelta(hours=hours)
    return Backup(backup_id="backup-1", backup_state="READY", create_timestamp=made, **fields)  # type: ignore[arg-type]


def said(*found: Backup, days: int | None = 90) -> str:
    return str(backup_line(LookUp(found), days, NOW, "all is lost"))


def test_a_backup_is_told_with_its_age_and_its_end():
    assert said(backup(5)) == (
        "✓ Backup 5h old, kept until 2027-02-19 (90 days); AWS keeps the last."
    )


@pytest.mark.parametrize(
    ("found", "days", "words"),
    [
        (backup(5, never_expires=True), 90, "never expires"),
        (backup(5, copy_timestamp=NOW), 90, "no policy deletes"),
        (backup(5), None, "not told"),
        (backup(5), 10**12, "not told"),
        (Backup(backup_id="backup-1"), 90, "not told"),
        (backup(24 * 91), 90, "AWS keeps the last"),
    ],
)
def test_what_is_out_of_the_ordinary_is_said(found, days, words):
    assert words in said(found, days=days)
    assert "until" not in said(found, days=days)


def test_that_there_is_none_is_a_plain_warning():
    assert said() == "▲ No READY backup: all is lost."


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (None, "being looked up"),
        (DENIED, "? Backups not checked: cloudhsm:DescribeBackups is denied."),
        (LOST, "? Backups not checked: The connection was lost."),
    ],
)
def test_what_is_not_known_is_not_called_absent(problem, words):
    line = str(backup_line(LookUp(None, problem), 90, NOW, "all is lost"))
    assert words in line
    assert "No READY backup" not in line


def test_key_stores_are_named_one_to_a_line():
    lines = stores_lines(LookUp((STORE, KeyStore("cks-2", "x", "cluster-1", None))))
    assert [str(line) for line in lines] == [
        "▲ Used by KMS key store payments (cks-1, CONNECTED).",
        "▲ Used by KMS key store x (cks-2).",
    ]


def test_none_and_not_checked_are_different():
    assert [str(line) for line in stores_lines(LookUp(()))] == ["✓ No KMS key store uses it."]
    (line,) = stores_lines(LookUp(None, KMS_DENIED))
    assert str(line) == "? KMS key stores not checked: kms:DescribeCustomKeyStores is denied."


def test_a_hostile_name_is_visible_and_short():
    words = named(KeyStore("cks-1", "\x1b[31m\u202e" + "x" * 300, "cluster-1", "CONNECTED"))
    assert "\x1b" not in words
    assert "\u202e" not in words
    assert len(words) < 80


async def test_an_answer_that_was_overtaken_does_not_count():
    slow = threading.Event()
    stores: list[tuple[KeyStore, ...]] = [(), (STORE,)]

    def ask(_: object, __: str) -> tuple[KeyStore, ...]:
        answer = stores.pop(0)
        if not answer:
            slow.wait()
        return answer

    look_up = RepeatedLookUp(ask)
    connection = cast("Connection", None)
    first = asyncio.create_task(look_up.again(connection, "cluster-1"))
    await asyncio.sleep(0)
    await look_up.again(connection, "cluster-1")
    slow.set()
    await first
    assert look_up.latest == LookUp((STORE,))


async def test_a_look_that_fails_is_told_and_keeps_what_was_found():
    answers: list[Any] = [(STORE,), KMS_DENIED]

    def ask(_: object, __: str) -> tuple[KeyStore, ...]:
        answer = answers.pop(0)
        if isinstance(answer, HsmtuiError):
            raise answer
        return tuple(answer)

    look_up = RepeatedLookUp(ask)
    connection = cast("Connection", None)
    await look_up.again(connection, "cluster-1")
    assert await look_up.again(connection, "cluster-1") is KMS_DENIED
    lines = [str(line) for line in stores_lines(look_up.latest)]
    assert lines[0].startswith("▲ Used by KMS key store payments")
    assert lines[1].startswith("? KMS key stores not checked")


def test_a_backup_of_a_while_ago_is_not_shown_as_known():
    known = LookUp((backup(5),), DENIED)
    assert "not checked" in str(backup_line(known, 90, NOW, "all is lost"))
    assert backup_warnings(known) == {BACKUPS_UNCHECKED}
    assert backup_warnings(LookUp(())) == {NO_BACKUP}
    assert backup_warnings(LookUp()) == backup_warnings(LookUp((backup(5),))) == frozenset()
