"""What is said of consequences: known, absent, being looked up, or not checked and why."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.key_stores import KeyStore
from hsmtui.changes.lookups import (
    BACKUPS_UNCHECKED,
    NO_BACKUP,
    OLD_BACKUP,
    LookUp,
    RepeatedLookUp,
    backup_warnings,
    named,
)
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import BackupRetentionPolicy, Cluster, Hsm
from hsmtui.model.entry import Odd
from hsmtui.model.findings.evaluate import find
from hsmtui.model.findings.finding import Known
from hsmtui.model.findings.limits import Rules
from hsmtui.model.newest_backup import Recency, enough_to_judge
from hsmtui.model.state import CLUSTER_STATES
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


def cluster(days: int | None = 90, *states: str) -> Cluster:
    """One whose backups are kept for so many days, with HSMs in these states."""
    policy = BackupRetentionPolicy("DAYS", str(days)) if days is not None else None
    hsms = tuple(Hsm(f"hsm-{state}", state=state) for state in states)
    return Cluster("cluster-1", hsms=hsms, backup_retention_policy=policy)


def line(backups: LookUp[Backup], of: Cluster, hours: int = 26) -> str:
    return str(backup_line(backups, of, NOW, hours, "all is lost"))


def said(*found: Backup, days: int | None = 90) -> str:
    return line(LookUp(found), cluster(days))


def test_a_backup_is_told_with_its_age_and_its_end():
    assert said(backup(5)) == (
        "✓ Backup 5h old, kept until 2027-02-19 (90 days); the newest stays."
    )


@pytest.mark.parametrize(
    ("found", "days", "words"),
    [
        (backup(5, never_expires=True), 90, "never expires"),
        (backup(5, copy_timestamp=NOW), 90, "no policy deletes"),
        (backup(5), None, "unknown"),
        (backup(5), 10**12, "unknown"),
        (Backup(backup_id="backup-1", backup_state="READY"), 90, "? Backup of unknown age"),
        (backup(24 * 91), 90, "the newest stays"),
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
    told = line(LookUp(None, problem), cluster())
    assert words in told
    assert "No READY backup" not in told


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
    assert "not checked" in line(known, cluster())
    assert warned(known) == {BACKUPS_UNCHECKED}
    assert warned(LookUp(())) == {NO_BACKUP}
    assert warned(LookUp()) == warned(LookUp((backup(5),))) == frozenset()


def warned(backups: LookUp[Backup], of: Cluster | None = None) -> frozenset[str]:
    return backup_warnings(backups, of or cluster(90, "ACTIVE"), NOW, 26)


def test_a_backup_that_is_too_old_is_a_warning_while_more_should_be_made():
    old, running = LookUp((backup(72),)), cluster(90, "DELETE_IN_PROGRESS", "DEGRADED")
    assert line(old, running) == "▲ Backup 3d old, too old: newer keys are in the HSMs only."
    assert warned(old, running) == {OLD_BACKUP}
    assert line(old, running, hours=72).startswith("✓ Backup 3d old, kept until")
    for parked in (cluster(90), cluster(90, "DELETED")):
        assert line(old, parked).startswith("✓ Backup 3d old, kept until")
        assert warned(old, parked) == frozenset()
    assert backup_warnings(old, None, NOW, 26) == frozenset()


hours = st.none() | st.sampled_from([-1, 0, 1, 25.9, 26, 26.1, 72, 2000])
backups = st.builds(
    lambda number, state, age, odd: Backup(
        backup_id=f"backup-{number}",
        backup_state=state,
        create_timestamp=None if age is None else NOW - timedelta(hours=age),
        odd=(Odd("TagList", "text", "a list"),) if odd else (),
    ),
    st.integers(0, 9),
    st.sampled_from(["READY", "READY", "CREATE_IN_PROGRESS", "PENDING_DELETION", None]),
    hours,
    st.sampled_from([False, False, False, True]),
)
clusters = st.builds(
    lambda state, age, states: Cluster(
        "cluster-1",
        state=state,
        create_timestamp=None if age is None else NOW - timedelta(hours=age),
        hsms=tuple(Hsm(f"hsm-{n}", state=each) for n, each in enumerate(states)),
    ),
    st.sampled_from([*CLUSTER_STATES, None]),
    hours,
    st.lists(
        st.sampled_from(["CREATE_IN_PROGRESS", "ACTIVE", "DEGRADED", "DELETED", None]), max_size=3
    ),
)


def looked_up(listed: list[Backup]) -> LookUp[Backup]:
    """What a dialog takes from a listing, newest first: the first that is READY."""
    old = datetime.min.replace(tzinfo=UTC)
    for each in sorted(listed, key=lambda b: b.create_timestamp or old, reverse=True):
        if each.odd:
            return LookUp(None, LOST)
        if each.backup_state == "READY":
            return LookUp((each,))
    return LookUp(())


@given(clusters, st.lists(backups, max_size=4))
def test_no_dialog_says_that_a_backup_is_fine_where_a_finding_says_otherwise(cluster, listed):
    of, known = cluster, looked_up(listed)
    for seen in (tuple(listed), enough_to_judge(listed)):
        findings = find(of, NOW, Rules(), Known(NOW, seen))
        stale = any(finding.rule == "BACKUP-STALE" for finding in findings.findings)
        reasons = {each.why for each in findings.unchecked if each.rule == "BACKUP-STALE"}
        unknown = reasons & {Recency.UNREADABLE.value, Recency.UNTOLD.value}
        assert not (line(known, of).startswith("✓") and (stale or unknown))
        if stale and known.problem is None:
            assert warned(known, of)
