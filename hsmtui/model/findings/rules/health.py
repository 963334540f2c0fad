"""What is wrong by the metrics of the HSMs, once somebody has read them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hsmtui.model.findings.finding import Case, Finding, NotYet, Unchecked, Unread, Verdict
from hsmtui.model.findings.remedies import KEYS_OR_USERS, what_to_do
from hsmtui.model.findings.rules.hsms import when_taking_none
from hsmtui.model.findings.severity import Severity
from hsmtui.model.health import (
    LATE,
    OF_ALL_HSMS,
    UNHEALTHY,
    Episode,
    Health,
    HsmHealth,
    Measure,
    figure,
    percent,
)

_FRESH = timedelta(minutes=30)
"""How long what was read counts for how it is."""

_PEAK = timedelta(hours=24)
"""How far back a value near a limit counts."""

_PASSING = {"CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS"}
"""States of HSMs that are not there yet, or not for long."""

_NOT_READ = Unread("metrics were not read")
_MOST_NAMED = 3


def hsm_unhealthy(case: Case) -> Verdict:
    """An HSM that does not work as it should by its own word, now or in the time that was read."""
    health = _read("HSM-UNHEALTHY", case)
    if not isinstance(health, Health):
        return health
    hsms = _judged(case, health)
    last = [(hsm, hsm.episodes[-1]) for hsm in hsms if hsm.episodes]
    silent = [hsm for hsm in hsms if not _is_current(hsm, health)]
    now = [(hsm, each) for hsm, each in last if each.end is None and hsm not in silent]
    if now:
        is_exact = health.span.period <= LATE
        severity = Severity.CRITICAL if is_exact else Severity.HIGH
        said = "unhealthy" if is_exact else f"unhealthy in the last {_hours(health.span.period)}"
        return _unhealthy(severity, said, now)
    if last:
        return _unhealthy(Severity.MEDIUM, "unhealthy before", last)
    if silent:
        return Unchecked("HSM-UNHEALTHY", f"CloudWatch has no new {UNHEALTHY} of {_ids(silent)}")
    return None


def _unhealthy(severity: Severity, said: str, hsms: Sequence[tuple[HsmHealth, Episode]]) -> Finding:
    ids = _ids([hsm for hsm, _ in hsms])
    return Finding(
        "HSM-UNHEALTHY",
        severity,
        f"{ids}: {said}",
        tuple((hsm.hsm_id, f"{UNHEALTHY} {when(episode)}") for hsm, episode in hsms),
        why="What is sent to an HSM fails while it is unhealthy.",
        remedy=what_to_do("HSM-UNHEALTHY"),
    )


def when(episode: Episode) -> str:
    """When an HSM was unhealthy, in words."""
    since = f"since {episode.start:%Y-%m-%d %H:%M} UTC"
    since += " or earlier" if episode.began_before else ""
    return since if episode.end is None else f"{since}, until {episode.end:%Y-%m-%d %H:%M} UTC"


def near_limit(case: Case) -> Verdict:
    """An HSM that has nearly as many sessions, users and the like as it may have, or has had them
    in the last day."""
    health = _read("NEAR-LIMIT", case)
    if not isinstance(health, Health):
        return health
    hsms, since = _judged(case, health), health.read_at - _PEAK
    least = case.rules.near_limit_percent / 100
    near = [
        (share, hsm, measure)
        for hsm in hsms
        for measure in _recent(hsm, since)
        if (share := measure.share) is not None and share >= least
    ]
    if near:
        return _near(case, sorted(near, key=lambda each: -each[0]))
    silent = [hsm for hsm in hsms if not any(e.share is not None for e in _recent(hsm, since))]
    if silent:
        return Unchecked("NEAR-LIMIT", f"CloudWatch has no values of {_ids(silent)}")
    return None


def _near(case: Case, near: Sequence[tuple[float, HsmHealth, Measure]]) -> Finding:
    share, hsm, measure = near[0]
    more = f" and {len(near) - 1} more" if len(near) > 1 else ""
    return Finding(
        "NEAR-LIMIT",
        Severity.HIGH if share >= 1 else Severity.MEDIUM,
        f"{hsm.hsm_id}: {_of_limit(measure)}{more}",
        tuple(
            (hsm.hsm_id, f"{_of_limit(measure)}, {percent(share)}") for share, hsm, measure in near
        ),
        why="At the limit the HSM refuses more.",
        remedy=what_to_do("NEAR-LIMIT", _when_near(case, measure)),
    )


def _when_near(case: Case, worst: Measure) -> str:
    return KEYS_OR_USERS if worst.title in OF_ALL_HSMS else when_taking_none(case)


def _of_limit(measure: Measure) -> str:
    most = max(measure.series.known)
    return f"{measure.title} {figure(most)} of {figure(measure.limit or 0)}"


def _recent(hsm: HsmHealth, since: datetime) -> list[Measure]:
    return [each._replace(series=each.series.since(since)) for each in hsm.measures]


def _read(rule: str, case: Case) -> Health | Unchecked | None:
    """What was read lately; None where there is no HSM of which there could be anything."""
    if not _working(case):
        return None
    health = case.known.health
    if not isinstance(health, Health):
        unread = health or _NOT_READ
        return (NotYet if unread.is_coming else Unchecked)(rule, unread.why)
    if case.now - health.read_at > _FRESH:
        return Unchecked(rule, f"metrics were read more than {_FRESH.seconds // 60} minutes ago")
    return health


def _working(case: Case) -> list[str]:
    return [hsm.hsm_id for hsm in case.live if hsm.state not in _PASSING]


def _judged(case: Case, health: Health) -> list[HsmHealth]:
    """What was read of each HSM; nothing of one that was not asked for."""
    return [health.of(hsm_id) or HsmHealth(hsm_id, None, {}) for hsm_id in _working(case)]


def _is_current(hsm: HsmHealth, health: Health) -> bool:
    """Whether it is known how it was when that was read."""
    series = hsm.series.get(UNHEALTHY)
    last = series.last if series is not None else None
    if series is None or last is None:
        return False
    return last[0] + series.period >= health.read_at - LATE


def _ids(hsms: Sequence[HsmHealth]) -> str:
    named = ", ".join(hsm.hsm_id for hsm in hsms[:_MOST_NAMED])
    more = len(hsms) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _hours(period: timedelta) -> str:
    return f"{period // timedelta(hours=1)} h"
