"""What is wrong with where a cluster stands in its life: stuck, forgotten, half-way."""

from datetime import datetime, timedelta

from hsmtui.model.findings.finding import Case, Finding, Unchecked, Verdict
from hsmtui.model.findings.remedies import NO_HSM, what_to_do
from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import CLUSTER_STATES
from hsmtui.model.times import age, stamp


def stuck(case: Case) -> Verdict:
    """A state that should pass, and does not.

    The service does not say when it began. It lasts at least since it was first seen, and at most
    since another was seen before; as long as only the one is short, nothing can be said.
    """
    cluster, rules = case.cluster, case.rules
    state = cluster.state or ""
    if not state.endswith("_IN_PROGRESS"):
        return None if state in CLUSTER_STATES else _UNKNOWN_STATE
    begun = _creation(case)
    moments = [("First seen", case.known.state_since), ("CreateTimestamp", begun)]
    since, known_by = min(((at, by) for by, at in moments if at), default=(case.now, ""))
    times = max(1, len(case.live)) if state == "MODIFY_IN_PROGRESS" else 1
    medium = timedelta(minutes=rules.stuck_medium_minutes) * times
    lasted = case.now - since
    if lasted > timedelta(minutes=rules.stuck_critical_minutes) * times:
        severity = Severity.CRITICAL
    elif lasted > medium:
        severity = Severity.MEDIUM
    else:
        before = begun or case.known.state_before
        has_begun_lately = before is not None and case.now - before <= medium
        return None if has_begun_lately else _first_seen(since, case.now)
    return Finding(
        "STUCK",
        severity,
        f"{state} for {age(since, case.now)} or more",
        (
            ("State", state),
            ("StateMessage", cluster.state_message or "-"),
            (known_by, stamp(since)),
        ),
        why="This state should end by itself, and it does not.",
        remedy=what_to_do("STUCK"),
    )


_UNKNOWN_STATE = Unchecked("STUCK", "it is not known whether this state should end by itself")


def _creation(case: Case) -> datetime | None:
    """When the state began, where that is when the cluster was created."""
    cluster = case.cluster
    return cluster.create_timestamp if cluster.state == "CREATE_IN_PROGRESS" else None


def _first_seen(since: datetime, now: datetime) -> Unchecked:
    when = "now" if now - since < timedelta(minutes=1) else f"{age(since, now)} ago"
    return Unchecked("STUCK", f"it is not known when this state began: first seen {when}")


def uninitialized_stale(case: Case) -> Verdict:
    """An HSM that waits to be claimed."""
    cluster = case.cluster
    if cluster.state != "UNINITIALIZED" or not case.live:
        return None
    if (old := _stale(case, "UNINIT-STALE")) is None or isinstance(old, Unchecked):
        return old
    return Finding(
        "UNINIT-STALE",
        Severity.MEDIUM,
        f"UNINITIALIZED for {age(old, case.now)}, HSMs: {len(case.live)}",
        (
            ("State", cluster.state),
            ("CreateTimestamp", stamp(old)),
            *(("HsmId", hsm.hsm_id) for hsm in case.live),
        ),
        why="The HSM is billed. If AWS replaces it, the CSR changes.",
        remedy=what_to_do("UNINIT-STALE"),
    )


def not_activated(case: Case) -> Verdict:
    """A cluster whose first admin never set a password."""
    if case.cluster.state != "INITIALIZED":
        return None
    if (old := _stale(case, "NOT-ACTIVATED")) is None or isinstance(old, Unchecked):
        return old
    has_none = case.cluster.hsms is not None and not case.live
    return Finding(
        "NOT-ACTIVATED",
        Severity.MEDIUM,
        f"not activated, created {age(old, case.now)} ago",
        (("State", "INITIALIZED"), ("CreateTimestamp", stamp(old))),
        why="The password of the first admin was never set, so nothing can use the cluster.",
        remedy=what_to_do("NOT-ACTIVATED", NO_HSM if has_none else ""),
    )


def _stale(case: Case, rule: str) -> datetime | Unchecked | None:
    """When the cluster was created if that is too long ago."""
    created = case.cluster.create_timestamp
    if created is None:
        return Unchecked(rule, "the cluster has no CreateTimestamp")
    return created if case.now - created > timedelta(hours=case.rules.stale_hours) else None


def rollback_window(case: Case) -> Verdict:
    """A migration that can still be taken back."""
    ends = case.cluster.hsm_type_rollback_expiration
    if ends is None or ends <= case.now:
        return None
    return Finding(
        "ROLLBACK-WINDOW",
        Severity.INFO,
        f"can be rolled back for {age(case.now, ends)} more",
        (("HsmTypeRollbackExpiration", stamp(ends)),),
        why="After that the cluster stays on its new type of HSM.",
        remedy=what_to_do("ROLLBACK-WINDOW"),
    )
